"""Learning a linear classifier from the phrasings, kept on disk by the hash of what it was learnt from."""

from __future__ import annotations

import contextlib
import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from bot.understanding.features import Vectorizer
from bot.understanding.text import fold, words

_RIDGE = 0.4
"""Ridge penalty. Held-out top-1 moved by less than a point between 0.1 and 1."""

_OFTEN = 200
"""Features of more texts than this are multiplied as a dense block: a quarter of the time for the same numbers."""

_VERSION = 1
"""Raised when the features or the classifier change, so that an older file is not used."""


@dataclass(frozen=True)
class Fitted:
    """What was learnt: the phrasings' rows, the intent of each row, and one weight per feature and intent."""

    intents: tuple[str, ...]
    texts: tuple[str, ...]
    owner: NDArray[np.int32]
    vectorizer: Vectorizer
    rows: sparse.csr_matrix
    linear: NDArray[np.float32]
    bias: NDArray[np.float32]


def fit(phrasings: Mapping[str, Sequence[str]], cache: Path | None = None) -> Fitted:
    """Learn from {intent: phrasings}, or read what was learnt from exactly these before.

    The cache holds arrays and text only (never a pickle); an unreadable or unwritable one is passed over.
    """
    intents = tuple(sorted(intent for intent, texts in phrasings.items() if texts))
    pairs = [(n, " ".join(words(fold(text)))) for n, intent in enumerate(intents) for text in phrasings[intent]]
    pairs = [(n, text) for n, text in pairs if text]
    texts = tuple(text for _, text in pairs)
    owner = np.array([n for n, _ in pairs], dtype=np.int32)
    key = hashlib.sha256(json.dumps([_VERSION, intents, pairs], ensure_ascii=False).encode()).hexdigest()
    path = cache / f"matcher-{key[:32]}.npz" if cache else None
    kept = _read(path) if path else None
    if kept is None:
        vectorizer, rows = Vectorizer.learn(texts)
        linear, bias = _ridge(rows, owner, len(intents))
        if path:
            _write(path, vectorizer, rows, linear, bias)
    else:
        vectorizer, rows, linear, bias = kept
    return Fitted(intents, texts, owner, vectorizer, rows, linear, bias)


_Learnt = tuple[Vectorizer, sparse.csr_matrix, NDArray[np.float32], NDArray[np.float32]]


def _ridge(
    rows: sparse.csr_matrix, owner: NDArray[np.int32], intents: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """One-against-all ridge regression in its dual form: there are fewer phrasings than features."""
    count = rows.shape[0]
    wanted = np.full((count, intents), -1, dtype=np.float32)
    wanted[np.arange(count), owner] = 1
    bias = wanted.mean(axis=0) if count else np.zeros(intents, np.float32)
    often = np.bincount(rows.indices, minlength=rows.shape[1]) > _OFTEN
    dense, rare = rows[:, often].toarray(), rows[:, ~often]
    kernel = dense @ dense.T + (rare @ rare.T).toarray()
    kernel[np.diag_indices(count)] += _RIDGE
    solved = linalg.solve(kernel, wanted - bias, assume_a="pos", check_finite=False, overwrite_a=True)
    return np.asarray(rows.T @ solved, dtype=np.float32), bias.astype(np.float32)


def _read(path: Path) -> _Learnt | None:
    try:
        with np.load(path, allow_pickle=False) as kept:
            names = kept["features"].tobytes().decode().split("\n")
            rows = sparse.csr_matrix((kept["data"], kept["indices"], kept["indptr"]), shape=tuple(kept["shape"]))
            return Vectorizer(names, kept["weights"]), rows, kept["linear"], kept["bias"]
    except (OSError, ValueError, KeyError, EOFError):
        return None


def _write(
    path: Path, vectorizer: Vectorizer, rows: sparse.csr_matrix, linear: NDArray[np.float32], bias: NDArray[np.float32]
) -> None:
    """Write beside the place and move there, so that a reader never sees half a file."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".tmp", delete=False) as file:
            np.savez(
                file,
                features=np.frombuffer("\n".join(vectorizer.features).encode(), dtype=np.uint8),
                weights=vectorizer.weights,
                data=rows.data,
                indices=rows.indices,
                indptr=rows.indptr,
                shape=np.array(rows.shape),
                linear=linear,
                bias=bias,
            )
        Path(file.name).replace(path)
        for older in sorted(path.parent.glob("matcher-*.npz"), key=lambda p: p.stat().st_mtime)[:-4]:
            older.unlink()
