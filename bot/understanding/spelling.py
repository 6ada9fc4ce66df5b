"""Misspelt words, made those of the phrasings that they were most likely meant to be."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.understanding.text import WORD, cap, fold, tokens

_SHORTEST = 4
"""Shorter words have too many neighbours."""

_TWO_SLIPS = 8
"""Letters of a word from which on two slips are forgiven."""


class Spelling:
    """Knows the words of the phrasings, folded."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(words)
        self._by_letter: dict[str, list[str]] = {}
        for word in sorted(self.words):
            self._by_letter.setdefault(word[0], []).append(word)

    def read(self, text: str) -> tuple[list[str], list[str]]:
        """The words of a text as they are compared: as typed, and repaired."""
        typed = tokens(fold(cap(text)))
        return typed, [self.repair(word) for word in typed]

    def mended(self, text: str) -> str:
        """A text with its misspelt words repaired and everything else as it was typed, marks too."""
        return WORD.sub(lambda word: self._mended(word[0]), text)

    def _mended(self, word: str) -> str:
        folded = fold(word)
        repaired = self.repair(folded)
        return word if repaired == folded else repaired

    def repair(self, word: str) -> str:
        """The word, or the one word of the phrasings that it is most likely a misspelling of.

        One slip (optimal string alignment distance 1), two from eight letters on; the first letter must be right.
        """
        if word in self.words or len(word) < _SHORTEST or any(map(str.isdigit, word)):
            return word
        slips = 2 if len(word) >= _TWO_SLIPS else 1
        near = process.extractOne(word, self._by_letter.get(word[0], ()), scorer=OSA.distance, score_cutoff=slips)
        return near[0] if near else word
