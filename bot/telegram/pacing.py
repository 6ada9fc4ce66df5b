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
    def full(self) -> bool:
        """Whether it is as if nothing had ever gone."""
        return self._next <= self._clock()


@dataclass(frozen=True)
class _Turn:
    """Somebody who waits. `backlog` is asked again each time: a flood may have grown behind its first letter."""

    rank: Rank
    number: int
    backlog: Callable[[], int]
    given: asyncio.Future[None]

    @property
    def key(self) -> tuple[int, int, int]:
        backlog = self.backlog()
        late = self.rank is Rank.EMERGENCY and backlog > _MANY
        return Rank.REPLY if late else self.rank, backlog, self.number


class _Queue:
    """Turns that wait; the next is the one with the lowest rank, then the smallest backlog, then the oldest.

    A heap, in which a key may be old: it only grows while its turn waits, so that whoever comes out is asked once more.
    """

    def __init__(self) -> None:
        self._turns: list[tuple[tuple[int, int, int], _Turn]] = []
        self._numbers = itertools.count()

    def join(self, rank: Rank, backlog: Callable[[], int]) -> asyncio.Future[None]:
        """Wait from now on."""
        turn = _Turn(rank, next(self._numbers), backlog, asyncio.get_running_loop().create_future())
        heapq.heappush(self._turns, (turn.key, turn))
        return turn.given

    def next(self) -> asyncio.Future[None] | None:
        """Take the next one out, if anybody waits who has not given up."""
        while self._turns:
            _, turn = heapq.heappop(self._turns)
            if turn.given.done():
                continue
            if not self._turns or (now := turn.key) <= self._turns[0][0]:
                return turn.given
            heapq.heappush(self._turns, (now, turn))
        return None

    def __len__(self) -> int:
        return len(self._turns)


class Pace:
    """Lets letters go one after the other: within the limits, emergencies first, notices last.

    Among equals, the chat for which less waits goes first, so that a flood's replies wait for everybody else's.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._everyone = Bucket(limits.everyone, clock)
        self._chats: dict[int, Bucket] = {}
        self._queue = _Queue()
        self._timer: asyncio.TimerHandle | None = None

    async def turn(self, chat: int, rank: Rank, backlog: Callable[[], int] = lambda: 1) -> None:
        """Wait for the turn of a chat, where `backlog` letters wait; an emergency waits for no others of its chat."""
        rate = self._limits.person if chat > 0 else self._limits.group
        bucket = _of(self._chats, chat, rate, self._clock)
        while rank is not Rank.EMERGENCY and (wait := bucket.wait()) > 0:  # noqa: ASYNC110 - a rate is no event
            await asyncio.sleep(wait)  # another topic of a group may have taken it meanwhile
        bucket.take()
        mine = self._queue.join(rank, backlog)
        self._give()
        await mine

    def _give(self) -> None:
        """Let go whoever may, and come back when the next one may."""
        while self._queue:
            wait = self._everyone.wait()
            if wait > 0:
                if self._timer is None:
                    self._timer = asyncio.get_running_loop().call_later(wait, self._again)
                return
            if (given := self._queue.next()) is not None:
                self._everyone.take()
                given.set_result(None)

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
        self._queue = _Queue()

    @asynccontextmanager
    async def turn(self, chat: int) -> AsyncIterator[None]:
        """Wait for the turn of a chat, and hold it."""
        mine = self._queue.join(Rank.REPLY, lambda: self._backlog(chat))
        self._give()
        await mine
        try:
            yield
        finally:
            self._free += 1
            self._give()

    def _give(self) -> None:
        while self._free and (given := self._queue.next()) is not None:
            self._free -= 1
            given.set_result(None)


def _of(chats: dict[int, Bucket], chat: int, rate: Rate, clock: Callable[[], float]) -> Bucket:
    """A chat's bucket; those that are as if new are dropped when there are many."""
    if chat not in chats:
        if len(chats) >= _MOST_CHATS:
            for one in [one for one, bucket in chats.items() if bucket.full]:
                del chats[one]
        chats[chat] = Bucket(rate, clock)
    return chats[chat]
