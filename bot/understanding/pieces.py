"""What a long message is made of: the sentences that ask something, without the greetings and the story around them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.model import Kind
from bot.understanding.matching import Matcher
from bot.understanding.tokens import is_han

_SENTENCE = re.compile(r"[^.;!?。？！؟؛।…]*(?:[.;!?؟؛।…]+(?=\s|$)|[。？！]+|$|[.;!?؟؛।…]+)")
_LEAST_WORDS = 2
_LEAST_LEFT = 3
"""Words that must be left when a greeting is taken away: "hello" and a name of a place are no question."""

_LONGEST_SMALL = 10
"""Words of small talk that are taken away at most."""

_MOST_SMALL = 400
"""Characters of it: ten words of a text that is no language may be all of it."""

_SMALL = 0.0
"""What the classifier sees in words that are small talk, -1 to 1."""

_APART = 0.6
"""A sentence that says so much less than the most telling one, as the classifier sees it (-1 to 1), is the story
around the question. Held-out questions after a story: helped hardly moves from 0.4 to 0.9."""


class Pieces:
    """Takes messages apart. Knows no subject: what small talk is, it learns from the phrasings of that kind."""

    def __init__(self, matcher: Matcher, kinds: Mapping[str, Kind]) -> None:
        self._matcher = matcher
        self._small = np.array([kinds[intent] is Kind.SMALLTALK for intent in matcher.intents], dtype=bool)

    def telling(self, text: str) -> list[str]:
        """The sentences of a cleaned text that say something, in order; the text itself where there is only one."""
        sentences = _sentences(text)
        if len(sentences) == 1:
            return [text]
        seen = self._matcher.glance(sentences)
        small, other = highest(seen, self._small), highest(seen, ~self._small)
        says = other >= small
        if not says.any():
            return [text]
        told = says & (other >= other[says].max() - _APART)
        return [sentences[n] for n in np.flatnonzero(told)]

    def trimmed(self, text: str) -> str:
        """The text without small talk at its start and its end, where no mark parts that from the question."""
        said = text.split()
        most = min(_LONGEST_SMALL, len(said) - _LEAST_LEFT)
        lengths = range(most, 0, -1)
        around = [" ".join(part) for n in lengths for part in (said[:n], said[-n:])]
        looked_at = [part for part in around if len(part) <= _MOST_SMALL]
        small = set(compress(looked_at, self._are_small(self._matcher.glance(looked_at))))
        first = next((n for n in lengths if " ".join(said[:n]) in small), 0)
        last = next((n for n in lengths if " ".join(said[-n:]) in small), 0)
        return " ".join(said[first : len(said) - last]) if first + last + _LEAST_LEFT <= len(said) else text

    def _are_small(self, seen: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether each of some texts is most likely small talk."""
        if not self._small.any():
            return np.zeros(len(seen), dtype=bool)
        small: NDArray[np.bool_] = self._small[seen.argmax(axis=1)] & (seen.max(axis=1) > _SMALL)
        return small


def highest(seen: NDArray[np.float64], columns: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The highest of some columns in each row; -1 where there is no such column."""
    best: NDArray[np.float64] = seen[:, columns].max(axis=1) if columns.any() else np.full(len(seen), -1.0)
    return best


def _sentences(text: str) -> list[str]:
    """The sentences of a text; what is too short to say anything ("U.S.") stays with what follows."""
    spans: list[tuple[int, int]] = []
    start = 0
    for found in _SENTENCE.finditer(text):
        said = text[start : found.end()].strip()
        if len(said.split()) >= _LEAST_WORDS or is_han(said[:2]):
            spans.append((start, found.end()))
            start = found.end()
    if spans:
        spans[-1] = (spans[-1][0], len(text))
    return [text[first:last].strip() for first, last in spans] or [text]
