"""A practice server in a process of its own, with messages that already wait, and a stopwatch.

usage: python -m tests.bench.load MESSAGES LATENCY QUESTIONS     LATENCY: seconds before each answer

Prints three lines of JSON: `base_url` and `token`; nothing, at the first answer; and when all messages are answered,
`seconds` between the first answer and the last, and `cpu`, the processor time that the server itself took meanwhile.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from bot.practice.faults import Faults
from bot.practice.server import serve
from bot.practice.world import World
from bot.understanding.evaluation import read_labelled


async def main() -> None:
    """Serve until everything is answered."""
    number, latency, questions = int(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3])
    texts = [one.text for one in read_labelled(questions) if one.what == "in_scope"]
    world = World()
    for n in range(number):
        world.say(world.person(f"P{n}", "en").id, texts[n % len(texts)])
    answered: set[int] = set()
    seen = world.subscribe()
    server = await serve(world, faults=Faults(f"*:latency=1.0@{latency}"))
    print(json.dumps({"base_url": server.base_url, "token": server.token}), flush=True)
    start = cpu = 0.0
    async for event in seen:
        if event["event"] == "message" and event["message"]["from"]["is_bot"]:
            if not answered:
                start, cpu = time.perf_counter(), time.process_time()
                print("{}", flush=True)
            answered.add(event["chat"])
            if len(answered) == number:
                break
    took = {"seconds": time.perf_counter() - start, "cpu": time.process_time() - cpu}
    print(json.dumps(took), flush=True)
    await server.close()


if __name__ == "__main__":
    asyncio.run(main())
