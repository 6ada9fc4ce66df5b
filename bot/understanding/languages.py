"""Which language a message is in, learnt from texts in the languages, so that a new one needs no code."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.catalogs import locale
from bot.knowledge.model import LANGUAGES
from bot.understanding.keeping import Arrays, as_array, as_texts, kept
from bot.understanding.text import fold, words
from bot.understanding.unserved import SERVED_SCRIPTS, by_letters, by_words, script_of

SURE = 3.0
"""Natural logarithm of how many times likelier the best language must be than the second (about 20 to 1).

Below it the message is too short to tell, and what the person chose or wrote before decides. How often each is right:
`docs/languages.md`."""

LEAST_KNOWN = 0.34
"""So many of a message's words, from 0 to 1, must stand in the language's own texts to be sure of it: of a language
that it was never taught some served one is always the nearest."""

LEANING = 1.5
"""How much the language of the nearest phrasing counts, in the same unit: it tips a balance, and overrules nothing."""

_ALIASES = {"fil": "tl", "cmn": "zh", "yue": "zh"}
_GRAMS = (1, 2, 3, 4)
_WHOLE = "\0"
_VERSION = 7
_MOST_SHARED = 8
_LEAST_SHARE = 0.08
"""A language is also written in a script that so many of its texts are in: Hindi in Latin letters, Chinese is not."""
_PRUNED_FROM = 2000
"""With so many texts a sequence that only one of them has is noise, and half of the table."""


@dataclass(frozen=True)
class Detected:
    """A language code, and whether the text is enough to be sure of it.

    `unserved`: the code of a language that has no answers, which the text is in; `language` is then None.
    """

    language: str | None
    sure: bool
    unserved: str | None = None


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
    """A naive Bayes model of words and character sequences for each script that languages share."""

    def __init__(self, texts: Mapping[str, Iterable[str]], cache: Path | None = None) -> None:
        listed = {language: sorted(set(texts)) for language, texts in sorted(texts.items())}
        listed = {language: texts for language, texts in listed.items() if texts}
        self.codes = tuple(listed)
        self._models = {script: _Model(script, listed, cache) for script in ("LATIN", "CYRILLIC")}

    def detect(self, text: str, nearest: str | None = None) -> Detected:
        """The language of cleaned text; not sure for short or mixed text; None where nothing can be said.

        `nearest`: the language of the phrasing that is nearest in meaning, where the matching knows it.
        """
        script = script_of(text)
        if script is None:
            return Detected(None, sure=False)
        if script != "LATIN" and (unserved := by_letters(text, script)):
            return Detected(None, sure=False, unserved=unserved)
        model = self._models.get(script)
        if model and len(model.codes) > 1:
            return model.detect(text, nearest)
        possible = model.codes if model and model.codes else SERVED_SCRIPTS.get(script, ())
        if not possible:
            return Detected(None, sure=False)
        return Detected(possible[0], sure=len(SERVED_SCRIPTS[script]) == 1)


class _Model:
    """Tells the languages of one script apart."""

    def __init__(self, script: str, texts: Mapping[str, Sequence[str]], cache: Path | None) -> None:
        learnt = kept(cache, ["languages", _VERSION, script, texts], lambda: _learn(_written_in(script, texts)))
        self.codes = tuple(as_texts(learnt["codes"]))
        self._features = {gram: n for n, gram in enumerate(as_texts(learnt["grams"]))}
        self._weights: NDArray[np.float32] = learnt["weights"]
        self._unseen = self._weights.min(axis=0) if len(self._weights) else np.zeros(len(self.codes))
        self._shared = frozenset(as_texts(learnt["shared"]))

    def detect(self, text: str, nearest: str | None) -> Detected:
        """The likeliest language of a text in this script."""
        said = words(fold(text))
        rows = [row for gram in _grams(said) if (row := self._features.get(gram)) is not None]
        if not rows:
            return Detected(None, sure=False)
        # The sequences of one word overlap, so each counts less than one independent observation.
        likelihood = self._weights.take(rows, axis=0).sum(axis=0) / math.sqrt(len(_GRAMS))
        if nearest in self.codes:
            likelihood[self.codes.index(nearest)] += LEANING
        best, second = np.argsort(-likelihood, kind="stable")[:2]
        ahead = float(likelihood[best] - likelihood[second])
        code = self.codes[int(best)]
        known = self._known(said, int(best))
        if unserved := by_words(said, known):
            return Detected(None, sure=False, unserved=unserved)
        shared = len(said) == 1 and said[0] in self._shared  # "ok" and "visa" tell nothing
        return Detected(code, ahead >= SURE and known >= LEAST_KNOWN and not shared)

    def _known(self, said: Sequence[str], language: int) -> float:
        """How many of the words, from 0 to 1, are in the language's own texts."""
        rows = [self._features[_WHOLE + word] for word in said if _WHOLE + word in self._features]
        known = (self._weights[rows, language] > self._unseen[language] + 0.1).sum() if rows else 0
        return float(known) / len(said) if said else 0.0


def _written_in(script: str, texts: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The texts of each language that is written in a script too."""
    own = {code: [text for text in listed if script_of(text) == script] for code, listed in texts.items()}
    return {code: listed for code, listed in own.items() if len(listed) > _LEAST_SHARE * len(texts[code])}


def _learn(texts: Mapping[str, Sequence[str]]) -> Arrays:
    """Smoothed logarithmic frequencies: one row a sequence, one column a language."""
    counts = [Counter(gram for text in listed for gram in _grams(words(fold(text)))) for listed in texts.values()]
    total = sum(counts, Counter())
    least = 2 if sum(map(len, texts.values())) >= _PRUNED_FROM else 1
    grams = sorted(gram for gram, count in total.items() if count >= least)
    table = np.array([[found[gram] + 0.5 for found in counts] for gram in grams], dtype=np.float32)
    spoken = [Counter(word for text in listed for word in set(words(fold(text)))) for listed in texts.values()]
    rates = [
        {w: n / len(listed) for w, n in found.items()} for found, listed in zip(spoken, texts.values(), strict=True)
    ]
    shared = sorted(word for word in set().union(*rates) if _is_shared([rate.get(word, 0.0) for rate in rates]))
    return {
        "codes": as_array(list(texts)),
        "shared": as_array(shared),
        "grams": as_array(grams),
        "weights": np.log(table / table.sum(axis=0)) if grams else table.reshape(0, len(texts)),
    }


def _is_shared(rates: Sequence[float]) -> bool:
    """Whether a word is at home in several languages: no more than eight times as usual in one as in the next."""
    first, second = sorted([0.0, 0.0, *rates])[:-3:-1]
    return second > 0 and first <= _MOST_SHARED * second


def _grams(said: Iterable[str]) -> Iterator[str]:
    for word in said:
        padded = f" {word} "
        yield _WHOLE + word
        for size in _GRAMS:
            for start in range(len(padded) - size + 1):
                gram = padded[start : start + size]
                if gram != " ":
                    yield gram
