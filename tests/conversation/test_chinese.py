"""Traditional characters: shown where a person writes or chooses them, and never mixed."""

from __future__ import annotations

import pytest

from bot.conversation.asker import reply
from bot.conversation.house import House
from bot.conversation.reply import Action, Do, Message, Reply
from bot.conversation.session import Session
from bot.conversation.volunteer import card
from tests.conftest import TODAY

SIMPLIFIED = "可以不让车管局把我的资料给ICE吗"
TRADITIONAL = "可以不讓車管局把我的資料給ICE嗎"


IN_SIMPLIFIED, IN_TRADITIONAL = set("这们个问关车"), set("這們個問關車")


def characters(answered: Reply) -> str:
    """Which characters a reply is in; the list of languages apart."""
    found = set(shown(answered))
    both = bool(found & IN_SIMPLIFIED), bool(found & IN_TRADITIONAL)
    return {(True, False): "simplified", (False, True): "traditional"}.get(both, f"mixed or neither: {found}")


def shown(answered: Reply) -> str:
    return answered.plain() + "".join(button.label for row in answered.buttons for button in row)


@pytest.mark.parametrize(("text", "expected"), [(SIMPLIFIED, "simplified"), (TRADITIONAL, "traditional")])
def test_an_answer_comes_in_the_characters_of_the_question(house: House, text: str, expected: str) -> None:
    answered, after = reply(Message(text), Session(state="IL", greeted=True), house, TODAY)
    assert answered.language == "zh"
    assert characters(answered) == expected
    assert after.traditional is (text == TRADITIONAL)


def test_the_clients_setting_counts_where_nothing_was_written(house: House) -> None:
    answered, _ = reply(Message(action=Action(Do.ABOUT), client_language="zh-hant"), Session(), house, TODAY)
    assert "問題" in shown(answered)


def test_buttons_under_traditional_characters_go_on_in_them_after_a_restart(house: House) -> None:
    answered, _ = reply(Message(TRADITIONAL), Session(state="IL", greeted=True), house, TODAY)
    pressed = next(b.action for row in answered.buttons for b in row if b.action and b.action.do is Do.ANSWER)
    decoded = Action.decode(pressed.encode())
    again, after = reply(Message(action=decoded), Session(), house, TODAY)
    assert again.language == "zh"
    assert characters(again) == "traditional"
    assert after.traditional


def test_a_choice_is_not_changed_by_what_is_written(house: House) -> None:
    listed, session = reply(Message(action=Action(Do.LANGUAGES)), Session(greeted=True), house, TODAY)
    label = next(b for row in listed.buttons for b in row if b.label == "繁體中文")
    _, session = reply(Message(action=label.action), session, house, TODAY)
    assert (session.language, session.chosen, session.traditional) == ("zh", True, True)
    answered, _ = reply(Message(SIMPLIFIED), session, house, TODAY)
    assert characters(answered) == "traditional"


def test_a_card_hands_on_what_the_person_who_asked_can_read(house: House) -> None:
    replies, _ = card(
        Message(TRADITIONAL + " 芝加哥", forwarded=True, client_language="en"), Session(greeted=True), house, TODAY
    )
    assert [characters(one) for one in replies if one.language == "zh"] == ["traditional"]
