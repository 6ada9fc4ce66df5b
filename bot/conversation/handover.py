"""The hand-over to a person: what each event makes of a ticket, and what is to be done then. Pure.

The bot answers an asker unless a ticket of hers is claimed. An emergency is always answered at once, whatever the
ticket, and the topic is told. Hours are whole hours since 1970; a deadline counts from the end of its first hour.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum, StrEnum, auto

from bot.records.tickets import CLOSED_HOURS, NOBODY, Status, Ticket

UNANSWERED_HOURS = 24
"""After so many hours without a volunteer's answer the asker is told so, once, and the bot takes over."""

MUTED_DAYS = CLOSED_HOURS // 24
"""For so long a mute lasts: as the ticket in whose topic it can be undone."""


class Say(StrEnum):
    """What the bot tells the asker."""

    REFUSED = "the volunteers take nothing from her now"
    STARTED = "a volunteer writes with her now, and the bot is silent"
    PASSED_ON = "another volunteer will write; until then the bot answers"
    ENDED = "it is over, and the bot answers again"
    BANNED = "it is over, and the bot answers in an emergency only"
    NOTICE = "nobody has answered: the telephone number; the bot answers"
    BUSY = "a volunteer writes with her now, so a button does nothing"


class Tell(StrEnum):
    """What the bot says in the topic."""

    CLAIMED = "claimed"
    TAKEN = "another volunteer has claimed it"
    NOT_SENT = "nothing was sent: nobody has claimed it"
    IS_CLOSED = "nothing was done: it is closed"
    PASSED_ON = "free again"
    CLOSED = "closed"
    MUTED = "muted"
    UNMUTED = "not muted any more"
    BANNED = "banned"
    UNBANNED = "not banned any more"
    NOT_COORDINATOR = "nothing was done: only coordinators ban, volunteers mute"
    EMERGENCY = "she is in an emergency, and has the script"
    UNANSWERED = "nobody has answered in time"
    WITHDRAWN = "she has withdrawn it"
    GONE = "she cannot be reached any more"
    RECALLED = "recalled"
    NOTHING_TO_RECALL = "there is nothing to recall"
    ONLY_TEXT = "only text is passed on"
    NOT_ALLOWED = "nothing was done: only volunteers may, in their own names"
    NOT_KNOWN = "nothing was done: Telegram did not say whether she is a volunteer"


class Act(Enum):
    """What else is done."""

    OPEN = auto()
    """Begin the topic: with the question, or again in a group that has moved."""
    PASS_IN = auto()
    """Her message goes to the topic."""
    PASS_OUT = auto()
    """The volunteer's message goes to her."""
    CHANGE_IN = auto()
    """Her changed message changes in the topic."""
    CHANGE_OUT = auto()
    """The volunteer's changed message changes in her chat."""
    RECALL = auto()
    """The volunteer's message is taken out of her chat."""
    ANSWER = auto()
    """The bot's own reply goes to her: to a question that is handed over, that it was."""
    CLOSE_TOPIC = auto()
    WITHDRAW = auto()
    """Whatever of hers stands in the topic is blanked."""


Effect = Say | Tell | Act
Next = tuple[Ticket, tuple[Effect, ...]]


def bot_answers(ticket: Ticket | None) -> bool:
    """Whether the bot answers this asker's questions."""
    return ticket is None or ticket.status is not Status.CLAIMED


def ask(ticket: Ticket | None, new: Ticket, *, urgent: bool, muted: bool = False) -> Next:
    """She hands a question over; `new` is the ticket for it, if she has none that is open.

    `muted`: the volunteers have muted or banned her, whatever she has made the bot forget since.
    """
    told: tuple[Effect, ...] = (Tell.EMERGENCY,) if urgent else ()
    if ticket is None or not ticket.open:
        if muted:
            return ticket or new, (Act.ANSWER, Say.REFUSED) if urgent else (Say.REFUSED,)
        return new, (Act.ANSWER, Act.OPEN, *told)
    if bot_answers(ticket):
        return ticket, (Act.ANSWER, Act.PASS_IN, *told)
    return wrote(ticket, new.touched, urgent=urgent)


def wrote(ticket: Ticket, hour: int, *, urgent: bool) -> Next:
    """She wrote something else. `urgent`: the bot sees an emergency in it."""
    told: tuple[Effect, ...] = (Tell.EMERGENCY,) if urgent and ticket.open else ()
    if bot_answers(ticket):
        return ticket, (Act.ANSWER, *told)
    touched = ticket.touched if ticket.owed else hour
    return replace(ticket, owed=True, touched=touched), ((Act.ANSWER,) if urgent else ()) + (Act.PASS_IN, *told)


def pressed(ticket: Ticket, *, urgent: bool, always: bool) -> Next:
    """She pressed a button of the bot. `always`: one that works whatever the ticket, such as /forget."""
    if always or urgent or bot_answers(ticket):
        return ticket, (Act.ANSWER, *((Tell.EMERGENCY,) if urgent and ticket.open else ()))
    return ticket, (Say.BUSY,)


def changed(ticket: Ticket, hour: int, *, passed: bool, urgent: bool) -> Next:
    """She changed a message. `passed`: it stands in the topic."""
    ticket, effects = wrote(ticket, hour, urgent=urgent)
    if not passed or not ticket.open:
        return ticket, effects
    return ticket, (Act.CHANGE_IN, *(one for one in effects if one is not Act.PASS_IN))


def claim(ticket: Ticket, who: int, hour: int) -> Next:
    """A volunteer takes it."""
    match ticket.status:
        case Status.WAITING:
            taken = replace(ticket, status=Status.CLAIMED, by=who, touched=hour, noticed=False)
            return taken, (Say.STARTED, Tell.CLAIMED)
        case Status.CLAIMED:
            return ticket, () if ticket.by == who else (Tell.TAKEN,)
        case _:
            return ticket, (Tell.IS_CLOSED,)


def pass_on(ticket: Ticket, hour: int) -> Next:
    """The volunteers give it back, for another of them."""
    if ticket.status is not Status.CLAIMED:
        return ticket, () if ticket.open else (Tell.IS_CLOSED,)
    touched = ticket.touched if ticket.owed else hour
    free = replace(ticket, status=Status.WAITING, by=None, owed=True, touched=touched)
    return free, (Say.PASSED_ON, Tell.PASSED_ON)


def answered(ticket: Ticket, hour: int) -> Next:
    """A volunteer wrote in the topic, or sent an answer of the content."""
    match ticket.status:
        case Status.CLAIMED:
            return replace(ticket, owed=False, touched=hour), (Act.PASS_OUT,)
        case Status.WAITING:
            return ticket, (Tell.NOT_SENT,)
        case _:
            return ticket, (Tell.IS_CLOSED,)


def corrected(ticket: Ticket, *, passed: bool) -> Next:
    """A volunteer changed her message. `passed`: the asker has it. It is corrected there, also after the end."""
    return ticket, (Act.CHANGE_OUT,) if passed and ticket.chat != NOBODY else ()


def recall(ticket: Ticket, *, passed: bool) -> Next:
    """A volunteer, the same or another, takes a message back."""
    if passed and ticket.chat != NOBODY:
        return ticket, (Act.RECALL, Tell.RECALLED)
    return ticket, (Tell.NOTHING_TO_RECALL,)


def close(ticket: Ticket, hour: int) -> Next:
    """It is done: a volunteer says so, or the asker wants the bot back."""
    if not ticket.open:
        return ticket, ()
    return _closed(ticket, hour), (Say.ENDED, Tell.CLOSED, Act.CLOSE_TOPIC)


def mute(ticket: Ticket, hour: int) -> Next:
    """Nothing more of this asker reaches the volunteers for `MUTED_DAYS`; again, and she is heard again."""
    if ticket.chat == NOBODY:
        return ticket, (Tell.IS_CLOSED,)
    if ticket.muted:
        return replace(ticket, muted=False), (Tell.UNMUTED,)
    ended: tuple[Effect, ...] = (Say.ENDED,) if ticket.open else ()
    muted = replace(_closed(ticket, hour) if ticket.open else ticket, muted=True)
    return muted, (*ended, Tell.MUTED)


def ban(ticket: Ticket, hour: int, *, banned: bool, may: bool = True) -> Next:
    """A coordinator (`may`) bans this asker: the bot answers her in an emergency only. `banned` already: it is undone.

    She is told so if it ends her conversation; else the bot would write out of the blue. That it is over she is
    always told: she may have met silence.
    """
    if not may:
        return ticket, (Tell.NOT_COORDINATOR,)
    if ticket.chat == NOBODY:
        return ticket, (Tell.IS_CLOSED,)
    if banned:
        return ticket, (Say.ENDED, Tell.UNBANNED)
    if not ticket.open:
        return ticket, (Tell.BANNED,)
    return _closed(ticket, hour), (Say.BANNED, Tell.BANNED)


def forget(ticket: Ticket, hour: int) -> Next:
    """She asked to be forgotten: what is left is the number of a topic that must still be deleted."""
    return _nobodys(ticket, hour), (Act.WITHDRAW, Tell.WITHDRAWN, *((Act.CLOSE_TOPIC,) if ticket.open else ()))


def gone(ticket: Ticket, hour: int) -> Next:
    """She has blocked the bot, or her account is no more."""
    if not ticket.open:
        return ticket, ()
    return _nobodys(ticket, hour), (Tell.GONE, Act.CLOSE_TOPIC)


def expire(ticket: Ticket, hour: int, limit: int = UNANSWERED_HOURS) -> Next:
    """An hour is over. Too long without an answer: one notice, and the bot takes over."""
    if not ticket.open or hour - ticket.touched <= limit:
        return ticket, ()
    if not ticket.owed:
        return close(ticket, hour)
    if ticket.noticed:
        return ticket, ()
    return _given_up(ticket), (Say.NOTICE, Tell.UNANSWERED)


def kicked(ticket: Ticket) -> Next:
    """The volunteers' group has thrown the bot out: nobody reads the topic, so nobody is left waiting for it."""
    if not ticket.open or ticket.noticed:
        return ticket, ()
    return _given_up(ticket), (Say.NOTICE,)


def migrated(ticket: Ticket) -> Next:
    """The group has another number now, and its messages too. A topic that was not begun yet begins there."""
    moved = replace(ticket, topic=None, threaded=False)
    return moved, (Act.OPEN,) if ticket.open and ticket.topic is not None else ()


def _given_up(ticket: Ticket) -> Ticket:
    return replace(ticket, status=Status.WAITING, by=None, owed=True, noticed=True)


def _closed(ticket: Ticket, hour: int) -> Ticket:
    return replace(ticket, status=Status.CLOSED, by=None, owed=False, touched=hour)


def _nobodys(ticket: Ticket, hour: int) -> Ticket:
    left = _closed(ticket, hour) if ticket.open else replace(ticket, by=None)
    return replace(left, chat=NOBODY, language="en", place=None, muted=False)
