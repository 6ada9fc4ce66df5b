"""What a sentence encoder adds to the words: a second classifier that sees the meaning beside them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bot.understanding.encoding import Encoder, encode_all, encode_message, readable
from bot.understanding.fitting import Fitted, Floats, Linear, linear_svm
from bot.understanding.keeping import FINE, Arrays, kept, kept_rows, small

_SHARE = 1.0
"""Length of a direction beside the words' row of length 1. More loses misspelt text, less loses rare wording."""

_MOST_MENDED = 24
"""Tokens of a text that is looked at twice, as typed and with its typos mended: most questions have fewer."""

_VERSION = 14


@dataclass(frozen=True)
class Meaning:
    """The phrasings' directions, seen from the middle of all of them, and a classifier over words and directions.

    `directions` are whole numbers, see `keeping.small`.
    """

    encoder: Encoder
    middle: Floats
    directions: NDArray[np.int8]
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

    def alike(self, direction: Floats, rows: NDArray[np.int64]) -> Floats:
        """How near a text lies to each of these phrasings, -1 to 1."""
        alike: Floats = self.directions[rows].astype(np.float32) @ (direction / np.float32(FINE))
        return alike


def seen_by(encoder: Encoder, fitted: Fitted, cache: Path | None, shipped: Path | None) -> Floats:
    """The directions of all phrasings; only those that are neither shipped nor kept cost time."""
    return kept_rows(cache, encoder.name, fitted.written, lambda texts: encode_all(encoder, texts), shipped)


def learn_meaning(fitted: Fitted, encoder: Encoder, cache: Path | None = None, shipped: Path | None = None) -> Meaning:
    """Encode the phrasings and fit the classifier over words and meaning."""

    def learn() -> Arrays:
        seen = seen_by(encoder, fitted, cache, shipped)
        middle = seen.mean(axis=0)
        directions = _from(middle, seen)
        learnt = linear_svm(fitted.postings.T.tocsr(), fitted.postings, directions, fitted.owner, len(fitted.intents))
        return {
            "middle": middle,
            "directions": small(directions),
            "words": learnt.words.small,
            "steps": learnt.words.steps,
            "linear": learnt.dense,
            "bias": learnt.bias,
            "spread": learnt.spread,
        }

    learnt = kept(cache, ["meaning", _VERSION, encoder.name, fitted.key], learn)
    words = Linear(learnt["words"], learnt["steps"])
    seen, linear = (learnt["middle"], learnt["directions"]), (learnt["linear"], learnt["bias"], learnt["spread"])
    return Meaning(encoder, *seen, words, *linear)


def _from(middle: Floats, rows: Floats) -> Floats:
    directions = rows - middle
    directions *= _SHARE / (np.linalg.norm(directions, axis=1, keepdims=True) + 1e-9)
    return directions
