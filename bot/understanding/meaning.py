"""What a sentence encoder adds to the words: a second classifier that sees the meaning beside them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bot.understanding.encoding import Encoder, encode_all, encode_message, readable
from bot.understanding.fitting import RIDGE, Fitted, Floats, Linear, linear_svm
from bot.understanding.keeping import FINE, Arrays, kept, kept_rows, small

_SHARES = (1.0, 1.4, 2.0)
"""Lengths of a direction beside the words' row of length 1: more loses misspelt text, less loses rare wording. The
first where the content is large, as ours is; else that with which most phrasings, left out, are found by the others."""

_MOST_LEFT_OUT = 2000
"""Phrasings up to which they are left out one by one: that takes the cube of their number, seconds at this one."""

_MOST_MENDED = 24
"""Tokens of a text that is looked at twice, as typed and with its typos mended: most questions have fewer."""

_VERSION = 16


@dataclass(frozen=True)
class Meaning:
    """The phrasings' directions, seen from the middle of all of them, and a classifier over words and directions.

    `directions` are whole numbers, see `keeping.small`; `share` is what a direction weighs beside the words.
    """

    encoder: Encoder
    middle: Floats
    directions: NDArray[np.int8]
    share: float
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
        """How near a text lies to each of these phrasings, from -1 to 1 times the share."""
        alike: Floats = self.directions[rows].astype(np.float32) @ (direction * np.float32(self.share / FINE))
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
        rows = fitted.postings.T.tocsr()
        share = _share(rows, directions, fitted.owner)
        learnt = linear_svm(rows, fitted.postings, share * directions, fitted.owner, len(fitted.intents))
        return {
            "middle": middle,
            "directions": small(directions),
            "share": np.array([share], np.float32),
            "words": learnt.words.small,
            "steps": learnt.words.steps,
            "linear": (share * learnt.dense).astype(np.float32),
            "bias": learnt.bias,
            "spread": learnt.spread,
        }

    learnt = kept(cache, ["meaning", _VERSION, encoder.name, fitted.key], learn)
    return Meaning(
        encoder,
        learnt["middle"],
        learnt["directions"],
        float(learnt["share"][0]),
        Linear(learnt["words"], learnt["steps"]),
        learnt["linear"],
        learnt["bias"],
        learnt["spread"],
    )


def _share(rows: sparse.csr_matrix, directions: Floats, owner: NDArray[np.int32]) -> float:
    """Of the shares the one with which a ridge regression finds most phrasings from all others (in closed form)."""
    if len(owner) > _MOST_LEFT_OUT:
        return _SHARES[0]
    words, alike = (rows @ rows.T).toarray(), directions @ directions.T
    wanted = np.eye(owner.max(initial=0) + 1)[owner]

    def found(share: float) -> int:
        inverse = np.linalg.inv(words + share**2 * alike + RIDGE * np.eye(len(owner)))
        left_out = wanted - inverse @ wanted / np.diag(inverse)[:, None]
        return int((left_out.argmax(axis=1) == owner).sum())

    return max(_SHARES, key=found)


def _from(middle: Floats, rows: Floats) -> Floats:
    directions = rows - middle
    directions /= np.linalg.norm(directions, axis=1, keepdims=True) + 1e-9
    return directions
