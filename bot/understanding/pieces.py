"""What a long message is made of: the sentences that ask something, without the greetings and the story around them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.knowledge.model import Kind
from bot.understanding.matching import Matcher
from bot.understanding.tokens import is_han

_SENTENCE = re.compile(r"[^.;!?。？！؟؛।…]*(?:[.;!?؟؛।…]+(?=\s|$)|[。？！]+|$|[.;!?؟؛।…]+)")
_LEAST_WORDS = 2
_LEAST_LEFT = 3
"""Words that must be left when a greeting is taken away: "hello" and a name of a place are no question."""

_LONGEST_SMALL = 10
"""Words of small talk that are taken away at most."""

_MOST_SMALL = 160
"""Characters of it: no phrasing is longer. Ten words of a text that is no language may be all of it."""

_SMALL = 0.0
"""What the classifier sees in words that are small talk, -1 to 1."""

_APART = 0.6
"""A sentence that says so much less than the most telling one, as the classifier sees it (-1 to 1), is the story
around the question. Held-out questions after a story: helped hardly moves from 0.4 to 0.9."""


class Pieces:
    """Takes messages apart. Knows no subject: what small talk is, it learns from the phrasings of that kind."""

    def __init__(self, matcher: Matcher, kinds: Mapping[str, Kind]) -> None:
        self._matcher, self._kinds = matcher, kinds

    def telling(self, text: str) -> list[str]:
        """The sentences of a cleaned text that say something, in order; the text itself where there is only one."""
        sentences = _sentences(text)
        if len(sentences) == 1:
            return [text]
        says = [self._says(seen) for seen in self._matcher.glance(sentences)]
        most = max((say for say in says if say is not None), default=None)
        if most is None:
            return [text]
        return [s for s, say in zip(sentences, says, strict=True) if say is not None and say >= most - _APART]

    def trimmed(self, text: str) -> str:
        """The text without small talk at its start and its end, where no mark parts that from the question."""
        said = text.split()
        most = min(_LONGEST_SMALL, len(said) - _LEAST_LEFT)
        lengths = range(most, 0, -1)
        around = [" ".join(part) for n in lengths for part in (said[:n], said[-n:])]
        looked_at = [part for part in around if len(part) <= _MOST_SMALL]
        small = {
            part for part, seen in zip(looked_at, self._matcher.glance(looked_at), strict=True) if self._is_small(seen)
        }
        first = next((n for n in lengths if " ".join(said[:n]) in small), 0)
        last = next((n for n in lengths if " ".join(said[-n:]) in small), 0)
        return " ".join(said[first : len(said) - last]) if first + last + _LEAST_LEFT <= len(said) else text

    def _is_small(self, seen: Mapping[str, float]) -> bool:
        best = max(seen, key=lambda name: seen[name], default="")
        return bool(best) and self._kinds[best] is Kind.SMALLTALK and seen[best] > _SMALL

    def _says(self, seen: Mapping[str, float]) -> float | None:
        """How much a sentence looks like one of the subjects; None where it looks more like small talk."""
        small = max((seen[name] for name in seen if self._kinds[name] is Kind.SMALLTALK), default=-1.0)
        other = max((seen[name] for name in seen if self._kinds[name] is not Kind.SMALLTALK), default=-1.0)
        return other if other >= small else None


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
