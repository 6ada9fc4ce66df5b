"""A question that was handed to volunteers, and which message stands for which: what a store keeps of a hand-over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

CLOSED_HOURS = 7 * 24
"""A closed ticket is gone after this, with its topic."""
OPEN_HOURS = 14 * 24
"""A ticket in which nothing happens is gone after this."""

NOBODY = 0
"""Stands for the asker's chat in a ticket that she has withdrawn: its topic is still to be deleted."""


class Status(StrEnum):
    """How far a ticket is. The bot is silent towards its asker while it is claimed, and else never."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    CLOSED = "closed"


@dataclass(frozen=True)
class Ticket:
    """A question that was handed over: without its text, which stands in the group.

    `number`: six letters and digits. `chat`: the asker's. `place`: a state's code. `touched`: the hour, since 1970,
    from which its age counts: of the oldest message without an answer, else of the last thing that happened. `by`: the
    user id of the volunteer who claimed it. `owed`: the asker waits for an answer. `noticed`: she was told that nobody
    answered. `topic`: the topic's id where it is `threaded`, else the id of the message that is replied to.
    """

    number: str
    chat: int
    language: str
    place: str | None
    touched: int
    status: Status = Status.WAITING
    by: int | None = None
    owed: bool = True
    noticed: bool = False
    muted: bool = False
    topic: int | None = None
    threaded: bool = False

    @property
    def open(self) -> bool:
        """Whether it is not closed."""
        return self.status is not Status.CLOSED

    def over(self, hour: int) -> bool:
        """Whether it is to be deleted; the hour in which its age began counts from its end, so that none goes early."""
        return hour - self.touched > (OPEN_HOURS if self.open else CLOSED_HOURS)


Side = Literal["in", "out"]


@dataclass(frozen=True)
class Relay:
    """A message of one chat that was written again in the other: `in` to the group, `out` to the asker.

    `part`: a long message becomes several.
    """

    ticket: str
    side: Side
    source: int
    copy: int
    part: int = 0


class Tickets(Protocol):
    """The tickets of a store, inside its transactions."""

    @property
    def hour(self) -> int:
        """The hour it is, since 1970."""
        ...

    def get(self, number: str) -> Ticket | None:
        """The ticket with this number."""
        ...

    def of(self, chat: int) -> Ticket | None:
        """The open ticket of an asker; where there is none, her newest closed one. Every row is opened for it."""
        ...

    def at(self, topic: int, *, threaded: bool) -> Ticket | None:
        """The ticket of a topic, or of a message that is replied to."""
        ...

    def all(self) -> list[Ticket]:
        """Every ticket that can be read."""
        ...

    def put(self, ticket: Ticket) -> None:
        """Keep a ticket, instead of what there was under its number; sealed with this week's key."""
        ...

    def drop(self, number: str) -> None:
        """Delete a ticket with its relays and all letters that belong to it."""
        ...

    def strip(self, number: str) -> None:
        """Delete a ticket's relays and all letters that belong to it."""
        ...

    def relayed(self, relay: Relay) -> None:
        """Keep which message stands for which; a newer copy of the same one takes the older one's place."""
        ...

    def relays(self, number: str) -> Sequence[Relay]:
        """All relays of a ticket."""
        ...

    def copy_of(self, number: str, side: Side, source: int, part: int = 0) -> int | None:
        """The message that stands for another one, or for a part of it."""
        ...

    def by_copy(self, side: Side, copy: int) -> Relay | None:
        """The relay whose copy this message is."""
        ...

    def by_source(self, side: Side, source: int) -> Relay | None:
        """The newest relay of this message; for messages of the group, whose ids are of one chat."""
        ...
