"""Whether a score means what it says: of what scored 90, nine in ten should be right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.understanding.evaluation import Verdict

_WIDTH = 10
_TOP = 100


@dataclass(frozen=True)
class Bin:
    """Questions answered, or offered first, with a score from `low` to `low + 10`, and how many of them rightly."""

    low: int
    count: int
    right: int
    mean_score: float

    @property
    def share(self) -> float:
        """How many of them are right, in [0, 1]."""
        return self.right / self.count


def bins(verdicts: Sequence[Verdict]) -> list[Bin]:
    """The calibration over everything that an information question was answered or first offered to, in tens."""
    judged = [found for verdict in verdicts if (found := _judged(verdict))]
    table = []
    for low in range(0, _TOP, _WIDTH):
        inside = [(score, right) for score, right in judged if min(int(score), _TOP - 1) // _WIDTH * _WIDTH == low]
        if inside:
            scores, right = zip(*inside, strict=True)
            table.append(Bin(low, len(inside), sum(right), round(sum(scores) / len(inside), 2)))
    return table


def error(table: Sequence[Bin]) -> float:
    """How far the mean score of a bin is from the share that is right, over all (the expected calibration error)."""
    count = sum(part.count for part in table) or 1
    return sum(part.count * abs(part.mean_score / _TOP - part.share) for part in table) / count


def lines(table: Sequence[Bin]) -> Iterator[str]:
    """The calibration as it is read."""
    yield "Of the questions that were answered, or offered first, with a score of"
    for part in table:
        name = f"{part.low}-{part.low + _WIDTH}"
        yield f"  {name:>6}: {part.count:5}, {100 * part.share:5.1f} % are right"
    yield f"  A score is {100 * error(table):.1f} points off on average."


def _judged(verdict: Verdict) -> tuple[float, bool] | None:
    """The score of what was answered or first offered, and whether it was right; None where that was no question."""
    got, asked = verdict.got, verdict.labelled
    if got["outcome"] == "choices":
        return got["choices"][0]["score"], got["choices"][0]["intent"] in asked.intents
    if got["outcome"] in ("answer", "general", "no_answer", "which_state") and got["score"] is not None:
        return got["score"], got["intent"] in asked.intents or verdict.word == "right"
    return None
