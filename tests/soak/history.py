"""What really happened, from the practice server's own log: every question against every message that was posted."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from tests.soak.content import AGAIN

Asked = dict[int, list[int]]
"""The numbers of the questions of each chat."""


@dataclass
class History:
    """What went wrong, as lists of (chat, question); and counts of what is allowed."""

    lost: list[tuple[int, int]] = field(default_factory=list)
    unlabelled: list[tuple[int, int]] = field(default_factory=list)
    wrong: list[tuple[int, int]] = field(default_factory=list)
    labelled: int = 0
    needless: int = 0
    questions: int = 0
    calls: int = 0
    faults: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        return (
            f"{self.questions} questions, {self.calls} calls, {sum(self.faults.values())} of them faulty "
            f"({len(self.faults)} kinds)\n"
            f"lost: {len(self.lost)}   unlabelled repeats: {len(self.unlabelled)}   to the wrong person: "
            f"{len(self.wrong)}\nlabelled repeats: {self.labelled}   labels that were not needed: {self.needless}"
        )


def read(log: Path, asked: Asked) -> History:
    """Check a log; each question is asked once in a chat, so its second answer there is a repeat."""
    found = History(questions=sum(map(len, asked.values())))
    seen: dict[int, Counter[int]] = defaultdict(Counter)
    for line in log.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        found.calls += 1
        if entry.get("fault"):
            found.faults[entry["fault"]] += 1
        if entry["method"] != "sendMessage" or not entry["answer"]["ok"]:
            continue
        text, chat = entry["parameters"]["text"], int(entry["parameters"]["chat_id"])
        for number in map(int, re.findall(r"ANSWER-(\d\d)", text)):
            again = AGAIN in text
            if number not in asked.get(chat, ()):
                found.wrong.append((chat, number))
            elif not seen[chat][number]:
                found.needless += again
            elif again:
                found.labelled += 1
            else:
                found.unlabelled.append((chat, number))
            seen[chat][number] += 1
    found.lost = [(chat, number) for chat, numbers in asked.items() for number in numbers if not seen[chat][number]]
    return found
