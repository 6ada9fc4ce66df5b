"""Clean, cap and normalise what people type."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import dropwhile
from typing import Any

MAX_TEXT = 4096
"""Characters of a message that are looked at for state and emergency: Telegram's own limit for one message."""

MAX_FUZZY = 300
"""Characters that fuzzy scoring sees. One message of 4,096 costly characters once took 150 s of CPU uncapped."""

_MAX_MARKS = 3
_JOINERS = "\u200c\u200d"
_DROPPED = {"Cc", "Cf", "Cs", "Cn", "Co"}
_NOT_DECOMPOSED = str.maketrans(
    {"đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "ø": "o", "ß": "ss", "ı": "i", "’": "'", "‘": "'"}
)
_VARIANTS = str.maketrans("أإآٱىةؤئёґ\u0901", "اااايهويег\u0902", "\u0640\u093c")
"""Letters that people write one for the other: Arabic alef, ya and ta marbuta, Russian yo; no tatweel, no nukta."""
_VOWELS = re.compile("[\u064b-\u065f\u0670]")
"""Arabic vowel marks, which nobody types on a telephone."""
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
"""A letter three times and more is one letter: ayudaaaa, heeelp."""
_MARKS = "\u0300-\u036f\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963"
"""Combining marks of Latin, Arabic and Devanagari, which belong to their words and which \\w leaves out."""
_HAS_NOT_DECOMPOSED, _HAS_VARIANTS = (re.compile(f"[{''.join(map(chr, t))}]") for t in (_NOT_DECOMPOSED, _VARIANTS))
_MAYBE_MARK = re.compile(r"[^\w\0-\u02ff]")
_LATIN = "".join(letter for letter in map(chr, range(0x250)) if letter.isalpha())
_AFTER_LATIN = re.compile(f"[\u0300-\u036f](?<=[{_LATIN}].)[\u0300-\u036f]*")
_RARE_AFTER_LATIN = re.compile(f"{_MAYBE_MARK.pattern}(?<=[{_LATIN}].){_MAYBE_MARK.pattern}*")
"""Marks of other scripts, or punctuation."""
_SPACES = re.compile(" {2,}")
_HAN = re.compile("([\u3400-\u9fff]+)")
_BETWEEN = re.compile(r"(?<=[a-z])(?=[A-Z])|[\W\d_]+")
WORD = re.compile(rf"[\w{_MARKS}]+(?:'[\w{_MARKS}]+)*")


def clean(text: str) -> str:
    """The text without what no person types: control, direction, private and unassigned characters, heaps of marks.

    At most 4,096 characters, NFKC; joiners that Persian and Indic scripts need are kept; white space becomes one
    space. Cleaning twice changes nothing.
    """
    text = unicodedata.normalize("NFKC", text[:MAX_TEXT])[:MAX_TEXT]
    if not text.isprintable():
        # A tab or a line end is a space from here on.
        text = text.translate(
            {ord(c): " " if c.isspace() else None for c in set(text) if c.isspace() or _is_dropped(c)}
        )
    if _MAYBE_MARK.search(text):
        text = _without_heaps(text)
    return unicodedata.normalize("NFKC", _SPACES.sub(" ", text).strip())[:MAX_TEXT].strip()


def _is_dropped(character: str) -> bool:
    return unicodedata.category(character) in _DROPPED and character not in _JOINERS


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) == "Mn"


def _without_heaps(text: str) -> str:
    """The text with at most three marks on a letter, and with none on nothing."""
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if _is_mark(character) else 0
        if marks <= _MAX_MARKS and not (marks and kept[-1:] in ([], [" "])):
            kept.append(character)
    return "".join(kept)


def fold(text: str) -> str:
    """Cleaned text in the form in which texts are compared: small letters, without the marks that people leave out."""
    if text.isascii():
        return _STRETCHED.sub(r"\1", text.casefold())
    plain = _replaced(text.casefold(), _HAS_NOT_DECOMPOSED, _NOT_DECOMPOSED)
    bare = _RARE_AFTER_LATIN.sub(_without_marks, _AFTER_LATIN.sub("", unicodedata.normalize("NFD", plain)))
    plain = _replaced(unicodedata.normalize("NFC", bare), _HAS_VARIANTS, _VARIANTS)
    return _STRETCHED.sub(r"\1", unicodedata.normalize("NFC", _VOWELS.sub("", plain)))


def _replaced(text: str, has: re.Pattern[str], table: Mapping[int, Any]) -> str:
    """The text translated; most have nothing to translate, which a search finds out far faster."""
    return text.translate(table) if has.search(text) else text


def _without_marks(found: re.Match[str]) -> str:
    return "".join(dropwhile(_is_mark, found[0]))


def fold_each(texts: Sequence[str]) -> list[str]:
    """Cleaned texts folded, all at once: far faster than one by one where they are many and short."""
    return fold("\n".join(texts)).split("\n") if texts else []


def words(folded: str) -> list[str]:
    """The words of folded text; an apostrophe inside a word is dropped (can't -> cant)."""
    return [word.replace("'", "") for word in WORD.findall(folded)]


def tokens(folded: str) -> list[str]:
    """The words of folded text; Chinese, which has no spaces, in overlapping pairs of characters."""
    if not _HAN.search(folded):
        return words(folded)
    found: list[str] = []
    for word in words(folded):
        for run in filter(None, _HAN.split(word)):
            found += [run[n : n + 2] for n in range(max(1, len(run) - 1))] if _HAN.match(run) else [run]
    return found


def cap(text: str, most: int = MAX_FUZZY) -> str:
    """The start and the end of a text that is longer than `most` characters, cut between words where possible."""
    if len(text) <= most:
        return text
    half = (most - 1) // 2
    start, end = text[:half], text[-half:]
    return f"{start.rpartition(' ')[0] or start} {end.partition(' ')[2] or end}"


def windows(text: str, most: int = MAX_FUZZY) -> list[str]:
    """The whole text in pieces of at most `most` characters, cut after sentences where possible."""
    pieces: list[str] = []
    current = ""
    for sentence in re.split(r"(?<=[.!?。？！…\n])\s+", text):
        if current and len(current) + 1 + len(sentence) > most:
            pieces.append(current)
            current = ""
        current = f"{current} {sentence}".strip()
        while len(current) > most:
            cut = current.rfind(" ", 1, most)
            cut = cut if cut > 0 else most
            pieces.append(current[:cut])
            current = current[cut:].strip()
    return [*pieces, current] if current else pieces


def names(ids: Iterable[str]) -> dict[str, list[str]]:
    """What each id says in its author's words (`card_arrival`, `TurnOn`): one more phrasing, or none.

    None where several say the same: `topic1`, `topic2`.
    """
    said = {one: _BETWEEN.sub(" ", one).strip() for one in ids}
    often = Counter(said.values())
    return {one: [name] if name and often[name] == 1 else [] for one, name in said.items()}
