"""Which state a message is about: names, abbreviations, misspellings and cities, in all languages at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.understanding.text import fold, words

DOMINANT = 2.5
"""A city means its largest US namesake if that has at least so many times the people of the next one.

At 3 the Cicero and the Albertville that hotlines hear of (2.7 and 2.9 times their namesakes) would always be asked
about; Aurora, Springfield, Auburn and Decatur stay open at either figure."""

MANY_PEOPLE = 60
"""Thousands of people from which a city's name is recognised misspelt, too."""

_TOKEN = re.compile(r"\w+(?:['.]\w+)*")
_LONGEST_NAME = 4


@dataclass(frozen=True)
class Found:
    """What a text says about places; `rest` is the text without the words that named them."""

    states: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    rest: str = ""

    def state(self, stored: str | None) -> str | None:
        """The one state this is about: named in the text, else the stored one; None where it must be asked."""
        if len(self.states) == 1:
            return self.states[0]
        if self.states:
            return None
        if self.candidates:
            return stored if stored in self.candidates else None
        return stored

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


@dataclass(frozen=True)
class _Hit:
    first: int
    last: int
    states: tuple[str, ...]
    city: bool


class Places:
    """Finds states in text. Built once; `known` are folded words that are never taken for a misspelt name."""

    def __init__(self, register: Mapping[str, Any], cities: Path, known: Iterable[str] = ()) -> None:
        self.names: dict[str, dict[str, str]] = {
            language: {code: names[0] for code, names in states.items()}
            for language, states in register["states"].items()
        }
        self._before = {fold(w) for language in register["before"].values() for w in language}
        self._before_code = set(register["before_code"])
        self._words = set(register["state_names_that_are_words"])
        self._before_name = set(register["before_name"])
        self._before_nobodys = set(register["before_nobodys_name"])
        self._nobodys = set(register["nobodys_names"])
        self._code_words = set(register["codes_that_are_words"])
        self._small_codes = set(register["small_codes"])
        self._never_alone = set(register["never_alone"])
        self._codes = {code for states in self.names.values() for code in states}
        self._fillers = {fold(word) for listed in register["fillers"].values() for word in listed}
        self._known = frozenset(known)
        self._states: dict[str, str] = {}
        for states in register["states"].values():
            for code, names in states.items():
                self._states.update({" ".join(words(fold(name.replace(".", "")))): code for name in names})
        self._cities = dict(_read_cities(cities))

    def name(self, code: str, language: str) -> str:
        """The state's name in a language, else in English."""
        return self.names.get(language, self.names["en"]).get(code) or self.names["en"][code]

    def find(self, text: str) -> Found:
        """The states that a cleaned text names. Linear in the length of the text."""
        tokens = [_Token(fold(m[0]).replace("'", "").replace(".", ""), m[0], m.start(), m.end())
                  for m in _TOKEN.finditer(text.replace("’", "'"))]  # fmt: skip
        hits = _joined(list(self._hits(tokens, shouting=text.isupper())))
        states = list(dict.fromkeys(h.states[0] for h in hits if len(h.states) == 1))
        unclear = [h.states for h in hits if len(h.states) > 1 and not set(h.states) & set(states)]
        evidence = tuple(text[tokens[h.first].start : tokens[h.last].end] for h in hits)
        return Found(tuple(states), unclear[0] if unclear else (), evidence, _without(text, tokens, hits))

    def _hits(self, tokens: list[_Token], *, shouting: bool) -> Iterator[_Hit]:
        position = 0
        while position < len(tokens):
            for length in range(min(_LONGEST_NAME, len(tokens) - position), 0, -1):
                hit = self._hit(tokens, position, position + length - 1, shouting=shouting)
                if hit:
                    yield hit
                    position = hit.last
                    break
            position += 1

    def _hit(self, tokens: list[_Token], first: int, last: int, *, shouting: bool) -> _Hit | None:
        name = " ".join(token.folded for token in tokens[first : last + 1])
        placed = first > 0 and tokens[first - 1].folded in self._before
        if name in self._states:
            others = (t.folded for t in (*tokens[:first], *tokens[last + 1 :]))
            if name in self._words and not placed and not all(word in self._fillers for word in others):
                return None
            return _Hit(first, last, (self._states[name],), city=False)
        if name in self._cities:
            return self._city(tokens, first, last, name, shouting=shouting)
        if first == last:
            code = tokens[first].written.upper()
            if code in self._codes and self._is_code(tokens, first, shouting=shouting):
                return _Hit(first, last, (code,), city=False)
            return self._misspelt(tokens[first], first)
        return None

    def _city(self, tokens: list[_Token], first: int, last: int, name: str, *, shouting: bool) -> _Hit | None:
        common, namesakes = self._cities[name]
        states = tuple(namesakes)
        following = tokens[last + 1].written if last + 1 < len(tokens) else ""
        if following.upper() in states and (following.isupper() or following.lower() not in self._code_words):
            return _Hit(first, last, (following.upper(),), city=True)
        if common:
            after = " ".join(t.folded for t in tokens[last + 1 : last + 3])
            beside_state = any(after == s or after.startswith(f"{s} ") for s in self._states)
            before = tokens[first - 1].folded if first else ""
            large = tokens[first].written[:1].isupper() and not shouting
            if name in self._nobodys:
                placed = before in (self._before if large else self._before_nobodys)
            else:
                placed = large and before in self._before_name
            if not (placed or beside_state):
                return None
        sizes = list(namesakes.values())
        if len(sizes) == 1 or sizes[0] >= DOMINANT * max(sizes[1], 1):
            states = states[:1]
        return _Hit(first, last, states, city=True)

    def _is_code(self, tokens: list[_Token], at: int, *, shouting: bool) -> bool:
        token = tokens[at]
        before = tokens[at - 1] if at else None
        introduced = before is not None and before.folded in self._before_code
        after_city = before is not None and before.folded in self._cities and before.written[:1].isupper()
        if token.written.isupper() and not shouting:
            return introduced or after_city or token.written not in self._never_alone
        if token.folded in self._code_words or shouting:
            return introduced and (token.folded in self._small_codes or token.folded not in self._code_words)
        return introduced or after_city

    def _misspelt(self, token: _Token, at: int) -> _Hit | None:
        word = token.folded
        if len(word) < 6 or word in self._known or not word.isalpha():  # noqa: PLR2004 - shorter words have too many neighbours
            return None
        near = process.extractOne(
            word,
            self._spelt.get(word[0], ()),
            scorer=OSA.distance,
            score_cutoff=2 if len(word) > 7 else 1,  # noqa: PLR2004 - as for typo repair in matching
        )
        if near is None:
            return None
        if near[0] in self._states:
            return _Hit(at, at, (self._states[near[0]],), city=False)
        return _Hit(at, at, tuple(self._cities[near[0]][1])[:1], city=True)

    @cached_property
    def _spelt(self) -> dict[str, list[str]]:
        """The names that are recognised misspelt, by first letter."""
        large = [
            name
            for name, (common, people) in self._cities.items()
            if not common and len(name) > 6 and " " not in name and _dominant(list(people.values()))  # noqa: PLR2004
        ]
        by_letter: dict[str, list[str]] = {}
        for name in [*(n for n in self._states if len(n) > 5 and " " not in n), *large]:  # noqa: PLR2004
            by_letter.setdefault(name[0], []).append(name)
        return by_letter


def _dominant(people: list[int]) -> bool:
    return people[0] >= MANY_PEOPLE and (len(people) == 1 or people[0] >= DOMINANT * max(people[1], 1))


def _joined(hits: list[_Hit]) -> list[_Hit]:
    """Hits where a city directly before its state is that one state: "Auburn, Alabama"."""
    joined: list[_Hit] = []
    for hit in hits:
        if joined and not hit.city and joined[-1].city and hit.first - joined[-1].last == 1:
            joined[-1] = _Hit(joined[-1].first, hit.last, hit.states, city=False)
        else:
            joined.append(hit)
    return joined


def _without(text: str, tokens: list[_Token], hits: list[_Hit]) -> str:
    rest, position = "", 0
    for hit in hits:
        rest += text[position : tokens[hit.first].start]
        position = tokens[hit.last].end
    return re.sub(r"\s+", " ", rest + text[position:]).strip()


def _read_cities(path: Path) -> Iterator[tuple[str, tuple[bool, dict[str, int]]]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, flag, people = line.split("\t")
            yield name, (flag == "common", {s: int(n) for s, n in (item.split(":") for item in people.split())})
