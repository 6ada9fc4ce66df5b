"""Text divided into the pieces that names are made of, in scripts with spaces between words and without."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from bot.understanding.text import fold

_HAN = "\u3005\u3400-\u9fff\uf900-\ufaff"
_HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"
_ARABIC = "\u0620-\u065f\u066e-\u06d3\u06d5-\u06ef\u06fa-\u06ff\u0750-\u077f"
_OTHER = f"(?:(?![_{_HAN}{_HANGUL}{_ARABIC}])[\\w\u0300-\u036f\u0900-\u0903\u093a-\u094f])+"
_RUN = re.compile(rf"[{_HAN}]+|[{_HANGUL}]+|[{_ARABIC}]+|{_OTHER}(?:['.]{_OTHER})*")
_DROPPED = re.compile(r"'s$|['.]", re.MULTILINE)
_BEGINS_HAN, _BEGINS_HANGUL = re.compile(f"[{_HAN}]"), re.compile(f"[{_HANGUL}]")
_SPELLING = str.maketrans({
    **dict.fromkeys("أإآٱ", "ا"), "ى": "ي", "ی": "ي", "ې": "ي", "ة": "ه", "ک": "ك", "ؤ": "و", "ـ": None,
    **{chr(mark): None for mark in (*range(0x64B, 0x660), 0x670, 0x93C)},  # Arabic vowels, the dot of Devanagari
    "ँ": "ं", "ॉ": "ा", "ऑ": "आ", "ё": "е", "ґ": "г",
})  # fmt: skip
"""Letters that people write one for the other."""

_LONGEST_ATTACHED = 4
_LONGEST_KOREAN = 40
"""Longer runs of Korean letters are no name with endings; looking for one takes the square of their length."""
_LONGEST_ENDINGS = 12
"""Korean syllables; particles that follow one another are seldom more than five."""


class Token(NamedTuple):
    """A word, or a part of one where a script puts no spaces: as compared, as written, and where."""

    folded: str
    written: str
    start: int
    end: int

    @property
    def code(self) -> str:
        """The token as a postal code would be written."""
        return self.written.replace(".", "").upper()

    @property
    def large(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.written[:1].isupper()

    @property
    def caseless(self) -> bool:
        """Whether its script knows no capital letters."""
        return not self.written[:1].isdigit() and self.written.upper() == self.written.lower()


def spelling(text: str) -> str:
    """Folded text in which letters that people write one for the other are one."""
    return fold(text).translate(_SPELLING)


def runs(text: str) -> list[Token]:
    """The words of a cleaned text, parted where the script changes; a run of Chinese characters is one."""
    found = list(_RUN.finditer(text.replace("’", "'")))
    written = [run[0] for run in found]
    # All at once, a line each: one by one the short ones would cost most of the time.
    folded = _DROPPED.sub("", spelling("\n".join(written))).split("\n")
    return [Token(f, w.removesuffix("'s"), *run.span()) for f, w, run in zip(folded, written, found, strict=False)]


def as_name(text: str) -> str:
    """A name in the form in which names are looked up."""
    return " ".join(token.folded for token in runs(text))


def as_phrase(text: str) -> str:
    """A phrase in the form in which the tokens around a name are compared: Chinese characters one by one."""
    return " ".join(" ".join(token.folded) if is_han(token.folded) else token.folded for token in runs(text))


def is_han(text: str) -> bool:
    """Whether a text begins with a Chinese character."""
    return _BEGINS_HAN.match(text) is not None


def is_hangul(text: str) -> bool:
    """Whether a text begins with a Korean letter."""
    return _BEGINS_HANGUL.match(text) is not None


def letters(word: str) -> str:
    """The letters in which slips are counted: those that a Korean syllable is made of."""
    return unicodedata.normalize("NFD", word) if is_hangul(word) else word


def made_of(text: str, parts: frozenset[str]) -> list[str] | None:
    """A text without spaces as a sequence of `parts`, or None; linear in its length, and soon done where it is none."""
    longest = max(map(len, parts), default=0)
    reached: dict[int, int] = {0: 0}
    farthest = 0
    for end in range(1, len(text) + 1):
        if end - farthest > longest:
            return None  # no part is long enough to go on from what was reached
        start = next((s for s in range(max(0, end - longest), end) if s in reached and text[s:end] in parts), None)
        if start is not None:
            reached[end], farthest = start, end
    if len(text) not in reached:
        return None
    found, at = [], len(text)
    while at:
        found.append(text[reached[at] : at])
        at = reached[at]
    return found[::-1]


def one_of(phrases: Sequence[str]) -> str:
    """A pattern for any of some phrases, the earlier first where they begin alike.

    They go by their first letters: at most places of a text one look at a letter is enough.
    """
    by_first: dict[str, list[str]] = {}
    for phrase in phrases:
        by_first.setdefault(phrase[0], []).append(re.escape(phrase[1:]))
    firsts = "".join(map(re.escape, by_first))
    branches = "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in by_first.items())
    return f"(?=[{firsts}])(?:{branches})"


class Splitter:
    """Divides text into tokens so that a name stands alone: without prefixes, endings and the characters beside it.

    `names` are looked-up names, `attached` prefixes (French l', Arabic prepositions), `endings` Korean particles.
    """

    def __init__(self, names: Iterable[str], attached: Iterable[str], endings: Iterable[str]) -> None:
        self._words = frozenset(word for name in names for word in name.split())
        self.attached = frozenset(map(as_name, attached))
        self._attached_firsts = frozenset(name[0] for name in self.attached)
        self.endings = frozenset(endings)
        han = sorted((word for word in self._words if is_han(word)), key=len, reverse=True)
        self._han = re.compile(f"{one_of(han)}|.") if han else re.compile(".")

    def tokens(self, text: str) -> list[Token]:
        """The tokens of a cleaned text, in order."""
        return [token for run in runs(text) for token in self._divided(run)]

    def stems(self, token: Token) -> Iterator[str]:
        """A token as compared, then without what may be attached to it."""
        yield token.folded
        if is_hangul(token.folded):
            ends = range(len(token.folded) - 1, max(1, len(token.folded) - _LONGEST_ENDINGS), -1)
            yield from (token.folded[:end] for end in ends if made_of(token.folded[end:], self.endings))
        elif token.caseless:
            starts = range(1, min(_LONGEST_ATTACHED, len(token.folded)))
            yield from (token.folded[start:] for start in starts if token.folded[:start] in self.attached)

    def _divided(self, run: Token) -> Iterable[Token]:
        if is_han(run.written):
            parts = self._han.finditer(run.written)
            return [Token(part[0], part[0], run.start + part.start(), run.start + part.end()) for part in parts]
        if run.folded in self._words:
            return (run,)
        if is_hangul(run.written) and len(run.written) <= _LONGEST_KOREAN:
            return self._without_endings(run)
        if run.folded[:1] in self._attached_firsts and (run.caseless or "'" in run.written):
            return self._without_prefix(run)
        return (run,)

    def _without_endings(self, run: Token) -> Iterator[Token]:
        for end in range(len(run.written), -1, -1):
            name = run.written[:end]
            after = made_of(run.written[end:], self.endings) if not name or name in self._words else None
            if after:
                at = run.start
                for part in (name, *after):
                    if part:
                        yield Token(part, part, at, at + len(part))
                    at += len(part)
                return
        yield run

    def _without_prefix(self, run: Token) -> Iterator[Token]:
        for cut in range(min(_LONGEST_ATTACHED, len(run.written) - 1), 0, -1):
            before = as_name(run.written[:cut])
            if before in self.attached and (name := as_name(run.written[cut:])) in self._words:
                at = run.start + cut
                yield Token(before, run.written[:cut], run.start, at)
                yield Token(name, run.written[cut:], at, run.end)
                return
        yield run
