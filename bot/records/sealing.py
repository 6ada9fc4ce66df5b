"""Sealing what must be kept for a while: ChaCha20-Poly1305 with a random nonce, bound to its place in the table.

A sealed value that is moved to another row or column does not open. Texts are padded to steps of 512 bytes, so that
their length tells little.
"""

from __future__ import annotations

import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from bot.records.store import StoreError

STEP = 512
"""Bytes; a sealed text takes a multiple of it."""
_NONCE_BYTES = 12
_LENGTH_BYTES = 4
_CHAT_BYTES = 8


class UnreadableError(StoreError):
    """A sealed value that does not open: another key, another place, or changed bytes."""


def seal_text(key: bytes, place: str, text: str) -> bytes:
    """A text sealed for one place, such as `inbox|17|body`."""
    plain = text.encode("utf-8", "surrogatepass")
    framed = len(plain).to_bytes(_LENGTH_BYTES, "big") + plain
    return _seal(key, place, framed.ljust(-(-len(framed) // STEP) * STEP, b"\0"))


def open_text(key: bytes, place: str, sealed: bytes) -> str:
    """The text that was sealed for this place. Raises `UnreadableError`."""
    framed = _open(key, place, sealed)
    length = int.from_bytes(framed[:_LENGTH_BYTES], "big")
    return framed[_LENGTH_BYTES : _LENGTH_BYTES + length].decode("utf-8", "surrogatepass")


def seal_chat(key: bytes, place: str, chat: int) -> bytes:
    """A chat's number sealed for one place."""
    return _seal(key, place, chat.to_bytes(_CHAT_BYTES, "big", signed=True))


def open_chat(key: bytes, place: str, sealed: bytes) -> int:
    """The number that was sealed for this place. Raises `UnreadableError`."""
    return int.from_bytes(_open(key, place, sealed), "big", signed=True)


def known_again(pepper: bytes, person: int, how: str = "") -> bytes:
    """A keyed hash (HMAC-SHA256) of a person's id: equal for equal ids, and nothing without the key.

    `how`: what she is known again for; for another thing it is another hash.

    Whoever has the key and the hash can try all ids there are in some hours; the key is kept apart from the database.
    """
    return hmac.digest(pepper, f"{how}{person}".encode(), "sha256")


def _seal(key: bytes, place: str, plain: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, plain, place.encode())


def _open(key: bytes, place: str, sealed: bytes) -> bytes:
    try:
        return ChaCha20Poly1305(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode())
    except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
        raise UnreadableError("a sealed row cannot be opened") from None
