"""How often replies are right: labelled questions in, figures out, per language and intent.

In scope, right means: the outcome `answer`, for the state in question, resting on a document question that the labelled
intents rest on there; where that state has none, `no_answer` or `general`. A leak, the worst fault, is another state's
text.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from bot.knowledge.model import WHOLE_COUNTRY, Content
from bot.knowledge.parsing import Fault, parse
from bot.knowledge.reading import ContentError

What = Literal["in_scope", "oos", "emergency", "personal", "human", "smalltalk", "noise"]
_FINE = {
    "emergency": {"emergency"},
    "personal": {"personal", "human", "emergency"},
    "human": {"human", "personal"},
    "smalltalk": {"smalltalk", "human", "setting"},
}
_DIRECT = ("answer", "general", "no_answer", "which_state")


@dataclass(frozen=True)
class Labelled:
    """A message with what should come of it. `stored`: the state in the session; `state`: the one it must be for.

    `pair`: messages of a language that have this in common differ in a word or two and mean different things.
    """

    id: str
    language: str
    what: What
    text: str
    intents: tuple[str, ...] = ()
    stored: str | None = None
    state: str | None = None
    pair: str | None = None


@dataclass(frozen=True)
class Verdict:
    """One message's reply (as `ask` prints it) and one word on it."""

    labelled: Labelled
    got: Mapping[str, Any]
    word: str


def read_labelled(path: Path) -> list[Labelled]:
    """Labelled questions from `<language>.yaml` or from a table (.tsv). Raises `ContentError`."""
    if not path.is_file():
        raise ContentError([Fault(str(path), 0, "there is no such file")])
    if path.suffix == ".tsv":
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        wanted = {"id", "lang", "kind", "text", "topic", "alt_topics", "profile_state", "expected_state"}
        for n, row in enumerate(rows, 2):
            if not wanted <= row.keys() or None in row.values():
                raise ContentError([Fault(str(path), n, f"a table needs the columns {', '.join(sorted(wanted))}")])
        return [
            Labelled(
                row["id"], row["lang"], row["kind"], row["text"],  # type: ignore[arg-type]
                tuple(filter(None, [row["topic"], *row["alt_topics"].split("|")])),
                row["profile_state"] or None, row["expected_state"] or None,
            )
            for row in rows
        ]  # fmt: skip
    data, lines, faults = parse(path.read_text(encoding="utf-8"), str(path))
    for n, item in enumerate(data if isinstance(data, list) else ()):
        if not isinstance(item, dict) or item.get("kind") not in get_args(What) or not item.get("text"):
            faults.append(
                Fault(
                    str(path), lines.get((n,), 0), f"a question needs a text and a kind of {', '.join(get_args(What))}"
                )
            )
    if faults or not isinstance(data, list):
        raise ContentError(faults or [Fault(str(path), 0, "a list of questions is needed")])
    return [
        Labelled(
            f"{path.stem}-{n + 1}", path.stem, item["kind"], item["text"],
            tuple(filter(None, [item.get("intent"), *item.get("also", ())])), item.get("stored"), item.get("state"),
            item.get("pair"),
        )
        for n, item in enumerate(data)
    ]  # fmt: skip


def evaluate(
    questions: Sequence[Labelled], ask: Callable[[Labelled], Mapping[str, Any]], content: Content
) -> list[Verdict]:
    """Ask every question and judge the replies."""
    return [Verdict(q, got := ask(q), judge(q, got, content)) for q in questions]


def judge(asked: Labelled, got: Mapping[str, Any], content: Content) -> str:
    """right, offered, refused, asked_state, wrong, leak, false_answer, missed, misrouted_...: one word on one reply."""
    outcome = got["outcome"]
    if asked.what != "in_scope":
        if outcome in _DIRECT:
            return "false_answer"
        if asked.what in ("oos", "noise"):
            return "offered" if outcome == "choices" else "right"
        return "right" if outcome in _FINE[asked.what] else "missed"
    accepted = _accepted(asked, content)
    offered = {source for choice in got["choices"] for source in choice["sources"]} & accepted
    if outcome == "choices":
        return "offered" if offered else "offered_wrong"
    if outcome == "which_state":
        return "asked_state" if asked.state else "right" if _named(asked, got, content) else "wrong"
    if outcome in _DIRECT:
        return _judge_answer(asked, got, accepted, content, offered)
    return "refused" if outcome == "not_understood" else f"misrouted_{outcome}"


def _judge_answer(
    asked: Labelled, got: Mapping[str, Any], accepted: set[str], content: Content, offered: set[str]
) -> str:
    documents = {s for s in got["sources"] if s.split(":")[0] in content.documents}
    foreign = any(content.documents[s.split(":")[0]].state != asked.state for s in documents)
    if asked.state and (foreign or got["state"] not in (asked.state, WHOLE_COUNTRY, None)):
        return "leak"
    if got["outcome"] == "answer":
        return "right" if documents & accepted else "wrong"
    if not accepted:
        return "right" if _named(asked, got, content) else "wrong"
    if got["outcome"] == "general" and got["intent"] in asked.intents:
        return "right"
    return "offered" if offered else "unanswered"


def _named(asked: Labelled, got: Mapping[str, Any], content: Content) -> bool:
    """Whether a labelled intent was given, or the content has none of them."""
    return got["intent"] in asked.intents or not content.intents.keys() & set(asked.intents)


def _accepted(asked: Labelled, content: Content) -> set[str]:
    """The document questions that the labelled intents rest on in the state in question; in any where none is known."""
    return {
        source.cited
        for name in asked.intents
        if name in content.intents
        for place, answer in content.intents[name].answers.items()
        if asked.state in (None, place)
        for source in answer.documents
    }


def figures(verdicts: Sequence[Verdict]) -> dict[str, float]:
    """The figures over all messages; shares are of the kind they speak of."""
    scope = Counter(v.word for v in verdicts if v.labelled.what == "in_scope")
    count = sum(scope.values()) or 1
    other = Counter(v.word for v in verdicts if v.labelled.what in ("oos", "noise"))
    in_scope = [v for v in verdicts if v.labelled.what == "in_scope"]

    def share(what: str) -> float:
        words = [v.word for v in verdicts if v.labelled.what == what]
        return words.count("right") / (len(words) or 1)

    pairs = told_apart(verdicts)
    found = {
        "messages": float(len(verdicts)),
        "in_scope_right": scope["right"] / count,
        "in_scope_helped": (scope["right"] + scope["offered"]) / count,
        "in_scope_wrong": (scope["wrong"] + scope["leak"]) / count,
        "in_scope_refused": scope["refused"] / count,
        "wrong_of_direct": (scope["wrong"] + scope["leak"]) / ((scope["right"] + scope["wrong"] + scope["leak"]) or 1),
        "leaks": float(scope["leak"]),
        "state_right": sum(v.labelled.state in (None, v.got["state"]) for v in in_scope) / count,
        "language_right": sum(v.got["language"] == v.labelled.language for v in in_scope) / count,
        "false_answers": float(other["false_answer"]),
        "choices_for_other_subjects": other["offered"] / (sum(other.values()) or 1),
        "emergency_found": share("emergency"),
        "false_alarms": scope["misrouted_emergency"] / count,
        "personal_found": share("personal"),
        "human_found": share("human"),
        "smalltalk_right": share("smalltalk"),
        "pairs": float(len(pairs)),
        "pairs_right": sum(pairs.values()) / (len(pairs) or 1),
    }
    return {name: round(value, 4) for name, value in found.items()}


def told_apart(verdicts: Sequence[Verdict]) -> dict[tuple[str, str], bool]:
    """Of each minimal pair, by language and name, whether every message of it was understood.

    A question is where it is answered rightly, or its own intent is the first that is offered; a message about
    something else where no question is answered and no alarm is raised.
    """
    pairs: dict[tuple[str, str], bool] = {}
    for verdict in verdicts:
        if verdict.labelled.pair:
            key = verdict.labelled.language, verdict.labelled.pair
            pairs[key] = pairs.get(key, True) and _understood(verdict)
    return pairs


def _understood(verdict: Verdict) -> bool:
    asked, got = verdict.labelled, verdict.got
    if asked.what in ("oos", "noise"):
        return verdict.word != "false_answer" and got["outcome"] != "emergency"
    first = got["choices"][0]["intent"] if got["choices"] else None
    return verdict.word == "right" or (verdict.word == "offered" and first in asked.intents)


def by_intent(verdicts: Sequence[Verdict]) -> dict[str, Counter[str]]:
    """The words on the messages of each labelled intent."""
    table: dict[str, Counter[str]] = {}
    for verdict in verdicts:
        name = verdict.labelled.intents[0] if verdict.labelled.intents else verdict.labelled.what
        table.setdefault(name, Counter())[verdict.word] += 1
    return dict(sorted(table.items()))
