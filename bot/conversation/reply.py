"""The shapes that go in and out of a conversation, without any messenger's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Self


class Outcome(StrEnum):
    """What kind of reply it is; the words of the `ask` interface."""

    ANSWER = "answer"
    GENERAL = "general"
    WHICH_STATE = "which_state"
    NO_ANSWER = "no_answer"
    CHOICES = "choices"
    EMERGENCY = "emergency"
    PERSONAL = "personal"
    HUMAN = "human"
    SMALLTALK = "smalltalk"
    REFERRAL = "referral"
    NOT_UNDERSTOOD = "not_understood"
    SETTING = "setting"


class Do(StrEnum):
    """What a button or a command asks for; the letters stand in buttons and must not change."""

    START = "0"
    ANSWER = "a"
    STATE = "s"
    STATES = "S"
    LANGUAGE = "l"
    LANGUAGES = "L"
    TOPICS = "t"
    URGENT = "u"
    HUMAN = "h"
    NOT_THESE = "n"
    ABOUT = "i"
    PRIVACY = "p"
    FORGET = "f"
    FORGET_NOW = "F"
    SHORTER = "r"
    NOTHING_FITS = "x"
    WRITE = "w"
    UNHIDDEN = "d"
    CANCEL = "k"
    END = "e"


COMMANDS = {
    "start": Do.START,
    "topics": Do.TOPICS,
    "human": Do.HUMAN,
    "state": Do.STATES,
    "language": Do.LANGUAGES,
    "help": Do.ABOUT,
    "privacy": Do.PRIVACY,
    "forget": Do.FORGET,
}
"""The commands that people can type, in the order of the menu."""

_BUTTON = re.compile(rf"([{''.join(Do)}])\|([a-z0-9_]*)\|([A-Z]*)\|([a-z]*)\|([0-9]{{0,3}})([fc]?)")


@dataclass(frozen=True)
class Action:
    """A pressed button or a command. Carries all it needs, so that it works after a restart.

    `foreign`: it stands under an answer to somebody else's message, so it changes nothing in this session. `card`: it
    stands under a volunteer's card; state and language are those of the person who asked.
    """

    do: Do
    intent: str | None = None
    state: str | None = None
    language: str | None = None
    page: int = 0
    foreign: bool = False
    card: bool = False

    def encode(self) -> str:
        """At most 64 bytes while intent ids have at most 24."""
        page = f"{self.page or ''}{'c' if self.card else 'f' if self.foreign else ''}"
        return "|".join([self.do, self.intent or "", self.state or "", self.language or "", page])

    @classmethod
    def decode(cls, data: str) -> Self | None:
        """The action of a button, or None for anything else."""
        found = _BUTTON.fullmatch(data)
        if found is None:
            return None
        do, intent, state, language, page, under = found.groups()
        return cls(Do(do), intent or None, state or None, language or None, int(page or 0), under == "f", under == "c")


@dataclass(frozen=True)
class Message:
    """What a person sent: a text, an action, or neither (a photo, a voice message).

    `note`: what a volunteer wrote along with a message that she forwards.
    """

    text: str = ""
    note: str = ""
    action: Action | None = None
    forwarded: bool = False
    edited: bool = False
    client_language: str | None = None


@dataclass(frozen=True)
class Block:
    """A piece of a reply. `title` heads a folded block; `links` are labels with addresses for a sources block.

    `quoted` is what a person wrote: nothing in it is markup.
    """

    kind: Literal["heading", "text", "warning", "folded", "small", "sources", "quoted"]
    text: str = ""
    title: str = ""
    links: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True)
class Button:
    """A choice under a reply: does something here, or copies a telephone number. `data`: a button in a topic."""

    label: str
    action: Action | None = None
    copy: str | None = None
    data: str | None = None


@dataclass(frozen=True)
class Choice:
    """A question offered beside the reply."""

    intent: str
    score: float
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Counted:
    """What is counted of a message by week: never whose it was, never its text, never the state.

    `topic`: an intent, for a gap the nearest one; empty where none is near. `language`: empty where it is not known.
    """

    subject: Literal["answered", "gaps"]
    topic: str
    language: str
    way: Literal["asker", "card", "not_understood", "none_of_these", "nothing_fits"]


@dataclass(frozen=True)
class Reply:
    """What to send back, and what it is.

    `nearest`: the likeliest intent, where none was recognised; nobody is answered by it. `counted`: something to count
    with it, never whose and never a text.
    `hand_over`: her message as it is to be passed on to the volunteers, with numbers and addresses hidden unless she
    wanted otherwise; empty where nothing is to be.
    """

    outcome: Outcome
    language: str
    blocks: tuple[Block, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()
    intent: str | None = None
    nearest: str | None = None
    score: float | None = None
    state: str | None = None
    sources: tuple[str, ...] = ()
    disagreement: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    review: str | None = None
    forget: bool = False
    counted: Counted | None = None
    hand_over: str = ""

    def plain(self) -> str:
        """The reply as text for a terminal: everything unfolded, no markup."""
        return "\n\n".join(part for block in self.blocks if (part := _plain(block)))


def _plain(block: Block) -> str:
    text = re.sub(r"\*\*(.+?)\*\*", r"\1", block.text)
    if block.kind == "heading":
        return f"== {text} =="
    if block.kind == "warning":
        return f"⚠ {text}"
    if block.kind == "folded":
        return f"{block.title}:\n{text}"
    if block.kind == "sources":
        return f"{block.title}: " + "; ".join(f"{label} <{url}>" if url else label for label, url in block.links)
    return text
