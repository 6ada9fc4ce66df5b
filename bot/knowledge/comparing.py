"""A translation held against its English, by rules that need no reader of the language.

They find a changed number, a lost placeholder, a new link, an invisible control, a sentence left in English, another
script, a term that is not the glossary's. They cannot find a wrong word: that takes a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bot.knowledge.parsing import Fault, parse

Glossary = Mapping[str, Sequence[str]]
"""English terms and how a language says them: one of the ways must stand where the English has the term."""

PLACEHOLDERS = frozenset(
    [
        "hotline",
        "subject",
        "hours",
        "state",
        "question",
        "number",
        "name",
        "language",
        "text",
        "date",
        "by",
        "page",
        "pages",
        "languages",
        "days",
        "open",
        "closed",
        "note",
        "words",
    ]
)
"""The only names that `{name}` in a text of the program may have."""

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_ADDRESS = re.compile(
    r"\b[a-z][a-z0-9+.-]*://\S*|\]\(|(?<!\w)@\w{3,}|\b[\w.+-]+@[\w-]+|\b(?:[\w-]{2,}\.)+[a-z]{2,}\b"
    r"|\b(?:[\w-]+\.)+[a-z]{2,}/",
    re.IGNORECASE,
)
"""Whatever Telegram makes a link of: addresses with and without http, user names, mail addresses."""
_COMMAND = re.compile(r"(?<![\w/])/[a-z]+\b")
_CONTROLS = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_MONTH = re.compile(r"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_LIST = re.compile(r"(?m)^(?:(\d+)\.|[-•]) ")
_LONG_NUMBER = 3
"""Digits from which on a number is likely somebody's to call: it must stand there as often as in the English."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_RUN = 6
"""So many words in a row that stand in the English too are a sentence nobody has translated."""

_LONGEST, _SHORTEST = 2.6, 0.2
"""Lengths against the English. Chinese comes down to a fifth; the longest fair one seen was 2.2 times."""

_SCRIPTS = {"zh": "CJK", "ko": "HANGUL", "ar": "ARABIC", "hi": "DEVANAGARI", "ru": "CYRILLIC", "uk": "CYRILLIC"}
_FOREIGN_LETTERS = {"ru": "іїєґІЇЄҐ", "uk": "ыэъёЫЭЪЁ"}
_LEAST_OWN_SCRIPT = 0.5


def compare(language: str, english: str, text: str, glossary: Glossary | None = None) -> Iterator[str]:
    """What is wrong with one translation, each fault as a sentence that follows "the es translation"."""
    if text.strip() == english.strip() and len(re.findall(r"[^\W\d_]{3,}", english)) > 2:  # noqa: PLR2004 - a name
        yield "is the English"
        return
    yield from _figures(english, text)
    if placeholders(english) != placeholders(text) or text.count("{") != english.count("{"):
        yield "has other placeholders"
    if text.count("**") != english.count("**"):
        yield "has other ** marks"
    if Counter(_ADDRESS.findall(text)) != Counter(_ADDRESS.findall(english)):
        yield "has other addresses"
    if set(_COMMAND.findall(text)) != set(_COMMAND.findall(english)):
        yield "has other commands"
    if Counter(re.findall(r"[<>]", text)) != Counter(re.findall(r"[<>]", english)):
        yield "has < or > where the English has none"
    if found := _CONTROLS.search(text):
        yield f"holds an invisible control character (U+{ord(found[0]):04X})"
    if _LIST.findall(text) != _LIST.findall(english) or text.count("\n\n") != english.count("\n\n"):
        yield "has other paragraphs or list lines"
    if len(english) > 40 and not _SHORTEST < len(text) / len(english) < _LONGEST:  # noqa: PLR2004 - a button's label
        yield f"is {len(text) / len(english):.1f} times as long as the English"
    yield from _words(language, english, text)
    said = re.sub(r"\{[a-z_]+\}|/[a-z]+", "", english)  # a placeholder or a command is no term
    for term, ways in (glossary or {}).items():
        if _has(said, term) and not any(_plain(way) in _plain(text) for way in ways):
            yield f"says “{term}” in none of the glossary's ways ({', '.join(ways)})"


def placeholders(text: str) -> set[str]:
    """The names of a text's placeholders."""
    return set(_PLACEHOLDER.findall(text)) & PLACEHOLDERS


def numbers(text: str) -> set[str]:
    """The numbers in a text, without the signs that languages put between digits and without list numbers."""
    return set(_all_numbers(text))


def _all_numbers(text: str) -> list[str]:
    found = re.findall(r"\d[\d.,/-]*\d|\d", re.sub(r"(?m)^\d+\. ", "", text))
    return [re.sub(r"\D", "", number) for number in found]


def _to_call(text: str) -> Counter[str]:
    return Counter(n for n in _all_numbers(text) if len(n) >= _LONG_NUMBER and not _YEAR.fullmatch(n))


def read_glossary(path: Path) -> tuple[dict[str, list[str]], list[Fault]]:
    """The glossary of one language, empty where there is no file; and what is wrong with it."""
    if not path.is_file():
        return {}, []
    data, lines, faults = parse(path.read_text(encoding="utf-8"), str(path))
    if not isinstance(data, dict):
        return {}, [*faults, Fault(str(path), 1, "a glossary is a list of `English term: [ways of saying it]`")]
    faults += [
        Fault(str(path), lines.get((term,), 0), f"{term!r} needs a list of ways of saying it")
        for term, ways in data.items()
        if not (isinstance(ways, list) and ways and all(isinstance(way, str) for way in ways))
    ]
    return ({}, faults) if faults else (data, [])


def _figures(english: str, text: str) -> Iterator[str]:
    if lost := ", ".join(sorted(numbers(english) - numbers(text))):
        yield f"lacks the number {lost}"
    added = numbers(text) - numbers(english) - {str(_MONTHS.index(month) + 1) for month in _MONTH.findall(english)}
    if added:
        yield f"has the number {', '.join(sorted(added))}, which the English has not"
    said, meant = _to_call(text), _to_call(english)
    if differs := ", ".join(sorted(n for n in said | meant if said[n] != meant[n] and n in said and n in meant)):
        yield f"has the number {differs} not as often as the English"


def _words(language: str, english: str, text: str) -> Iterator[str]:
    """Sentences left in English, letters of another script."""
    said = re.findall(r"[a-z']+", text.lower())
    known = " ".join(re.findall(r"[a-z']+", english.lower()))
    if any(f" {' '.join(said[n : n + _RUN])} " in f" {known} " for n in range(len(said) - _RUN + 1)):
        yield "has a sentence that is still English"
    letters = [c for c in re.sub(r"\{[a-z_]+\}", "", text) if c.isalpha()]
    own = _SCRIPTS.get(language, "LATIN")
    if any(c in _FOREIGN_LETTERS.get(language, "") for c in letters):
        yield "has letters of a neighbouring language"
    of_own = sum(unicodedata.name(c, "?").startswith(own) for c in letters)
    least = _LEAST_OWN_SCRIPT if own != "LATIN" else 1.0
    if len(letters) > 20 and of_own < least * len(letters):  # noqa: PLR2004 - "ICE" and other names
        yield f"is not in {own.capitalize()} letters"


def _has(english: str, term: str) -> bool:
    return re.search(rf"\b{re.escape(term)}s?\b", english, re.IGNORECASE) is not None


def _plain(text: str) -> str:
    return text.replace("**", "").casefold()
