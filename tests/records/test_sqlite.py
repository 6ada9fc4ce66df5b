"""SQLite as it really fails: on any call, on a full disk, by a killed process; and what stands in its files."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from bot.records.keys import Keys
from bot.records.locking import only_copy
from bot.records.sqlite import SqliteStore
from bot.records.store import Store, StoreError
from bot.records.writing import Writer
from tests.records.benches import DAY, HOUR, Bench, files, in_folder, letter, question, ways_to_write
from tests.records.killing import Told, differences, kill_often, worker
from tests.records.worker import body

TRIES = 3
T = TypeVar("T")


class Faulty:
    """A connection whose n-th call fails: before it does anything, or after it has done it."""

    def __init__(self, db: sqlite3.Connection, fails_at: int, *, done: bool) -> None:
        self._db, self._left, self._done = db, fails_at, done
        self.failed = False

    def execute(self, *call: object) -> sqlite3.Cursor:
        self._left -= 1
        if self._left == 0 and not self._done:
            self._fail()
        cursor = self._db.execute(*call)  # type: ignore[arg-type]
        if self._left == 0:
            self._fail()
        return cursor

    def _fail(self) -> None:
        self.failed = True
        raise sqlite3.OperationalError("disk I/O error")

    @property
    def in_transaction(self) -> bool:
        return self._db.in_transaction

    def close(self) -> None:
        self._db.close()


async def tried(writer: Writer, work: Callable[[Store], T]) -> T:
    for _ in range(TRIES):
        try:
            return await writer.do(work)
        except StoreError:
            continue
    raise AssertionError("a fault that happens once must not happen three times")


async def a_few_questions(store: Store) -> Told:
    """Questions received, answered, posted, forgotten, side by side; what fails is tried again, as the bot does."""
    writer, told = Writer(store), Told()

    async def one(number: int) -> None:
        await tried(writer, lambda store: store.receive([question(number)]))
        told.received.add(number)
        letters = [letter(1000 + number, body(number, "a")), letter(1000 + number, body(number, "b"))]
        kept = await tried(writer, lambda store: store.handled(number, letters))
        told.handled.add(number)
        # Empty where the first try was kept although it was said to have failed; then the file has the letters.
        if kept:
            first = kept[0].id or 0
            await tried(writer, lambda store: store.posting(first))
            await tried(writer, lambda store: store.posted(first))
            told.posted.add(number)

    await asyncio.gather(*(one(number) for number in range(1, 4)))
    await tried(writer, lambda store: store.receive([question(50, chat=7)]))
    await tried(writer, lambda store: store.forget(7))
    await tried(writer, lambda store: store.sweep())
    await writer.close()
    return told


@pytest.mark.parametrize("done", [False, True])
def test_any_call_may_fail_and_nothing_is_lost_or_half_done(tmp_path: Path, *, done: bool) -> None:
    # SQLite's own way of testing: fail the first call, then the second, until nothing fails any more.
    for n in itertools.count(1):
        folder = tmp_path / str(n)
        store = SqliteStore(folder, Keys(folder / "keys"), Bench(in_folder(folder)).clock)
        faulty = Faulty(store._db, n, done=done)
        store._db = faulty  # type: ignore[assignment]
        told = asyncio.run(a_few_questions(store))
        assert differences(folder, told) == [], f"call {n}"
        if not faulty.failed:
            break
    assert n > 30


def test_a_full_disk_is_said_and_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    Bench(in_folder(tmp_path)).store.close()
    told = Told()
    with worker(tmp_path, 1, "400000") as process:
        assert process.stdout is not None
        told.take(process.stdout)
    assert process.returncode == 0
    assert told.full == 1
    assert len(told.posted) > 300  # most of them after there was room again
    assert differences(tmp_path, told) == []


def test_killed_writers_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    told = kill_often(tmp_path, times=5, seed=1)
    assert told.commits > 50
    assert differences(tmp_path, told) == []


def test_nothing_about_anybody_stands_readable_in_any_file(tmp_path: Path) -> None:
    chats = [7_777_000_001 + n for n in range(50)]
    bench = Bench(in_folder(tmp_path))
    bench.receive(*(question(n + 1, chat, body=f"canary {chat}") for n, chat in enumerate(chats)))
    for n, chat in enumerate(chats[:25]):
        bench.handled(n + 1, letter(chat, f"canary {chat}"))
        bench.do(lambda store, chat=chat: store.ban(chat, 0))  # type: ignore[misc]
    seen = files(tmp_path)
    assert b"SQLite format 3" in seen
    assert b"canary" not in seen
    assert not [chat for chat in chats if any(way in seen for way in ways_to_write(chat))]
    bench.store.close()


def test_what_was_deleted_leaves_no_byte_in_any_file(tmp_path: Path) -> None:
    # Also not of the sealed row: a seized key must open nothing of what is gone.
    bench = Bench(in_folder(tmp_path))
    bench.receive(*(question(n, chat=5) for n in range(1, 200)))
    with sqlite3.connect(tmp_path / "state.db") as db:
        rows = [row[0] for row in db.execute("SELECT body FROM inbox")]
    db.close()
    assert all(row in files(tmp_path) for row in rows)
    bench.do(lambda store: store.forget(5))
    assert any(row in files(tmp_path) for row in rows), "without a checkpoint the log still has them"
    assert bench.store.checkpoint()
    assert not any(row in files(tmp_path) for row in rows)
    bench.store.close()


def test_a_checkpoint_waits_for_who_reads(tmp_path: Path) -> None:
    bench = Bench(in_folder(tmp_path))
    bench.receive(question(1))
    reader = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM inbox").fetchall()
    bench.handled(1)
    bench.store._db.execute("PRAGMA busy_timeout = 0")  # type: ignore[attr-defined]
    assert not bench.store.checkpoint()
    reader.execute("COMMIT")
    reader.close()
    assert bench.store.checkpoint()
    assert (tmp_path / "state.db-wal").stat().st_size == 0
    bench.store.close()


def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    bench = Bench(in_folder(folder))
    bench.receive(question(1))
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir() if path.is_file()} == {
        "state.db": 0o600,
        "state.db-wal": 0o600,
        "state.db-shm": 0o600,
    }
    bench.store.close()


def test_what_a_lost_key_sealed_is_passed_over_and_counted(tmp_path: Path) -> None:
    bench = Bench(in_folder(tmp_path))
    bench.receive(question(1))
    bench.now += 7 * DAY
    bench.receive(question(2))
    (tmp_path / "keys" / "2026-W48").unlink()
    bench.reopen()
    assert bench.waiting() == [question(2)]
    assert bench.do(lambda store: store.held()).unreadable == 1
    bench.sweep()
    assert bench.do(lambda store: store.held()).unreadable == 0


def test_a_key_goes_two_days_after_its_week_and_then_no_copy_can_be_read(tmp_path: Path) -> None:
    bench = Bench(in_folder(tmp_path))
    bench.receive(question(1))
    assert bench.store.checkpoint()
    copy = (tmp_path / "state.db").read_bytes()
    bench.now += 8 * DAY
    bench.sweep()
    assert list((tmp_path / "keys").glob("2026-W48")) == []
    bench.store.close()
    (tmp_path / "state.db").write_bytes(copy)
    bench.store = bench.open(bench.clock)
    assert bench.do(lambda store: store.held()).waiting.count == 1
    assert bench.waiting() == []
    bench.store.close()


def test_rows_of_a_clock_that_ran_ahead_count_from_the_next_sweep(tmp_path: Path) -> None:
    bench = Bench(in_folder(tmp_path))
    now = bench.now
    bench.now = now + 30 * DAY
    bench.receive(question(1))
    bench.now = now
    bench.reopen()
    bench.sweep()
    assert bench.waiting() == [question(1)]
    bench.now = now + 49 * HOUR
    bench.sweep()
    assert bench.waiting() == []
    bench.store.close()


def test_one_copy_at_a_time(tmp_path: Path) -> None:
    first, second = only_copy(tmp_path / "state"), only_copy(tmp_path / "state")
    with first, pytest.raises(StoreError, match="another running copy"):
        second.__enter__()
    with only_copy(tmp_path / "state"):
        pass


@pytest.mark.parametrize("spoil", ["no database", "a folder"])
def test_a_file_that_is_no_database_is_said_in_one_line(tmp_path: Path, spoil: str) -> None:
    if spoil == "a folder":
        (tmp_path / "state.db").mkdir()
    else:
        (tmp_path / "state.db").write_text("this is not a database" * 50)
    with pytest.raises(StoreError, match=r"^the database in \S+ cannot be used \[SQLITE_\w+\]$"):
        SqliteStore(tmp_path, Keys(None), Bench(lambda clock: SqliteStore(None, Keys(None), clock)).clock)
