"""Words and character sequences of texts as weighted sparse vectors (TF-IDF)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

_SIZES = (2, 3, 4, 5)
_MIN_TEXTS = 2
"""A pair or a character sequence of one text only is left out; words are always kept."""

_REACH = 6
"""Two words so many places apart or nearer are a pair, whichever comes first; neighbours are one in their order too."""

_WORDS = 0.7
"""How much words and pairs weigh beside character sequences. More loses misspelt text, less gains nothing."""

_WORD, _CHARACTERS = "w", "c"


class Vectorizer:
    """Turns folded texts into rows of weighted features, as learnt from a list of texts.

    Words with pairs of words, and character sequences inside words (2 to 5, with the word's borders), are two blocks;
    each is normalised to its own length, so that one long word weighs no more than a telling one.
    """

    def __init__(self, features: Sequence[str], weights: NDArray[np.float32]) -> None:
        self.features = tuple(features)
        self.weights = weights
        self.vocabulary = frozenset(f[1:] for f in features if _is_one_word(f))
        self._index = {feature: n for n, feature in enumerate(features)}
        self._is_word = np.array([f[0] == _WORD for f in features], dtype=bool)
        self._unknown = float(weights.max()) if len(weights) else 1.0

    @classmethod
    def learn(cls, texts: Sequence[str]) -> tuple[Vectorizer, sparse.csr_matrix]:
        """The vectorizer of these texts, and their rows."""
        numbers: defaultdict[str, int] = defaultdict(lambda: len(numbers))
        counted = _counted([[numbers[f] for f in _features(text)] for text in texts], len(numbers) or 1)
        frequency = np.asarray((counted > 0).sum(axis=0)).ravel()
        names = np.array(list(numbers), dtype=object)
        kept = np.array(
            [n for n, f in enumerate(names) if frequency[n] >= _MIN_TEXTS or _is_one_word(f)], dtype=np.int64
        )
        weights = (1 + np.log((1 + len(texts)) / (1 + frequency[kept]))).astype(np.float32)
        learnt = cls([str(f) for f in names[kept]], weights)
        return learnt, learnt._weighted(counted[:, kept])

    def transform(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Folded texts as rows; features that were not learnt are left out."""
        known = [[self._index[f] for f in _features(text) if f in self._index] for text in texts]
        return self._weighted(_counted(known, len(self.features)))

    def weight(self, word: str) -> float:
        """How telling a word is: its inverse document frequency, the highest there is for an unknown one."""
        n = self._index.get(_WORD + word)
        return self._unknown if n is None else float(self.weights[n])

    def _weighted(self, counted: sparse.csr_matrix) -> sparse.csr_matrix:
        rows = sparse.csr_matrix(counted, dtype=np.float32)
        rows.data = (1 + np.log(rows.data)) * self.weights[rows.indices]
        owner = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
        is_word = self._is_word[rows.indices]
        for block, share in ((is_word, _WORDS), (~is_word, 1.0)):
            length = np.sqrt(np.bincount(owner[block], rows.data[block] ** 2, rows.shape[0])).astype(np.float32)
            rows.data[block] *= share / np.sqrt(1 + _WORDS**2) / length[owner[block]]
        return rows


def _counted(rows: Iterable[Sequence[int]], width: int) -> sparse.csr_matrix:
    """How often each number stands in each row."""
    rows = list(rows)
    ends = np.cumsum([0, *(len(row) for row in rows)])
    columns = np.array([n for row in rows for n in row], dtype=np.int32)
    matrix = sparse.csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape=(len(rows), width))
    matrix.sum_duplicates()
    return matrix


def _is_one_word(feature: str) -> bool:
    return feature[0] == _WORD and " " not in feature and "&" not in feature


def _features(text: str) -> Iterator[str]:
    """Features of a folded text: `w` + a word, two neighbours or a pair (`a&b`), `c` + a character sequence."""
    said = text.split()
    for n, word in enumerate(said):
        yield _WORD + word
        if n:
            yield f"{_WORD}{said[n - 1]} {word}"
        for other in said[max(0, n - _REACH) : n]:
            yield f"{_WORD}{min(word, other)}&{max(word, other)}"
        padded = f" {word} "
        if len(padded) <= _SIZES[0]:
            yield _CHARACTERS + padded
        for size in _SIZES:
            for start in range(len(padded) - size + 1):
                yield _CHARACTERS + padded[start : start + size]
