"""The words of each language that the engine itself must know: one file a language, pooled when read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.knowledge.parsing import parse
from bot.understanding.text import fold

WORDS = Path(__file__).parent / "words"
_COMMON = "common"

_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_MARKS = "\u0300-\u036f\u064b-\u065f\u0900-\u0903\u093a-\u094f"
_LETTER = rf"(?:(?![{_UNSPACED}])[\w{_MARKS}])"
"""A letter of a word that spaces would end."""


class Lexicon:
    """The word lists under `words/`. A language without a file, or a file without a list, adds nothing."""

    def __init__(self, folder: Path = WORDS) -> None:
        read = {path.stem: _read(path) for path in sorted(folder.glob("*.yaml"))}
        self._common = read.pop(_COMMON, {})
        self._languages = read

    def by_language(self, key: str) -> dict[str, Any]:
        """One list or mapping of each language that has it, as written."""
        return {code: lists[key] for code, lists in self._languages.items() if lists.get(key)}

    def common(self, key: str) -> Any:
        """One list or mapping that is no language's, as written."""
        return self._common[key]

    def pooled(self, key: str) -> frozenset[str]:
        """The folded words and phrases of one list, of all languages and of none."""
        return frozenset(self._pooled(key))

    def named(self, key: str) -> Iterator[tuple[str, str, str]]:
        """Every (language, what is named, name) of one mapping, the names as written."""
        for language, mapping in self.by_language(key).items():
            for meant, names in mapping.items():
                yield from ((language, meant, name) for name in names)

    def _pooled(self, key: str) -> Iterator[str]:
        lists: Iterable[Sequence[str]] = (*self.by_language(key).values(), self._common.get(key, ()))
        for words in lists:
            yield from map(fold, words)


def pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """What finds any of these folded phrases: as whole words, but anywhere in scripts without spaces."""
    return re.compile("|".join(map(_whole, sorted(phrases, key=len, reverse=True))) or r"(?!)", re.IGNORECASE)


def _whole(phrase: str) -> str:
    if re.search(rf"[{_UNSPACED}]", phrase):
        return re.escape(phrase)
    return rf"(?<!{_LETTER}){re.escape(phrase)}(?!{_LETTER})"


def _read(path: Path) -> Mapping[str, Any]:
    """The lists of one file, as text only (`no` stays a word). Raises `ValueError` where it cannot be read."""
    lists, _, faults = parse(path.read_text(encoding="utf-8"), path.name)
    if faults:
        raise ValueError(str(faults[0]))
    return lists or {}
