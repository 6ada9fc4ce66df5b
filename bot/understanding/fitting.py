"""Learning a linear classifier from the phrasings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from bot.understanding.features import Vectorizer
from bot.understanding.keeping import Arrays, as_array, as_texts, kept
from bot.understanding.text import fold, words

_RIDGE = 0.4
"""Ridge penalty. Held-out top-1 moved by less than a point between 0.1 and 1."""

_OFTEN = 200
"""Features of more texts than this are multiplied as a dense block: a quarter of the time for the same numbers."""

_VERSION = 4
"""Raised when folding, features or classifier change, so that what was learnt before is not used."""


@dataclass(frozen=True)
class Fitted:
    """What was learnt: the phrasings that have each feature, their intents, and a weight per feature and intent."""

    intents: tuple[str, ...]
    texts: list[str]
    owner: NDArray[np.int32]
    vectorizer: Vectorizer
    postings: sparse.csr_matrix
    linear: NDArray[np.float32]
    bias: NDArray[np.float32]


def fit(
    phrasings: Mapping[str, Sequence[str]], prepare: Callable[[str], str] = str, cache: Path | None = None
) -> Fitted:
    """Learn from {intent: phrasings}, each put through `prepare` first, or read what was learnt from exactly these."""
    intents = tuple(sorted(intent for intent, texts in phrasings.items() if texts))
    written = {intent: list(phrasings[intent]) for intent in intents}
    learnt = kept(cache, ["matcher", _VERSION, written], lambda: _learn(written, prepare))
    return Fitted(
        intents,
        as_texts(learnt["texts"]),
        learnt["owner"],
        Vectorizer(as_texts(learnt["features"]), learnt["weights"]),
        sparse.csr_matrix((learnt["data"], learnt["indices"], learnt["indptr"]), shape=tuple(learnt["shape"])),
        learnt["linear"],
        learnt["bias"],
    )


def _learn(phrasings: Mapping[str, Sequence[str]], prepare: Callable[[str], str]) -> Arrays:
    pairs = [(n, " ".join(words(fold(prepare(t))))) for n, texts in enumerate(phrasings.values()) for t in texts]
    pairs = [(n, text) for n, text in pairs if text]
    texts = [text for _, text in pairs]
    owner = np.array([n for n, _ in pairs], dtype=np.int32)
    vectorizer, rows = Vectorizer.learn(texts)
    linear, bias = _ridge(rows, owner, len(phrasings))
    postings = rows.T.tocsr()
    return {
        "texts": as_array(texts),
        "owner": owner,
        "features": as_array(vectorizer.features),
        "weights": vectorizer.weights,
        "data": postings.data,
        "indices": postings.indices,
        "indptr": postings.indptr,
        "shape": np.array(postings.shape),
        "linear": linear,
        "bias": bias,
    }


def _ridge(
    rows: sparse.csr_matrix, owner: NDArray[np.int32], intents: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """One-against-all ridge regression in its dual form: there are fewer phrasings than features."""
    count = rows.shape[0]
    if not count:
        return np.zeros((rows.shape[1], intents), np.float32), np.zeros(intents, np.float32)
    wanted = np.full((count, intents), -1, dtype=np.float32)
    wanted[np.arange(count), owner] = 1
    bias = wanted.mean(axis=0)
    often = np.bincount(rows.indices, minlength=rows.shape[1]) > _OFTEN
    dense, rare = rows[:, often].toarray(), rows[:, ~often]
    kernel = dense @ dense.T
    kernel += (rare @ rare.T).toarray()
    kernel[np.diag_indices(count)] += _RIDGE
    solved = linalg.solve(kernel, wanted - bias, assume_a="pos", check_finite=False, overwrite_a=True)
    return np.asarray(rows.T @ solved, dtype=np.float32), bias.astype(np.float32)
