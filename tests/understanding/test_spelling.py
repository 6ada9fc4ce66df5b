"""Misspelt words and what they are read as."""

from __future__ import annotations

import pytest

from bot.conversation.house import House
from bot.understanding.spelling import Spelling

SMALL = Spelling(["can", "they", "see", "my", "photo", "they", "are", "at", "the", "door"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("abogdo", "abogado"),
        ("immigartion", "immigration"),
        ("addres", "address"),
        ("direcion", "direccion"),
        ("informtaion", "information"),
        ("policce", "police"),
    ],
)
def test_a_misspelt_word_is_read_as_the_word_of_the_phrasings(house: House, typed: str, meant: str) -> None:
    spelling = house.interpreter.matcher.spelling
    assert meant in spelling.words
    assert typed not in spelling.words
    assert spelling.repair(typed) == meant


def test_short_strange_and_known_words_are_left_as_they_are() -> None:
    assert SMALL.repair("photo") == "photo"
    assert SMALL.repair("phot") == "photo"
    assert SMALL.repair("dor") == "dor"  # too many words are one letter away from three
    assert SMALL.repair("hoto") == "hoto"  # the first letter must be right
    assert SMALL.repair("pho2o") == "pho2o"
    assert SMALL.repair("phxxo") == "phxxo"
    assert SMALL.repair("") == ""


def test_two_slips_are_forgiven_in_a_long_word_only() -> None:
    spelling = Spelling(["immigration", "papers"])
    assert spelling.repair("imigartion") == "immigration"
    assert spelling.repair("pappirs") == "pappirs"


def test_a_text_is_read_folded_repaired_and_capped() -> None:
    typed, read = SMALL.read("DON’T see my… PHOTOO?!")
    assert (" ".join(typed), " ".join(read)) == ("dont see my photoo", "dont see my photo")
    assert len(" ".join(SMALL.read("photo " * 1000)[1])) <= 300


def test_what_an_encoder_sees_keeps_all_but_the_misspelt_word() -> None:
    assert SMALL.mended("¿dónde está mi phoot?") == "¿dónde está mi photo?"
    assert SMALL.mended("फ़ोटो 照片在哪里 phoot") == "फ़ोटो 照片在哪里 photo"
