"""Keys that live for a week: one file each, outside the database.

When a key's file is deleted, all that it sealed is unreadable in every copy of the database, also in a lost backup.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.records.store import StoreError

KEY_BYTES = 32
_PEPPER = "pepper"
_WEEK = re.compile(r"\d{4}-W\d\d")


class KeyGoneError(StoreError):
    """The key of a week is not there any more, and what it sealed cannot be read."""


def week_of(moment: dt.datetime) -> str:
    """The ISO week of a moment, such as 2026-W47; its key's file is called so."""
    year, week, _ = moment.isocalendar()
    return f"{year}-W{week:02}"


def end_of(week: str) -> dt.datetime:
    """The first moment, in universal time, that is after a week."""
    year, number = week.split("-W")
    monday = dt.datetime.combine(dt.date.fromisocalendar(int(year), int(number), 1), dt.time(), dt.UTC)
    return monday + dt.timedelta(weeks=1)


def private(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for their owner only."""
    for missing in [one for one in (*reversed(folder.parents), folder) if not one.exists()]:
        missing.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(exist_ok=True)  # says so where it is a file


class Keys:
    """The keys in a folder; without a folder, in memory only (practice). Raises `StoreError` where files fail."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._known: dict[str, bytes] = {}
        if folder is not None:
            with _said(folder):
                private(folder)

    def existing(self, week: str) -> bytes:
        """The key of a week. Raises `KeyGoneError` where there is none."""
        if week not in self._known:
            key = self._read(week)
            if key is None:
                raise KeyGoneError(f"the key of {week} is gone")
            self._known[week] = key
        return self._known[week]

    def making(self, week: str) -> bytes:
        """The key of a week, made now where there is none."""
        return self._made(week)

    def pepper(self) -> bytes:
        """The key of the hashes by which banned people are known again; it does not change with the week."""
        return self._made(_PEPPER)

    def weeks(self) -> tuple[str, ...]:
        """The weeks that there is a key of, in order."""
        if self._folder is None:
            return tuple(sorted(name for name in self._known if _WEEK.fullmatch(name)))
        with _said(self._folder):
            return tuple(sorted(path.name for path in self._folder.iterdir() if _WEEK.fullmatch(path.name)))

    def delete(self, week: str) -> None:
        """Delete the key of a week, for good; no harm if somebody else has."""
        self._known.pop(week, None)
        if self._folder is not None:
            with _said(self._folder):
                (self._folder / week).unlink(missing_ok=True)
                _sync(self._folder)

    def _made(self, name: str) -> bytes:
        with suppress(KeyGoneError):
            return self.existing(name)
        if self._folder is None:
            self._known[name] = secrets.token_bytes(KEY_BYTES)
        else:
            with _said(self._folder):
                _write(self._folder, name)
        return self.existing(name)

    def _read(self, name: str) -> bytes | None:
        if self._folder is None:
            return None
        with _said(self._folder):
            try:
                key = (self._folder / name).read_bytes()
            except FileNotFoundError:
                return None
        if len(key) != KEY_BYTES:
            raise StoreError(f"{self._folder / name} is not a key: a key has {KEY_BYTES} bytes")
        return key


@contextmanager
def _said(folder: Path) -> Iterator[None]:
    """Says in one line which folder of keys failed."""
    try:
        yield
    except OSError as error:
        raise StoreError(f"the keys in {folder} cannot be used: {error.strerror}") from None


def _write(folder: Path, name: str) -> None:
    """A new key's file, whole or not at all, readable by its owner; an older one of that name stays."""
    draft = folder / f".{name}.{secrets.token_hex(4)}"
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    try:
        os.write(file, secrets.token_bytes(KEY_BYTES))
        os.fsync(file)
        with suppress(FileExistsError):
            (folder / name).hardlink_to(draft)
        _sync(folder)  # before anything is sealed with it
    finally:
        os.close(file)
        draft.unlink()


def _sync(folder: Path) -> None:
    """Make a change of a folder outlast a power cut."""
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
