"""Our own limits, counted over a clock of the test's; and who goes first where all wait."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.telegram.pacing import Bucket, Limits, Pace, Rank, Rate, Thinking

LIMITS = Limits()


@pytest.mark.parametrize(
    ("rate", "seconds", "most"),
    [(LIMITS.everyone, 1.0, 30), (LIMITS.person, 1.0, 5), (LIMITS.person, 10.0, 14), (LIMITS.group, 60.0, 15)],
)
def test_no_window_of_time_sees_more_than_its_limit(rate: Rate, seconds: float, most: int) -> None:
    now = [1000.0]
    bucket = Bucket(rate, lambda: now[0])
    went: list[float] = []
    while len(went) < 200:
        if bucket.wait() <= 0:
            bucket.take()
            went.append(now[0])
        else:
            now[0] += bucket.wait() + 1e-9
        if len(went) == 100:
            now[0] += 300.0  # a quiet while, and then again at once
    most_seen = max(sum(start <= one < start + seconds for one in went) for start in went)
    assert most_seen <= most
    assert went[-1] - went[100] > 0


def test_a_reply_of_three_parts_is_not_slow() -> None:
    bucket = Bucket(LIMITS.person, lambda: 5.0)
    for _ in range(3):
        assert bucket.wait() <= 0
        bucket.take()


def went(order: list[tuple[int, Rank]]) -> list[int]:
    """The chats in the order in which they go, when all come at the same moment and one a 50th of a second may."""

    async def tell() -> list[int]:
        pace, gone = Pace(Limits(everyone=Rate(50.0, 1), person=Rate(1000.0, 100), group=Rate(1000.0, 100))), []

        async def go(chat: int, rank: Rank) -> None:
            await pace.turn(chat, rank)
            gone.append(chat)

        await asyncio.gather(go(99, Rank.REPLY), *(go(chat, rank) for chat, rank in order))
        return gone[1:]

    return asyncio.run(tell())


def test_emergencies_go_first_and_notices_last() -> None:
    assert went([(1, Rank.NOTICE), (2, Rank.REPLY), (3, Rank.EMERGENCY), (4, Rank.REPLY)]) == [3, 2, 4, 1]


def test_the_chat_for_which_less_waits_goes_first_also_in_an_emergency_of_many() -> None:
    async def tell() -> list[int]:
        pace, gone = Pace(Limits(everyone=Rate(50.0, 1), person=Rate(10.0, 100))), []

        async def go(chat: int, rank: Rank, backlog: int) -> None:
            await pace.turn(chat, rank, lambda: backlog)
            gone.append(chat)

        await go(9, Rank.REPLY, 1)
        await asyncio.gather(
            go(1, Rank.REPLY, 5), go(2, Rank.REPLY, 1), go(3, Rank.EMERGENCY, 50), go(4, Rank.REPLY, 2)
        )
        return gone[1:]

    assert asyncio.run(tell()) == [2, 4, 1, 3]


def test_thinking_is_done_for_the_quiet_before_the_loud() -> None:
    async def tell() -> list[int]:
        thinking, gone = Thinking({1: 9, 2: 1, 3: 4}.__getitem__, most=1), []

        async def think(chat: int) -> None:
            async with thinking.turn(chat):
                await asyncio.sleep(0.01)
                gone.append(chat)

        await asyncio.gather(think(1), think(3), think(2), think(1))
        return gone

    assert asyncio.run(tell()) == [1, 2, 3, 1]


def test_an_emergency_does_not_wait_for_what_its_chat_has_had() -> None:
    async def tell() -> float:
        pace = Pace(Limits(person=Rate(0.01, 1)))
        await pace.turn(1, Rank.REPLY)
        start = time.monotonic()
        await pace.turn(1, Rank.EMERGENCY)
        return time.monotonic() - start

    assert asyncio.run(tell()) < 5


def test_a_turn_that_is_given_up_is_nobodys() -> None:
    async def tell() -> None:
        pace = Pace(Limits(everyone=Rate(20.0, 1)))
        await pace.turn(1, Rank.REPLY)
        waiting = asyncio.create_task(pace.turn(2, Rank.REPLY))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait_for(pace.turn(3, Rank.REPLY), 5)

    asyncio.run(tell())
