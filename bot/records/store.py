"""What a store of records must do: hold questions until they are answered, replies until they are sent, and no longer.

Nothing here commits by itself: what is done inside `transaction()` is done together or not at all, so a question's
deletion and its replies' arrival are one step. Everything is synchronous and belongs to one thread (`writing.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from bot.records.tickets import Tickets

IDS_HOURS = 48
"""Update ids are kept this long to tell repeats; Telegram itself repeats an update for 24 hours at most."""
TEXTS_HOURS = 48
"""Questions and replies that nobody could handle or deliver are gone after this: an answer so late helps nobody."""
BAN_DAYS = 30
DEAD_DAYS = 30
"""How many letters could not be delivered is counted by day, for coordinators, and kept this long."""

Clock = Callable[[], dt.datetime]
"""The moment it is, in universal time."""


class StoreError(Exception):
    """A store that cannot do what it was asked, in one sentence without anything personal in it."""


class TransactionLostError(StoreError):
    """Everything since `transaction()` began is undone, such as after a full disk."""


@dataclass(frozen=True)
class Received:
    """An update as it came: its id and its chat (at most 64 bits each), and the cut update as JSON."""

    update: int
    chat: int
    body: str


@dataclass(frozen=True)
class Letter:
    """One thing to send.

    `body`: JSON of what is sent, with the label for repeats in her language; its `ticket`, where there is one, is the
    number of the ticket it belongs to.
    `id` is None until it is stored. `unsure`: a post of it had begun, so it may have arrived already.
    """

    id: int | None
    chat: int
    body: str
    urgent: bool = False
    unsure: bool = False


@dataclass(frozen=True)
class Pile:
    """How many rows of one kind there are, and how old the oldest is in whole hours (None where there is none)."""

    count: int
    oldest_hours: int | None


@dataclass(frozen=True)
class Holdings:
    """All that is held, as counts and ages.

    `dead`: questions and letters by day that could not be answered or delivered in time; `unreadable`: rows whose key
    is gone; `bans` counts mutes too; `moves`: old numbers of the
    volunteers' group; `keys`: the weeks that there is a key of.
    """

    waiting: Pile
    letters: Pile
    open_tickets: Pile
    closed_tickets: Pile
    relays: int
    unsure: int
    ids: Pile
    dead: tuple[tuple[dt.date, int], ...]
    unreadable: int
    bans: int
    last_ban_ends: dt.date | None
    moves: int
    keys: tuple[str, ...]


class Store(Protocol):
    """Received updates, letters, bans. It is built with a clock; times are kept in hours and days, never finer."""

    @property
    def tickets(self) -> Tickets:
        """The questions that were handed to volunteers."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing. Raises `StoreError` where it cannot be committed, and then nothing of it is kept."""
        ...

    def savepoint(self) -> AbstractContextManager[None]:
        """A part of a transaction that can fail alone. Raises `TransactionLostError` if the failure undid all of it."""
        ...

    def checkpoint(self) -> bool:
        """Outside a transaction: leave no deleted byte in any file. False: somebody reads just now, try again."""
        ...

    def receive(self, updates: Sequence[Received]) -> list[Received]:
        """Keep those whose id is not known yet, and return them. Ids stay known for `IDS_HOURS`, alone."""
        ...

    def waiting(self) -> list[Received]:
        """What was received and not yet handled, in order of arrival."""
        ...

    def waits(self, update: int) -> bool:
        """Whether an update was received and not yet handled."""
        ...

    def handled(self, update: int, letters: Sequence[Letter]) -> list[Letter]:
        """Delete the question, keep the replies; they come back with ids.

        Nothing happens (an empty list) if the update is not waiting any more, so that a repeat doubles no reply.
        """
        ...

    def keep(self, letters: Sequence[Letter]) -> list[Letter]:
        """Keep letters that answer no update; they come back with ids."""
        ...

    def unsent(self) -> list[Letter]:
        """The letters that are not known to have been posted, in order."""
        ...

    def posting(self, letter: int) -> bool:
        """The post of this letter is about to begin: from now on it is `unsure`. False: it is not there any more."""
        ...

    def not_posted(self, letter: int) -> None:
        """The post was certainly refused (such as "too many requests"): the letter is not `unsure` any more."""
        ...

    def posted(self, letter: int) -> None:
        """The letter has arrived: it is deleted."""
        ...

    def dead(self, letter: int) -> None:
        """The letter cannot be delivered: it is deleted, and counted for the day."""
        ...

    def forget(self, chat: int, but: int | None = None) -> None:
        """Delete all rows of a chat, except the update `but`, being handled just now, and what came after it.

        What a person wrote after asking to be forgotten is a new question. Nothing happens if `but` is not waiting any
        more: it has been done. Bans and mutes stay: they hold no id, only its hash.
        """
        ...

    def ban(self, person: int, days: int) -> None:
        """The bot hears a person in an emergency only, today and for so many days more. A keyed hash of the id."""
        ...

    def unban(self, person: int) -> None:
        """The bot hears her again."""
        ...

    def banned(self, person: int) -> bool:
        """Whether a person is banned today."""
        ...

    def mute(self, person: int, days: int) -> None:
        """Nothing of a person reaches the volunteers today and for so many days more. A keyed hash, as for a ban."""
        ...

    def unmute(self, person: int) -> None:
        """The volunteers hear her again."""
        ...

    def muted(self, person: int) -> bool:
        """Whether a person is muted today."""
        ...

    def moved(self, was: int, is_now: int) -> None:
        """A group has another number: Telegram gives it one when it becomes a supergroup."""
        ...

    def now_at(self, group: int) -> int:
        """The number that a group has now, as far as is known, by any that it had."""
        ...

    def sweep(self, jumped_hours: int = 0) -> None:
        """Delete all that is past its time, and keys that no row needs any more.

        `jumped_hours`: by how much the store's clock was set forward (back, if negative) just now; the times in the
        store are set with it, so that nothing goes early or stays late.
        """
        ...

    def held(self) -> Holdings:
        """What there is, as counts and ages."""
        ...

    def close(self) -> None:
        """Let go of the files."""
        ...
