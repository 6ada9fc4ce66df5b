"""What the bot does with messages: send, change, delete, react."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.practice.chats import Chat, Json
from bot.practice.refusals import Refusal
from bot.practice.requests import Upload
from bot.practice.world import World

Act = Callable[[World, Json], Any]

MOST_DELETED = 100
_DELETABLE_SECONDS = 48 * 3600
_ACTIONS = frozenset(
    {"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
     "choose_sticker", "find_location", "record_video_note", "upload_video_note"}
)  # fmt: skip
REACTIONS = frozenset(
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤\ufe0f\u200d🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 "  # noqa: SIM905
    "🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨\u200d💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 "
    "🙊 😎 👾 🤷\u200d♂\ufe0f 🤷 🤷\u200d♀\ufe0f 😡".split()
)
"""The emoji that a bot may react with."""


def reached(world: World, chat_id: int | str) -> Chat:
    """The chat, if the bot may write there."""
    chat = world.chats.get(chat_id) if isinstance(chat_id, int) else None
    if chat is None:
        raise Refusal("chat not found")
    if chat.moved_to is not None:
        raise Refusal("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.moved_to)
    if chat.type == "private":
        if chat.id in world.blocked:
            raise Refusal("bot was blocked by the user", 403)
        if chat.id not in world.started:
            raise Refusal("bot can't initiate conversation with a user", 403)
        return chat
    match chat.members.get(world.me["id"], "left"):
        case "kicked":
            raise Refusal("bot was kicked from the supergroup chat", 403)
        case "left":
            raise Refusal("bot is not a member of the supergroup chat", 403)
        case _:
            return chat


def _send_message(world: World, values: Json) -> Json:
    return _posted(world, reached(world, values["chat_id"]), kept(values, "text", "entities"), values)


def _send_photo(world: World, values: Json) -> Json:
    chat, photo = reached(world, values["chat_id"]), values["photo"]
    name, size = (photo.name, photo.size) if isinstance(photo, Upload) else (photo, 1)
    if not size:
        raise Refusal("file must be non-empty")
    fields: Json = {"photo": [{"file_id": name, "file_unique_id": name, "width": 90, "height": 60, "file_size": size}]}
    return _posted(world, chat, {**fields, **kept(values, "caption", "caption_entities")}, values)


def kept(values: Json, *names: str) -> Json:
    """These of the values, as far as there is something in them."""
    return {name: values[name] for name in names if values.get(name)}


def _posted(world: World, chat: Chat, fields: Json, values: Json) -> Json:
    """The new message with everything that any kind of message may carry."""
    answered = _answered(chat, values.get("reply_parameters", {}))
    # A reply goes into the topic of what it replies to, unless told otherwise.
    topic = values.get("message_thread_id", (answered or {}).get("message_thread_id"))
    if topic is not None:
        if topic not in chat.topics:
            raise Refusal("message thread not found")
        if chat.topics[topic].closed and chat.members[world.me["id"]] not in ("creator", "administrator"):
            raise Refusal("TOPIC_CLOSED")
    fields |= {**_keyboard(values), **kept(values, "link_preview_options")}
    if values.get("protect_content"):
        fields["has_protected_content"] = True
    return world.posted(chat, {"from": world.me, **fields}, topic, answered)


def _answered(chat: Chat, reply: Json) -> Json | None:
    if "message_id" not in reply:
        return None
    if reply.get("chat_id", chat.id) != chat.id:
        raise Refusal("practice replies in the same chat only")
    answered = chat.messages.get(reply["message_id"])
    if answered is None and not reply.get("allow_sending_without_reply"):
        raise Refusal("message to be replied not found")
    return answered


def _edited(world: World, values: Json) -> tuple[Chat, Json]:
    """The chat and the bot's own message that is to be changed."""
    if "chat_id" not in values or "message_id" not in values:
        raise Refusal("message identifier is not specified")
    chat = reached(world, values["chat_id"])
    before = chat.messages.get(values["message_id"])
    if before is None:
        raise Refusal("message to edit not found")
    if before.get("from", {}).get("id") != world.me["id"] or not before.keys() & {"text", "photo"}:
        raise Refusal("message can't be edited")
    return chat, before


def _edit_text(world: World, values: Json) -> Json:
    chat, before = _edited(world, values)
    if "text" not in values:
        raise Refusal("message text is empty")
    if "text" not in before:
        raise Refusal("there is no text in the message to edit")
    stays = {key: before[key] for key in before if key not in ("entities", "reply_markup", "link_preview_options")}
    written = kept(values, "text", "entities", "link_preview_options")
    return _changed(world, chat, before, {**stays, **written, **_keyboard(values)})


def _edit_markup(world: World, values: Json) -> Json:
    chat, before = _edited(world, values)
    stays = {key: before[key] for key in before if key != "reply_markup"}
    return _changed(world, chat, before, {**stays, **_keyboard(values)})


def _keyboard(values: Json) -> Json:
    """The keyboard after a change; none given takes the old one away."""
    markup = values.get("reply_markup", {})
    return {"reply_markup": markup} if markup.get("inline_keyboard") else {}


def _changed(world: World, chat: Chat, before: Json, after: Json) -> Json:
    seen = ("text", "entities", "reply_markup")
    if all(before.get(key) == after.get(key) for key in seen):
        raise Refusal(
            "message is not modified: specified new message content and reply markup are exactly the same as a "
            "current content and reply markup of the message"
        )
    after = {**after, "edit_date": int(world.clock())}
    world.changed(chat, after)
    return after


def _delete(world: World, values: Json) -> bool:
    chat = reached(world, values["chat_id"])
    if values["message_id"] not in chat.messages:
        raise Refusal("message to delete not found")
    if not _deletable(world, chat, values["message_id"]):
        raise Refusal("message can't be deleted")
    world.removed(chat, values["message_id"])
    return True


def _delete_many(world: World, values: Json) -> bool:
    chat = reached(world, values["chat_id"])
    if not 0 < len(values["message_ids"]) <= MOST_DELETED:
        raise Refusal("1 to 100 messages can be deleted at once")
    for number in values["message_ids"]:
        if number in chat.messages and _deletable(world, chat, number):
            world.removed(chat, number)
    return True


def _deletable(world: World, chat: Chat, number: int) -> bool:
    return bool(world.clock() - chat.messages[number]["date"] < _DELETABLE_SECONDS)


def _act(world: World, values: Json) -> bool:
    chat = reached(world, values["chat_id"])
    if values["action"] not in _ACTIONS:
        raise Refusal("wrong parameter action in request")
    world.feed.tell("typing", chat.id, values.get("message_thread_id"), action=values["action"])
    return True


def _react(world: World, values: Json) -> bool:
    chat = reached(world, values["chat_id"])
    message, reactions = chat.messages.get(values["message_id"]), values.get("reaction", [])
    if message is None:
        raise Refusal("message to react not found")
    if len(reactions) > 1:
        raise Refusal("REACTIONS_TOO_MANY")
    if any(reaction.get("emoji") not in REACTIONS for reaction in reactions):
        raise Refusal("REACTION_INVALID")
    chat.reactions[message["message_id"]] = reactions
    world.feed.tell("reaction", chat.id, message.get("message_thread_id"), message_id=message["message_id"],
                    reaction=reactions)  # fmt: skip
    return True


ACTS: dict[str, Act] = {
    "sendMessage": _send_message,
    "sendPhoto": _send_photo,
    "sendChatAction": _act,
    "editMessageText": _edit_text,
    "editMessageReplyMarkup": _edit_markup,
    "deleteMessage": _delete,
    "deleteMessages": _delete_many,
    "setMessageReaction": _react,
}
