"""The figures of `amparo evaluate`: tables over labelled questions, other thresholds, and the fit of the score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from bot.conversation.house import House
from bot.understanding import matching
from bot.understanding.evaluation import Labelled, Verdict, by_intent, evaluate, figures, read_labelled

_CANDIDATES = 5
"""Intents of each message that the fit looks at: the best ones; the others are never in question."""

Ask = Callable[[Labelled], Mapping[str, Any]]


def report(house: House, paths: Sequence[Path], ask: Ask, *, errors: bool, sweep: bool, fit: bool) -> int:
    """Print the figures over all, per language and per intent; 0."""
    questions = [question for path in paths for question in read_labelled(path)]
    questions = [question for question in questions if question.language in house.served]
    if fit:
        print("\n".join(_fitted(house, questions)))
        return 0
    if sweep:
        print("\n".join(_swept(house, questions)))
        return 0
    verdicts = evaluate(questions, ask, house.content)
    print("\n".join(_tables(verdicts)))
    if errors:
        print("\n".join(_errors(verdicts)))
    return 0


def _tables(verdicts: Sequence[Verdict]) -> list[str]:
    languages = sorted({v.labelled.language for v in verdicts})
    columns = {"all": verdicts, **{code: [v for v in verdicts if v.labelled.language == code] for code in languages}}
    shares = {name: figures(part) for name, part in columns.items()}
    lines = [f"{'':28}" + "".join(f"{name:>9}" for name in shares)]
    lines += [f"{name:28}" + "".join(f"{share[name]:9.4g}" for share in shares.values()) for name in shares["all"]]
    lines.append("")
    for intent, words in by_intent(verdicts).items():
        lines.append(f"{intent:28}" + "  ".join(f"{word} {count}" for word, count in words.most_common()))
    return lines


def _errors(verdicts: Sequence[Verdict]) -> list[str]:
    """The messages that were not helped. They are test questions, never people's."""
    return [
        f"{v.labelled.id}\t{v.word}\t{'/'.join(v.labelled.intents)}\t{v.got['outcome']}\t{v.got['intent']}\t"
        f"{v.got['score']}\t{v.labelled.text}"
        for v in verdicts
        if v.word not in ("right", "offered")
    ]


def _swept(house: House, questions: Sequence[Labelled]) -> list[str]:
    """What other thresholds and margins would do: one ranking a question, decided anew for each pair."""
    heard = [(q, house.interpreter.interpret(q.text)) for q in questions]
    kinds = {intent.id: intent.kind.value for intent in house.content.intents.values()}
    lines = ["answer from  margin   right  helped  wrong  false answers  choices for other subjects"]
    for threshold in range(40, 81, 5):
        for margin in (5, 10, 20):
            seen: Counter[str] = Counter()
            for question, interpretation in heard:
                if interpretation.emergency is None:
                    decision = matching.decide(interpretation.matches, answer=threshold, margin=margin)
                    seen[_word(question, decision, kinds)] += 1
            helped = seen["right"] + seen["offered"]
            scope = sum(seen[w] for w in ("right", "offered", "wrong", "lost")) or 1
            other = sum(seen[w] for w in ("false", "other offered", "other")) or 1
            lines.append(
                f"{threshold:11} {margin:7} {seen['right'] / scope:7.3f} {helped / scope:7.3f} "
                f"{seen['wrong'] / (seen['right'] + seen['wrong'] or 1):6.3f} {seen['false']:7} of {other} "
                f"{seen['other offered'] / other:10.3f}"
            )
    return lines


def _word(question: Labelled, decision: matching.Decision, kinds: Mapping[str, str]) -> str:
    offered = {match.intent for match in decision.choices}
    if question.what == "in_scope":
        if decision.answer:
            return "right" if decision.answer.intent in question.intents else "wrong"
        return "offered" if offered & set(question.intents) else "lost"
    if question.what in ("oos", "noise"):
        if decision.answer:
            return "false" if kinds[decision.answer.intent] == "information" else "other"
        return "other offered" if offered else "other"
    return "-"


def _fitted(house: House, questions: Sequence[Labelled]) -> list[str]:
    """Weights of the score by logistic regression: is this intent the labelled one, given what each part saw."""
    rows, right = [], []
    for question in questions:
        if not question.intents:
            continue
        ranked = house.interpreter.interpret(question.text).matches
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
    lines = [f"{len(questions)} questions, {len(rows)} pairs of question and intent"]
    names = [field.name for field in fields(matching.Weights)]
    lines += [f"{name:12} {weight:6.2f}" for name, weight in zip(names, weights, strict=True)]
    for low in range(0, 100, 10):
        chosen = (expected >= low / 100) & (expected < (low + 10) / 100 + (low == 90))  # noqa: PLR2004
        if chosen.any():
            lines.append(
                f"scored {low:3}-{low + 10:3}: {int(chosen.sum()):5} pairs, {100 * y[chosen].mean():5.1f} % right"
            )
    return lines
