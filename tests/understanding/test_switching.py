from __future__ import annotations

import pytest

from bot.conversation.house import House
from bot.understanding.interpreter import Interpreter
from bot.understanding.switching import Wish
from bot.understanding.text import clean


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("en español por favor", "es"),
        ("En Español, por favor!", "es"),
        ("español", "es"),
        ("ESPANOL", "es"),
        ("hablas español?", "es"),
        ("can you speak spanish please", "es"),
        ("solo hablo español", "es"),
        ("english please", "en"),
        ("do you speak English?", "en"),
        ("switch to english", "en"),
        ("puede contestar en ingles", "en"),
        ("I only speak English", "en"),
        ("en castellano", "es"),
    ],
)
def test_a_message_that_only_asks_for_a_language_is_understood(house: House, text: str, language: str) -> None:
    assert house.interpreter.switching.wish(clean(text)).wanted == language


@pytest.mark.parametrize(
    "text",
    [
        "no hablo ingles",
        "no entiendo inglés",
        "I don't speak English",
        "i dont understand spanish",
        "no español",
        "not english",
    ],
)
def test_a_language_that_somebody_does_not_speak_is_not_the_wanted_one(house: House, text: str) -> None:
    """The worst moment to be answered in it, and for good."""
    refused = "en" if "ingl" in text or "Engl" in text or "engl" in text else "es"
    assert house.interpreter.switching.wish(clean(text)) == Wish(refused=refused)


@pytest.mark.parametrize(
    "text",
    [
        "spanish or english",
        "my teacher of spanish was taken",
        "is the test for the license in english",
        "hola",
        "por favor",
        "",
    ],
)
def test_a_message_that_says_more_or_names_two_languages_does_not_switch(house: House, text: str) -> None:
    assert house.interpreter.switching.wish(clean(text)).wanted is None


@pytest.mark.parametrize(
    ("text", "language"),
    [("does ice see my record, in english please", "en"), ("answer in spanish: does ice see my record", "es")],
)
def test_a_wish_beside_a_question_leaves_the_question(house: House, text: str, language: str) -> None:
    wish = house.interpreter.switching.wish(clean(text))
    assert (wish.wanted, wish.rest.strip()) == (language, "does ice see my record")


@pytest.fixture
def interpreter(house: House) -> Interpreter:
    return house.interpreter


@pytest.mark.parametrize(
    "text",
    [
        "Illinois",
        "and in Alabama?",
        "y en Alabama?",
        "vivo en Chicago",
        "im in Birmingham AL",
        "I meant Illinois, sorry",
        "hola, estoy en Illinois",
        "alabama please",
        "I live near Chicago now",
        "in Springfield",
    ],
)
def test_a_message_that_names_a_place_and_asks_nothing_new_is_only_a_place(interpreter: Interpreter, text: str) -> None:
    heard = interpreter.interpret(text)
    assert not heard.asks
    assert heard.place.states or heard.place.candidates


@pytest.mark.parametrize(
    "text",
    [
        "does ice see it in Alabama",
        "help in Chicago",
        "hello",
        "on my mobile",
        "me llamo Georgia",
        "la migra en Chicago",
        "Alabama license",
        "",
    ],
)
def test_a_message_that_asks_something_or_names_no_place_is_not_only_a_place(
    interpreter: Interpreter, text: str
) -> None:
    heard = interpreter.interpret(text)
    assert heard.asks or not (heard.place.states or heard.place.candidates)
