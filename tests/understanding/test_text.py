from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.text import MAX_FUZZY, MAX_TEXT, cap, clean, fold, names, windows, words

# Random Unicode seldom meets the characters that have bitten: dotless i, sharp s, ligatures, Hangul letters that
# compose, marks, joiners, direction controls, lone surrogates, NUL and the one letter that NFKC makes eighteen.
TRICKY = "aAeiIİıßẞſﬀđŁǰΐΣς'’‘ \t\n.。!?̸́̂̈\u200c\u200d\u202e\u2066\ud800\x00\ufdfaᄀ가각ᆨा्नꟳー７"
texts = st.one_of(st.text(max_size=400), st.text(st.sampled_from(TRICKY), max_size=80))
sentences = st.lists(st.text("abcñя字.!? ", min_size=1, max_size=30), max_size=30).map(" ".join)


@given(texts)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(texts)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(texts)
def test_cleaned_text_has_no_control_direction_or_surrogate_character(text: str) -> None:
    cleaned = clean(text)
    assert not {unicodedata.category(c) for c in cleaned if c not in "\u200c\u200d"} & {"Cc", "Cf", "Cs", "Co", "Cn"}
    cleaned.encode()  # raises where a lone surrogate is left


@given(texts)
def test_cleaned_text_has_single_spaces_and_none_at_its_ends(text: str) -> None:
    assert clean(text).split(" ") == clean(text).split() or clean(text) == ""


@given(st.text(st.sampled_from("é\u0301ग़\ufdfa가ﬀ a"), min_size=1, max_size=20))
def test_cleaned_text_is_never_over_telegrams_limit_and_long_text_is_clean_too(text: str) -> None:
    long = clean(text * 1000)
    assert len(long) <= MAX_TEXT
    assert clean(long) == long


@given(texts)
def test_words_have_no_space_no_apostrophe_and_are_never_empty(text: str) -> None:
    assert all(word and not set(word) & set(" '\n") for word in words(fold(clean(text))))


@given(texts, st.integers(3, 400))
def test_a_capped_text_is_never_over_the_limit(text: str, most: int) -> None:
    assert len(cap(text, most)) <= most


@given(texts, st.integers(3, 400))
def test_a_capped_text_is_the_text_or_a_start_and_an_end_of_it(text: str, most: int) -> None:
    capped = cap(text, most)
    if len(text) <= most:
        assert capped == text
    else:
        cuts = (at for at, character in enumerate(capped) if character == " ")
        assert any(text.startswith(capped[:at]) and text.endswith(capped[at + 1 :]) for at in cuts)


def test_a_capped_story_keeps_its_first_and_its_last_words() -> None:
    story = "does ice see my record " + "and then it rained " * 200 + "i live in joliet"
    assert cap(story).startswith("does ice see my record")
    assert cap(story).endswith("i live in joliet")
    assert MAX_FUZZY - 40 < len(cap(story)) <= MAX_FUZZY


def test_a_capped_story_is_cut_between_words() -> None:
    story = " ".join(f"word{n}" for n in range(200))
    assert set(cap(story).split()) <= set(story.split())


def test_one_endless_word_is_capped_too() -> None:
    assert len(cap("x" * MAX_TEXT)) <= MAX_FUZZY


@given(sentences, st.integers(30, 120))
def test_windows_together_hold_every_word_in_order(text: str, most: int) -> None:
    text = clean(text)
    longest = max(map(len, text.split()), default=0)
    if longest <= most:
        assert [word for piece in windows(text, most) for word in piece.split()] == text.split()


@given(texts, st.integers(1, 120))
def test_windows_lose_no_character_and_none_is_over_the_limit(text: str, most: int) -> None:
    pieces = windows(text, most)
    assert all(0 < len(piece) <= most for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_windows_are_cut_after_sentences_where_these_fit() -> None:
    assert windows("One is here. Two is there! Three?", 20) == ["One is here.", "Two is there! Three?"]


def test_an_empty_text_has_no_windows() -> None:
    assert windows("") == []


def test_heaps_of_marks_are_thinned_and_the_word_stays_readable() -> None:
    zalgo = "".join(letter + "\u0335\u0322\u0353\u0347\u031e\u0302\u0311" * 8 for letter in "help me")
    assert len(clean(zalgo)) <= 4 * len("help me")
    assert words(fold(clean(zalgo))) == ["help", "me"]


def test_a_heap_of_marks_on_nothing_is_thinned() -> None:
    assert len(clean("\u0301" * MAX_TEXT)) <= 3


@pytest.mark.parametrize("control", [*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"])
def test_direction_controls_are_dropped(control: str) -> None:
    assert clean(f"can {control}ice{control} see") == "can ice see"


def test_a_letter_that_grows_eighteenfold_stays_within_the_limit() -> None:
    grown = clean("\ufdfa" * MAX_TEXT)
    assert 0 < len(grown) <= MAX_TEXT
    assert clean(grown) == grown


@pytest.mark.parametrize("unwanted", ["\ud800", "\x00", "\x1b", "\x7f", "\ufeff", "\u200b", "\u00ad", "\ue000"])
def test_characters_that_no_person_types_are_dropped(unwanted: str) -> None:
    assert clean(f"li{unwanted}cense") == "license"


def test_joiners_inside_persian_and_indic_words_and_emoji_are_kept() -> None:
    for text in ("می\u200cخواهم", "क\u094d\u200dष", "👩\u200d👧"):
        assert clean(text) == text


def test_white_space_of_every_kind_becomes_one_space() -> None:
    assert clean("  can\r\n\tice\u00a0\u2003see\u3000it \u2028") == "can ice see it"


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("¿Dónde está MI Información?", "¿donde esta mi informacion?"),
        ("niño", "nino"),
        ("Straße", "strasse"),
        ("ĐƯỜNG", "duong"),
        ("Łódź", "lodz"),
        ("İSTANBUL", "istanbul"),
        ("can’t", "can't"),
        ("ＩＣＥ", "ice"),
    ],
)
def test_latin_letters_fold_to_small_ones_without_marks(written: str, folded: str) -> None:
    assert fold(clean(written)) == folded


@pytest.mark.parametrize("text", ["йод", "ї", "हिंदी", "मेरा लाइसेंस", "면허", "رخصه"])
def test_marks_that_make_letters_of_other_scripts_stay(text: str) -> None:
    assert fold(text) == text


def test_stretched_letters_count_once() -> None:
    assert fold("ayudaaaaa") == "ayuda"
    assert fold("heeeelp meeee") == "help me"
    assert fold("illinois 2000 agree") == "illinois 2000 agree"  # two of a letter and digits are as written


def test_an_apostrophe_inside_a_word_is_dropped() -> None:
    assert words(fold("I can’t, it's 'mine'")) == ["i", "cant", "its", "mine"]


@pytest.mark.parametrize("text", ["मेरा लाइसेंस", "क्या पुलिस", "giấy phép", "водительские права", "رُخصة القيادة"])
def test_words_are_not_torn_apart_at_their_marks(text: str) -> None:
    assert len(words(fold(clean(text)))) == 2


def test_an_id_is_one_more_phrasing_where_it_says_what_no_other_says() -> None:
    assert names(["card_arrival", "TurnOn", "topic1", "topic2", "42"]) == {
        "card_arrival": ["card arrival"],
        "TurnOn": ["Turn On"],
        "topic1": [],
        "topic2": [],
        "42": [],
    }
