from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.house import House
from bot.knowledge.model import LANGUAGES
from bot.understanding.languages import Detected, Languages, native_name, to_code
from bot.understanding.text import clean

ROOT = Path(__file__).parent.parent.parent
TRANSLATED = sorted(path.name for path in (ROOT / "translations").iterdir() if path.is_dir())

# As typed on a telephone: short, no accents, few capitals.
SHORT = {
    "en": [
        "who sees my address",
        "they gave them my photo",
        "is it legal",
        "need a lawyer",
        "when do you reply",
        "i am scared",
        "why do they share it",
        "thank you so much",
        "can they see it",
        "whats that law",
        "my brother drives without one",
        "which office keeps it",
    ],
    "es": [
        "quien ve mi direccion",
        "les dieron mi foto",
        "es legal eso",
        "necesito abogado",
        "cuando me contestan",
        "tengo miedo",
        "por que comparten eso",
        "muchas gracias",
        "lo pueden ver",
        "cual es esa ley",
        "mi hermano maneja sin licencia",
        "que oficina la guarda",
    ],
}


@pytest.mark.parametrize(("language", "text"), [(code, text) for code, texts in SHORT.items() for text in texts])
def test_a_short_line_without_accents_is_surely_in_its_language(house: House, language: str, text: str) -> None:
    assert house.interpreter.languages.detect(text) == Detected(language, sure=True)


@pytest.mark.parametrize("text", ["no", "ok", "a", "me", "ICE", "dmv", "visa", "Chicago", "123", "real", "total"])
def test_a_word_of_both_languages_makes_nobody_sure(house: House, text: str) -> None:
    """A person who writes Spanish and then "ok" must not be answered in English from there on."""
    assert not house.interpreter.languages.detect(text).sure


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_translated_language_can_be_detected(house: House, language: str) -> None:
    assert language in house.interpreter.languages.codes


@pytest.mark.parametrize("language", ["en", *TRANSLATED])
def test_the_languages_own_phrasings_are_nearly_all_detected(house: House, language: str) -> None:
    phrasings = sorted(t for intent in house.content.intents.values() for t in intent.phrasings.get(language, ()))
    sample = phrasings[:: len(phrasings) // 300 + 1]
    found = [house.interpreter.languages.detect(clean(text)) for text in sample]
    # Phrasings mix in English ("DACA bay ICE enfo m?"), some more than half of their words.
    assert sum(detected.language == language for detected in found) >= 0.94 * len(sample)
    assert sum(detected.sure and detected.language != language for detected in found) <= 0.05 * len(sample)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("내 운전면허 정보", "ko"),
        ("我的驾照信息", "zh"),
        ("رخصة القيادة", "ar"),
        ("मेरा लाइसेंस", "hi"),
    ],
)
def test_a_script_of_one_of_the_languages_is_enough_to_be_sure(house: House, text: str, language: str) -> None:
    assert house.interpreter.languages.detect(text) == Detected(language, sure=True)


def test_cyrillic_is_russian_or_ukrainian(house: House) -> None:
    assert house.interpreter.languages.detect("мої дані у поліції").language in ("ru", "uk")


def test_a_foreign_script_with_one_latin_name_in_it_is_that_scripts_language(house: House) -> None:
    assert house.interpreter.languages.detect("DMV 가 내 정보를 이민국에 주나요").language == "ko"


@pytest.mark.parametrize("text", ["", "?!", "👍", "...", "ภาษาไทย", "ελληνικά"])
def test_where_nothing_can_be_said_nothing_is_surely_said(house: House, text: str) -> None:
    assert not house.interpreter.languages.detect(text).sure


@given(text=st.text(max_size=300))
def test_detection_never_raises_and_names_one_of_the_languages(house: House, text: str) -> None:
    detected = house.interpreter.languages.detect(clean(text))
    assert detected.language in (None, *LANGUAGES)
    assert detected.language or not detected.sure


def test_detection_is_learnt_from_the_phrasings_alone() -> None:
    languages = Languages({"pl": ["czy policja widzi moje dane"], "vi": ["canh sat co thay thong tin cua toi khong"]})
    assert languages.detect("policja widzi dane") == Detected("pl", sure=True)
    assert languages.detect("thong tin cua toi") == Detected("vi", sure=True)


def test_with_one_latin_language_there_is_nothing_to_tell_apart() -> None:
    assert Languages({"en": ["does ice see my record"]}).detect("ve mi licencia") == Detected("en", sure=False)


def test_without_phrasings_no_latin_text_has_a_language() -> None:
    assert Languages({}).detect("hello") == Detected(None, sure=False)


def test_cyrillic_is_surely_the_only_cyrillic_language_there_is() -> None:
    languages = Languages({"uk": ["чи бачить поліція мої дані"], "en": ["does the police see my data"]})
    assert languages.detect("мої дані").language == "uk"


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("en", "en"),
        ("EN-us", "en"),
        ("es-419", "es"),
        ("es_MX", "es"),
        ("pt-BR", "pt"),
        ("pt-PT", "pt"),
        ("fil", "tl"),
        ("fil-PH", "tl"),
        ("fil_PH", "tl"),
        ("tl", "tl"),
        ("zh", "zh"),
        ("zh-Hans", "zh"),
        ("zh-Hant", "zh"),
        ("zh_Hant_TW", "zh"),
        ("zh-CN", "zh"),
        ("cmn", "zh"),
        ("yue", "zh"),
        ("fr-CA", "fr"),
        ("ar-EG", "ar"),
        ("uk-UA", "uk"),
        ("hi-IN", "hi"),
        ("ht", "ht"),
        ("de", None),
        ("xx", None),
        ("english", None),
        ("spa", None),
        ("", None),
        ("-", None),
        (None, None),
    ],
)
def test_a_language_tag_in_any_spelling_becomes_one_of_the_codes(tag: str | None, code: str | None) -> None:
    assert to_code(tag) == code


@given(st.text(max_size=20))
def test_any_tag_becomes_one_of_the_codes_or_none(tag: str) -> None:
    assert to_code(tag) in (None, *LANGUAGES)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_code_is_its_own_code_and_has_a_name_of_its_own(code: str) -> None:
    assert to_code(code) == code
    name = native_name(code)
    assert name != code
    assert name[0] == name[0].upper()
    assert len({native_name(other) for other in LANGUAGES}) == len(LANGUAGES)


@pytest.mark.parametrize(
    ("code", "name"),
    [("en", "English"), ("es", "Español"), ("zh", "中文"), ("tl", "Filipino"), ("ar", "العربية"), ("uk", "Українська")],
)
def test_a_language_is_called_what_its_speakers_call_it(code: str, name: str) -> None:
    assert native_name(code) == name
