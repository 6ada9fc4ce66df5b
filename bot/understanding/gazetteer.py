"""Names of states and cities, in all languages at once, also misspelt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.understanding.lexicon import Lexicon
from bot.understanding.text import fold, words

DOMINANT = 2.5
"""A city means its largest US namesake if that has at least so many times the people of the next one.

At 3 the Cicero and the Albertville that hotlines hear of (2.7 and 2.9 times their namesakes) would always be asked
about; Aurora, Springfield, Auburn and Decatur stay open at either figure."""

MANY_PEOPLE = 60
"""Thousands of people from which a city's name is recognised misspelt, and raises a doubt in small letters."""

_SHORTEST_MISSPELT = 5


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
    """Looks names up. `known` are folded words that are never taken for a misspelt name."""

    def __init__(self, lexicon: Lexicon, cities: Path, known: Iterable[str]) -> None:
        self.display: dict[str, dict[str, str]] = {
            language: {code: names[0] for code, names in states.items()}
            for language, states in lexicon.by_language("states").items()
        }
        self.codes = {code for states in self.display.values() for code in states}
        self.states: dict[str, tuple[str, ...]] = {
            " ".join(words(fold(name.replace(".", "")))): (code,) for _, code, name in lexicon.named("states")
        }
        self.shared = {name: tuple(codes) for name, codes in lexicon.common("shared_names").items()}
        self.cities = dict(_read(cities))
        self._known = frozenset(known) | lexicon.pooled("not_misspelt")

    def misspelt(self, word: str) -> str | None:
        """The state or large city that a folded word is most likely a misspelling of.

        One slip (optimal string alignment distance 1), two from eight letters on; the first letter must be right.
        """
        if len(word) < _SHORTEST_MISSPELT or word in self._known or not word.isalpha():
            return None
        slips = 2 if len(word) > 7 else 1  # noqa: PLR2004
        near = process.extractOne(word, self._spelt.get(word[0], ()), scorer=OSA.distance, score_cutoff=slips)
        return near[0] if near else None

    @cached_property
    def _spelt(self) -> dict[str, list[str]]:
        cities = [
            name
            for name, city in self.cities.items()
            if not city.common and city.large and len(city.states) == 1 and len(name) > 6 and " " not in name  # noqa: PLR2004
        ]
        by_letter: dict[str, list[str]] = {}
        for name in [*(n for n in self.states if len(n) >= _SHORTEST_MISSPELT and " " not in n), *cities]:
            by_letter.setdefault(name[0], []).append(name)
        return by_letter


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
