"""Limits for people: a flood gets one warning, a ban silence, and an emergency passes both."""

from __future__ import annotations

from collections import Counter
from typing import Any

from bot.app import build_bot
from bot.conversation.house import House
from bot.practising import in_memory
from bot.records.forgetting import steady_clock
from bot.telegram.doors import ANSWERS, DOOR, MOST_WAITING, Crowd, Doors, Heard
from bot.telegram.pacing import Rate
from bot.telegram.staff import Staff
from tests.records.benches import in_loop
from tests.telegram.edges import at_the_edge
from tests.telegram.test_bot import Bot, Recorder, at_work, message, press

EMERGENCY = "ICE is at my door"


async def nobody(_: int) -> bool:
    return False


def test_each_person_has_her_own_room_and_gets_it_back_with_time() -> None:
    now = [0.0]
    crowd = Crowd(Rate(0.5, 3), lambda: now[0])
    assert [crowd.lets(1) for _ in range(5)] == [True, True, True, False, False]
    assert crowd.lets(2)
    now[0] += 2
    assert [crowd.lets(1) for _ in range(2)] == [True, False]
    now[0] += 1000
    assert [crowd.lets(1) for _ in range(4)] == [True, True, True, False]


def test_only_people_of_late_are_kept_and_no_id_is() -> None:
    now = [0.0]
    crowd = Crowd(Rate(1.0, 3), lambda: now[0], most=100)
    for person in range(1_000):
        crowd.lets(person)
    assert len(crowd) == 100
    now[0] += 10
    crowd.lets(7_777_000_001)
    assert len(crowd) == 1
    assert not any(str(7_777_000_001).encode() in key for key in crowd._buckets)


def test_two_runs_know_nobody_by_the_same_hash() -> None:
    first, second = Crowd(ANSWERS, lambda: 0.0), Crowd(ANSWERS, lambda: 0.0)
    first.lets(5)
    second.lets(5)
    assert first._buckets.keys() != second._buckets.keys()


@in_loop
async def test_whoever_has_many_replies_waiting_is_due_no_more_of_them() -> None:
    waiting = {1: MOST_WAITING, 2: MOST_WAITING - 1}
    doors = Doors(nobody, waiting.__getitem__, lambda: 0.0)
    assert [await doors.heard(1) for _ in range(2)] == [Heard.EMERGENCIES_OR_WARNING, Heard.EMERGENCIES]
    assert await doors.heard(2) is Heard.EVERYTHING
    waiting[1] = 0
    assert await doors.heard(1) is Heard.EVERYTHING


@in_loop
async def test_a_flood_is_warned_once_and_an_emergency_passes(house: House) -> None:
    async with at_work(house) as bot:
        await bot.hears(message=message("hi"))
        for _ in range(ANSWERS.burst + 10):
            await bot.hears(message=message("can ICE see my license data?"))
        said = Counter(text[:30] for text in bot.recorder.texts)
        assert sum(said.values()) <= ANSWERS.burst + 2
        assert said["You are writing very fast. Ple"] == 1
        before = len(bot.recorder.texts)
        await bot.hears(message=message(EMERGENCY))
        assert len(bot.recorder.texts) == before + 1
        assert "door" in bot.recorder.texts[-1]
        await bot.hears(message=message("can ICE see my license data?", chat=8))
        assert len(bot.recorder.texts) == before + 2, "another person waits for nobody"


@in_loop
async def test_a_banned_person_is_heard_in_an_emergency_and_forgotten_on_request(house: House) -> None:
    store = in_memory(steady_clock())
    store.ban(7, 0)
    async with at_work(house, store=store) as bot:
        await bot.hears(message=message("can ICE see my license data?"))
        await bot.hears(**press("t||||"))
        assert bot.recorder.texts == []
        await bot.hears(message=message(EMERGENCY))
        assert len(bot.recorder.texts) == 1
        await bot.hears(message=message("/forget"))
        assert bot.recorder.texts[-1].startswith("I will forget")
        await bot.hears(**press("F||||"))
        assert bot.recorder.texts[-1].startswith("Done.")
        before = len(bot.recorder.texts)
        await bot.hears(message=message("can ICE see my license data?"))
        assert len(bot.recorder.texts) == before, "a ban stays"


@in_loop
async def test_volunteers_are_not_slowed_down(house: House) -> None:
    forwarded: dict[str, Any] = {"forward_origin": {"type": "hidden_user", "sender_user_name": "x", "date": 1}}
    recorder = Recorder()
    telegram = build_bot("123:ABC", recorder, recorder)
    async with at_the_edge(house, telegram, staff=Staff(telegram, volunteers=frozenset([7]))) as edge:
        bot = Bot(recorder, edge)
        for _ in range(ANSWERS.burst + 5):
            await bot.hears(message=message("can ICE see my license data?", **forwarded))
        assert len(bot.recorder.texts) >= ANSWERS.burst + 5
        assert not any(text.startswith("You are writing very fast") for text in bot.recorder.texts)


@in_loop
async def test_what_no_person_can_type_is_not_even_taken_in() -> None:
    now = [0.0]
    doors = Doors(nobody, clock=lambda: now[0])
    taken = [n for n in range(1000) if doors.lets_in(5)]
    assert len(taken) == DOOR.burst
    now[0] += 10
    assert sum(doors.lets_in(5) for _ in range(100)) == 10
