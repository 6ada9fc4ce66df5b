"""What a sentence encoder adds to the words: a second classifier that sees the meaning beside them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse

from bot.understanding.encoding import Encoder, encode_all, encode_message, readable
from bot.understanding.fitting import Fitted, Floats, Linear, linear_svm
from bot.understanding.keeping import Arrays, kept, kept_rows

_SHARE = 1.0
"""Length of a direction beside the words' row of length 1. More loses misspelt text, less loses rare wording."""

_MOST_MENDED = 24
"""Tokens of a text that is looked at twice, as typed and with its typos mended: most questions have fewer."""

_VERSION = 13


@dataclass(frozen=True)
class Meaning:
    """The phrasings' directions, seen from the middle of all of them, and a classifier over words and directions."""

    encoder: Encoder
    middle: Floats
    directions: Floats
    words: Linear
    linear: Floats
    bias: Floats
    spread: Floats

    def direction(self, text: str, mended: str) -> Floats:
        """Where a text lies, seen from the middle of all phrasings: halfway to where it lies without its typos."""
        seen = [encode_message(self.encoder, text)]
        if mended != readable(text) and self.encoder.count(mended) <= _MOST_MENDED:
            seen.append(encode_message(self.encoder, mended))
        row: Floats = _from(self.middle, np.mean(seen, axis=0)[None])[0]
        return row

    def seen(self, row: sparse.csr_matrix, direction: Floats) -> tuple[Floats, Floats]:
        """What the words, and what the meaning, say for each intent; the classifier sees their sum."""
        said: Floats = self.words.seen(row) + self.bias
        meant: Floats = direction @ self.linear
        return said, meant


def seen_by(encoder: Encoder, fitted: Fitted, cache: Path | None, shipped: Path | None) -> Floats:
    """The directions of all phrasings; only those that are neither shipped nor kept cost time."""
    return kept_rows(cache, encoder.name, fitted.written, lambda texts: encode_all(encoder, texts), shipped)


def learn_meaning(fitted: Fitted, encoder: Encoder, cache: Path | None = None, shipped: Path | None = None) -> Meaning:
    """Encode the phrasings and fit the classifier over words and meaning."""
    seen = seen_by(encoder, fitted, cache, shipped)
    middle = seen.mean(axis=0)
    directions = _from(middle, seen)
    del seen  # tens of megabytes

    def learn() -> Arrays:
        rows = fitted.postings.T.tocsr()
        learnt = linear_svm(rows, fitted.postings, directions, fitted.owner, len(fitted.intents))
        return {
            "words": learnt.words.small,
            "steps": learnt.words.steps,
            "linear": learnt.dense,
            "bias": learnt.bias,
            "spread": learnt.spread,
        }

    by_intent = [[*fitted.intents], fitted.written, fitted.owner.tolist()]
    learnt = kept(cache, ["meaning", _VERSION, encoder.name, by_intent], learn)
    words = Linear(learnt["words"], learnt["steps"])
    return Meaning(encoder, middle, directions, words, learnt["linear"], learnt["bias"], learnt["spread"])


def _from(middle: Floats, rows: Floats) -> Floats:
    directions = rows - middle
    directions *= _SHARE / (np.linalg.norm(directions, axis=1, keepdims=True) + 1e-9)
    return directions
