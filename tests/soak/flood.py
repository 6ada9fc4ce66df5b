"""A flood: hostile accounts write as fast as they like, honest ones ask; how long does an honest person wait?

usage: python -m tests.soak.flood [--hostile N] [--honest N] [--rate R] [--seconds S]

The real bot with its own content and its own limits, in a process of its own; the practice server and the crowd are
in this one. `--rate`: messages a second of each hostile account. An honest person asks every three seconds or so.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.practice.server import serve
from bot.practice.world import World
from bot.understanding.evaluation import read_labelled
from tests.conftest import ROOT

HONEST_PAUSE = 3.0


@dataclass
class Crowd:
    """Who has asked and waits, and how long each answer took."""

    world: World
    texts: Sequence[str]
    chance: random.Random
    asked: dict[int, float] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    hostile: int = 0

    async def watch(self) -> None:
        """The first message after a question is its answer."""
        async for event in self.world.subscribe():
            if event["event"] == "message" and event["message"]["from"]["is_bot"]:
                since = self.asked.pop(event["chat"], None)
                if since is not None:
                    self.waits.append(time.monotonic() - since)

    async def flood(self, person: int, rate: float) -> None:
        while True:
            await asyncio.sleep(self.chance.expovariate(rate))
            self.world.say(person, self.chance.choice(self.texts))
            self.hostile += 1

    async def ask(self, person: int) -> None:
        while True:
            await asyncio.sleep(self.chance.uniform(0.5, 1.5) * HONEST_PAUSE)
            if person not in self.asked:
                self.asked[person] = time.monotonic()
                self.world.say(person, self.chance.choice(self.texts))


async def run(folder: Path, *, hostile: int, honest: int, rate: float, seconds: float, seed: int = 1) -> Crowd:
    """One flood."""
    texts = [one.text for one in read_labelled(ROOT / "tests" / "questions" / "en.yaml") if one.what == "in_scope"]
    crowd = Crowd(World(), texts, random.Random(seed))
    server = await serve(crowd.world)
    watching = asyncio.create_task(crowd.watch())
    bot = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.bots", "limited", server.base_url, server.token, str(folder),
        stdout=asyncio.subprocess.DEVNULL, cwd=ROOT,
    )  # fmt: skip
    first = crowd.world.person("First").id
    crowd.asked[first] = time.monotonic()
    crowd.world.say(first, texts[0])
    while not crowd.waits:  # noqa: ASYNC110 - until the bot has learnt its content
        await asyncio.sleep(0.1)
    crowd.waits.clear()
    acting = [asyncio.create_task(crowd.flood(crowd.world.person(f"H{n}").id, rate)) for n in range(hostile)]
    acting += [asyncio.create_task(crowd.ask(crowd.world.person(f"A{n}").id)) for n in range(honest)]
    await asyncio.sleep(seconds)
    crowd.waits += [time.monotonic() - since for since in crowd.asked.values()]  # who still waits
    for task in (*acting, watching):
        task.cancel()
    await asyncio.gather(*acting, watching, return_exceptions=True)
    bot.kill()
    await bot.wait()
    await server.close()
    return crowd


def main() -> int:
    """Print the waits of honest people; 1 if the 95th percentile is over 2 s."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hostile", type=int, default=200)
    parser.add_argument("--honest", type=int, default=20)
    parser.add_argument("--rate", type=float, default=1.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        crowd = asyncio.run(run(Path(folder), hostile=given.hostile, honest=given.honest, rate=given.rate,
                                seconds=given.seconds))  # fmt: skip
    waits, cuts = crowd.waits, statistics.quantiles(crowd.waits, n=20)
    print(f"{crowd.hostile} hostile messages, {len(waits)} honest questions, answered after "
          f"{statistics.median(waits):.2f} s (median), {cuts[-1]:.2f} s (p95), "
          f"{max(waits):.2f} s (longest)")  # fmt: skip
    return 0 if cuts[-1] < 2.0 else 1


if __name__ == "__main__":
    sys.exit(main())
