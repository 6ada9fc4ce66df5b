"""The hand-over as a machine: whatever happens in whatever order, she is answered by exactly one, and knows by whom."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.conversation import handover
from bot.conversation.handover import MUTED_DAYS, UNANSWERED_HOURS, Act, Effect, Next, Say, Tell
from bot.records.keys import Keys
from bot.records.sqlite import SqliteStore
from bot.records.store import BAN_DAYS
from bot.records.tickets import NOBODY, Status, Ticket
from tests.records.benches import HOUR, Bench

ANA = 1001
ROSA, EVA = 2001, 2002


class HandOver(RuleBasedStateMachine):
    """One asker, two volunteers, a store that forgets nothing when the bot is killed.

    `with_volunteer` is what she was told last; `silence` the hours since she was last answered or told something.
    """

    def __init__(self) -> None:
        super().__init__()
        self.bench = Bench(lambda clock: SqliteStore(None, Keys(None), clock))
        self.with_volunteer = False
        self.waits_since: int | None = None
        self.notices = 0
        self.numbers = 0

    @property
    def hour(self) -> int:
        return self.bench.store.tickets.hour

    @property
    def ticket(self) -> Ticket | None:
        return self.bench.store.tickets.of(ANA)

    def becomes(self, found: Next) -> tuple[Effect, ...]:
        """Keep it, and see what she is told."""
        ticket, effects = found
        if Act.OPEN in effects:
            ticket = replace(ticket, topic=17)
        if Say.REFUSED not in effects:
            self.bench.do(lambda store: store.tickets.put(ticket))
        self.is_shut_out_or_let_in(effects)
        for effect in effects:
            if effect is Say.STARTED:
                self.with_volunteer, self.notices = True, 0
            elif effect in (Say.PASSED_ON, Say.ENDED, Say.BANNED, Say.NOTICE):
                self.with_volunteer = False
            self.notices += effect is Say.NOTICE
        if Act.PASS_OUT in effects:
            self.waits_since, self.notices = None, 0
        if self.ticket is None or not self.ticket.open:  # an older one that is closed says nothing of it
            self.waits_since, self.notices = None, 0
        if ticket.chat == NOBODY:
            self.with_volunteer = False
        return effects

    def is_shut_out_or_let_in(self, effects: tuple[Effect, ...]) -> None:
        match next((one for one in effects if isinstance(one, Tell)), None):
            case Tell.MUTED:
                self.bench.do(lambda store: store.mute(ANA, MUTED_DAYS))
            case Tell.UNMUTED:
                self.bench.do(lambda store: store.unmute(ANA))
            case Tell.BANNED:
                self.bench.do(lambda store: store.ban(ANA, BAN_DAYS))
            case Tell.UNBANNED:
                self.bench.do(lambda store: store.unban(ANA))

    def answered_once(self, effects: tuple[Effect, ...], *, urgent: bool) -> None:
        """By the bot, by the way to the volunteers, or by a sentence; by both only in an emergency."""
        bot, passed = Act.ANSWER in effects, bool({Act.PASS_IN, Act.CHANGE_IN} & set(effects))
        assert bot or passed or set(effects) & {Say.BUSY, Say.REFUSED}
        if urgent:
            assert bot
        elif self.with_volunteer:
            assert not bot

    @rule(urgent=st.booleans())
    def asks(self, urgent: bool) -> None:
        before = self.ticket
        self.numbers += 1
        new = Ticket(f"T{self.numbers:05}", ANA, "es", "IL", self.hour)
        muted = self.bench.store.muted(ANA) or self.bench.store.banned(ANA)
        has_one = before is not None and before.open
        effects = self.becomes(handover.ask(before, new, urgent=urgent, muted=muted))
        assert (Say.REFUSED in effects) == (muted and not has_one)
        self.answered_once(effects, urgent=urgent)
        if urgent and Say.REFUSED not in effects:
            assert Tell.EMERGENCY in effects
        if before is not None and before.open:
            assert Act.OPEN not in effects
        if self.ticket is not None and self.ticket.open and self.waits_since is None:
            self.waits_since = self.hour

    @precondition(lambda self: self.ticket is not None)
    @rule(urgent=st.booleans())
    def writes(self, urgent: bool) -> None:
        assert self.ticket is not None
        before = self.ticket
        effects = self.becomes(handover.wrote(before, self.hour, urgent=urgent))
        self.answered_once(effects, urgent=urgent)
        assert (Tell.EMERGENCY in effects) == (urgent and before.open)
        if Act.PASS_IN in effects and self.waits_since is None:
            self.waits_since = self.hour

    @precondition(lambda self: self.ticket is not None)
    @rule(urgent=st.booleans(), passed=st.booleans())
    def changes(self, urgent: bool, passed: bool) -> None:
        assert self.ticket is not None
        effects = self.becomes(handover.changed(self.ticket, self.hour, passed=passed, urgent=urgent))
        if not (passed and not self.with_volunteer):
            self.answered_once(effects, urgent=urgent)
        assert not urgent or Act.ANSWER in effects
        if self.ticket is not None and self.ticket.owed and self.waits_since is None:
            self.waits_since = self.hour

    @precondition(lambda self: self.ticket is not None)
    @rule(urgent=st.booleans(), always=st.booleans())
    def presses(self, urgent: bool, always: bool) -> None:
        assert self.ticket is not None
        effects = self.becomes(handover.pressed(self.ticket, urgent=urgent, always=always))
        assert (Act.ANSWER in effects) != (Say.BUSY in effects)
        assert Act.ANSWER in effects or not (urgent or always)

    @precondition(lambda self: self.ticket is not None)
    @rule(who=st.sampled_from([ROSA, EVA]))
    def claims(self, who: int) -> None:
        assert self.ticket is not None
        before = self.ticket
        effects = self.becomes(handover.claim(before, who, self.hour))
        assert (Say.STARTED in effects) == (before.status is Status.WAITING)
        if before.status is Status.WAITING:
            self.waits_since = self.hour

    @precondition(lambda self: self.ticket is not None)
    @rule()
    def is_passed_on(self) -> None:
        assert self.ticket is not None
        if Say.PASSED_ON in self.becomes(handover.pass_on(self.ticket, self.hour)) and self.waits_since is None:
            self.waits_since = self.hour

    @precondition(lambda self: self.ticket is not None)
    @rule()
    def is_answered(self) -> None:
        assert self.ticket is not None
        claimed = self.with_volunteer
        assert (Act.PASS_OUT in self.becomes(handover.answered(self.ticket, self.hour))) == claimed

    @precondition(lambda self: self.ticket is not None)
    @rule(passed=st.booleans())
    def is_corrected_or_recalled(self, passed: bool) -> None:
        assert self.ticket is not None
        assert (Act.CHANGE_OUT in self.becomes(handover.corrected(self.ticket, passed=passed))) == passed
        assert (Act.RECALL in self.becomes(handover.recall(self.ticket, passed=passed))) == passed

    @precondition(lambda self: self.ticket is not None)
    @rule()
    def is_closed(self) -> None:
        assert self.ticket is not None
        was = self.ticket.open
        assert (Say.ENDED in self.becomes(handover.close(self.ticket, self.hour))) == was

    @precondition(lambda self: self.ticket is not None)
    @rule()
    def is_muted_or_heard_again(self) -> None:
        assert self.ticket is not None
        was = self.ticket.open
        effects = self.becomes(handover.mute(self.ticket, self.hour))
        assert (Say.ENDED in effects) == was
        assert (Tell.MUTED in effects) != (Tell.UNMUTED in effects)

    @precondition(lambda self: self.ticket is not None)
    @rule(may=st.booleans())
    def is_banned_or_heard_again(self, may: bool) -> None:
        assert self.ticket is not None
        was, banned = self.ticket, self.bench.store.banned(ANA)
        effects = self.becomes(handover.ban(was, self.hour, banned=banned, may=may))
        assert (Say.BANNED in effects) == (may and was.open)
        assert self.bench.store.banned(ANA) == (banned != may)

    @precondition(lambda self: self.ticket is not None)
    @rule(how=st.sampled_from([handover.forget, handover.gone]))
    def goes(self, how: object) -> None:
        assert self.ticket is not None
        was = self.ticket
        after, effects = how(was, self.hour)  # type: ignore[operator]
        self.becomes((after, effects))
        if how is handover.forget:
            assert Act.WITHDRAW in effects
            assert (after.chat, after.place, after.by) == (NOBODY, None, None)

    @precondition(lambda self: self.ticket is not None)
    @rule()
    def group_throws_the_bot_out(self) -> None:
        assert self.ticket is not None
        self.becomes(handover.kicked(self.ticket))
        assert not self.with_volunteer

    @precondition(lambda self: self.ticket is not None)
    @rule()
    def group_moves(self) -> None:
        assert self.ticket is not None
        was = self.ticket
        assert (Act.OPEN in self.becomes(handover.migrated(was))) == (was.open and was.topic is not None)

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        for _ in range(hours):
            self.bench.now += HOUR
            for ticket in self.bench.store.tickets.all():
                if ticket.chat == ANA:
                    self.becomes(handover.expire(ticket, self.hour))
            self.bench.sweep()
            if self.ticket is None:
                self.with_volunteer, self.waits_since, self.notices = False, None, 0

    @rule(hours=st.integers(-30, 30))
    def clock_is_set(self, hours: int) -> None:
        self.bench.now += hours * HOUR
        self.bench.sweep(hours)
        if self.waits_since is not None:
            self.waits_since += hours

    @invariant()
    def she_knows_who_answers(self) -> None:
        assert self.with_volunteer == (not handover.bot_answers(self.ticket))

    @invariant()
    def nobody_waits_for_a_volunteer_without_being_told(self) -> None:
        if self.waits_since is not None and self.ticket is not None and self.ticket.open:
            late = self.hour - self.waits_since > UNANSWERED_HOURS
            assert self.notices <= 1
            assert self.notices == 1 or not late

    @invariant()
    def whoever_is_banned_has_no_open_ticket(self) -> None:
        assert not (self.bench.store.banned(ANA) and self.ticket is not None and self.ticket.open)

    @invariant()
    def there_is_one_open_ticket_at_most(self) -> None:
        assert sum(one.open for one in self.bench.store.tickets.all()) <= 1

    @invariant()
    def what_is_kept_is_all_there_is(self) -> None:
        # Killed and started again, the bot knows the same.
        if (ticket := self.ticket) is not None:
            assert self.bench.store.tickets.get(ticket.number) == ticket
            assert ticket.touched <= self.hour


TestHandOver = HandOver.TestCase
TestHandOver.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)


def waiting() -> Ticket:
    return Ticket("K7Q2MX", ANA, "es", "IL", 100)


def test_the_notice_comes_once_and_after_the_time_not_before() -> None:
    ticket = waiting()
    assert handover.expire(ticket, 100 + UNANSWERED_HOURS) == (ticket, ())
    ticket, effects = handover.expire(ticket, 101 + UNANSWERED_HOURS)
    assert effects == (Say.NOTICE, Tell.UNANSWERED)
    assert handover.expire(ticket, 500) == (ticket, ())


def test_a_claimed_ticket_that_is_left_alone_goes_back_to_the_bot() -> None:
    claimed, _ = handover.claim(waiting(), ROSA, 100)
    left, effects = handover.expire(claimed, 101 + UNANSWERED_HOURS)
    assert (left.status, left.by, effects) == (Status.WAITING, None, (Say.NOTICE, Tell.UNANSWERED))
    answered, _ = handover.answered(claimed, 110)
    closed, effects = handover.expire(answered, 111 + UNANSWERED_HOURS)
    assert (closed.status, effects) == (Status.CLOSED, (Say.ENDED, Tell.CLOSED, Act.CLOSE_TOPIC))


def test_another_volunteer_does_not_take_it_by_mistake() -> None:
    claimed, _ = handover.claim(waiting(), ROSA, 100)
    assert handover.claim(claimed, EVA, 101) == (claimed, (Tell.TAKEN,))
    assert handover.claim(claimed, ROSA, 101) == (claimed, ())


def test_whoever_is_muted_is_told_so_and_still_answered_in_an_emergency() -> None:
    muted, effects = handover.mute(waiting(), 101)
    assert effects == (Say.ENDED, Tell.MUTED)
    new = replace(waiting(), number="AAAAAA")
    assert handover.ask(muted, new, urgent=False, muted=True) == (muted, (Say.REFUSED,))
    assert handover.ask(muted, new, urgent=True, muted=True) == (muted, (Act.ANSWER, Say.REFUSED))
    assert handover.ask(None, new, urgent=False, muted=True) == (new, (Say.REFUSED,))
    heard, _ = handover.mute(muted, 102)
    assert handover.ask(heard, new, urgent=False)[0] == new
