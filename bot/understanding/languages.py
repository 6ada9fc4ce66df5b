"""Which language a message is in, learnt from the phrasings themselves, so that a new language needs no code."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.knowledge.catalogs import locale
from bot.knowledge.model import LANGUAGES
from bot.understanding.keeping import Arrays, as_array, as_texts, kept
from bot.understanding.text import fold, words

SURE = 3.0
"""Natural logarithm of how many times likelier the best language must be than the second (about 20 to 1).

Below it the message is too short to tell, and what the person chose or wrote before decides (`amparo evaluate` prints
how often the language is right)."""

_SCRIPTS = {"CYRILLIC": ("ru", "uk"), "ARABIC": ("ar",), "HANGUL": ("ko",), "CJK": ("zh",), "DEVANAGARI": ("hi",)}
_ALIASES = {"fil": "tl", "cmn": "zh", "yue": "zh"}
_GRAMS = (1, 2, 3, 4)
_VERSION = 4
_MOST_SHARED = 8


@dataclass(frozen=True)
class Detected:
    """A language code, and whether the text is enough to be sure of it."""

    language: str | None
    sure: bool


def to_code(tag: str | None) -> str | None:
    """One of the fourteen codes for a language tag in any spelling (`pt-BR`, `zh-Hant`, `fil`), or None."""
    if not tag:
        return None
    base = tag.lower().replace("_", "-").split("-")[0]
    base = _ALIASES.get(base, base)
    return base if base in LANGUAGES else None


def native_name(code: str) -> str:
    """The language's name in itself, from CLDR, with a capital: Español."""
    name = locale(code).get_display_name() or code
    return name[:1].upper() + name[1:]


class Languages:
    """A naive Bayes model of character sequences, one per language that has phrasings."""

    def __init__(self, phrasings: Mapping[str, Iterable[str]], cache: Path | None = None) -> None:
        texts = {language: sorted(texts) for language, texts in sorted(phrasings.items()) if texts}
        self.codes = tuple(texts)
        learnt = kept(cache, ["languages", _VERSION, texts], lambda: _learn(texts))
        self._features = {gram: n for n, gram in enumerate(as_texts(learnt["grams"]))}
        self._weights = learnt["weights"]
        self._shared = frozenset(as_texts(learnt["shared"]))

    def detect(self, text: str) -> Detected:
        """The language of cleaned text; not sure for short or mixed text; None where nothing can be said."""
        script = _script(text)
        if script is not None:
            possible = [code for code in script if code in self.codes]
            if len(possible) != 1:
                return Detected(script[0], len(script) == 1)
            return Detected(possible[0], len(script) == 1)
        latin = [n for n, code in enumerate(self.codes) if code not in _non_latin()]
        rows = [self._features[gram] for gram in _grams(text) if gram in self._features]
        if not rows or not latin:
            return Detected(None, sure=False)
        if len(latin) == 1:
            return Detected(self.codes[latin[0]], sure=False)
        # The sequences of one word overlap, so each counts less than one independent observation.
        likelihood = self._weights[rows][:, latin].sum(axis=0) / math.sqrt(len(_GRAMS))
        order = np.argsort(-likelihood, kind="stable")
        ahead = float(likelihood[order[0]] - likelihood[order[1]])
        said = words(fold(text))
        shared = len(said) == 1 and said[0] in self._shared  # "ok" and "visa" tell nothing
        return Detected(self.codes[latin[int(order[0])]], ahead >= SURE and not shared)


def _learn(phrasings: Mapping[str, Sequence[str]]) -> Arrays:
    """Smoothed logarithmic frequencies: one row a sequence, one column a language."""
    counts = [Counter(gram for text in texts for gram in _grams(text)) for texts in phrasings.values()]
    grams = sorted({gram for found in counts for gram in found})
    table = np.array([[found[gram] + 0.5 for found in counts] for gram in grams], dtype=np.float32)
    spoken = [Counter(word for text in texts for word in set(words(fold(text)))) for texts in phrasings.values()]
    rates = [
        {w: n / len(texts) for w, n in found.items()} for found, texts in zip(spoken, phrasings.values(), strict=True)
    ]
    shared = sorted(word for word in set().union(*rates) if _is_shared([rate.get(word, 0.0) for rate in rates]))
    return {
        "shared": as_array(shared),
        "grams": as_array(grams),
        "weights": np.log(table / table.sum(axis=0)) if grams else table,
    }


def _is_shared(rates: Sequence[float]) -> bool:
    """Whether a word is at home in several languages: no more than eight times as usual in one as in the next."""
    first, second = sorted([0.0, 0.0, *rates])[:-3:-1]
    return second > 0 and first <= _MOST_SHARED * second


def _grams(text: str) -> Iterable[str]:
    for word in words(fold(text)):
        padded = f" {word} "
        for size in _GRAMS:
            for start in range(len(padded) - size + 1):
                gram = padded[start : start + size]
                if gram != " ":
                    yield gram


def _script(text: str) -> tuple[str, ...] | None:
    """The languages of the script that most letters are in; None for Latin letters or no letters."""
    found: Counter[str] = Counter()
    for character in text:
        if character.isalpha():
            found[unicodedata.name(character, "?").split()[0]] += 1
    if not found:
        return None
    script = found.most_common(1)[0][0]
    return _SCRIPTS.get(script)


def _non_latin() -> set[str]:
    return {code for codes in _SCRIPTS.values() for code in codes}
