from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import pytest

from bot.knowledge.model import Answer, Content, Document, Intent, Kind, Review, Source
from bot.knowledge.reading import ContentError
from bot.understanding.evaluation import Labelled, What, by_intent, evaluate, figures, judge, read_labelled

DRAFT = Review(status="draft")


def _answer(*sources: str) -> Answer:
    cited = tuple(Source(document=s.split(":")[0], question=int(s.split(":")[1])) for s in sources)
    return Answer(text="Yes.", sources=cited, review=DRAFT)


def _intent(name: str, **answers: Answer) -> Intent:
    return Intent(id=name, kind=Kind.INFORMATION, question="?", phrasings={"en": ("?",)}, answers=answers)


CONTENT = Content(
    intents={
        "photos": _intent("photos", US=_answer(), AL=_answer("alabama:1"), IL=_answer("illinois:7", "illinois:8")),
        "fees": _intent("fees", US=_answer(), AL=_answer("alabama:2")),
        "federal": _intent("federal", US=Answer(
            text="Yes.", review=DRAFT,
            sources=(Source(title="Law", url="https://example.org/law", read=dt.date(2026, 11, 22)),),
        )),
    },
    documents={
        name: Document(id=name, state=state, title=name, found="given", date="undated", questions=20)
        for name, state in (("alabama", "AL"), ("illinois", "IL"))
    },
)  # fmt: skip


def _asked(what: What = "in_scope", *intents: str, state: str | None = "AL", text: str = "?") -> Labelled:
    return Labelled("1", "en", what, text, intents, None, state)


def _got(
    outcome: str,
    *sources: str,
    intent: str | None = None,
    state: str | None = "AL",
    choices: Sequence[Sequence[str]] = (),
    language: str = "en",
) -> dict[str, Any]:
    return {
        "outcome": outcome,
        "intent": intent,
        "state": state,
        "language": language,
        "sources": list(sources),
        "choices": [{"intent": "x", "score": 9.0, "sources": list(listed)} for listed in choices],
    }


@pytest.mark.parametrize(
    ("got", "word"),
    [
        (_got("answer", "alabama:1"), "right"),
        (_got("answer", "alabama:1", "https://example.org"), "right"),
        (_got("answer", "alabama:2"), "wrong"),
        (_got("answer", "https://example.org"), "wrong"),
        (_got("answer", "illinois:7"), "leak"),
        (_got("answer", "alabama:1", "illinois:7"), "leak"),
        (_got("answer", "alabama:1", state="IL"), "leak"),
        (_got("no_answer", "illinois:7", intent="photos"), "leak"),
        (_got("general", intent="photos"), "right"),
        (_got("general", intent="fees"), "unanswered"),
        (_got("general", intent="fees", choices=[["alabama:1"]]), "offered"),
        (_got("no_answer", intent="photos"), "unanswered"),
        (_got("no_answer", intent="fees", choices=[["alabama:9"], ["alabama:1"]]), "offered"),
        (_got("which_state", intent="photos"), "asked_state"),
        (_got("choices", choices=[["alabama:2"], ["alabama:1"]]), "offered"),
        (_got("choices", choices=[["alabama:2"], ["illinois:7"]]), "offered_wrong"),
        (_got("choices"), "offered_wrong"),
        (_got("not_understood"), "refused"),
        (_got("emergency"), "misrouted_emergency"),
        (_got("personal"), "misrouted_personal"),
        (_got("smalltalk"), "misrouted_smalltalk"),
        (_got("setting"), "misrouted_setting"),
    ],
)
def test_a_question_about_a_state_is_judged_by_what_the_reply_rests_on(got: dict[str, Any], word: str) -> None:
    assert judge(_asked("in_scope", "photos"), got, CONTENT) == word


@pytest.mark.parametrize(
    ("got", "word"),
    [
        (_got("which_state", intent="photos", state=None), "right"),
        (_got("which_state", intent="fees", state=None), "wrong"),
        (_got("answer", "illinois:8", state="IL"), "right"),
        (_got("general", intent="photos", state=None), "right"),
    ],
)
def test_a_question_without_a_state_is_right_to_be_asked_for_one(got: dict[str, Any], word: str) -> None:
    assert judge(_asked("in_scope", "photos", state=None), got, CONTENT) == word


@pytest.mark.parametrize(
    ("got", "word"),
    [
        (_got("no_answer", intent="fees", state="IL"), "right"),
        (_got("general", intent="fees", state="IL"), "right"),
        (_got("answer", "illinois:7", state="IL"), "wrong"),
        (_got("answer", "alabama:2", state="IL"), "leak"),
        (_got("answer", "illinois:7", state="AL"), "leak"),
    ],
)
def test_where_a_state_has_no_answer_saying_so_is_right_and_anothers_text_a_leak(
    got: dict[str, Any], word: str
) -> None:
    assert judge(_asked("in_scope", "fees", state="IL"), got, CONTENT) == word


@pytest.mark.parametrize("state", ["AL", "IL", "NY", None])
def test_a_question_about_the_whole_country_is_right_in_every_state(state: str | None) -> None:
    asked = _asked("in_scope", "federal", state=state)
    assert judge(asked, _got("general", "https://example.org/law", intent="federal", state=state), CONTENT) == "right"


@pytest.mark.parametrize(("outcome", "state"), [("general", "AL"), ("general", None), ("which_state", None)])
def test_another_question_than_the_one_about_the_whole_country_is_wrong(outcome: str, state: str | None) -> None:
    assert (
        judge(_asked("in_scope", "federal", state=state), _got(outcome, intent="fees", state=state), CONTENT) == "wrong"
    )


def test_any_of_several_labelled_intents_is_right() -> None:
    asked = _asked("in_scope", "photos", "fees")
    assert judge(asked, _got("answer", "alabama:2"), CONTENT) == "right"
    assert judge(asked, _got("answer", "alabama:1"), CONTENT) == "right"


@pytest.mark.parametrize("what", [what for what in get_args(What) if what != "in_scope"])
@pytest.mark.parametrize("outcome", ["answer", "general", "no_answer", "which_state"])
def test_information_for_what_did_not_ask_for_any_is_a_false_answer(what: What, outcome: str) -> None:
    assert judge(_asked(what, state=None), _got(outcome, "alabama:1"), CONTENT) == "false_answer"


@pytest.mark.parametrize("what", ["oos", "noise"])
@pytest.mark.parametrize(
    ("outcome", "word"),
    [
        ("choices", "offered"),
        ("not_understood", "right"),
        ("referral", "right"),
        ("smalltalk", "right"),
        ("human", "right"),
    ],
)
def test_another_subject_is_right_to_be_refused_or_referred(what: What, outcome: str, word: str) -> None:
    assert judge(_asked(what), _got(outcome), CONTENT) == word


@pytest.mark.parametrize(
    ("what", "outcome", "word"),
    [
        ("emergency", "emergency", "right"),
        ("emergency", "human", "missed"),
        ("emergency", "choices", "missed"),
        ("emergency", "personal", "missed"),
        ("personal", "personal", "right"),
        ("personal", "human", "right"),
        ("personal", "emergency", "right"),
        ("personal", "referral", "missed"),
        ("human", "human", "right"),
        ("human", "personal", "right"),
        ("human", "not_understood", "missed"),
        ("smalltalk", "smalltalk", "right"),
        ("smalltalk", "setting", "right"),
        ("smalltalk", "emergency", "missed"),
    ],
)
def test_the_other_kinds_are_right_when_they_are_found(what: What, outcome: str, word: str) -> None:
    assert judge(_asked(what), _got(outcome), CONTENT) == word


def test_an_intent_that_the_content_has_not_accepts_only_a_fallback() -> None:
    """Labels may speak of another content than the one that is measured."""
    assert judge(_asked("in_scope", "gone"), _got("no_answer"), CONTENT) == "right"


def test_figures_count_each_kind_among_its_own() -> None:
    replies = {
        "right": (_asked("in_scope", "photos", text="right"), _got("answer", "alabama:1")),
        "wrong": (_asked("in_scope", "photos", text="wrong"), _got("answer", "alabama:2", language="es")),
        "leak": (_asked("in_scope", "photos", text="leak"), _got("answer", "illinois:7", state="IL")),
        "offer": (_asked("in_scope", "photos", text="offer"), _got("choices", choices=[["alabama:1"]])),
        "alarm": (_asked("in_scope", "photos", text="alarm"), _got("emergency")),
        "oos": (_asked("oos", text="oos"), _got("answer", "alabama:1")),
        "noise": (_asked("noise", text="noise"), _got("choices")),
        "urgent": (_asked("emergency", text="urgent"), _got("emergency")),
        "missed": (_asked("emergency", text="missed"), _got("choices")),
    }
    questions = [asked for asked, _ in replies.values()]
    found = figures(evaluate(questions, lambda asked: replies[asked.text][1], CONTENT))
    assert found["messages"] == 9
    assert found["in_scope_right"] == 0.2
    assert found["in_scope_helped"] == 0.4
    assert found["in_scope_wrong"] == 0.4
    assert found["in_scope_refused"] == 0
    assert found["wrong_of_direct"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["leaks"] == 1
    assert found["state_right"] == 0.8
    assert found["language_right"] == 0.8
    assert found["false_answers"] == 1
    assert found["choices_for_other_subjects"] == 0.5
    assert found["emergency_found"] == 0.5
    assert found["false_alarms"] == 0.2


def _pair(what: What, *intents: str, pair: str | None = "direction", text: str = "?") -> Labelled:
    return Labelled("1", "en", what, text, intents, None, "AL", pair)


MINE = {"intent": "photos", "score": 40.0, "sources": ["alabama:1"]}
OTHER = {"intent": "fees", "score": 30.0, "sources": ["alabama:2"]}


@pytest.mark.parametrize(
    ("got", "right"),
    [
        (_got("answer", "alabama:1"), 1),
        (_got("answer", "alabama:2"), 0),
        ({**_got("choices"), "choices": [MINE, OTHER]}, 1),
        ({**_got("choices"), "choices": [OTHER, MINE]}, 0),
        (_got("not_understood"), 0),
    ],
)
def test_a_question_of_a_pair_is_understood_when_it_is_answered_or_offered_first(
    got: dict[str, Any], right: int
) -> None:
    found = figures(evaluate([_pair("in_scope", "photos")], lambda _: got, CONTENT))
    assert (found["pairs"], found["pairs_right"]) == (1, right)


@pytest.mark.parametrize(
    ("outcome", "right"), [("choices", 1), ("referral", 1), ("not_understood", 1), ("answer", 0), ("emergency", 0)]
)
def test_another_subject_in_a_pair_is_understood_when_nothing_is_answered_and_no_alarm_raised(
    outcome: str, right: int
) -> None:
    found = figures(evaluate([_pair("oos")], lambda _: _got(outcome, choices=[["alabama:1"]]), CONTENT))
    assert found["pairs_right"] == right


def test_a_pair_counts_only_when_all_of_it_is_understood() -> None:
    replies = {"mine": _got("answer", "alabama:1"), "theirs": _got("answer", "alabama:1")}
    asked = [_pair("in_scope", "photos", text="mine"), _pair("oos", text="theirs"), _pair("oos", pair=None)]
    found = figures(evaluate(asked, lambda q: replies.get(q.text, _got("human")), CONTENT))
    assert (found["pairs"], found["pairs_right"]) == (1, 0)


def test_figures_over_nothing_are_noughts() -> None:
    assert set(figures([]).values()) == {0.0}


def test_the_words_are_counted_by_labelled_intent_or_kind() -> None:
    asked = [_asked("in_scope", "photos"), _asked("in_scope", "photos"), _asked("noise")]
    table = by_intent(evaluate(asked, lambda _: _got("not_understood"), CONTENT))
    assert {name: dict(words) for name, words in table.items()} == {"noise": {"right": 1}, "photos": {"refused": 2}}


def test_questions_are_read_from_yaml_with_the_language_of_the_files_name(tmp_path: Path) -> None:
    path = tmp_path / "es.yaml"
    path.write_text(
        "- {text: 'ven mi foto', kind: in_scope, intent: photos, also: [fees], stored: IL, state: AL}\n"
        "- {text: 'no', kind: noise, pair: yes_no}\n",
        encoding="utf-8",
    )
    assert read_labelled(path) == [
        Labelled("es-1", "es", "in_scope", "ven mi foto", ("photos", "fees"), "IL", "AL"),
        Labelled("es-2", "es", "noise", "no", pair="yes_no"),
    ]


def test_questions_are_read_from_a_table_quotes_and_all(tmp_path: Path) -> None:
    path = tmp_path / "questions.tsv"
    path.write_text(
        "id\tlang\tkind\ttext\ttopic\talt_topics\tprofile_state\texpected_state\n"
        'a1\ten\tin_scope\tmy "photo\tphotos\tfees|federal\tIL\tAL\n'
        "a2\tes\toos\tque hora es\t\t\t\t\n",
        encoding="utf-8",
    )
    assert read_labelled(path) == [
        Labelled("a1", "en", "in_scope", 'my "photo', ("photos", "fees", "federal"), "IL", "AL"),
        Labelled("a2", "es", "oos", "que hora es"),
    ]


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("- {text: fine, kind: noise}\n- {text: what, kind: unheard_of}\n", 2),
        ("- {text: fine, kind: noise}\n\n- {kind: noise}\n", 3),
        ("- {text: '', kind: noise}\n", 1),
        ("- only words\n", 1),
        ("- {text: a, kind: noise}\n- {text: b, text: c, kind: noise}\n", 2),
        ("- {text: a\n", 2),
        ("- &a {text: a, kind: noise}\n", 1),
    ],
)
def test_a_bad_question_is_named_with_its_file_and_line(tmp_path: Path, written: str, line: int) -> None:
    path = tmp_path / "en.yaml"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(ContentError) as raised:
        read_labelled(path)
    assert f"{path}:{line}: " in str(raised.value)


@pytest.mark.parametrize("written", ["", "text: a\nkind: noise\n", "just words"])
def test_a_file_that_is_no_list_is_named(tmp_path: Path, written: str) -> None:
    path = tmp_path / "en.yaml"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(ContentError, match=r"en\.yaml"):
        read_labelled(path)


def test_a_file_that_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    for name in ("en.yaml", "questions.tsv"):
        with pytest.raises(ContentError, match=name):
            read_labelled(tmp_path / name)


@pytest.mark.parametrize(
    "written",
    ["id\ttext\n1\twhat\n", "id\tlang\tkind\ttext\ttopic\talt_topics\tprofile_state\texpected_state\n1\ten\n"],
)
def test_a_table_without_the_columns_is_said_in_one_line(tmp_path: Path, written: str) -> None:
    path = tmp_path / "questions.tsv"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(ContentError, match=r"questions\.tsv"):
        read_labelled(path)
