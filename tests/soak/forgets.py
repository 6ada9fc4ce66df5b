"""Kill the bot again and again while people who wrote to a volunteer ask to be forgotten: is anything of them left?

Real processes, a faulty Bot API. Each asker goes some way of a hand-over and then presses the button of /forget, again
until she is told that it is done. Whenever a bot has been killed, its files are copied, and every sealed value of hers
that stands there is noted. At the end the last bot is killed too, and all bytes of its files are searched for what was
noted and for everybody's words; and no row may be anybody's.

usage: python -m tests.soak.forgets [--kills N] [--steps SEEDS] [--rate R] [--seed S]
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bot.records.forgetting import steady_clock
from bot.records.keys import Keys
from bot.records.sealing import open_chat
from bot.records.sqlite import FILE, SqliteStore
from tests.records.benches import files
from tests.soak.handovers import Case, Hotline, run
from tests.soak.kills import Scene

_STEPS = ("claim", "rep", "thx", "close")
_PLACES = {"inbox": "update_id", "letters": "id", "tickets": "number"}
"""Tables with people in them, and how a row is named there."""


class Forgetting(Hotline):
    """Askers who want to be forgotten before the step that is next for them."""

    def __init__(self, here: Scene, volunteer: int) -> None:
        super().__init__(here, volunteer)
        self.chance = random.Random(len(here.page))
        self.noted: set[bytes] = set()
        self.until: dict[str, str] = {}
        self.forgotten: set[int] = set()

    def look(self) -> None:
        super().look()
        for case in self.cases.values():
            if case.step == self.until.setdefault(case.word, self.chance.choice(_STEPS)):
                case.step = "forget"

    def _entry(self, entry: dict[str, Any]) -> None:
        super()._entry(entry)
        given = entry["parameters"]
        if entry["method"] == "sendMessage" and re.search(r"\bDone\.", given["text"]):
            chat = int(given["chat_id"])
            self.forgotten.add(chat)
            for case in self.cases.values():
                if case.person == chat and case.step == "forget":
                    case.step = "done"

    async def _act(self, case: Case) -> None:
        if case.step != "forget":
            await super()._act(case)
            return
        said = await self.here.act(do="say", person=case.person, text="/forget")
        await self.here.act(do="press", person=case.person, message=said["message"], data="F|||en|")

    def killed(self, folder: Path) -> None:
        """Note what is sealed in the files as they were left."""
        if (folder / "state" / FILE).exists():
            with tempfile.TemporaryDirectory() as copy:
                shutil.copytree(folder / "state", copy, dirs_exist_ok=True)
                self.noted |= {value for _, values in sealed(Path(copy), self.people) for value in values}

    @property
    def people(self) -> set[int]:
        return {case.person for case in self.cases.values()}


def sealed(folder: Path, people: set[int]) -> list[tuple[int, list[bytes]]]:
    """Whose each row is, of these people, and the sealed values in it."""
    keys, found = Keys(folder / "keys"), []
    db = sqlite3.connect(folder / FILE)
    for table, name in _PLACES.items():
        for number, week, chat, body in db.execute(f"SELECT {name}, week, chat, body FROM {table}").fetchall():
            whose = open_chat(keys.existing(week), f"{table}|{number}|chat", chat)
            if whose in people:
                found.append((whose, [chat, body]))
    db.close()
    return found


class Outcome:
    """What was looked for, and what was found."""

    def __init__(self, folder: Path, hotline: Forgetting) -> None:
        data = files(folder / "state")
        words = {f"{kind}{word}".encode() for kind in ("ask", "rep", "thx") for word in hotline.cases}
        self.asked, self.forgotten = len(hotline.cases), len(hotline.forgotten & hotline.people)
        self.noted = len(hotline.noted)
        self.size = len(data)
        self.found = [one for one in (*hotline.noted, *words) if one in data]
        self.rows = len(sealed(folder / "state", hotline.people))
        store = SqliteStore(folder / "state", Keys(folder / "state" / "keys"), steady_clock())
        self.relays = store.held().relays
        store.close()

    @property
    def wrong(self) -> bool:
        return bool(self.found or self.rows or self.relays or self.forgotten < self.asked)

    def __str__(self) -> str:
        return (
            f"{self.asked} people with tickets, {self.forgotten} told that they are forgotten; {self.noted} sealed "
            f"values of theirs had stood in the files: {len(self.found)} remnants in {self.size} bytes, {self.rows} "
            f"rows and {self.relays} pairs of messages left"
        )


async def forgotten(folder: Path, **options: Any) -> tuple[Outcome, int]:
    """One run; what is left, and how many bots were killed."""
    made: list[Forgetting] = []

    class Kept(Forgetting):
        def __init__(self, here: Scene, volunteer: int) -> None:
            super().__init__(here, volunteer)
            made.append(self)

    _, killed = await run(folder, kind=Kept, last=signal.SIGKILL, **options)
    return Outcome(folder, made[0]), killed


def main() -> int:
    """Print what is left; 1 if anything is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--steps", type=int, default=0)
    parser.add_argument("--rate", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        out, killed = asyncio.run(forgotten(Path(folder), **vars(given)))
    print(f"{killed} bots killed in {time.monotonic() - started:.0f} s; {out}")
    return 1 if out.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
