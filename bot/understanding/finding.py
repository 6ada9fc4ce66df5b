"""Finds the names of places in one text, and tells them from the words and persons that are called the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.understanding.cues import Cues
from bot.understanding.gazetteer import City, Gazetteer
from bot.understanding.tokens import Splitter

_GREETINGS = frozenset({"OK", "HI", "ME", "IN", "OR", "DE", "LA", "OH", "ID", "MA", "PA"})
"""Codes that alone, in small letters, are said for something else."""
_CLAUSE_END = ",.;:!?)。，！？、؟،।"
_BREAK = re.compile(r"[.,;:!?。，！？；、؟،।\n]")
_LONGEST_PHRASE = 8


@dataclass(frozen=True)
class Hit:
    """A name: from the first token to the last, the states it may mean, and whether it is only a doubt."""

    first: int
    last: int
    states: tuple[str, ...]
    city: City | None = None
    doubtful: bool = False


class Finder:
    """The names in one text. `expected`: she was asked for her state. `language`: what the text is most likely in."""

    def __init__(
        self, names: Gazetteer, cues: Cues, splitter: Splitter, text: str, *, expected: bool, language: str | None
    ) -> None:
        self._names, self._cues, self._splitter = names, cues, splitter
        self.tokens = splitter.tokens(text)
        self._text, self._expected = text, expected
        self._shouting = text.isupper() and len(self.tokens) > 1 and not any(t.caseless for t in self.tokens)
        self._language = language
        self._elsewise = cues.elsewise(self.tokens, language)
        self._not_codes = cues.not_codes.get(language or "", frozenset())

    def hits(self) -> Iterator[Hit]:
        """The names from left to right, the longest at each place; a city with its state is one."""
        position = 0
        while position < len(self.tokens):
            hit = self._from(position)
            if hit is None:
                position += 1
                continue
            hit = self._with_its_state(hit, hit.city) if hit.city else self._with_its_city(hit)
            yield hit
            position = hit.last + 1

    def before(self, at: int, *keys: str) -> bool:
        """Whether a phrase of these lists stands directly before a token, in the same clause."""
        said: list[str] = []
        for n in range(at - 1, max(-1, at - 1 - _LONGEST_PHRASE), -1):
            if self._breaks(n):
                break
            said.insert(0, self.tokens[n].folded)
        return any(
            " ".join(said[n:]) in self._cues.phrases(key, self._language) for n in range(len(said)) for key in keys
        )

    def after(self, at: int, *keys: str) -> bool:
        """Whether a phrase of these lists stands directly after a token, in the same clause."""
        said = ""
        for n in range(at + 1, min(len(self.tokens), at + 1 + _LONGEST_PHRASE)):
            if self._breaks(n - 1):
                break
            said += self.tokens[n].folded
        return any(said.startswith(self._cues.compact(key, self._language)) for key in keys) if said else False

    def hers(self, hit: Hit) -> bool:
        """Whether she says that she is there."""
        return self.before(hit.first, "own_place") or self.after(hit.last, "own_place_after")

    def left(self, hit: Hit) -> bool:
        """Whether she says that she is not there any more."""
        return self.before(hit.first, "left_place") or self.after(hit.last, "left_place_after")

    def denied(self, hit: Hit) -> bool:
        """Whether she says that it is not there."""
        only_not = (
            hit.first == 1 and not self._breaks(0) and self._word(0) in self._cues.phrases("bare_not", self._language)
        )
        return only_not or self.before(hit.first, "denied_place") or self.after(hit.last, "denied_place_after")

    def span(self, hit: Hit) -> tuple[int, int]:
        """Where a name begins and ends in the text, with what is written together with it."""
        first, last = hit.first, hit.last
        while first and self._adjacent(first - 1) and self._word(first - 1) in self._splitter.attached:
            first -= 1
        while self._adjacent(last) and self._word(last + 1) in self._splitter.endings:
            last += 1
        return self.tokens[first].start, self.tokens[last].end

    def _ends(self, first: int) -> Iterable[int]:
        longest = max(1, self._names.longest.get(self.tokens[first].folded, 1))
        return range(min(first + longest, len(self.tokens)) - 1, first - 1, -1)

    def _from(self, first: int) -> Hit | None:
        """The longest name that begins with a token."""
        if self.tokens[first].folded not in self._names.longest:  # at most places of a text no name begins
            hit = self._code_or_misspelt(first)
            return hit if hit and not self._means_else(hit) else None
        return next((hit for end in self._ends(first) if (hit := self._at(first, end))), None)

    def _name(self, first: int, last: int) -> str:
        return " ".join(token.folded for token in self.tokens[first : last + 1])

    def _at(self, first: int, last: int) -> Hit | None:
        name = self._name(first, last)
        known = name in self._names.states or name in self._names.cities or name in self._names.shared
        if not known and first != last:
            return None
        hit = self._named(first, last, name) if known else self._code_or_misspelt(first)
        return hit if hit and not self._means_else(hit) else None

    def _named(self, first: int, last: int, name: str) -> Hit | None:
        if name in self._names.states:
            hit = Hit(first, last, self._names.states[name])
            mostly_else = name in self._cues.words("state_names_that_are_words")
            return hit if not mostly_else or self.hers(hit) or self._only_fillers(hit) else None
        if name in self._names.shared and self.before(first, "in_or_from"):
            return Hit(first, last, self._names.shared[name])
        return self._city(first, last, name) if name in self._names.cities else None

    def _code_or_misspelt(self, at: int) -> Hit | None:
        token = self.tokens[at]
        if token.written.isascii() and token.code in self._names.codes and self._is_code(at):
            return Hit(at, at, (token.code,))
        if self._names.knows(token.folded) or not self._names.may_be_misspelt(token.folded):
            return None
        for stem in self._splitter.stems(token):
            near = self._names.misspelt(stem)
            if near in self._names.states:
                return Hit(at, at, self._names.states[near])
            if near:
                return Hit(at, at, self._names.cities[near].states, self._names.cities[near])
        return None

    def _means_else(self, hit: Hit) -> bool:
        """Whether it is a person, a street or a phrase that only has a place's name in it."""
        if self.before(hit.first, "before_a_person", "street") or self.after_word(hit.last, "street"):
            return True
        if not self._elsewise.issuperset(range(hit.first, hit.last + 1)):
            return False
        capital = self.tokens[hit.first].large and not self._shouting
        if hit.city and capital and (self.before(hit.first, "in_or_from") or self._named_last(hit)):
            return False
        return not self.hers(hit) and not (hit.city and self._at_state(hit.last + 1, hit.city))

    def after_word(self, at: int, key: str) -> bool:
        """Whether the next word is one of a list."""
        return self._word(at + 1) in self._cues.phrases(key, self._language)

    def _with_its_state(self, hit: Hit, city: City) -> Hit:
        """A city and the state that follows it: "Aurora, Illinois"."""
        following = self._at_state(hit.last + 1, city)
        return Hit(hit.first, following.last, following.states) if following else hit

    def _with_its_city(self, state: Hit) -> Hit:
        """A state and the city in it that follows, as in Chinese and Korean."""
        at = state.last + 1
        while at < len(self.tokens) and self._word(at) in self._splitter.endings:
            at += 1
        if at >= len(self.tokens) or not self.tokens[at].caseless or self._breaks(at - 1):
            return state
        for last in self._ends(at):
            city = self._names.cities.get(self._name(at, last))
            if city and set(state.states) & set(city.people):
                return Hit(state.first, last, state.states)
        return state

    def _at_state(self, at: int, city: City) -> Hit | None:
        """A state's name or code that follows a city directly."""
        if at >= len(self.tokens):
            return None
        for last in self._ends(at):
            if self._name(at, last) in self._names.states:
                return Hit(at, last, self._names.states[self._name(at, last)])
        code = self.tokens[at].code
        return Hit(at, at, (code,)) if code in self._names.codes and self._code_after(at, city) else None

    def _city(self, first: int, last: int, name: str) -> Hit | None:
        city = self._names.cities[name]
        hit = Hit(first, last, city.states, city)
        if self.after_word(last, "county") or self.before(first, "county"):
            state = self._at_state(last + (2 if self.after_word(last, "county") else 1), city)
            return Hit(first, state.last, state.states) if state else None
        if self._at_state(last + 1, city):
            return hit
        if city.abroad:
            return None
        capital = self.tokens[first].large and not self._shouting
        if not city.common or ((self._expected or city.large) and self._only_fillers(hit)):
            return hit
        if (city.large or capital or self.tokens[first].caseless) and self.hers(hit):
            return hit
        near = self.before(first, "in_or_from")
        if name in self._cues.words("nobodys_names"):
            placed = self.before(first, "before") if capital else near or self.before(first, "before_nobodys_name")
        elif self.tokens[first].caseless:
            placed = near or self.after(last, "after")
        else:
            placed = capital and near
        if placed:
            return hit
        doubtful = city.large and (near or self._named_last(hit))
        return Hit(first, last, city.states, city, doubtful=True) if doubtful else None

    def _named_last(self, hit: Hit) -> bool:
        """Whether a city of one state is a clause of its own at the end ("..., Mobile"): so it is asked about."""
        own_clause = hit.first > 0 and self._breaks(hit.first - 1) and hit.last == len(self.tokens) - 1
        return own_clause and len(hit.states) == 1 and self.tokens[hit.first].large and not self._shouting

    def _code_after(self, at: int, city: City) -> bool:
        """Whether a code after a city is its state; one that is a word only where such a city is ("Chicago, OK?")."""
        token = self.tokens[at]
        if token.code in self._cues.never_alone and token.code not in city.people:
            return False
        comma = "," in self._text[self.tokens[at - 1].end : token.start]
        if comma or (token.written.isupper() and not self._shouting):
            return True
        if token.folded in self._cues.words("never_small"):
            return token.folded in ("al", "mi") and self._ends_clause(at)
        small = token.folded in self._cues.words("small_codes")
        return token.folded not in self._cues.words("codes_that_are_words") or small or self._ends_clause(at)

    def _is_code(self, at: int) -> bool:
        token = self.tokens[at]
        introduced = self.before(at, "before_code")
        if token.written.isupper() and not self._shouting:
            return introduced or (token.code not in self._cues.never_alone and token.code not in self._not_codes)
        if len(self.tokens) == 1:
            return token.code not in _GREETINGS
        if token.code in self._not_codes:
            return False
        edge = at == 0 or self._ends_clause(at)
        if token.folded not in self._cues.words("codes_that_are_words"):
            return introduced or edge
        placed = at + 1 < len(self.tokens) and self.tokens[at + 1].caseless and self.after(at, "after")
        if placed and token.code not in self._cues.never_alone:
            return True
        if not introduced or (
            token.folded in self._cues.words("never_small") and not self.before(at, "before_any_code")
        ):
            return False
        ends = self._ends_clause(at) and token.folded not in ("me", "in")
        return ends or token.folded in self._cues.words("small_codes")

    def _ends_clause(self, at: int) -> bool:
        after = self._text[self.tokens[at].end :].lstrip()
        return not after or after[0] in _CLAUSE_END

    def _breaks(self, at: int) -> bool:
        """Whether a clause ends between a token and the next one."""
        return bool(_BREAK.search(self._text, self.tokens[at].end, self.tokens[at + 1].start))

    def _adjacent(self, at: int) -> bool:
        return at + 1 < len(self.tokens) and self.tokens[at].end == self.tokens[at + 1].start

    def _word(self, at: int) -> str:
        return self.tokens[at].folded if 0 <= at < len(self.tokens) else ""

    def _only_fillers(self, hit: Hit) -> bool:
        others = (*self.tokens[: hit.first], *self.tokens[hit.last + 1 :])
        said = [token.folded for token in others if token.folded not in self._splitter.endings]
        return self._cues.only_fillers(said, self._language)
