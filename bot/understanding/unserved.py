"""Languages that Amparo does not answer in: recognised by script, letters or words, so that they are never mistaken."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from bot.knowledge.parsing import parse
from bot.understanding.text import fold, words

SERVED_SCRIPTS = {
    "CYRILLIC": ("ru", "uk"),
    "ARABIC": ("ar",),
    "HANGUL": ("ko",),
    "CJK": ("zh",),
    "DEVANAGARI": ("hi",),
    "LATIN": (),
}
"""The scripts that served languages are written in, and the languages that have one of their own."""

_WEIGHTS = {"CJK": 3, "HANGUL": 2, "HIRAGANA": 3, "KATAKANA": 3}
"""A character that is a syllable or a word counts for more than a letter: "帮我找ICE office" is Chinese."""

_NAMES_AND_LOANS = 4
"""A text with one letter in four of another script is in that one, whatever Latin names are in it."""

LEAST_SHARE = 0.2
"""The share of words that must be an unserved language's own: none of 4,322 messages in served languages had it while
less than half of their words were known from the served languages' texts (`docs/languages.md`)."""

MOST_KNOWN = 0.5
_LEAST_WORDS = 2


@dataclass(frozen=True)
class Unserved:
    """One such language: how it is told, what people call it, and what is said in it (unread by its people)."""

    code: str
    script: str | None
    letters: frozenset[str]
    words: frozenset[str]
    names: tuple[str, ...]
    line: str | None


@cache
def unserved_languages() -> Mapping[str, Unserved]:
    """All of them by code, as the table beside this module lists them."""
    path = Path(__file__).with_name("unserved.yaml")
    table: dict[str, dict[str, Any]] = parse(path.read_text(encoding="utf-8"), path.name)[0]
    return {
        code: Unserved(
            code,
            entry.get("script"),
            frozenset(entry.get("letters") or ""),
            frozenset(fold(word).replace("'", "") for word in entry.get("words") or ()),
            tuple(entry["names"]),
            entry.get("line"),
        )
        for code, entry in table.items()
    }


def script_of(text: str) -> str | None:
    """The script that most of a text is in, as Unicode calls it; None where there is no letter."""
    found: Counter[str] = Counter()
    for character, times in Counter(filter(str.isalpha, text)).items():
        script = _script(character)
        found[script] += times * _WEIGHTS.get(script, 1)
    kana = found.pop("KATAKANA", 0) + found.get("HIRAGANA", 0)
    if kana and kana * 8 >= found.get("CJK", 0):
        return "HIRAGANA"  # Japanese: no Chinese text has these
    others = sum(found.values()) - found["LATIN"]
    if others * _NAMES_AND_LOANS > found["LATIN"]:
        del found["LATIN"]
    return found.most_common(1)[0][0] if found else None


@lru_cache(maxsize=10_000)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").split()[0]


def by_letters(text: str, script: str) -> str | None:
    """The unserved language that a text in a script other than Latin is in, or None."""
    found = [language for language in unserved_languages().values() if language.script == script]
    for language in found:
        if not language.letters.isdisjoint(text.casefold()):
            return language.code
    said = words(fold(text))
    told = {language.code: _share(said, language) for language in found}
    best = max(told, key=lambda code: told[code], default=None)
    if best and told[best] >= LEAST_SHARE:
        return best
    if script in SERVED_SCRIPTS or not found:
        return None
    return found[0].code


def by_words(said: list[str], known: float) -> str | None:
    """The unserved language that folded words of Latin letters are in, or None.

    `known`: how many of them, from 0 to 1, are words of the likeliest served language.
    """
    if known >= MOST_KNOWN:
        return None
    latin = [language for language in unserved_languages().values() if language.script is None]
    told = {language.code: _share(said, language) for language in latin}
    best = max(told, key=lambda code: told[code], default=None)
    return best if best and told[best] >= LEAST_SHARE else None


def _share(said: Iterable[str], language: Unserved) -> float:
    """How many of a text's words are the language's own, from 0 to 1; 0 for a single one of them."""
    all_words = list(said)
    own = [word for word in all_words if word in language.words]
    return len(own) / len(all_words) if len(set(own)) >= _LEAST_WORDS else 0.0
