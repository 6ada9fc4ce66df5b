from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.house import House
from bot.understanding.fitting import fit
from bot.understanding.matching import (
    ANSWER,
    CHOICE,
    MARGIN,
    MOST_CHOICES,
    PARTS,
    Decision,
    Match,
    Matcher,
    Weights,
    decide,
)

ROOT = Path(__file__).parent.parent.parent
LANGUAGES = ["en", *sorted(path.name for path in (ROOT / "translations").iterdir() if path.is_dir())]
MOST_SAMPLED = 200
"""Phrasings of each language that are tried, evenly spread over all: a test takes two seconds at most."""

SMALL = {
    "photo": ["can they see my photo", "who looks at my picture", "is my picture shared"],
    "door": ["they are at my door", "somebody knocks at the door", "agents at the house"],
    "cost": ["how much does it cost", "is it free", "what do i pay"],
}


@pytest.fixture(scope="module")
def small() -> Matcher:
    return Matcher(SMALL)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nearly_every_phrasing_finds_its_own_intent_first(house: House, language: str) -> None:
    everything = sorted(
        (text, intent.id) for intent in house.content.intents.values() for text in intent.phrasings.get(language, ())
    )
    sample = everything[:: len(everything) // MOST_SAMPLED + 1]
    assert sample
    lost = []
    for text, intent in sample:
        matches = house.interpreter.interpret(text).matches
        if not matches or matches[0].intent != intent:
            lost.append((text, intent))
    assert len(lost) <= 0.03 * len(sample), lost


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_intent_has_phrasings_in_every_translated_language(house: House, language: str) -> None:
    assert [intent.id for intent in house.content.intents.values() if not intent.phrasings.get(language)] == []


@given(text=st.text(max_size=500))
def test_ranking_any_text_never_raises_and_is_in_order(small: Matcher, text: str) -> None:
    matches = small.rank(text)
    assert matches == sorted(matches, key=lambda match: (-match.score, match.intent))
    assert all(0 <= match.score <= 100 for match in matches)
    assert {match.intent for match in matches} in (set(), set(SMALL))


@given(said=st.lists(st.sampled_from(["ice", "door", "foto", "licencia", "xyzzy", "?", "la", "👍", "字"]), max_size=60))
def test_ranking_by_the_whole_content_never_raises_and_is_in_order(house: House, said: list[str]) -> None:
    matches = house.interpreter.matcher.rank(" ".join(said))
    assert matches == sorted(matches, key=lambda match: (-match.score, match.intent))
    assert all(0 <= match.score <= 100 for match in matches)


def test_equal_scores_are_in_order_of_the_ids() -> None:
    matches = Matcher({"b": ["same words"], "c": ["same words"], "a": ["same words"]}).rank("same words")
    assert [match.intent for match in matches] == ["a", "b", "c"]
    assert len({match.score for match in matches}) == 1


def test_the_same_text_gets_the_same_ranking_twice(house: House) -> None:
    matcher = house.interpreter.matcher
    for text in ("can ice see my photo", "pueden ver mi foto"):
        first, second = matcher.rank(text), matcher.rank(text)
        assert first == second
        assert [match.parts for match in first] == [match.parts for match in second]


def test_a_matcher_built_again_ranks_the_same_whatever_the_order_of_the_intents(small: Matcher) -> None:
    again = Matcher(dict(reversed(SMALL.items())))
    assert again.rank("who can see my pictures") == small.rank("who can see my pictures")


def test_the_ranking_is_the_same_in_every_process_whatever_the_order_of_its_sets() -> None:
    script = (
        "from tests.understanding.test_matching import SMALL, Matcher\n"
        "print([(m.intent, m.score, m.parts) for m in Matcher(SMALL).rank('who might se my photoo')])"
    )
    rankings = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in (1, 2, 3)
    }
    assert len(rankings) == 1
    assert rankings.pop().startswith("[('photo', ")


def test_a_matcher_read_from_its_cache_ranks_the_same(small: Matcher, tmp_path: Path) -> None:
    Matcher(SMALL, cache=tmp_path)
    assert Matcher(SMALL, cache=tmp_path).rank("who can see my pictures") == small.rank("who can see my pictures")


def test_capitals_accents_and_marks_do_not_change_a_ranking(house: House) -> None:
    matcher = house.interpreter.matcher
    assert matcher.rank("¿QUIÉN VE MI DIRECCIÓN?") == matcher.rank("quien ve mi direccion")


def test_every_part_of_a_score_is_named(small: Matcher) -> None:
    assert all(set(match.parts) == set(PARTS) for match in small.rank("see my photo"))


def test_the_weights_decide_the_score() -> None:
    nothing = Matcher(SMALL, by_words=Weights(0, 0, 0, 0, 0)).rank("see my photo")
    assert nothing[0].score == 50.0
    assert Matcher(SMALL, by_words=Weights(0.5, 0.5, 0.5, 0, 9)).rank("see my photo")[0].score > 99


def test_an_intent_whose_phrasings_differ_more_has_the_greater_spread() -> None:
    alike = ["can they see my photo", "can they see my photos", "can they see this photo"]
    fitted = fit({"alike": alike, "apart": ["where is the office", "how much do i pay", "who opens letters"]})
    spread = dict(zip(fitted.intents, fitted.spread, strict=True))
    assert spread["apart"] > spread["alike"] > 0


def test_of_two_intents_that_fit_alike_the_one_with_the_greater_spread_scores_more() -> None:
    without, with_it = Weights(1, 0, 0, 0, 0), Weights(1, 0, 0, 1, 0)
    before = {m.intent: m for m in Matcher(SMALL, by_words=without).rank("see my photo")}
    after = {m.intent: m for m in Matcher(SMALL, by_words=with_it).rank("see my photo")}
    gained = {intent: _logit(after[intent].score) - _logit(before[intent].score) for intent in SMALL}
    assert gained == pytest.approx({intent: before[intent].parts["spread"] for intent in SMALL}, abs=0.01)


def test_only_the_best_is_ahead_and_all_others_are_behind(small: Matcher) -> None:
    best, *others = small.rank("can they see my photo")
    assert best.parts["ahead"] > 0 == best.parts["behind"]
    assert all(match.parts["behind"] < 0 == match.parts["ahead"] for match in others)


def test_sure_scores_are_still_told_apart() -> None:
    matcher = Matcher(SMALL, by_words=Weights(6, 0, 0, 0, 0))
    nearer, farther = matcher.rank("can they see my photo")[0].score, matcher.rank("they see my photo")[0].score
    assert 100 > nearer > farther > 99


def _logit(score: float) -> float:
    return math.log(score / (100 - score))


def test_an_intent_with_no_word_in_common_is_not_worth_offering(small: Matcher) -> None:
    scores = {match.intent: match.score for match in small.rank("can they see my photo")}
    assert scores["photo"] > ANSWER > CHOICE > scores["door"]
    assert scores["cost"] < CHOICE


@pytest.mark.parametrize("text", ["", " ", "?!", "👍👍", "...", "\u200d", "' '"])
def test_a_text_without_a_word_matches_nothing(small: Matcher, house: House, text: str) -> None:
    assert small.rank(text) == []
    assert house.interpreter.matcher.rank(text) == []


@pytest.mark.parametrize("text", ["xyzzy plugh", "kqzw jjvx qqpp", "魑魅魍魉", "ขอบคุณ"])
def test_words_that_nobody_has_written_are_not_answered(house: House, text: str) -> None:
    assert decide(house.interpreter.matcher.rank(text)).answer is None
    assert house.interpreter.interpret(text).decision.choices == ()


def test_without_phrasings_nothing_matches() -> None:
    assert Matcher({}).rank("can ice see it") == []
    assert Matcher({"a": []}).rank("can ice see it") == []


def test_one_intent_alone_can_be_matched() -> None:
    matches = Matcher({"only": ["can ice see it"]}).rank("can ice see it")
    assert [match.intent for match in matches] == ["only"]


def test_what_prepare_takes_away_is_not_learnt() -> None:
    matcher = Matcher({"a": ["photo alabama"], "b": ["door"]}, lambda text: text.replace("alabama", ""))
    assert matcher.spelling.words == {"photo", "door"}


def _matches(*scores: float) -> list[Match]:
    return [Match(f"intent{n}", score) for n, score in enumerate(scores)]


@pytest.mark.parametrize(
    ("scores", "answered"),
    [
        ((ANSWER,), True),
        ((ANSWER - 0.1,), False),
        ((ANSWER, ANSWER - MARGIN), True),
        ((ANSWER, ANSWER - MARGIN + 0.1), False),
        ((100.0, 100.0 - MARGIN), True),
        ((100.0, 95.0, 1.0), False),
        ((100.0, 0.0, 0.0), True),
    ],
)
def test_the_best_is_answered_from_the_threshold_on_when_far_enough_ahead(
    scores: tuple[float, ...], answered: bool
) -> None:
    matches = _matches(*scores)
    decision = decide(matches)
    assert decision.answer == (matches[0] if answered else None)
    assert not (decision.answer and decision.choices)


def test_choices_are_the_best_three_that_are_worth_offering() -> None:
    assert decide(_matches(50, 40, 30, 20)).choices == tuple(_matches(50, 40, 30))
    assert decide(_matches(50, CHOICE, CHOICE - 0.1)).choices == tuple(_matches(50, CHOICE))
    assert decide(_matches(CHOICE - 0.1, 1)) == Decision()
    assert MOST_CHOICES == 3


def test_no_ranking_is_no_decision() -> None:
    assert decide([]) == Decision()


def test_other_thresholds_can_be_tried() -> None:
    matches = _matches(ANSWER + 5, ANSWER)
    assert decide(matches).answer is None
    assert decide(matches, margin=5).answer == matches[0]
    assert decide(matches, answer=ANSWER + 6, margin=5).answer is None


@given(st.lists(st.floats(0, 100), max_size=8).map(lambda scores: sorted(scores, reverse=True)))
def test_a_decision_only_names_what_was_ranked_and_is_one_thing(scores: list[float]) -> None:
    matches = _matches(*scores)
    decision = decide(matches)
    assert decision.answer in (None, *matches[:1])
    assert decision.choices == tuple(matches[: len(decision.choices)])
    assert len(decision.choices) <= MOST_CHOICES
    assert all(match.score >= CHOICE for match in decision.choices)
    assert decision.answer is None or not decision.choices
