"""The words of a hand-over: to the asker in her language, and in the topic in the volunteers'."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from bot.conversation.handover import MUTED_DAYS, UNANSWERED_HOURS, Say, Tell
from bot.conversation.reply import Action, Block, Button, Do, Outcome, Reply
from bot.conversation.wording import Writer
from bot.records.store import BAN_DAYS
from bot.records.tickets import CLOSED_HOURS, Ticket


class Move(StrEnum):
    """What a button in a topic does; the letters stand in buttons and must not change."""

    CLAIM = "c"
    PASS_ON = "p"  # noqa: S105 - no password
    CLOSE = "x"
    MUTE = "m"
    SEND = "s"
    INSTEAD = "i"


_PRESS = re.compile(rf"T\|([{''.join(Move)}])\|([A-Z0-9]{{6}})\|([a-z0-9_]*)\|([A-Z]*)\|([0-9]{{0,12}})")


@dataclass(frozen=True)
class Press:
    """A button in a topic, pressed. `intent`, `state`: the answer to send; `source`: the message it goes instead of."""

    move: Move
    ticket: str
    intent: str = ""
    state: str | None = None
    source: int | None = None

    def encode(self) -> str:
        """At most 64 bytes while intent ids have at most 24."""
        return f"T|{self.move}|{self.ticket}|{self.intent}|{self.state or ''}|{self.source or ''}"

    @classmethod
    def decode(cls, data: str) -> Self | None:
        """The press of such a button, or None for anything else."""
        found = _PRESS.fullmatch(data)
        if found is None:
            return None
        move, ticket, intent, state, source = found.groups()
        return cls(Move(move), ticket, intent, state or None, int(source) if source else None)


def title(ticket: Ticket) -> str:
    """The topic's name: number, language, state."""
    return " · ".join(filter(None, [f"#{ticket.number}", ticket.language, ticket.place]))


def opening(w: Writer, ticket: Ticket, text: str) -> Reply:
    """The first message of a topic; without a text where that was said before."""
    place = [w.state(ticket.place)] if ticket.place else []
    head = " · ".join([f"#{ticket.number}", *place, w.named(ticket.language)])
    said = text or w._("The group has a new number. The question stands in the old one.")
    quoted = Block("quoted" if text else "text", said)
    moves = ((Move.CLAIM, w._("Claim")), (Move.PASS_ON, w._("Pass on")), (Move.CLOSE, w._("Close")),
             (Move.MUTE, w._("Mute")))  # fmt: skip
    buttons = [Button(label, data=Press(move, ticket.number).encode()) for move, label in moves]
    rows = (tuple(buttons[:2]), tuple(buttons[2:]))
    return Reply(Outcome.HUMAN, w.language, (Block("heading", head), quoted), rows)


def send_button(w: Writer, ticket: Ticket, intent: str, state: str | None) -> Button:
    """Sends the content's answer to the asker, in her language."""
    label = w._("Send this answer in {language}", language=w.named(ticket.language))
    return Button(label, data=Press(Move.SEND, ticket.number, intent, state).encode())


def instead(w: Writer, ticket: Ticket, intent: str, state: str | None, source: int) -> Reply:
    """Under words in another language than the asker's: the content's answer that is nearest to them."""
    question = w.question(w.house.content.intents[intent])
    said = w._(
        "The person who asked writes {language}. This is the curated answer nearest to your words. It is not a "
        "translation of them:",
        language=w.named(ticket.language),
    )
    button = Button(w._("Send this instead"), data=Press(Move.INSTEAD, ticket.number, intent, state, source).encode())
    return Reply(Outcome.HUMAN, w.language, (Block("text", f"{said}\n**{question}**"),), ((button,),))


def from_asker(w: Writer, ticket: Ticket, text: str, *, edited: bool = False) -> Reply:
    """What she wrote, for the topic."""
    head = w._("The person who asked has changed this:") if edited else w._("The person who asked writes:")
    return Reply(Outcome.HUMAN, w.language, (Block("small", f"#{ticket.number} · {head}"), Block("quoted", text)))


def from_volunteer(w: Writer, text: str) -> Reply:
    """What a volunteer wrote, for the asker; nobody's name stands there."""
    head = w._("A volunteer of {hotline} writes:", hotline=w.hotline)
    foot = w._("General information, not legal advice.")
    return Reply(Outcome.HUMAN, w.language, (Block("heading", head), Block("quoted", text), Block("small", foot)))


def withdrawn(w: Writer) -> Reply:
    """In the place of a message that was taken back."""
    return Reply(Outcome.HUMAN, w.language, (Block("small", w._("[withdrawn]")),))


def say(w: Writer, what: Say, ticket: Ticket) -> Reply:
    """A sentence to the asker, with what she can do next."""
    numbers = w.numbers(ticket.place, ("general", "emergency"))
    back = Button(w._("Back to the automatic answers"), Action(Do.END, language=w.language))
    rows: tuple[tuple[Button, ...], ...] = ()
    blocks = [Block("text", _to_asker(w, what))]
    if what in (Say.REFUSED, Say.NOTICE, Say.BANNED):
        blocks += w.number_blocks(numbers)
        rows = (w.copy_buttons(numbers), () if what is Say.BANNED else (w.topics_button(),))
    elif what in (Say.STARTED, Say.BUSY):
        rows = ((back,),)
    elif what is Say.ENDED:
        rows = ((w.topics_button(), w.human_button()),)
    return Reply(Outcome.HUMAN, w.language, tuple(blocks), tuple(row for row in rows if row), state=ticket.place)


def only_text(w: Writer) -> Reply:
    """To a photo or a voice message while a volunteer writes with her, and to a volunteer's."""
    said = w._("Only text is passed on. What you sent was not passed on.")
    return Reply(Outcome.HUMAN, w.language, (Block("text", said),))


def refused(w: Writer, *, known: bool) -> Reply:
    """To somebody who presses a button in a topic: no volunteer, or not known to be one just now."""
    why = Tell.NOT_ALLOWED if known else Tell.NOT_KNOWN
    return Reply(Outcome.HUMAN, w.language, (Block("text", _in_topic(w, why)),))


def ended(w: Writer) -> Reply:
    """To the button that brings the bot back where it never was away."""
    return say(w, Say.ENDED, Ticket("", 0, w.language, None, 0))


def tell(w: Writer, what: Tell, ticket: Ticket) -> Reply:
    """A sentence in the topic."""
    kind = Block("warning" if what is Tell.EMERGENCY else "text", f"**#{ticket.number}** {_in_topic(w, what)}")
    return Reply(Outcome.HUMAN, w.language, (kind,))


def _to_asker(w: Writer, what: Say) -> str:
    return {
        Say.REFUSED: w._("The volunteers do not take messages from this chat now. You can call:"),
        Say.STARTED: w._(
            "A volunteer of {hotline} writes with you now. What you write here goes to the volunteers, without "
            "your name. I only answer in an emergency.",
            hotline=w.hotline,
        ),
        Say.PASSED_ON: w._("Another volunteer will write to you. Until then I answer again."),
        Say.ENDED: w._("The conversation with the volunteers is over. I answer your questions again."),
        Say.BANNED: w._(
            "The volunteers have ended this conversation. For {days} days I only answer here in an emergency: then "
            "write what is happening. You can call:",
            days=BAN_DAYS,
        ),
        Say.NOTICE: w._("No volunteer has answered you yet. Please call. I answer your questions again."),
        Say.BUSY: w._("A volunteer writes with you now, so I do not answer. In an emergency, write what is happening."),
    }[what]


def _in_topic(w: Writer, what: Tell) -> str:
    return {
        **_not_done(w),
        Tell.CLAIMED: w._("Claimed. What you write here goes to the person who asked, without your name."),
        Tell.PASSED_ON: w._("Free again: the bot answers until somebody claims it."),
        Tell.CLOSED: w._("Closed. The bot answers again. This is deleted in {days} days.", days=CLOSED_HOURS // 24),
        Tell.MUTED: w._(
            "Closed and muted: this person cannot write to you for {days} days. The bot answers. "
            "Press “Mute” again to undo it.",
            days=MUTED_DAYS,
        ),
        Tell.UNMUTED: w._("Not muted any more: this person can write to you again."),
        Tell.BANNED: w._(
            "Closed and banned: for {days} days the bot answers this person in an emergency only. "
            "Send /ban here again to undo it.",
            days=BAN_DAYS,
        ),
        Tell.UNBANNED: w._("Not banned any more: the bot answers this person again."),
        Tell.EMERGENCY: w._(
            "An emergency. The person who asked has the steps and the number from me. Please look now."
        ),
        Tell.UNANSWERED: w._(
            "Nobody has answered for {hours} hours. The person has the telephone number, and the bot "
            "answers. You can still claim it.",
            hours=UNANSWERED_HOURS,
        ),
        Tell.WITHDRAWN: w._("[withdrawn]"),
        Tell.GONE: w._("The person who asked cannot be reached any more."),
        Tell.RECALLED: w._("Recalled."),
    }[what]


def _not_done(w: Writer) -> dict[Tell, str]:
    """Why nothing came of what a volunteer did."""
    return {
        Tell.TAKEN: w._("Another volunteer has claimed this. To take over, press “Pass on” first."),
        Tell.NOT_SENT: w._("Nothing was sent: nobody has claimed this. Press “Claim” first."),
        Tell.IS_CLOSED: w._("Nothing was sent: this is closed."),
        Tell.NOT_COORDINATOR: w._(
            "Nothing was done. Only a coordinator can ban somebody: please ask one. You can use /mute: then this "
            "person cannot write to you for {days} days.",
            days=MUTED_DAYS,
        ),
        Tell.NOTHING_TO_RECALL: w._("Nothing to recall. Reply with /recall to the message that you wrote."),
        Tell.ONLY_TEXT: w._("Only text is passed on. What you sent was not passed on."),
        Tell.NOT_ALLOWED: w._("Nothing was sent. Only volunteers can answer here, in their own names."),
        Tell.NOT_KNOWN: w._("Nothing was sent: Telegram did not tell me who is a volunteer. Please do it again."),
    }
