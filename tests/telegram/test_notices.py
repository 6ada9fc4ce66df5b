"""A thousand people whom no volunteer answers: each is told so once, after the time, with the number, across kills."""

from __future__ import annotations

import json
import random
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from bot.app import build_bot
from bot.conversation import handover
from bot.conversation.handover import UNANSWERED_HOURS
from bot.conversation.house import House
from bot.records.keys import Keys
from bot.records.sqlite import SqliteStore
from bot.records.store import Store
from bot.records.tickets import Ticket
from bot.records.writing import Writer
from bot.telegram.dispatch import Dispatch
from bot.telegram.letters import Drafts
from bot.telegram.nearest import Nearest
from bot.telegram.staff import Staff
from bot.telegram.tickets import Tickets
from tests.conftest import TODAY
from tests.records.benches import HOUR, Bench, in_folder, in_loop

PEOPLE = 1000
ANSWERED = 200
GROUP = -1001


class KilledError(Exception):
    """The bot was killed before the commit."""


def the_tickets(house: House, store: Store) -> Tickets:
    dispatch = Dispatch(replace(house, hand_over=True), GROUP, lambda: TODAY)
    staff = Staff(build_bot("1:nobody-is-asked"), group=GROUP)
    return Tickets(dispatch, Drafts(), staff, Writer(store), Nearest(house, lambda: TODAY))


def opened(bench: Bench, chance: random.Random) -> dict[int, int]:
    """Tickets opened through a day; the hour from which each asker waits, for those who get no answer."""
    waits: dict[int, int] = {}
    for number in range(PEOPLE + ANSWERED):
        hour = bench.store.tickets.hour - chance.randrange(20)
        ticket = Ticket(f"T{number:05}", 1000 + number, "es", "IL", hour)
        if number >= PEOPLE:
            claimed, _ = handover.claim(ticket, 7, hour)
            ticket, _ = handover.answered(claimed, hour)
        elif number % 3 == 0:
            ticket, _ = handover.claim(ticket, 7, hour)
        if number < PEOPLE:
            waits[ticket.chat] = hour
        bench.store.tickets.put(ticket)
    return waits


def notices(bench: Bench) -> Counter[int]:
    """How many letters with the number wait for each person."""
    letters = [one for one in bench.unsent() if one.chat > 0]
    return Counter(one.chat for one in letters if "1-844-363-1423" in json.loads(one.body)["ways"][0][1]["text"])


@in_loop
async def test_a_thousand_of_a_thousand_are_told_exactly_once(house: House, tmp_path: Path) -> None:
    chance, bench = random.Random(1), Bench(in_folder(tmp_path))
    waits = opened(bench, chance)
    tickets = the_tickets(house, bench.store)
    told: dict[int, int] = {}
    for _ in range(UNANSWERED_HOURS + 20):
        bench.now += HOUR
        if chance.random() < 0.4:
            with suppress(KilledError), bench.store.transaction():
                tickets.due(bench.store)
                raise KilledError
            bench.reopen()
        bench.do(tickets.due)
        if chance.random() < 0.4:
            bench.reopen()
        for chat in notices(bench):
            told.setdefault(chat, bench.store.tickets.hour)
    assert notices(bench) == dict.fromkeys(waits, 1)
    late = {told[chat] - hour for chat, hour in waits.items()}
    assert late == {UNANSWERED_HOURS + 1}


def test_with_the_machines_clock_set_back_and_forth_it_is_still_once(house: House) -> None:
    bench = Bench(lambda clock: SqliteStore(None, Keys(None), clock))
    bench.store.tickets.put(Ticket("K7Q2MX", 1001, "es", "IL", bench.store.tickets.hour))

    @in_loop
    async def hours() -> None:
        tickets = the_tickets(house, bench.store)
        for hour in range(60):
            jump = {10: 30, 20: -40, 40: 7}.get(hour, 0)
            bench.now += HOUR + jump * HOUR
            bench.sweep(jump)
            bench.do(tickets.due)
            assert notices(bench)[1001] == (hour + 1 > UNANSWERED_HOURS)

    hours()
