"""An update cut to what Amparo may know, before anything of it is written down."""

from __future__ import annotations

from typing import Any

_CONTENT = {
    "text", "caption", "photo", "voice", "video", "video_note", "audio", "document", "animation", "sticker", "contact",
    "location", "venue", "poll", "dice",
}  # fmt: skip
"""What people send; any other message is Telegram's own."""

Raw = dict[str, Any]


def cut(raw: Raw) -> Raw:
    """The update with what Amparo may know and nothing else.

    Kept: update id, chat id and type, message id, text with its commands, whether it was forwarded (never from whom),
    what it replies to, which topic it stands in, whether a channel or a group speaks (never which), button data, the
    words of an inline query, the client's language. Names, contacts, places and files are never read.
    """
    kept: Raw = {"update_id": raw["update_id"]}
    for kind in ("message", "edited_message"):
        if isinstance(raw.get(kind), dict):
            kept[kind] = _message(raw[kind])
    if isinstance(raw.get("callback_query"), dict):
        query = raw["callback_query"]
        kept["callback_query"] = {
            "id": query["id"], "from": _user(query["from"]), "chat_instance": "", "data": query.get("data", ""),
        }  # fmt: skip
        if isinstance(query.get("message"), dict):
            kept["callback_query"]["message"] = _message({**query["message"], "text": "-"})
    if isinstance(raw.get("inline_query"), dict):
        query = raw["inline_query"]
        kept["inline_query"] = {"id": query["id"], "from": _user(query["from"]), "query": query["query"], "offset": ""}
    return kept


def _message(raw: Raw) -> Raw:
    kept: Raw = {"message_id": raw["message_id"], "date": raw.get("date", 0), "chat": _chat(raw["chat"])}
    if isinstance(raw.get("from"), dict):
        kept["from"] = _user(raw["from"])
    if not _CONTENT & raw.keys():
        raise ValueError  # a service message (pinned, timer set, joined): nobody said anything
    # What is written under a photo is a message too; the photo is never looked at.
    kind = "text" if "text" in raw else "caption"
    if isinstance(raw.get(kind), str):
        kept["text"] = raw[kind]
        entities = raw.get("entities" if kind == "text" else "caption_entities")
        kept["entities"] = [
            {key: entity[key] for key in ("type", "offset", "length")}
            for entity in (entities if isinstance(entities, list) else ())
            if isinstance(entity, dict) and entity.get("type") in ("bot_command", "mention")
        ]
    if raw.get("is_topic_message") is True:
        kept |= {"message_thread_id": raw["message_thread_id"], "is_topic_message": True}
    if "sender_chat" in raw:
        kept["sender_chat"] = {"id": 0, "type": "channel"}
    if "forward_origin" in raw:
        kept["forward_origin"] = {"type": "hidden_user", "date": 0, "sender_user_name": ""}
    replied = raw.get("reply_to_message")
    if isinstance(replied, dict) and isinstance(replied.get("from"), dict):
        kept["reply_to_message"] = {
            "message_id": replied["message_id"],
            "date": 0,
            "chat": _chat(replied["chat"]),
            "from": _user(replied["from"]),
        }
    return kept


def _chat(raw: Raw) -> Raw:
    return {"id": raw["id"], "type": raw["type"]}


def _user(raw: Raw) -> Raw:
    kept = {"id": raw["id"], "is_bot": raw.get("is_bot", False), "first_name": ""}
    return {**kept, "language_code": raw["language_code"]} if raw.get("language_code") else kept
