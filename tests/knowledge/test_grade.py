"""The reading grade against sentences counted by hand, and its laws."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge.grade import grade


def by_hand(sentences: int, words: int, syllables: int) -> float:
    """Kincaid and others, 1975."""
    return 0.39 * words / sentences + 11.8 * syllables / words - 15.59


@pytest.mark.parametrize(
    ("text", "sentences", "words", "syllables"),
    [
        ("The cat sat on the mat.", 1, 6, 6),
        ("The cat sat. The dog ran!", 2, 6, 6),
        ("Is the cat in? No.", 2, 5, 5),
        ("Yellow apples fall in autumn.", 1, 5, 8),
        ("- Keep calm\n- Stay there", 2, 4, 4),
        ("Say this: no", 2, 3, 3),
        ("They don't open it.", 1, 4, 5),
        ("A judge made laws", 1, 4, 4),
        ("We wanted tables", 1, 3, 5),
        ("Call 855-435-7693 now", 1, 2, 2),
        ("It is 3.5 feet", 1, 3, 3),
    ],
)
def test_words_sentences_and_syllables_are_counted_as_by_hand(
    text: str, sentences: int, words: int, syllables: int
) -> None:
    assert grade(text) == pytest.approx(by_hand(sentences, words, syllables))


@pytest.mark.parametrize("text", ["", "   ", "123 456.", "你好。", "!?"])
def test_a_text_without_english_words_has_grade_nought(text: str) -> None:
    assert grade(text) == 0.0


def test_longer_words_and_longer_sentences_ask_more() -> None:
    easy = "You can say no. You do not have to open the door."
    longer = "You can say no and you do not have to open the door."
    harder = "Individuals may decline. Authorization of admittance is discretionary."
    assert grade(easy) < grade(longer) < grade(harder)


words = st.lists(st.sampled_from(["a", "cat", "apple", "judge", "information", "don't"]), min_size=1, max_size=20)


@given(words, st.integers(2, 5))
def test_saying_it_again_changes_nothing(said: list[str], times: int) -> None:
    sentence = " ".join(said) + ". "
    assert grade(sentence * times) == pytest.approx(grade(sentence))


@given(words)
def test_a_line_of_a_list_counts_as_a_sentence(said: list[str]) -> None:
    assert grade("\n".join(said)) == pytest.approx(grade(" ".join(f"{word}." for word in said)))


@settings(deadline=None)
@given(st.text())
def test_no_text_makes_it_raise(text: str) -> None:
    assert isinstance(grade(text), float)
