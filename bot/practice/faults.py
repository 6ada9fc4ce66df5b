"""Faults on demand: what Telegram and the network do wrong, by method and by chance, the same again for the same seed.

A plan is written `METHOD:KIND=OFTEN[@VALUE]`, several with commas between; `*` is every method. OFTEN is a chance such
as 0.1, or a count such as `3x` for the next three requests. VALUE is the seconds of `429` and `latency`, and the new
chat of `migrated`. Example: `sendMessage:429=0.1@3,sendMessage:reset-posted=2x,*:latency=1.0@0.05`.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from bot.practice.methods import METHODS

REFUSED = {"429", "429-bare", "blocked", "kicked", "migrated", "401", "409"}
"""Telegram says no, and nothing was done."""

BEFORE = {"500", "502", "reset", "timeout"}
"""Something broke before anything was done."""

AFTER = {"502-posted", "reset-posted", "timeout-posted", "cut", "invalid", "empty", "list", "null", "string", "true"}
"""It was done, and the answer is lost or makes no sense: `cut` to `empty` are bodies, `list` to `true` results."""

KINDS = REFUSED | BEFORE | AFTER | {"latency"}
_RULE = re.compile(r"(\*|\w+):([\w-]+)=(?:(\d+)x|(\d*\.?\d+))(?:@(-?\d*\.?\d+))?")
_VALUES = {"429": 3.0, "latency": 0.1, "migrated": -1002000000002.0}


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one request, and its value: seconds or the new chat."""

    kind: str
    value: float = 0.0


@dataclass
class _Rule:
    method: str
    fault: Fault
    left: int | None
    """How many more times; None where chance decides."""
    chance: float


class Faults:
    """Decides for each request what goes wrong. Raises `ValueError`, a sentence, for a plan that makes no sense."""

    def __init__(self, plan: str = "", seed: int = 0) -> None:
        self._random = random.Random(seed)  # noqa: S311 - chance that can be repeated, not a secret
        self._rules = [_rule(entry.strip()) for entry in plan.split(",") if entry.strip()]

    def add(self, plan: str) -> None:
        """More rules, after those that are there."""
        self._rules += [_rule(entry.strip()) for entry in plan.split(",")]

    def next(self, method: str) -> tuple[float, Fault | None]:
        """Seconds to wait before this request, and what goes wrong with it; the first rule that applies decides."""
        waited, chosen = 0.0, None
        for rule in self._rules:
            if rule.method not in ("*", method) or (rule.fault.kind != "latency" and chosen is not None):
                continue
            if rule.left is None:
                applies = self._random.random() < rule.chance
            else:
                applies = rule.left > 0
                rule.left -= applies
            if applies and rule.fault.kind == "latency":
                waited += rule.fault.value
            elif applies:
                chosen = rule.fault
        return waited, chosen


def _rule(entry: str) -> _Rule:
    found = _RULE.fullmatch(entry)
    if found is None:
        raise ValueError(f"a fault is METHOD:KIND=OFTEN[@VALUE], and not {entry!r}")
    method, kind, count, chance, value = found.groups()
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no fault; there are {', '.join(sorted(KINDS))}")
    if method != "*" and method not in METHODS:
        raise ValueError(f"{method!r} is no method")
    fault = Fault(kind, float(value) if value else _VALUES.get(kind, 0.0))
    return _Rule(method, fault, int(count) if count else None, float(chance or 0))
