"""Which intents are taken for which, and the phrasings that did it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.explaining import Closest, Phrasebook
from bot.understanding.evaluation import Verdict
from bot.understanding.interpreter import Interpreter

_FINE = ("right", "offered", "refused", "asked_state")
_MOST_PAIRS, _MOST_MESSAGES = 15, 3


@dataclass(frozen=True)
class Mistake:
    """A message, and the phrasing of the given intent that it looks most like."""

    message: str
    word: str
    blamed: Closest | None


@dataclass(frozen=True)
class Confusion:
    """An intent (or kind) that was asked, the one that was given, and the messages."""

    asked: str
    given: str
    mistakes: tuple[Mistake, ...]


def confusions(verdicts: Sequence[Verdict], interpreter: Interpreter, phrasebook: Phrasebook) -> list[Confusion]:
    """The pairs of intents taken for each other, the commonest first."""
    found: dict[tuple[str, str], list[Mistake]] = {}
    for verdict in verdicts:
        given = _given(verdict)
        if given is None:
            continue
        labelled = verdict.labelled
        blamed = phrasebook.closest(interpreter.interpret(labelled.text).asked, given)
        mistake = Mistake(labelled.text, verdict.word, blamed)
        found.setdefault((labelled.intents[0] if labelled.intents else labelled.what, given), []).append(mistake)
    pairs = [Confusion(asked, given, tuple(mistakes)) for (asked, given), mistakes in found.items()]
    return sorted(pairs, key=lambda pair: (-len(pair.mistakes), pair.asked, pair.given))


def lines(pairs: Sequence[Confusion]) -> Iterator[str]:
    """The commonest pairs as they are read, with up to three messages each. They are test questions, never people's."""
    for pair in pairs[:_MOST_PAIRS]:
        yield f"{pair.asked} -> {pair.given}: {len(pair.mistakes)}"
        for mistake in pair.mistakes[:_MOST_MESSAGES]:
            yield f"    {mistake.word}: {mistake.message}"
            if mistake.blamed:
                yield f"        like {mistake.blamed} ({mistake.blamed.alike:.2f})"
    if len(pairs) > _MOST_PAIRS:
        yield f"and {len(pairs) - _MOST_PAIRS} more pairs"


def _given(verdict: Verdict) -> str | None:
    """The intent that was given, or offered first, where it was not the asked one."""
    got = verdict.got
    if verdict.word in _FINE:
        return None
    given: str | None = got["choices"][0]["intent"] if got["outcome"] == "choices" else got["intent"]
    return given if given not in verdict.labelled.intents else None
