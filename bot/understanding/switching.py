"""Wishes for a language: "en español por favor", "i dont speak english", "请用中文", "answer in spanish: ..."."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.understanding.lexicon import Lexicon
from bot.understanding.text import WORD, fold, fold_each, words
from bot.understanding.tokens import is_han, is_hangul
from bot.understanding.unserved import unserved_languages

_CLAUSE = re.compile(r"[.,;:!?¿¡\n。，！？、；：،؟।]+")
_AROUND = ("fillers", "language_fillers", "negations")


@dataclass(frozen=True)
class Wish:
    """What a text says about languages: the one it asks for (served or not), the one it refuses, and the rest of it."""

    wanted: str | None = None
    refused: str | None = None
    rest: str = ""


class Switching:
    """Finds wishes for a language, whatever language they are said in."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        named = [(name, code) for _, code, name in lexicon.named("languages")]
        named += [(name, language.code) for language in unserved_languages().values() for name in language.names]
        self._names = {" ".join(words(fold(name))): code for name, code in reversed(named)}
        self._longest = max((len(name.split()) for name in self._names), default=0)
        unspaced = sorted((n for n in self._names if is_han(n) or is_hangul(n)), key=len, reverse=True)
        self._words_in = {code: set(map(fold, listed)) for code, listed in lexicon.by_language("not_languages").items()}
        self._unspaced = re.compile("|".join(map(re.escape, unspaced)) or r"(?!)")

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every folded word that is a filler or a language's name."""
        pooled = frozenset().union(*(self._lexicon.pooled(key) for key in _AROUND))
        return pooled | frozenset(self._names)

    def wish(self, text: str, likely: str | None = None) -> Wish:
        """The wish in the first or the last clause of a cleaned text; a language named in a question is none.

        `likely`: the language that the text is most likely in; "la" is an article in Spanish and a "no" in Arabic.
        """
        clauses = _CLAUSE.split(text)
        clauses = [clause for clause, folded in zip(clauses, fold_each(clauses), strict=True) if WORD.search(folded)]
        wanted, refused = None, None
        for clause in {0: None, len(clauses) - 1: None} if clauses else ():
            found = self._in_clause(clauses[clause], likely)
            if found is None:
                continue
            code, negated = found
            wanted, refused = (wanted, code) if negated else (code, refused)
            clauses[clause] = ""
        if wanted is None and refused is None:
            return Wish(rest=text)
        return Wish(wanted, None if wanted else refused, " ".join(filter(None, clauses)))

    def only_fillers(self, said: Sequence[str]) -> bool:
        """Whether the folded words of a text, without the places it named, ask nothing new ("and in ...?")."""
        return self._lexicon.only(said, "fillers") is not None

    def named(self, word: str) -> str | None:
        """The language whose name a folded word is."""
        return self._names.get(word)

    def _in_clause(self, clause: str, likely: str | None) -> tuple[str, bool] | None:
        """The one language a clause names with nothing but fillers around it, and whether it is refused."""
        said = [part for word in words(fold(clause)) for part in self._parted(word)]
        named: set[str] = set()
        others: list[str] = []
        at = 0
        while at < len(said):
            length = next((n for n in range(self._longest, 0, -1) if " ".join(said[at : at + n]) in self._names), 0)
            if length:
                named.add(" ".join(said[at : at + length]))
            else:
                others.append(said[at])
            at += length or 1
        codes = {self._names[name] for name in named}
        language = self._lexicon.only(others, *_AROUND, likely=likely) if len(codes) == 1 else None
        if language is None or (others and not named.isdisjoint(self._words_in.get(language, ()))):
            return None
        negations = self._lexicon.spoken("negations", language)
        parts = self._lexicon.parts(others, language, *_AROUND) or []
        return codes.pop(), any(part in negations for part in parts)

    def _parted(self, word: str) -> Iterator[str]:
        """A word in scripts without spaces, parted at the names of languages in it; any other word as it is."""
        at = 0
        for name in self._unspaced.finditer(word):
            yield from filter(None, (word[at : name.start()], name[0]))
            at = name.end()
        yield from filter(None, (word[at:],))
