"""Which state a message is about: what it names, where its author says she is, and what she denies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.understanding.gazetteer import Gazetteer
from bot.understanding.lexicon import Lexicon
from bot.understanding.text import fold

_TOKEN = re.compile(r"[^\W_]+(?:['.][^\W_]+)*")
_FOLDED = re.compile(r"'s$|['.]")
_LONGEST_NAME = 4
_LONGEST_OWN = 5
_GREETINGS = frozenset({"OK", "HI", "ME", "IN", "OR", "DE", "LA", "OH", "ID", "MA", "PA"})
"""Codes that alone, in small letters, are said for something else."""
_CLAUSE_END = ",.;:!?)"


@dataclass(frozen=True)
class Found:
    """What a text says about places; `rest` is the text without the words that named them.

    `candidates`: the states of a city that several have. `own`: she says that she is there. `denied`: states it is not.
    """

    states: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    rest: str = ""
    own: bool = False
    denied: tuple[str, ...] = ()

    def state(self, stored: str | None) -> str | None:
        """The one state this is about: named in the text, else the stored one; None where it must be asked."""
        if len(self.states) == 1:
            return self.states[0]
        if self.states or stored in self.denied:
            return None
        return stored if not self.candidates or stored in self.candidates else None

    @property
    def open(self) -> tuple[str, ...]:
        """The states to choose among where the text names several, or a city that several have."""
        return self.states if len(self.states) > 1 else () if self.states else self.candidates


@dataclass(frozen=True)
class _Token:
    folded: str
    written: str
    start: int
    end: int

    @property
    def code(self) -> str:
        return self.written.replace(".", "").upper()

    @property
    def large(self) -> bool:
        return self.written[:1].isupper()


@dataclass(frozen=True)
class _Hit:
    first: int
    last: int
    states: tuple[str, ...]
    city: bool = False
    doubtful: bool = False


class Places:
    """Finds states in text. Built once; `known` are folded words that are never taken for a misspelt name."""

    def __init__(self, lexicon: Lexicon, cities: Path, known: Iterable[str] = ()) -> None:
        self._names = Gazetteer(lexicon, cities, known)
        self._before = lexicon.pooled("before")
        self._own = lexicon.pooled("own_place")
        self._left = lexicon.pooled("left_place")
        self._elsewhere = lexicon.pooled("denied_place")
        self._fillers = lexicon.pooled("fillers")
        self._words = {key: lexicon.pooled(key) for key in (
            "in_or_from", "before_nobodys_name", "county", "before_a_person", "street",
        )} | {key: frozenset(lexicon.common(key)) for key in (
            "state_names_that_are_words", "nobodys_names", "never_small", "codes_that_are_words", "never_alone",
            "small_codes",
        )}  # fmt: skip

    def name(self, code: str, language: str) -> str:
        """The state's name in a language, else in English."""
        display = self._names.display
        return display.get(language, display["en"]).get(code) or display["en"][code]

    def find(self, text: str, *, expected: bool = False) -> Found:
        """The states that a cleaned text names. `expected`: she was asked for her state, so a bare city counts too."""
        tokens = [
            _Token(_FOLDED.sub("", fold(m[0])), m[0].removesuffix("'s"), m.start(), m.end())
            for m in _TOKEN.finditer(text.replace("’", "'"))
        ]
        finder = _Finder(
            self._names, self._words, self._before, self._own, self._fillers, tokens, text, expected=expected
        )
        hits = list(finder.hits())
        denied = [hit for hit in hits if finder.follows(hit.first, self._elsewhere) or finder.only_not(hit.first)]
        left = [hit for hit in hits if finder.follows(hit.first, self._left)]
        if not [hit for hit in hits if hit not in (*denied, *left)]:
            denied += left
        sure = [hit for hit in hits if hit not in denied and not hit.doubtful]
        states = list(dict.fromkeys(hit.states[0] for hit in sure if len(hit.states) == 1))
        unclear = [hit.states for hit in hits if hit not in denied and (len(hit.states) > 1 or hit.doubtful)]
        unclear = [] if states else unclear
        return Found(
            tuple(states),
            unclear[0] if unclear else (),
            tuple(text[tokens[hit.first].start : tokens[hit.last].end] for hit in hits),
            _without(text, tokens, [hit for hit in hits if not hit.doubtful]),
            own=any(finder.follows(hit.first, self._own) for hit in sure),
            denied=tuple(dict.fromkeys(state for hit in denied for state in hit.states if state not in states)),
        )


class _Finder:
    """The names in one text."""

    def __init__(
        self,
        names: Gazetteer,
        lists: Mapping[str, frozenset[str]],
        before: frozenset[str],
        own: frozenset[str],
        fillers: frozenset[str],
        tokens: list[_Token],
        text: str,
        *,
        expected: bool,
    ) -> None:
        self._names, self._lists, self._before, self._own, self._fillers = names, lists, before, own, fillers
        self._tokens, self._text, self._expected = tokens, text, expected
        self._shouting = text.isupper() and len(tokens) > 1

    def hits(self) -> Iterator[_Hit]:
        """The names from left to right, the longest at each place; a city with its state is one."""
        position, last = 0, len(self._tokens)
        while position < last:
            ends = range(min(position + _LONGEST_NAME, last) - 1, position - 1, -1)
            hit = next((hit for end in ends if (hit := self._at(position, end))), None)
            if hit is None:
                position += 1
                continue
            following = self._at_state(hit.last + 1) if hit.city else None
            yield _Hit(hit.first, following.last, following.states) if following else hit
            position = (following or hit).last + 1

    def follows(self, at: int, phrases: frozenset[str]) -> bool:
        """Whether one of these phrases stands directly before a token, in the same clause."""
        before: list[str] = []
        for n in range(at - 1, max(-1, at - 1 - _LONGEST_OWN), -1):
            if re.search(r"[.,;:!?]", self._text[self._tokens[n].end : self._tokens[n + 1].start]):
                break
            before.insert(0, self._tokens[n].folded)
        return any(" ".join(before[n:]) in phrases for n in range(len(before)))

    def only_not(self, at: int) -> bool:
        """Whether a token is the second of a text that begins with "not"."""
        return at == 1 and self._word(0) == "not"

    def _at(self, first: int, last: int) -> _Hit | None:
        if self.follows(first, self._lists["before_a_person"]):
            return None
        if self._word(last + 1) in self._lists["street"]:
            return None
        name = " ".join(token.folded for token in self._tokens[first : last + 1])
        if name in self._names.states:
            mostly_else = name in self._lists["state_names_that_are_words"]
            if mostly_else and not (self.follows(first, self._own) or self._only_fillers(first, last)):
                return None
            return _Hit(first, last, self._names.states[name])
        if name in self._names.shared and self._word(first - 1) in self._lists["in_or_from"]:
            return _Hit(first, last, self._names.shared[name])
        if name in self._names.cities:
            return self._city(first, last, name)
        if first == last:
            if self._tokens[first].code in self._names.codes and self._is_code(first):
                return _Hit(first, first, (self._tokens[first].code,))
            near = self._names.misspelt(self._tokens[first].folded)
            if near in self._names.states:
                return _Hit(first, first, self._names.states[near])
            if near:
                return _Hit(first, first, self._names.cities[near].states, city=True)
        return None

    def _at_state(self, at: int) -> _Hit | None:
        """A state's name or code that follows a city directly."""
        for last in range(min(at + _LONGEST_NAME, len(self._tokens)) - 1, at - 1, -1):
            name = " ".join(token.folded for token in self._tokens[at : last + 1])
            if name in self._names.states:
                return _Hit(at, last, self._names.states[name])
        if at < len(self._tokens) and self._tokens[at].code in self._names.codes and self._code_after_city(at):
            return _Hit(at, at, (self._tokens[at].code,))
        return None

    def _city(self, first: int, last: int, name: str) -> _Hit | None:
        city = self._names.cities[name]
        if self._word(last + 1) in self._lists["county"]:
            state = self._at_state(last + 2)
            return state and _Hit(first, state.last, state.states)
        if city.abroad and not self._at_state(last + 1):
            return None
        if (
            not city.common
            or self._at_state(last + 1)
            or ((self._expected or city.large) and self._only_fillers(first, last))
        ):
            return _Hit(first, last, city.states, city=True)
        before = self._word(first - 1)
        large = self._tokens[first].large and not self._shouting
        if name in self._lists["nobodys_names"]:
            near = self._lists["in_or_from"] | self._lists["before_nobodys_name"]
            placed = before in (self._before if large else near)
        else:
            placed = large and before in self._lists["in_or_from"]
        if placed:
            return _Hit(first, last, city.states, city=True)
        if city.large and before in self._lists["in_or_from"]:
            return _Hit(first, last, city.states, city=True, doubtful=True)
        return None

    def _code_after_city(self, at: int) -> bool:
        token = self._tokens[at]
        comma = "," in self._text[self._tokens[at - 1].end : token.start]
        if comma or (token.written.isupper() and not self._shouting):
            return True
        if token.folded in self._lists["never_small"]:
            return token.folded in ("al", "mi") and self._ends_clause(at)
        small = self._lists["small_codes"]
        return token.folded not in self._lists["codes_that_are_words"] or token.folded in small or self._ends_clause(at)

    def _is_code(self, at: int) -> bool:
        token = self._tokens[at]
        introduced = self._word(at - 1) in self._lists["in_or_from"]
        if token.written.isupper() and not self._shouting:
            return introduced or token.code not in self._lists["never_alone"]
        if len(self._tokens) == 1:
            return token.code not in _GREETINGS
        edge = at == 0 or self._ends_clause(at)
        if token.folded not in self._lists["codes_that_are_words"]:
            return introduced or edge
        if not introduced:
            return False
        if self._word(at - 1) == "en" and token.folded in self._lists["never_small"]:
            return False
        ends = self._ends_clause(at) and token.folded not in ("me", "in")
        return ends or token.folded in self._lists["small_codes"]

    def _ends_clause(self, at: int) -> bool:
        after = self._text[self._tokens[at].end :].lstrip()
        return not after or after[0] in _CLAUSE_END

    def _word(self, at: int) -> str:
        return self._tokens[at].folded if 0 <= at < len(self._tokens) else ""

    def _only_fillers(self, first: int, last: int) -> bool:
        others = (*self._tokens[:first], *self._tokens[last + 1 :])
        return all(token.folded in self._fillers for token in others)


def _without(text: str, tokens: list[_Token], hits: list[_Hit]) -> str:
    rest, position = "", 0
    for hit in hits:
        rest += text[position : tokens[hit.first].start]
        position = tokens[hit.last].end
    return re.sub(r"\s+", " ", rest + text[position:]).strip()
