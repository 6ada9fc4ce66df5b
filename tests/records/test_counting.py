"""Counts by week: what may be shown, and that nothing small follows from it."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections import defaultdict
from collections.abc import Iterator

from bot.records.counting import LEAST_SHOWN, MOST_WEEKS, Counts, Table, released

MONDAY = dt.date(2026, 11, 16)
POSSIBLE = {"topic": ("a", "b"), "language": ("en", "es", "ht")}


def counting(start: dt.date = MONDAY) -> tuple[Counts, list[dt.date]]:
    today = [start]
    return Counts(lambda: today[0]), today


def test_a_week_is_shown_when_it_is_over_and_no_small_count_of_it() -> None:
    counts, today = counting()
    for number in range(30):
        counts.add("answered", topic="a", language="es" if number < 25 else "ht")
    assert list(counts.shown("answered", POSSIBLE)) == []
    today[0] += dt.timedelta(days=7)
    assert list(counts.shown("answered", POSSIBLE)) == [(MONDAY, {"topic": {"a": 30}, "language": {"es": 25}})]
    assert list(counts.shown("gaps", POSSIBLE)) == []


def test_old_weeks_are_dropped() -> None:
    counts, today = counting()
    for _ in range(MOST_WEEKS + 5):
        for _ in range(LEAST_SHOWN):
            counts.add("answered", topic="a", language="es")
        today[0] += dt.timedelta(days=7)
    weeks = [week for week, _ in counts.shown("answered", POSSIBLE)]
    assert len(weeks) == MOST_WEEKS + 1
    assert weeks[0] == today[0] - dt.timedelta(days=7)


def test_a_table_from_which_a_small_count_of_another_follows_is_withheld() -> None:
    # By topic everything is shown, so its sum is known; by language it would leave 3 for Spanish.
    assert released({"topic": {"a": 20, "b": 33}, "language": {"en": 50, "es": 3}}) == {
        "topic": {"a": 20, "b": 33},
        "language": None,
    }
    # Of five languages that are left out, nobody knows whose the three are.
    five = dict.fromkeys("vwxyz", 0)
    assert released({"topic": {"a": 20, "b": 43}, "language": {"en": 50, "es": 13, **five}})["language"] is None
    assert released({"topic": {"a": 20, "b": 43}, "language": {"en": 50, **five, "v": 9, "w": 4}})["language"]


def test_nothing_small_is_shown_or_follows_in_10_000_random_tables() -> None:
    """For each hidden small count there are other counts that look the same, with another one in its place.

    Whoever knows the rule and sees what is shown can tell none of them apart.
    """
    random_ = random.Random(8)
    hidden = 0
    for _ in range(10_000):
        tables = _random(random_)
        shown = released(tables)
        for name, table in tables.items():
            assert all(count >= LEAST_SHOWN for count in (shown[name] or {}).values())
            for cell, count in table.items():
                if 0 < count < LEAST_SHOWN:
                    hidden += 1
                    assert any(released(other) == shown for other in _others(tables, name, cell)), (tables, cell)
    assert hidden > 10_000


def test_knowing_the_rule_and_trying_all_tables_tells_no_small_count() -> None:
    """Every pair of small tables there is, sorted by what is shown of it: no small count is the same in all alike."""
    alike: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    pairs = list(itertools.product(range(26), repeat=2))
    by_sum = defaultdict(list)
    for pair in pairs:
        by_sum[sum(pair)].append(pair)
    for a, b in pairs:
        for c, d in by_sum[a + b]:
            alike[repr(released({"x": {"a": a, "b": b}, "y": {"c": c, "d": d}}))].append((a, b, c, d))
    told = 0
    for possible in alike.values():
        for column in zip(*possible, strict=True):
            told += len(set(column)) == 1 and 0 < column[0] < LEAST_SHOWN
    assert (len(alike) > 100, told) == (True, 0)


def _random(random_: random.Random) -> dict[str, Table]:
    """Two or three tables with the same sum: few cells or many, mostly small counts or mostly large ones."""
    total = int(10 ** random_.uniform(0, 3))
    tables: dict[str, Table] = {}
    for name in ("x", "y", "z")[: random_.choice((2, 3))]:
        weights = [random_.random() ** random_.choice((1, 4, 12)) for _ in range(random_.choice((1, 2, 3, 5, 14, 90)))]
        table = dict.fromkeys((f"{name}{n}" for n in range(len(weights))), 0)
        for cell in random_.choices(list(table), weights, k=total):
            table[cell] += 1
        tables[name] = table
    return tables


def _others(tables: dict[str, Table], name: str, cell: str) -> Iterator[dict[str, Table]]:
    """The same with another count in one cell: made up for in the same table, or by one more or less everywhere."""
    table = tables[name]
    for other in table:
        for step in (1, -1, 2 * LEAST_SHOWN):
            if other != cell and table[other] >= step and table[cell] + step >= 0:
                yield {**tables, name: {**table, cell: table[cell] + step, other: table[other] - step}}
        if other != cell:
            yield {**tables, name: {**table, cell: table[other], other: table[cell]}}
    for step in (1, -1):
        more = [
            [{**one, c: n + step} for c, n in one.items() if n + step >= 0 and (key != name or c == cell)]
            for key, one in tables.items()
        ]
        for combination in itertools.islice(itertools.product(*more), 300):
            yield dict(zip(tables, combination, strict=True))
