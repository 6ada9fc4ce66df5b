"""The world that a practising bot lives in: people, their private chats, one volunteers' group, and what they do.

Everything is in memory and on one event loop. Each act returns what the Bot API would show of it, queues the update
that the bot gets, and tells the feed what is now to be seen. `ValueError` is an act that the messenger does not offer.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable

from bot.practice.chats import (
    ANONYMOUS,
    PRESENT,
    STATUSES,
    Chat,
    Json,
    Person,
    Profile,
    Query,
    content,
    forward_origin,
    member,
    reference,
)
from bot.practice.entities import find_entities, units
from bot.practice.updates import Feed, Subscription, Updates

MOST_UNITS = 4096
GROUP_ID = -1002000000001
FIRST_PERSON = 1001
QUERY_SECONDS = 60.0
"""How long a pressed button or an inline query waits for its answer; Telegram does not say how long it waits."""


class World:
    """People at one end; the bot at the other, through the server. `clock` gives seconds since 1970."""

    def __init__(
        self,
        *,
        bot_id: int = 999,
        username: str = "amparo_practice_bot",
        title: str = "Volunteers",
        first_update: int = 1,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.me: Json = {"id": bot_id, "is_bot": True, "first_name": "Amparo", "username": username}
        self.clock = clock
        self.updates = Updates(first_update, lambda: self.clock())  # noqa: PLW0108 - the clock may be turned later
        self.feed = Feed()
        self.people: dict[int, Person] = {}
        self.profile = Profile()
        self.queries: dict[str, Query] = {}
        self.blocked: set[int] = set()
        self.started: set[int] = set()
        """Who has written to the bot; it cannot write to anybody else first."""
        self._ids = itertools.count(FIRST_PERSON)
        self._private_numbers = itertools.count(1)
        self._serials = itertools.count(1)
        self.group = Chat(GROUP_ID, "supergroup", title, itertools.count(1), is_forum=True)
        self.group.members[bot_id] = "administrator"
        self.chats: dict[int, Chat] = {GROUP_ID: self.group}

    # --- who is there

    def person(self, name: str, language_code: str = "en", *, person_id: int | None = None) -> Person:
        """A new person with a private chat that is still empty."""
        made = Person(next(self._ids) if person_id is None else person_id, name, language_code)
        if made.id in self.people or made.id in self.chats or made.id == self.me["id"]:
            raise ValueError(f"there is somebody with the id {made.id} already")
        self.people[made.id] = made
        self.chats[made.id] = Chat(made.id, "private", name, self._private_numbers)
        self.feed.tell("person", made.id, person=made.user())
        return made

    def members(self) -> list[int]:
        """The ids of who is in the group now, the bot's too."""
        return [number for number, status in self.group.members.items() if status in PRESENT]

    def user(self, user_id: int) -> Json:
        """The Bot API's User of a person or of the bot itself."""
        return self.me if user_id == self.me["id"] else self.people[user_id].user()

    def join(self, person_id: int, status: str = "member") -> None:
        """Come into the group, or get another status there."""
        self._become(person_id, status)

    def leave(self, person_id: int, *, kicked: bool = False) -> None:
        """Leave the group, or be thrown out of it."""
        self._become(person_id, "kicked" if kicked else "left")

    def _become(self, user_id: int, status: str) -> None:
        if status not in STATUSES:
            raise ValueError(f"{status!r} is not a status; there are {', '.join(STATUSES)}")
        before, user = self.group.members.get(user_id, "left"), self.user(user_id)
        self.group.members[user_id] = status
        if (before in PRESENT) != (status in PRESENT):
            service = {"new_chat_members": [user]} if status in PRESENT else {"left_chat_member": user}
            self.posted(self.group, {"from": user, **service})
            self.feed.tell("members", GROUP_ID, members=self.members())
        self._member_update(self.group, user, before, status)

    def block(self, person_id: int) -> None:
        """The person blocks the bot: whatever it sends her is refused."""
        if person_id not in self.blocked:
            self.blocked.add(person_id)
            self._member_update(self.chats[person_id], self.me, "member", "kicked", by=person_id)

    def unblock(self, person_id: int) -> None:
        """The person lets the bot in again; writing to it does the same."""
        if person_id in self.blocked:
            self.blocked.discard(person_id)
            self._member_update(self.chats[person_id], self.me, "kicked", "member", by=person_id)

    def _member_update(self, chat: Chat, user: Json, before: str, after: str, by: int | None = None) -> None:
        kind = "my_chat_member" if user["id"] == self.me["id"] else "chat_member"
        changed = {"chat": chat.json(), "from": self.user(by) if by else user, "date": int(self.clock()),
                   "old_chat_member": member(user, before), "new_chat_member": member(user, after)}  # fmt: skip
        self.updates.put(kind, changed)

    # --- what people do

    def say(
        self,
        person_id: int,
        text: str,
        *,
        chat: int | None = None,
        topic: int | None = None,
        forwarded: str | None = None,
        reply_to: int | None = None,
        client_language: str | None = None,
        anonymous: bool = False,
    ) -> Json:
        """Write a text, privately to the bot unless `chat` says where; `forwarded` is a kind of origin."""
        text = text.strip()
        if not text or units(text) > MOST_UNITS:
            raise ValueError(f"a message holds 1 to {MOST_UNITS} characters")
        entities = find_entities(text)
        fields: Json = {"text": text, **({"entities": entities} if entities else {})}
        return self._written(person_id, fields, chat, topic, forwarded, reply_to, client_language, anonymous=anonymous)

    def send(
        self,
        person_id: int,
        kind: str,
        *,
        caption: str | None = None,
        chat: int | None = None,
        topic: int | None = None,
        forwarded: str | None = None,
        reply_to: int | None = None,
        client_language: str | None = None,
    ) -> Json:
        """Send something else: photo, voice, audio, document, sticker, contact, location or poll."""
        fields = content(kind, next(self._serials))
        if caption:
            entities = find_entities(caption)
            fields |= {"caption": caption, **({"caption_entities": entities} if entities else {})}
        return self._written(person_id, fields, chat, topic, forwarded, reply_to, client_language)

    def _written(
        self, person_id: int, fields: Json, chat: int | None, topic: int | None, forwarded: str | None,
        reply_to: int | None, client_language: str | None, *, anonymous: bool = False,
    ) -> Json:  # fmt: skip
        where = self._entered(person_id, chat)
        head: Json = {"from": self.people[person_id].user(client_language)}
        if anonymous:
            if where.members.get(person_id) not in ("creator", "administrator"):
                raise ValueError("only an administrator of the group can write without a name")
            head = {"from": ANONYMOUS, "sender_chat": where.json()}
        if forwarded:
            fields = {**fields, "forward_origin": forward_origin(forwarded, int(self.clock()))}
        if topic is not None and where.topics[topic].closed:
            raise ValueError("this topic is closed")
        # In a topic, what replies to nothing shows as a reply to the message that opened the topic.
        answered = where.messages.get(topic if reply_to is None and topic is not None else reply_to or 0)
        if reply_to is not None and answered is None:
            raise ValueError("the message to reply to is not there")
        message = self.posted(where, {**head, **fields}, topic, answered)
        if self._hears(where):
            self.updates.put("message", message)
        return message

    def _hears(self, chat: Chat) -> bool:
        """Whether the bot is in the chat."""
        return chat.type == "private" or chat.members.get(self.me["id"]) in PRESENT

    def _entered(self, person_id: int, chat: int | None) -> Chat:
        """The chat where this person may write; writing to a blocked bot lets it in again."""
        where = self.chats[person_id if chat is None else chat]
        if where.type == "private":
            if where.id != person_id:
                raise ValueError("that is somebody else's chat")
            self.started.add(person_id)
            self.unblock(person_id)
        elif where.members.get(person_id) not in ("creator", "administrator", "member"):
            raise ValueError("she may not write in this group")
        return where

    def edit(self, person_id: int, chat: int, message_id: int, text: str) -> Json:
        """Change the text of an own message."""
        where, before = self.chats[chat], self.chats[chat].messages[message_id]
        if before["from"]["id"] != person_id or "text" not in before or not text.strip():
            raise ValueError("only an own text can be changed, and not into nothing")
        entities = find_entities(text.strip())
        after = {**before, "text": text.strip(), "entities": entities, "edit_date": int(self.clock())}
        self.changed(where, after if entities else {key: after[key] for key in after if key != "entities"})
        if self._hears(where):
            self.updates.put("edited_message", where.messages[message_id])
        return where.messages[message_id]

    def press(self, person_id: int, chat: int, message_id: int, data: str) -> str:
        """Press a button of the bot's message; the id under which the bot acknowledges it."""
        pressed = self.chats[chat].messages[message_id]
        query = self._asked(person_id, chat, data)
        self.updates.put(
            "callback_query",
            {"id": query.id, "from": self.people[person_id].user(), "message": pressed,
             "chat_instance": str(chat), "data": data},
        )  # fmt: skip
        return query.id

    def inline(self, person_id: int, query: str) -> str:
        """Type `@bot query` in some chat; the id under which results will come, as an event "inline"."""
        asked = self._asked(person_id, None, query)
        self.updates.put(
            "inline_query", {"id": asked.id, "from": self.people[person_id].user(), "query": query, "offset": ""}
        )
        return asked.id

    def choose(
        self, person_id: int, query_id: str, result_id: str, chat: int | None = None, topic: int | None = None
    ) -> Json:
        """Send one of the results to a chat; a bot that is there gets the message too."""
        query = self.queries[query_id]
        result = next(result for result in query.results if result["id"] == result_id)
        where = self._entered(person_id, chat)
        head = {"from": self.people[person_id].user(), "via_bot": self.me}
        message = self.posted(where, {**head, **result["message"]}, topic)
        self.updates.put("chosen_inline_result", {"result_id": result_id, "from": head["from"], "query": query.text})
        if self._hears(where):
            self.updates.put("message", message)
        return message

    def delete(self, person_id: int, chat: int, message_id: int) -> None:
        """Take a message away; no bot is told."""
        where = self.chats[chat]
        own = where.messages[message_id].get("from", {}).get("id") == person_id
        if not own and where.type != "private" and where.members.get(person_id) not in ("creator", "administrator"):
            raise ValueError("only an administrator can delete what others wrote")
        self.removed(where, message_id)

    def _asked(self, person_id: int, chat: int | None, text: str) -> Query:
        query = Query(str(next(self._serials)), person_id, chat, text, self.clock())
        self.queries[query.id] = query
        return query

    # --- what is seen

    def history(self, chat: int) -> list[Json]:
        """The messages of a chat as they are now, oldest first."""
        return list(self.chats[chat].messages.values())

    def subscribe(self) -> Subscription:
        """Every change from now on; `close()` the subscription to end it."""
        return self.feed.subscribe()

    def posted(
        self, chat: Chat, fields: Json, topic: int | None = None, answered: Json | None = None, *, opens: bool = False
    ) -> Json:
        """Put a new message into a chat and show it; one that `opens` a topic gives it its own id."""
        number = next(chat.numbers)
        topic = number if opens else topic
        message: Json = {"message_id": number, "date": int(self.clock()), "chat": chat.json(), **fields}
        if topic is not None:
            message |= {"message_thread_id": topic, "is_topic_message": True}
        if answered is not None:
            message["reply_to_message"] = reference(answered)
        chat.messages[number] = message
        self.feed.tell("message", chat.id, topic, message=message)
        return message

    def changed(self, chat: Chat, message: Json) -> None:
        """Show another content of a message that is there."""
        chat.messages[message["message_id"]] = message
        self.feed.tell("edit", chat.id, message.get("message_thread_id"), message=message)

    def removed(self, chat: Chat, message_id: int) -> None:
        """Take a message out of a chat."""
        message = chat.messages.pop(message_id)
        chat.reactions.pop(message_id, None)
        self.feed.tell("delete", chat.id, message.get("message_thread_id"), message_id=message_id)
