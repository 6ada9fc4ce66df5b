"""A volunteer's conversation as scripts: what she forwards or pastes, the card, and the answer to hand on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.house import House
from bot.conversation.reply import Action, Button, Do, Message, Outcome, Reply
from bot.conversation.session import Session
from bot.conversation.volunteer import card, inline
from tests.conftest import TODAY

OPT_OUT = "puedo negarme a que compartan mis datos de la licencia con ice?"


@dataclass
class Volunteer:
    """One volunteer's chat with the bot."""

    house: House
    client: str = "en"
    session: Session = field(default_factory=Session)
    last: tuple[Reply, ...] = ()

    def forward(self, text: str, note: str = "") -> tuple[Reply, ...]:
        return self.send(Message(text, note=note, forwarded=True))

    def type(self, text: str) -> tuple[Reply, ...]:
        return self.send(Message(text))

    def press(self, label: str) -> tuple[Reply, ...]:
        found = [button for button in self.buttons if label in button.label]
        assert found, f"no button {label!r} among {[button.label for button in self.buttons]}"
        assert found[0].action is not None
        data = found[0].action.encode()
        assert len(data.encode()) <= 64
        return self.send(Message(action=Action.decode(data)))

    def send(self, message: Message) -> tuple[Reply, ...]:
        self.last, self.session = card(replace(message, client_language=self.client), self.session, self.house, TODAY)
        return self.last

    @property
    def buttons(self) -> list[Button]:
        return [button for reply in self.last for row in reply.buttons for button in row]

    @property
    def labels(self) -> list[str]:
        return [button.label for button in self.buttons]


@pytest.fixture
def volunteer(house: House) -> Volunteer:
    """A volunteer who reads English."""
    return Volunteer(house)


def heading(reply: Reply) -> str:
    return reply.blocks[0].text


def test_a_card_tells_how_sure_which_language_and_which_state_from_which_words(volunteer: Volunteer) -> None:
    shown, handed = volunteer.forward(f"vivo en cicero y {OPT_OUT}")
    assert heading(shown).startswith("Sure (")
    assert heading(shown).endswith("· Spanish · Illinois (from “cicero”)")
    assert "Can I stop the license office" in shown.plain()
    assert (handed.language, handed.state, handed.intent) == ("es", "IL", "opt_out")


def test_the_card_has_the_answer_in_the_volunteers_language_folded_with_doubt_review_and_sources(
    volunteer: Volunteer,
) -> None:
    shown, _ = volunteer.forward(f"{OPT_OUT} illinois")
    assert [block.kind for block in shown.blocks] == [
        "heading",
        "text",
        "text",
        "folded",
        "warning",
        "small",
        "sources",
    ]
    assert "There may be no need to ask." in shown.blocks[3].text
    assert shown.sources[0] == "illinois:13"
    assert set(shown.disagreement) == {"illinois:1", "illinois:15"}


def test_the_answer_to_hand_on_is_in_the_askers_language_and_names_its_state(volunteer: Volunteer) -> None:
    _, handed = volunteer.forward(f"{OPT_OUT} illinois")
    assert handed.plain().startswith("== Illinois · ¿Puedo impedir")
    assert "Ningún abogado ha revisado esto" in handed.plain()
    assert not any(button.action for row in handed.buttons for button in row)


def test_where_both_read_the_same_language_nothing_is_said_twice(volunteer: Volunteer) -> None:
    shown, handed = volunteer.forward("can i opt out of sharing my license data with ice in alabama")
    assert handed.language == "en"
    assert "folded" not in [block.kind for block in shown.blocks]


def test_a_missing_state_is_asked_for_by_button_and_nothing_is_handed_on_yet(volunteer: Volunteer) -> None:
    (shown,) = volunteer.forward(OPT_OUT)
    assert "Which state is it about?" in shown.plain()
    assert {"Alabama", "Illinois", "Another state"} <= set(volunteer.labels)
    _, handed = volunteer.press("Alabama")
    assert (handed.language, handed.state) == ("es", "AL")


def test_a_missing_language_is_asked_for_by_button(volunteer: Volunteer) -> None:
    (shown,) = volunteer.forward("Nlets", "Illinois")
    assert "Which language should the answer be in?" in shown.plain()
    _, handed = volunteer.press("Spanish")
    assert (handed.language, handed.state, handed.intent) == ("es", "IL", "nlets_access")


def test_a_state_with_several_namesakes_leaves_those_open(volunteer: Volunteer) -> None:
    volunteer.forward(f"vivo en Aurora, {OPT_OUT}")
    assert {"Illinois", "Colorado"} <= set(volunteer.labels)
    assert "Alabama" not in volunteer.labels


@pytest.mark.parametrize(
    ("note", "text", "state", "language"),
    [
        ("caller in Mobile asks:", OPT_OUT, "AL", "es"),
        ("woman from Cicero, speaks Spanish", "opt out ice dmv", "IL", "es"),
        ("caller in Mobile asks:", f"{OPT_OUT} vivo en chicago", "IL", "es"),
        ("señora de Huntsville pregunta:", OPT_OUT, "AL", "es"),
        ("Illinois, English", "opt out ice dmv", "IL", "en"),
        ("her mother writes", f"{OPT_OUT} illinois", "IL", "es"),
    ],
)
def test_a_note_gives_state_and_language_and_the_message_wins(
    volunteer: Volunteer, note: str, text: str, state: str, language: str
) -> None:
    for replies in (volunteer.forward(text, note), volunteer.type(f"{note.removesuffix(':')}: {text}")):
        shown, handed = replies
        assert (shown.state, handed.state, handed.language, shown.intent) == (state, state, language, "opt_out")


def test_nothing_is_carried_over_from_the_card_before(volunteer: Volunteer) -> None:
    volunteer.forward(OPT_OUT, "caller in Mobile asks:")
    (shown,) = volunteer.forward("can i opt out of sharing my license data with ice")
    assert shown.state is None
    assert "Spanish" not in heading(shown)
    volunteer.press("Illinois")
    (again,) = volunteer.forward(OPT_OUT)
    assert again.state is None


def test_the_volunteers_own_settings_do_not_count(volunteer: Volunteer) -> None:
    volunteer.session = Session(language="es", chosen=True, state="IL", settled=True, last_intent="agreements")
    (shown,) = volunteer.forward("can i opt out of sharing my license data with ice")
    assert shown.state is None
    assert shown.language == "es"
    assert "Inglés" in heading(shown)


def test_a_note_as_the_next_message_gives_the_last_card_its_state(volunteer: Volunteer) -> None:
    volunteer.forward(OPT_OUT)
    shown, handed = volunteer.type("she is in Alabama")
    assert (shown.state, handed.state, handed.language) == ("AL", "AL", "es")
    (after,) = volunteer.forward(OPT_OUT)
    assert after.state is None


def test_a_note_goes_with_the_last_card_also_where_that_was_not_sure(volunteer: Volunteer) -> None:
    for text in ("que datos les dan de mi licencia", "zzz zzz zzz"):
        volunteer.forward(text)
        (shown,) = volunteer.type("they speak Polish and live in Illinois")
        assert shown.state == "IL"
        (after,) = volunteer.forward(OPT_OUT)
        assert after.state is None


def test_a_note_that_asks_waits_for_one_message(volunteer: Volunteer) -> None:
    volunteer.forward(f"{OPT_OUT} illinois")
    (waiting,) = volunteer.type("caller in Mobile asks:")
    assert "Noted: Alabama." in waiting.plain()
    _, handed = volunteer.forward(OPT_OUT)
    assert handed.state == "AL"
    (after,) = volunteer.forward(OPT_OUT)
    assert after.state is None


def test_a_note_that_waits_can_belong_to_the_last_question(volunteer: Volunteer) -> None:
    volunteer.forward(OPT_OUT)
    volunteer.type("caller in Mobile:")
    _, handed = volunteer.press("It is about the last question")
    assert (handed.intent, handed.state, handed.language) == ("opt_out", "AL", "es")


def test_an_emergency_puts_script_and_number_first(volunteer: Volunteer) -> None:
    script, shown = volunteer.forward("la migra esta en mi puerta!!")
    assert (script.outcome, script.language) == (Outcome.EMERGENCY, "es")
    assert "1-844-363-1423" in script.plain()
    assert [button.copy for row in script.buttons for button in row] == ["1-844-363-1423"]
    assert "An emergency" in shown.plain()
    assert any("license" in label for label in volunteer.labels)


def test_an_emergency_in_the_note_counts_too(volunteer: Volunteer) -> None:
    script, _ = volunteer.forward("ayuda por favor", "caller says ICE is at her door right now")
    assert script.outcome is Outcome.EMERGENCY


def test_a_personal_case_is_handed_over(volunteer: Volunteer) -> None:
    shown, handed = volunteer.forward("tengo una orden de deportacion vieja, debo renovar mi licencia?")
    assert shown.outcome is Outcome.PERSONAL
    assert "hand over to a lawyer" in shown.plain()
    assert "abogado" in handed.plain()


def test_an_unsure_card_offers_at_most_three_questions_in_the_volunteers_language(volunteer: Volunteer) -> None:
    (shown,) = volunteer.forward("que datos les dan de mi licencia", "Illinois")
    assert shown.outcome is Outcome.CHOICES
    questions = [b for b in volunteer.buttons if b.action and b.action.do is Do.ANSWER]
    assert 1 <= len(questions) <= 3
    _, handed = volunteer.press(questions[0].label)
    assert (handed.state, handed.language) == ("IL", "es")


def test_other_language_state_and_question_are_a_button_away(volunteer: Volunteer) -> None:
    volunteer.forward(f"{OPT_OUT} illinois")
    volunteer.press("Another language")
    _, english = volunteer.press("English")
    assert (english.language, english.state, english.intent) == ("en", "IL", "opt_out")
    volunteer.press("Another state")
    _, texas = volunteer.press("Texas")
    assert (texas.outcome, texas.state, texas.language) == (Outcome.NO_ANSWER, "TX", "en")
    volunteer.forward(f"{OPT_OUT} illinois")
    volunteer.press("Another question")
    volunteer.press("▶")
    _, other = volunteer.press("license")
    assert (other.language, other.state) == ("es", "IL")
    assert other.intent != "opt_out"


def test_the_shorter_answer_keeps_what_is_uncertain(volunteer: Volunteer) -> None:
    volunteer.forward(f"{OPT_OUT} illinois")
    (short,) = volunteer.press("Shorter")
    assert "La regla no depende de formularios." in short.plain()
    assert "Tenga cuidado" not in short.plain()
    assert "no coinciden" in short.plain()
    assert "Ningún abogado ha revisado esto" in short.plain()


def test_what_fits_into_a_button_can_be_copied(house: House) -> None:
    intent = house.content.intents["opt_out"]
    short = intent.answers["IL"].model_copy(update={"text": "No.", "disagreement": None, "sources": ()})
    intents = {
        **house.content.intents,
        "opt_out": intent.model_copy(update={"answers": {**intent.answers, "IL": short}}),
    }
    volunteer = Volunteer(replace(house, content=house.content.model_copy(update={"intents": intents})))
    _, handed = volunteer.forward("can i opt out of sharing my license data with ice illinois")
    (copied,) = [button.copy for row in handed.buttons for button in row]
    assert copied == handed.plain()
    assert len(copied) <= 256


def test_nothing_fits_is_counted_without_a_text(volunteer: Volunteer) -> None:
    volunteer.forward("quien gano el partido")
    (counted,) = volunteer.press("Nothing fits")
    assert counted.counted is not None
    assert (counted.counted.subject, counted.counted.way) == ("gaps", "nothing_fits")
    assert "partido" not in repr(volunteer.session)


def test_what_is_not_text_is_asked_for_in_words_and_its_note_may_hold_the_question(volunteer: Volunteer) -> None:
    (shown,) = volunteer.forward("")
    assert "I can only read text" in shown.plain()
    _, handed = volunteer.forward("", "caller in Mobile asks: can i opt out of sharing my license data with ice")
    assert handed.state == "AL"


def test_a_session_holds_no_text(volunteer: Volunteer) -> None:
    volunteer.forward(f"CANARIA {OPT_OUT}", "CANARIA in Mobile asks:")
    volunteer.type("caller in Mobile asks:")
    assert "CANARIA" not in repr(volunteer.session)


def test_help_tells_a_volunteer_how(volunteer: Volunteer) -> None:
    (told,) = volunteer.send(Message(action=Action(Do.ABOUT)))
    assert "For volunteers:" in told.plain()


def test_forged_buttons_name_nothing_that_there_is_not(volunteer: Volunteer) -> None:
    for do in Do:
        for intent in (None, "no_such_intent", "opt_out"):
            replies = volunteer.send(Message(action=Action(do, intent, "ZZ", "xx", 999, card=True)))
            assert replies
            assert all(reply.state is None for reply in replies)


def test_a_script_of_five_minutes(volunteer: Volunteer) -> None:
    _, handed = volunteer.forward("el dmv le da mis datos de la licencia a la migra?", "caller in Mobile asks:")
    assert (handed.state, handed.language, handed.intent) == ("AL", "es", "current_policy")
    (asks,) = volunteer.forward("can i opt out of sharing my license info with immigration")
    assert asks.state is None
    _, handed = volunteer.press("Illinois")
    assert (handed.state, handed.language, handed.intent) == ("IL", "en", "opt_out")
    script, _ = volunteer.forward("ICE esta tocando la puerta ahorita")
    assert script.outcome is Outcome.EMERGENCY
    shown = volunteer.forward("cuanto tarda el permiso de trabajo")[0]
    assert shown.outcome is Outcome.REFERRAL
    assert not any(source.startswith(("alabama", "illinois")) for source in shown.sources)
    volunteer.forward("cuando juega la seleccion")
    (counted,) = volunteer.press("Nothing fits")
    assert counted.counted


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_card_is_whole_in_every_language(house: House, language: str) -> None:
    volunteer = Volunteer(house, client=language)
    for text in (OPT_OUT, "ice is at my door", "asdf", "", "hola", "cuanto cuesta renovar la licencia"):
        for reply in volunteer.forward(text):
            assert reply.plain().strip()
            assert "{" not in reply.plain()


@settings(max_examples=60)
@given(texts=st.lists(st.tuples(st.text(max_size=80), st.text(max_size=40), st.booleans()), max_size=3))
def test_no_message_breaks_a_card(house: House, texts: list[tuple[str, str, bool]]) -> None:
    volunteer = Volunteer(house)
    for text, note, forwarded in texts:
        assert volunteer.send(Message(text, note=note if forwarded else "", forwarded=forwarded))


def test_finished_answers_take_language_and_state_from_the_words_else_from_her_settings(house: House) -> None:
    (named, *_) = inline(f"{OPT_OUT} illinois", "en", "AL", house, TODAY)
    assert (named.reply.language, named.reply.state) == ("es", "IL")
    assert named.title.startswith("Illinois · Español · ")
    (own, *_) = inline("opt out ICE DMV", "en", "AL", house, TODAY)
    assert (own.reply.language, own.reply.state) == ("en", "AL")
    both = inline("can i opt out of sharing my license data with ice", "en", None, house, TODAY)
    assert [one.reply.state for one in both] == ["AL", "IL"]
    assert all(len(one.key.encode()) <= 64 for one in both)


@pytest.fixture
def keys(house: House) -> Callable[[str], list[str]]:
    """The keys of the finished answers for some words."""
    return lambda text: [one.key for one in inline(text, "en", None, house, TODAY)]


def test_finished_answers_begin_with_an_emergency_and_have_no_key_twice(keys: Callable[[str], list[str]]) -> None:
    assert keys("ICE is at my door right now")[0].startswith("at_the_door|")
    for text in ("can ice see my data", "que datos les dan de mi licencia", "hola", "", "zzz"):
        assert len(set(keys(text))) == len(keys(text))
