"""A volunteer's note about the person who asks: told apart from the question, and read for place and language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.understanding.lexicon import Lexicon
from bot.understanding.places import Found, Places
from bot.understanding.switching import Switching
from bot.understanding.text import clean, fold, words

_MOST_NOTE = 120
_BETWEEN = re.compile(r"[:：]|\n+|\s[-–—]+\s|(?=[\"“«„「『])")
_LEFT_BEHIND = re.compile(r"^[\s:：\-–—]+")


@dataclass(frozen=True)
class NoteRead:
    """What a note names: a place, a language; `asks`: the question itself must follow."""

    place: Found
    language: str | None = None
    asks: bool = False


class Notes:
    """Knows what notes are made of: places, languages, and the words about people who call."""

    def __init__(self, lexicon: Lexicon, places: Places, switching: Switching) -> None:
        self._places = places
        self._switching = switching
        self._asks = _words(lexicon.pooled("note_asks"))
        self._words = _words(lexicon.pooled("note_words")) | self._asks
        # Scripts without spaces: their words are found inside a run of letters, the longest first.
        unspaced = sorted((w for w in self._words if not w.isascii() and len(w) > 1), key=len, reverse=True)
        self._unspaced = re.compile("|".join(map(re.escape, unspaced)) or r"(?!)")

    def split(self, text: str) -> tuple[str, str]:
        """The note in front of a pasted question and the question; either may be empty."""
        for found in _BETWEEN.finditer(text[:_MOST_NOTE]):
            head, tail = text[: found.start()], _LEFT_BEHIND.sub("", text[found.end() :])
            if words(fold(tail)) and self.is_note(head):
                return head, tail
        return (text, "") if len(text) <= _MOST_NOTE and self.is_note(text) else ("", text)

    def is_note(self, text: str) -> bool:
        """Whether a text speaks of a person, a place or a language and asks nothing."""
        found = self._places.find(clean(text))
        said = words(fold(found.rest))
        named = bool(found.evidence) or any(self._known(word) for word in said)
        return named and all(self._known(word) or self._switching.only_fillers([word]) for word in said)

    def read(self, note: str) -> NoteRead:
        """The place and the language that a note names."""
        cleaned = clean(note)
        found = self._places.find(cleaned, expected=True)
        said = words(fold(found.rest))
        named = {code for word in said if (code := self._switching.named(word))}
        asks = cleaned.endswith((":", "：")) or any(self._asking(word) for word in said)
        return NoteRead(found, named.pop() if len(named) == 1 else None, asks)

    def _known(self, word: str) -> bool:
        return word in self._words or bool(self._switching.named(word)) or self._covered(word)

    def _covered(self, word: str) -> bool:
        """Whether a run of letters without spaces is made of note words, but for one or two letters between them."""
        rest = self._unspaced.sub("", word)
        return rest != word and len(rest) <= 2 and not rest.isascii()  # noqa: PLR2004 - 的, 在, 에 and the like

    def _asking(self, word: str) -> bool:
        return word in self._asks or (not word.isascii() and any(a in word for a in self._asks if not a.isascii()))


def _words(phrases: Iterable[str]) -> set[str]:
    return {word for phrase in phrases for word in words(phrase)}
