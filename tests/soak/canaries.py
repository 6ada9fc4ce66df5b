"""What a seizure would find: people with unmistakable names, ids and words go through every feature of the real bot,
and then every byte of every file that it wrote is searched for them, while it runs and after it has ended.

usage: python -m tests.soak.canaries [--people N]
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import logging
import random
import struct
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from telegram.error import NetworkError

from bot.app import build_bot
from bot.conversation.house import House, build_house
from bot.logs import WhereFormatter
from bot.practice.faults import Faults
from bot.practice.server import serve
from bot.practice.world import World
from bot.records.forgetting import steady_clock
from bot.records.keys import Keys
from bot.records.sqlite import SqliteStore
from bot.telegram.inbox import PollingBot
from bot.telegram.staff import Staff
from tests.telegram.edges import at_the_edge

FAULTS = (
    "sendMessage:500=0.05,sendMessage:cut=0.05,sendMessage:429=0.02@1,deleteMessages:502=0.1,sendMessage:blocked=0.01"
)
_FORGETS = 5
"""Each fifth person asks to be forgotten."""


@dataclass
class Canaries:
    """What must be nowhere: names and words as text, ids as numbers."""

    texts: list[str] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)

    def needles(self) -> Iterator[bytes]:
        """Each in every shape in which it could stand in a file."""
        for text in self.texts:
            raw = text.encode()
            yield from (raw, raw.hex().encode(), *_base64(raw))
        for number in self.ids:
            raw = struct.pack("<q", number)
            decimal = str(number).encode()
            yield from (decimal, raw[:6], struct.pack(">q", number)[2:], raw.hex().encode(), decimal.hex().encode())
            yield from _base64(decimal)


def _base64(raw: bytes) -> Iterator[bytes]:
    """The part of the base64 that is the same whatever stands around, for each of the three offsets."""
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + raw)
        yield coded[(offset * 8 + 5) // 6 : len(coded) - 4 if len(coded) > 8 else None]


def found(folder: Path, canaries: Canaries) -> list[tuple[str, bytes]]:
    """File and needle of everything that was found below a folder."""
    needles = list(canaries.needles())
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [(path.name, one) for path in files for data in [path.read_bytes()] for one in needles if one in data]


async def lived(house: House, folder: Path, people: int, seed: int = 1) -> tuple[Canaries, list[tuple[str, bytes]]]:
    """All of them ask, press, forward, edit, send contacts and places, and some are forgotten; what is found then."""
    chance, canaries = random.Random(seed), Canaries()
    world = World()
    server = await serve(world, faults=Faults(FAULTS, seed))
    handler = logging.FileHandler(folder / "log")
    handler.setFormatter(WhereFormatter())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    store = SqliteStore(folder / "state", Keys(folder / "keys"), steady_clock())
    bot = build_bot(server.token, base_url=server.base_url)
    try:
        staff = Staff(bot, group=world.group.id)
        async with bot, at_the_edge(house, bot, store=store, group=world.group.id, staff=staff) as edge:
            offset = None
            for start in range(0, people, 50):
                for n in range(start, min(start + 50, people)):
                    _act(world, n, chance, canaries)
                while batch := await _polled(bot, offset):
                    await edge.inbox.receive(batch)
                    offset = batch[-1]["update_id"] + 1
                await edge.drain(5)
            await edge.drain(30)
            traces = found(folder, canaries)
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        handler.close()
        await server.close()
    return canaries, traces + found(folder, canaries)


async def _polled(bot: PollingBot, offset: int | None) -> Sequence[Any]:
    """The next updates; asked for again, as the real loop does, where a connection had been idle too long."""
    while True:
        try:
            return await bot.raw_updates(offset, 0)
        except NetworkError:
            await asyncio.sleep(1)


def _act(world: World, n: int, chance: random.Random, canaries: Canaries) -> None:
    """One person uses the bot."""
    word, name = f"Qx{chance.getrandbits(64):016x}", f"Nx{chance.getrandbits(64):016x}"
    number = chance.randrange(10**11, 10**12)
    canaries.texts += [word, name]
    canaries.ids.append(number)
    person = world.person(name, chance.choice(["en", "es", "ar"]), person_id=number).id
    said = world.say(person, f"my name is {word}, can ice see my license data in illinois?")
    world.say(person, f"ICE is at my door {word}")
    world.say(person, f"vivo en alabama {word}", forwarded=chance.choice(["user", "hidden_user"]))
    world.edit(person, person, said["message_id"], f"changed {word}")
    world.press(person, person, said["message_id"], "w|||en|")
    world.say(person, f"please let a person look at my case {word}")
    world.send(person, chance.choice(["photo", "contact", "location", "voice"]))
    world.inline(person, f"license {word}")
    world.say(person, f"/start {word}")
    for data in ["a|opt_out|IL|en|", "t|||es|2", "p||||", *(["F|||en|"] if n % _FORGETS == 0 else [])]:
        world.press(person, person, said["message_id"], data)


def main() -> int:
    """Print what was found; 1 if anything was."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=2000)
    given = parser.parse_args()
    root = Path(__file__).parent.parent.parent
    house = build_house(root / "intents", root / "translations", cache=Path.home() / ".cache" / "amparo")
    with tempfile.TemporaryDirectory() as folder:
        canaries, traces = asyncio.run(lived(house, Path(folder), given.people))
        size: Any = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    print(f"{given.people} people, {len(list(canaries.needles()))} needles, {size} bytes of files: {len(traces)} found")
    return 1 if traces else 0


if __name__ == "__main__":
    sys.exit(main())
