"""One message understood: text -> language -> urgency -> place -> matching."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.knowledge.model import Content, Kind
from bot.knowledge.parsing import parse
from bot.understanding.languages import Detected, Languages, Switching, Wish
from bot.understanding.matching import MARGIN, Decision, Match, Matcher, decide, offered
from bot.understanding.places import Found, Places
from bot.understanding.text import MAX_FUZZY, cap, clean, fold, windows, words

URGENT = 50.0
"""An emergency is served from this score on, lower than `matching.ANSWER`: a false alarm costs a tap (the nearest
question is a button), a missed one can cost a person."""

URGENT_PIECE = 93.0
"""The same for one sentence or clause of a message: of several, one looks alarming by chance."""

URGENT_BESIDE = 99.0
"""The same for a sentence of a message that as a whole is likely a question about the subject; its clauses are not
looked at ("is there a deal between the office and ICE here")."""

_CALM = -4.0
"""Logarithm of how likely a piece is an emergency at a glance; calmer ones are not looked at closely."""

_SHORTEST_CRY = 4
_ABOUT_SUBJECT = 50.0
_LOOKED_AT = 3
"""Pieces that are ranked in full: the most alarming ones at a glance."""

_PIECE = 120
_SENTENCE = re.compile(r"[.;!?¿¡\n]+")
_CLAUSE = re.compile(r"[.,;:!?¿¡\n/]+")

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Interpretation:
    """What a text says. `asks`: there is more in it than a place, a language and the small words around them."""

    text: str
    language: Detected
    place: Found
    wish: Wish
    asks: bool
    matches: Sequence[Match]
    emergency: Match | None
    decision: Decision


class Interpreter:
    """Understands messages about a content. Built once; holds no state between messages."""

    def __init__(self, content: Content, cache: Path | None = None) -> None:
        register = _register()
        self._kinds = {intent.id: intent.kind for intent in content.intents.values()}
        self.switching = Switching(register)
        self._not_now = re.compile("|".join(rf"\b{re.escape(fold(w))}\b" for w in register["not_now"]))
        self._joiners = re.compile(rf"\b(?:{'|'.join(register['joiners'])})\b", re.IGNORECASE)
        by_language: dict[str, list[str]] = {}
        for intent in content.intents.values():
            for language, texts in intent.phrasings.items():
                by_language.setdefault(language, []).extend(texts)
        known = {word for texts in by_language.values() for text in texts for word in words(fold(text))}
        self.places = Places(register, _HERE / "us_cities.tsv", known | self.switching.vocabulary)
        self.languages = Languages(by_language, cache)
        self.matcher = Matcher(
            {i.id: [t for texts in i.phrasings.values() for t in texts] for i in content.intents.values()},
            lambda text: self.places.find(clean(text)).rest,
            cache,
        )

    def interpret(self, text: str, *, expects_place: bool = False) -> Interpretation:
        """Everything a text of any length says; never raises. `expects_place`: she was asked for her state."""
        cleaned = clean(text)
        place = self.places.find(cleaned, expected=expects_place)
        wish = self.switching.wish(place.rest)
        matches = self.matcher.rank(wish.rest)
        asks = not self.switching.only_fillers(wish.rest)
        return Interpretation(
            text=cleaned,
            language=self.languages.detect(cap(place.rest)),
            place=place,
            wish=wish,
            asks=asks,
            matches=matches,
            emergency=self._emergency(wish.rest, matches) if asks else None,
            decision=self._decided(matches, asks=asks),
        )

    def _decided(self, matches: Sequence[Match], *, asks: bool) -> Decision:
        """The decision; small talk is answered but never offered, and "ok" or "yes" is at most small talk."""
        decision = decide(matches)
        if decision.answer and (asks or self._kinds[decision.answer.intent] in (Kind.SMALLTALK, Kind.HUMAN)):
            return decision
        subjects = [match for match in matches if self._kinds[match.intent] is not Kind.SMALLTALK]
        return Decision(choices=offered(subjects)) if asks else Decision()

    def nearest(self, matches: Sequence[Match], kind: Kind, most: int) -> list[Match]:
        """The best matches of one kind."""
        return [match for match in matches if self._kinds[match.intent] is kind][:most]

    def _emergency(self, text: str, matches: Sequence[Match]) -> Match | None:
        """The emergency a text speaks of, in the whole of it or in one of its clauses."""
        if len(text) < _SHORTEST_CRY:
            return None
        found = [self._urgent(matches, URGENT_PIECE if self._not_now.search(fold(text)) else URGENT)]
        sure = decide(matches, answer=_ABOUT_SUBJECT).answer
        about_subject = sure is not None and self._kinds[sure.intent] is Kind.INFORMATION
        pieces = list(dict.fromkeys(self._pieces(text, whole_sentences=about_subject)))
        alarm = dict(zip(pieces, map(self._alarming, self.matcher.glance(pieces)), strict=True))
        telling = sorted((p for p in pieces if alarm[p] > _CALM), key=lambda piece: -alarm[piece])[:_LOOKED_AT]
        least = URGENT_BESIDE if about_subject else URGENT_PIECE
        found += [self._urgent(self.matcher.rank(piece, by_words_alone=True), least) for piece in telling]
        return max((match for match in found if match), key=lambda match: match.score, default=None)

    def _pieces(self, text: str, *, whole_sentences: bool) -> Iterator[str]:
        """The sentences and clauses of a text, long ones in parts; nothing where there is only one."""
        if whole_sentences:
            clauses = _SENTENCE.split(text)
        else:
            clauses = [part for clause in _CLAUSE.split(text) for part in self._joiners.split(clause)]
        clauses = [c for c in clauses if len(c.split()) > 1 and not self.switching.only_fillers(c)]
        clauses = [clause for clause in clauses if not self._not_now.search(fold(clause))]
        if len(clauses) > 1 or len(text) > MAX_FUZZY:
            for clause in clauses:
                yield from windows(clause, _PIECE)

    def _urgent(self, ranking: Sequence[Match], least: float) -> Match | None:
        sure = decide(ranking).answer
        urgent = next((match for match in ranking if self._kinds[match.intent] is Kind.EMERGENCY), None)
        if urgent is None or urgent.score < least or (sure is not None and sure != urgent):
            return None
        return urgent if ranking[0].score - urgent.score < MARGIN else None

    def _alarming(self, seen: Mapping[str, float]) -> float:
        """How much a piece looks like an emergency at a glance."""
        return max((seen[name] for name in seen if self._kinds[name] is Kind.EMERGENCY), default=_CALM)


def _register() -> dict[str, Any]:
    """The engine's own words, as text only (`no` stays a word)."""
    loaded: dict[str, Any] = parse((_HERE / "words.yaml").read_text(encoding="utf-8"), "words.yaml")[0]
    return loaded
