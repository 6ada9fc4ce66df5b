"""What is remembered of a chat between two messages: never a text."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

MAX_AGE = 24 * 60 * 60
"""Seconds after the last message until a session is forgotten."""

MOST_SESSIONS = 50_000


@dataclass(frozen=True)
class Note:
    """What a volunteer's note says of the person who asks: a state, states to choose among, a language.

    `words`: the place as she wrote it. `asks`: something must follow ("caller in Mobile asks:").
    """

    state: str | None = None
    open: tuple[str, ...] = ()
    language: str | None = None
    words: tuple[str, ...] = ()
    asks: bool = False


@dataclass(frozen=True)
class LastCard:
    """What a volunteer's last card was about, for a note that follows it; the next card does not look at it.

    `others`: the questions that it offered.
    """

    intent: str | None = None
    state: str | None = None
    language: str | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Session:
    """The state of one conversation.

    `chosen`: the person picked the language herself, so messages do not change it. `traditional`: Chinese is shown in
    traditional characters. `settled`: she said or chose where
    she is, so a question about another state does not move her. `note` and `card` are a volunteer's: a note that waits
    for the message it belongs to, and her last card. `writing`: the next message is for a volunteer; `unhidden`: with
    its numbers and addresses.
    """

    language: str | None = None
    chosen: bool = False
    traditional: bool | None = None
    state: str | None = None
    settled: bool = False
    last_intent: str | None = None
    last_state: str | None = None
    pending_intent: str | None = None
    misses: int = 0
    greeted: bool = False
    note: Note | None = None
    card: LastCard | None = None
    writing: bool = False
    unhidden: bool = False


class Sessions:
    """Sessions in memory, by chat, forgotten with age or when there are too many. Never written anywhere."""

    def __init__(self, clock: Callable[[], float], max_age: float = MAX_AGE, most: int = MOST_SESSIONS) -> None:
        self._clock = clock
        self._max_age = max_age
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[float, Session]] = OrderedDict()

    def get(self, chat: Hashable) -> Session:
        """The chat's session; a new one where there is none or it is too old."""
        self.sweep()
        return self._kept.get(chat, (0.0, Session()))[1]

    def put(self, chat: Hashable, session: Session) -> None:
        """Remember a chat's session from now on."""
        self._kept.pop(chat, None)
        self._kept[chat] = (self._clock(), session)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def forget(self, chat: Hashable) -> None:
        """Drop what is remembered of a chat."""
        self._kept.pop(chat, None)

    def __len__(self) -> int:
        return len(self._kept)

    def sweep(self) -> None:
        """Drop every session that is too old."""
        oldest = self._clock() - self._max_age
        while self._kept and next(iter(self._kept.values()))[0] < oldest:
            self._kept.popitem(last=False)
