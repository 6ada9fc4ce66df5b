"""The tickets of the SQLite store: chat and all that is said of it sealed; status, hour and message ids not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Protocol

from bot.records.keys import KeyGoneError, Keys
from bot.records.sealing import UnreadableError, open_chat, open_text, seal_chat, seal_text
from bot.records.tickets import CLOSED_HOURS, OPEN_HOURS, Relay, Side, Status, Ticket

TABLES = """
CREATE TABLE IF NOT EXISTS tickets (number TEXT PRIMARY KEY, status TEXT NOT NULL, topic INTEGER,
    threaded INTEGER NOT NULL, hour INTEGER NOT NULL, week TEXT NOT NULL, chat BLOB NOT NULL,
    body BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS relays (ticket TEXT NOT NULL, side TEXT NOT NULL, source INTEGER NOT NULL,
    part INTEGER NOT NULL, copy INTEGER NOT NULL, PRIMARY KEY (ticket, side, source, part)) STRICT;
"""
_SEALED = ("language", "place", "by", "owed", "noticed", "muted")
_ROW = "SELECT number, status, topic, threaded, hour, week, chat, body FROM tickets"


class Do(Protocol):
    """A statement with its values."""

    def __call__(self, statement: str, *values: Any) -> Any:
        """The cursor."""
        ...


class SqliteTickets:
    """See `Tickets`. `letters` opens number and body of every letter; `now` and `week` are the store's."""

    def __init__(
        self,
        do: Do,
        keys: Keys,
        now: Callable[[], int],
        week: Callable[[], str],
        letters: Callable[[], Iterator[tuple[int, str]]],
    ) -> None:
        self._do = do
        self._keys = keys
        self._now = now
        self._week = week
        self._letters = letters

    @property
    def hour(self) -> int:
        """The hour it is."""
        return self._now()

    def get(self, number: str) -> Ticket | None:
        """By number; see `Tickets`."""
        return next(self._opened(f"{_ROW} WHERE number = ?", number), None)

    def of(self, chat: int) -> Ticket | None:
        """By asker; see `Tickets`."""
        hers = self._opened(_ROW, whose=chat)
        return max(hers, key=lambda one: (one.open, one.touched, one.muted), default=None)

    def at(self, topic: int, *, threaded: bool) -> Ticket | None:
        """By topic; see `Tickets`."""
        return next(self._opened(f"{_ROW} WHERE topic = ? AND threaded = ?", topic, threaded), None)

    def all(self) -> list[Ticket]:
        """All; see `Tickets`."""
        return list(self._opened(f"{_ROW} ORDER BY number"))

    def put(self, ticket: Ticket) -> None:
        """Keep one; see `Tickets`."""
        place, week = f"tickets|{ticket.number}", self._week()
        key = self._keys.making(week)
        body = json.dumps({name: getattr(ticket, name) for name in _SEALED})
        sealed = seal_chat(key, f"{place}|chat", ticket.chat), seal_text(key, f"{place}|body", body)
        head = ticket.number, ticket.status, ticket.topic, ticket.threaded, ticket.touched, week
        self._do("INSERT OR REPLACE INTO tickets VALUES (?, ?, ?, ?, ?, ?, ?, ?)", *head, *sealed)

    def drop(self, number: str) -> None:
        """Delete one; see `Tickets`."""
        self.strip(number)
        self._do("DELETE FROM tickets WHERE number = ?", number)

    def strip(self, number: str) -> None:
        """Delete what belongs to one; see `Tickets`."""
        self._do("DELETE FROM relays WHERE ticket = ?", number)
        for letter, body in list(self._letters()):
            if json.loads(body).get("ticket") == number:
                self._do("DELETE FROM letters WHERE id = ?", letter)

    def relayed(self, relay: Relay) -> None:
        """Which stands for which; see `Tickets`."""
        values = relay.ticket, relay.side, relay.source, relay.part, relay.copy
        self._do("INSERT OR REPLACE INTO relays VALUES (?, ?, ?, ?, ?)", *values)

    def relays(self, number: str) -> Sequence[Relay]:
        """All of a ticket; see `Tickets`."""
        return self._relays("ticket = ?", number)

    def copy_of(self, number: str, side: Side, source: int, part: int = 0) -> int | None:
        """What stands for a message; see `Tickets`."""
        found = self._relays("ticket = ? AND side = ? AND source = ? AND part = ?", number, side, source, part)
        return found[0].copy if found else None

    def by_copy(self, side: Side, copy: int) -> Relay | None:
        """What a message stands for; see `Tickets`."""
        return next(iter(self._relays("side = ? AND copy = ?", side, copy)), None)

    def by_source(self, side: Side, source: int) -> Relay | None:
        """The relay of a message; see `Tickets`."""
        return next(iter(self._relays("side = ? AND source = ?", side, source)), None)

    def sweep(self, jumped_hours: int) -> None:
        """Delete those whose time is over, as `Ticket.over` says, readable or not."""
        now = self._now()
        if jumped_hours:
            self._do("UPDATE tickets SET hour = hour + ?", jumped_hours)
        self._do("UPDATE tickets SET hour = ? WHERE hour > ?", now, now)
        old = "status = ? AND hour < ? OR status != ? AND hour < ?"
        values = Status.CLOSED, now - CLOSED_HOURS, Status.CLOSED, now - OPEN_HOURS
        for (number,) in self._do(f"SELECT number FROM tickets WHERE {old}", *values).fetchall():  # noqa: S608
            self.drop(number)

    def _relays(self, which: str, *values: Any) -> list[Relay]:
        rows = self._do(f"SELECT ticket, side, source, copy, part FROM relays WHERE {which} ORDER BY rowid", *values)  # noqa: S608
        return [Relay(*row) for row in rows.fetchall()]

    def _opened(self, query: str, *values: Any, whose: int | None = None) -> Iterator[Ticket]:
        """The rows that can still be opened, of one asker or of all; the others pass away with time."""
        for number, status, topic, threaded, hour, week, chat, body in self._do(query, *values).fetchall():
            place = f"tickets|{number}"
            with suppress(KeyGoneError, UnreadableError):
                key = self._keys.existing(week)
                asker = open_chat(key, f"{place}|chat", chat)
                if whose not in (None, asker):
                    continue
                said = json.loads(open_text(key, f"{place}|body", body))
                yield Ticket(
                    number=number, chat=asker, touched=hour, status=Status(status), topic=topic,
                    threaded=bool(threaded), **said,
                )  # fmt: skip
