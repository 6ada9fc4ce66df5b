"""What tests of records share: a clock that can be set, and a store that can be closed and opened again."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from bot.records.keys import Keys
from bot.records.sqlite import SqliteStore
from bot.records.store import Letter, Received, Store

START = dt.datetime(2026, 11, 24, 10, 30, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
T = TypeVar("T")
P = ParamSpec("P")


def in_loop(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """A test that awaits something."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        asyncio.run(test(*args, **kwargs))

    return run


@dataclass
class Bench:
    """One store with its clock. `do` runs one piece of work in a transaction of its own."""

    open: Callable[[Callable[[], dt.datetime]], Store]
    now: dt.datetime = START
    store: Store = field(init=False)

    def __post_init__(self) -> None:
        self.store = self.open(self.clock)

    def clock(self) -> dt.datetime:
        return self.now

    def do(self, work: Callable[[Store], T]) -> T:
        with self.store.transaction():
            return work(self.store)

    def reopen(self) -> None:
        self.store.close()
        self.store = self.open(self.clock)

    def receive(self, *updates: Received) -> list[Received]:
        return self.do(lambda store: store.receive(updates))

    def handled(self, update: int, *letters: Letter) -> list[Letter]:
        return self.do(lambda store: store.handled(update, letters))

    def waiting(self) -> list[Received]:
        return self.do(lambda store: store.waiting())

    def unsent(self) -> list[Letter]:
        return self.do(lambda store: store.unsent())

    def sweep(self, jumped: int = 0) -> None:
        self.do(lambda store: store.sweep(jumped))


def in_folder(folder: Path) -> Callable[[Callable[[], dt.datetime]], Store]:
    return lambda clock: SqliteStore(folder, Keys(folder / "keys"), clock)


def question(number: int, chat: int | None = None, body: str = "?") -> Received:
    return Received(number, 1000 + number if chat is None else chat, body)


def letter(chat: int, body: str = "!", *, urgent: bool = False) -> Letter:
    return Letter(None, chat, body, urgent)


def files(folder: Path) -> bytes:
    """All bytes of all files below a folder."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def ways_to_write(number: int) -> Iterable[bytes]:
    """How a number may stand in a file."""
    yield str(number).encode()
    yield number.to_bytes(8, "big", signed=True)
    yield number.to_bytes(8, "little", signed=True)
