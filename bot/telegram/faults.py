"""What a failed request means: whether it was done, and what helps. One table, tried out with the real library."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter

from bot.telegram.transport import NotSentError

BARE_WAIT = 30.0
"""Seconds to wait after a "too many requests" that does not say how long."""

_DONE = ("message is not modified", "message to delete not found")
"""A change or a deletion that was done before: the repeat of one whose answer was lost."""


class Fate(Enum):
    """What became of a request."""

    UNCLEAR = "it may have been done: repeat it, and say that it may be a repeat"
    WAIT = "certainly not done, later it may be: repeat it unlabelled after a while"
    REFUSED = "certainly not done, and never will be like this: another way, or none"
    GONE = "certainly not done, and nobody can be reached there"
    MOVED = "certainly not done, the group has another number"
    DONE = "it was done before"
    STOP = "the token is wrong or a second copy runs: nothing can be sent any more"


@dataclass(frozen=True)
class Verdict:
    """A fate, with the seconds to wait and the new number where Telegram names them."""

    fate: Fate
    seconds: float = 0.0
    chat: int | None = None


def definite(error: Exception) -> Verdict:
    """What an error of the library means. Every answer that makes no sense is unclear, whatever it raises.

    The order matters: `BadRequest` and `TimedOut` are `NetworkError`s.
    """
    match error:
        case RetryAfter():
            return Verdict(Fate.WAIT, seconds_to_wait(error))
        case ChatMigrated():
            return Verdict(Fate.MOVED, chat=error.new_chat_id)
        case InvalidToken():
            return Verdict(Fate.STOP)
        case Conflict():
            return Verdict(Fate.WAIT)
        case Forbidden():
            return Verdict(Fate.GONE)
        case BadRequest():
            return Verdict(Fate.DONE if any(part in str(error).lower() for part in _DONE) else Fate.REFUSED)
        case NetworkError() if isinstance(error.__cause__, NotSentError):
            return Verdict(Fate.WAIT)
        case NetworkError() if "too many requests" in str(error).lower():
            return Verdict(Fate.WAIT, BARE_WAIT)
        case _:
            return Verdict(Fate.UNCLEAR)


def seconds_to_wait(error: RetryAfter) -> float:
    """How long Telegram asks to wait, whichever of its two types the library gives."""
    after = error.retry_after
    return float(after) if isinstance(after, int | float) else after.total_seconds()
