"""One message understood: text -> language -> urgency -> place -> matching."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.knowledge.model import Content, Intent, Kind
from bot.understanding.languages import Detected, Languages
from bot.understanding.lexicon import Lexicon, pattern
from bot.understanding.matching import ANSWER, MARGIN, Decision, Match, Matcher, decide, offered
from bot.understanding.notes import Notes
from bot.understanding.pieces import Pieces, highest
from bot.understanding.places import Found, Places
from bot.understanding.switching import Switching, Wish
from bot.understanding.text import MAX_FUZZY, cap, clean, fold, fold_each, names, windows, words
from bot.understanding.tokens import is_han
from bot.understanding.unserved import unserved_languages

URGENT = 35.0
"""An emergency is served from this score on, lower than `matching.ANSWER`: a false alarm costs a tap (the nearest
question is a button), a missed one can cost a person."""

URGENT_PIECE = 92.0
"""The same for one sentence or clause of a message: of several, one looks alarming by chance."""

URGENT_BESIDE = 98.0
"""The same for a sentence of a message that as a whole is likely a question about the subject; its clauses are not
looked at ("is there a deal between the office and ICE here")."""

SENTENCE = 80.0
"""One sentence of a message that as a whole is not sure is answered from this score on."""

TALK = 75.0
"""Small talk is answered from this score on: it is never offered as a choice."""

TO_A_PERSON = 50.0
"""A wish for a person, or a question about her own case, is heard from this score on: that she is offered one who
needed none costs a tap."""

_LESS_SURE = {Kind.PERSONAL: TO_A_PERSON, Kind.HUMAN: TO_A_PERSON, Kind.SMALLTALK: TALK}

_SUBJECTS = (Kind.INFORMATION, Kind.REFERRAL)

_CALM = -0.75
"""What the classifier sees of an emergency in a piece at a glance, -1 to 1; calmer ones are not looked at closely."""

_SHORTEST_CRY = 4
_ABOUT_SUBJECT = 50.0
_LOOKED_AT = 3
"""Pieces that are ranked in full: the most alarming ones at a glance."""

_PIECE = 120
_SENTENCE = re.compile(r"[.;!?¿¡。؟؛।\n]+")
_CLAUSE = re.compile(r"[.,;:!?¿¡。、،؟؛।\n/]+")

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Interpretation:
    """What a text says. `asks`: there is more in it than a place, a language and the small words around them.

    `asked`: what of the text was ranked, without places, wishes and the small talk around it. `also`: a second question
    that it asks besides the answered one.
    """

    text: str
    language: Detected
    place: Found
    wish: Wish
    asks: bool
    matches: Sequence[Match]
    emergency: Match | None
    decision: Decision
    also: Match | None = None
    asked: str = ""

    @property
    def unserved(self) -> str | None:
        """The language without answers that it is in or asks for."""
        wanted = self.wish.wanted
        return self.language.unserved or (wanted if wanted in unserved_languages() else None)


def _said_in(texts: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """The language of each phrasing, folded, that is one in no other language: "hola"."""
    found: dict[str, str | None] = {}
    for language, listed in texts.items():
        for said in {" ".join(words(fold(text))) for text in listed}:
            found[said] = language if said not in found else None
    return {said: language for said, language in found.items() if language and said}


def _learnt_from(intents: Collection[Intent]) -> dict[str, list[str]]:
    """The phrasings of each intent, its question, and what its id says."""
    named = names(intent.id for intent in intents)
    return {
        i.id: [*(text for texts in i.phrasings.values() for text in texts), i.question, *named[i.id]] for i in intents
    }


class Interpreter:
    """Understands messages about a content. Built once; holds no state between messages.

    `translated`: more texts by language, such as a catalog's, from which languages are told apart.
    """

    def __init__(
        self, content: Content, cache: Path | None = None, translated: Mapping[str, Iterable[str]] | None = None
    ) -> None:
        lexicon = Lexicon()
        self._kinds = {intent.id: intent.kind for intent in content.intents.values()}
        self.switching = Switching(lexicon)
        spoken = (None, *lexicon.languages)
        self._not_now = {code: pattern(lexicon.spoken("not_now", code)) for code in spoken}
        self._joiners = {code: pattern(lexicon.spoken("joiners", code)) for code in spoken}
        by_language: dict[str, list[str]] = {}
        for intent in content.intents.values():
            for language, texts in intent.phrasings.items():
                by_language.setdefault(language, []).extend(texts)
        known = {word for texts in by_language.values() for text in texts for word in words(fold(text))}
        self._language_of = {text: language for language, texts in by_language.items() for text in texts}
        offices = {name: document.state for document in content.documents.values() for name in document.offices}
        self.places = Places(lexicon, _HERE, known | self.switching.vocabulary, offices)
        self.notes = Notes(lexicon, self.places, self.switching)
        said = {code: list(texts) for code, texts in (translated or {}).items()}
        codes = by_language.keys() | said.keys()
        self.languages = Languages({c: [*by_language.get(c, ()), *said.get(c, ())] for c in codes}, cache)
        self._said_in = _said_in(by_language)
        self.matcher = Matcher(_learnt_from(content.intents.values()), self.prepare, cache)
        self.pieces = Pieces(self.matcher, self._kinds)
        self._emergencies = np.array([self._kinds[i] is Kind.EMERGENCY for i in self.matcher.intents], dtype=bool)

    def prepare(self, phrasing: str) -> str:
        """A phrasing of the content as it is learnt: without the places in it."""
        return self.places.find(clean(phrasing), self._language_of.get(phrasing)).rest

    def interpret(self, text: str, *, expects_place: bool = False) -> Interpretation:
        """Everything a text of any length says; never raises. `expects_place`: she was asked for her state."""
        cleaned = clean(text)
        detected = self.languages.detect(cap(cleaned))
        # The language whose small words it is read with, where it is sure; places are still in the text.
        spoken = detected.language if detected.sure else None
        place = self.places.find(cleaned, spoken, expected=expects_place)
        wish = self.switching.wish(place.rest, spoken)
        matches, telling = self._ranked(wish.rest)
        asks = not self.switching.only_fillers(words(fold(wish.rest)))
        decision, also = self._decided(matches, telling, asks=asks)
        return Interpretation(
            text=cleaned,
            language=self._language(place.rest, detected if place.rest == cleaned else None),
            place=place,
            wish=wish,
            asks=asks,
            matches=matches,
            emergency=self._emergency(wish.rest, matches, spoken) if asks else None,
            decision=decision,
            also=also,
            asked=" ".join(telling),
        )

    def _language(self, text: str, detected: Detected | None) -> Detected:
        """The language of a text; where the text alone is not enough, its nearest phrasing's language helps.

        `detected`: what the text alone says, where that is known.
        """
        found = detected or self.languages.detect(cap(text))
        if found.sure or found.unserved:
            return found
        if only := self._said_in.get(" ".join(words(fold(text)))):
            return Detected(only, sure=True)
        nearest = self.matcher.nearest(text)
        return self.languages.detect(cap(text), self._language_of.get(nearest)) if nearest else found

    def _ranked(self, text: str) -> tuple[list[Match], list[str]]:
        """The ranking of what a text asks, and the sentences that ask it, without the small talk around them."""
        telling = self.pieces.telling(text)
        core = " ".join(telling)
        matches = self.matcher.rank(core)
        sure = decide(matches).answer
        if sure is not None and self._kinds[sure.intent] is not Kind.SMALLTALK:
            return matches, telling
        trimmed = self.pieces.trimmed(core)
        again = self.matcher.rank(trimmed) if trimmed != core else matches
        best = max(matches, again, key=self._subject)
        if best is matches and core == text:
            return matches, telling
        if self._subject(best) < _ABOUT_SUBJECT:
            # No piece is about a subject: then the whole may be a greeting, or an advertisement.
            whole = matches if core == text else self.matcher.rank(text)
            talk = decide(whole).answer
            if talk is not None and self._kinds[talk.intent] is Kind.SMALLTALK:
                return whole, [text]
        return best, telling

    def _subject(self, matches: Sequence[Match]) -> float:
        """The best score of all that is not small talk."""
        return max((match.score for match in matches if self._kinds[match.intent] is not Kind.SMALLTALK), default=0.0)

    def _decided(
        self, matches: Sequence[Match], telling: Sequence[str], *, asks: bool
    ) -> tuple[Decision, Match | None]:
        """The decision, and what else is asked; small talk is answered but never offered, and "ok" is at most that.

        Where the whole is not sure, a sentence of it may be; the surest is answered.
        """
        whole = self._sure(matches)
        if whole.answer and (asks or self._kinds[whole.answer.intent] in (Kind.SMALLTALK, Kind.HUMAN)):
            others = [] if len(telling) == 1 else self._asked(telling, ANSWER, by_words_alone=True)
            also = next((match for match in others if match.intent != whole.answer.intent), None)
            return whole, also if self._kinds[whole.answer.intent] in _SUBJECTS else None
        subjects = [match for match in matches if self._kinds[match.intent] is not Kind.SMALLTALK]
        if not asks:
            return Decision(), None
        seen = {match.intent for match in offered(subjects)}
        several = len(telling) > 1 and seen  # where the whole is like nothing, no sentence is looked at for nothing
        found = [m for m in self._asked(telling, SENTENCE) if m.intent in seen] if several else []
        if found:
            return Decision(answer=found[0]), next((m for m in found if m.intent != found[0].intent), None)
        return Decision(choices=offered(subjects)), None

    def _sure(self, matches: Sequence[Match]) -> Decision:
        """The decision on a ranking; what brings a person, and small talk, need to be less sure."""
        best = decide(matches, answer=TO_A_PERSON)
        if best.answer and best.answer.score >= _LESS_SURE.get(self._kinds[best.answer.intent], ANSWER):
            return best
        return decide(matches)

    def _asked(self, sentences: Sequence[str], least: float, *, by_words_alone: bool = False) -> list[Match]:
        """The questions about a subject that sentences surely ask, the surest first."""
        looked_at = sorted(sentences, key=len)[-_LOOKED_AT:]
        ranked = (self.matcher.rank(sentence, by_words_alone=by_words_alone) for sentence in looked_at)
        sure = (decide(ranking, answer=least).answer for ranking in ranked)
        found = [match for match in sure if match and self._kinds[match.intent] in _SUBJECTS]
        return sorted(found, key=lambda match: (-match.score, match.intent))

    def nearest(self, matches: Sequence[Match], kind: Kind, most: int) -> list[Match]:
        """The best matches of one kind."""
        return [match for match in matches if self._kinds[match.intent] is kind][:most]

    def _emergency(self, text: str, matches: Sequence[Match], spoken: str | None) -> Match | None:
        """The emergency a text speaks of, in the whole of it or in one of its clauses."""
        if len(text) < _SHORTEST_CRY:
            return None
        not_now = self._not_now.get(spoken, self._not_now[None])
        found = [self._urgent(matches, URGENT_PIECE if not_now.search(fold(text)) else URGENT)]
        sure = decide(matches, answer=_ABOUT_SUBJECT).answer
        about_subject = sure is not None and self._kinds[sure.intent] is Kind.INFORMATION
        pieces = list(dict.fromkeys(self._pieces(text, spoken, whole_sentences=about_subject)))
        alarm = highest(self.matcher.glance(pieces), self._emergencies)
        telling = [pieces[n] for n in np.argsort(-alarm, kind="stable")[:_LOOKED_AT] if alarm[n] > _CALM]
        least = URGENT_BESIDE if about_subject else URGENT_PIECE
        found += [self._urgent(self.matcher.rank(piece, by_words_alone=True), least) for piece in telling]
        return max((match for match in found if match), key=lambda match: match.score, default=None)

    def _pieces(self, text: str, spoken: str | None, *, whole_sentences: bool) -> Iterator[str]:
        """The sentences and clauses of a text, long ones in parts; nothing where there is only one."""
        if whole_sentences:
            clauses = _SENTENCE.split(text)
        else:
            joiners = self._joiners.get(spoken, self._joiners[None])
            clauses = [part for clause in _CLAUSE.split(text) for part in joiners.split(clause)]
        clauses = [clause for clause in clauses if len(clause.split(maxsplit=1)) > 1 or is_han(clause.strip())]
        not_now = self._not_now.get(spoken, self._not_now[None])
        asked = [
            clause
            for clause, folded in zip(clauses, fold_each(clauses), strict=True)
            if not self.switching.only_fillers(words(folded)) and not not_now.search(folded)
        ]
        if len(asked) > 1 or len(text) > MAX_FUZZY:
            for clause in asked:
                yield from windows(clause, _PIECE)

    def _urgent(self, ranking: Sequence[Match], least: float) -> Match | None:
        sure = decide(ranking).answer
        urgent = next((match for match in ranking if self._kinds[match.intent] is Kind.EMERGENCY), None)
        if urgent is None or urgent.score < least or (sure is not None and sure != urgent):
            return None
        return urgent if ranking[0].score - urgent.score < MARGIN else None
