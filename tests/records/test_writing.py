"""Group commit: together, in order, each with its own failure; and no byte left after `scrub`."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.records.keys import Keys
from bot.records.sqlite import SqliteStore
from bot.records.store import Store, StoreError
from bot.records.writing import Writer
from tests.records.benches import START, Bench, files, in_folder, in_loop, question


class Counting(SqliteStore):
    """A store that counts its transactions."""

    commits = 0

    @contextlib.contextmanager
    def transaction(self):  # type: ignore[no-untyped-def]
        with super().transaction():
            yield
        self.commits += 1


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[tuple[Writer, Counting]]:
    store = Counting(folder, Keys(folder / "keys"), lambda: START)
    writer = Writer(store)
    yield writer, store
    await writer.close()


@in_loop
async def test_what_comes_together_is_committed_together(tmp_path: Path) -> None:
    async with opened(tmp_path) as (writer, store):
        await asyncio.gather(*(writer.do(lambda s, n=n: s.receive([question(n)])) for n in range(100)))  # type: ignore[misc]
        assert [one.update for one in await writer.do(lambda s: s.waiting())] == list(range(100))
        assert store.commits < 10


@in_loop
async def test_one_failure_spoils_nothing_else(tmp_path: Path) -> None:
    def fails(store: Store) -> None:
        store.receive([question(2)])
        raise ZeroDivisionError

    async with opened(tmp_path) as (writer, _):
        done = await asyncio.gather(
            writer.do(lambda s: s.receive([question(1)])),
            writer.do(fails),
            writer.do(lambda s: s.receive([question(3)])),
            return_exceptions=True,
        )
        assert [type(one) for one in done] == [list, ZeroDivisionError, list]
        assert [one.update for one in await writer.do(lambda s: s.waiting())] == [1, 3]


@in_loop
async def test_work_runs_beside_the_loop_in_one_thread(tmp_path: Path) -> None:
    async with opened(tmp_path) as (writer, _):
        threads = {await writer.do(lambda _: threading.get_ident()) for _ in range(5)}
        assert len(threads) == 1
        assert threading.get_ident() not in threads


@in_loop
async def test_who_does_not_wait_any_more_is_no_harm(tmp_path: Path) -> None:
    async with opened(tmp_path) as (writer, _):
        leaving = asyncio.create_task(writer.do(lambda s: s.receive([question(1)])))
        await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        assert [one.update for one in await writer.do(lambda s: s.waiting())] == [1]


@in_loop
async def test_scrub_waits_until_nobody_reads_the_log(tmp_path: Path) -> None:
    async with opened(tmp_path) as (writer, _):
        await writer.do(lambda s: s.receive([question(1, chat=5)]))
        reader = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
        (row,) = reader.execute("SELECT body FROM inbox").fetchone()
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM inbox").fetchone()
        forgetting = asyncio.create_task(writer.do(lambda s: s.forget(5), scrub=True))
        await asyncio.sleep(0.05)
        reader.close()
        await forgetting
        assert row not in files(tmp_path)


@in_loop
async def test_after_closing_work_is_refused_and_the_files_are_whole(tmp_path: Path) -> None:
    async with opened(tmp_path) as (writer, _):
        pending = asyncio.gather(*(writer.do(lambda s, n=n: s.receive([question(n)])) for n in range(9)))  # type: ignore[misc]
        await asyncio.sleep(0)
    assert len(await pending) == 9
    with pytest.raises(StoreError, match="closed"):
        await writer.do(lambda s: s.waiting())
    assert len(Bench(in_folder(tmp_path)).waiting()) == 9
