"""Words and character sequences of texts as weighted sparse vectors (TF-IDF)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

_SIZES = (2, 3, 4, 5)
_MIN_TEXTS, _MIN_TEXTS_OF_MANY, _MANY = 2, 3, 10_000
"""A pair or a character sequence of one text only, of many texts of two, is left out; words are always kept."""

_REACH = 6
"""Two words so many places apart or nearer are a pair, whichever comes first; neighbours are one in their order too."""

_WORDS = 0.7
"""How much words and pairs weigh beside character sequences. More loses misspelt text, less gains nothing."""

_WORD, _CHARACTERS = "w", "c"

_Counted = tuple[NDArray[np.uint32], NDArray[np.uint8]]
"""The numbers of a text's features, each once, and how often each stands there."""


class Vectorizer:
    """Turns folded texts into rows of weighted features, as learnt from a list of texts.

    Words with pairs of words, and character sequences inside words (2 to 5, with the word's borders), are two blocks;
    each is normalised to its own length, so that one long word weighs no more than a telling one. Features go by
    numbers (`_number`), the most frequent first: what is looked at together lies together.
    """

    def __init__(self, vocabulary: Iterable[str], features: NDArray[np.uint32], weights: NDArray[np.float32]) -> None:
        self.vocabulary = frozenset(vocabulary)
        self.features = features
        self._order = np.argsort(features).astype(np.int32)
        self._ascending = features[self._order]
        self.weights = weights
        self._unknown = float(weights.max()) if len(weights) else 1.0

    @classmethod
    def learn(cls, texts: Sequence[str]) -> tuple[Vectorizer, sparse.csr_matrix]:
        """The vectorizer of these texts, and their rows."""
        vocabulary = {word for text in texts for word in text.split()}
        counted = [_counted(text) for text in texts]
        numbers, frequency = np.unique(_joined([once for once, _ in counted], np.uint32), return_counts=True)
        words = np.array([_number(_WORD + word) for word in vocabulary], dtype=np.uint32)
        kept = (frequency >= (_MIN_TEXTS if len(texts) < _MANY else _MIN_TEXTS_OF_MANY)) | np.isin(numbers, words)
        numbers, frequency = numbers[kept], frequency[kept]
        order = np.argsort(-frequency, kind="stable")
        weights = (1 + np.log((1 + len(texts)) / (1 + frequency[order]))).astype(np.float32)
        learnt = cls(vocabulary, numbers[order], weights)
        return learnt, learnt._rows(counted)

    def transform(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Folded texts as rows; features that were not learnt are left out."""
        return self._rows([_counted(text) for text in texts])

    def _rows(self, counted: Sequence[_Counted]) -> sparse.csr_matrix:
        known = [self._known(numbers) for numbers, _ in counted]
        columns = [places[here] for places, here in known]
        times = [often[here].astype(np.float32) for (_, often), (_, here) in zip(counted, known, strict=True)]
        ends = np.cumsum([0, *map(len, columns)])
        shape = (len(counted), len(self.features))
        rows = sparse.csr_matrix((_joined(times, np.float32), _joined(columns, np.int32), ends), shape=shape)
        rows.sort_indices()
        return self._weighted(rows)

    def weight(self, word: str) -> float:
        """How telling a word is: its inverse document frequency, the highest there is for an unknown one."""
        place = self._place(_WORD + word)
        return self._unknown if place is None else float(self.weights[place])

    def knows(self, feature: str) -> bool:
        """Whether a feature (`w` + words, `c` + characters) was learnt."""
        return self._place(feature) is not None

    def _place(self, feature: str) -> int | None:
        places, here = self._known(np.array([_number(feature)], dtype=np.uint32))
        return int(places[0]) if here[0] else None

    def _known(self, numbers: NDArray[np.uint32]) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        """A column for each number, and whether it is this feature's: it is another's where it was not learnt."""
        if not len(self.features):
            return np.zeros(len(numbers), np.int32), np.zeros(len(numbers), bool)
        places = np.minimum(np.searchsorted(self._ascending, numbers), len(self.features) - 1)
        return self._order[places], self._ascending[places] == numbers

    def _weighted(self, rows: sparse.csr_matrix) -> sparse.csr_matrix:
        rows.data = (1 + np.log(rows.data)) * self.weights[rows.indices]
        owner = np.repeat(np.arange(rows.shape[0], dtype=np.int32), np.diff(rows.indptr))
        is_word = (self.features[rows.indices] & 1).astype(bool)
        for block, share in ((is_word, _WORDS), (~is_word, 1.0)):
            length = np.sqrt(np.bincount(owner[block], rows.data[block] ** 2, rows.shape[0])).astype(np.float32)
            rows.data[block] *= share / np.sqrt(1 + _WORDS**2) / length[owner[block]]
        return rows


def _number(feature: str) -> int:
    """31 bits of a feature's CRC, and whether it is of the words' block.

    Of 1.2 million features of our phrasings some 300 pairs share a number: nothing beside what slips of the finger
    do, and the features themselves would take 70 MB.
    """
    return crc32(feature.encode()) >> 1 << 1 | (feature[0] == _WORD)


def _joined(parts: Sequence[NDArray[Any]], kind: type[Any]) -> NDArray[Any]:
    return np.concatenate([np.empty(0, kind), *parts])


def _counted(text: str) -> _Counted:
    numbers, times = np.unique(np.fromiter(map(_number, _features(text)), np.uint32), return_counts=True)
    return numbers, np.minimum(times, 255).astype(np.uint8)


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
