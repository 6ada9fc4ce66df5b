"""Learning a linear classifier from the phrasings, in time that grows with their number and no faster."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from bot.understanding.features import Vectorizer
from bot.understanding.keeping import Arrays, as_array, as_texts, kept
from bot.understanding.text import fold, tokens

Floats = NDArray[np.float32]

_RIDGE = 0.05
"""Penalty on the weights. Top-1 on public data moved by less than a quarter of a point between 0.03 and 0.1."""

_STEPS = 6
"""Steps of the fit; three times as many changed top-1 by less than a tenth of a point."""

_MOST_SLOTS = 4096
"""Features share so many slots with random signs, so that the fit is of one size however long the texts are. All
features apart would be 0.3 points better on public data, and cubic in the phrasings."""

_CHUNK = 1024
_VERSION = 8
"""Raised when folding, features or classifier change, so that what was learnt before is not used."""


@dataclass(frozen=True)
class Fitted:
    """What was learnt. `postings`: which phrasings have each feature; `slot`, `sign`: its place in the classifier."""

    intents: tuple[str, ...]
    texts: list[str]
    written: list[str]
    owner: NDArray[np.int32]
    vectorizer: Vectorizer
    postings: sparse.csr_matrix
    slot: NDArray[np.int64]
    sign: Floats
    linear: Floats
    bias: Floats

    def folded(self, rows: sparse.csr_matrix) -> sparse.csr_matrix:
        """Rows of features as rows of slots."""
        return _folded(rows, self.slot, self.sign, len(self.linear))


def fit(
    phrasings: Mapping[str, Sequence[str]], prepare: Callable[[str], str] = str, cache: Path | None = None
) -> Fitted:
    """Learn from {intent: phrasings}, each put through `prepare` first, or read what was learnt from exactly these."""
    intents = tuple(sorted(intent for intent, texts in phrasings.items() if texts))
    raw = {intent: list(phrasings[intent]) for intent in intents}
    learnt = kept(cache, ["matcher", _VERSION, raw], lambda: _learn(raw, prepare))
    vectorizer = Vectorizer(as_texts(learnt["features"]), learnt["weights"])
    slot, sign = _slots(len(vectorizer.features), len(learnt["linear"]))
    return Fitted(
        intents,
        as_texts(learnt["texts"]),
        as_texts(learnt["written"]),
        learnt["owner"],
        vectorizer,
        sparse.csr_matrix((learnt["data"], learnt["indices"], learnt["indptr"]), shape=tuple(learnt["shape"])),
        slot,
        sign,
        learnt["linear"],
        learnt["bias"],
    )


def logistic(rows: sparse.csr_matrix, dense: Floats, owner: NDArray[np.int32], intents: int) -> tuple[Floats, Floats]:
    """Weights and bias of a multinomial logistic regression over sparse and dense columns side by side.

    Each step is Newton's with one bound for all Hessians (Böhning, 1992), so that one factorisation serves all of
    them; Nesterov's momentum between the steps.
    """
    wanted = np.zeros((rows.shape[0], intents), dtype=np.float32)
    wanted[np.arange(len(owner)), owner] = 1
    bias = np.zeros(intents, dtype=np.float32)  # a subject with few phrasings is asked about no less
    width = rows.shape[1]
    weights = ahead = np.zeros((width + dense.shape[1], intents), dtype=np.float32)
    factor = linalg.cho_factor(_bound(rows, dense), overwrite_a=True, check_finite=False)
    pace = 1.0
    for _ in range(_STEPS if len(owner) else 0):
        logits = rows @ ahead[:width] + dense @ ahead[width:] + bias
        logits -= logits.max(axis=1, keepdims=True)
        expected = np.exp(logits)
        expected /= expected.sum(axis=1, keepdims=True)
        wrong = wanted - expected
        slope = np.vstack([rows.T @ wrong, dense.T @ wrong]) - _RIDGE * ahead
        step = ahead + 2 * linalg.cho_solve(factor, slope, overwrite_b=True, check_finite=False)
        faster = (1 + np.sqrt(1 + 4 * pace**2)) / 2
        ahead = (step + (pace - 1) / faster * (step - weights)).astype(np.float32)
        weights, pace = step.astype(np.float32), faster
    return weights, bias


def _learn(phrasings: Mapping[str, Sequence[str]], prepare: Callable[[str], str]) -> Arrays:
    pairs = [(n, prepare(text)) for n, texts in enumerate(phrasings.values()) for text in texts]
    read = [(n, written, " ".join(tokens(fold(written)))) for n, written in pairs]
    read = [(n, written, text) for n, written, text in read if text]
    texts = [text for _, _, text in read]
    owner = np.array([n for n, _, _ in read], dtype=np.int32)
    vectorizer, rows = Vectorizer.learn(texts)
    width = min(_MOST_SLOTS, 1 << (len(vectorizer.features) + 64).bit_length())
    slot, sign = _slots(len(vectorizer.features), width)
    linear, bias = logistic(
        _folded(rows, slot, sign, width), np.zeros((len(texts), 0), np.float32), owner, len(phrasings)
    )
    postings = rows.T.tocsr()
    return {
        "texts": as_array(texts),
        "written": as_array([" ".join(written.split()) for _, written, _ in read]),
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


def _slots(features: int, width: int) -> tuple[NDArray[np.int64], Floats]:
    """A slot and a sign for each feature, the same on every machine."""
    drawn = np.random.default_rng(0).integers(0, 2 * width, features)
    return drawn >> 1, (1 - 2 * (drawn & 1)).astype(np.float32)


def _folded(rows: sparse.csr_matrix, slot: NDArray[np.int64], sign: Floats, width: int) -> sparse.csr_matrix:
    folded = sparse.csr_matrix(
        (rows.data * sign[rows.indices], slot[rows.indices], rows.indptr.copy()), shape=(rows.shape[0], width)
    )
    folded.sum_duplicates()
    return folded


def _bound(rows: sparse.csr_matrix, dense: Floats) -> Floats:
    """The products of all columns with each other, and the penalty, a few rows at a time."""
    width = rows.shape[1] + dense.shape[1]
    products = np.zeros((width, width), dtype=np.float32)
    for start in range(0, rows.shape[0], _CHUNK):
        part = np.hstack([rows[start : start + _CHUNK].toarray(), dense[start : start + _CHUNK]])
        products += part.T @ part
    products[np.diag_indices(width)] += 2 * _RIDGE
    return products
