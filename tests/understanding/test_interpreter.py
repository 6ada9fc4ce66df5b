from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.house import House
from bot.conversation.reply import Outcome
from bot.knowledge.model import Answer, Content, Intent, Kind, Review
from bot.understanding.interpreter import Interpreter
from bot.understanding.text import MAX_TEXT, clean
from tests.bench.hostile import DRAWN, hostile
from tests.conftest import Chat

# What people write around an emergency: about licenses, papers and work, so of the content's own words.
STORIES = {
    "en": (
        "My name is Ana and I came here from Honduras in 2011 with my two sons. We settled near the river and I found "
        "a job at a bakery, where the owner was kind. My license is from last year and I pay my insurance every month. "
        "A lady at church told me the office shares my address with the government. My oldest son studies and he "
        "explains the papers to me in the evening. I have read the page twice and did not understand it. "
    ),
    "es": (
        "Me llamo Ana y llegue de Honduras en 2011 con mis dos hijos. Nos quedamos cerca del rio y encontre trabajo en "
        "una panaderia con un patron muy amable. Saque mi licencia el año pasado y pago el seguro cada mes. Una señora "
        "de la iglesia me dijo que la oficina comparte mi direccion con el gobierno. Mi hijo mayor estudia y me "
        "explica los papeles en la noche. Lei la pagina dos veces y no la entendi. "
    ),
}
URGENT = {
    "en": {
        "ICE is at my door right now": "at_the_door",
        "they just took my husband": "relative_detained",
        "agents are banging on the door and we are hiding": "at_the_door",
        "a cop pulled me over and he is asking for my papers": "traffic_stop",
        "I don't want to live anymore": "crisis",
        "ice arrested my brother this morning": "relative_detained",
    },
    "es": {
        "la migra esta tocando la puerta ahorita": "at_the_door",
        "se acaban de llevar a mi esposo": "relative_detained",
        "llego la migra a la fabrica y todos corren": "work_raid",
        "me paro la policia y me pide papeles": "traffic_stop",
        "ya no quiero vivir": "crisis",
        "ice detuvo a mi hermano hoy": "relative_detained",
    },
}
SAID = [(language, text) for language, texts in URGENT.items() for text in texts]


def _told(language: str, urgent: str, length: int, share: float) -> str:
    """A story of a length with something urgent after a share of it, at the end of a sentence where there is one."""
    story = STORIES[language] * (length // len(STORIES[language]) + 1)
    room = length - len(urgent) - 4
    before = story[: int(room * share)].rpartition(". ")[0]
    after = story[len(before) :][: room - len(before)].lstrip(". ").rpartition(" ")[0]
    return ". ".join(filter(None, [before, urgent, after]))


@pytest.mark.parametrize(("language", "text"), SAID)
def test_an_emergency_said_alone_is_the_right_one(house: House, language: str, text: str) -> None:
    emergency = house.interpreter.interpret(text).emergency
    assert emergency is not None
    assert emergency.intent == URGENT[language][text]


@pytest.mark.parametrize("share", [0, 0.3, 0.5, 0.8, 1])
@pytest.mark.parametrize(("language", "text"), SAID)
def test_an_emergency_anywhere_in_the_longest_story_is_found(
    house: House, language: str, text: str, share: float
) -> None:
    told = _told(language, text, MAX_TEXT, share)
    assert text in told
    assert MAX_TEXT - 100 < len(told) <= MAX_TEXT
    assert house.interpreter.interpret(told).emergency is not None


@pytest.mark.parametrize("length", [120, 200, 290, 400, 1000])
@pytest.mark.parametrize("language", STORIES)
def test_an_emergency_among_other_sentences_is_found(house: House, language: str, length: int) -> None:
    """How most people write: a few sentences, and only one of them is the emergency."""
    told = [_told(language, text, length, share) for text in URGENT[language] for share in (0, 0.3, 0.5, 0.8, 1)]
    missed = [text for text in told if house.interpreter.interpret(text).emergency is None]
    assert len(missed) <= 0.05 * len(told), missed


def test_an_emergency_at_the_very_end_of_what_telegram_can_send_is_found_without_punctuation(house: House) -> None:
    story = STORIES["en"].replace(".", "").replace(",", "").lower() * 9
    told = story[: MAX_TEXT - 30].rpartition(" ")[0] + " ice is at my door right now"
    assert house.interpreter.interpret(told).emergency is not None


@pytest.mark.parametrize("noise", DRAWN)
@pytest.mark.parametrize(("language", "text"), SAID)
def test_an_emergency_anywhere_in_signs_of_any_script_is_found(
    house: House, language: str, text: str, noise: str
) -> None:
    """In a sentence of its own, but what is around it is no language and as long as a message can be."""
    signs = clean(hostile()[noise])[: MAX_TEXT - len(text) - 4]
    for share in (0, 0.5, 1):
        told = ". ".join([signs[: int(len(signs) * share)], text, signs[int(len(signs) * share) :]])
        emergency = house.interpreter.interpret(told).emergency
        assert emergency is not None, (language, share)
        assert emergency.intent == URGENT[language][text]


@pytest.mark.parametrize(
    "text",
    [
        "and in Alabama?",
        "i am in Springfield",
        "im from Birmingham AL",
        "we are in Chicago now",
        "i'm in Huntsville",
        "hello, I live in Illinois, thanks",
        "y en Alabama?",
        "estoy en Illinois ahora",
        "aqui en Chicago",
        "Alabama",
        "now in Mobile",
    ],
)
def test_a_message_of_fillers_and_a_place_is_no_emergency(
    new_chat: Callable[[], Chat], house: House, text: str
) -> None:
    heard = house.interpreter.interpret(text)
    assert not heard.asks
    assert new_chat().say(text).outcome is not Outcome.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "can ice see my license photo",
        "hello",
        "thank you",
        "what does the law in Illinois say about sharing records",
        "quien puede ver mi direccion en la oficina de licencias",
        "gracias",
        "how long is a license good for",
        "",
        "👍",
    ],
)
def test_an_ordinary_message_is_no_emergency(house: House, text: str) -> None:
    assert house.interpreter.interpret(text).emergency is None


def test_the_language_is_asked_of_the_whole_text_and_the_question_without_its_place(house: House) -> None:
    heard = house.interpreter.interpret("¿La migra puede ver mi foto en Alabama?")
    assert heard.language.language == "es"
    assert heard.place.states == ("AL",)
    assert heard.matches == house.interpreter.interpret("¿La migra puede ver mi foto en Illinois?").matches


def test_the_nearest_of_a_kind_are_of_that_kind_and_in_order(house: House) -> None:
    matches = house.interpreter.interpret("can ice see my photo").matches
    nearest = house.interpreter.nearest(matches, Kind.INFORMATION, 3)
    assert len(nearest) == 3
    assert nearest == sorted(nearest, key=lambda match: (-match.score, match.intent))
    assert all(house.content.intents[match.intent].kind is Kind.INFORMATION for match in nearest)


def test_small_talk_is_answered_but_never_offered(house: House) -> None:
    assert (answer := house.interpreter.interpret("thank you").decision.answer)
    assert house.content.intents[answer.intent].kind is Kind.SMALLTALK
    for text in ("thank you i guess but the license", "hi photo", "bye records", "hola la foto"):
        offered = house.interpreter.interpret(text).decision.choices
        assert all(house.content.intents[match.intent].kind is not Kind.SMALLTALK for match in offered)


@settings(max_examples=50)
@given(text=st.text(max_size=400))
def test_interpreting_never_raises(house: House, text: str) -> None:
    heard = house.interpreter.interpret(text)
    assert heard.decision.answer is None or heard.decision.answer in heard.matches


def test_the_same_text_is_understood_the_same_twice(house: House) -> None:
    text = "hi can ice in Chicago see my photo"
    assert house.interpreter.interpret(text) == house.interpreter.interpret(text)


def test_a_tiny_content_of_another_subject_is_understood(tmp_path: Path) -> None:
    """The engine knows nothing about licenses."""
    answer = Answer(text="Yes.", sources=(), review=Review(status="draft"))

    def intent(name: str, kind: Kind, *phrasings: str) -> Intent:
        return Intent(id=name, kind=kind, question="?", phrasings={"en": phrasings}, answers={"US": answer})

    content = Content(
        intents={
            "bees": intent("bees", Kind.INFORMATION, "do bees sleep at night", "when do bees sleep"),
            "fire": intent("fire", Kind.EMERGENCY, "the hive is on fire", "my hive burns help"),
        }
    )
    interpreter = Interpreter(content, tmp_path)
    assert interpreter.interpret("when do the bees sleep").matches[0].intent == "bees"
    emergency = interpreter.interpret("help my hive is on fire").emergency
    assert emergency is not None
    assert emergency.intent == "fire"


def test_an_empty_content_understands_nothing_and_does_not_raise() -> None:
    heard = Interpreter(Content(intents={})).interpret("does ice see my record in Alabama")
    assert (heard.matches, heard.emergency, heard.decision.answer) == ([], None, None)
    assert heard.place.states == ("AL",)


@pytest.mark.parametrize("name", hostile())
def test_a_message_made_to_be_costly_is_understood_as_any_other(house: House, name: str) -> None:
    """How long each takes is measured by `make bench-cost`."""
    heard = house.interpreter.interpret(hostile()[name])
    assert len(heard.text) <= MAX_TEXT
    assert list(heard.matches) == sorted(heard.matches, key=lambda match: (-match.score, match.intent))
