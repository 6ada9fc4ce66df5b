"""Tickets in any store: kept sealed, found again, forgotten on time."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.records.keys import week_of
from bot.records.store import Letter
from bot.records.tickets import CLOSED_HOURS, OPEN_HOURS, Relay, Status, Ticket
from tests.records.benches import DAY, HOUR, Bench, files, in_folder, ways_to_write

ANA = 987654321012
NUMBER = "K7Q2MX"


def ticket(bench: Bench, **more: object) -> Ticket:
    made = Ticket(NUMBER, ANA, "es", "IL", bench.store.tickets.hour)
    return replace(made, **more)  # type: ignore[arg-type]


def put(bench: Bench, *tickets: Ticket) -> None:
    for one in tickets:
        bench.do(lambda store, one=one: store.tickets.put(one))  # type: ignore[misc]


def belonging(chat: int, number: str) -> Letter:
    return Letter(None, chat, json.dumps({"ways": [], "again": "", "ticket": number}))


@pytest.mark.parametrize(
    "more",
    [{}, {"status": Status.CLAIMED, "by": 7, "owed": False}, {"noticed": True, "topic": 17, "threaded": True},
     {"status": Status.CLOSED, "muted": True, "place": None, "topic": 3}],
)  # fmt: skip
def test_a_ticket_comes_back_as_it_was(lasting: Bench, more: dict[str, object]) -> None:
    kept = ticket(lasting, **more)
    put(lasting, kept)
    lasting.reopen()
    assert lasting.store.tickets.get(NUMBER) == kept
    assert lasting.store.tickets.all() == [kept]
    assert lasting.store.tickets.get("AAAAAA") is None


def test_the_open_one_of_a_person_is_found_before_her_closed_ones(bench: Bench) -> None:
    old = ticket(bench, number="AAAAAA", status=Status.CLOSED)
    put(bench, old, ticket(bench, number="BBBBBB", chat=5))
    assert bench.store.tickets.of(ANA) == old
    put(bench, ticket(bench))
    found = bench.store.tickets.of(ANA)
    assert found is not None
    assert found.number == NUMBER
    assert bench.store.tickets.of(6) is None


def test_topics_and_relays_are_found_by_their_numbers(bench: Bench) -> None:
    kept = ticket(bench, topic=17, threaded=True)
    put(bench, kept)
    assert bench.store.tickets.at(17, threaded=True) == kept
    assert bench.store.tickets.at(17, threaded=False) is None
    first, second = Relay(NUMBER, "in", 5, 18), Relay(NUMBER, "in", 5, 19, part=1)
    for one in (first, second, Relay(NUMBER, "out", 20, 6), Relay(NUMBER, "in", 5, 21)):
        bench.do(lambda store, one=one: store.tickets.relayed(one))  # type: ignore[misc]
    assert bench.store.tickets.copy_of(NUMBER, "in", 5) == 21  # the repeat of a copy takes its place
    assert bench.store.tickets.copy_of(NUMBER, "in", 5, part=1) == 19
    assert bench.store.tickets.copy_of("AAAAAA", "in", 5) is None
    assert bench.store.tickets.by_copy("in", 19) == second
    assert bench.store.tickets.by_source("out", 20) == Relay(NUMBER, "out", 20, 6)


def test_what_is_stripped_or_dropped_takes_its_letters_with_it(bench: Bench) -> None:
    put(bench, ticket(bench))
    bench.do(lambda store: store.tickets.relayed(Relay(NUMBER, "in", 5, 18)))
    bench.do(lambda store: store.keep([belonging(-1, NUMBER), belonging(-1, "AAAAAA")]))
    gone, other = bench.unsent()
    bench.do(lambda store: store.tickets.strip(NUMBER))
    assert bench.unsent() == [other]
    assert bench.do(lambda store: store.posting(gone.id or 0)) is False
    assert bench.store.tickets.relays(NUMBER) == []
    assert bench.store.tickets.get(NUMBER) is not None
    bench.do(lambda store: store.tickets.drop(NUMBER))
    assert bench.store.tickets.all() == []


@pytest.mark.parametrize(("status", "hours"), [(Status.CLOSED, CLOSED_HOURS), (Status.WAITING, OPEN_HOURS)])
@pytest.mark.parametrize("jump", [0, 26, -26])
def test_it_goes_after_its_time_not_before_whatever_the_clock_does(
    bench: Bench,
    status: Status,
    hours: int,
    jump: int,
) -> None:
    put(bench, ticket(bench, status=status))
    bench.do(lambda store: store.tickets.relayed(Relay(NUMBER, "in", 5, 18)))
    bench.now += jump * HOUR
    bench.sweep(jump)
    bench.now += hours * HOUR
    bench.sweep()
    assert bench.store.tickets.get(NUMBER) is not None
    bench.now += HOUR
    bench.sweep()
    held = bench.store.held()
    assert (held.open_tickets.count, held.closed_tickets.count, held.relays) == (0, 0, 0)


def test_the_key_of_a_ticket_stays_as_long_as_it_does(lasting: Bench) -> None:
    week = week_of(lasting.now)
    put(lasting, ticket(lasting))
    lasting.now += 12 * DAY
    lasting.sweep()
    assert week in lasting.store.held().keys
    assert lasting.store.tickets.get(NUMBER) is not None
    lasting.now += 3 * DAY
    lasting.sweep()
    assert week not in lasting.store.held().keys


def test_no_file_holds_whose_it_is_in_any_shape(tmp_path: Path) -> None:
    bench = Bench(in_folder(tmp_path))
    put(bench, ticket(bench, by=123456789098, status=Status.CLAIMED))
    everything = files(tmp_path)
    for number in (ANA, 123456789098):
        assert not [way for way in ways_to_write(number) if way in everything]
    assert b'"IL"' not in everything
    bench.store.close()


def test_a_ticket_says_itself_when_it_is_over(bench: Bench) -> None:
    hour = bench.store.tickets.hour
    assert not ticket(bench).over(hour + OPEN_HOURS)
    assert ticket(bench).over(hour + OPEN_HOURS + 1)
    closed = ticket(bench, status=Status.CLOSED)
    assert not closed.over(hour + CLOSED_HOURS)
    assert closed.over(hour + CLOSED_HOURS + 1)
