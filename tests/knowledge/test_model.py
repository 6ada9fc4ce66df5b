"""The shapes of content: reviews that expire, sources, numbers, contradictions."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.knowledge.model import (
    LANGUAGES,
    STATES,
    Content,
    Contradiction,
    Hotline,
    Intent,
    Kind,
    Number,
    Review,
    Source,
)

UNTIL = dt.date(2027, 11, 22)
APPROVED = Review(status="approved", by="A Lawyer", date=dt.date(2026, 11, 22), until=UNTIL)


@pytest.mark.parametrize(
    ("today", "status"),
    [
        (dt.date(2026, 11, 22), "approved"),
        (UNTIL - dt.timedelta(days=1), "approved"),
        (UNTIL, "approved"),  # `until` is the last day
        (UNTIL + dt.timedelta(days=1), "withdrawn"),
        (dt.date(2999, 1, 1), "withdrawn"),
    ],
)
def test_an_approval_withdraws_itself_after_its_last_day(today: dt.date, status: str) -> None:
    assert APPROVED.on(today) == status


@given(st.dates(), st.dates())
def test_what_is_withdrawn_stays_withdrawn(one: dt.date, other: dt.date) -> None:
    earlier, later = sorted([one, other])
    if APPROVED.on(earlier) == "withdrawn":
        assert APPROVED.on(later) == "withdrawn"


@given(st.dates(), st.dates())
def test_only_approvals_expire(today: dt.date, until: dt.date) -> None:
    assert Review(status="draft", until=until).on(today) == "draft"
    assert Review(status="withdrawn", until=until).on(today) == "withdrawn"


@pytest.mark.parametrize("missing", ["by", "date", "until"])
def test_an_approval_is_signed(missing: str) -> None:
    given_ = {"status": "approved", "by": "A Lawyer", "date": "2026-11-22", "until": "2027-11-22"}
    with pytest.raises(ValidationError, match="by, date and until"):
        Review.model_validate({key: value for key, value in given_.items() if key != missing})


@pytest.mark.parametrize("given_", ["2027-02-30", "22/11/2027", "November 2027", "2027", "20271122", "1763769600"])
def test_a_day_is_a_date_and_nothing_else(given_: str) -> None:
    # Content hands over text; a validator that takes numbers for seconds since 1970 would make a day of some.
    with pytest.raises(ValidationError):
        Review(status="draft", until=given_)


@pytest.mark.parametrize(
    ("source", "cited"),
    [
        ({"document": "book", "question": "7"}, "book:7"),
        ({"title": "A page", "url": "https://example.org/a", "read": "2026-11-22"}, "https://example.org/a"),
        ({"title": "A page"}, "A page"),
    ],
)
def test_a_source_is_cited(source: dict[str, str], cited: str) -> None:
    assert Source.model_validate(source).cited == cited


@pytest.mark.parametrize(
    "source",
    [
        {},
        {"document": "book"},
        {"document": "book", "question": "1", "title": "A page"},
        {"title": "A page", "url": "https://example.org"},
        {"title": "A page", "url": "example.org", "read": "2026-11-22"},
        {"title": "A page", "url": "https://exa mple.org", "read": "2026-11-22"},
        {"document": "book", "question": "-1"},
    ],
)
def test_half_a_source_is_refused(source: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Source.model_validate(source)


def number(**changed: Any) -> Number:
    return Number.model_validate(
        {"id": "a", "name": "A", "number": "555-0100", "for": "emergency", "states": ("US",), **changed}
    )


CONFIRMED = {"date": "2026-11-22", "by": "A Person"}


def test_numbers_of_the_state_come_before_those_of_the_country() -> None:
    country, own, other = number(id="us"), number(id="al", states=("AL",)), number(id="il", states=("IL",))
    hotline = Hotline(numbers=(country, own, other))
    assert [n.id for n in hotline.reachable("emergency", "AL", confirmed_only=False)] == ["al", "us"]
    assert [n.id for n in hotline.reachable("emergency", None, confirmed_only=False)] == ["us"]


def test_a_number_of_a_state_and_the_country_comes_once() -> None:
    hotline = Hotline(numbers=(number(states=("AL", "US")),))
    assert len(hotline.reachable("emergency", "AL", confirmed_only=False)) == 1


def test_blanks_unconfirmed_and_other_purposes_are_not_reachable() -> None:
    hotline = Hotline(
        numbers=(
            number(id="blank", number=None, confirmed=CONFIRMED),
            number(id="unconfirmed"),
            number(id="general", **{"for": "general"}, confirmed=CONFIRMED),
            number(id="good", confirmed=CONFIRMED),
        )
    )
    assert [n.id for n in hotline.reachable("emergency", None, confirmed_only=True)] == ["good"]
    assert [n.id for n in hotline.reachable("emergency", None, confirmed_only=False)] == ["unconfirmed", "good"]


@pytest.mark.parametrize(
    ("changed", "reachable"),
    [
        ({"confirmed": CONFIRMED}, True),
        ({}, False),
        ({"confirmed": CONFIRMED, "for": "general"}, False),
        ({"confirmed": CONFIRMED, "number": None}, False),
    ],
)
def test_a_hotline_is_reachable_by_a_confirmed_emergency_number(changed: dict[str, Any], reachable: bool) -> None:
    assert Hotline(numbers=(number(**changed),)).reachable_anywhere() is reachable


@pytest.mark.parametrize("given_", ["call me", "<b>1</b>", "tel:1", "555-0100 ext", ""])
def test_a_number_has_digits_and_signs_only(given_: str) -> None:
    with pytest.raises(ValidationError):
        number(number=given_)


def test_contradicted_questions_must_name_each_other() -> None:
    row = Contradiction(questions=(1, 2, 15), about="x")
    assert [row.others(q) for q in (1, 15, 3)] == [{2, 15}, {1, 2}, set()]


def test_with_against_only_the_questions_must_name_the_others() -> None:
    row = Contradiction(questions=(6, 7), against=(1, 15), about="x")
    assert [row.others(q) for q in (6, 7, 1)] == [{1, 15}, {1, 15}, set()]


def test_states_are_those_with_an_information_answer() -> None:
    def intent(name: str, kind: Kind, *places: str) -> Intent:
        answer = {"text": "x", "sources": (), "review": {"status": "draft"}}
        return Intent.model_validate(
            {"id": name, "kind": kind, "question": "?", "phrasings": {}, "answers": dict.fromkeys(places, answer)}
        )

    intents = [intent("a", Kind.INFORMATION, "US", "IL", "AL"), intent("b", Kind.REFERRAL, "US", "TX")]
    content = Content(intents={i.id: i for i in intents})
    assert content.states == ("AL", "IL")
    assert content.of_kind(Kind.REFERRAL) == [intents[1]]


def test_there_are_fourteen_languages_and_fifty_two_places() -> None:
    assert len(set(LANGUAGES)) == len(LANGUAGES) == 14
    assert len(set(STATES)) == len(STATES) == 52
