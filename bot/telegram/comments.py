"""A comment and the message it is forwarded with: Telegram sends them as two messages, the comment first."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass

from telegram import Message, Update
from telegram.constants import ChatType

_PAUSE = 0.8
"""Seconds to wait for a forward behind a typed message; both leave the phone at the same moment."""

_APART = 2.0
"""Seconds by which their dates may differ (Telegram's dates are whole seconds)."""

_MOST_CHATS = 1000


@dataclass
class _Newest:
    message_id: int
    date: float
    forwarded: bool
    told: asyncio.Event


class Comments:
    """Sees what arrives next in a private chat before its turn. Keeps no text but a comment that waits."""

    def __init__(self, pause: float = _PAUSE) -> None:
        self._pause = pause
        self._newest: OrderedDict[int, _Newest] = OrderedDict()
        self._waiting: dict[int, str] = {}

    def announce(self, update: Update) -> None:
        """An update has arrived; its turn comes later."""
        message = update.message
        if message is None or message.chat.type != ChatType.PRIVATE:
            return
        before = self._newest.pop(message.chat.id, None)
        forwarded = message.forward_origin is not None
        self._newest[message.chat.id] = _Newest(
            message.message_id, message.date.timestamp(), forwarded, asyncio.Event()
        )
        if before is not None:
            before.told.set()
        while len(self._newest) > _MOST_CHATS:
            self._newest.popitem(last=False)

    async def goes_with_next(self, message: Message) -> bool:
        """Whether a typed message is the comment of a forward that follows at once; then it waits for `take`."""
        newest = self._newest.get(message.chat.id)
        if newest is not None and newest.message_id <= message.message_id:
            try:
                await asyncio.wait_for(newest.told.wait(), self._pause)
            except TimeoutError:
                return False
            newest = self._newest.get(message.chat.id)
        if newest is None or not newest.forwarded or newest.date - message.date.timestamp() > _APART:
            return False
        self._waiting[message.chat.id] = message.text or ""
        return True

    def take(self, chat: int) -> str:
        """The comment that waits for the next message of a chat, once; empty where there is none."""
        return self._waiting.pop(chat, "")

    def forget(self, chat: int) -> None:
        """Drop what is remembered of a chat."""
        self._newest.pop(chat, None)
        self._waiting.pop(chat, None)
