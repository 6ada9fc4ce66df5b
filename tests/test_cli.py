"""The commands, called as the shell calls them: what is printed, and the exit code."""

from __future__ import annotations

import io
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.conversation.house import House
from bot.conversation.reply import Outcome
from bot.knowledge.model import LANGUAGES
from tests.conftest import ROOT

pytestmark = pytest.mark.usefixtures("own_logging")

KEYS = ["id", "outcome", "intent", "score", "state", "language", "sources", "disagreement", "choices", "review", "text"]
"""What tools outside the project rely on."""


@dataclass(frozen=True)
class Ran:
    """One run of a command."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The lines as JSON, strictly: Python alone also takes NaN and Infinity."""

        def refuse(constant: str) -> None:
            raise AssertionError(f"{constant} is not JSON")

        return [json.loads(line, parse_constant=refuse) for line in self.out.split("\n") if line]


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in an environment without settings; nothing learnt is kept."""
    for name in ("TOKEN", "TOKEN_FILE", "DRAFTS", "LANGUAGE", "PROTECT", "INTENTS", "TRANSLATIONS"):
        monkeypatch.delenv(f"AMPARO_{name}", raising=False)
    monkeypatch.setenv("AMPARO_CACHE", "")

    def call(*arguments: str | Path, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        code = main([str(argument) for argument in arguments])
        return Ran(code, *capsys.readouterr())

    return call


@pytest.fixture
def run_own(run: Run, monkeypatch: pytest.MonkeyPatch, house: House, cache: Path) -> Run:
    """Run a command on Amparo's own content, with what the house has learnt."""
    assert house.content.intents
    monkeypatch.setenv("AMPARO_CACHE", str(cache))
    return run


@pytest.fixture
def fruit(tmp_path: Path) -> Path:
    """A folder with nothing but two intents, sources as plain text: another project's content."""
    folder = tmp_path / "fruit"
    folder.mkdir()
    for name, where in (("apples", "barn"), ("bees", "hives")):
        asked = [f"where are the {name}", f"where do i find {name}", f"{name} please", f"who has {name} for me"]
        (folder / f"{name}.yaml").write_text(
            f"id: {name}\nkind: information\nquestion: Where are the {name}?\n"
            f"phrasings:\n  en: [{', '.join(asked)}]\n"
            f"answers:\n  US: {{text: In the {where}., sources: [the farmer], review: {{status: draft}}}}\n",
            encoding="utf-8",
        )
    return folder


@pytest.fixture
def no_translations(tmp_path: Path) -> Path:
    folder = tmp_path / "translations"
    folder.mkdir()
    return folder


def lines(*asked: object) -> bytes:
    return "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in asked).encode()


# ask --jsonl


def test_each_line_has_exactly_the_promised_keys(run_own: Run) -> None:
    texts = ["can ice see my license data", "hello", "ICE is at my door", "qwrtp zzgh", "texas", "i want a person", ""]
    ran = run_own(
        "ask", "--jsonl", stdin=lines(*({"id": t, "text": t, "state": None, "language": None} for t in texts))
    )
    assert ran.code == 0
    assert [answered["id"] for answered in ran.objects] == texts
    for answered in ran.objects:
        assert list(answered) == KEYS
        assert answered["outcome"] in set(Outcome)
        assert answered["language"] in LANGUAGES
        assert answered["score"] is None or 0 <= answered["score"] <= 100
        assert all(isinstance(source, str) for source in answered["sources"] + answered["disagreement"])
        assert len(answered["choices"]) <= 3
        assert all(list(choice) == ["intent", "score", "sources"] for choice in answered["choices"])
        assert isinstance(answered["text"], str)


def test_a_question_with_state_and_language_gets_that_states_answer_in_that_language(run_own: Run) -> None:
    ran = run_own(
        "ask", "--jsonl",
        stdin=lines({"id": "7", "text": "how do i opt out of dmv sharing", "state": "il", "language": "es"}),
    )  # fmt: skip
    (answered,) = ran.objects
    assert (answered["id"], answered["outcome"], answered["intent"]) == ("7", "answer", "opt_out")
    assert (answered["state"], answered["language"], answered["review"]) == ("IL", "es", "draft")
    assert answered["sources"][0] == "illinois:13"
    assert answered["disagreement"] == ["illinois:1", "illinois:15"]


def test_other_peoples_content_needs_nothing_but_intents(run: Run, fruit: Path) -> None:
    ran = run("ask", "--jsonl", "--intents", fruit, stdin=lines({"id": 1, "text": "where are the apples"}))
    (answered,) = ran.objects
    assert list(answered) == KEYS
    assert (answered["outcome"], answered["intent"]) == ("general", "apples")
    assert answered["sources"] == ["the farmer"]
    assert "In the barn." in answered["text"]
    assert "license" not in answered["text"]


@pytest.mark.parametrize(("text", "outcome"), [("apples or pears", "choices"), ("zzz barn", "not_understood")])
def test_the_likeliest_intent_and_its_score_are_named_where_none_is_answered(
    run: Run, tmp_path: Path, text: str, outcome: str
) -> None:
    for fruit in ("apples", "pears"):
        intent = {
            "id": fruit, "kind": "information", "question": f"Where are the {fruit}?",
            "phrasings": {"en": [f"where are the {fruit}", f"{fruit} please"]},
            "answers": {"US": {"text": "There.", "sources": ["me"], "review": {"status": "draft"}}},
        }  # fmt: skip
        (tmp_path / f"{fruit}.yaml").write_text(json.dumps(intent))
    (answered,) = run("ask", "--jsonl", "--intents", tmp_path, stdin=lines({"id": 1, "text": text})).objects
    assert answered["outcome"] == outcome
    assert answered["intent"] in ("apples", "pears")
    assert 0 < answered["score"] < 100


BAD = [
    ("not json at all", None, "not JSON"),
    ('{"id": 3, "text": "half', None, "not JSON"),
    ("[1, 2]", None, "must be an object"),
    ('"text"', None, "must be an object"),
    ("null", None, "must be an object"),
    ("[" * 100_000, None, "nested"),
    ('{"id": 4}', 4, "text"),
    ('{"id": 5, "text": null}', 5, "text"),
    ('{"id": 6, "text": ["apples"]}', 6, "text"),
    ('{"id": 7, "text": "apples", "state": "XX"}', 7, "state"),
    ('{"id": 8, "text": "apples", "state": "Illinois"}', 8, "state"),
    ('{"id": 9, "text": "apples", "state": 3}', 9, "state"),
    ('{"id": 10, "text": "apples", "language": "klingon"}', 10, "language"),
    ('{"id": 11, "text": "apples", "language": ["es"]}', 11, "language"),
]


def test_a_bad_line_gives_an_error_on_its_line_and_the_rest_go_on(run: Run, fruit: Path) -> None:
    good = {"id": "good", "text": "where are the apples"}
    asked = [line for bad, _, _ in BAD for line in (bad, good)]
    ran = run("ask", "--jsonl", "--intents", fruit, stdin=lines(*asked))
    assert ran.code == 0
    assert len(ran.objects) == len(asked)
    for (bad, number, words), answered in zip(BAD, ran.objects[::2], strict=True):
        assert list(answered) == ["id", "error"], bad[:50]
        assert answered["id"] == number
        assert words in answered["error"]
    assert all(answered["intent"] == "apples" for answered in ran.objects[1::2])


def test_a_line_that_is_not_utf8_gives_an_error_on_its_line(run: Run, fruit: Path) -> None:
    stdin = b'{"id": 1, "text": "caf\xe9"}\n' + lines({"id": 2, "text": "where are the apples"})
    ran = run("ask", "--jsonl", "--intents", fruit, stdin=stdin)
    assert [answered["id"] for answered in ran.objects] == [None, 2]
    assert "error" in ran.objects[0]


def test_half_a_character_does_not_stop_the_rest(run: Run, fruit: Path) -> None:
    # A lone surrogate is fine in JSON's escapes and cannot be written as UTF-8.
    good = {"id": 3, "text": "where are the apples"}
    ran = run(
        "ask", "--jsonl", "--intents", fruit,
        stdin=lines('{"id": "\\ud800", "text": "hi"}', '{"id": 2, "text": "apples \\ud83d"}', good),
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert len(ran.objects) == 3
    assert ran.objects[0]["id"] == "\ud800"
    assert ran.objects[2]["intent"] == "apples"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", '{"a": [NaN]}'])
def test_an_id_that_json_cannot_write_is_never_printed(run: Run, fruit: Path, number: str) -> None:
    ran = run("ask", "--jsonl", "--intents", fruit, stdin=lines(f'{{"id": {number}, "text": "where are the apples"}}'))
    assert ran.code == 0
    (answered,) = ran.objects
    assert answered["id"] is None


@pytest.mark.parametrize(
    "number", ["7", 7, 1.5, None, True, "", 'é 你好 \n\t"', [1, {"a": None}], {"b": "c"}, "x" * 1000, 2**70]
)
def test_an_id_comes_back_as_it_was(run: Run, fruit: Path, number: object) -> None:
    ran = run("ask", "--jsonl", "--intents", fruit, stdin=lines({"id": number, "text": "where are the apples"}))
    (answered,) = ran.objects
    assert answered["id"] == number
    assert type(answered["id"]) is type(number)


def test_the_order_is_kept_and_no_line_knows_of_another(run: Run, fruit: Path) -> None:
    texts = ["where are the apples", "where are the bees"] * 10
    asked = [{"id": n, "text": text} for n, text in enumerate(texts)]
    ran = run("ask", "--jsonl", "--intents", fruit, stdin=lines(*asked))
    assert [answered["id"] for answered in ran.objects] == list(range(20))
    assert [answered["intent"] for answered in ran.objects] == ["apples", "bees"] * 10
    # The same question has the same answer, whatever was asked before.
    assert len({json.dumps({**answered, "id": 0}) for answered in ran.objects}) == 2


def test_empty_settings_of_a_line_mean_find_out(run: Run, fruit: Path) -> None:
    ran = run(
        "ask", "--jsonl", "--intents", fruit,
        stdin=lines({"id": 1, "text": "the apples", "state": "", "language": ""}, {"id": 2, "text": "the apples"}),
    )  # fmt: skip
    one, two = ran.objects
    assert {**one, "id": 0} == {**two, "id": 0}


def test_the_last_line_needs_no_line_end(run: Run, fruit: Path) -> None:
    ran = run("ask", "--jsonl", "--intents", fruit, stdin=b'{"id": 1, "text": "where are the apples"}')
    assert [answered["id"] for answered in ran.objects] == [1]


def test_no_lines_in_no_lines_out(run: Run, fruit: Path) -> None:
    assert run("ask", "--jsonl", "--intents", fruit) == Ran(0, "", "")


# ask


def test_one_question_is_answered_as_a_person_reads_it(run: Run, fruit: Path) -> None:
    ran = run("ask", "where are the", "apples", "--intents", fruit)
    assert ran.code == 0
    assert "In the barn." in ran.out
    assert "[Talk to a person]" in ran.out


def test_explain_shows_the_ranking(run: Run, fruit: Path) -> None:
    ran = run("ask", "where are the apples", "--explain", "--intents", fruit)
    ranking = [line.split() for line in ran.out.splitlines() if line.startswith(("apples ", "bees "))]
    assert [row[0] for row in ranking] == ["apples", "bees"]
    assert float(ranking[0][1].rstrip(":")) > float(ranking[1][1].rstrip(":"))
    assert "It reads: where are the apples" in ran.out
    assert "apples.yaml:5" in ran.out


@pytest.mark.parametrize(("option", "value"), [("--state", "XX"), ("--language", "xx")])
def test_a_wrong_state_or_language_is_said(run: Run, fruit: Path, option: str, value: str) -> None:
    ran = run("ask", "apples", option, value, "--intents", fruit)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("\n") == 1


# check


def test_amparos_own_content_passes_the_check(run: Run) -> None:
    ran = run("check")
    assert ran.code == 0, ran.out
    assert " 0 faults" in ran.out.splitlines()[-1]


def test_a_live_bot_is_checked_for_a_number_and_a_decision(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "intents"
    shutil.copytree(ROOT / "intents", folder)
    hotline = folder / "hotline.yaml"
    hotline.write_text(
        "name: The Line\nsubject: driver's license records and ICE\noffice_hours: Mondays\nnumbers:\n"
        "  - {id: a, name: A, number: 555-0100, for: emergency, states: [US]}\n",
        encoding="utf-8",
    )
    translations = tmp_path / "none"
    translations.mkdir()
    given = ("check", "--deploy", "--intents", folder, "--translations", translations)
    ran = run(*given)
    assert ran.code == 1
    assert "hotline.yaml:4: no emergency number is confirmed" in ran.out
    assert "AMPARO_DRAFTS is not set" in ran.out
    assert run(*given[:1], *given[2:]).code == 0
    text = hotline.read_text(encoding="utf-8")
    hotline.write_text(text.replace("[US]}", "[US], confirmed: {date: 2026-11-22, by: Ana}}"), encoding="utf-8")
    monkeypatch.setenv("AMPARO_DRAFTS", "refuse")
    ran = run(*given)
    assert (ran.code, ran.out.splitlines()[-1].split(", ")[1]) == (0, "0 faults")


def test_faults_of_reading_and_of_the_rules_come_in_one_run(run: Run, fruit: Path, no_translations: Path) -> None:
    path = fruit / "apples.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("status: draft", "status: fine"), encoding="utf-8")
    ran = run("check", "--intents", fruit, "--translations", no_translations)
    assert ran.code == 1
    said = ran.out.splitlines()
    assert any(line.startswith(f"{path}:7: ") and "status" in line for line in said)
    assert any(line.startswith(f"{fruit / 'bees.yaml'}:5: ") and "phrasings" in line for line in said)
    assert f"{len([line for line in said if line.startswith(str(fruit))])} faults" in said[-1]


def test_other_content_can_be_checked_with_amparos_own_translations(run: Run, fruit: Path) -> None:
    ran = run("check", "--intents", fruit)
    assert ran.code == 1
    assert ran.err == ""
    assert "at least 12 are needed" in ran.out


def test_a_broken_catalog_fails_the_check(run: Run, no_translations: Path) -> None:
    path = no_translations / "es" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_text("rubbish\n", encoding="utf-8")
    ran = run("check", "--translations", no_translations)
    assert ran.code == 1
    assert f"{path}:" in ran.out


# Tables


def test_coverage_has_a_row_for_each_intent_and_place(run: Run, house: House) -> None:
    ran = run("coverage")
    assert ran.code == 0
    rows = [tuple(line.split()[i] for i in (0, 2)) for line in ran.out.splitlines() if len(line.split()) > 3]
    for intent in house.content.intents.values():
        for place in intent.answers:
            assert (intent.id, place) in rows
    header = ran.out.splitlines()[0].split()
    assert set(house.translators) <= set(header)
    said = {line.split(":")[0]: line for line in ran.out.splitlines()}
    assert all(" held-out questions" in said[code] for code in LANGUAGES)
    assert "not yet: no person has read it" in said["es"]
    assert "at most" in said["Reading grade of the English"]


def test_evaluate_prints_figures(run: Run, fruit: Path, tmp_path: Path) -> None:
    questions = tmp_path / "en.yaml"
    questions.write_text(
        '- {text: "where are the apples", kind: in_scope, intent: apples}\n'
        '- {text: "where are the bees", kind: in_scope, intent: apples}\n'
        '- {text: "qwrtp zzgh", kind: noise}\n',
        encoding="utf-8",
    )
    ran = run("evaluate", questions, "--intents", fruit)
    assert ran.code == 0, ran.err
    figures = {line.split()[0]: line.split()[1:] for line in ran.out.splitlines() if line.strip()}
    assert figures["all"] == ["en"]
    assert figures["messages"] == ["3", "3"]
    for name in ("in_scope_right", "in_scope_helped", "leaks", "false_answers", "emergency_found"):
        assert len(figures[name]) == 2
    errors = run("evaluate", questions, "--errors", "--intents", fruit)
    assert errors.code == 0
    assert errors.out.startswith(ran.out)


def test_evaluate_writes_its_figures_and_compares_with_them(run: Run, fruit: Path, tmp_path: Path) -> None:
    questions, path = tmp_path / "en.yaml", tmp_path / "run.json"
    questions.write_text('- {text: "where are the apples", kind: in_scope, intent: apples}\n', encoding="utf-8")
    assert run("evaluate", questions, "--json", path, "--intents", fruit).code == 0
    assert json.loads(path.read_text(encoding="utf-8"))["figures"]["en"]["in_scope_right"] == 1
    again = run("evaluate", questions, "--compare", path, "--intents", fruit)
    assert again.code == 0
    assert again.out.splitlines()[-1] == "1 messages in both runs, 0 in one only"
    wrong = run("evaluate", questions, "--compare", questions, "--intents", fruit)
    assert (wrong.code, wrong.out) == (1, "")
    assert "--compare" in wrong.err


def test_a_threshold_is_recommended_from_the_content_alone(run: Run, fruit: Path) -> None:
    ran = run("threshold", "--intents", fruit)
    assert ran.code == 0, ran.err
    assert ran.out.startswith("1 phrasings of learnt subjects, 4 of subjects that were not learnt\n")
    assert "Recommended: from " in ran.out.splitlines()[-1]


@pytest.mark.parametrize("option", ["--sweep", "--fit"])
def test_evaluate_has_other_tables(run: Run, fruit: Path, tmp_path: Path, option: str) -> None:
    questions = tmp_path / "en.yaml"
    questions.write_text('- {text: "where are the apples", kind: in_scope, intent: apples}\n', encoding="utf-8")
    ran = run("evaluate", questions, option, "--intents", fruit)
    assert ran.code == 0, ran.err
    assert len(ran.out.splitlines()) > 3


@pytest.mark.parametrize(
    ("text", "words"),
    [("- {text: a, kind: nonsense}\n", "en.yaml:1: "), ("just words\n", "en.yaml:"), ("- [\n", "en.yaml:2: ")],
)
def test_wrong_questions_are_said_on_their_line(run: Run, fruit: Path, tmp_path: Path, text: str, words: str) -> None:
    questions = tmp_path / "en.yaml"
    questions.write_text(text, encoding="utf-8")
    ran = run("evaluate", questions, "--intents", fruit)
    assert (ran.code, ran.out) == (1, "")
    assert words in ran.err


@pytest.mark.parametrize("name", ["en.yaml", "all.tsv"])
def test_questions_that_are_not_there_are_said(run: Run, fruit: Path, tmp_path: Path, name: str) -> None:
    ran = run("evaluate", tmp_path / name, "--intents", fruit)
    assert ran.code == 1
    assert name in ran.err
    assert "fault of its own" not in ran.err


# run


def test_practice_can_be_a_conversation_in_the_terminal(run: Run, fruit: Path) -> None:
    ran = run("practice", "--terminal", "--intents", fruit, stdin=b"where are the apples\n")
    assert (ran.code, ran.err) == (0, "")
    assert "In the barn." in ran.out


TOKEN = "123456:AAF-notarealtoken_0123456789"


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"AMPARO_LANGUAGE": "xx"}, "AMPARO_LANGUAGE"),
        ({"AMPARO_DRAFTS": "maybe"}, "AMPARO_DRAFTS"),
        ({"AMPARO_INTENTS": "/no/such/folder"}, "AMPARO_INTENTS"),
        ({"AMPARO_TOKEN_FILE": "/no/such/file"}, "AMPARO_TOKEN_FILE"),
        ({"AMPARO_DARFTS": "serve"}, "AMPARO_DARFTS"),
        ({"AMPARO_TOKEN": TOKEN}, "AMPARO_DRAFTS must be serve or refuse"),
        ({"AMPARO_TOKEN": TOKEN, "AMPARO_DRAFTS": "serve"}, "no confirmed emergency number"),
    ],
)
def test_wrong_settings_give_one_line_and_exit_1(
    run: Run, fruit: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], words: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    options = () if "AMPARO_INTENTS" in environment else ("--intents", fruit)
    ran = run("run", *options)
    assert (ran.code, ran.out) == (1, "")
    assert words in ran.err
    assert ran.err.count("\n") == 1
    assert TOKEN not in ran.err


@pytest.mark.parametrize("option", ["--intents", "--translations"])
def test_a_folder_that_does_not_exist_is_said(run: Run, option: str) -> None:
    ran = run("check", option, "/no/such/folder")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"{option} names a folder that does not exist: /no/such/folder\n"


def test_broken_content_does_not_start_and_says_every_fault(run: Run, fruit: Path) -> None:
    for path in fruit.iterdir():
        path.write_text(path.read_text(encoding="utf-8").replace("information", "fruit"), encoding="utf-8")
    ran = run("ask", "apples", "--intents", fruit)
    assert (ran.code, ran.out) == (1, "")
    assert [line.split(":")[1] for line in ran.err.splitlines()] == ["2", "2"]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["ask", "--nonsense"],
        ["translations", "delete"],
        ["evaluate"],
        ["practice", "--port", "70000"],
        ["practice", "--terminal", "--script", "x"],
    ],
)
def test_a_wrong_call_is_answered_with_exit_2(run: Run, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(*arguments)
    assert stopped.value.code == 2


def test_a_fault_of_our_own_is_one_line_without_its_message(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> int:
        raise RuntimeError(f"secret {TOKEN}")

    monkeypatch.setattr("bot.commands.check", broken)
    ran = run("check")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("Amparo stopped because of a fault of its own [RuntimeError at test_cli.py:")
    assert ran.err.count("\n") == 1
    assert TOKEN not in ran.err
