"""One message understood: text -> language -> urgency -> place -> matching."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.knowledge.model import Content, Kind
from bot.knowledge.parsing import parse
from bot.understanding.languages import Detected, Languages, Switching
from bot.understanding.matching import ANSWER, MARGIN, Decision, Match, Matcher, decide, offered
from bot.understanding.places import Found, Places
from bot.understanding.text import MAX_FUZZY, clean, fold, windows, words

URGENT = 35.0
"""An emergency is served from this score on, lower than `matching.ANSWER`: a false alarm costs a tap (the nearest
question is a button), a missed one can cost a person."""

_PIECE = 120
"""Characters of the pieces in which a long text is searched for an emergency."""

_LOOKED_AT = 3
"""Pieces that are ranked in full: the most alarming ones at a glance."""

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Interpretation:
    """What a text says. `wanted` is the language it asks for, where it asks for nothing else."""

    text: str
    language: Detected
    place: Found
    wanted: str | None
    only_place: bool
    matches: Sequence[Match]
    emergency: Match | None
    decision: Decision


class Interpreter:
    """Understands messages about a content. Built once; holds no state between messages."""

    def __init__(self, content: Content, cache: Path | None = None) -> None:
        register = _register()
        self._kinds = {intent.id: intent.kind for intent in content.intents.values()}
        self.switching = Switching(register)
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

    def interpret(self, text: str) -> Interpretation:
        """Everything a text of any length says; never raises."""
        cleaned = clean(text)
        place = self.places.find(cleaned)
        matches = self.matcher.rank(place.rest)
        return Interpretation(
            text=cleaned,
            language=self.languages.detect(cleaned),
            place=place,
            wanted=self.switching.wanted(cleaned),
            only_place=bool(place.states or place.candidates) and self.switching.only_fillers(place.rest),
            matches=matches,
            emergency=self._emergency(place.rest, matches),
            decision=self._decided(matches),
        )

    def _decided(self, matches: Sequence[Match]) -> Decision:
        """The decision; small talk is answered but never offered as a choice."""
        decision = decide(matches)
        if decision.answer:
            return decision
        subjects = [match for match in matches if self._kinds[match.intent] is not Kind.SMALLTALK]
        return Decision(choices=offered(subjects))

    def nearest(self, matches: Sequence[Match], kind: Kind, most: int) -> list[Match]:
        """The best matches of one kind."""
        return [match for match in matches if self._kinds[match.intent] is kind][:most]

    def _emergency(self, text: str, matches: Sequence[Match]) -> Match | None:
        """The emergency a text speaks of: it ranks first, or cannot be told apart from what does.

        A longer text than fuzzy scoring sees is looked at in pieces, all of it.
        """
        found = [self._urgent(matches, URGENT)]
        if len(text) > MAX_FUZZY:
            pieces = {piece: self._alarming(piece) for piece in windows(text, _PIECE)}
            telling = sorted(pieces, key=lambda piece: -pieces[piece])[:_LOOKED_AT]
            # The most alarming of many pieces: surer than one message needs to be.
            found += [self._urgent(self.matcher.rank(piece), ANSWER) for piece in telling]
        return max((match for match in found if match), key=lambda match: match.score, default=None)

    def _urgent(self, ranking: Sequence[Match], least: float) -> Match | None:
        sure = decide(ranking).answer
        urgent = next((match for match in ranking if self._kinds[match.intent] is Kind.EMERGENCY), None)
        if urgent is None or urgent.score < least or (sure is not None and sure != urgent):
            return None
        return urgent if ranking[0].score - urgent.score < MARGIN else None

    def _alarming(self, text: str) -> float:
        """How much a piece looks like an emergency at a glance."""
        seen = self.matcher.glance(text)
        return max((seen[name] for name in seen if self._kinds[name] is Kind.EMERGENCY), default=0.0)


def _register() -> dict[str, Any]:
    """The engine's own words, as text only (`no` stays a word)."""
    loaded: dict[str, Any] = parse((_HERE / "words.yaml").read_text(encoding="utf-8"), "words.yaml")[0]
    return loaded
