"""How many messages a second are answered, side by side: do-nothing echoes on two libraries, and ours at its real work.

usage: python -m tests.bench.throughput [--latency SECONDS] [--messages N] [KIND ...]

Each bot is a process of its own, and so is the practice server, where the messages already wait, each of another
person. Ours stores, matches and sends with everything but its own limits for sending (30 a second). `ms each` is the
processor time a message: it says more than the rate on a machine that others use too.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path

from tests.bench.bots import KINDS
from tests.conftest import ROOT

SHARE_OF_STOCK = 0.1
"""The library's own poller answers one after the other: it gets fewer messages, or it takes minutes."""


async def measure(kind: str, messages: int, latency: float, folder: str) -> tuple[float, float, float]:
    """Messages a second of one bot, its milliseconds of processor a message, the share of a core the server took."""
    questions = ROOT / "tests" / "questions" / "en.yaml"
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.load", str(messages), str(latency), str(questions),
        stdout=asyncio.subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    assert server.stdout is not None
    at = json.loads(await server.stdout.readline())
    bot = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.bots", kind, at["base_url"], at["token"], folder,
        stdout=asyncio.subprocess.DEVNULL, cwd=ROOT,
    )  # fmt: skip
    try:
        await server.stdout.readline()
        before = processor(bot.pid)
        took = json.loads(await server.stdout.readline())
        work = processor(bot.pid) - before
    finally:
        bot.terminate()
        await asyncio.gather(bot.wait(), server.wait())
    return (messages - 1) / took["seconds"], 1000 * work / (messages - 1), took["cpu"] / took["seconds"]


def processor(pid: int) -> float:
    """Seconds of processor time that a process has taken (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--messages", type=int, default=2000)
    given = parser.parse_args()
    print(f"{'':10}{'a second':>10}{'to first':>10}{'ms each':>10}{'server':>10}", flush=True)
    first = 0.0
    for kind in given.kinds or KINDS:
        number = int(given.messages * SHARE_OF_STOCK) if kind == "stock" else given.messages
        with tempfile.TemporaryDirectory() as folder:
            rate, work, server = asyncio.run(measure(kind, number, given.latency, folder))
        first = first or rate
        print(f"{kind:10}{rate:10.0f}{rate / first:10.1f}{work:10.2f}{server:10.0%}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
