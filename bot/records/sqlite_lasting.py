"""What the SQLite store keeps beyond any question: bans and mutes as hashes that end, and a group's number."""

from __future__ import annotations

import datetime as dt
from typing import Any, Protocol

from bot.records.keys import Keys
from bot.records.sealing import known_again
from bot.records.store import Clock

TABLES = """
CREATE TABLE IF NOT EXISTS bans (person BLOB PRIMARY KEY, until TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS moves (was INTEGER PRIMARY KEY, is_now INTEGER NOT NULL) STRICT;
"""
_MUTED = "muted"
"""Hashes of mutes are others than those of bans, also of the same person."""


class Do(Protocol):
    """A statement with its values."""

    def __call__(self, statement: str, *values: Any) -> Any:
        """The cursor."""
        ...


class Lasting:
    """See `Store`; `_sweep_lasting` is for its sweep."""

    _do: Do
    _keys: Keys
    _clock: Clock

    def ban(self, person: int, days: int) -> None:
        """Ban a person; see `Store`."""
        self._shut_out("", person, days)

    def unban(self, person: int) -> None:
        """No longer; see `Store`."""
        self._let_in("", person)

    def banned(self, person: int) -> bool:
        """Whether a person is banned today; see `Store`."""
        return self._is_shut_out("", person)

    def mute(self, person: int, days: int) -> None:
        """Keep a person from the volunteers; see `Store`."""
        self._shut_out(_MUTED, person, days)

    def unmute(self, person: int) -> None:
        """No longer; see `Store`."""
        self._let_in(_MUTED, person)

    def muted(self, person: int) -> bool:
        """Whether nothing of a person reaches the volunteers today; see `Store`."""
        return self._is_shut_out(_MUTED, person)

    def moved(self, was: int, is_now: int) -> None:
        """A group has another number; see `Store`."""
        self._do("UPDATE moves SET is_now = ? WHERE is_now = ?", is_now, was)
        self._do("INSERT OR REPLACE INTO moves VALUES (?, ?)", was, is_now)

    def now_at(self, group: int) -> int:
        """The number of a group now; see `Store`."""
        found = self._do("SELECT is_now FROM moves WHERE was = ?", group).fetchone()
        return int(found[0]) if found else group

    def _sweep_lasting(self) -> None:
        self._do("DELETE FROM bans WHERE until < ?", self._clock().date().isoformat())

    def _shut_out(self, how: str, person: int, days: int) -> None:
        who, until = known_again(self._keys.pepper(), person, how), self._clock().date() + dt.timedelta(days=days)
        self._do("INSERT OR REPLACE INTO bans VALUES (?, ?)", who, until.isoformat())

    def _let_in(self, how: str, person: int) -> None:
        self._do("DELETE FROM bans WHERE person = ?", known_again(self._keys.pepper(), person, how))

    def _is_shut_out(self, how: str, person: int) -> bool:
        who, today = known_again(self._keys.pepper(), person, how), self._clock().date().isoformat()
        return self._do("SELECT 1 FROM bans WHERE person = ? AND until >= ?", who, today).fetchone() is not None
