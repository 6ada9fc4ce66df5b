"""The weights of the score, fitted to labelled questions: `amparo evaluate --fit`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields

import numpy as np

from bot.understanding.evaluation import Labelled
from bot.understanding.interpreter import Interpreter
from bot.understanding.matching import Weights

_CANDIDATES = 5
"""Intents of each message that the fit looks at: the best ones; the others are never in question."""


def fitted(interpreter: Interpreter, questions: Sequence[Labelled]) -> Iterator[str]:
    """Weights of the score by logistic regression: is this intent the labelled one, given what each part saw."""
    rows, right = [], []
    for question in questions:
        if not question.intents:
            continue
        ranked = interpreter.interpret(question.text).matches
        for match in ranked[:_CANDIDATES]:
            seen = sum(match.parts[part] for part in ("words", "meaning", "aligned"))
            rows.append([seen, *(match.parts[part] for part in ("ahead", "behind", "spread")), 1.0])
            right.append(match.intent in question.intents)
    x, y = np.array(rows), np.array(right, dtype=float)
    weights = np.zeros(x.shape[1])
    penalty = np.diag([0.1, 0.1, 0.1, 0.1, 0.0])
    for _ in range(30):  # Newton's method: converges in under ten steps on a few thousand rows
        expected = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (expected - y) + penalty @ weights
        hessian = (x.T * (expected * (1 - expected))) @ x + penalty
        weights -= np.linalg.solve(hessian, gradient)
    expected = 1 / (1 + np.exp(-x @ weights))
    yield f"{len(questions)} questions, {len(rows)} pairs of question and intent"
    names = [field.name for field in fields(Weights)]
    yield from (f"{name:12} {weight:6.2f}" for name, weight in zip(names, weights, strict=True))
    for low in range(0, 100, 10):
        chosen = (expected >= low / 100) & (expected < (low + 10) / 100 + (low == 90))  # noqa: PLR2004
        if chosen.any():
            yield f"scored {low:3}-{low + 10:3}: {int(chosen.sum()):5} pairs, {100 * y[chosen].mean():5.1f} % right"
