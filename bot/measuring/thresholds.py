"""What other thresholds and margins would do, on held-out questions or on the content alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.knowledge.model import Content, Kind
from bot.understanding import matching
from bot.understanding.encoding import Encoder
from bot.understanding.evaluation import Labelled
from bot.understanding.interpreter import Interpreter
from bot.understanding.matching import Match, Matcher

THRESHOLDS = range(40, 96, 5)
MARGINS = (5, 10, 20)

EVERY = 5
"""Of the intents every fifth is left out, and of the phrasings of the others every fifth."""

COST = 2.0
"""What a wrong or false answer costs, in right ones: choices would have helped instead."""

ELSEWHERE = 0.25
"""Messages about other things for each one about a subject: as in the held-out questions, which are near to it too."""

_SUBJECTS = (Kind.INFORMATION, Kind.REFERRAL)


@dataclass(frozen=True)
class Tried:
    """A phrasing that was not learnt, ranked. `intent` is None where its intent was not learnt either."""

    ranking: Sequence[Match]
    intent: str | None


def swept(interpreter: Interpreter, content: Content, questions: Sequence[Labelled]) -> Iterator[str]:
    """One ranking a held-out question, decided anew for each threshold and margin."""
    heard = [(q, interpreter.interpret(q.text)) for q in questions]
    kinds = {intent.id: intent.kind.value for intent in content.intents.values()}
    yield "answer from  margin   right  helped  wrong  false answers  choices for other subjects"
    for threshold in THRESHOLDS:
        for margin in MARGINS:
            seen: Counter[str] = Counter()
            for question, interpretation in heard:
                if interpretation.emergency is None:
                    decision = matching.decide(interpretation.matches, answer=threshold, margin=margin)
                    seen[_word(question, decision, kinds)] += 1
            helped = seen["right"] + seen["offered"]
            scope = sum(seen[w] for w in ("right", "offered", "wrong", "lost")) or 1
            other = sum(seen[w] for w in ("false", "other offered", "other")) or 1
            yield (
                f"{threshold:11} {margin:7} {seen['right'] / scope:7.3f} {helped / scope:7.3f} "
                f"{seen['wrong'] / (seen['right'] + seen['wrong'] or 1):6.3f} {seen['false']:7} of {other} "
                f"{seen['other offered'] / other:10.3f}"
            )


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


def left_out(
    content: Content, prepare: Callable[[str], str], encoder: Encoder | None, shipped: Path | None
) -> list[Tried]:
    """Learn the content without every fifth subject and without every fifth phrasing of the others; rank what was left.

    Only subjects (information and referral) are left out: emergencies and small talk are always there to compete.
    `prepare`: as `Interpreter.prepare`; `shipped`: as `Matcher.learn_meaning` takes it.
    """
    phrasings = {i.id: [t for texts in i.phrasings.values() for t in texts] for i in content.intents.values()}
    subjects = [intent.id for intent in content.intents.values() if intent.kind in _SUBJECTS]
    gone = set(subjects[::EVERY])
    asked: list[tuple[str, str | None]] = [(text, None) for name in sorted(gone) for text in phrasings[name]]
    kept: dict[str, list[str]] = {}
    for name, texts in phrasings.items():
        if name in gone:
            continue
        out = set(texts[::EVERY]) if name in subjects else set()
        asked += [(text, name) for text in texts if text in out]
        kept[name] = [text for text in texts if text not in out]
    matcher = Matcher(kept, prepare)
    if encoder:
        matcher.learn_meaning(encoder, shipped)
    # The third is never looked at.
    return [Tried(matcher.rank(prepare(text))[:2], intent) for text, intent in asked]


def from_content(tried: Sequence[Tried]) -> Iterator[str]:
    """What each threshold and margin does with phrasings that were not learnt, and the pair to recommend.

    Recommended is the pair that is worth most: right answers, less what wrong and false ones cost.
    """
    inside = [one for one in tried if one.intent]
    outside = [one for one in tried if not one.intent]
    yield f"{len(inside)} phrasings of learnt subjects, {len(outside)} of subjects that were not learnt"
    yield "answer from  margin   right   wrong   false answers   worth"
    worths: dict[tuple[int, int], float] = {}
    for threshold in THRESHOLDS:
        for margin in MARGINS:
            answers = [matching.decide(one.ranking, threshold, margin).answer for one in inside]
            right = sum(answer.intent == one.intent for answer, one in zip(answers, inside, strict=True) if answer)
            wrong = sum(answer is not None for answer in answers) - right
            false = sum(matching.decide(one.ranking, threshold, margin).answer is not None for one in outside)
            shares = (right / (len(inside) or 1), wrong / (len(inside) or 1), false / (len(outside) or 1))
            worth = shares[0] - COST * (shares[1] + ELSEWHERE * shares[2])
            worths[threshold, margin] = worth
            yield f"{threshold:11} {margin:7} {shares[0]:7.3f} {shares[1]:7.3f} {shares[2]:15.3f} {worth:7.3f}"
    best = max(worths, key=lambda pair: (round(worths[pair], 3), -pair[0], -pair[1]))
    yield (
        f"Worth: right, less {COST:g} times wrong and false ones, with {ELSEWHERE:g} messages about other things "
        "for each one about a subject."
    )
    yield f"Recommended: from {best[0]}, margin {best[1]}. Shipped: {matching.ANSWER:g} and {matching.MARGIN:g}."
