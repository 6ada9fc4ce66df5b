"""What any store must do; which stores there are, `conftest.py` says."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.records.keys import Keys
from bot.records.sqlite import SqliteStore
from bot.records.store import BAN_DAYS, IDS_HOURS, TEXTS_HOURS, Letter, Received, Store
from tests.records.benches import DAY, HOUR, START, Bench, letter, question


def test_what_is_received_waits_in_order_of_arrival(bench: Bench) -> None:
    # Not in the order of ids: after a quiet week Telegram starts anywhere.
    came = [question(9, body="a"), question(3, body="ñ 你"), question(7, chat=-100123, body='{"x": "\\ud800"}')]
    assert bench.receive(*came) == came
    assert bench.waiting() == came


def test_a_known_update_is_not_received_again(bench: Bench) -> None:
    bench.receive(question(1, body="once"))
    assert bench.receive(question(1, body="twice"), question(2)) == [question(2)]
    assert bench.waiting() == [question(1, body="once"), question(2)]


def test_a_handled_update_is_known_for_two_days_and_no_longer(bench: Bench) -> None:
    bench.receive(question(1))
    bench.handled(1)
    bench.now += IDS_HOURS * HOUR
    bench.sweep()
    assert bench.receive(question(1)) == []
    bench.now += HOUR
    bench.sweep()
    assert bench.receive(question(1)) == [question(1)]


def test_handling_swaps_the_question_for_its_replies(bench: Bench) -> None:
    bench.receive(question(1), question(2))
    kept = bench.handled(1, letter(1001, "first"), letter(1001, "second", urgent=True))
    assert [(one.chat, one.body, one.urgent, one.unsure) for one in kept] == [
        (1001, "first", False, False),
        (1001, "second", True, False),
    ]
    assert bench.waiting() == [question(2)]
    assert bench.unsent() == kept


def test_a_question_handled_twice_is_answered_once(bench: Bench) -> None:
    bench.receive(question(1))
    assert len(bench.handled(1, letter(1001))) == 1
    assert bench.handled(1, letter(1001)) == []
    assert bench.handled(99, letter(1001)) == []
    assert len(bench.unsent()) == 1


def test_a_letter_is_unsure_from_the_post_on(bench: Bench) -> None:
    bench.receive(question(1))
    (one,) = bench.handled(1, letter(1001))
    number = one.id or 0
    bench.do(lambda store: store.posting(number))
    assert [kept.unsure for kept in bench.unsent()] == [True]
    bench.do(lambda store: store.not_posted(number))
    assert [kept.unsure for kept in bench.unsent()] == [False]
    bench.do(lambda store: store.posted(number))
    assert bench.unsent() == []
    bench.do(lambda store: store.posted(number))  # no harm


def test_numbers_of_letters_are_not_used_twice(bench: Bench) -> None:
    # Whoever still holds the number of a posted letter must not delete another.
    bench.receive(question(1), question(2))
    (one,) = bench.handled(1, letter(1001))
    bench.do(lambda store: store.posted(one.id or 0))
    (other,) = bench.handled(2, letter(1002))
    assert other.id != one.id


def test_a_dead_letter_is_counted_for_the_day_and_nothing_of_it_is_kept(bench: Bench) -> None:
    bench.receive(question(1))
    (one,) = bench.handled(1, letter(1001))
    bench.do(lambda store: store.dead(one.id or 0))
    bench.do(lambda store: store.dead(one.id or 0))
    held = bench.do(lambda store: store.held())
    assert held.dead == ((START.date(), 1),)
    assert held.letters.count == 0


def test_forgetting_deletes_all_of_one_chat_and_nothing_of_another(bench: Bench) -> None:
    bench.receive(question(1, chat=5), question(2, chat=6), question(3, chat=5), question(4, chat=6))
    (mine,) = bench.handled(1, letter(5))
    (other,) = bench.handled(2, letter(6))
    bench.do(lambda store: store.forget(5))
    assert bench.waiting() == [question(4, chat=6)]
    assert bench.unsent() == [other]
    assert mine.id != other.id


def test_what_a_person_writes_after_asking_to_be_forgotten_is_a_new_question(bench: Bench) -> None:
    bench.receive(question(1, chat=5), question(2, chat=5, body="/forget"), question(3, chat=5, body="new"))
    bench.do(lambda store: store.forget(5, but=2))
    assert [one.update for one in bench.waiting()] == [2, 3]


def test_forgetting_done_twice_does_not_forget_its_own_reply(bench: Bench) -> None:
    bench.receive(question(2, chat=5))
    bench.do(lambda store: store.forget(5, but=2))
    kept = bench.handled(2, letter(5, "done"))
    bench.do(lambda store: store.forget(5, but=2))
    assert bench.unsent() == kept


def test_a_transaction_that_fails_leaves_nothing(bench: Bench) -> None:
    bench.receive(question(1))

    def fails(store: Store) -> None:
        store.handled(1, [letter(1001)])
        store.receive([question(2)])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        bench.do(fails)
    assert bench.waiting() == [question(1)]
    assert bench.unsent() == []
    assert bench.receive(question(2)) == [question(2)]


def test_a_part_that_fails_takes_nothing_else_with_it(bench: Bench) -> None:

    def part(number: int) -> None:
        with bench.store.savepoint():
            bench.store.receive([question(number)])
            assert number != 2

    with bench.store.transaction():
        part(1)
        with pytest.raises(AssertionError):
            part(2)
        part(3)
    assert bench.waiting() == [question(1), question(3)]


def test_a_ban_ends_after_its_last_day_and_outlasts_forgetting(bench: Bench) -> None:
    bench.do(lambda store: store.ban(5, BAN_DAYS))
    bench.do(lambda store: store.forget(5))
    for days, banned in ((0, True), (BAN_DAYS, True), (BAN_DAYS + 1, False)):
        bench.now = START + days * DAY
        bench.sweep()
        assert bench.do(lambda store: store.banned(5)) is banned
        assert bench.do(lambda store: store.held()).bans == banned
    assert bench.do(lambda store: store.banned(6)) is False


def test_a_ban_that_is_undone_leaves_a_mute_and_the_bans_of_others(bench: Bench) -> None:
    bench.do(lambda store: store.ban(5, BAN_DAYS))
    bench.do(lambda store: store.ban(6, BAN_DAYS))
    bench.do(lambda store: store.mute(5, 7))
    for _ in range(2):
        bench.do(lambda store: store.unban(5))
        assert bench.do(lambda store: (store.banned(5), store.banned(6), store.muted(5))) == (False, True, True)
    assert bench.do(lambda store: store.held()).bans == 2


def test_a_mute_is_no_ban_ends_after_its_days_and_outlasts_forgetting(bench: Bench) -> None:
    bench.do(lambda store: store.mute(5, 7))
    bench.do(lambda store: store.mute(6, 7))
    bench.do(lambda store: store.forget(5))
    bench.do(lambda store: store.unmute(6))
    for days, muted in ((0, True), (7, True), (8, False)):
        bench.now = START + days * DAY
        bench.sweep()
        assert bench.do(lambda store: store.muted(5)) is muted
        assert bench.do(lambda store: store.held()).bans == muted
    assert bench.do(lambda store: (store.banned(5), store.muted(6))) == (False, False)


def test_a_group_is_found_by_any_number_that_it_had(bench: Bench) -> None:
    def now_at(*groups: int) -> list[int]:
        return bench.do(lambda store: [store.now_at(one) for one in groups])

    assert now_at(-1) == [-1]
    bench.do(lambda store: store.moved(-1, -100))
    bench.do(lambda store: store.moved(-1, -100))
    assert now_at(-1, -100, -2) == [-100, -100, -2]
    bench.do(lambda store: store.moved(-100, -200))
    bench.now += 400 * DAY
    bench.sweep()
    assert now_at(-1, -100, -200) == [-200, -200, -200]
    assert bench.do(lambda store: store.held()).moves == 2


def test_what_nobody_could_answer_or_deliver_is_gone_after_two_days_and_counted(bench: Bench) -> None:
    bench.receive(question(1), question(2))
    bench.handled(1, letter(1001))
    bench.now += TEXTS_HOURS * HOUR
    bench.sweep()
    assert (len(bench.waiting()), len(bench.unsent())) == (1, 1)
    bench.now += HOUR
    bench.sweep()
    assert (bench.waiting(), bench.unsent()) == ([], [])
    assert bench.do(lambda store: store.held()).dead == ((bench.now.date(), 2),)


def test_held_counts_everything(bench: Bench) -> None:
    bench.receive(question(1), question(2), question(3))
    (one, _) = bench.handled(1, letter(1001), letter(1001))
    bench.do(lambda store: store.posting(one.id or 0))
    bench.do(lambda store: store.ban(5, 1))
    bench.now += 3 * HOUR
    held = bench.do(lambda store: store.held())
    assert (held.waiting.count, held.waiting.oldest_hours) == (2, 3)
    assert (held.letters.count, held.unsure, held.letters.oldest_hours) == (2, 1, 3)
    assert (held.ids.count, held.ids.oldest_hours) == (3, 3)
    assert (held.bans, held.last_ban_ends) == (1, START.date() + DAY)
    assert (held.dead, held.unreadable, held.keys) == ((), 0, ("2026-W48",))


def test_everything_outlasts_a_restart(lasting: Bench) -> None:
    lasting.receive(question(1), question(2, body="x" * 9000))
    kept = lasting.handled(1, letter(1001, "a", urgent=True), letter(1001, "b"))
    lasting.do(lambda store: store.posting(kept[1].id or 0))
    lasting.do(lambda store: store.ban(5, 0))
    lasting.do(lambda store: store.mute(6, 0))
    lasting.do(lambda store: store.moved(-1, -100))
    lasting.reopen()
    assert lasting.waiting() == [question(2, body="x" * 9000)]
    assert lasting.unsent() == [kept[0], Letter(kept[1].id, 1001, "b", unsure=True)]
    assert lasting.receive(question(1)) == []
    assert lasting.do(lambda store: (store.banned(5), store.muted(6), store.now_at(-1))) == (True, True, -100)
    (more,) = lasting.handled(2, letter(1002))
    assert more.id not in {one.id for one in kept}


class Life(RuleBasedStateMachine):
    """Any order of events, compared with lists in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.bench = Bench(lambda clock: SqliteStore(None, Keys(None), clock))
        self.inbox: dict[int, Received] = {}
        self.known: set[int] = set()
        self.letters: dict[int, Letter] = {}

    @rule(numbers=st.lists(st.integers(0, 12), max_size=4), chat=st.integers(1, 3))
    def receive(self, numbers: list[int], chat: int) -> None:
        came = [question(number, chat=chat) for number in numbers]
        fresh = {one.update: one for one in came if one.update not in self.known}
        assert self.bench.receive(*came) == list(fresh.values())
        self.inbox |= fresh
        self.known |= set(numbers)

    @rule(number=st.integers(0, 12), count=st.integers(0, 3))
    def handle(self, number: int, count: int) -> None:
        asked = self.inbox.pop(number, None)
        kept = self.bench.handled(number, *[letter(asked.chat if asked else 1)] * count)
        assert len(kept) == (count if asked else 0)
        assert not {one.id for one in kept} & self.letters.keys()
        self.letters |= {one.id: one for one in kept if one.id is not None}

    @precondition(lambda self: self.letters)
    @rule(data=st.data(), how=st.sampled_from(["posting", "not_posted", "posted", "dead"]))
    def post(self, data: st.DataObject, how: str) -> None:
        number = data.draw(st.sampled_from(sorted(self.letters)))
        self.bench.do(lambda store: getattr(store, how)(number))
        if how in ("posted", "dead"):
            del self.letters[number]
        else:
            one = self.letters[number]
            self.letters[number] = Letter(one.id, one.chat, one.body, one.urgent, how == "posting")

    @rule(chat=st.integers(1, 3))
    def forget(self, chat: int) -> None:
        self.bench.do(lambda store: store.forget(chat))
        self.inbox = {number: one for number, one in self.inbox.items() if one.chat != chat}
        self.letters = {number: one for number, one in self.letters.items() if one.chat != chat}

    @invariant()
    def store_and_lists_agree(self) -> None:
        assert self.bench.waiting() == list(self.inbox.values())
        assert self.bench.unsent() == [self.letters[number] for number in sorted(self.letters)]


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
