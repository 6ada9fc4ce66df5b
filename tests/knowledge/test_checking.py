"""Each rule over the content refuses a bad file: a small correct content is changed in one place.

What this cannot see: whether a text is true. That is for the people who review answers.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.knowledge import catalogs, checking
from bot.knowledge.catalogs import Translator
from bot.knowledge.checking import Checked, check, check_deploy
from bot.knowledge.comparing import numbers
from bot.knowledge.extraction import contexts
from bot.knowledge.reading import read_content
from tests.conftest import ROOT, TODAY

DOCUMENTS = """\
documents:
  - id: book_al
    state: AL
    title: A book on Alabama
    found: in the library
    date: undated
    questions: 5
    contradictions:
      - {questions: [1, 2], about: ripe in fall; never ripe}
      - {questions: [3], against: [4], about: sweet; sour}
  - id: book_il
    state: IL
    title: A book on Illinois
    found: in the library
    date: undated
    questions: 1
"""

HOTLINE = """\
name: The Fruit Line
subject: fruit
office_hours: Monday to Friday
numbers:
  - id: tree
    name: The tree line
    number: 555-0100
    for: emergency
    states: [US]
    confirmed: {date: 2026-11-22, by: A Person}
"""

APPLES = f"""\
id: apples
kind: information
question: When are apples ripe?
related: [falling]
phrasings:
  en: [{", ".join(f"when are apples ripe {n}" for n in range(12))}]
answers:
  US:
    text: The apples are ripe in fall.
    sources:
      - {{title: A book}}
    review: {{status: draft}}
  AL:
    text: |-
      In Alabama they are ripe in June. Call 555-0100.
    details: |-
      Pick them by hand.
    disagreement: |-
      The book does not agree. One page says June, one says never.
    disagreement_sources:
      - {{document: book_al, question: 2}}
      - {{document: book_al, question: 4}}
    sources:
      - {{document: book_al, question: 1}}
      - {{document: book_al, question: 3}}
      - {{document: book_al, question: 5}}
    review: {{status: approved, by: A Lawyer, date: 2026-11-01, until: 2027-11-01}}
  IL:
    text: In Illinois they are ripe in May.
    sources:
      - {{document: book_il, question: 1}}
    review: {{status: draft}}
"""

# The second half of what the document on Alabama has; so that every question is cited by some answer.
PEARS = f"""\
id: pears
kind: information
question: When are pears ripe?
phrasings:
  en: [{", ".join(f"when are pears ripe {n}" for n in range(12))}]
answers:
  AL:
    text: In Alabama the pears are never ripe.
    disagreement: One page says June, one says never.
    disagreement_sources:
      - {{document: book_al, question: 1}}
    sources:
      - {{document: book_al, question: 2}}
      - {{document: book_al, question: 4}}
    review: {{status: draft}}
"""

FALLING = f"""\
id: falling
kind: emergency
question: An apple is falling
phrasings:
  en: [{", ".join(f"an apple is falling {n}" for n in range(20))}]
answers:
  US:
    text: Step back now.
    sources: []
    review: {{status: draft}}
"""

GREETING = f"""\
id: greeting
kind: smalltalk
question: Hello
phrasings:
  en: [{", ".join(f"hello {n}" for n in range(6))}]
answers:
  US:
    text: Hello to you.
    sources: []
    review: {{status: draft}}
"""

CONTENT = {
    "documents": DOCUMENTS,
    "hotline": HOTLINE,
    "fruit/apples": APPLES,
    "fruit/pears": PEARS,
    "emergency/falling": FALLING,
    "conversation/greeting": GREETING,
}


def write(folder: Path, files: Mapping[str, str | None]) -> Path:
    for name, text in files.items():
        if text is not None:
            path = folder / f"{name}.yaml"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return folder


def checked(
    folder: Path, changed: Mapping[str, str | None], *translators: Translator, today: dt.date = TODAY
) -> Checked:
    """The small content with some files changed (None: left out), read and checked."""
    loaded = read_content(write(folder, {**CONTENT, **changed}))
    return check(loaded, {t.language: t for t in (Translator("en"), *translators)}, today)


def said(folder: Path, name: str, old: str, new: str) -> list[str]:
    """The faults after one change in one file, without the folder's own path."""
    assert old in CONTENT[name]
    found = checked(folder, {name: CONTENT[name].replace(old, new, 1)}).faults
    return [str(fault).removeprefix(f"{folder}/") for fault in found]


def test_the_small_content_has_no_fault(tmp_path: Path) -> None:
    # Otherwise the refusals below would prove nothing.
    assert checked(tmp_path, {}) == Checked([], [])


def test_amparos_own_content_has_no_fault() -> None:
    loaded = read_content(ROOT / "intents")
    translators, faults = catalogs.load(ROOT / "translations")
    assert faults == []
    found = check(loaded, translators, TODAY).faults
    assert not found, "\n".join(map(str, found))


DISAGREEMENT = APPLES[APPLES.index("    disagreement: |-") : APPLES.index("    sources:\n      - {document: book_al")]
LONG = "They are ripe. " * 41
CASES = [
    # identity
    ("fruit/apples", "id: apples", "id: apple", "fruit/apples.yaml:1: the id is 'apple', but the file is called"),
    ("fruit/apples", "question: When are", "question: " + "When are the " * 7, "fruit/apples.yaml:3: the question has"),
    ("fruit/apples", "related: [falling]", "related: [falling, plums]", "fruit/apples.yaml:4: there is no intent"),
    # places and sources
    ("fruit/apples", "{title: A book}", "a book", "apples.yaml:11: a source is {document, question}"),
    ("fruit/apples", "{title: A book}", "{document: diary, question: 1}", "has no document 'diary'"),
    ("fruit/apples", "{document: book_il, question: 1}", "{document: book_il, question: 2}", "has only 1 questions"),
    ("fruit/apples", "{document: book_il, question: 1}", "{document: book_al, question: 5}",
     "apples.yaml:31: an answer for IL cites the document of AL"),
    ("fruit/apples", "{title: A book}", "{document: book_il, question: 1}",
     "an answer for US cites the document of IL"),
    ("fruit/apples", "{document: book_il, question: 1}", "{title: A book}", "answer for IL cites no document of IL"),
    ("fruit/apples", "{document: book_al, question: 5}", "{document: book_al, question: 5}\n"
     "      - {document: book_al, question: 2}", "apples.yaml:23: more than 3 document questions"),
    ("emergency/falling", "  US:", "  AL:", "falling.yaml:6: every intent that is not information needs a US text"),
    ("emergency/falling", FALLING[FALLING.index("answers:"):], "answers: {}\n", "falling.yaml:6: there is no answer"),
    # texts
    ("fruit/apples", "The apples are ripe in fall.", LONG, "apples.yaml:9: the text has"),
    ("fruit/apples", "Pick them by hand.", LONG * 2, "apples.yaml:16: the details has"),
    ("fruit/apples", "The book does not agree.", LONG * 2, "apples.yaml:18: the disagreement has"),
    ("fruit/apples", "The apples are ripe in fall.",
     "Agricultural authorities periodically communicate individualized maturation estimations.",
     "apples.yaml:9: the text reads at grade"),
    ("fruit/apples", "Pick them by hand.", "Agricultural authorities communicate maturation estimations.",
     "apples.yaml:16: the details reads at grade"),
    ("fruit/apples", "The apples are ripe", "Don't worry, the apples are ripe", "the text says \"Don't worry\""),
    ("fruit/apples", "Pick them by hand.", "You are safe.", "the details says 'You are safe'"),
    ("fruit/apples", "One page says June", "Unfortunately, one page says June", "says 'Unfortunately'"),
    ("emergency/falling", "Step back now.", "Some illegal aliens pick them.", "says 'illegal aliens'"),
    ("fruit/apples", "The apples are ripe", "The {fruit} are ripe", "the text has '{'"),
    ("fruit/apples", "The apples are ripe", "The <b>apples</b> are ripe", "the text has '<'"),
    ("fruit/apples", "The apples are ripe", "See https://example.org, the apples are ripe", "has 'https://'"),
    ("fruit/apples", "The apples are ripe", "See [here](a), the apples are ripe", "has ']('"),
    ("fruit/apples", "The apples are ripe", "The ap\u200bples are ripe", "an invisible control character"),
    ("fruit/apples", "The apples are ripe", "The apples \u202eare ripe", "an invisible control character"),
    # disagreements
    ("fruit/apples", DISAGREEMENT,
     "", "apples.yaml:13: the answer for AL rests on a contradicted question and has no disagreement"),
    ("fruit/apples", "      - {document: book_al, question: 2}\n", "", "the disagreement leaves out question 2"),
    ("fruit/apples", "      - {document: book_al, question: 4}\n", "", "the disagreement leaves out question 4"),
    ("fruit/apples", "    disagreement_sources:\n",
     "    disagreement_sources:\n      - {document: book_il, question: 1}\n",
     "apples.yaml:21: an answer for AL cites the document of IL"),
    # reviews
    ("fruit/apples", "    sources:\n      - {title: A book}", "    sources: []", "the answer for US has no source"),
    ("fruit/apples", "date: 2026-11-01, until: 2027-11-01", "date: 2026-11-01, until: 2026-11-01",
     "ends before it begins"),
    ("fruit/apples", "date: 2026-11-01, until: 2027-11-01", "date: 2026-11-01, until: 2025-11-01",
     "ends before it begins"),
    # phrasings
    ("fruit/apples", "when are apples ripe 3, ", "", "apples.yaml:6: 11 phrasings in en, at least 12 are needed"),
    ("emergency/falling", "an apple is falling 3, ", "", "falling.yaml:5: 19 phrasings in en, at least 20 are needed"),
    ("conversation/greeting", "hello 3, ", "", "greeting.yaml:5: 5 phrasings in en, at least 6 are needed"),
    ("fruit/apples", "phrasings:\n", "phrasings:\n  xx: [a]\n", "apples.yaml:6: 'xx' is not one of the languages"),
    ("fruit/pears", "when are pears ripe 3", "When are APPLES ripe 3?!", "is also a phrasing of apples"),
    # documents
    ("documents", "    questions: 1\n", "    questions: 2\n",
     "documents.yaml:11: no answer cites question 2 of book_il"),
    ("documents", "questions: [1, 2]", "questions: [1, 2, 6]", "documents.yaml:9: book_al has only 5 questions"),
    ("documents", "against: [4]", "against: [4, 6]", "documents.yaml:10: book_al has only 5 questions"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"), CASES, ids=[f"{n}-{case[3][:50]}" for n, case in enumerate(CASES)]
)
def test_a_rule_refuses_a_bad_file(tmp_path: Path, name: str, old: str, new: str, expected: str) -> None:
    found = said(tmp_path, name, old, new)
    assert any(expected in fault for fault in found), found


@pytest.mark.parametrize("name", ["Apples", "1apples", "äpfel", "my-apples", "a" * 25])
def test_an_id_that_does_not_fit_into_buttons_is_refused(tmp_path: Path, name: str) -> None:
    changed = {"fruit/apples": None, f"fruit/{name}": APPLES.replace("id: apples", f"id: {name}")}
    assert any("an id has small letters" in fault.sentence for fault in checked(tmp_path, changed).faults)


@pytest.mark.parametrize("name", ["a", "apples_2", "a" * 24])
def test_an_id_that_fits_into_buttons_is_accepted(tmp_path: Path, name: str) -> None:
    changed = {"fruit/apples": None, f"fruit/{name}": APPLES.replace("id: apples", f"id: {name}")}
    assert checked(tmp_path, changed).faults == []


def test_all_rules_speak_in_one_run(tmp_path: Path) -> None:
    changed = {
        "fruit/apples": APPLES.replace("The apples are ripe", "The {fruit} are ripe").replace("[falling]", "[plums]"),
        "emergency/falling": FALLING.replace("an apple is falling 3, ", ""),
        "documents": DOCUMENTS.replace("    questions: 1\n", "    questions: 2\n"),
    }
    assert len(checked(tmp_path, changed).faults) == 4


def test_a_rule_of_its_own_file_names_that_file(tmp_path: Path) -> None:
    (fault,) = checked(tmp_path, {"emergency/falling": FALLING.replace("an apple is falling 3, ", "")}).faults
    assert fault.file == str(tmp_path / "emergency" / "falling.yaml")


def test_the_rules_are_all_applied() -> None:
    # A rule that is written and not listed would never refuse anything.
    per_intent = {
        name
        for name, rule in vars(checking).items()
        if callable(rule) and list(getattr(rule, "__annotations__", {})) == ["loaded", "intent", "return"]
    }
    assert per_intent == {rule.__name__ for rule in checking.RULES}


def translated(folder: Path, **changed: str) -> Translator:
    """Everything in something like Spanish; `changed` is by context, with `__` for `/`."""
    content = read_content(write(folder, CONTENT)).content
    texts: dict[tuple[str | None, str], str] = {
        (context, english): changed.get(context.replace("/", "__"), re.sub("[aeiou]", "o", english))
        for context, english in contexts(content).items()
    }
    return Translator("es", texts)


def spanish(folder: Path, translator: Translator) -> list[str]:
    """The faults of the content with a Spanish catalog, without the missing Spanish phrasings."""
    found = checked(folder, {}, translator).faults
    return [
        f"{fault.file.removeprefix(f'{folder}/')}:{fault.line}: {fault.sentence}"
        for fault in found
        if "phrasings" not in fault.sentence
    ]


def test_a_complete_catalog_has_no_fault(tmp_path: Path) -> None:
    assert spanish(tmp_path, translated(tmp_path)) == []


def test_phrasings_are_needed_in_every_served_language(tmp_path: Path) -> None:
    found = checked(tmp_path, {}, translated(tmp_path)).faults
    assert len(found) == 4
    assert all("0 phrasings in es" in fault.sentence for fault in found)


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ("apples/text/AL", "fruit/apples.yaml:14: no es translation of this text (apples/text/AL)"),
        ("apples/details/AL", "fruit/apples.yaml:16: no es translation of this text (apples/details/AL)"),
        ("apples/question", "fruit/apples.yaml:3: no es translation of this text (apples/question)"),
        ("falling/text/US", "emergency/falling.yaml:8: no es translation of this EMERGENCY text (falling/text/US)"),
    ],
)
def test_a_missing_translation_is_a_fault_on_the_texts_line(tmp_path: Path, context: str, expected: str) -> None:
    assert spanish(tmp_path, translated(tmp_path, **{context.replace("/", "__"): ""})) == [expected]


@pytest.mark.parametrize("context", ["hotline/name", "hotline/office_hours"])
def test_a_deployments_own_name_and_hours_need_no_translation(tmp_path: Path, context: str) -> None:
    assert spanish(tmp_path, translated(tmp_path, **{context.replace("/", "__"): ""})) == []


def test_a_translation_of_other_english_counts_as_missing(tmp_path: Path) -> None:
    whole = translated(tmp_path)
    texts = {
        (of, f"{english}." if of == "pears/question" else english): text for (of, english), text in whole.texts.items()
    }
    (found,) = spanish(tmp_path, Translator("es", texts))
    assert "no es translation of this text (pears/question)" in found


def test_a_translation_that_loses_a_number_is_refused(tmp_path: Path) -> None:
    found = spanish(tmp_path, translated(tmp_path, apples__text__AL="En Alabama, en junio. Llame al 555-0101."))
    assert any("the es translation lacks the number 5550100" in fault for fault in found)


def test_a_translation_that_writes_a_number_in_another_way_is_accepted(tmp_path: Path) -> None:
    assert spanish(tmp_path, translated(tmp_path, apples__text__AL="En junio. Llame al 555.0100.")) == []


def test_a_translation_with_other_marks_is_refused(tmp_path: Path) -> None:
    (found,) = spanish(tmp_path, translated(tmp_path, apples__text__US="Las **manzanas."))
    assert "other ** marks" in found


@pytest.mark.parametrize("text", ["Hola", "Hola {nombre}", "Hola {name} {state}"])
def test_a_translation_with_other_placeholders_is_refused(tmp_path: Path, text: str) -> None:
    whole = translated(tmp_path)
    (found,) = spanish(tmp_path, Translator("es", {**whole.texts, (None, "Hello {name}"): text}))
    assert (
        found == "translations/es/LC_MESSAGES/messages.po:0: the translation of 'Hello {name}' has other placeholders"
    )


def test_content_without_a_hotline_file_is_checked_against_a_catalog_too(tmp_path: Path) -> None:
    # Another folder of intents with Amparo's own catalogs: faults are said, nothing breaks.
    found = checked(tmp_path, {"hotline": None}, Translator("es")).faults
    assert any("no es translation of this EMERGENCY text" in fault.sentence for fault in found)


def test_content_without_documents_is_checked(tmp_path: Path) -> None:
    found = checked(tmp_path, {"documents": None, "fruit/apples": None, "fruit/pears": None}).faults
    assert found == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Call 555-0100 or 555.0101.", {"5550100", "5550101"}),
        ("1. First.\n2. Then 3 more.", {"3"}),
        ("In 2,000 of 30.000 cases", {"2000", "30000"}),
        ("HB 3882, section 7/8", {"3882", "78"}),
        ("none", set()),
    ],
)
def test_numbers_are_compared_without_signs_and_list_marks(text: str, expected: set[str]) -> None:
    assert numbers(text) == expected


def notes(folder: Path, name: str, old: str, new: str) -> list[str]:
    assert old in CONTENT[name]
    found = checked(folder, {name: CONTENT[name].replace(old, new)})
    assert found.faults == []
    return [str(note).removeprefix(f"{folder}/") for note in found.notes]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("name: The Fruit Line\n", "name: the hotline\n", "hotline.yaml:1: a blank: the hotline has no name"),
        ("office_hours: Monday to Friday", "office_hours:", "hotline.yaml:1: a blank: office_hours"),
        ("    number: 555-0100\n", "", "hotline.yaml:5: a blank: the number of tree"),
        ("    number: 555-0100\n", "    number:\n", "hotline.yaml:5: a blank: the number of tree"),
        ("    confirmed: {date: 2026-11-22, by: A Person}\n", "", "hotline.yaml:5: tree: nobody has confirmed"),
    ],
)
def test_each_blank_of_the_hotline_is_noted(tmp_path: Path, old: str, new: str, expected: str) -> None:
    (note,) = notes(tmp_path, "hotline", old, new)
    assert note.startswith(expected)


def test_a_folder_without_a_hotline_has_its_blanks_noted(tmp_path: Path) -> None:
    assert [note.file for note in checked(tmp_path, {"hotline": None}).notes] == ["hotline.yaml"] * 2


@pytest.mark.parametrize(
    ("today", "count"), [(dt.date(2027, 10, 31), 0), (dt.date(2027, 11, 1), 0), (dt.date(2027, 11, 2), 1)]
)
def test_a_review_that_is_over_is_noted(tmp_path: Path, today: dt.date, count: int) -> None:
    found = checked(tmp_path, {}, today=today)
    assert found.faults == []
    assert [note.sentence for note in found.notes] == ["the review of AL ended on 2027-11-01"] * count


def test_a_live_bot_needs_a_confirmed_emergency_number_and_a_decision_about_drafts(tmp_path: Path) -> None:
    loaded = read_content(write(tmp_path, CONTENT))
    assert check_deploy(loaded, drafts_decided=True) == []
    (fault,) = check_deploy(loaded, drafts_decided=False)
    assert "AMPARO_DRAFTS" in fault.sentence


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("for: emergency", "for: general"),
        ("    confirmed: {date: 2026-11-22, by: A Person}\n", ""),
        ("number: 555-0100", "number:"),
    ],
)
def test_a_live_bot_is_refused_without_a_confirmed_emergency_number(tmp_path: Path, old: str, new: str) -> None:
    loaded = read_content(write(tmp_path, {**CONTENT, "hotline": HOTLINE.replace(old, new)}))
    (fault,) = check_deploy(loaded, drafts_decided=True)
    assert "no emergency number is confirmed" in fault.sentence


def test_a_live_bot_is_refused_without_a_hotline_file(tmp_path: Path) -> None:
    loaded = read_content(write(tmp_path, {**CONTENT, "hotline": None}))
    assert [fault.file for fault in check_deploy(loaded, drafts_decided=True)] == ["hotline.yaml"]
