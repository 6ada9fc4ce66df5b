"""Letters that belong to a ticket: where they go is looked up when they go out, what became of them is written down.

In such a letter's body stand `ticket`, its number; `at`: "topic" for the ticket's topic, or [side, source, part] for
the message that stands for another one there; `keep`: "topic" where the letter begins it, or [side, source, part] where
it becomes the message that stands for that one.

`last` stands in the letter that tells somebody that she is forgotten: of it too no byte stays in any file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from bot.records.store import Letter, Store
from bot.records.tickets import NOBODY, Relay, Ticket
from bot.telegram.letters import Parameters, body

Body = dict[str, Any]
_OF_A_TOPIC = ("closeForumTopic", "deleteForumTopic")


class Watch(Protocol):
    """Who must know when letters cannot be delivered, or an hour is over; each gives more letters."""

    def due(self, store: Store) -> Sequence[Letter]:
        """An hour is over."""
        ...

    def gone(self, store: Store, chat: int) -> Sequence[Letter]:
        """A person cannot be reached any more."""
        ...

    def kicked(self, store: Store) -> Sequence[Letter]:
        """The bot is not in the volunteers' group any more."""
        ...

    def migrated(self, store: Store, chat: int) -> Sequence[Letter]:
        """The volunteers' group has this number now."""
        ...


class Binding:
    """Between outbox and store. `watch` is there once the bot knows what to say."""

    def __init__(self) -> None:
        self.watch: Watch | None = None

    def begin(self, store: Store, letter: int, body: Body) -> Parameters | None:
        """The post is about to begin: what its requests need besides. None: there is nothing to send any more."""
        if not store.posting(letter):
            return None
        if "at" not in body:
            return {}
        ticket = store.tickets.get(body["ticket"])
        found = None if ticket is None else _there(store, ticket, body)
        if found is None:
            store.posted(letter)
        return found

    def posted(self, store: Store, letter: Letter, body: Body, result: Any) -> Sequence[Letter]:
        """It has arrived; more letters, where that came too late."""
        assert letter.id is not None
        store.posted(letter.id)
        if "keep" not in body or not isinstance(result, dict):
            return ()
        ticket = store.tickets.get(body["ticket"])
        if body["keep"] == "topic":
            thread, message = result.get("message_thread_id"), result.get("message_id")
            if ticket is not None:
                threaded = message is None
                store.tickets.put(replace(ticket, topic=thread if threaded else message, threaded=threaded))
            return ()
        side, source, part = body["keep"]
        if ticket is None or ticket.chat == NOBODY:
            return store.keep([deleting(letter.chat, result["message_id"])])
        store.tickets.relayed(Relay(ticket.number, side, source, result["message_id"], part))
        return ()

    def lost(self, store: Store, letter: Letter, *, gone: bool) -> Sequence[Letter]:
        """It cannot be delivered. `gone`: nobody can be reached there."""
        assert letter.id is not None
        store.dead(letter.id)
        return self.watch.gone(store, letter.chat) if gone and letter.chat > 0 and self.watch else ()

    def kicked(self, store: Store) -> Sequence[Letter]:
        """The volunteers' group has thrown the bot out."""
        return self.watch.kicked(store) if self.watch else ()

    def migrated(self, store: Store, chat: int) -> Sequence[Letter]:
        """The volunteers' group has another number."""
        return self.watch.migrated(store, chat) if self.watch else ()


def without_nothing(parameters: Parameters) -> Parameters:
    """Parameters without those that a way leaves out on purpose."""
    return {name: value for name, value in parameters.items() if value is not None}


def deleting(chat: int, message: int) -> Letter:
    """A message is deleted; where it is too old for that, emptied."""
    where = {"chat_id": chat, "message_id": message}
    return Letter(None, chat, body([("deleteMessage", where), ("editMessageText", {**where, "text": "[…]"})], ""))


def ended(store: Store, group: int) -> list[Letter]:
    """Tickets whose time is over are deleted, and with them their topics or what stands of them in the group."""
    letters: list[Letter] = []
    for ticket in [one for one in store.tickets.all() if one.over(store.tickets.hour)]:
        if ticket.topic is not None and ticket.threaded:
            where = {"chat_id": group, "message_thread_id": ticket.topic}
            letters.append(Letter(None, group, body([("deleteForumTopic", where)], "")))
        elif ticket.topic is not None:
            copies = [one.copy for one in store.tickets.relays(ticket.number) if one.side == "in"]
            letters += [deleting(group, number) for number in [*copies, ticket.topic]]
        store.tickets.drop(ticket.number)
    return store.keep(letters)


def _there(store: Store, ticket: Ticket, body: Body) -> Parameters | None:
    """Where a letter goes. An alert may overtake the beginning of its topic, and goes beside it then."""
    if body["at"] != "topic":
        side, source, part = body["at"]
        copy = store.tickets.copy_of(ticket.number, side, source, part)
        return None if copy is None else {"message_id": copy}
    if ticket.topic is None or not ticket.threaded:
        if body["ways"][0][0] in _OF_A_TOPIC:
            return None
        reply = {"message_id": ticket.topic, "allow_sending_without_reply": True}
        return {} if ticket.topic is None else {"reply_parameters": reply}
    return {"message_thread_id": ticket.topic}
