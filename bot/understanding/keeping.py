"""Learnt arrays kept on disk by the hash of what they were learnt from: never a pickle, never half a file."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import struct
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any, overload

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]

_HEADER = struct.Struct("<4s5H3L2H")
"""What stands before a file in a zip: at the end the lengths of its name and of what else is said about it."""
_EXTRA = struct.Struct("<HH")
_PADDING = 0xD935
"""The name for bytes that only push a file to its place."""

_BROKEN = (OSError, ValueError, KeyError, EOFError, struct.error, zipfile.BadZipFile)
_MOST_ROWS = 50_000
_KEY = 12
"""Bytes of a text's hash."""

FINE = 400.0
"""Steps of a kept row to 1; parts of directions are seldom over 0.3."""
_MOST_FILES = 6
"""Kept files of earlier content; the oldest go first."""


def key_of(learnt_from: object) -> str:
    """The hash of anything that JSON can write."""
    return hashlib.sha256(json.dumps(learnt_from, ensure_ascii=False).encode()).hexdigest()[:32]


def kept(cache: Path | None, learnt_from: object, learn: Callable[[], Arrays]) -> Arrays:
    """What `learn` gives for `learnt_from` (anything JSON can write), read from the cache where it was kept before.

    A cache that cannot be read or written is passed over.
    """
    if cache is None:
        return learn()
    path = cache / f"learnt-{key_of(learnt_from)}.npz"
    with contextlib.suppress(*_BROKEN):
        return _mapped(path)
    learnt = learn()
    with contextlib.suppress(*_BROKEN):
        cache.mkdir(parents=True, exist_ok=True)
        _write(path, learnt)
        for older in sorted(cache.glob("learnt-*.npz"), key=lambda p: p.stat().st_mtime)[:-_MOST_FILES]:
            older.unlink()
        return _mapped(path)  # what was written takes no memory until it is looked at
    return learnt


def _mapped(path: Path) -> Arrays:
    """The arrays of a file, as they lie there: only what is looked at is read. Raises one of `_BROKEN`."""
    with path.open("rb") as file, zipfile.ZipFile(file) as zipped:
        if zipped.testzip() is not None:
            raise zipfile.BadZipFile
        return {member.filename.removesuffix(".npy"): _as_it_lies(file, member) for member in zipped.infolist()}


def _as_it_lies(file: IO[bytes], member: zipfile.ZipInfo) -> NDArray[Any]:
    file.seek(member.header_offset)
    *_, name, extra = _HEADER.unpack(file.read(_HEADER.size))
    file.seek(name + extra, os.SEEK_CUR)
    if member.compress_type != zipfile.ZIP_STORED or np.lib.format.read_magic(file) != (1, 0):
        raise ValueError(member.filename)
    shape, by_column, dtype = np.lib.format.read_array_header_1_0(file)
    if dtype.hasobject:
        raise ValueError(member.filename)
    if not all(shape):
        return np.zeros(shape, dtype)  # nothing cannot be mapped
    return np.memmap(file, dtype, "r", file.tell(), shape, "F" if by_column else "C").view(np.ndarray)


def kept_rows(
    cache: Path | None,
    name: str,
    texts: Sequence[str],
    learn: Callable[[Sequence[str]], NDArray[Any]],
    shipped: Path | None = None,
) -> NDArray[np.float32]:
    """A row of numbers for each text, as `learn` gives them; rows of texts seen before come from two files.

    `shipped` came with the texts, the other is in the cache. Both go by the hash of each text, so that a new phrasing
    costs one row. A file that cannot be read or written, or is another learner's, is passed over.
    """
    keys = [_key(text) for text in texts]
    path = cache / f"rows-{hashlib.sha256(name.encode()).hexdigest()[:16]}.npz" if cache else None
    rows = _read_rows(path, name) | _read_rows(shipped, name)
    new = {key: text for key, text in zip(keys, texts, strict=True) if key not in rows}
    if new:
        fresh = dict(zip(new, small(learn(list(new.values()))), strict=True))
        rows |= fresh
        if path is not None:
            kept_before = _read_rows(path, name) | fresh
            _write_rows(path, name, dict(list(kept_before.items())[-_MOST_ROWS:]))
    found = np.array([rows[key] for key in keys], dtype=np.float32)
    found /= FINE
    return found


def write_rows(path: Path, name: str, texts: Sequence[str], rows: NDArray[np.float32]) -> None:
    """A file of rows that `kept_rows` takes as `shipped`."""
    pairs = dict(zip(map(_key, texts), small(rows), strict=True))
    _write_rows(path, name, {key: pairs[key] for key in sorted(pairs)})


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:_KEY]


def small(rows: NDArray[Any]) -> NDArray[np.int8]:
    """Parts of directions of length 1 as whole numbers: a quarter of the room, and top-1 the same."""
    return np.clip(np.round(rows * FINE), -127, 127).astype(np.int8)


def _read_rows(path: Path | None, name: str) -> dict[bytes, NDArray[np.int8]]:
    if path is None:
        return {}
    with contextlib.suppress(*_BROKEN), path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        if as_texts(arrays["name"]) == [name]:
            known, rows = arrays["keys"].tobytes(), arrays["rows"]
            return {known[_KEY * n : _KEY * (n + 1)]: row for n, row in enumerate(rows)}
    return {}


def _write_rows(path: Path, name: str, rows: dict[bytes, NDArray[np.int8]]) -> None:
    keys = np.frombuffer(b"".join(rows), dtype=np.uint8)
    arrays = {"name": as_array([name]), "keys": keys, "rows": np.array(list(rows.values()), dtype=np.int8)}
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, arrays)


def _write(path: Path, arrays: Arrays) -> None:
    """Write beside the place and move there, so that a reader never sees half a file.

    What `np.savez` writes, but each array begins at a multiple of 64 bytes, so that it can be used where it lies.
    """
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".tmp", delete=False) as file:
        written = Path(file.name)
        try:
            with zipfile.ZipFile(file, "w") as zipped:
                for name, array in arrays.items():
                    member = zipfile.ZipInfo(f"{name}.npy")
                    used = file.tell() + _HEADER.size + len(member.filename) + _EXTRA.size
                    gap = -used % np.lib.format.ARRAY_ALIGN
                    member.extra = _EXTRA.pack(_PADDING, gap) + bytes(gap)
                    with zipped.open(member, "w") as opened:
                        np.lib.format.write_array(opened, np.asanyarray(array), version=(1, 0), allow_pickle=False)
            file.flush()
            written.chmod(0o644)  # an image is built by root and run by another; it holds content only
            written.replace(path)
        finally:
            written.unlink(missing_ok=True)


class Lines(Sequence[str]):
    """The texts of `as_array`, each made a string only when it is looked at: tens of thousands would be megabytes."""

    def __init__(self, array: NDArray[np.uint8]) -> None:
        self._array = array
        self._ends = np.append(np.flatnonzero(array == ord("\n")), len(array)) if array.size else np.empty(0, int)

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, slice):
            return [self[n] for n in range(*at.indices(len(self)))]
        at = range(len(self))[at]
        start = self._ends[at - 1] + 1 if at else 0
        return self._array[start : self._ends[at]].tobytes().decode()


def as_array(texts: Sequence[str]) -> NDArray[np.uint8]:
    """Texts without line ends as one array of bytes."""
    return np.frombuffer("\n".join(texts).encode(), dtype=np.uint8)


def as_texts(array: NDArray[np.uint8]) -> list[str]:
    """The texts of `as_array`; an empty array is no text."""
    return array.tobytes().decode().split("\n") if array.size else []
