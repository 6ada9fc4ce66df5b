"""What is sealed opens in its place and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.records.sealing import (
    STEP,
    UnreadableError,
    known_again,
    open_chat,
    open_text,
    seal_chat,
    seal_text,
)

KEY, OTHER = b"k" * 32, b"o" * 32


@given(st.text())
def test_a_text_opens_again(text: str) -> None:
    assert open_text(KEY, "inbox|1|body", seal_text(KEY, "inbox|1|body", text)) == text


def test_half_a_character_opens_again() -> None:
    assert open_text(KEY, "p", seal_text(KEY, "p", "a\ud800")) == "a\ud800"


@given(st.integers(-(2**63), 2**63 - 1))
def test_a_chat_opens_again(chat: int) -> None:
    assert open_chat(KEY, "inbox|1|chat", seal_chat(KEY, "inbox|1|chat", chat)) == chat


@pytest.mark.parametrize("place", ["inbox|2|body", "letters|1|body", "inbox|1|chat", ""])
def test_moved_to_another_row_or_column_it_does_not_open(place: str) -> None:
    with pytest.raises(UnreadableError):
        open_text(KEY, place, seal_text(KEY, "inbox|1|body", "a"))


def test_another_key_or_a_changed_byte_does_not_open() -> None:
    sealed = seal_text(KEY, "p", "a")
    with pytest.raises(UnreadableError):
        open_text(OTHER, "p", sealed)
    for at in (0, 12, len(sealed) - 1):
        with pytest.raises(UnreadableError):
            open_text(KEY, "p", sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :])
    for short in (b"", sealed[:11], sealed[:20]):
        with pytest.raises(UnreadableError):
            open_text(KEY, "p", short)


def test_the_length_of_a_text_shows_in_steps_only() -> None:
    lengths = {len(seal_text(KEY, "p", "x" * length)) for length in range(STEP - 4 + 1)}
    assert len(lengths) == 1
    assert len(seal_text(KEY, "p", "x" * (STEP - 3))) == lengths.pop() + STEP


def test_the_same_text_looks_different_every_time() -> None:
    assert len({seal_text(KEY, "p", "a") for _ in range(100)}) == 100


def test_a_person_is_known_again_with_the_same_key_only() -> None:
    assert known_again(KEY, 5) == known_again(KEY, 5)
    assert known_again(KEY, 5) != known_again(KEY, 6)
    assert known_again(KEY, 5) != known_again(OTHER, 5)
