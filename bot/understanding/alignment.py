"""How well the words of a text and of a phrasing pair up, one by one, forgiving small differences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Indel

from bot.understanding.features import Vectorizer

_ALIKE = 0.6
"""Words less similar than this (rapidfuzz normalised Indel similarity) do not pair."""


class Alignment:
    """Soft-token alignment weighted by how telling each word is (inverse document frequency)."""

    def __init__(self, words: NDArray[np.int32], vectorizer: Vectorizer) -> None:
        """`words`: a row for each phrasing, the numbers of its words in the sorted vocabulary, -1 for none."""
        self._weigh = vectorizer.weigh
        self._vocabulary = sorted(vectorizer.vocabulary)
        self._weights = np.append(self._weigh(self._vocabulary), np.float32(0))
        self._words = words

    def compare(self, said: Sequence[str], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """For each of these phrasings, in [0, 1]: the harmonic mean of how much of either side finds a partner."""
        words = self._words[rows]
        used, place = np.unique(words, return_inverse=True)
        place = place.reshape(words.shape)
        alike = process.cdist(
            said,
            [self._vocabulary[n] if n >= 0 else "" for n in used],
            scorer=Indel.normalized_similarity,
            score_cutoff=_ALIKE,
            dtype=np.float32,
        )
        pairs = (alike**2)[:, place] * (words >= 0)
        weights = self._weights[words]  # the last one, of no word, is nothing
        telling = self._weigh(said)
        of_text = (pairs.max(axis=2) * telling[:, None]).sum(axis=0) / telling.sum()
        of_phrasing = (pairs.max(axis=0) * weights).sum(axis=1) / (weights.sum(axis=1) + 1e-6)
        harmonic: NDArray[np.float32] = 2 * of_text * of_phrasing / (of_text + of_phrasing + 1e-6)
        return harmonic
