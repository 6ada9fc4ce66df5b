"""Kill the bot again and again under load while the Bot API fails: is a question lost, a repeat unlabelled, an answer
given to another person? Real processes; the practice server's own log is checked afterwards.

usage: python -m tests.soak.kills [--kills N] [--steps SEEDS] [--rate R] [--seed S] [--stock]

`--kills`: so many `kill -9` at random moments. `--steps`: also a kill at every labelled step, with so many seeds each.
`--stock`: the same load, faults and kills against the least bot on python-telegram-bot's own poller, for comparison.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.conftest import ROOT
from tests.soak.content import SUBJECTS, question, write
from tests.soak.history import Asked, History, read
from tests.soak.nursery import STEPS

FAULTS = (
    "sendMessage:429=0.03@1,sendMessage:timeout=0.004,sendMessage:timeout-posted=0.004,sendMessage:429-bare=0.001,"
    "*:500=0.03,*:502=0.03,*:502-posted=0.03,*:reset=0.03,*:reset-posted=0.03,*:cut=0.02,*:invalid=0.02,*:empty=0.02,"
    "*:list=0.01,*:null=0.01,*:string=0.01,*:true=0.01"
)
"""About 25 % of calls, of every kind that leaves a way to deliver."""

EACH_ASKS = 8
PATIENCE = 240.0


@dataclass
class Scene:
    """The practice server in a process of its own, the nursery, and the people."""

    page: str
    log: Path
    nursery: asyncio.subprocess.Process
    client: aiohttp.ClientSession
    asked: Asked = field(default_factory=lambda: defaultdict(list))

    async def act(self, **act: Any) -> Any:
        async with self.client.post(f"{self.page}act", json=act) as answer:
            return await answer.json()

    async def start(self, crash: str = "") -> int:
        """A new bot; its process id."""
        assert self.nursery.stdin is not None
        self.nursery.stdin.write(f"{crash}\n".encode())
        return int(await self.line())

    async def line(self) -> str:
        assert self.nursery.stdout is not None
        return (await self.nursery.stdout.readline()).decode().strip()

    async def ask(self, rate: float, chance: random.Random) -> None:
        """People who ask, for ever: each of them several different questions."""
        while True:
            person = (await self.act(do="person", name="A"))["person"]
            for number in chance.sample(range(len(SUBJECTS)), EACH_ASKS):
                self.asked[person].append(number)
                await self.act(do="say", person=person, text=question(number))
                await asyncio.sleep(chance.expovariate(rate))


@contextlib.asynccontextmanager
async def scene(folder: Path, kind: str, faults: str, seed: int) -> AsyncIterator[Scene]:
    """Everything started, and ended afterwards."""
    log, intents = folder / "api.jsonl", write(folder)
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "practice", "--server", "--faults", faults, "--seed", str(seed), "--log", str(log),
        stdout=asyncio.subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    assert server.stdout is not None
    at = json.loads(await server.stdout.readline())
    nursery = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.soak.nursery", kind, str(intents), str(folder / "state"),
        at["base_url"].removesuffix("/bot"), at["token"],
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    try:
        async with aiohttp.ClientSession(trust_env=False) as client:
            here = Scene(at["page"], log, nursery, client)
            assert await here.line() == "ready"
            yield here
    finally:
        for process in (nursery, server):
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()


async def run(
    folder: Path, *, kills: int, steps: int = 0, rate: float = 12.0, seed: int = 1, kind: str = "ours",
    faults: str = FAULTS, patience: float = PATIENCE,
) -> tuple[History, int]:  # fmt: skip
    """One run; its history, and how many bots were killed."""
    chance = random.Random(seed)
    crashes = [f"{step} {chance.randint(1, 6)}" for step in STEPS for _ in range(steps)]
    chance.shuffle(crashes)
    killed = 0
    async with scene(folder, kind, faults, seed) as here:
        asking = asyncio.create_task(here.ask(rate, chance))
        for number in range(kills + len(crashes)):
            bot = await here.start(crashes[number - kills] if number >= kills else "")
            ended = asyncio.create_task(here.line())
            await asyncio.wait([ended], timeout=chance.uniform(0.2, 2.0) if number < kills else 6.0)
            if not ended.done():
                os.kill(bot, signal.SIGKILL)
            killed += int(await ended) != 0
            if number % 25 == 24:
                print(f"{number + 1} killed, {sum(map(len, here.asked.values()))} asked", file=sys.stderr, flush=True)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        bot = await here.start()
        until = time.monotonic() + patience
        while time.monotonic() < until and read(here.log, here.asked).lost and kind == "ours":  # noqa: ASYNC110
            await asyncio.sleep(2)
        await asyncio.sleep(5)
        os.kill(bot, signal.SIGTERM)
        await here.line()
        return read(here.log, here.asked), killed


def main() -> int:
    """Print the history; 1 if a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--steps", type=int, default=0)
    parser.add_argument("--rate", type=float, default=12.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stock", action="store_true")
    given = parser.parse_args()
    kind = "stock" if given.stock else "ours"
    with tempfile.TemporaryDirectory() as folder:
        history, killed = asyncio.run(
            run(Path(folder), kills=given.kills, steps=given.steps, rate=given.rate, seed=given.seed, kind=kind)
        )
    print(f"{kind}: {killed} bots killed, {history}")
    return 1 if history.lost or history.unlabelled or history.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
