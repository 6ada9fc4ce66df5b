"""Learning a linear classifier from the phrasings, in time that grows with their number and no faster."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bot.understanding.features import Vectorizer
from bot.understanding.keeping import Arrays, as_array, as_texts, kept
from bot.understanding.text import fold, tokens

Floats = NDArray[np.float32]

_RIDGE = 0.5
"""Ridge penalty. Held-out top-1 moves by less than a point between 0.1 and 2; more of it makes fewer wrong answers."""

_EVEN = 0.5
"""How far phrasings of an intent that has many weigh less: 0 not at all, 1 so far that all intents weigh the same.
What is asked about most has most phrasings, and would draw to it every question that is near."""

_STEPS = 50
"""Steps of the fit. Of what is to be solved at most 5 % is left then by words, 0.5 % with meaning beside them."""

_OWN = 1.0
"""What a phrasing's words add to its own pull, about; where the dense columns are solved alone, it stands for them."""

_AT_ONCE, _FEATURES_AT_ONCE = 16, 20_000
"""Intents, and features, that are worked on at once: a step's memory is all features times so many intents."""

_TINY = 1e-20
_VERSION = 16
"""Raised when folding, features or classifier change, so that what was learnt before is not used."""


@dataclass(frozen=True)
class Linear:
    """A weight per feature and intent, as whole numbers of each feature's own step: a quarter of the memory."""

    small: NDArray[np.int8]
    steps: Floats

    def seen(self, row: sparse.csr_matrix) -> Floats:
        """What the features of one text add up to for each intent."""
        seen: Floats = (row.data * self.steps[row.indices]) @ self.small[row.indices].astype(np.float32)
        return seen


@dataclass(frozen=True)
class Fitted:
    """What was learnt. `postings`: which phrasings have each feature."""

    intents: tuple[str, ...]
    texts: list[str]
    written: list[str]
    owner: NDArray[np.int32]
    vectorizer: Vectorizer
    postings: sparse.csr_matrix
    linear: Linear
    bias: Floats
    spread: Floats


def fit(
    phrasings: Mapping[str, Sequence[str]], prepare: Callable[[str], str] = str, cache: Path | None = None
) -> Fitted:
    """Learn from {intent: phrasings}, each put through `prepare` first, or read what was learnt from exactly these."""
    intents = tuple(sorted(intent for intent, texts in phrasings.items() if texts))
    raw = {intent: list(phrasings[intent]) for intent in intents}
    learnt = kept(cache, ["matcher", _VERSION, raw], lambda: _learn(raw, prepare))
    vectorizer = Vectorizer(as_texts(learnt["vocabulary"]), learnt["features"], learnt["weights"])
    return Fitted(
        intents,
        as_texts(learnt["texts"]),
        as_texts(learnt["written"]),
        learnt["owner"],
        vectorizer,
        sparse.csr_matrix((learnt["data"], learnt["indices"], learnt["indptr"]), shape=tuple(learnt["shape"])),
        Linear(learnt["linear"], learnt["steps"]),
        learnt["bias"],
        learnt["spread"],
    )


class Learnt(NamedTuple):
    """A weight per feature and intent, the same per dense column, a bias per intent, and each intent's spread.

    `spread`: how much its phrasings differ from one another, as the mean pull that they need (their dual coefficient):
    about 1 where they are much alike, 2 where each is a case of its own.
    """

    words: Linear
    dense: Floats
    bias: Floats
    spread: Floats


def ridge(
    rows: sparse.csr_matrix, postings: sparse.csr_matrix, dense: Floats, owner: NDArray[np.int32], intents: int
) -> Learnt:
    """A one-against-all ridge regression over sparse and dense columns side by side.

    `postings` are the rows turned. Solved by conjugate gradients in its dual form, some intents at once: a step costs
    one pass over the phrasings' features, where solving outright is cubic in the phrasings.
    """
    solved = np.zeros((rows.shape[0], intents), dtype=np.float32)
    bias = np.zeros(intents, dtype=np.float32)
    count = np.maximum(np.bincount(owner, minlength=intents), 1)
    penalty = _RIDGE * (count[owner] / (np.median(count[owner]) if len(owner) else 1)) ** _EVEN
    for start in range(0, intents if len(owner) else 0, _AT_ONCE):
        block = slice(start, min(start + _AT_ONCE, intents))
        wanted = np.where(owner[:, None] == np.arange(block.start, block.stop), np.float32(1), np.float32(-1))
        bias[block] = wanted.mean(axis=0)
        solved[:, block] = _solved(rows, postings, dense, wanted - bias[block], penalty.astype(np.float32)[:, None])
    pulled = np.bincount(owner, solved[np.arange(len(owner)), owner] * penalty / _RIDGE, intents)
    return Learnt(_small(postings, solved), dense.T @ solved, bias, (pulled / count).astype(np.float32))


def _solved(
    rows: sparse.csr_matrix, postings: sparse.csr_matrix, dense: Floats, wanted: Floats, penalty: Floats
) -> Floats:
    """How much each phrasing counts for each of some intents.

    Few directions of the dense columns hold most of their weight, so that plain steps would not be near the end after
    hundreds. Each step is therefore seen through the inverse of the dense part alone (Woodbury's identity).
    """
    inverse = np.linalg.inv(dense.T @ dense + np.diag(np.full(dense.shape[1], _RIDGE + _OWN, np.float32)))

    def eased(left: Floats) -> Floats:
        near: Floats = left - dense @ (inverse @ (dense.T @ left))
        return near

    solved = np.zeros_like(wanted)
    left = wanted
    near = eased(left)
    ahead = near.copy()
    size = (left * near).sum(axis=0)
    for _ in range(_STEPS):
        turned = rows @ (postings @ ahead) + dense @ (dense.T @ ahead) + penalty * ahead
        pace = size / ((ahead * turned).sum(axis=0) + _TINY)
        solved += pace * ahead
        left -= pace * turned
        near = eased(left)
        before, size = size, (left * near).sum(axis=0)
        ahead = near + size / (before + _TINY) * ahead
    return solved


def _small(postings: sparse.csr_matrix, solved: Floats) -> Linear:
    """The features' weights, some features at once: all of them in full would be most of the memory there is."""
    small = np.zeros((postings.shape[0], solved.shape[1]), dtype=np.int8)
    steps = np.zeros(postings.shape[0], dtype=np.float32)
    for start in range(0, postings.shape[0], _FEATURES_AT_ONCE):
        part = slice(start, start + _FEATURES_AT_ONCE)
        weights = postings[part] @ solved
        steps[part] = np.abs(weights).max(axis=1, initial=_TINY) / np.iinfo(np.int8).max
        small[part] = np.round(weights / steps[part, None])
    return Linear(small, steps)


def _learn(phrasings: Mapping[str, Sequence[str]], prepare: Callable[[str], str]) -> Arrays:
    pairs = [(n, prepare(text)) for n, texts in enumerate(phrasings.values()) for text in texts]
    read = [(n, written, " ".join(tokens(fold(written)))) for n, written in pairs]
    read = [(n, written, text) for n, written, text in read if text]
    texts = [text for _, _, text in read]
    owner = np.array([n for n, _, _ in read], dtype=np.int32)
    vectorizer, rows = Vectorizer.learn(texts)
    postings = rows.T.tocsr()
    learnt = ridge(rows, postings, np.zeros((len(texts), 0), np.float32), owner, len(phrasings))
    return {
        "texts": as_array(texts),
        "written": as_array([" ".join(written.split()) for _, written, _ in read]),
        "owner": owner,
        "vocabulary": as_array(sorted(vectorizer.vocabulary)),
        "features": vectorizer.features,
        "weights": vectorizer.weights,
        "data": postings.data,
        "indices": postings.indices,
        "indptr": postings.indptr,
        "shape": np.array(postings.shape),
        "linear": learnt.words.small,
        "steps": learnt.words.steps,
        "bias": learnt.bias,
        "spread": learnt.spread,
    }
