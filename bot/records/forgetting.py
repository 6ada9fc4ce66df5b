"""Forgetting: a person's records when she asks for it, everybody's when their time is over."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from bot.logs import where
from bot.records.sqlite import Clock
from bot.records.store import Letter, Store
from bot.records.writing import Writer

_HOUR = 3600.0
_log = logging.getLogger(__name__)


async def forget(
    writer: Writer, chat: int, update: int, letters: Sequence[Letter], drop: Callable[[], None]
) -> list[Letter]:
    """Forget a chat, and keep the letters that tell her so; they come back with ids.

    In this order, each step harmless when done again: the rows go and the question `update` is answered in one
    transaction; the log is emptied; `drop` lets go of what is in memory. Killed in between, the question is still
    waiting or the letters are, and nothing of the rest.
    """

    def forgotten(store: Store) -> list[Letter]:
        store.forget(chat, but=update)
        return store.handled(update, letters)

    kept = await writer.do(forgotten, scrub=True)
    drop()
    return kept


class Jumps:
    """How far the machine's clock was set since that was last allowed for, in whole hours; the rest counts next time.

    `steady` counts seconds whatever the clock says, sleep included; without such a counter no jump is seen.
    """

    def __init__(self, clock: Clock, steady: Callable[[], float] | None) -> None:
        self._clock = clock
        self._steady = steady
        self._apart = self._now_apart()

    def hours(self) -> int:
        """Forward is positive."""
        return round((self._now_apart() - self._apart) / _HOUR)

    def allowed_for(self, hours: int) -> None:
        """So many hours are in the store by now."""
        self._apart += hours * _HOUR

    def _now_apart(self) -> float:
        return self._clock().timestamp() - self._steady() if self._steady else 0.0


def steady_clock() -> Callable[[], float] | None:
    """Seconds since the machine started, also those it slept; None where the system has no such counter."""
    which = getattr(time, "CLOCK_BOOTTIME", None)
    return None if which is None else lambda: time.clock_gettime(which)


async def keep_sweeping(writer: Writer, clock: Clock) -> None:
    """Sweep now and after every full hour, for ever; a sweep that fails is made good by the next.

    Retention counts whole hours, so that what is swept right after an hour is over is never an hour late.
    """
    jumps = Jumps(clock, steady_clock())
    while True:
        try:
            hours = jumps.hours()
            await writer.do(partial(_swept, hours=hours), scrub=True)
            jumps.allowed_for(hours)
        except Exception as error:  # noqa: BLE001 - the bot goes on, and so does the sweeping
            _log.error("old records could not be deleted [%s]", where(error))
        await asyncio.sleep(until_next_hour(clock))


def _swept(store: Store, hours: int) -> None:
    store.sweep(hours)


def until_next_hour(clock: Clock) -> float:
    """Seconds until the next full hour is over, and a little: a timer may ring early."""
    now = clock()
    return (timedelta(hours=1) - timedelta(minutes=now.minute, seconds=now.second)).total_seconds() + 0.1
