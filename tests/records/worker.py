"""A process that keeps records as the bot does and says what it was told is kept: to be killed, or to fill a disk.

`python -m tests.records.worker FOLDER FIRST [BYTES]`. It prints `r N` (received), `h N` (handled, two letters stored),
`p N` (its first letter posted) after the commit of each, and `full` where the disk was. BYTES: the largest file the
system lets it write, until the first failure.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import resource
import signal
import sys
from pathlib import Path

from bot.records.keys import Keys
from bot.records.sqlite import SqliteStore
from bot.records.store import StoreError
from bot.records.writing import Writer
from tests.records.benches import letter, question

_AT_ONCE = 8
_AFTER_FULL = 40


def body(update: int, which: str) -> str:
    """What the letters of an update say, so that the parent finds them again."""
    return f"{update} {which}"


async def one(writer: Writer, number: int) -> None:
    await writer.do(lambda store: store.receive([question(number)]))
    print(f"r {number}", flush=True)
    letters = [letter(1000 + number, body(number, "a")), letter(1000 + number, body(number, "b"))]
    first, _ = await writer.do(lambda store: store.handled(number, letters))
    print(f"h {number}", flush=True)
    await writer.do(lambda store: store.posting(first.id or 0))
    await writer.do(lambda store: store.posted(first.id or 0), scrub=number % 3 == 0)
    print(f"p {number}", flush=True)


async def work(folder: Path, first: int, limited: bool) -> None:
    writer = Writer(SqliteStore(folder, Keys(folder / "keys"), lambda: dt.datetime.now(dt.UTC)))
    number, left = first, -1
    while left:
        done = await asyncio.gather(*(one(writer, number + n) for n in range(_AT_ONCE)), return_exceptions=True)
        wrong = [error for error in done if isinstance(error, BaseException)]
        assert all(isinstance(error, StoreError) for error in wrong), wrong
        if wrong:
            assert limited, wrong
            print("full", flush=True)
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            left = _AFTER_FULL
        number, left = number + _AT_ONCE, left - 1
    await writer.close()


if __name__ == "__main__":
    if len(sys.argv) > 3:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
    asyncio.run(work(Path(sys.argv[1]), int(sys.argv[2]), len(sys.argv) > 3))
