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

_MOST_WORDS = 24
"""Words of a phrasing that are compared; phrasings are at most 160 characters."""


class Alignment:
    """Soft-token alignment weighted by how telling each word is (inverse document frequency)."""

    def __init__(self, texts: Sequence[str], vectorizer: Vectorizer) -> None:
        self._weight = vectorizer.weight
        self._vocabulary = sorted(vectorizer.vocabulary)
        number = {word: n for n, word in enumerate(self._vocabulary)}
        self._words = np.full((len(texts), _MOST_WORDS), -1, dtype=np.int32)
        for row, text in enumerate(texts):
            known = [number[word] for word in text.split() if word in number][:_MOST_WORDS]
            self._words[row, : len(known)] = known
        weights = np.array([self._weight(word) for word in self._vocabulary] or [1.0], dtype=np.float32)
        self._weights = np.where(self._words >= 0, weights[self._words], 0)
        self._totals = self._weights.sum(axis=1) + 1e-6

    def compare(self, said: Sequence[str], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """For each of these phrasings, in [0, 1]: the harmonic mean of how much of either side finds a partner."""
        used, place = np.unique(self._words[rows], return_inverse=True)
        place = place.reshape(len(rows), _MOST_WORDS)
        alike = process.cdist(
            said,
            [self._vocabulary[n] if n >= 0 else "" for n in used],
            scorer=Indel.normalized_similarity,
            score_cutoff=_ALIKE,
            dtype=np.float32,
        )
        pairs = (alike**2)[:, place] * (self._words[rows] >= 0)
        telling = np.array([self._weight(word) for word in said], dtype=np.float32)
        of_text = (pairs.max(axis=2) * telling[:, None]).sum(axis=0) / telling.sum()
        of_phrasing = (pairs.max(axis=0) * self._weights[rows]).sum(axis=1) / self._totals[rows]
        harmonic: NDArray[np.float32] = 2 * of_text * of_phrasing / (of_text + of_phrasing + 1e-6)
        return harmonic
