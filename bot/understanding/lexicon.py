"""The words of each language that the engine itself must know: one file a language, pooled when read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.knowledge.parsing import parse
from bot.understanding.text import fold, words
from bot.understanding.tokens import is_han, is_hangul, made_of, one_of

WORDS = Path(__file__).parent / "words"
_COMMON = "common"
_LONGEST_PHRASE = 4

_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_MARKS = "\u0300-\u036f\u064b-\u065f\u0900-\u0903\u093a-\u094f"
_LETTER = rf"(?:(?![{_UNSPACED}])[\w{_MARKS}])"
"""A letter of a word that spaces would end."""
_NO_SPACES = re.compile(rf"[{_UNSPACED}]")


class Lexicon:
    """The word lists under `words/`. A language without a file, or a file without a list, adds nothing."""

    def __init__(self, folder: Path = WORDS) -> None:
        read = {path.stem: _read(path) for path in sorted(folder.glob("*.yaml"))}
        self._common = read.pop(_COMMON, {})
        self._languages = read
        self._phrases: dict[tuple[str | None, tuple[str, ...]], frozenset[str]] = {}

    def by_language(self, key: str) -> dict[str, Any]:
        """One list or mapping of each language that has it, as written."""
        return {code: lists[key] for code, lists in self._languages.items() if lists.get(key)}

    def common(self, key: str) -> Any:
        """One list or mapping that is no language's, as written."""
        return self._common[key]

    def pooled(self, key: str) -> frozenset[str]:
        """The folded words and phrases of one list, of all languages and of none."""
        return frozenset(self._pooled(key))

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have a file."""
        return tuple(self._languages)

    def spoken(self, key: str, language: str | None) -> frozenset[str]:
        """One list of a language, with what people mix in from English; of all languages where it is not known."""
        if language not in self._languages:
            return self.pooled(key)
        lists = (self._languages[code].get(key, ()) for code in (language, "en") if code in self._languages)
        return frozenset(fold(word) for listed in (*lists, self._common.get(key, ())) for word in listed)

    def only(self, said: Sequence[str], *keys: str, likely: str | None = None) -> str | None:
        """The first language in whose lists (and English ones) all these folded words are, the likely one first."""
        if self.parts(said, None, *keys) is None:
            return None  # in the lists of all languages together neither
        for code in dict.fromkeys((likely or "en", "en", *self._languages)):
            if code in self._languages and self.parts(said, code, *keys) is not None:
                return code
        return None

    def parts(self, said: Sequence[str], language: str | None, *keys: str) -> list[str] | None:
        """Folded words as a sequence of a language's listed words and phrases; None where they are not.

        Words of scripts without spaces, and Korean ones, may be several of them in a row.
        """
        listed = self._listed(language, keys)
        reached: dict[int, list[str]] = {0: []}
        farthest = 0
        for start, word in enumerate(said):
            if start > farthest:
                return None
            if start not in reached:
                continue
            for end in range(start + 1, min(start + _LONGEST_PHRASE, len(said)) + 1):
                if (phrase := " ".join(said[start:end])) in listed:
                    reached[end] = [*reached[start], phrase]
                    farthest = max(farthest, end)
            if start + 1 not in reached and (is_han(word) or is_hangul(word)) and (parts := made_of(word, listed)):
                reached[start + 1] = [*reached[start], *parts]
                farthest = max(farthest, start + 1)
        return reached.get(len(said))

    def _listed(self, language: str | None, keys: tuple[str, ...]) -> frozenset[str]:
        if (language, keys) not in self._phrases:
            listed = [phrase for key in keys for phrase in self.spoken(key, language)]
            self._phrases[language, keys] = frozenset(" ".join(words(p)) for p in (*listed, *self.pooled("endings")))
        return self._phrases[language, keys]

    def named(self, key: str) -> Iterator[tuple[str, str, str]]:
        """Every (language, what is named, name) of one mapping, the names as written."""
        for language, mapping in self.by_language(key).items():
            for meant, names in mapping.items():
                yield from ((language, meant, name) for name in names)

    def _pooled(self, key: str) -> Iterator[str]:
        lists: Iterable[Sequence[str]] = (*self.by_language(key).values(), self._common.get(key, ()))
        for listed in lists:
            yield from map(fold, listed)


def pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """What finds any of these folded phrases: as whole words, but anywhere in scripts without spaces."""
    longest_first = sorted(phrases, key=len, reverse=True)
    unspaced = [phrase for phrase in longest_first if re.search(rf"[{_UNSPACED}]", phrase)]
    whole = [phrase for phrase in longest_first if phrase not in unspaced]
    ways = [one_of(unspaced)] if unspaced else []
    if whole:
        ways.append(rf"(?<!{_LETTER}){one_of(whole)}(?!{_LETTER})")
    return re.compile("|".join(ways) or r"(?!)", re.IGNORECASE)


def _read(path: Path) -> Mapping[str, Any]:
    """The lists of one file, as text only (`no` stays a word). Raises `ValueError` where it cannot be read."""
    lists, _, faults = parse(path.read_text(encoding="utf-8"), path.name)
    if faults:
        raise ValueError(str(faults[0]))
    return lists or {}
