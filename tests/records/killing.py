"""Writers that are killed at random moments, and what the file then holds compared with what they were told."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import ROOT
from tests.records.benches import Bench, in_folder, question
from tests.records.worker import body


@dataclass
class Told:
    """What the writers said is kept: updates received, handled, and with the first letter posted."""

    received: set[int] = field(default_factory=set)
    handled: set[int] = field(default_factory=set)
    posted: set[int] = field(default_factory=set)
    full: int = 0

    def take(self, lines: Iterable[str]) -> None:
        kinds = {"r": self.received, "h": self.handled, "p": self.posted}
        for line in lines:
            if line == "full\n":
                self.full += 1
            elif line.endswith("\n"):  # the last one may be half a line
                kind, number = line.split()
                kinds[kind].add(int(number))

    @property
    def commits(self) -> int:
        return len(self.received) + len(self.handled) + len(self.posted)


def worker(folder: Path, first: int, *more: str) -> subprocess.Popen[str]:
    """A writer process; its updates are numbered from `first`."""
    command = [sys.executable, "-m", "tests.records.worker", str(folder), str(first), *more]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def kill_often(folder: Path, times: int, seed: int) -> Told:
    """Start a writer, kill it after a moment, as often as asked; what all of them said."""
    chance, told = random.Random(seed), Told()
    for run in range(times):
        with worker(folder, run * 1_000_000 + 1) as process:
            assert process.stdout is not None
            told.take([process.stdout.readline()])  # it is at work
            time.sleep(chance.uniform(0, 0.3))
            process.kill()
            told.take(process.stdout)
    return told


def differences(folder: Path, told: Told) -> list[str]:
    """Where the file differs from what the writers were told; also what is half done, or broken inside."""
    bench = Bench(in_folder(folder))
    waiting = {one.update for one in bench.waiting()}
    letters = {one.body for one in bench.unsent()}
    unknown = {one.update for one in bench.receive(*map(question, sorted(told.received)))}
    bench.store.close()
    wrong = [f"question {number} is lost" for number in told.received & unknown]
    wrong += [f"question {number} waits again" for number in told.handled & waiting]
    wrong += [f"{n} is neither waiting nor answered" for n in told.received - waiting if body(n, "b") not in letters]
    wrong += [f"a reply to {n} is there again" for n in told.posted if body(n, "a") in letters]
    wrong += [f"{n} waits and is answered" for n in waiting if body(n, "b") in letters]
    wrong += [f"half of {one} is lost" for one in letters if f"{one[:-1]}b" not in letters]
    with sqlite3.connect(folder / "state.db") as db:
        sound = db.execute("PRAGMA integrity_check").fetchone()[0]
    db.close()
    return [*wrong, *([] if sound == "ok" else [f"the file is damaged: {sound}"])]
