"""One copy of the bot at a time on one folder of records."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.records.keys import private
from bot.records.store import StoreError


@contextmanager
def only_copy(folder: Path) -> Iterator[None]:
    """Hold the folder; the system lets go of it when the process ends, however it ends.

    Raises `StoreError` if another copy holds it, or the folder cannot be used. The lock is on a file of its own:
    closing a second handle of a database's file would drop SQLite's own locks.
    """
    try:
        private(folder)
        file = (folder / "lock").open("w")
    except OSError as error:
        raise StoreError(f"the folder {folder} cannot be used: {error.strerror}") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StoreError(f"another running copy of the bot uses {folder}; stop that one first") from None
        yield
