"""Words and character sequences of texts as weighted sparse vectors (TF-IDF)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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

_BASE = 0x9E3779B97F4A7C15
"""Odd, so that it has an inverse modulo 2^64."""
_POWERS = np.array([pow(_BASE, n, 1 << 64) for n in range(_SIZES[-1])], np.uint64)
_SALTS = np.array([0xD6E8FEB86659FD93, 0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3], np.uint64)
"""Character sequences, words, neighbours and pairs that read alike are features of their own."""
_CHARACTERS, _WORD, _NEIGHBOURS, _PAIR = range(4)

_AT_ONCE = 2000

_Numbers = NDArray[np.uint64]
_Counted = tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.int64]]
"""For each feature of each text: the text, the feature's number, and how often it stands there."""


class Vectorizer:
    """Turns folded texts into rows of weighted features, as learnt from a list of texts.

    Words with pairs of words, and character sequences inside words (2 to 5, with the word's borders), are two blocks;
    each is normalised to its own length, so that one long word weighs no more than a telling one. Features go by
    numbers (`_numbered`), the most frequent first: what is looked at together lies together.
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
        vocabulary = sorted({word for text in texts for word in text.split()})
        counted = _counted_in_parts(texts)
        numbers, frequency = np.unique(counted[1], return_counts=True)
        least = _MIN_TEXTS if len(texts) < _MANY else _MIN_TEXTS_OF_MANY
        kept = (frequency >= least) | np.isin(numbers, _of_words(vocabulary))
        numbers, frequency = numbers[kept], frequency[kept]
        order = np.argsort(-frequency, kind="stable")
        weights = (1 + np.log((1 + len(texts)) / (1 + frequency[order]))).astype(np.float32)
        learnt = cls(vocabulary, numbers[order], weights)
        return learnt, learnt._rows(counted, len(texts))

    def transform(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Folded texts as rows; features that were not learnt are left out."""
        return self._rows(_counted(texts), len(texts))

    def weigh(self, words: Sequence[str]) -> NDArray[np.float32]:
        """How telling words are: the inverse document frequency of each, the highest there is for an unknown one."""
        places, here = self._known(_of_words(words))
        return np.where(here, self.weights[places] if len(self.weights) else 0, self._unknown).astype(np.float32)

    def _rows(self, counted: _Counted, texts: int) -> sparse.csr_matrix:
        owner, numbers, often = counted
        places, here = self._known(numbers)
        ends = np.searchsorted(owner[here], np.arange(texts + 1))
        times = often[here].astype(np.float32)
        rows = sparse.csr_matrix((times, places[here], ends), shape=(texts, len(self.features)))
        rows.sort_indices()
        return self._weighted(rows)

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


def _counted_in_parts(texts: Sequence[str]) -> _Counted:
    """`_counted` for any number of texts, some at once: all together would be hundreds of megabytes."""
    starts = range(0, max(len(texts), 1), _AT_ONCE)
    parts = [_counted(texts[start : start + _AT_ONCE]) for start in starts]
    owner = np.concatenate([part[0] + start for part, start in zip(parts, starts, strict=True)])
    return owner, np.concatenate([part[1] for part in parts]), np.concatenate([part[2] for part in parts])


def _counted(texts: Sequence[str]) -> _Counted:
    """The features of folded texts, each once for a text, texts in order and numbers ascending in each."""
    said = [text.split() for text in texts]
    text_of = np.repeat(np.arange(len(said)), [len(words) for words in said])
    codes, spaces = _codes([word for words in said for word in words])
    word_of, sequences = _characters(codes, spaces)
    owner, hashed, kinds = _words(_hashed(codes, spaces), text_of)
    kinds = np.concatenate([np.full(len(sequences), _CHARACTERS), kinds])
    numbers = _numbered(np.concatenate([sequences, hashed]), kinds)
    owner = np.concatenate([text_of[word_of], owner])
    once, often = np.unique(owner.astype(np.uint64) << np.uint64(32) | numbers, return_counts=True)
    return (once >> np.uint64(32)).astype(np.int64), once.astype(np.uint32), often


def _codes(words: Sequence[str]) -> tuple[_Numbers, NDArray[np.int64]]:
    """Words one after the other as code points, a space before and after each; and where the spaces are."""
    written = f" {' '.join(words)} " if words else " "
    codes = np.frombuffer(written.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    return codes, np.flatnonzero(codes == ord(" "))


def _characters(codes: _Numbers, spaces: NDArray[np.int64]) -> tuple[NDArray[np.int64], _Numbers]:
    """The character sequences inside words, with a border on either side: the word that each is of, and its hash."""
    space = np.zeros(len(codes), bool)
    space[spaces] = True
    word = np.cumsum(space) - 1
    inside = np.ones(max(len(codes) - 1, 0), bool)  # a sequence may begin and end with a space, but not go over one
    hashed, owners, found = codes, [], []
    for size in _SIZES:
        hashed = hashed[:-1] + codes[size - 1 :] * _POWERS[size - 1]
        if size > _SIZES[0]:
            inside = inside[:-1] & ~space[size - 2 : -1]
        owners.append(word[: len(hashed)][inside])
        found.append(hashed[inside])
    return np.concatenate(owners), np.concatenate(found)


def _words(hashed: _Numbers, text_of: NDArray[np.int64]) -> tuple[NDArray[np.int64], _Numbers, NDArray[np.int64]]:
    """Words, neighbours and pairs: the text that each is of, its hash, and its kind."""
    far = range(1, min(_REACH, max(len(hashed) - 1, 0)) + 1)
    first = np.concatenate([np.arange(len(hashed) - apart) for apart in far] or [np.empty(0, np.int64)])
    apart = np.repeat(np.array(far, np.int64), [len(hashed) - apart for apart in far])
    same = text_of[first] == text_of[first + apart]
    first, apart = first[same], apart[same]
    one, other = hashed[first], hashed[first + apart]
    beside = apart == 1
    pairs = np.minimum(one, other) * _POWERS[1] + np.maximum(one, other)
    found = [hashed, one[beside] * _POWERS[1] + other[beside], pairs]
    kinds = np.repeat([_WORD, _NEIGHBOURS, _PAIR], [len(part) for part in found])
    return np.concatenate([text_of, text_of[first][beside], text_of[first]]), np.concatenate(found), kinds


def _hashed(codes: _Numbers, spaces: NDArray[np.int64]) -> _Numbers:
    """A number for each word between two spaces, wherever it stands (a polynomial over its code points)."""
    powers = np.full(len(codes), _BASE, np.uint64)
    inverses = np.full(len(codes), pow(_BASE, -1, 1 << 64), np.uint64)
    powers[0] = inverses[0] = 1
    sums = np.cumsum(codes * np.multiply.accumulate(powers), dtype=np.uint64)
    start, end = spaces[:-1], spaces[1:] - 1
    return _mixed((sums[end] - sums[start]) * np.multiply.accumulate(inverses)[start])


def _mixed(hashed: _Numbers) -> _Numbers:
    """Every bit of a number from all of its bits: sums of two would be alike where the words only share letters."""
    hashed = (hashed ^ (hashed >> np.uint64(32))) * _POWERS[1]
    mixed: _Numbers = (hashed ^ (hashed >> np.uint64(29))) * _POWERS[3]
    return mixed ^ (mixed >> np.uint64(32))


def _numbered(hashed: _Numbers, kinds: NDArray[np.int64]) -> NDArray[np.uint32]:
    """31 bits of each hash, and whether it is of the words' block.

    Of 1.2 million features of our phrasings some 300 pairs share a number: nothing beside what slips of the finger
    do, and the features themselves would take 70 MB.
    """
    mixed = _mixed(hashed ^ _SALTS[kinds])
    numbers: NDArray[np.uint32] = (mixed >> np.uint64(33) << np.uint64(1) | (kinds != _CHARACTERS)).astype(np.uint32)
    return numbers


def _of_words(words: Sequence[str]) -> NDArray[np.uint32]:
    hashed = _hashed(*_codes(words))
    return _numbered(hashed, np.full(len(hashed), _WORD))
