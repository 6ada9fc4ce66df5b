"""Long messages: what is asked is found among greetings and a story, and nothing else is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.house import House

QUESTION = "can i opt out of sharing my license data with ice"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Hello, good morning.", "Thank you"),
        ("good evening", "thank you so much and god bless you all"),
        ("My kids were born here. I clean houses for a living.", ""),
    ],
)
def test_what_stands_around_a_question_does_not_hide_it(house: House, before: str, after: str) -> None:
    alone = house.interpreter.interpret(QUESTION).decision.answer
    assert alone is not None
    among = house.interpreter.interpret(f"{before} {QUESTION} {after}".strip()).decision.answer
    assert among is not None
    assert among.intent == alone.intent


def test_of_two_questions_the_surer_is_answered_and_the_other_kept(house: House) -> None:
    heard = house.interpreter.interpret(f"{QUESTION}? is there any lawsuit about license data and ICE?")
    assert heard.decision.answer is not None
    assert heard.also is not None
    assert {heard.decision.answer.intent, heard.also.intent} == {"opt_out", "court_cases"}


def test_one_question_has_no_second(house: House) -> None:
    assert house.interpreter.interpret(QUESTION).also is None


def test_an_abbreviation_does_not_end_a_sentence_of_its_own(house: House) -> None:
    assert house.interpreter.pieces.telling("U.S. citizen") == ["U.S. citizen"]


@settings(max_examples=200)
@given(st.text(max_size=400))
def test_taking_apart_never_raises_and_adds_nothing(house: House, text: str) -> None:
    # A piece may begin within a word ("ok.thanks"), so pieces are compared as they stand, not word by word.
    assert all(piece in text for piece in house.interpreter.pieces.telling(text))
    assert set(house.interpreter.pieces.trimmed(text).split()) <= set(text.split())
