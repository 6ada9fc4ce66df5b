"""Places in every language and script, as people write them."""

from __future__ import annotations

import pytest

from bot.conversation.house import House
from bot.understanding.places import Places
from bot.understanding.text import clean


@pytest.fixture(scope="session")
def places(house: House) -> Places:
    return house.interpreter.places


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("zh", "我在伊利诺伊州", "IL"),
        ("zh", "我住在伊利諾州芝加哥", "IL"),
        ("zh", "阿拉巴马的车管局", "AL"),
        ("zh", "在IL开车", "IL"),
        ("zh", "莫比尔的移民局", "AL"),
        ("ko", "앨라배마에서 운전해요", "AL"),
        ("ko", "일리노이주", "IL"),
        ("ko", "IL에서 면허", "IL"),
        ("ko", "시카고에 살아요", "IL"),
        ("ar", "بألاباما", "AL"),
        ("ar", "لإلينوي بيعطوا معلوماتي", "IL"),
        ("ar", "انا في شيكاغو", "IL"),
        ("hi", "मैं इलिनॉय में रहता हूं", "IL"),
        ("hi", "main alabama mein rehta hun", "AL"),
        ("hi", "chicago me DMV", "IL"),
        ("vi", "tôi ở Alabama", "AL"),
        ("vi", "tieu bang il", "IL"),
        ("vi", "i-li-noi", "IL"),
        ("ru", "в Алабаме", "AL"),
        ("ru", "живу в Чикаго", "IL"),
        ("uk", "з Іллінойсу", "IL"),
        ("uk", "в Алабамі", "AL"),
        ("pl", "mieszkam w Alabamie", "AL"),
        ("pl", "w Illinois", "IL"),
        ("fr", "les gens de l'Alabama", "AL"),
        ("fr", "dans l’Illinois", "IL"),
        ("ht", "nan Ilinwa", "IL"),
        ("tl", "nakatira ako sa Illinois", "IL"),
        ("pt", "moro em Mobile", "AL"),
        ("es", "vivo en Ilinoy", "IL"),
    ],
)
def test_a_state_is_heard_in_every_language(places: Places, language: str, text: str, code: str) -> None:
    assert places.find(clean(text), language).states == (code,)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "取得州长同意"),
        ("hi", "maine license banwaya"),
        ("hi", "मोबाइल में"),
        ("hi", "mobile mein data"),
        ("vi", "có dc không"),
        ("vi", "CA hỏi bằng lái"),
        ("ht", "w al lekòl"),
        ("fr", "ils sont à la porte"),
        ("fr", "il y a un probleme"),
        ("pl", "co to jest"),
        ("tl", "sa mobile ko"),
        ("ar", "التقرير السنوي"),
        ("ar", "وزارة الاسكان"),
        ("ko", "내 데이터"),
        ("es", "adelante por favor"),
        ("en", "campaign and taxes"),
    ],
)
def test_words_that_look_like_places_are_none(places: Places, language: str, text: str) -> None:
    found = places.find(clean(text), language)
    assert (found.states, found.candidates) == ((), ())


def test_chicago_ok_is_no_state_of_oklahoma(places: Places) -> None:
    assert places.find("I'm in Chicago, OK?", "en").states == ("IL",)


def test_washington_in_chinese_is_asked_about(places: Places) -> None:
    assert places.find("我住在华盛顿", "zh").candidates == ("DC", "WA")
