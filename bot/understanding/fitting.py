"""Learning a linear classifier from the phrasings, in time that grows with their number and no faster."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bot.understanding.features import Vectorizer
from bot.understanding.keeping import Arrays, Lines, as_array, as_texts, kept, key_of
from bot.understanding.text import fold, tokens

Floats = NDArray[np.float32]

RIDGE = 0.5
"""Ridge penalty. Held-out top-1 moves by less than a point between 0.1 and 2; more of it makes fewer wrong answers."""

_EVEN = 0.5
"""How far phrasings of an intent that has many weigh less: 0 not at all, 1 so far that all intents weigh the same.
What is asked about most has most phrasings, and would draw to it every question that is near."""

_STEPS = (20, 15, 20)
"""Steps of the fit: for all phrasings, then twice for those alone that are not clearly told apart yet."""

_BIAS = -1.0
"""What has nothing of an intent is none of it."""

_LEADING = 128
"""Directions in which the steps are led: of 384, those that hold most. With 64 a third more is left at the end."""

_THREADS = 2
"""Parts of the fit that go side by side."""

_OWN = 1.0
"""What a phrasing's words add to its own pull, about; where the dense columns are solved alone, it stands for them."""

_MOST_WORDS = 24
"""Words of a phrasing that are aligned with a text's; phrasings are at most 160 characters."""

_AT_ONCE, _FEATURES_AT_ONCE = 16, 20_000
"""Intents, and features, that are worked on at once: a step's memory is all features times so many intents."""

_TINY = 1e-20
_VERSION = 23
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
    """What was learnt.

    `key`: the hash of what it was learnt from; `written`: the phrasings; `words`: the numbers of each one's words in
    the sorted vocabulary, -1 where it has no more; `postings`: which phrasings have each feature.
    """

    key: str
    intents: tuple[str, ...]
    written: Sequence[str]
    words: NDArray[np.int32]
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
    key = key_of(["matcher", _VERSION, raw])
    learnt = kept(cache, key, lambda: _learn(raw, prepare))
    vectorizer = Vectorizer(as_texts(learnt["vocabulary"]), learnt["features"], learnt["weights"])
    return Fitted(
        key,
        intents,
        Lines(learnt["written"]),
        learnt["words"],
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


def linear_svm(
    rows: sparse.csr_matrix, postings: sparse.csr_matrix, dense: Floats, owner: NDArray[np.int32], intents: int
) -> Learnt:
    """One-against-all linear support vector machines (squared hinge) over sparse and dense columns side by side.

    `postings` are the rows turned. A ridge regression, then again without the phrasings that were told apart by more
    than they need (Newton's method in the dual): what is plain does not draw the border. Solved by conjugate gradients,
    some intents at once: a step costs one pass over the phrasings' features, where solving outright is cubic in them.
    """
    solved = np.zeros((rows.shape[0], intents), dtype=np.float32)
    count = np.maximum(np.bincount(owner, minlength=intents), 1)
    penalty = RIDGE * (count[owner] / (np.median(count[owner]) if len(owner) else 1)) ** _EVEN
    turned = np.linalg.eigh(dense.T @ dense)[1][:, : -_LEADING - 1 : -1]
    problem = _Problem(rows, postings, dense, dense @ turned, penalty.astype(np.float32)[:, None])

    def solve(start: int) -> None:
        block = slice(start, min(start + _AT_ONCE, intents))
        solved[:, block] = problem.solved(owner[:, None] == np.arange(block.start, block.stop))

    with ThreadPoolExecutor(_THREADS) as threads:
        list(threads.map(solve, range(0, intents if len(owner) else 0, _AT_ONCE)))
    bias = np.full(intents, _BIAS, dtype=np.float32)
    pulled = np.bincount(owner, solved[np.arange(len(owner)), owner] * penalty / RIDGE, intents)
    return Learnt(_small(postings, solved), dense.T @ solved, bias, (pulled / count).astype(np.float32))


class _Problem(NamedTuple):
    """What is the same for all intents. `leading`: the phrasings along the few directions that hold most of `dense`.

    With these directions in it a plain step would not be near the end after hundreds. Each step is therefore seen
    through the inverse of their part alone (Woodbury's identity).
    """

    rows: sparse.csr_matrix
    postings: sparse.csr_matrix
    dense: Floats
    leading: Floats
    penalty: Floats

    def solved(self, hers: NDArray[np.bool_]) -> Floats:
        """How much each phrasing counts for each of some intents; `hers`: which phrasings are of which."""
        wanted = np.where(hers, 1 - _BIAS, -1 - _BIAS).astype(np.float32)
        solved, counts = np.zeros_like(wanted), np.ones_like(hers)
        for steps in _STEPS:
            solved *= counts
            left = self._stepped(solved, wanted - self._pulled(solved), counts, steps)
            beyond = -left - self.penalty * solved  # how far the classifier is above what is wanted
            counts = np.where(hers, beyond < 0, beyond > 0)
        return solved

    def _stepped(self, solved: Floats, left: Floats, counts: NDArray[np.bool_], steps: int) -> Floats:
        """Conjugate gradients in place, over the phrasings that count; what is `left` then, for all of them."""
        inverses = self._inverses(counts)
        before, ahead = np.ones(solved.shape[1], np.float32), np.zeros_like(solved)
        for _ in range(steps):
            near = left * counts
            size = (near * (eased := near - self._leading_part(near, inverses)) * counts).sum(axis=0)
            ahead = eased * counts + size / (before + _TINY) * ahead
            turned = self._pulled(ahead)
            pace = size / ((ahead * turned).sum(axis=0) + _TINY)
            solved += pace * ahead
            left -= pace * turned
            before = size
        return left

    def _pulled(self, by: Floats) -> Floats:
        pull: Floats = self.rows @ (self.postings @ by) + self.dense @ (self.dense.T @ by) + self.penalty * by
        return pull

    def _inverses(self, counts: NDArray[np.bool_]) -> Floats:
        """For each intent the inverse of the leading directions' part, of the phrasings that count for it."""
        own = (RIDGE + _OWN) * np.eye(self.leading.shape[1], dtype=np.float32)
        if counts.all():
            return _inverse((self.leading.T @ self.leading + own)[None])
        chosen = (self.leading[column] for column in counts.T)
        return _inverse(np.array([part.T @ part + own for part in chosen]))

    def _leading_part(self, of: Floats, inverses: Floats) -> Floats:
        along = (self.leading.T @ of).T[:, :, None]
        part: Floats = self.leading @ (inverses @ along)[:, :, 0].T
        return part


def _inverse(of: Floats) -> Floats:
    inverse: Floats = np.linalg.inv(of).astype(np.float32)
    return inverse


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
    learnt = linear_svm(rows, postings, np.zeros((len(texts), 0), np.float32), owner, len(phrasings))
    vocabulary = sorted(vectorizer.vocabulary)
    number = {word: n for n, word in enumerate(vocabulary)}
    words = np.full((len(texts), _MOST_WORDS), -1, dtype=np.int32)
    for row, text in zip(words, texts, strict=True):
        numbers = [number[word] for word in text.split()[:_MOST_WORDS]]
        row[: len(numbers)] = numbers
    return {
        "written": as_array([" ".join(written.split()) for _, written, _ in read]),
        "owner": owner,
        "vocabulary": as_array(vocabulary),
        "words": words,
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
