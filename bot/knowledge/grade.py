"""How many school years a text asks of its reader."""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"[.!?:]+(?=\s|$)|\n+")
_WORD = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)?")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^laeiouy]es|[^dtaeiouy]ed|[^laeiouy]e)$")


def grade(text: str) -> float:
    """The Flesch-Kincaid grade of an English text (Kincaid and others, 1975): 0.39 words per sentence + 11.8 syllables
    per word - 15.59. A line of a list counts as a sentence. Syllables are counted by groups of vowels, which is right
    within a few per cent over a text.
    """  # noqa: D205 - one formula, one sentence
    sentences = [part for part in _SENTENCE.split(text) if _WORD.search(part)]
    words = _WORD.findall(text)
    if not words:
        return 0.0
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59


def _syllables(word: str) -> int:
    word = word.lower()
    groups = len(_VOWELS.findall(word))
    return max(1, groups - 1 if groups > 1 and _SILENT.search(word) else groups)
