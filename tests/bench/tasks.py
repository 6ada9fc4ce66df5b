"""Public intent tasks as splits that every system sees alike, and the figures on them."""

from __future__ import annotations

import json
import random
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

TYPOS = 0.10
"""Of all characters so many are dropped, swapped with the next or replaced."""

FALSE_ACCEPTS = 0.05


@dataclass(frozen=True)
class Split:
    """Examples of each intent, questions with their intents, the same with typos, and questions of no intent."""

    task: str
    seed: int
    examples: dict[str, list[str]]
    questions: list[str]
    wanted: list[str]
    misspelt: list[str]
    others: list[str]


@dataclass(frozen=True)
class Found:
    """What a system makes of texts: the best intent of each, and how sure it is (higher is surer)."""

    intents: Sequence[str]
    sure: Sequence[float]


def family(task: str) -> str:
    """banking30, xsid, injongo, ha, ...: tasks of one family count once."""
    return task.split("-")[0]


def splits(path: Path, names: Sequence[str], seeds: int, most: int) -> Iterator[Split]:
    """The splits of a file of tasks (`name, lang, k, pool, test, oos`): `k` examples an intent, drawn for each seed."""
    for task in json.loads(path.read_text(encoding="utf-8")):
        if names and task["name"] not in names and family(task["name"]) not in names:
            continue
        kinds = task["oos"]
        for seed in range(seeds):
            draw = random.Random(f"{task['name']}-{seed}")
            pool = sorted(task["pool"].items())
            examples = {name: draw.sample(sorted(texts), min(task["k"], len(texts))) for name, texts in pool}
            asked = task["test"][:most]
            questions = [text for text, _ in asked]
            misspelt = [_misspelt(text, random.Random(f"{task['name']}-{n}")) for n, text in enumerate(questions)]
            others = (kinds.get("near") or kinds["far"])[:most]
            yield Split(task["name"], seed, examples, questions, [name for _, name in asked], misspelt, others)


def figures(split: Split, asked: Found, misspelt: Found, others: Found) -> dict[str, float]:
    """Top-1, top-1 with typos, right and answered at 5 % false accepts, and the area under the ROC curve, in %."""
    right = np.array([a == b for a, b in zip(asked.intents, split.wanted, strict=True)])
    typos = np.array([a == b for a, b in zip(misspelt.intents, split.wanted, strict=True)])
    inside, outside = np.array(asked.sure), np.array(others.sure)
    least = np.quantile(outside, 1 - FALSE_ACCEPTS)
    order = np.searchsorted(np.sort(outside), inside, "left") + np.searchsorted(np.sort(outside), inside, "right")
    return {
        "top-1": 100 * float(right.mean()),
        "typos": 100 * float(typos.mean()),
        "answered": 100 * float((right & (inside > least)).mean()),
        "auroc": 100 * float(order.mean() / 2 / len(outside)),
    }


def _misspelt(text: str, draw: random.Random) -> str:
    plain = _without_marks(text)
    letters = sorted({c for c in plain if c.isalpha()}) or ["a"]
    written, n = [], 0
    while n < len(plain):
        if plain[n] == " " or draw.random() >= TYPOS:
            written.append(plain[n])
        elif (slip := draw.randrange(3)) == 1 and n + 1 < len(plain):
            written += [plain[n + 1], plain[n]]
            n += 1
        elif slip:
            written.append(draw.choice(letters))
        n += 1
    return "".join(written)


def _without_marks(text: str) -> str:
    kept: list[str] = []
    for character in unicodedata.normalize("NFD", text):
        if unicodedata.category(character) != "Mn" or not kept or kept[-1] >= "\u0250":
            kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))
