"""A whole run over another project's small content, and the phrasings that are blamed."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.asking import asker
from bot.conversation.asker import reply
from bot.conversation.house import House, build_house
from bot.conversation.reply import Message
from bot.conversation.session import Session
from bot.explaining import Phrasebook, _decided, explain
from bot.knowledge.reading import survey
from bot.measuring.report import Wanted, report
from bot.settings import SettingsError
from bot.understanding.evaluation import Labelled
from bot.understanding.matching import ANSWER, Decision, Match, decide
from tests.conftest import TODAY

QUESTIONS = [
    Labelled("en-1", "en", "in_scope", "where are the apples", ("apples",)),
    Labelled("en-2", "en", "in_scope", "who has bees for me", ("apples",)),  # labelled wrongly on purpose
    Labelled("en-3", "en", "noise", "qwrtp zzgh"),
]


@pytest.fixture
def fruit(tmp_path: Path) -> Path:
    folder = tmp_path / "fruit"
    folder.mkdir()
    for name in ("apples", "bees"):
        (folder / f"{name}.yaml").write_text(
            f"id: {name}\nkind: information\nquestion: Which tree has {name}?\nphrasings:\n  en:\n"
            f"    - where are the {name} in chicago\n    - where do i find {name}\n    - who has {name} for me\n"
            f"answers:\n  US: {{text: Here., sources: [the farmer], review: {{status: draft}}}}\n",
            encoding="utf-8",
        )
    return folder


@pytest.fixture
def farm(fruit: Path, tmp_path: Path) -> House:
    return build_house(fruit, tmp_path, cache=None)


@pytest.fixture
def phrasebook(farm: House, fruit: Path) -> Phrasebook:
    loaded, _ = survey(fruit)
    return Phrasebook(loaded, farm.interpreter)


def _report(farm: House, phrasebook: Phrasebook, wanted: Wanted) -> list[str]:
    return list(report(QUESTIONS, asker(farm), farm.interpreter, phrasebook, wanted))


def _json(path: Path) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_a_phrasing_is_found_where_it_stands_also_with_a_place_in_it(phrasebook: Phrasebook) -> None:
    found = phrasebook.closest("where are the apples", "apples")
    assert found is not None
    assert (Path(found.file).name, found.line, found.text) == ("apples.yaml", 6, "where are the apples in chicago")
    assert found.alike > 0.8
    other = phrasebook.closest("who has the apples", "apples")
    assert other is not None
    assert other.line == 8


def test_a_text_without_words_and_an_unknown_intent_have_no_phrasing(phrasebook: Phrasebook) -> None:
    assert phrasebook.closest("", "apples") is None
    assert phrasebook.closest("where are the apples", "plums") is None


def test_what_was_taken_for_another_is_said_with_the_phrasing_to_blame(farm: House, phrasebook: Phrasebook) -> None:
    said = "\n".join(_report(farm, phrasebook, Wanted(errors=True)))
    assert "apples -> bees: 1\n" in said
    assert "bees.yaml:8: who has bees for me (1.00)" in said
    assert "noise -> " not in said


def test_every_figure_is_in_the_file_too(farm: House, phrasebook: Phrasebook, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    lines = _report(farm, phrasebook, Wanted(json=path))
    run = _json(path)
    assert set(run["figures"]) == {"all", "en"}
    for name, value in run["figures"]["all"].items():
        assert any(line.split() == [name, f"{value:.4g}", f"{value:.4g}"] for line in lines)
    assert [message["id"] for message in run["messages"]] == ["en-1", "en-2", "en-3"]
    (confused,) = run["confused"]
    assert (confused["asked"], confused["given"]) == ("apples", "bees")
    assert confused["mistakes"][0]["blamed"]["line"] == 8
    assert sum(part["count"] for part in run["calibration"]) == 2


def test_a_run_can_be_compared_with_the_one_before(farm: House, phrasebook: Phrasebook, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    _report(farm, phrasebook, Wanted(json=path))
    run = _json(path)
    run["messages"][0]["word"] = "refused"
    path.write_text(json.dumps(run), encoding="utf-8")
    lines = _report(farm, phrasebook, Wanted(compare=path))
    assert lines[-1].split()[:5] == ["better", "en-1", "refused", "->", "right"]


def test_a_file_that_cannot_be_written_is_said(farm: House, phrasebook: Phrasebook, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no_folder"):
        _report(farm, phrasebook, Wanted(json=tmp_path / "no_folder" / "run.json"))


def test_a_picture_without_its_library_is_refused_before_anything_is_measured(
    farm: House, phrasebook: Phrasebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(SettingsError, match=r"pip install 'amparo\[bench\]'"):
        next(iter(report(QUESTIONS, asker(farm), farm.interpreter, phrasebook, Wanted(chart=tmp_path / "x.png"))))


def _explained(farm: House, phrasebook: Phrasebook, text: str) -> list[str]:
    answered, _ = reply(Message(text), Session(greeted=True), farm, TODAY)
    return list(explain(farm, phrasebook, text, answered))


def test_an_explanation_says_what_was_read_and_each_parts_share(farm: House, phrasebook: Phrasebook) -> None:
    lines = _explained(farm, phrasebook, "where do i fnid aplpes, Chicago")
    said = "\n".join(lines)
    assert "Typos repaired: fnid as find, aplpes as apples." in said
    assert 'State: Illinois (from "Chicago").' in said
    assert "By words alone" in said
    first = next(line for line in lines if line.startswith("apples "))
    assert 'closest phrasing "where do i find apples"' in first
    assert "apples.yaml:7" in first
    assert "ahead of the next (+" in first
    second = next(line for line in lines if line.startswith("bees "))
    assert "behind the first (-" in second
    assert lines.index(first) < lines.index(second)


@pytest.mark.parametrize(
    ("scores", "words"),
    [
        ((93, 12), f"Sure: 93 is {ANSWER:.0f} or more, and 81 ahead of the next."),
        ((52, 12), f"Not sure: 52 is under {ANSWER:.0f}."),
        ((90, 86), "Not sure: only 4 ahead of the next, 10 are needed."),
        ((5, 1), "Nothing to offer: no question about the subject scores 8."),
        ((), "There is no word to go by."),
    ],
)
def test_an_explanation_says_why_it_was_decided_so(farm: House, scores: tuple[float, ...], words: str) -> None:
    matches = [Match(name, score) for name, score in zip(("apples", "bees"), scores, strict=False)]
    heard = farm.interpreter.interpret("where are the apples")
    assert _decided(replace(heard, matches=matches, decision=decide(matches))) == words


def test_an_emergency_is_explained_before_everything(farm: House) -> None:
    heard = replace(farm.interpreter.interpret("where are the apples"), emergency=Match("fire", 98.4))
    assert _decided(heard) == "An emergency, fire 98, comes before everything."


def test_an_answer_to_one_of_several_sentences_is_explained(farm: House) -> None:
    heard = farm.interpreter.interpret("where are the apples")
    heard = replace(heard, matches=[Match("bees", 40)], decision=Decision(answer=Match("apples", 88)))
    assert _decided(heard) == "Sure of one of its sentences: apples 88."
