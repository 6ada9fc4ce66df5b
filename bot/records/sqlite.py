"""The default store: one SQLite file, nothing readable in it about anybody, nothing left in it of what was deleted.

`journal_mode=WAL` with `synchronous=FULL`: what is committed outlasts a crash. `secure_delete` overwrites deleted rows;
`checkpoint` empties the write-ahead log, where they would outlive themselves.
"""

from __future__ import annotations

import datetime as dt
import itertools
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from bot.records.keys import KeyGoneError, Keys, end_of, private, week_of
from bot.records.sealing import UnreadableError, open_chat, open_text, seal_chat, seal_text
from bot.records.sqlite_lasting import TABLES as LASTING_TABLES
from bot.records.sqlite_lasting import Lasting
from bot.records.sqlite_tickets import TABLES as TICKET_TABLES
from bot.records.sqlite_tickets import SqliteTickets
from bot.records.store import (
    DEAD_DAYS,
    IDS_HOURS,
    TEXTS_HOURS,
    Clock,
    Holdings,
    Letter,
    Pile,
    Received,
    StoreError,
    TransactionLostError,
)

FILE = "state.db"
_BUSY_SECONDS = 5.0
_PRAGMAS = """
PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;
PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;
"""
# `hour`: whole hours since 1970, `week`: which key sealed the row, `arrival`: the order in which updates came.
_TABLES = """
CREATE TABLE IF NOT EXISTS ids (update_id INTEGER PRIMARY KEY, hour INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS inbox (update_id INTEGER PRIMARY KEY, arrival INTEGER NOT NULL, hour INTEGER NOT NULL,
    week TEXT NOT NULL, chat BLOB NOT NULL, body BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS letters (id INTEGER PRIMARY KEY, urgent INTEGER NOT NULL, begun INTEGER NOT NULL,
    hour INTEGER NOT NULL, week TEXT NOT NULL, chat BLOB NOT NULL, body BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS dead (day TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT;
"""
_KEPT = {"ids": IDS_HOURS, "inbox": TEXTS_HOURS, "letters": TEXTS_HOURS}
_SEALED = ("inbox", "letters", "tickets")


class SqliteStore(Lasting):
    """The store in a folder; without one, in memory (practice). Raises `StoreError` where the file cannot be used."""

    def __init__(self, folder: Path | None, keys: Keys, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock
        try:
            self._db = sqlite3.connect(
                _private(folder / FILE) if folder else ":memory:",
                timeout=_BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,  # opened in one thread, then used by the writer's alone
            )
            self._db.executescript(_PRAGMAS)
            self._db.executescript(_TABLES + LASTING_TABLES + TICKET_TABLES)
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"the database in {folder} cannot be used [{_code(error)}]") from None
        # Numbers are not used twice while anybody can hold one, and nothing on disk counts the letters of all time.
        self._arrivals = itertools.count(self._number("SELECT max(arrival) FROM inbox") + 1)
        self._letters = itertools.count(self._number("SELECT max(id) FROM letters") + 1)
        self.tickets = SqliteTickets(self._do, keys, self._hour, lambda: week_of(clock()), self._bodies)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; see `Store`."""
        if self._db.in_transaction:  # the last one could not even be undone
            self._do("ROLLBACK")
        try:
            self._do("BEGIN IMMEDIATE")
            yield
            self._do("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._do("ROLLBACK")
            raise

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part that can fail alone; see `Store`."""
        self._do("SAVEPOINT part")
        try:
            yield
        except BaseException:
            if not self._db.in_transaction:  # a full disk undoes everything at once
                raise TransactionLostError("the database undid the transaction") from None
            self._do("ROLLBACK TO part")
            self._do("RELEASE part")
            raise
        self._do("RELEASE part")

    def checkpoint(self) -> bool:
        """Empty the write-ahead log; see `Store`."""
        return bool(self._do("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)

    def receive(self, updates: Sequence[Received]) -> list[Received]:
        """Keep what is new; see `Store`."""
        fresh = []
        hour, week = self._hour(), week_of(self._clock())
        key = self._keys.making(week)
        for one in updates:
            if self._do("INSERT OR IGNORE INTO ids VALUES (?, ?)", one.update, hour).rowcount:
                place = f"inbox|{one.update}"
                sealed = seal_chat(key, f"{place}|chat", one.chat), seal_text(key, f"{place}|body", one.body)
                values = one.update, next(self._arrivals), hour, week, *sealed
                self._do("INSERT INTO inbox VALUES (?, ?, ?, ?, ?, ?)", *values)
                fresh.append(one)
        return fresh

    def waiting(self) -> list[Received]:
        """What is to be handled; see `Store`."""
        rows = self._opened("SELECT update_id, week, chat, body FROM inbox ORDER BY arrival", "inbox")
        return [Received(update, chat, body) for update, chat, body in rows]

    def waits(self, update: int) -> bool:
        """Whether it is still to be handled; see `Store`."""
        return self._do("SELECT 1 FROM inbox WHERE update_id = ?", update).fetchone() is not None

    def handled(self, update: int, letters: Sequence[Letter]) -> list[Letter]:
        """The question out, its replies in; see `Store`."""
        if not self._do("DELETE FROM inbox WHERE update_id = ?", update).rowcount:
            return []
        return self.keep(letters)

    def keep(self, letters: Sequence[Letter]) -> list[Letter]:
        """Letters in; see `Store`."""
        hour, week = self._hour(), week_of(self._clock())
        key = self._keys.making(week)
        kept = [Letter(next(self._letters), one.chat, one.body, one.urgent, one.unsure) for one in letters]
        for one in kept:
            place = f"letters|{one.id}"
            sealed = seal_chat(key, f"{place}|chat", one.chat), seal_text(key, f"{place}|body", one.body)
            values = one.id, one.urgent, one.unsure, hour, week, *sealed
            self._do("INSERT INTO letters VALUES (?, ?, ?, ?, ?, ?, ?)", *values)
        return kept

    def unsent(self) -> list[Letter]:
        """What is to be sent; see `Store`."""
        marks = {row[0]: (bool(row[1]), bool(row[2])) for row in self._do("SELECT id, urgent, begun FROM letters")}
        rows = self._opened("SELECT id, week, chat, body FROM letters ORDER BY id", "letters")
        return [Letter(number, chat, body, *marks[number]) for number, chat, body in rows]

    def posting(self, letter: int) -> bool:
        """It may arrive from now on; see `Store`."""
        return bool(self._do("UPDATE letters SET begun = 1 WHERE id = ?", letter).rowcount)

    def not_posted(self, letter: int) -> None:
        """It did not arrive; see `Store`."""
        self._do("UPDATE letters SET begun = 0 WHERE id = ?", letter)

    def posted(self, letter: int) -> None:
        """It arrived; see `Store`."""
        self._do("DELETE FROM letters WHERE id = ?", letter)

    def dead(self, letter: int) -> None:
        """It never will; see `Store`."""
        self._count_dead(self._do("DELETE FROM letters WHERE id = ?", letter).rowcount)

    def forget(self, chat: int, but: int | None = None) -> None:
        """Nothing of a chat stays; see `Store`. No index on people exists, so every row is opened."""
        before = None
        if but is not None:
            found = self._do("SELECT arrival FROM inbox WHERE update_id = ?", but).fetchone()
            if found is None:
                return
            before = found[0]
        questions = "SELECT update_id, week, chat, body FROM inbox WHERE ? IS NULL OR arrival < ?"
        for update, whose, _ in list(self._opened(questions, "inbox", before, before)):
            if whose == chat:
                self._do("DELETE FROM inbox WHERE update_id = ?", update)
        for letter, whose, _ in list(self._opened("SELECT id, week, chat, body FROM letters", "letters")):
            if whose == chat:
                self._do("DELETE FROM letters WHERE id = ?", letter)

    def sweep(self, jumped_hours: int = 0) -> None:
        """Delete what is old; see `Store`."""
        now, today = self._hour(), self._clock().date()
        for table, kept in _KEPT.items():
            if jumped_hours:
                self._do(f"UPDATE {table} SET hour = hour + ?", jumped_hours)  # noqa: S608
            # From a clock that ran ahead; it would stay too long.
            self._do(f"UPDATE {table} SET hour = ? WHERE hour > ?", now, now)  # noqa: S608
            # The hour in which it came counts from its end, so that nothing goes early.
            gone = self._do(f"DELETE FROM {table} WHERE hour < ?", now - kept).rowcount  # noqa: S608
            if table in _SEALED:
                self._count_dead(gone)
        self.tickets.sweep(jumped_hours)
        self._do("DELETE FROM dead WHERE day < ?", (today - dt.timedelta(days=DEAD_DAYS)).isoformat())
        self._sweep_lasting()
        for week in self._keys.weeks():
            over = end_of(week) + dt.timedelta(hours=TEXTS_HOURS + 1) <= self._clock()
            if over and not self._count(f"week = '{week}'"):
                self._keys.delete(week)

    def held(self) -> Holdings:
        """What there is; see `Store`."""
        dead = self._do("SELECT day, count FROM dead ORDER BY day").fetchall()
        last = self._do("SELECT max(until) FROM bans").fetchone()[0]
        keys = self._keys.weeks()
        readable = ", ".join(f"'{week}'" for week in keys)
        return Holdings(
            waiting=self._pile("inbox"),
            letters=self._pile("letters"),
            open_tickets=self._pile("tickets", "status != 'closed'"),
            closed_tickets=self._pile("tickets", "status = 'closed'"),
            relays=self._number("SELECT count(*) FROM relays"),
            unsure=self._number("SELECT count(*) FROM letters WHERE begun"),
            ids=self._pile("ids"),
            dead=tuple((dt.date.fromisoformat(day), count) for day, count in dead),
            unreadable=self._count(f"week NOT IN ({readable})"),
            bans=self._number("SELECT count(*) FROM bans"),
            last_ban_ends=dt.date.fromisoformat(last) if last else None,
            moves=self._number("SELECT count(*) FROM moves"),
            keys=keys,
        )

    def close(self) -> None:
        """Close the file; the last one to close it empties the log."""
        self._db.close()

    def _do(self, statement: str, *values: Any) -> sqlite3.Cursor:
        try:
            return self._db.execute(statement, values)
        except sqlite3.Error as error:
            raise StoreError(f"the database refused [{_code(error)}]") from None

    def _opened(self, query: str, table: str, *values: Any) -> Iterator[tuple[int, int, str]]:
        """Number, chat and text of the rows that can still be opened; the others pass away with time."""
        for number, week, chat, body in self._do(query, *values).fetchall():
            place = f"{table}|{number}"
            with suppress(KeyGoneError, UnreadableError):
                key = self._keys.existing(week)
                yield number, open_chat(key, f"{place}|chat", chat), open_text(key, f"{place}|body", body)

    def _count_dead(self, more: int) -> None:
        if more:
            counted = "INSERT INTO dead VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET count = count + excluded.count"
            self._do(counted, self._clock().date().isoformat(), more)

    def _hour(self) -> int:
        return int(self._clock().timestamp() // 3600)

    def _number(self, query: str) -> int:
        return self._do(query).fetchone()[0] or 0

    def _count(self, which: str) -> int:
        """How many sealed rows there are of a kind."""
        return sum(self._number(f"SELECT count(*) FROM {table} WHERE {which}") for table in _SEALED)  # noqa: S608

    def _bodies(self) -> Iterator[tuple[int, str]]:
        """Number and body of each letter."""
        for number, _, body in self._opened("SELECT id, week, chat, body FROM letters", "letters"):
            yield number, body

    def _pile(self, table: str, which: str = "true") -> Pile:
        count, oldest = self._do(f"SELECT count(*), min(hour) FROM {table} WHERE {which}").fetchone()  # noqa: S608
        return Pile(count, None if oldest is None else max(0, self._hour() - oldest))


def _private(file: Path) -> Path:
    """A database file that only its owner can read, also the log that SQLite puts beside it."""
    private(file.parent)
    if not file.exists():
        os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))
    return file


def _code(error: sqlite3.Error | OSError) -> str:
    """What went wrong, in SQLite's or the system's one word."""
    return getattr(error, "sqlite_errorname", None) or getattr(error, "strerror", None) or type(error).__name__
