"""Calibration, comparison and thresholds, against results worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.knowledge.model import Answer, Content, Intent, Kind, Review
from bot.measuring import calibration, comparing
from bot.measuring.chart import draw
from bot.measuring.thresholds import MARGINS, THRESHOLDS, Tried, from_content, left_out
from bot.settings import SettingsError
from bot.understanding.evaluation import Labelled, Verdict
from bot.understanding.matching import ANSWER, MARGIN, Match


def _verdict(score: float, given: str, word: str, outcome: str = "answer") -> Verdict:
    chosen = outcome == "choices"
    got = {
        "outcome": outcome,
        "intent": None if chosen else given,
        "score": None if chosen else score,
        "choices": [{"intent": given, "score": score, "sources": []}] if chosen else [],
    }
    return Verdict(Labelled("1", "en", "in_scope", "?", ("apples",)), got, word)


JUDGED = [
    _verdict(91, "apples", "right"),
    _verdict(99, "apples", "right"),
    _verdict(100, "pears", "wrong"),
    _verdict(55, "apples", "offered", "choices"),
    _verdict(59, "pears", "offered", "choices"),
    _verdict(70, "greeting", "misrouted_smalltalk", "smalltalk"),
]


def test_a_bin_counts_what_was_answered_or_offered_first_and_how_much_was_right() -> None:
    table = calibration.bins(JUDGED)
    assert [(part.low, part.count, part.right) for part in table] == [(50, 2, 1), (90, 3, 2)]
    assert [part.mean_score for part in table] == [57, pytest.approx(290 / 3, abs=0.01)]


def test_the_error_is_how_far_scores_are_from_what_is_right() -> None:
    expected = (2 * abs(0.57 - 1 / 2) + 3 * abs(2.9 / 3 - 2 / 3)) / 5
    assert calibration.error(calibration.bins(JUDGED)) == pytest.approx(expected, abs=1e-4)
    assert calibration.error([]) == 0


def test_the_calibration_is_said_in_words() -> None:
    assert [line.split() for line in calibration.lines(calibration.bins(JUDGED))][1:3] == [
        ["50-60:", "2,", "50.0", "%", "are", "right"],
        ["90-100:", "3,", "66.7", "%", "are", "right"],
    ]


def _run(figures: dict[str, float], **words: str) -> dict[str, Any]:
    messages = [
        {"id": f"en-{n}", "language": "en", "text": text, "stored": None, "word": word, "intent": "apples"}
        for n, (text, word) in enumerate(words.items())
    ]
    return {"figures": {"all": figures, "en": figures}, "messages": messages}


def test_two_runs_differ_in_the_figures_and_messages_that_moved() -> None:
    before = _run({"right": 0.5, "leaks": 0.0}, first="refused", second="right", third="right", gone="right")
    now = _run({"right": 0.75, "leaks": 0.0}, new="right", second="right", first="offered", third="wrong")
    lines = [line.split() for line in comparing.compare(before, now)]
    assert lines[1] == ["right", "all", "0.5", "0.75", "+0.25"]
    assert lines[2] == ["right", "en", "0.5", "0.75", "+0.25"]
    assert lines[3][:1] == ["3"]
    assert "2 in one only" in " ".join(lines[3])
    assert [(line[0], line[2:5]) for line in lines[4:]] == [
        ("better", ["refused", "->", "offered"]),
        ("worse", ["right", "->", "wrong"]),
    ]


def test_a_run_compared_with_itself_has_no_difference() -> None:
    run = _run({"right": 0.5}, first="refused")
    assert len(list(comparing.compare(run, run))) == 2


@pytest.mark.parametrize("written", ["", "[]", "{}", '{"figures": {"all": 1}, "messages": []}', '{"figures": []}'])
def test_a_file_that_is_no_run_is_said(tmp_path: Path, written: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"run\.json"):
        comparing.read_run(path)
    with pytest.raises(SettingsError, match="missing"):
        comparing.read_run(tmp_path / "missing.json")


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    run = _run({"right": 0.5}, first="refused")
    path.write_text(json.dumps(run), encoding="utf-8")
    assert comparing.read_run(path) == run


def _tried(score: float, intent: str | None, given: str = "a", second: float = 0.0) -> Tried:
    return Tried([Match(given, score), Match("z", second)], intent)


def test_the_recommended_pair_is_the_one_worth_most() -> None:
    tried = [
        *[_tried(92, "a") for _ in range(10)],
        *[_tried(72, "a", second=65) for _ in range(6)],
        *[_tried(71, "b") for _ in range(4)],  # answered with the wrong intent up to 70
        *[_tried(66, None) for _ in range(5)],
    ]
    lines = list(from_content(tried))
    rows = {tuple(map(int, line.split()[:2])): list(map(float, line.split()[2:])) for line in lines[2:-2]}
    assert lines[0].startswith("20 phrasings of learnt subjects, 5 of ")
    assert rows[65, 5] == [0.8, 0.2, 1.0, pytest.approx(0.8 - 2 * (0.2 + 0.25))]
    assert rows[70, 5][:3] == [0.8, 0.2, 0.0]
    assert rows[70, 10][:3] == [0.5, 0.2, 0.0]
    assert rows[75, 5] == [0.5, 0.0, 0.0, 0.5]
    assert lines[-1].startswith("Recommended: from 75, margin 5.")


@pytest.fixture
def content() -> Content:
    """Ten subjects and one emergency, each with five phrasings that share no word with another intent's."""
    kinds = {**{f"word{letter}": Kind.INFORMATION for letter in "abcdefghij"}, "help": Kind.EMERGENCY}
    answer = Answer(text="Yes.", sources=(), review=Review(status="draft"))
    intents = {
        name: Intent(
            id=name, kind=kind, question="?", answers={"US": answer},
            phrasings={"en": tuple(f"{name}one {name}two {more * 4}" for more in "vwxyz")},
        )
        for name, kind in kinds.items()
    }  # fmt: skip
    return Content(intents=intents)


def test_every_fifth_subject_and_every_fifth_phrasing_of_the_others_is_left_out(content: Content) -> None:
    tried = left_out(content, str, None, None)
    out = [one for one in tried if one.intent is None]
    assert len(out) == 2 * 5  # two of ten subjects, all their phrasings
    inside = [one.intent for one in tried if one.intent]
    assert len(inside) == len(set(inside)) == 8  # one phrasing of each other subject; the emergency stays whole
    assert not {"worda", "wordf", "help"} & set(inside)
    assert all(one.ranking[0].intent == one.intent for one in tried if one.intent)
    assert not {match.intent for one in tried for match in one.ranking} & {"worda", "wordf"}


def test_thresholds_tried_include_what_is_shipped() -> None:
    assert ANSWER in THRESHOLDS
    assert MARGIN in MARGINS


def test_the_picture_is_a_png_with_a_place_for_every_language(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is missing: pip install 'amparo[bench]'")
    figures = {"in_scope_right": 0.8, "in_scope_helped": 0.9, "in_scope_wrong": 0.05}
    sizes = []
    for codes in (["all", "en"], ["all", "en", "es", "zh", "ar"]):
        path = tmp_path / f"{len(codes)}.png"
        draw(path, dict.fromkeys(codes, figures), calibration.bins(JUDGED))
        data = path.read_bytes()
        assert data.startswith(b"\x89PNG")
        sizes.append(int.from_bytes(data[16:20], "big"))
    assert sizes[0] < sizes[1]
