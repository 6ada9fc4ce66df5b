"""People, chats, members and topics, and how the Bot API writes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

ANONYMOUS: Json = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
"""Who speaks when an administrator writes without a name."""

STATUSES = ("creator", "administrator", "member", "restricted", "left", "kicked")
PRESENT = ("creator", "administrator", "member", "restricted")
_RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories", "can_pin_messages", "can_manage_topics", "can_send_welcome_messages",
)  # fmt: skip
_PERMISSIONS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_react_to_messages", "can_edit_tag", "can_change_info", "can_invite_users",
    "can_pin_messages", "can_manage_topics",
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """Somebody with a telephone; `language_code` is what her app is set to."""

    id: int
    name: str
    language_code: str = "en"

    def user(self, client_language: str | None = None) -> Json:
        """The Bot API's User; the language of the app may be another one for one message."""
        return {
            "id": self.id, "is_bot": False, "first_name": self.name,
            "language_code": client_language or self.language_code,
        }  # fmt: skip


@dataclass
class Topic:
    """A topic of a forum; its id is the id of the message that opened it."""

    id: int
    name: str
    icon_color: int = 0x6FB9F0
    icon_custom_emoji_id: str | None = None
    closed: bool = False

    def json(self) -> Json:
        """The Bot API's ForumTopic."""
        made: Json = {"message_thread_id": self.id, "name": self.name, "icon_color": self.icon_color}
        return {**made, "icon_custom_emoji_id": self.icon_custom_emoji_id} if self.icon_custom_emoji_id else made


@dataclass
class Chat:
    """A private chat or a group: its messages by id, in order, as the Bot API writes them.

    `numbers` gives the message ids; all private chats share one sequence, as they do in Telegram.
    """

    id: int
    type: str
    title: str
    numbers: Iterator[int]
    is_forum: bool = False
    messages: dict[int, Json] = field(default_factory=dict)
    reactions: dict[int, list[Json]] = field(default_factory=dict)
    """What the bot thinks of a message, by its id."""
    topics: dict[int, Topic] = field(default_factory=dict)
    members: dict[int, str] = field(default_factory=dict)
    """Who was ever here, and the status; in a private chat nobody is listed."""
    moved_to: int | None = None
    """Where a group has gone that became a supergroup; by this number it is not reached any more."""

    def json(self) -> Json:
        """The Bot API's Chat."""
        if self.type == "private":
            return {"id": self.id, "type": self.type, "first_name": self.title}
        made: Json = {"id": self.id, "type": self.type, "title": self.title}
        return {**made, "is_forum": True} if self.is_forum else made


@dataclass
class Query:
    """A pressed button or an inline query: who asked, in which chat, when, and what was offered as an answer."""

    id: str
    person: int
    chat: int | None
    text: str
    """What was typed, or the data of the button."""
    asked: float
    results: list[Json] = field(default_factory=list)
    """For an inline query, the results as the bot gave them, each with its `message` already formatted."""


@dataclass
class Profile:
    """What the bot has told about itself, by language; the empty code is for everybody else."""

    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    """By scope (its JSON, ordered) and language."""


def member(user: Json, status: str) -> Json:
    """The Bot API's ChatMember with all that its status asks for."""
    made: Json = {"user": user, "status": status}
    match status:
        case "creator":
            return {**made, "is_anonymous": False}
        case "administrator":
            return {**made, **dict.fromkeys(_RIGHTS, False), "can_manage_chat": True, "can_delete_messages": True,
                    "can_manage_topics": True}  # fmt: skip
        case "restricted":
            return {**made, **dict.fromkeys(_PERMISSIONS, False), "is_member": True, "until_date": 0}
        case "kicked":
            return {**made, "until_date": 0}
        case _:
            return made


def reference(message: Json) -> Json:
    """A message as it is shown in a reply to it: without what it replied to itself."""
    return {key: value for key, value in message.items() if key != "reply_to_message"}


def forward_origin(kind: str, date: int) -> Json:
    """Where a forwarded message came from; always the same made-up author."""
    origin: Json = {"type": kind, "date": date}
    match kind:
        case "user":
            return {**origin, "sender_user": {"id": 4242, "is_bot": False, "first_name": "Somebody Else"}}
        case "hidden_user":
            return {**origin, "sender_user_name": "Somebody Else"}
        case "chat":
            return {**origin, "sender_chat": {"id": -1004242, "type": "supergroup", "title": "Another group"}}
        case "channel":
            return {**origin, "chat": {"id": -1004243, "type": "channel", "title": "A channel"}, "message_id": 1}
        case _:
            raise ValueError(f"a message cannot be forwarded from {kind!r}")


def content(kind: str, number: int) -> Json:
    """What is in a message that is not text; files are named and never there."""
    file: Json = {"file_id": f"file-{number}", "file_unique_id": f"unique-{number}"}
    match kind:
        case "photo":
            return {kind: [{**file, "width": 90, "height": 60}]}
        case "voice" | "audio":
            return {kind: {**file, "duration": 3}}
        case "document":
            return {kind: file}
        case "sticker":
            return {kind: {**file, "type": "regular", "width": 512, "height": 512, "is_animated": False,
                           "is_video": False, "emoji": "👍"}}  # fmt: skip
        case "contact":
            return {kind: {"phone_number": "+12025550123", "first_name": "Somebody"}}
        case "location":
            return {kind: {"latitude": 41.88, "longitude": -87.63}}
        case "poll":
            options = [
                {"persistent_id": str(n), "text": text, "voter_count": 0} for n, text in enumerate(("Yes", "No"))
            ]
            return {kind: {"id": str(number), "question": "Is it so?", "options": options, "total_voter_count": 0,
                           "is_closed": False, "is_anonymous": True, "type": "regular",
                           "allows_multiple_answers": False, "allows_revoting": False,
                           "members_only": False}}  # fmt: skip
        case _:
            raise ValueError(f"people here cannot send {kind!r}")
