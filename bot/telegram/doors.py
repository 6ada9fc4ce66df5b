"""Who is heard how far: nobody can write so fast that others wait, and whoever is banned is heard in an emergency only.

No id is kept: a person is known again, while the program runs, by a hash under a key that is written nowhere.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from enum import Enum, auto

from bot.telegram.pacing import Bucket, Rate

DOOR = Rate(1.0, 120)
"""Messages taken in at all. More than anybody types; a volunteer may forward a hundred at once."""
ANSWERS = Rate(0.5, 20)
"""Messages of an asker that are answered; beyond, only emergencies are."""
MOST_WAITING = 15
"""Letters that wait for an asker; with as many, her messages are treated as those beyond `ANSWERS`. Two hundred people
who keep up with `ANSWERS` are due a hundred letters a second, four times what may be sent: all would wait for them."""
WARNINGS = Rate(1 / 60, 1)
"""How often she is told to write more slowly."""
_MOST_PEOPLE = 20_000


class Heard(Enum):
    """What a person's message gets."""

    EVERYTHING = auto()
    EMERGENCIES = auto()
    EMERGENCIES_OR_WARNING = auto()


class Crowd:
    """A bucket for each person of late; whose is full again is forgotten first."""

    def __init__(self, rate: Rate, clock: Callable[[], float], most: int = _MOST_PEOPLE) -> None:
        self._rate = rate
        self._clock = clock
        self._most = most
        self._key = secrets.token_bytes(32)
        self._buckets: OrderedDict[bytes, Bucket] = OrderedDict()

    def lets(self, person: int) -> bool:
        """Whether this person may once more; if so, it counts."""
        who = hashlib.blake2b(str(person).encode(), key=self._key, digest_size=16).digest()
        bucket = self._buckets.pop(who, None) or Bucket(self._rate, self._clock)
        # From the longest silent on: whoever has all room again, and others where there are too many.
        while self._buckets and (len(self._buckets) >= self._most or next(iter(self._buckets.values())).full):
            self._buckets.popitem(last=False)
        self._buckets[who] = bucket
        if bucket.wait() > 0:
            return False
        bucket.take()
        return True

    def __len__(self) -> int:
        return len(self._buckets)


class Doors:
    """The limits for people. `banned` says whether somebody is, `waiting` how many letters wait for somebody."""

    def __init__(
        self,
        banned: Callable[[int], Awaitable[bool]],
        waiting: Callable[[int], int] = lambda _: 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._banned = banned
        self._waiting = waiting
        self._door = Crowd(DOOR, clock)
        self._answers = Crowd(ANSWERS, clock)
        self._warnings = Crowd(WARNINGS, clock)

    def lets_in(self, person: int) -> bool:
        """Whether a message is taken in; what is not is lost, and nobody is told: Telegram would be flooded too."""
        return self._door.lets(person)

    async def heard(self, person: int) -> Heard:
        """What an asker's message gets."""
        if await self._banned(person):
            return Heard.EMERGENCIES
        if self._waiting(person) < MOST_WAITING and self._answers.lets(person):
            return Heard.EVERYTHING
        return Heard.EMERGENCIES_OR_WARNING if self._warnings.lets(person) else Heard.EMERGENCIES
