"""How often something happened, by week: in memory, without whose it was, without a text, never with the state.

What is shown of a week cannot be worked out to a small number: no count under `LEAST_SHOWN`, no sum over a table, and
of tables that count the same messages only those from which nothing hidden follows. A week is shown when it is over:
who looked twice in the same week would see who wrote in between.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

LEAST_SHOWN = 11
"""Smaller counts could point at one person (the cell-size rule of the US Medicare data centers)."""

MOST_WEEKS = 8
"""Weeks that are kept besides the running one."""

Table = Mapping[str, int]


class Counts:
    """Counts of the running week and the last ones."""

    def __init__(self, today: Callable[[], dt.date]) -> None:
        self._today = today
        self._weeks: dict[dt.date, dict[tuple[str, str], Counter[str]]] = {}
        self.since = today()

    def add(self, subject: str, **cells: str) -> None:
        """One more: in each table of the subject, one cell."""
        tables = self._weeks.setdefault(_monday(self._today()), {})
        for name, cell in cells.items():
            tables.setdefault((subject, name), Counter())[cell] += 1
        for week in sorted(self._weeks)[: -MOST_WEEKS - 1]:
            del self._weeks[week]

    def shown(
        self, subject: str, possible: Mapping[str, Collection[str]]
    ) -> Iterator[tuple[dt.date, dict[str, Table | None]]]:
        """The weeks that are over, the newest first, each with what may be shown of its tables.

        `possible`: the tables in the order of their weight, each with all cells that it could have.
        """
        for week in sorted(self._weeks, reverse=True):
            counted = {name: self._weeks[week].get((subject, name), Counter()) for name in possible}
            if week < _monday(self._today()) and any(counted.values()):
                yield week, released({n: {c: counted[n][c] for c in cells} for n, cells in possible.items()})


def released(tables: Mapping[str, Table]) -> dict[str, Table | None]:
    """What may be shown of tables that count the same things, so that their sums are equal; None: nothing of it.

    Small counts and zeros are left out of a table alike, so that everybody knows of a cell left out that it is between
    0 and 10, and of none more than that.
    """
    shown: dict[str, Table | None] = {}
    kept: list[tuple[int, int]] = []
    for name, table in tables.items():
        large = {cell: count for cell, count in table.items() if count >= LEAST_SHOWN}
        outline = (sum(large.values()), len(table) - len(large))
        shown[name] = large if _tells_nothing([*kept, outline]) else None
        kept += [outline] if shown[name] is not None else []
    return shown


def _tells_nothing(outlines: Sequence[tuple[int, int]]) -> bool:
    """Whether every hidden cell can still be anything from 0 to 10; an outline is the shown sum and the hidden cells.

    All tables have one sum that nobody is told; each table narrows it, and so, through it, the cells of the others.
    """
    most = LEAST_SHOWN - 1
    least_sum = max(sum_ for sum_, _ in outlines)
    most_sum = min(sum_ + most * hidden for sum_, hidden in outlines)
    return all(
        least_sum - sum_ <= most * (hidden - 1) and most_sum - sum_ >= most for sum_, hidden in outlines if hidden
    )


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())
