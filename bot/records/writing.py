"""Group commit: what many tasks want written at the same moment is written in one transaction, by one thread.

A commit waits for the disk for some milliseconds, and one commit can hold a hundred questions as well as one.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.logs import where
from bot.records.store import Store, StoreError, TransactionLostError

_GATHERING = 0.01
"""Seconds for which work is gathered where some came while other was being written; else it is written at once."""

_CHECKPOINT_TRIES = 20
_CHECKPOINT_PAUSE = 0.1
_log = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[[Store], Any]


@dataclass(frozen=True)
class _Job:
    work: Work
    done: asyncio.Future[Any]
    scrub: bool


class Writer:
    """The one way to a store while the bot runs. Built inside a running loop."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._thread = ThreadPoolExecutor(1, "records")
        self._jobs: list[_Job] = []
        self._running: asyncio.Task[None] | None = None
        self._closed = False
        self._owed = False
        """Whether something deleted may still stand in a log, because a checkpoint did not get through."""

    async def do(self, work: Callable[[Store], T], *, scrub: bool = False) -> T:
        """What `work` gives, once it is on the disk. Raises what it raised, or `StoreError` if it could not be kept.

        One piece of work that fails does not spoil those that are written with it. `scrub`: also no byte of what was
        deleted is left in any file when this returns.
        """
        if self._closed:
            raise StoreError("the store is closed")
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.append(_Job(work, done, scrub))
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return await done

    async def close(self) -> None:
        """Finish what waits, and close the store."""
        self._closed = True
        if self._running is not None:
            await self._running
        await asyncio.get_running_loop().run_in_executor(self._thread, self._store.close)
        self._thread.shutdown()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while self._jobs:
            jobs, self._jobs = self._jobs, []
            outcomes = await loop.run_in_executor(self._thread, self._written, jobs)
            for job, (result, error) in zip(jobs, outcomes, strict=True):
                if job.done.cancelled():
                    continue
                if error is None:
                    job.done.set_result(result)
                else:
                    job.done.set_exception(error)
            if self._jobs:
                await asyncio.sleep(_GATHERING)
        self._running = None

    def _written(self, jobs: list[_Job]) -> list[tuple[Any, Exception | None]]:
        """Result or error of each job, after the commit. In the thread."""
        try:
            with self._store.transaction():
                outcomes = [self._tried(job.work) for job in jobs]
        except Exception as error:  # noqa: BLE001 - whatever it was, nothing was kept, and each is told so
            outcomes = [(None, error)] * len(jobs)
        if self._owed or any(job.scrub for job in jobs):
            self._scrub()
        return outcomes

    def _tried(self, work: Work) -> tuple[Any, Exception | None]:
        try:
            with self._store.savepoint():
                return work(self._store), None
        except TransactionLostError:
            raise
        except Exception as error:  # noqa: BLE001 - it is the asking task's
            return None, error

    def _scrub(self) -> None:
        """Empty the log; while somebody reads (`amparo records show`) again and again, and else after the next work."""
        try:
            for _ in range(_CHECKPOINT_TRIES):
                self._owed = not self._store.checkpoint()
                if not self._owed:
                    return
                time.sleep(_CHECKPOINT_PAUSE)
            _log.warning("the log of the database could not be emptied yet: somebody reads it")
        except Exception as error:  # noqa: BLE001 - the work itself is done; this is tried again
            self._owed = True
            _log.warning("the log of the database could not be emptied yet [%s]", where(error))
