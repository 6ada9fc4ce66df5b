"""Names of states and cities, in all languages at once, also misspelt."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.understanding.lexicon import Lexicon
from bot.understanding.tokens import as_name, is_han, is_hangul, letters, spelling

DOMINANT = 2.5
"""A city means its largest US namesake if that has at least so many times the people of the next one.

At 3 the Cicero and the Albertville that hotlines hear of (2.7 and 2.9 times their namesakes) would always be asked
about; Aurora, Springfield, Auburn and Decatur stay open at either figure."""

MANY_PEOPLE = 60
"""Thousands of people from which a city's name raises a doubt in small letters."""

MANY_PEOPLE_MISSPELT = 100
"""Thousands of people from which a city's name is recognised misspelt: "campaign" is not Champaign (88)."""

_SHORTEST_MISSPELT = 5
_SHORTEST_MISSPELT_CITY = 7
_TWO_SLIPS = 8
_DENSE = re.compile("[\u0600-\u06ff\u0900-\u097f]")


@dataclass(frozen=True)
class City:
    """A name that US cities share: states by thousands of people, largest first.

    `common`: also a word or a name. `abroad`: also a country, a far larger city abroad or a phrase, so it counts only
    with its state.
    """

    common: bool
    abroad: bool
    people: Mapping[str, int]

    @property
    def states(self) -> tuple[str, ...]:
        """The states it may mean: one where the largest namesake dominates."""
        sizes = list(self.people.values())
        meant = 1 if len(sizes) == 1 or sizes[0] >= DOMINANT * max(sizes[1], 1) else len(sizes)
        return tuple(self.people)[:meant]

    @property
    def large(self) -> bool:
        """Whether its largest namesake has many people."""
        return next(iter(self.people.values())) >= MANY_PEOPLE


class Gazetteer:
    """Looks names up. `cities` has the English names, `others` their names in other scripts.

    `known` are words that are never taken for a misspelt name; `offices` are names that mean a state, with its code.
    """

    def __init__(
        self, lexicon: Lexicon, cities: Path, others: Path, known: Iterable[str], offices: Mapping[str, str]
    ) -> None:
        self.display: dict[str, dict[str, str]] = {
            language: {code: names[0] for code, names in states.items()}
            for language, states in lexicon.by_language("states").items()
        }
        self.codes = {code for states in self.display.values() for code in states}
        self.shared = {as_name(name): tuple(codes) for name, codes in lexicon.common("shared_names").items()}
        self.states = _states(lexicon)
        self.states.update((as_name(name), (code,)) for name, code in offices.items())
        self.cities = dict(_read(cities))
        self._official = {*self.cities, *(as_name(name) for _, name in _pairs(others))}
        for english, name in (*_pairs(others), *((english, name) for _, english, name in lexicon.named("cities"))):
            self._also_called(as_name(english), as_name(name), frozenset(lexicon.common("nobodys_names")))
        self.longest: dict[str, int] = defaultdict(int)
        for name in (*self.states, *self.cities, *self.shared):
            first, *more = name.split()
            self.longest[first] = max(self.longest[first], len(more) + 1)
        self._known = frozenset(map(spelling, (*known, *lexicon.pooled("not_misspelt"))))

    @property
    def names(self) -> Iterator[str]:
        """Every name that can be looked up."""
        yield from (*self.states, *self.cities, *self.shared)

    def knows(self, word: str) -> bool:
        """Whether a folded word is a word, and no misspelt name."""
        return word in self._known

    def may_be_misspelt(self, word: str) -> bool:
        """Whether a folded word, with or without what is attached to it, is long enough to be a misspelt name."""
        return is_hangul(word) or (len(word) >= _SHORTEST_MISSPELT and not is_han(word))

    def misspelt(self, word: str) -> str | None:
        """The state or large city that a folded word is most likely a misspelling of.

        One slip (optimal string alignment distance 1), two from eight letters on; the first letter must be right. In
        scripts that write few vowels a slip makes another word: one at most, in no city, and in no Arabic name in al-.
        """
        if self.knows(word) or not self.may_be_misspelt(word) or any(map(str.isdigit, word)):
            return None
        spelt = letters(word)
        if len(spelt) < _SHORTEST_MISSPELT:
            return None
        slips = 2 if len(spelt) >= _TWO_SLIPS and not _DENSE.match(word) else 1
        near = process.extractOne(spelt, self._spelt.get(spelt[0], {}), scorer=OSA.distance, score_cutoff=slips)
        return near[2] if near else None

    @cached_property
    def _spelt(self) -> dict[str, dict[str, str]]:
        """The names that may be misspelt, by first letter: name -> how it is spelt out.

        Of states those that are shown: a slip in a nickname or in a misspelling is any word ("taxes" and "texes").
        """
        shown = {as_name(name) for states in self.display.values() for name in states.values()}
        cities = {
            name
            for name, city in self.cities.items()
            if name in self._official
            and not (city.common or _DENSE.match(name) or is_hangul(name))
            and len(city.states) == 1
            and max(city.people.values()) >= MANY_PEOPLE_MISSPELT
        }
        by_letter: dict[str, dict[str, str]] = {}
        for names, shortest in ((shown, _SHORTEST_MISSPELT), (cities, _SHORTEST_MISSPELT_CITY)):
            for name in sorted(names):
                spelt = letters(name)
                if len(spelt) >= shortest and not (" " in name or is_han(name) or name.startswith("ال")):
                    by_letter.setdefault(spelt[0], {})[name] = spelt
        return by_letter

    def _also_called(self, english: str, name: str, nobodys: frozenset[str]) -> None:
        """One more name of a city; in scripts without capitals "Mobile" is written otherwise than a telephone."""
        if name in self.states or not name:
            return
        if english in self.states:
            self.states[name] = self.states[english]
        elif english in self.cities:
            same = self.cities.get(name, self.cities[english])
            people = dict(same.people) | dict(self.cities[english].people)
            ordered = dict(sorted(people.items(), key=lambda item: -item[1]))
            both = (same, self.cities[english])
            common = any(c.common for c in both) and (english not in nobodys or name[0].upper() != name[0])
            self.cities[name] = City(common, any(c.abroad for c in both), ordered)


def _states(lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    """Every name of a state; one that means different states in different languages keeps them all."""
    states: dict[str, tuple[str, ...]] = {}
    for _, code, name in lexicon.named("states"):
        key = as_name(name)
        states[key] = tuple(dict.fromkeys((*states.get(key, ()), code)))
    return states


def _pairs(path: Path) -> Iterator[tuple[str, str]]:
    """(English name, name) of a table with an English name and its other names on each line."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            english, *names = line.split("\t")
            yield from ((english, name) for name in names)


def _read(path: Path) -> Iterator[tuple[str, City]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        name, flag, people = line.split("\t")
        city = City(bool(flag), flag == "abroad", {s: int(n) for s, n in (item.split(":") for item in people.split())})
        yield name, city
        for long, short in (("saint ", "st "), ("fort ", "ft "), ("mount ", "mt ")):
            for written, other in ((long, short), (short, long)):
                if name.startswith(written) or f" {written}" in name:
                    yield name.replace(written, other), city
