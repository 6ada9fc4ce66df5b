"""Forgetting: a person's records when she asks for it, everybody's when their time is over."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from bot.logs import where
from bot.records.store import Clock, Letter, Store
from bot.records.writing import Writer

_HOUR = 3600.0
_log = logging.getLogger(__name__)


async def forget(
    writer: Writer,
    chat: int,
    update: int,
    steps: Sequence[Callable[[Store], Sequence[Letter]]],
    drop: Callable[[], None],
) -> list[Letter]:
    """Forget a chat, and keep the letters that `steps` give to tell her so; they come back with ids.

    In this order, each step harmless when done again: the rows go and the question `update` is answered in one
    transaction; the log is emptied; `drop` lets go of what is in memory. Killed in between, the question is still
    waiting or the letters are, and nothing of the rest.
    """

    def forgotten(store: Store) -> list[Letter]:
        if not store.waits(update):
            return []
        letters = [letter for step in steps for letter in step(store)]
        store.forget(chat, but=update)
        return store.handled(update, letters)

    kept = await writer.do(forgotten, scrub=True)
    drop()
    return kept


class SteadyClock:
    """The time by which records age: the machine's clock at the start, and from then on the seconds that really passed.

    When somebody sets the machine's clock, the times in the store are set with it at the next sweep, and only then does
    this clock follow (`followed_by`): an hour of age stays an hour.
    """

    def __init__(self, wall: Clock, steady: Callable[[], float] | None) -> None:
        """`steady` counts seconds whatever the clock says; without such a counter this is the machine's clock."""
        self._wall = wall
        self._steady = steady
        self._apart = self._now_apart()

    def __call__(self) -> dt.datetime:
        """The moment it is, in universal time."""
        return self._wall() - dt.timedelta(seconds=self._now_apart() - self._apart)

    def jumped_hours(self) -> int:
        """By how much the machine's clock is ahead of this one, in whole hours; the rest waits for more."""
        return round((self._now_apart() - self._apart) / _HOUR)

    @contextmanager
    def followed_by(self, hours: int) -> Iterator[None]:
        """Go so many hours forward, if what is done meanwhile succeeds."""
        self._apart += hours * _HOUR
        try:
            yield
        except BaseException:
            self._apart -= hours * _HOUR
            raise

    def _now_apart(self) -> float:
        return self._wall().timestamp() - self._steady() if self._steady else 0.0


def steady_clock() -> SteadyClock:
    """The clock of this machine in universal time; a sleep of the machine counts as time where the system knows it."""
    counter = getattr(time, "CLOCK_BOOTTIME", None)
    return SteadyClock(
        lambda: dt.datetime.now(dt.UTC), None if counter is None else partial(time.clock_gettime, counter)
    )


def sweep(store: Store, clock: SteadyClock) -> None:
    """Delete all that is old by this clock, which is the store's."""
    hours = clock.jumped_hours()
    with clock.followed_by(hours):
        store.sweep(hours)


async def keep_sweeping(
    writer: Writer, clock: SteadyClock, before: Callable[[Store], list[Letter]], put: Callable[[Sequence[Letter]], None]
) -> None:
    """Sweep now and after every full hour, for ever; a sweep that fails is made good by the next.

    `before` does what must be done before anything is deleted, and `put` sends the letters that it has kept. Retention
    counts whole hours, so that what is swept right after an hour is over is never an hour late.
    """

    def swept(store: Store) -> list[Letter]:
        letters = before(store)
        sweep(store, clock)
        return letters

    while True:
        try:
            put(await writer.do(swept, scrub=True))
        except Exception as error:  # noqa: BLE001 - the bot goes on, and so does the sweeping
            _log.error("old records could not be deleted [%s]", where(error))
        await asyncio.sleep(until_next_hour(clock))


def until_next_hour(clock: Clock) -> float:
    """Seconds until the next full hour is over, and a little: a timer may ring early."""
    now = clock()
    return (dt.timedelta(hours=1) - dt.timedelta(minutes=now.minute, seconds=now.second)).total_seconds() + 0.1
