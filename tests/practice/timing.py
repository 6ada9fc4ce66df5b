"""How long a reply takes, measured: `python -m tests.practice.timing`. Not a test, for machines differ.

From a person's message in the world to the bot's reply in it, through the real server, connection and library, over
the held-out English questions; and one bare request to its answer.
"""

from __future__ import annotations

import asyncio
import statistics
import time

from bot.commands import house_of
from bot.settings import read_settings
from bot.understanding.evaluation import read_labelled
from tests.conftest import ROOT
from tests.practice.test_our_bot import talking


async def measure() -> None:
    """Print the medians and the slowest twentieth, in milliseconds."""
    questions = [one.text for one in read_labelled(ROOT / "tests" / "questions" / "en.yaml")][:200]
    replies, requests = [], []
    async with talking(house_of(read_settings())) as talk:
        for question in questions:
            started = time.perf_counter()
            await talk.say(question)
            replies.append(time.perf_counter() - started)
            started = time.perf_counter()
            await talk.here.say()
            requests.append(time.perf_counter() - started)
            await talk.heard()
    for name, times in (("message to reply", replies), ("request to answer", requests)):
        slowest = statistics.quantiles(times, n=20)[-1]
        print(
            f"{name}: median {statistics.median(times) * 1000:.1f} ms, 95 % under {slowest * 1000:.1f} ms, {len(times)}"
        )


if __name__ == "__main__":
    asyncio.run(measure())
