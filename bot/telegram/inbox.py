"""Updates in: our own long polling, each update cut to an allow-list and parsed in its own try.

An update is confirmed to Telegram (by asking with a higher offset) once it was handled, or after a few seconds where a
reply is slow. The stock poller confirms first, and loses what it was handling when it is killed.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from telegram import Update
from telegram.error import Conflict, InvalidToken, RetryAfter
from telegram.ext import ExtBot

from bot.logs import where
from bot.telegram.outbox import seconds_to_wait

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "inline_query")
POLL_SECONDS = 30
HANDLING_SECONDS = 5.0
"""How long the next poll waits for the replies to the last batch."""

_CONTENT = {
    "text", "caption", "photo", "voice", "video", "video_note", "audio", "document", "animation", "sticker", "contact",
    "location", "venue", "poll", "dice",
}  # fmt: skip
"""What people send; any other message is Telegram's own."""

_MOST_SEEN = 10_000
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 30.0

_log = logging.getLogger(__name__)

Raw = dict[str, Any]


class PollingBot(ExtBot[None]):
    """A bot that also hands out updates as they came, so that one broken update cannot spoil a batch."""

    async def raw_updates(self, offset: int | None, seconds: int) -> Sequence[Raw]:
        """`getUpdates` without parsing."""
        data: Raw = {"timeout": seconds, "allowed_updates": list(ALLOWED_UPDATES)}
        if offset is not None:
            data["offset"] = offset
        result = await self._post("getUpdates", data, read_timeout=seconds + 10.0)
        return result if isinstance(result, list) else ()


class Inbox:
    """Polls until stopped; hands each update to `handle`, per chat in order, chats side by side.

    `announce` sees each update as soon as it is there, before its turn.
    """

    def __init__(
        self,
        bot: PollingBot,
        handle: Callable[[Update], Awaitable[None]],
        announce: Callable[[Update], None] = lambda _: None,
    ) -> None:
        self._bot = bot
        self._handle = handle
        self._announce = announce
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._last: dict[int, asyncio.Task[None]] = {}
        self._running: set[asyncio.Task[None]] = set()

    async def poll(self, ready: asyncio.Task[Any] | None = None) -> None:
        """Poll for ever. Raises `InvalidToken` and `Conflict` (another copy polls); waits out everything else.

        Until `ready` is done nothing can be answered, and so nothing more is confirmed.
        """
        offset: int | None = None  # never a stored one: after a quiet week Telegram starts anywhere
        pause = _FIRST_PAUSE
        while True:
            try:
                batch = await self._bot.raw_updates(offset, POLL_SECONDS)
                pause = _FIRST_PAUSE
            except (InvalidToken, Conflict):
                raise
            except RetryAfter as error:
                await asyncio.sleep(seconds_to_wait(error))
                continue
            except Exception as error:  # noqa: BLE001 - answers that make no sense raise anything
                _log.warning("Telegram could not be reached, next try in %.0f s [%s]", pause, where(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
                continue
            batch_tasks: set[asyncio.Task[None]] = set()
            for raw in batch:
                number = raw.get("update_id") if isinstance(raw, dict) else None
                if isinstance(number, int):
                    offset = max(offset or 0, number + 1)
                    if number not in self._seen:
                        self._remember(number)
                        if task := self.take(raw):
                            batch_tasks.add(task)
            if ready is not None:
                await asyncio.wait([ready])
            # Only this batch's: one slow chat must not hold up every poll after it.
            if batch_tasks:
                await asyncio.wait(batch_tasks, timeout=HANDLING_SECONDS)

    def take(self, raw: Raw) -> asyncio.Task[None] | None:
        """Start handling one raw update; a broken one is dropped, counted in the log, and harms nothing else."""
        try:
            update = Update.de_json(cut(raw), self._bot)
        except Exception as error:  # noqa: BLE001 - whatever a broken update raises, the loop goes on
            _log.warning("an update could not be read [%s]", where(error))
            return None
        self._announce(update)
        chat = update.effective_chat.id if update.effective_chat else 0
        task = asyncio.create_task(self._in_turn(self._last.get(chat), update))
        self._last[chat] = task
        self._running.add(task)
        task.add_done_callback(lambda done: self._finished(chat, done))
        return task

    async def drain(self, seconds: float) -> None:
        """Wait for the replies that are under way, at most so long."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)

    async def _in_turn(self, before: asyncio.Task[None] | None, update: Update) -> None:
        if before is not None:
            await asyncio.wait([before])
        try:
            await self._handle(update)
        except Exception as error:  # noqa: BLE001 - one chat's fault must not stop the others
            _log.error("an update could not be handled [%s]", where(error))

    def _finished(self, chat: int, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if self._last.get(chat) is task:
            del self._last[chat]

    def _remember(self, number: int) -> None:
        self._seen[number] = None
        if len(self._seen) > _MOST_SEEN:
            self._seen.popitem(last=False)


def cut(raw: Raw) -> Raw:
    """The update with what Amparo may know and nothing else.

    Kept: update id, chat id and type, message id, text with its commands, whether it was forwarded (never from whom),
    whether it replies to the bot, whether a channel or a group speaks (never which), button data, the words of an
    inline query, the client's language. Names, contacts, places and files are never read.
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
