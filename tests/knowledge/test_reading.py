"""Content files to the model: every fault with its line, all in one run, and nothing half-read is served."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.conversation.house import House
from bot.knowledge.model import Source
from bot.knowledge.reading import MAX_BYTES, ContentError, read_content, survey
from tests.conftest import ROOT

GOOD = """\
id: apples
kind: information
question: When are apples ripe?
phrasings:
  en:
    - when are apples ripe
answers:
  US:
    text: In fall.
    sources:
      - {title: A book}
    review: {status: draft}
"""


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def faults(folder: Path) -> list[str]:
    """The faults without the folder's own path."""
    with pytest.raises(ContentError) as caught:
        read_content(folder)
    assert str(caught.value) == "\n".join(map(str, caught.value.faults))
    return [str(fault).removeprefix(f"{folder}/") for fault in caught.value.faults]


def test_a_correct_file_is_read(tmp_path: Path) -> None:
    intent = read_content(write(tmp_path, apples=GOOD)).content.intents["apples"]
    assert intent.answers["US"].text == "In fall."
    assert intent.answers["US"].sources == (Source(title="A book"),)


def test_files_in_folders_below_are_read_and_sorted_by_id(tmp_path: Path) -> None:
    (tmp_path / "fruit" / "soft").mkdir(parents=True)
    write(tmp_path / "fruit" / "soft", pears=GOOD.replace("apples", "pears"))
    write(tmp_path, zucchini=GOOD.replace("apples", "zucchini"), apples=GOOD)
    assert list(read_content(tmp_path).content.intents) == ["apples", "pears", "zucchini"]


def test_five_different_faults_of_one_file_are_said_in_one_run(tmp_path: Path) -> None:
    text = """\
id: apples
kind: fruit
question: When are apples ripe?
question: When do apples fall?
colour: red
phrasings:
  EN:
    - when are apples ripe
answers:
  Alabama:
    text: In fall.
    sources:
      - {title: A book, url: "ftp://example.org", read: 2026-11-22}
    review: {status: fine}
"""
    found = faults(write(tmp_path, apples=text))
    lines = [(int(fault.split(":")[1]), fault) for fault in found]
    for line, words in {
        2: "kind",
        4: "stands twice",
        5: "colour",
        7: "language",
        10: "postal code",
        13: "http",
    }.items():
        assert any(at == line and words in said for at, said in lines), (line, words, found)
    assert any(at == 14 and "status" in said for at, said in lines)
    assert len(found) == 7


def test_the_faults_of_all_files_are_said_in_one_run(tmp_path: Path) -> None:
    found = faults(
        write(
            tmp_path,
            apples=GOOD.replace("kind: information", "kind: fruit"),
            pears=GOOD.replace("id: apples", "id: pears").replace("text: In fall.", "text:"),
            plums="id: [",
        )
    )
    assert {fault.split(":")[0] for fault in found} == {"apples.yaml", "pears.yaml", "plums.yaml"}
    assert any("this is not YAML" in fault for fault in found)


def test_a_faulty_folder_leaves_the_running_content_as_it_was(tmp_path: Path, house: House) -> None:
    running = house.content
    before = running.model_dump_json()
    folder = tmp_path / "intents"
    shutil.copytree(ROOT / "intents", folder)
    (folder / "dmv-ice" / "opt_out.yaml").write_text("id: opt_out\nkind: fruit\n", encoding="utf-8")
    faults(folder)
    assert house.content is running
    assert running.model_dump_json() == before


def test_loaded_content_cannot_be_changed(tmp_path: Path) -> None:
    content = read_content(write(tmp_path, apples=GOOD)).content
    with pytest.raises(ValidationError):
        content.intents["apples"].question = "Other?"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        content.intents["apples"].answers["US"].text = "Never."  # type: ignore[misc]
    with pytest.raises(ValidationError):
        content.intents = {}  # type: ignore[misc]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("id: apples\n", "", 1, "id is missing"),
        ("question: When are apples ripe?\n", "", 1, "question is missing"),
        ("question: When are apples ripe?", "question:", 3, "question is missing"),
        ("question: When are apples ripe?", "question: '  '", 3, "question: "),
        ("kind: information", "kind: fruit", 2, "kind: "),
        ("    text: In fall.\n", "", 8, "answers.US.text is missing"),
        ("    text: In fall.", "    text: [In fall.]", 9, "answers.US.text"),
        ("    text: In fall.", "    txt: In fall.", 9, "answers.US.txt is not a field"),
        ("  US:", "  us:", 8, "postal code"),
        ("  US:", "  XX:", 8, "postal code"),
        ("  en:", "  English:", 5, "a language is a code of small letters"),
        ("    - when are apples ripe", "    - {a: b}", 6, "phrasings.en.0"),
        ("{title: A book}", "{title: A book, document: a, question: 1}", 11, "either"),
        ("{title: A book}", "{document: a}", 11, "question number"),
        ("{title: A book}", "{document: a, question: none}", 11, "question"),
        ("{title: A book}", "{document: a, question: 0}", 11, "question"),
        ("{title: A book}", "{title: A book, url: 'https://example.org'}", 11, "the day it was read"),
        ("{title: A book}", "{title: A, url: 'http://a b', read: 2026-11-22}", 11, "an address starts with"),
        ("{title: A book}", "{title: A, url: 'javascript:alert(1)', read: 2026-11-22}", 11, "an address starts with"),
        ("{title: A book}", "{title: A book, read: yesterday}", 11, "sources.0.read"),
        ("    review: {status: draft}\n", "", 8, "answers.US.review is missing"),
        ("{status: draft}", "{status: approved}", 12, "by, date and until"),
        ("{status: draft}", "{status: approved, by: A Lawyer, date: 2026-11-22}", 12, "by, date and until"),
        ("{status: draft}", "draft", 12, "answers.US.review"),
    ],
)
def test_each_broken_field_is_said_on_its_line(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    assert old in GOOD
    found = faults(write(tmp_path, apples=GOOD.replace(old, new)))
    assert any(fault.startswith(f"apples.yaml:{line}: ") and words in fault for fault in found), found


BROKEN = [
    ("kind: information", "kind: fruit"),
    ("question: When are apples ripe?", "question: [a]"),
    ("  en:", "  EN:"),
    ("- when are apples ripe", "- {a: b}"),
    ("  US:", "  Alabama:"),
    ("text: In fall.", "txt: In fall."),
    ("      - {title: A book}", "      a: b"),
    ("{title: A book}", "{titel: A book}"),
    ("{title: A book}", "{title: A book, url: x}"),
    ("{status: draft}", "{status: fine}"),
    ("{status: draft}", "draft"),
]


@pytest.mark.parametrize("first", BROKEN, ids=lambda change: change[1].strip())
@pytest.mark.parametrize("second", BROKEN, ids=lambda change: change[1].strip())
def test_two_broken_fields_are_survived_together(
    tmp_path: Path, first: tuple[str, str], second: tuple[str, str]
) -> None:
    # One may lie inside the other: a wrong review below a wrong place.
    found = faults(write(tmp_path, apples=GOOD.replace(*first).replace(*second)))
    assert len(found) >= 1


def test_many_wrong_places_with_wrong_answers_are_all_said(tmp_path: Path) -> None:
    # Many, because faults that lie inside each other once came in an order that changed from run to run.
    places = [f"State{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    answers = "".join(f"  {p}:\n    text: In fall.\n    sources: []\n    review: {{status: fine}}\n" for p in places)
    found = faults(write(tmp_path, apples=GOOD.partition("answers:")[0] + "answers:\n" + answers))
    assert sum("postal code" in fault for fault in found) == len(places)
    assert sum("status" in fault for fault in found) == len(places)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "1: the file is empty"),
        ("# only a remark\n", "1: the file is empty"),
        ("just words\n", "1: the file"),
        ("- a\n- b\n", "1: the file"),
        ("id: a\nid: b\n", "2: the key 'id' stands twice"),
        ("id: &a b\n", "1: anchors"),
        ("id: *a\n", "1: aliases"),
        ("id: !x b\n", "1: tags"),
        ("id: " + "[" * 30, "1: this is nested more than 20 levels deep"),
        ("id: a\n--- \nid: b\n", "2: a file holds one YAML document"),
    ],
)
def test_what_is_not_a_content_file_is_said(tmp_path: Path, text: str, words: str) -> None:
    found = faults(write(tmp_path, apples=text))
    assert any(fault.startswith(f"apples.yaml:{words}") for fault in found), found


def test_unquoted_words_and_numbers_stay_what_was_written(tmp_path: Path) -> None:
    text = GOOD.replace(
        "    - when are apples ripe", "    - no\n    - 012\n    - 12:30\n    - yes\n    - 1e3\n    - null"
    )
    intent = read_content(write(tmp_path, apples=text)).content.intents["apples"]
    assert intent.phrasings["en"] == ("no", "012", "12:30", "yes", "1e3", "null")


def test_an_empty_field_is_the_same_as_none(tmp_path: Path) -> None:
    text = GOOD.replace("    text: In fall.", "    text: In fall.\n    details:")
    assert read_content(write(tmp_path, apples=text)).content.intents["apples"].answers["US"].details is None


def test_plain_text_may_be_a_source(tmp_path: Path) -> None:
    text = GOOD.replace("{title: A book}", "the grower's book")
    assert read_content(write(tmp_path, apples=text)).content.intents["apples"].answers["US"].cited() == [
        "the grower's book"
    ]


def test_a_file_of_more_than_a_megabyte_is_refused(tmp_path: Path) -> None:
    just_fits = GOOD + "#" * (MAX_BYTES - len(GOOD))
    read_content(write(tmp_path, apples=just_fits))
    found = faults(write(tmp_path, apples=just_fits + "#"))
    assert found == ["apples.yaml:0: the file is larger than 1 MB"]


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "apples.yaml").write_bytes(GOOD.replace("apples ripe", "café").encode("latin-1"))
    assert faults(tmp_path) == ["apples.yaml:0: the file is not UTF-8 text"]


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "nowhere")
    assert faults(tmp_path) == ["gone.yaml:0: the file cannot be read"]


def test_a_byte_order_mark_and_line_ends_of_windows_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "apples.yaml").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert read_content(tmp_path).content.intents["apples"].answers["US"].text == "In fall."


def test_an_empty_folder_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"no \.yaml file"):
        read_content(tmp_path)


def test_two_files_with_one_id_are_a_fault(tmp_path: Path) -> None:
    found = faults(write(tmp_path, apples=GOOD, pears="# a copy\n" + GOOD))
    assert found == ["pears.yaml:2: the id 'apples' is used in another file too"]


def test_documents_and_hotline_are_read_only_at_the_top(tmp_path: Path) -> None:
    documents = "documents:\n  - {id: book, state: AL, title: A book, found: here, date: undated, questions: 3}\n"
    hotline = "name: The Line\nnumbers: []\n"
    content = read_content(write(tmp_path, apples=GOOD, documents=documents, hotline=hotline)).content
    assert content.documents["book"].questions == 3
    assert content.hotline.name == "The Line"
    assert list(content.intents) == ["apples"]


@pytest.mark.parametrize(
    ("name", "text", "line", "words"),
    [
        ("hotline", "name: L\nnumbers:\n  - {id: a, name: A, number: call me, for: general, states: [US]}\n",
         3, "number"),
        ("hotline", "name: The Line\nnumbers:\n  - {id: a, name: A, for: anything, states: [US]}\n", 3, "for"),
        ("hotline", "name: The Line\nnumbers:\n  - {id: a, name: A, for: general, states: [Ohio]}\n", 3, "states"),
        ("hotline", "name: The Line\nfax: 1\n", 2, "fax is not a field"),
        ("hotline", "name: L\nnumbers:\n  - {id: a, name: A, for: general, states: [US], confirmed: {by: me}}\n",
         3, "date"),
        ("documents", "documents:\n  - {id: book, state: AL, title: A, found: here, date: undated}\n", 2, "questions"),
        ("documents", "books: []\n", 1, "books is not a field"),
    ],
)  # fmt: skip
def test_faults_of_documents_and_hotline_are_said(tmp_path: Path, name: str, text: str, line: int, words: str) -> None:
    found = faults(write(tmp_path, apples=GOOD, **{name: text}))
    assert any(fault.startswith(f"{name}.yaml:{line}: ") and words in fault for fault in found), found


def test_a_survey_goes_on_after_a_fault_so_that_rules_can_speak_too(tmp_path: Path) -> None:
    loaded, found = survey(write(tmp_path, apples=GOOD.replace("status: draft", "status: fine")))
    assert [fault.line for fault in found] == [12]
    assert loaded.content.intents["apples"].answers["US"].text == "In fall."
    assert loaded.doubtful("apples", ("answers", "US", "review"))
    assert not loaded.doubtful("apples", ("question",))


def test_a_later_fault_is_put_on_the_nearest_line_above(tmp_path: Path) -> None:
    loaded = read_content(write(tmp_path, apples=GOOD))
    assert loaded.fault("apples", ("answers", "US", "text"), "x").line == 9
    assert loaded.fault("apples", ("answers", "US", "details"), "x").line == 8
    assert loaded.fault("apples", ("nothing",), "x").line == 1


# Documents and hotline, at the top of the folder, have another shape.
@pytest.mark.parametrize("path", sorted((ROOT / "intents").glob("*/*.yaml")), ids=lambda path: path.stem)
def test_each_file_of_amparo_survives_the_loss_of_any_top_field(tmp_path: Path, path: Path) -> None:
    # Whatever is missing, reading ends in faults with a place, never in an exception of its own.
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    for name in ("id", "kind", "question", "answers"):
        kept = [line for line in lines if not line.startswith(f"{name}:")]
        (tmp_path / path.name).write_text("".join(kept), encoding="utf-8")
        _, found = survey(tmp_path)
        assert found, name
        assert all(fault.line >= 1 for fault in found)
