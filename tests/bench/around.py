"""`python -m tests.bench.around tests/questions/*.yaml`: the same questions alone, with greetings and thanks around,
after a story, and two in one message."""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import yaml

from bot.asking import asker
from bot.commands import house_of, semantic
from bot.settings import read_settings
from bot.understanding.evaluation import Labelled, evaluate, figures, judge, read_labelled

_SHOWN = (
    "in_scope_right", "in_scope_helped", "wrong_of_direct", "leaks", "state_right", "language_right", "false_alarms",
    "emergency_found", "personal_found", "false_answers", "choices_for_other_subjects",
)  # fmt: skip


def main() -> int:
    """Print a table with one row a way of asking, and how pairs of questions were answered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path, nargs="+")
    parser.add_argument("--most", type=int, default=80, help="questions of a language")
    parser.add_argument("--errors", action="store_true")
    given = parser.parse_args()
    settings = read_settings()
    house = semantic(house_of(settings), settings)
    ask = asker(house)
    chosen = [q for path in given.questions for q in _some(read_labelled(path), given.most)]
    around = yaml.safe_load((Path(__file__).parent / "around.yaml").read_text(encoding="utf-8"))
    ways = {"alone": chosen, "greetings": _greeted(chosen, around), "story": _told(chosen, around)}
    print(f"{'':28}" + "".join(f"{way:>11}" for way in ways))
    seen = {way: evaluate(questions, ask, house.content) for way, questions in ways.items()}
    shares = {way: figures(verdicts) for way, verdicts in seen.items()}
    for name in _SHOWN:
        print(f"{name:28}" + "".join(f"{share[name]:11.4g}" for share in shares.values()))
    if given.errors:
        right = {v.labelled.id for v in seen["alone"] if v.word == "right"}
        for way in ("greetings", "story"):
            for v in seen[way]:
                if v.labelled.id in right and v.word != "right":
                    print(
                        f"{way}\t{v.word}\t{v.got['outcome']}\t{v.got['intent']}\t{v.labelled.intents}\t{v.labelled.text}"
                    )
    pairs: Counter[str] = Counter()
    for first, second in _doubled(chosen):
        got = ask(
            replace(
                first,
                text=f"{first.text} {second.text}" if first.text[-1] in ".?!؟。？" else f"{first.text}. {second.text}",
            )
        )
        words = [judge(q, got, house.content) for q in (first, second)]
        given_ = any(word == "right" for word in words)
        both = given_ and all(
            w in ("right", "offered") or set(q.intents) & {c["intent"] for c in got["choices"]}
            for w, q in zip(words, (first, second), strict=True)
        )
        pairs["both" if both else "one" if given_ else "offered" if "offered" in words else got["outcome"]] += 1
    print("two questions: " + "  ".join(f"{word} {count}" for word, count in pairs.most_common()))
    return 0


def _some(questions: Sequence[Labelled], most: int) -> list[Labelled]:
    return random.Random(0).sample(list(questions), min(most, len(questions)))


def _greeted(questions: Sequence[Labelled], around: dict[str, dict[str, list[list[str]]]]) -> list[Labelled]:
    return [
        replace(q, text=f"{before} {q.text} {after}" if n % 2 else f"{before} {q.text}. {after}")
        for n, q in enumerate(questions)
        for before, after in [around[q.language]["around"][n % 3]]
        if q.what != "smalltalk"
    ]


def _told(questions: Sequence[Labelled], around: dict[str, dict[str, list[str]]]) -> list[Labelled]:
    told = (around[q.language]["story"][n % 2] for n, q in enumerate(questions))
    return [
        replace(q, text=f"{story} {q.text}") for q, story in zip(questions, told, strict=True) if q.what != "smalltalk"
    ]


def _doubled(questions: Sequence[Labelled]) -> Iterator[tuple[Labelled, Labelled]]:
    for language in sorted({q.language for q in questions}):
        asked = [q for q in questions if q.language == language and q.what == "in_scope"]
        for first, second in zip(asked[::2], asked[1::2], strict=False):
            if (
                not set(first.intents) & set(second.intents)
                and first.state == second.state
                and first.stored == second.stored
            ):
                yield first, second


if __name__ == "__main__":
    raise SystemExit(main())
