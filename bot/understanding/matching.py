"""Which intent a message is, and how sure that is. Knows no subject: everything comes from the phrasings.

The folded, typo-repaired text is seen by a linear classifier over words and character sequences, and its words are
aligned with those of the nearest phrasings (rapidfuzz). One logistic function turns both, and the lead over the other
intents, into a score in [0, 100]. All languages are pooled: that costs nothing and forgives a wrong guess of language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.understanding.alignment import Alignment
from bot.understanding.fitting import fit
from bot.understanding.text import cap, fold, words

ANSWER = 65.0
"""The best intent is answered from this score on.

Measured on 756 held-out questions in English and Spanish (`amparo evaluate tests/questions/*.yaml --sweep`, which
leaves out what is served as an emergency), margin 10: from 50 on 91.5 % are answered rightly, 3.4 % of the answers are
wrong and 2 of 190 questions about other things get one; from 65 on 88.8 %, 2.1 % and 1; from 80 on 83.2 %, 0.9 % and 1.
With the choices, 97.6 % are helped at 65."""

MARGIN = 10.0
"""The best intent must be so many points ahead of the second; otherwise both are offered.

At 65 a margin of 5 or of 20 moves each figure by less than a point."""

CHOICE = 6.0
"""An intent is worth offering from this score on: of pairs scored 0 to 10 one in a hundred is right, above that one in
ten and more."""

MOST_CHOICES = 3

LEAST_ALIGNED = 0.2
"""Below this alignment with every phrasing an intent scores 0: a text of other words or of none, whatever its letters.
Of 700 held-out messages that found their intent, the lowest had 0.23."""

PARTS = ("classifier", "lead", "aligned", "known")
"""What each part of a score is called, in the order of `Weights`."""

_NEAREST = 150
"""Phrasings whose words are aligned one by one: the nearest ones by cosine."""


@dataclass(frozen=True)
class Weights:
    """How much each part counts; fitted on the held-out questions by `amparo evaluate --fit`."""

    classifier: float = 1.3
    lead: float = 5.1
    aligned: float = 6.7
    known: float = -1.2
    offset: float = -1.5


@dataclass(frozen=True)
class Match:
    """An intent and how well a text fits it, in [0, 100]; `parts` are what each part of the score saw."""

    intent: str
    score: float
    parts: Mapping[str, float] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Decision:
    """What to do with a ranking: answer one intent, offer up to three, or neither."""

    answer: Match | None = None
    choices: tuple[Match, ...] = ()


def decide(matches: Sequence[Match], answer: float = ANSWER, margin: float = MARGIN) -> Decision:
    """Answer the best where it is sure and clearly ahead; else offer what is worth offering."""
    if not matches:
        return Decision()
    best = matches[0]
    second = matches[1].score if len(matches) > 1 else 0.0
    if best.score >= answer and best.score - second >= margin:
        return Decision(answer=best)
    return Decision(choices=offered(matches))


def offered(matches: Sequence[Match]) -> tuple[Match, ...]:
    """The best matches that are worth offering."""
    return tuple(match for match in matches[:MOST_CHOICES] if match.score >= CHOICE)


class Matcher:
    """Ranks intents for a text. Built once from {intent: phrasings}, each put through `prepare`; holds no state."""

    def __init__(
        self,
        phrasings: Mapping[str, Sequence[str]],
        prepare: Callable[[str], str] = str,
        cache: Path | None = None,
        weights: Weights = Weights(),
    ) -> None:
        self._fitted = fit(phrasings, prepare, cache)
        self._alignment = Alignment(self._fitted.texts, self._fitted.vectorizer)
        self._weights = weights
        self.vocabulary = self._fitted.vectorizer.vocabulary
        self._spelt: dict[str, list[str]] = {}
        for word in sorted(self.vocabulary):
            self._spelt.setdefault(word[0], []).append(word)

    def rank(self, text: str) -> list[Match]:
        """Every intent with its score, best first, ties by id. Empty where the text has no word, or single letters."""
        fitted, weights = self._fitted, self._weights
        said = self.read(text).split()
        if not fitted.texts or not any(len(word) > 1 or not word.isascii() for word in said):
            return []
        telling = np.array([fitted.vectorizer.weight(word) for word in said])
        known = float(telling[[word in self.vocabulary for word in said]].sum() / telling.sum())
        row = fitted.vectorizer.transform([" ".join(said)])
        classifier = row.data @ fitted.linear[row.indices] + fitted.bias
        ordered = np.sort(classifier)[::-1]
        lead = classifier - np.where(classifier == ordered[0], ordered[1] if len(ordered) > 1 else -1, ordered[0])
        most = min(_NEAREST, len(fitted.texts))
        cosines = fitted.postings[row.indices].T @ row.data
        nearest = np.argpartition(-cosines, most - 1)[:most]
        aligned = np.zeros(len(fitted.intents), dtype=np.float32)
        np.maximum.at(aligned, fitted.owner[nearest], self._alignment.compare(said, nearest))
        parts = np.column_stack([classifier, lead, aligned, np.full(len(aligned), known)]).astype(np.float64)
        logit = parts @ (weights.classifier, weights.lead, weights.aligned, weights.known) + weights.offset
        scores = np.where(aligned < LEAST_ALIGNED, 0.0, np.round(100 / (1 + np.exp(-logit)), 1)).tolist()
        matches = [
            Match(intent, scores[n], dict(zip(PARTS, seen, strict=True)))
            for n, (intent, seen) in enumerate(zip(fitted.intents, np.round(parts, 3).tolist(), strict=True))
        ]
        return sorted(matches, key=lambda match: (-match.score, match.intent))

    def glance(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """What the classifier alone sees of every intent in each text: far faster than `rank`."""
        rows = self._fitted.vectorizer.transform([" ".join(words(fold(text))) for text in texts])
        seen = rows @ self._fitted.linear + self._fitted.bias
        return [dict(zip(self._fitted.intents, row, strict=True)) for row in seen.tolist()]

    def read(self, text: str) -> str:
        """The words as they are compared, typos repaired."""
        return " ".join(self.repair(word) for word in words(fold(cap(text))))

    def repair(self, word: str) -> str:
        """The word, or the one word of the phrasings that it is most likely a misspelling of.

        One slip (optimal string alignment distance 1), two from eight letters on; the first letter must be right.
        """
        if word in self.vocabulary or len(word) < 4 or not word.isalpha():  # noqa: PLR2004 - too many neighbours
            return word
        slips = 2 if len(word) > 7 else 1  # noqa: PLR2004
        near = process.extractOne(word, self._spelt.get(word[0], ()), scorer=OSA.distance, score_cutoff=slips)
        return near[0] if near else word
