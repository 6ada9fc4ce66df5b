"""What the bot does in a group: open and close topics, look up members; and what it can ask about chats and itself."""

from __future__ import annotations

from typing import Any

from bot.practice.chats import PRESENT, Chat, Json, Topic, member
from bot.practice.entities import units
from bot.practice.posting import Act, reached
from bot.practice.refusals import Refusal
from bot.practice.world import World

MOST_NAME_UNITS = 128
_COLORS = (0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F)


def _forum(world: World, values: Json) -> Chat:
    chat = reached(world, values["chat_id"])
    if not chat.is_forum:
        raise Refusal("the chat is not a forum")
    if chat.members[world.me["id"]] not in ("creator", "administrator"):
        raise Refusal("not enough rights to manage topics")
    return chat


def _topic(world: World, values: Json) -> tuple[Chat, Topic]:
    chat = _forum(world, values)
    topic = chat.topics.get(values["message_thread_id"])
    if topic is None:
        raise Refusal("TOPIC_ID_INVALID")
    return chat, topic


def _named(values: Json) -> str:
    name: str = values["name"].strip()
    if not 0 < units(name) <= MOST_NAME_UNITS:
        raise Refusal("TOPIC_TITLE_EMPTY" if not name else "topic name is too long")
    return name


def _told(world: World, chat: Chat, topic: Topic, service: str, content: Json, **more: Any) -> bool:
    """Show that a topic changed, as Telegram does: by a message in it."""
    world.posted(chat, {"from": world.me, service: content}, topic.id)
    world.feed.tell("topic", chat.id, topic.id, name=topic.name, closed=topic.closed, **more)
    return True


def _create(world: World, values: Json) -> Json:
    chat, color = _forum(world, values), values.get("icon_color", _COLORS[0])
    if color not in _COLORS:
        raise Refusal("COLOR_INVALID")
    name, icon = _named(values), values.get("icon_custom_emoji_id")
    opening = world.posted(
        chat, {"from": world.me, "forum_topic_created": {"name": name, "icon_color": color}}, opens=True
    )
    topic = chat.topics[opening["message_id"]] = Topic(opening["message_id"], name, color, icon)
    world.feed.tell("topic", chat.id, topic.id, name=name, closed=False)
    return topic.json()


def _edit(world: World, values: Json) -> bool:
    chat, topic = _topic(world, values)
    name = _named(values) if "name" in values else topic.name
    icon = values.get("icon_custom_emoji_id", topic.icon_custom_emoji_id)
    if (name, icon) == (topic.name, topic.icon_custom_emoji_id):
        raise Refusal("TOPIC_NOT_MODIFIED")
    topic.name, topic.icon_custom_emoji_id = name, icon
    return _told(world, chat, topic, "forum_topic_edited", {"name": name})


def _close(world: World, values: Json) -> bool:
    chat, topic = _topic(world, values)
    if topic.closed:
        raise Refusal("TOPIC_NOT_MODIFIED")
    topic.closed = True
    return _told(world, chat, topic, "forum_topic_closed", {})


def _reopen(world: World, values: Json) -> bool:
    chat, topic = _topic(world, values)
    if not topic.closed:
        raise Refusal("TOPIC_NOT_MODIFIED")
    topic.closed = False
    return _told(world, chat, topic, "forum_topic_reopened", {})


def _delete(world: World, values: Json) -> bool:
    chat, topic = _topic(world, values)
    for number in [n for n, message in chat.messages.items() if message.get("message_thread_id") == topic.id]:
        world.removed(chat, number)
    del chat.topics[topic.id]
    world.feed.tell("topic", chat.id, topic.id, name=topic.name, closed=topic.closed, deleted=True)
    return True


def _get_member(world: World, values: Json) -> Json:
    chat, user = reached(world, values["chat_id"]), values["user_id"]
    if user not in world.people and user != world.me["id"]:
        raise Refusal("user not found")
    there = "member" if chat.id == user else "left"
    return member(world.user(user), chat.members.get(user, there))


def _get_administrators(world: World, values: Json) -> list[Json]:
    chat = reached(world, values["chat_id"])
    if chat.type == "private":
        raise Refusal("there are no administrators in the private chat")
    kept = {user: status for user, status in chat.members.items() if status in ("creator", "administrator")}
    return [
        member(world.user(user), status) for user, status in kept.items()
        if user in world.people or values.get("return_bots")
    ]  # fmt: skip


def _get_chat(world: World, values: Json) -> Json:
    chat = reached(world, values["chat_id"])
    gifts = dict.fromkeys(("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription",
                           "gifts_from_channels"), False)  # fmt: skip
    return {**chat.json(), "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}


def _get_me(world: World, _values: Json) -> Json:
    chat = world.group.members.get(world.me["id"]) in PRESENT
    return {**world.me, "can_join_groups": True, "can_read_all_group_messages": chat, "supports_inline_queries": True,
            "can_connect_to_business": False, "has_main_web_app": False, "has_topics_enabled": False}  # fmt: skip


def _delete_webhook(world: World, values: Json) -> bool:
    if values.get("drop_pending_updates"):
        world.updates.clear()
    return True


def _get_webhook_info(world: World, _values: Json) -> Json:
    return {"url": "", "has_custom_certificate": False, "pending_update_count": len(world.updates)}


ACTS: dict[str, Act] = {
    "createForumTopic": _create,
    "editForumTopic": _edit,
    "closeForumTopic": _close,
    "reopenForumTopic": _reopen,
    "deleteForumTopic": _delete,
    "getChatMember": _get_member,
    "getChatAdministrators": _get_administrators,
    "getChat": _get_chat,
    "getMe": _get_me,
    "deleteWebhook": _delete_webhook,
    "getWebhookInfo": _get_webhook_info,
    "logOut": lambda _world, _values: True,
    "close": lambda _world, _values: True,
}
