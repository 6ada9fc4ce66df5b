"""Writing to a volunteer: what she is told first, and which one message is passed on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.conversation.house import House
from bot.conversation.reply import Action, Do, Message, Outcome, Reply
from tests.conftest import Chat

QUESTION = "my husband has an old order, call 312 555 0199"


@pytest.fixture
def desk(house: House) -> Chat:
    """A person's conversation where volunteers answer."""
    hotline = house.content.hotline.model_copy(update={"office_hours": "Monday to Friday, 9 am to 5 pm"})
    content = house.content.model_copy(update={"hotline": hotline})
    return Chat(replace(house, content=content, hand_over=True))


def labels(answered: Reply) -> list[str]:
    return [button.label for row in answered.buttons for button in row]


WRITE = "Write to a volunteer here"


def test_without_volunteers_nothing_is_offered_and_an_old_button_brings_the_numbers(chat: Chat) -> None:
    assert WRITE not in labels(chat.say("/human please, i want to talk to a person"))
    answered = chat.send(Message(action=Action(Do.WRITE, language="en")))
    assert answered.outcome is Outcome.HUMAN
    assert not chat.session.writing


def test_it_is_offered_beside_the_numbers_at_a_personal_case_and_when_lost_twice(desk: Chat) -> None:
    assert WRITE in labels(desk.send(Message(action=Action(Do.HUMAN))))
    personal = desk.say("should i renew my license, i have an old deportation order")
    assert personal.outcome is Outcome.PERSONAL
    assert WRITE in labels(personal)
    assert WRITE not in labels(desk.say("qwrtz plkjh"))
    assert WRITE in labels(desk.say("qwrtz plkjh"))


def test_she_is_told_what_is_passed_on_who_answers_and_when_before_she_writes(desk: Chat) -> None:
    desk.send(Message(action=Action(Do.HUMAN)))
    told = desk.press(WRITE).plain()
    for said in (
        "I will pass on your next message, its language and the state.",
        "never pass on your name, your telephone number",
        "Telegram can see it too",
        "A-numbers, telephone numbers, addresses and license plates in it are hidden",
        "A volunteer can answer in: English and Spanish.",
        "Hours: Monday to Friday, 9 am to 5 pm",
        "If it is an emergency, do not wait: call.",
    ):
        assert said in told
    assert desk.last is not None
    assert not desk.last.hand_over


def test_in_a_language_that_nobody_at_the_hotline_speaks_she_is_told_so(desk: Chat) -> None:
    told = desk.send(Message(action=Action(Do.WRITE, language="pl"), client_language="pl"))
    assert told.language == "pl"
    spoken = desk.house.translator("pl").text("You can still write in your language.")
    assert spoken in told.plain()


def test_only_the_next_message_is_passed_on_and_its_numbers_are_hidden(desk: Chat) -> None:
    desk.say("i live in illinois")
    desk.send(Message(action=Action(Do.WRITE)))
    told = desk.say(QUESTION)
    assert told.hand_over == "my husband has an old order, call [hidden]"
    assert (told.outcome, told.state, told.language) == (Outcome.HUMAN, "IL", "en")
    assert "I have hidden numbers or addresses in it." in told.plain()
    assert not desk.session.writing
    assert not desk.say("can i opt out of sharing my license data").hand_over


def test_she_can_have_them_shown_for_one_message(desk: Chat) -> None:
    desk.send(Message(action=Action(Do.WRITE)))
    assert "The volunteers will see them." in desk.press("Do not hide them").plain()
    told = desk.say(QUESTION)
    assert told.hand_over == QUESTION
    assert "I have hidden" not in told.plain()
    desk.send(Message(action=Action(Do.WRITE)))
    assert "[hidden]" in desk.say(QUESTION).hand_over


def test_she_can_have_them_hidden_again(desk: Chat) -> None:
    desk.send(Message(action=Action(Do.WRITE)))
    desk.press("Do not hide them")
    desk.press("Hide them")
    assert "[hidden]" in desk.say(QUESTION).hand_over


@pytest.mark.parametrize("do", [Do.CANCEL, Do.TOPICS, Do.HUMAN, Do.START, Do.FORGET_NOW, Do.ANSWER])
def test_whoever_cancels_or_goes_elsewhere_has_nothing_passed_on(desk: Chat, do: Do) -> None:
    desk.send(Message(action=Action(Do.WRITE)))
    desk.send(Message(action=Action(do, "opt_out" if do is Do.ANSWER else None)))
    assert not desk.say(QUESTION).hand_over


def test_a_photo_a_forward_an_edit_and_a_wish_for_a_language_are_not_passed_on(desk: Chat) -> None:
    desk.send(Message(action=Action(Do.WRITE)))
    assert not desk.send(Message()).hand_over
    assert not desk.say("they wrote me this: come to our office", forwarded=True).hand_over
    assert not desk.say("can i opt out in illinois", edited=True).hand_over
    in_spanish = desk.say("en español por favor")
    assert (in_spanish.hand_over, in_spanish.language) == ("", "es")
    assert desk.session.writing
    assert desk.say("me llegó una carta de corte").hand_over == "me llegó una carta de corte"


def test_an_emergency_is_answered_at_once_and_passed_on_too(desk: Chat) -> None:
    desk.send(Message(action=Action(Do.WRITE)))
    answered = desk.say("ICE is at my door right now")
    assert answered.outcome is Outcome.EMERGENCY
    assert answered.hand_over == "ICE is at my door right now"
    assert "also passed your message on" in answered.plain()


def test_under_somebody_elses_message_the_button_still_begins_her_own(desk: Chat) -> None:
    desk.say("should i renew my license, i have an old deportation order", forwarded=True)
    desk.press(WRITE)
    assert desk.session.writing


def test_no_text_is_remembered(desk: Chat) -> None:
    desk.send(Message(action=Action(Do.WRITE)))
    desk.say(QUESTION)
    assert "husband" not in repr(desk.session)
