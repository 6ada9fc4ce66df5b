"""Which messages of a private chat can still be deleted there, for /forget: ids in memory only, for 48 hours."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from telegram.ext import ExtBot

from bot.logs import where

DELETABLE_SECONDS = 48 * 3600 - 60
"""Telegram deletes a message for a bot until it is 48 hours old; a minute less, for clocks differ."""

MOST_CHATS = 50_000
MOST_MESSAGES = 200
_AT_ONCE = 100
_TRIES = 3
_log = logging.getLogger(__name__)


class Traces:
    """Message ids of both sides, by private chat, oldest first. No text, never on disk."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[int, deque[tuple[float, int]]] = OrderedDict()

    def seen(self, chat: int, message: int) -> None:
        """A message is in a chat now; groups' are nobody's to delete."""
        if chat <= 0:
            return
        kept = self._kept.pop(chat, None) or deque(maxlen=MOST_MESSAGES)
        kept.append((self._clock(), message))
        self._kept[chat] = kept
        if len(self._kept) > MOST_CHATS:
            self._kept.popitem(last=False)

    def sweep(self) -> None:
        """Drop what can not be deleted any more."""
        oldest = self._clock() - DELETABLE_SECONDS
        while self._kept and next(iter(self._kept.values()))[-1][0] < oldest:
            self._kept.popitem(last=False)

    def of(self, chat: int) -> list[int]:
        """The messages of a chat that can still be deleted."""
        oldest = self._clock() - DELETABLE_SECONDS
        return sorted({message for at, message in self._kept.get(chat, ()) if at >= oldest})

    def forget(self, chat: int) -> None:
        """Drop a chat."""
        self._kept.pop(chat, None)

    def __len__(self) -> int:
        return len(self._kept)


async def erase(bot: ExtBot[None], traces: Traces, chat: int) -> None:
    """Delete in the chat what can be deleted; what Telegram does not let go is left, and the person is told how."""
    messages = traces.of(chat)
    for start in range(0, len(messages), _AT_ONCE):
        for attempt in range(_TRIES):
            try:
                await bot.delete_messages(chat, messages[start : start + _AT_ONCE])
                break
            except Exception as error:  # noqa: BLE001 - whatever it was, forgetting goes on
                _log.warning("messages could not be deleted in a chat, try %d [%s]", attempt + 1, where(error))
                await asyncio.sleep(attempt)
