"""How often something happened since the start: in memory, without whose it was and without a text."""

from __future__ import annotations

from collections import Counter

LEAST_SHOWN = 11
"""Smaller counts could point at one person (the cell-size rule of the US Medicare data centers)."""


class Counts:
    """Counts by name."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def add(self, name: str) -> None:
        """One more."""
        self._seen[name] += 1

    def shown(self, name: str) -> int | None:
        """The count, or None where it is small but not zero, and so must not be shown."""
        count = self._seen[name]
        return count if count == 0 or count >= LEAST_SHOWN else None
