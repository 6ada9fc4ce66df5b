"""Which state a message is about: what it names, where its author says she is, and what she denies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.understanding.cues import Cues
from bot.understanding.finding import Finder, Hit
from bot.understanding.gazetteer import Gazetteer
from bot.understanding.lexicon import Lexicon
from bot.understanding.tokens import Splitter, as_name, is_han


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


class Places:
    """Finds states in text. Built once; `known` are words that are never taken for a misspelt name.

    `offices`: more names that mean a state, such as its offices', with its code.
    """

    def __init__(
        self, lexicon: Lexicon, tables: Path, known: Iterable[str] = (), offices: Mapping[str, str] | None = None
    ) -> None:
        self._names = Gazetteer(lexicon, tables / "us_cities.tsv", tables / "us_city_names.tsv", known, offices or {})
        endings = lexicon.pooled("endings")
        # As words of their own, Chinese phrases keep the name of a place inside them from being one.
        words = (*self._names.names, *map(as_name, filter(is_han, lexicon.pooled("not_places"))))
        self._splitter = Splitter(words, lexicon.pooled("attached"), endings)
        self._cues = Cues(lexicon)

    def name(self, code: str, language: str) -> str:
        """The state's name in a language, else in English."""
        display = self._names.display
        return display.get(language, display["en"]).get(code) or display["en"][code]

    def find(self, text: str, language: str | None = None, *, expected: bool = False) -> Found:
        """The states that a cleaned text names. `expected`: she was asked for her state, so a bare city counts too.

        `language`: what the text is most likely in; some words are a state's name or code in other languages only.
        """
        finder = Finder(self._names, self._cues, self._splitter, text, expected=expected, language=language)
        hits = list(finder.hits())
        denied = [hit for hit in hits if finder.denied(hit)]
        left = [hit for hit in hits if finder.left(hit)]
        if len({hit.first for hit in (*denied, *left)}) == len(hits):
            denied += left
        no = {hit.first for hit in denied}
        sure = [hit for hit in hits if hit.first not in no and not hit.doubtful]
        states = list(dict.fromkeys(hit.states[0] for hit in sure if len(hit.states) == 1))
        unclear = [hit.states for hit in hits if hit.first not in no and (len(hit.states) > 1 or hit.doubtful)]
        unclear = [] if states else unclear
        return Found(
            tuple(states),
            unclear[0] if unclear else (),
            tuple(text[finder.tokens[hit.first].start : finder.tokens[hit.last].end] for hit in hits),
            _without(text, finder, [hit for hit in hits if not hit.doubtful]),
            own=any(finder.hers(hit) for hit in sure),
            denied=tuple(dict.fromkeys(state for hit in denied for state in hit.states if state not in states)),
        )


def _without(text: str, finder: Finder, hits: list[Hit]) -> str:
    rest, position = "", 0
    for hit in hits:
        start, end = finder.span(hit)
        rest += text[position:start]
        position = end
    return re.sub(r"\s+", " ", rest + text[position:]).strip()
