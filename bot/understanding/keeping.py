"""Learnt arrays kept on disk by the hash of what they were learnt from: never a pickle, never half a file."""

from __future__ import annotations

import contextlib
import hashlib
import json
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]

_BROKEN = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)
_MOST_ROWS = 50_000
_MOST_FILES = 6
"""Kept files of earlier content; the oldest go first."""


def kept(cache: Path | None, learnt_from: object, learn: Callable[[], Arrays]) -> Arrays:
    """What `learn` gives for `learnt_from` (anything JSON can write), read from the cache where it was kept before.

    A cache that cannot be read or written is passed over.
    """
    if cache is None:
        return learn()
    key = hashlib.sha256(json.dumps(learnt_from, ensure_ascii=False).encode()).hexdigest()
    path = cache / f"learnt-{key[:32]}.npz"
    with contextlib.suppress(*_BROKEN), path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return dict(arrays)
    learnt = learn()
    with contextlib.suppress(OSError):
        cache.mkdir(parents=True, exist_ok=True)
        _write(path, learnt)
        for older in sorted(cache.glob("learnt-*.npz"), key=lambda p: p.stat().st_mtime)[:-_MOST_FILES]:
            older.unlink()
    return learnt


def kept_rows(
    cache: Path | None, name: str, texts: Sequence[str], learn: Callable[[Sequence[str]], NDArray[Any]]
) -> NDArray[np.float32]:
    """A row of numbers for each text, as `learn` gives them; rows of texts that were seen before come from the cache.

    Kept by the hash of each text, in half precision, so that a new phrasing costs one row. A cache that cannot be read
    or written is passed over.
    """
    keys = [hashlib.sha256(text.encode()).digest()[:16] for text in texts]
    rows: dict[bytes, NDArray[Any]] = {}
    path = cache / f"rows-{hashlib.sha256(name.encode()).hexdigest()[:16]}.npz" if cache else None
    if path is not None:
        with contextlib.suppress(*_BROKEN), path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            known = arrays["keys"].tobytes()
            rows = {known[16 * n : 16 * n + 16]: row for n, row in enumerate(arrays["rows"])}
    new = {key: text for key, text in zip(keys, texts, strict=True) if key not in rows}
    if new:
        rows |= dict(zip(new, learn(list(new.values())).astype(np.float16), strict=True))
        if path is not None:
            saved = dict(list(rows.items())[-_MOST_ROWS:])
            arrays = {"keys": np.frombuffer(b"".join(saved), dtype=np.uint8), "rows": np.array(list(saved.values()))}
            with contextlib.suppress(OSError):
                path.parent.mkdir(parents=True, exist_ok=True)
                _write(path, arrays)
    return np.array([rows[key] for key in keys], dtype=np.float32)


def _write(path: Path, arrays: Arrays) -> None:
    """Write beside the place and move there, so that a reader never sees half a file."""
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".tmp", delete=False) as file:
        written = Path(file.name)
        try:
            np.savez(file, **arrays)  # type: ignore[arg-type] # its types take `allow_pickle` for an array's name
            written.chmod(0o644)  # an image is built by root and run by another; it holds content only
            written.replace(path)
        finally:
            written.unlink(missing_ok=True)


def as_array(texts: Sequence[str]) -> NDArray[np.uint8]:
    """Texts without line ends as one array of bytes."""
    return np.frombuffer("\n".join(texts).encode(), dtype=np.uint8)


def as_texts(array: NDArray[np.uint8]) -> list[str]:
    """The texts of `as_array`; an empty array is no text."""
    return array.tobytes().decode().split("\n") if array.size else []
