"""Kill the bot again and again while people are handed over: does anybody's words reach another person?

Real processes, a faulty Bot API. Each asker hands a question over, a volunteer claims it, answers, is thanked and
closes it. Every text holds a word of its own, so that the practice server's log shows where it went.

usage: python -m tests.soak.handovers [--kills N] [--steps SEEDS] [--rate R] [--seed S]

`--kills`: so many at random moments; `--steps`: also at every labelled step, with so many seeds each.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.practice.world import GROUP_ID
from tests.soak.content import AGAIN
from tests.soak.kills import FAULTS, Scene, scene
from tests.soak.nursery import TICKET_STEPS

AGAIN_AFTER = 4.0
"""Seconds after which somebody who sees nothing tries again, as people do."""
PATIENCE = 180.0
_WORD = re.compile(r"\b(ask|rep|thx)([a-z]{6})([a-z])z\b")


def letters(number: int) -> str:
    """A number as six letters."""
    return "".join(chr(ord("a") + number // 26**n % 26) for n in range(6))


@dataclass
class Case:
    """One asker's hand-over: how far it is seen to be, by the step that is next."""

    person: int
    word: str
    step: str = "ask"
    tried: float = 0.0
    ticket: str = ""
    topic: int | None = None
    button: int = 0
    asked: int = 0
    said: set[str] = field(default_factory=set)


@dataclass
class Outcome:
    """What went wrong, and counts."""

    wrong: list[str] = field(default_factory=list)
    unlabelled: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    relays: int = 0
    labelled: int = 0
    finished: int = 0
    cases: int = 0
    calls: int = 0
    faults: int = 0

    def __str__(self) -> str:
        return (
            f"{self.cases} hand-overs, {self.finished} to the end, {self.relays} relays, {self.calls} calls, "
            f"{self.faults} of them faulty\nto another person or topic: {len(self.wrong)}   lost: {len(self.lost)}   "
            f"unlabelled repeats: {len(self.unlabelled)}   labelled repeats: {self.labelled}"
        )


class Hotline:
    """Askers and a volunteer who act on what they see in the log."""

    def __init__(self, here: Scene, volunteer: int) -> None:
        self.here = here
        self.volunteer = volunteer
        self.cases: dict[str, Case] = {}
        self.topics: dict[int, str] = {}
        self.out = Outcome()
        self._seen: Counter[tuple[str, int]] = Counter()
        self._read = 0

    async def begin(self) -> None:
        """One more asker."""
        person = (await self.here.act(do="person", name="A"))["person"]
        word = letters(len(self.cases))
        self.cases[word] = Case(person, word)

    def look(self) -> None:
        """Read what is new in the log."""
        if not self.here.log.exists():
            return
        with self.here.log.open("rb") as file:
            file.seek(self._read)
            lines = file.read()
        whole = lines.rfind(b"\n") + 1
        self._read += whole
        for line in lines[:whole].splitlines():
            self._entry(json.loads(line))

    def _entry(self, entry: dict[str, Any]) -> None:
        self.out.calls += 1
        self.out.faults += bool(entry.get("fault"))
        given, answer = entry["parameters"], entry["answer"]
        if not answer.get("ok"):
            return
        if entry["method"] == "createForumTopic":
            self.topics[answer["result"]["message_thread_id"]] = given["name"][1:7]
        if entry["method"] != "sendMessage":
            return
        chat, text = int(given["chat_id"]), given["text"]
        thread = int(given["message_thread_id"]) if given.get("message_thread_id") else None
        number = re.search(r"#([A-Z0-9]{6})", text)
        for kind, word, attempt in set(_WORD.findall(text)):
            self._relayed(self.cases[word], kind, attempt, chat, thread, text)
            if kind == "ask" and chat == GROUP_ID and number and "Claim" in str(given.get("reply_markup")):
                case = self.cases[word]
                case.ticket, case.topic, case.button = number[1], thread, answer["result"]["message_id"]
                case.step = "claim" if case.step == "ask" else case.step
        if chat == GROUP_ID and number:
            for case in self.cases.values():
                if case.ticket == number[1]:
                    self._told(case, text)

    def _told(self, case: Case, text: str) -> None:
        if "Claimed." in text and case.step == "claim":
            case.step = "rep"
        elif "Please do it again" in text:
            case.said.discard(case.step)
        elif "Closed." in text:
            case.step = "done"

    def _relayed(self, case: Case, kind: str, attempt: str, chat: int, thread: int | None, text: str) -> None:
        """A word of somebody has arrived somewhere: is it the right place, and is a repeat labelled?"""
        self.out.relays += 1
        if kind == "rep":
            right = chat == case.person
        else:
            right = chat == GROUP_ID and thread is not None and (not case.ticket or self.topics[thread] == case.ticket)
        if not right:
            self.out.wrong.append(f"{kind}{case.word}")
        key = (f"{kind}{case.word}{attempt}", chat)
        if self._seen[key]:
            if AGAIN in text:
                self.out.labelled += 1
            else:
                self.out.unlabelled.append(key[0])
        self._seen[key] += 1
        if kind == "rep" and case.step == "rep":
            case.step = "thx"
        elif kind == "thx" and case.step == "thx":
            case.step = "close"

    async def go_on(self) -> None:
        """Whoever is next in a case does the next thing; again after a while, where nothing is seen of it."""
        now = time.monotonic()
        for case in self.cases.values():
            if case.step != "done" and now - case.tried > AGAIN_AFTER:
                case.tried = now
                await self._act(case)

    async def _act(self, case: Case) -> None:
        act, topic = self.here.act, {"chat": GROUP_ID, "topic": case.topic}
        match case.step:
            case "ask":
                said = await act(do="say", person=case.person, text="hello")
                await act(do="press", person=case.person, message=said["message"], data="w|||en|")
                word = f"ask{case.word}{chr(ord('a') + case.asked % 26)}z"
                case.asked += 1
                await act(do="say", person=case.person, text=f"{word} can you help me")
            case "claim" | "close":
                move = "c" if case.step == "claim" else "x"
                data = f"T|{move}|{case.ticket}|||"
                await act(do="press", person=self.volunteer, chat=GROUP_ID, message=case.button, data=data)
            case "rep" if "rep" not in case.said:
                case.said.add("rep")
                word = f"rep{case.word}{chr(ord('a') + case.asked % 26)}z"
                case.asked += 1
                await act(do="say", person=self.volunteer, text=f"{word} is the answer", **topic)
            case "thx" if "thx" not in case.said:
                case.said.add("thx")
                await act(do="say", person=case.person, text=f"thx{case.word}az that helps")

    def killed(self, folder: Path) -> None:
        """A bot has died, and the next is not there yet."""

    def ended(self) -> Outcome:
        """All that was said and is nowhere is lost."""
        self.look()
        out, seen = self.out, {word[:9] for word, _ in self._seen}
        out.cases = len(self.cases)
        out.finished = sum(case.step == "done" for case in self.cases.values())
        out.lost = [f"{kind}{c.word}" for c in self.cases.values() for kind in c.said if f"{kind}{c.word}" not in seen]
        return out


async def run(
    folder: Path, *, kills: int, steps: int = 0, rate: float = 1.0, seed: int = 1, faults: str = FAULTS,
    patience: float = PATIENCE, kind: type[Hotline] = Hotline, last: signal.Signals = signal.SIGTERM,
) -> tuple[Outcome, int]:  # fmt: skip
    """One run; what became of it, and how many bots were killed. `last`: what ends the last one."""
    chance, killed = random.Random(seed), 0
    crashes = [f"{step} {chance.randint(1, 3)}" for step in TICKET_STEPS for _ in range(steps)]
    chance.shuffle(crashes)
    async with scene(folder, "tickets", faults, seed) as here:
        volunteer = (await here.act(do="person", name="V"))["person"]
        await here.act(do="join", person=volunteer)
        hotline = kind(here, volunteer)
        new = True

        async def live() -> None:
            last = 0.0
            while True:
                if new and time.monotonic() - last > chance.expovariate(rate):
                    last = time.monotonic()
                    await hotline.begin()
                hotline.look()
                await hotline.go_on()
                await asyncio.sleep(0.1)

        living = asyncio.create_task(live())
        for number in range(kills + len(crashes)):
            bot = await here.start(crashes[number - kills] if number >= kills else "")
            ended = asyncio.create_task(here.line())
            patient = chance.uniform(0.5, 4.0) if number < kills else 8.0
            await asyncio.wait([ended, living], timeout=patient, return_when="FIRST_COMPLETED")
            if living.done():
                living.result()
            if not ended.done():
                os.kill(bot, signal.SIGKILL)
            killed += int(await ended) != 0
            hotline.killed(folder)
            if number % 10 == 9:
                print(f"{number + 1} killed, {len(hotline.cases)} cases", file=sys.stderr, flush=True)
        new = False
        bot = await here.start()
        until = time.monotonic() + patience
        while time.monotonic() < until and any(case.step != "done" for case in hotline.cases.values()):  # noqa: ASYNC110
            await asyncio.sleep(1)
        living.cancel()
        await asyncio.gather(living, return_exceptions=True)
        await asyncio.sleep(2)
        os.kill(bot, last)
        await here.line()
        return hotline.ended(), killed


def main() -> int:
    """Print what became of it; 1 if a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--steps", type=int, default=0)
    parser.add_argument("--rate", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out, killed = asyncio.run(
            run(Path(folder), kills=given.kills, steps=given.steps, rate=given.rate, seed=given.seed)
        )
    print(f"{killed} bots killed, {out}")
    if out.wrong or out.unlabelled or out.lost:
        print(defaultdict(list, wrong=out.wrong, unlabelled=out.unlabelled, lost=out.lost))
    return 1 if out.wrong or out.unlabelled or out.lost else 0


if __name__ == "__main__":
    sys.exit(main())
