"""Our own limits, below Telegram's: about 30 messages a second, one a second to a person, 20 a minute to a group.

(https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this)
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import IntEnum

_MOST_CHATS = 1000
_MANY = 10
"""Letters that wait for a chat when its emergencies go as replies: the first ones are on their way."""


class Rank(IntEnum):
    """Who goes first where all wait."""

    EMERGENCY = 0
    REPLY = 1
    NOTICE = 2


@dataclass(frozen=True)
class Rate:
    """So many at once, and from then on so many a second; in any time t at most `burst + t * second`."""

    second: float
    burst: int


@dataclass(frozen=True)
class Limits:
    """At most 30 in any second; a reply of several parts at once, then one a second; 15 in any minute to a group."""

    everyone: Rate = Rate(25.0, 5)
    person: Rate = Rate(1.0, 4)
    group: Rate = Rate(10 / 60, 5)


class Bucket:
    """Says how long the next one has to wait."""

    def __init__(self, rate: Rate, clock: Callable[[], float]) -> None:
        self._step = 1.0 / rate.second
        self._room = self._step * (rate.burst - 1)
        self._clock = clock
        self._next = 0.0

    def wait(self) -> float:
        """Seconds until one may go; 0 or less: now."""
        return self._next - self._room - self._clock()

    def take(self) -> None:
        """One goes."""
        self._next = max(self._next, self._clock()) + self._step

    @property
    def used(self) -> float:
        """Seconds until it is as if nothing had ever gone; 0: it is so now."""
        return max(0.0, self._next - self._clock())

    @property
    def full(self) -> bool:
        """Whether it is as if nothing had ever gone."""
        return not self.used


class Pace:
    """Lets letters go one after the other: within the limits, emergencies first, notices last.

    Among equals, the chat for which less waits goes first, so that a flood's replies wait for everybody else's.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._everyone = Bucket(limits.everyone, clock)
        self._chats: dict[int, Bucket] = {}
        self._waiting: list[tuple[Rank, int, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()
        self._timer: asyncio.TimerHandle | None = None

    async def turn(self, chat: int, rank: Rank, backlog: int = 1) -> None:
        """Wait for the turn of a chat, where `backlog` letters wait; an emergency waits for no others of its chat."""
        rate = self._limits.person if chat > 0 else self._limits.group
        bucket = _of(self._chats, chat, rate, self._clock)
        if rank is not Rank.EMERGENCY and (wait := bucket.wait()) > 0:
            await asyncio.sleep(wait)  # nobody else takes of the chat's: its letters go one after the other
        if rank is Rank.EMERGENCY and backlog > _MANY:
            rank = Rank.REPLY
        bucket.take()
        mine = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (rank, backlog, next(self._numbers), mine))
        self._give()
        await mine

    def _give(self) -> None:
        """Let go whoever may, and come back when the next one may."""
        while self._waiting:
            if self._waiting[0][-1].done():  # cancelled
                heapq.heappop(self._waiting)
                continue
            wait = self._everyone.wait()
            if wait > 0:
                if self._timer is None:
                    self._timer = asyncio.get_running_loop().call_later(wait, self._again)
                return
            self._everyone.take()
            heapq.heappop(self._waiting)[-1].set_result(None)

    def _again(self) -> None:
        self._timer = None
        self._give()


class Thinking:
    """At most `most` at once; among those who wait, whoever has least waiting (`backlog`) goes first.

    So a flood waits behind everybody else, and is still answered in the end.
    """

    def __init__(self, backlog: Callable[[int], int], most: int = 2) -> None:
        self._backlog = backlog
        self._free = most
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    @asynccontextmanager
    async def turn(self, chat: int) -> AsyncIterator[None]:
        """Wait for the turn of a chat, and hold it."""
        mine = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (self._backlog(chat), next(self._numbers), mine))
        self._give()
        await mine
        try:
            yield
        finally:
            self._free += 1
            self._give()

    def _give(self) -> None:
        while self._waiting and self._free:
            mine = heapq.heappop(self._waiting)[-1]
            if not mine.done():  # given up
                self._free -= 1
                mine.set_result(None)


def _of(chats: dict[int, Bucket], chat: int, rate: Rate, clock: Callable[[], float]) -> Bucket:
    """A chat's bucket; those that are as if new are dropped when there are many."""
    if chat not in chats:
        if len(chats) >= _MOST_CHATS:
            for one in [one for one, bucket in chats.items() if bucket.full]:
                del chats[one]
        chats[chat] = Bucket(rate, clock)
    return chats[chat]
