"""Languages without answers are recognised and never taken for a served one in silence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.conversation.house import House
from bot.conversation.reply import Outcome
from bot.understanding.text import clean
from bot.understanding.unserved import unserved_languages
from tests.conftest import Chat


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("کیا پولیس میری معلومات دیکھ سکتی ہے", "ur"),
        ("آیا اداره مهاجرت گواهینامه مرا می بیند", "fa"),
        ("警察は私の免許証を見ることができますか", "ja"),
        ("મારું લાઇસન્સ", "gu"),
        ("የመንጃ ፈቃድ", "am"),
        ("ናይ መዘወሪ ፍቓድ ኣሎኒ", "ti"),
        ("मेरो लाइसेन्स प्रहरीले हेर्न सक्छ", "ne"),
        ("Ich habe Angst, kann die Polizei meine Daten sehen", "de"),
        ("yujwal diyos ay hin", "kjb"),
        ("Waxaan rabaa inaan ogaado booliska", "so"),
    ],
)
def test_an_unserved_language_is_recognised(house: House, text: str, code: str) -> None:
    detected = house.interpreter.languages.detect(clean(text))
    assert (detected.language, detected.unserved) == (None, code)


@pytest.mark.parametrize("text", ["شلونچ گاعد بالبيت", "यह मेरा लाइसेंस है", "我的驾照信息", "帮我找ICE office"])
def test_a_served_script_is_not_taken_for_an_unserved_language(house: House, text: str) -> None:
    assert house.interpreter.languages.detect(clean(text)).unserved is None


def test_the_reply_has_its_own_line_and_spanish_and_english_and_brings_a_person(new_chat: Callable[[], Chat]) -> None:
    reply = new_chat().say("کیا پولیس میری معلومات دیکھ سکتی ہے")
    assert reply.outcome is Outcome.HUMAN
    assert str(unserved_languages()["ur"].line) in reply.plain()
    assert "A person can help you" in reply.plain()
    assert "Una persona" in reply.plain()


def test_a_language_can_be_asked_for_by_name(new_chat: Callable[[], Chat]) -> None:
    assert new_chat().say("my caller only speaks mam").outcome is Outcome.HUMAN


def test_an_answer_in_another_language_than_the_last_offers_to_stay_in_it(new_chat: Callable[[], Chat]) -> None:
    chat = new_chat()
    chat.say("does ice see my record in Alabama")
    chat.say("la migra puede ver mi licencia en Alabama")
    chat.press("Siempre")
    assert chat.session.chosen
    assert chat.session.language == "es"
