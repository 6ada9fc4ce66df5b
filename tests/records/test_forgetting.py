"""Forgetting on request, and by the clock: never early, never more than an hour late, whatever the clock does."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.records.forgetting import SteadyClock, forget, keep_sweeping, sweep, until_next_hour
from bot.records.keys import Keys, end_of
from bot.records.sqlite import SqliteStore
from bot.records.store import IDS_HOURS, TEXTS_HOURS, Store
from bot.records.writing import Writer
from tests.records.benches import DAY, HOUR, START, Bench, files, in_loop, letter, question

DAYS = 400
LATE = 1
SECOND = dt.timedelta(seconds=1)
"""Hours."""


@in_loop
async def test_a_person_is_forgotten_in_order_and_told_so(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path, Keys(tmp_path / "keys"), lambda: START)
    writer, dropped = Writer(store), []
    await writer.do(lambda s: s.receive([question(1, chat=5, body="old"), question(2, chat=5), question(3, chat=6)]))
    await writer.do(lambda s: s.handled(1, [letter(5, "an answer")]))
    (row,) = store._db.execute("SELECT body FROM letters").fetchone()

    def drop() -> None:
        assert row not in files(tmp_path), "memory goes after the files"
        dropped.append(5)

    (kept,) = await forget(writer, 5, 2, [lambda _: [letter(5, "done")]], drop)
    assert dropped == [5]
    assert await writer.do(lambda s: s.unsent()) == [kept]
    assert [one.update for one in await writer.do(lambda s: s.waiting())] == [3]
    assert await forget(writer, 5, 2, [lambda _: [letter(5, "done")]], drop) == []  # the same again, as after a crash
    assert await writer.do(lambda s: s.unsent()) == [kept]
    await writer.close()


@dataclass
class Year:
    """Days that pass by hours, with a clock that can be wrong: `true` time, and `ahead` by how much the clock is."""

    folder: Path
    seed: int
    jumping: bool
    true: dt.datetime = dt.datetime(2027, 6, 1, tzinfo=dt.UTC)
    ahead: dt.timedelta = dt.timedelta()
    questions: dict[int, dt.datetime] = field(default_factory=dict)
    letters: dict[int, dt.datetime] = field(default_factory=dict)
    ids: dict[int, dt.datetime] = field(default_factory=dict)
    swept: int = 0

    def clock(self) -> dt.datetime:
        return self.true + self.ahead

    def live(self) -> None:
        chance = random.Random(self.seed)
        keys = Keys(self.folder / "keys")
        clock = SteadyClock(self.clock, lambda: (self.true - START) / SECOND)
        bench = Bench(lambda _: SqliteStore(None, keys, clock))
        for hour in range(DAYS * 24):
            start = self.true
            for minute in sorted(chance.sample(range(60), chance.choice([0, 0, 1]))):
                self.true = start + dt.timedelta(minutes=minute, seconds=chance.uniform(0, 59))
                self.ask(bench, hour * 60 + minute, answered=chance.random() < 0.5)
            self.true = start + HOUR
            if self.jumping and chance.random() < 1 / 240:
                self.ahead = chance.choice([DAY, -DAY, dt.timedelta()])
            if chance.random() < 0.9:  # the others are missed
                bench.do(lambda store: sweep(store, clock))
                self.look(bench, keys)
        bench.store.close()

    def ask(self, bench: Bench, number: int, *, answered: bool) -> None:
        bench.receive(question(number))
        self.ids[number] = self.true
        if answered:
            for kept in bench.handled(number, letter(1000 + number)):
                self.letters[kept.id or 0] = self.true
        else:
            self.questions[number] = self.true

    def look(self, bench: Bench, keys: Keys) -> None:
        self.swept += 1
        known = {row[0] for row in bench.store._db.execute("SELECT update_id FROM ids")}  # type: ignore[attr-defined]
        self.compare(self.ids, known, IDS_HOURS)
        self.compare(self.questions, {one.update for one in bench.waiting()}, TEXTS_HOURS)
        self.compare(self.letters, {one.id for one in bench.unsent()}, TEXTS_HOURS)
        # A clock that is a day behind ends its week a day later.
        behind = DAY if self.jumping else dt.timedelta()
        assert all(self.true <= end_of(week) + behind + (TEXTS_HOURS + 1 + LATE) * HOUR for week in keys.weeks())

    def compare(self, since: dict[int, dt.datetime], there: set[int] | set[int | None], hours: int) -> None:
        for number, moment in list(since.items()):
            age = self.true - moment
            if number in there:
                assert age <= (hours + LATE) * HOUR, "late"
            else:
                assert age >= hours * HOUR, "early"
                del since[number]
        assert there <= since.keys()


@pytest.mark.parametrize("jumping", [False, True])
def test_a_year_with_a_leap_day_and_missed_sweeps_and_a_clock_that_jumps(tmp_path: Path, *, jumping: bool) -> None:
    year = Year(tmp_path, seed=7, jumping=jumping)
    year.live()
    assert dt.datetime(2028, 2, 29, tzinfo=dt.UTC) < year.true
    assert year.swept > 0.8 * DAYS * 24


def test_a_clock_that_is_set_is_followed_when_the_store_has_followed() -> None:
    now = [START, 0.0]
    clock = SteadyClock(lambda: now[0], lambda: now[1])  # type: ignore[arg-type, return-value]
    now[:] = [START + DAY + 600 * SECOND, 600.0]
    assert clock() == START + 600 * SECOND
    assert clock.jumped_hours() == 24
    with pytest.raises(ZeroDivisionError), clock.followed_by(24):
        raise ZeroDivisionError
    assert clock() == START + 600 * SECOND
    with clock.followed_by(24):
        assert clock() == START + DAY + 600 * SECOND
    assert clock.jumped_hours() == 0


def test_sweeps_come_right_after_each_full_hour() -> None:
    def wait(minute: int, second: int) -> float:
        return until_next_hour(lambda: dt.datetime(2026, 11, 24, 10, minute, second, tzinfo=dt.UTC))

    assert wait(0, 0) == pytest.approx(3600, abs=0.2)
    assert wait(59, 59) == pytest.approx(1, abs=0.2)


@in_loop
async def test_sweeping_starts_at_once_and_goes_on_after_a_failure(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    swept: list[int] = []

    class Failing(SqliteStore):
        def sweep(self, jumped_hours: int = 0) -> None:
            swept.append(jumped_hours)
            if len(swept) == 1:
                raise ZeroDivisionError
            super().sweep(jumped_hours)

    clock = SteadyClock(lambda: START, None)
    store: Store = Failing(None, Keys(None), clock)
    writer = Writer(store)
    monkeypatch.setattr("bot.records.forgetting.until_next_hour", lambda _: 0.01)
    sweeping = asyncio.create_task(keep_sweeping(writer, clock, lambda _: [], lambda _: None))
    await asyncio.sleep(0.3)
    sweeping.cancel()
    await asyncio.gather(sweeping, return_exceptions=True)
    await writer.close()
    assert len(swept) > 2
    assert "could not be deleted [ZeroDivisionError" in caplog.text
