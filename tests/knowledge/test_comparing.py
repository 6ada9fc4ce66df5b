"""Each rule bites: a fair translation passes, and one change of each kind is found."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.knowledge.catalogs import load
from bot.knowledge.comparing import compare, read_glossary
from tests.conftest import ROOT

ENGLISH = (
    "1. Call **1-800-555-0100** before July 1, 2026, see example.org.\n\nThe warrant must be signed by a judge, {name}."
)
SPANISH = (
    "1. Llame al **1-800-555-0100** antes del 1 de julio de 2026, vea example.org.\n\n"
    "La orden debe estar firmada por un juez, {name}."
)
GLOSSARY = {"signed by a judge": ["firmada por un juez"], "warrant": ["orden"]}


def found(text: str, language: str = "es", english: str = ENGLISH) -> list[str]:
    return list(compare(language, english, text, GLOSSARY if language == "es" else None))


def test_a_fair_translation_passes() -> None:
    assert found(SPANISH) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("0100", "0101", "lacks the number 18005550100"),
        ("2026", "2026, 77", "has the number 77"),
        ("{name}", "", "other placeholders"),
        ("{name}", "{nombre}", "other placeholders"),
        ("{name}", "{name} {0.__class__}", "other placeholders"),
        ("**", "", "other ** marks"),
        ("example.org", "evil.org", "other addresses"),
        ("example.org", "example.org https://evil.test/x", "other addresses"),
        ("orden", "<b>orden</b>", "< or >"),
        ("orden", "or\u202eden", "U+202E"),
        ("orden", "or\u200bden", "U+200B"),
        ("\n\n", " ", "other paragraphs or list lines"),
        ("1. Llame", "Llame", "other paragraphs or list lines"),
        ("firmada por un juez", "firmada", "says “signed by a judge” in none"),
        ("orden", "оrden", "not in Latin letters"),
        ("La orden", "La orden " * 40, "times as long"),
    ],
)
def test_each_rule_bites(old: str, new: str, says: str) -> None:
    assert any(says in fault for fault in found(SPANISH.replace(old, new, 1)))


def test_what_is_still_english_is_found() -> None:
    assert found(ENGLISH) == ["is the English"]
    mixed = "Esto es así. The warrant must be signed by a judge, {name}."
    assert any("still English" in fault for fault in found(mixed))


@pytest.mark.parametrize(
    ("language", "text", "wrong"),
    [
        ("ru", "Ордер должен быть подписан судьей и никем другим", False),
        ("ru", "Ордер повинен бути підписаний суддею і ніким іншим", True),
        ("uk", "Ордер повинен бути підписаний суддею і ніким іншим", False),
        ("uk", "Ордер должен быть подписан судьёй и никем другим", True),
        ("zh", "搜查令必须由法官签署才有效，ICE 表格不算数，请不要开门", False),
        ("zh", "The paper needs a judge and nobody else at all", True),
        ("ar", "يجب أن يكون الأمر موقعا من قاض وليس من ICE", False),
        ("ko", "영장은 반드시 판사가 서명한 것이어야 합니다 ICE", False),
        ("hi", "वारंट पर जज के दस्तखत होने चाहिए, ICE के नहीं", False),
    ],
)
def test_each_language_is_written_in_its_own_letters(language: str, text: str, *, wrong: bool) -> None:
    assert any("letters" in fault for fault in compare(language, "The warrant has a judge's name", text)) is wrong


def test_months_may_become_numbers() -> None:
    assert not list(compare("zh", "since July 1, 2024", "自2024年7月1日起"))


def _changed_number(text: str, rng: random.Random) -> str:
    at = rng.choice([m.start() for m in re.finditer(r"(?<![\d.])\d(?!\. )", text)])
    return text[:at] + str((int(text[at]) + rng.randint(1, 9)) % 10) + text[at + 1 :]


def _lost(mark: str) -> Callable[[str, random.Random], str]:
    return lambda text, _: text.replace(mark, "", 1)


MUTATIONS: dict[str, tuple[str, Callable[[str, random.Random], str]]] = {
    "number": (r"(?<![\d.])\d(?!\. )", _changed_number),
    "placeholder": (r"\{[a-z]+\}", lambda text, _: re.sub(r"\{[a-z]+\}", "", text, count=1)),
    "address": ("", lambda text, rng: f"{text} https://x{rng.randint(1, 99)}.example/"),
    "tag": ("", lambda text, rng: f"{text[: len(text) // 2]}<{rng.choice('abiu')}>{text[len(text) // 2 :]}"),
    "bold": (r"\*\*", _lost("**")),
    "direction": (
        "",
        lambda text, rng: text[: len(text) // 3] + chr(rng.randint(0x202A, 0x202E)) + text[len(text) // 3 :],
    ),
}


@pytest.mark.parametrize("kind", MUTATIONS)
def test_a_thousand_changes_of_each_kind_are_found_in_the_shipped_catalogs(kind: str) -> None:
    needs, change = MUTATIONS[kind]
    rng = random.Random(kind)
    translators, _ = load(ROOT / "translations")
    pairs = [
        (code, english, text)
        for code, translator in translators.items()
        for (_, english), text in translator.texts.items()
        if re.search(needs, text) and not list(compare(code, english, text))
    ]
    missed = 0
    for _ in range(1000):
        code, english, text = rng.choice(pairs)
        changed = change(text, rng)
        missed += changed != text and not list(compare(code, english, changed))
    assert missed <= 5, f"{missed} of 1000 changes of the kind {kind} passed"


def test_a_glossary_is_read_with_its_faults(tmp_path: Path) -> None:
    assert read_glossary(tmp_path / "none.yaml") == ({}, [])
    good = tmp_path / "good.yaml"
    good.write_text("warrant: [orden]\n", encoding="utf-8")
    assert read_glossary(good) == ({"warrant": ["orden"]}, [])
    bad = tmp_path / "bad.yaml"
    bad.write_text("warrant: orden\njudge: []\n", encoding="utf-8")
    glossary, faults = read_glossary(bad)
    assert glossary == {}
    assert [fault.line for fault in faults] == [1, 2]
    bad.write_text("- warrant\n", encoding="utf-8")
    assert read_glossary(bad)[1]
