"""Does the bot ever write first? People and volunteers do what comes to their minds, hours pass, the bot is started
anew; every request that it makes to a person must come from what she has just done, or from her ticket.

usage: python -m tests.soak.unasked [--acts N] [--seed S]
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.conversation.house import House, build_house
from bot.practice.faults import Faults
from bot.records.forgetting import SteadyClock
from bot.records.keys import Keys
from bot.records.sqlite import SqliteStore
from bot.records.store import Store
from bot.records.tickets import NOBODY, Status
from tests.conftest import ROOT
from tests.practice.running import Json, Running, running
from tests.telegram.handing import Shift, shift

FAULTS = "sendMessage:502-posted=0.01"
ASKERS, SILENT = 12, 5
_A_LIFE = 60
"""Acts between two starts of the bot."""
_ACTS = (
    *["asks"] * 4, *["hands over"] * 2, *["presses"] * 4, *["volunteers"] * 8, *["types"] * 3,
    "edits", "forgets", "blocks", "group", "silent", "hours",
)  # fmt: skip
_HOURS = (1, 5, 30, 200, 400)
_SAID = (
    "puedo pedir que no compartan mis datos? vivo en illinois", "ICE is at my door right now", "/start", "/topics",
    "/privacy", "/state", "can ice see my license data", "asdf qwer", "/language", "I live in Alabama", "/help",
)  # fmt: skip


@dataclass
class Letters:
    """What went to people: how many requests after which act, and those that it had not brought about."""

    log: Path
    causes: Counter[str] = field(default_factory=Counter)
    unasked: list[tuple[str, str]] = field(default_factory=list)
    _read: int = 0

    def look(self, act: str, whose: set[int]) -> None:
        """What is new in the log since the last look may go to these people alone."""
        with self.log.open("rb") as file:
            file.seek(self._read)
            new = file.read()
        self._read += len(new)
        for entry in map(json.loads, new.splitlines()):
            chat = int(entry["parameters"].get("chat_id", 0))
            if chat > 0:
                self.causes[act] += 1
                if chat not in whose:
                    self.unasked.append((act, entry["method"]))

    def __str__(self) -> str:
        after = ", ".join(f"{act} {count}" for act, count in sorted(self.causes.items()))
        return f"{self.causes.total()} requests to people (after: {after}): {len(self.unasked)} unasked for"


@dataclass
class Town:
    """People who ask, who are silent, and the clock."""

    house: House
    folder: Path
    chance: random.Random
    here: Running
    letters: Letters
    askers: list[int] = field(default_factory=list)
    silent: list[int] = field(default_factory=list)
    now: dt.datetime = dt.datetime(2026, 11, 24, 10, 30, tzinfo=dt.UTC)

    async def life(self, acts: int) -> None:
        """The bot runs for so many acts; what is left of its last life comes first."""
        store = SqliteStore(self.folder / "state", Keys(self.folder / "keys"), SteadyClock(lambda: self.now, None))
        before = self.with_tickets(store)
        async with shift(self.here, self.house, store=store) as at:
            await at.edge.inbox.resume()
            await at.edge.drain(20)
            self.letters.look("start", before)
            for _ in range(acts):
                await self.act(at)

    async def act(self, at: Shift) -> None:
        """Somebody does something, or time passes; then all letters of it are out."""
        kind = self.chance.choice(_ACTS)
        who = self.chance.choice(self.askers)
        before = self.with_tickets(at.store)
        whose = {who}
        match kind:
            case "volunteers" | "types":
                whose = await (self.volunteers(at) if kind == "volunteers" else self.types(at))
            case "group":
                await at.says("what is for lunch?", at.eva.id, chat=at.group)
                whose = set()
            case "silent":
                one = self.chance.choice(self.silent)
                if self.chance.random() < 0.5:
                    at.world.join(one)
                else:
                    at.world.leave(one)
                await at.turn()
                whose = set()
            case "hours":
                whose = before
                await self.hours_pass(at, self.chance.choice(_HOURS))
            case _:
                await self.asker_does(at, kind, who)
        self.letters.look(kind, whose)

    async def asker_does(self, at: Shift, kind: str, who: int) -> None:
        match kind:
            case "asks":
                await at.says(self.chance.choice(_SAID), who, forwarded=self.chance.choice([None, None, "user"]))
            case "hands over":
                await at.says("/human", who)
                await self.presses(at, who, who, "w|")
                await at.says("please help me with my brother's case", who)
            case "forgets":
                await at.says("/forget", who)
                await self.presses(at, who, who, "F|")
            case "presses":
                await self.presses(at, who, who)
            case "edits":
                own = [one for one in at.world.history(who) if one["from"]["id"] == who and "text" in one]
                if own:
                    at.world.edit(who, who, self.chance.choice(own)["message_id"], "I wanted to say: help")
                    await at.turn()
            case "blocks":
                at.world.block(who)
                await at.turn()

    async def presses(self, at: Shift, who: int, chat: int, begins: str = "") -> str:
        """Any button that is to be seen there, whose data begins so; its data."""
        found = [
            (message["message_id"], button.get("callback_data", ""))
            for message in at.world.history(chat)[-30:]
            for row in message.get("reply_markup", {}).get("inline_keyboard", ())
            for button in row
            if button.get("callback_data", "").startswith(begins)
        ]
        found = [one for one in found if one[1]]
        if not found:
            return ""
        message, data = self.chance.choice(found)
        at.world.press(who, chat, message, data)
        await at.turn()
        return str(data)

    async def volunteers(self, at: Shift) -> set[int]:
        """A volunteer presses something in the group; whose ticket it is about."""
        numbers = {one.number: one.chat for one in at.store.tickets.all()}
        begins = self.chance.choice(["T|c|", "T|"])
        data = await self.presses(at, self.chance.choice([at.rosa.id, at.eva.id]), at.group, begins)
        return {chat for number, chat in numbers.items() if number in data}

    async def types(self, at: Shift) -> set[int]:
        """A volunteer writes in a topic, changes or recalls what she wrote, or bans; whose ticket it is."""
        topics = at.world.group.topics
        tickets = [one for one in at.store.tickets.all() if one.topic in topics and not topics[one.topic].closed]
        if not tickets:
            return set()
        ticket = self.chance.choice([one for one in tickets if one.status is Status.CLAIMED] or tickets)
        who = self.chance.choice([at.rosa.id, at.eva.id])
        said = at.world.say(who, "come on monday", chat=at.group, topic=ticket.topic)
        await at.turn()
        match self.chance.randrange(4):
            case 0:
                at.world.edit(who, at.group, said["message_id"], "come on tuesday")
                await at.turn()
            case 1:
                await at.says("/recall", who, chat=at.group, topic=ticket.topic, reply_to=said["message_id"])
            case 2:
                await at.says("/ban", at.eva.id, chat=at.group, topic=ticket.topic)
        return {ticket.chat}

    async def hours_pass(self, at: Shift, hours: int) -> None:
        self.now += dt.timedelta(hours=hours)
        watch = at.edge.binding.watch
        assert watch is not None
        at.edge.outbox.put(await at.edge.writer.do(watch.due))
        await at.edge.writer.do(lambda store: store.sweep())
        await at.edge.drain(20)

    def with_tickets(self, store: Store) -> set[int]:
        """Who has a ticket that is open."""
        return {one.chat for one in store.tickets.all() if one.open and one.chat != NOBODY}


def _lives(acts: int) -> Iterator[int]:
    while acts > 0:
        yield min(acts, _A_LIFE)
        acts -= _A_LIFE


async def lived(house: House, folder: Path, acts: int, seed: int = 1) -> tuple[Letters, list[Json]]:
    """So many acts; the letters, and what stands in the chats of those who never wrote."""
    log = folder / "api.jsonl"
    async with running(log=log, faults=Faults(FAULTS, seed)) as here:
        town = Town(house, folder, random.Random(seed), here, Letters(log))
        here.world.updates.clear()
        town.askers = [here.world.person(f"A{n}", town.chance.choice(["en", "es", "ar"])).id for n in range(ASKERS)]
        town.silent = [here.world.person(f"S{n}").id for n in range(SILENT)]
        for count in _lives(acts):
            await town.life(count)
        return town.letters, [one for chat in town.silent for one in here.world.history(chat)]


def main() -> int:
    """Print what went out; 1 if anything was unasked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--acts", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    house = build_house(ROOT / "intents", ROOT / "translations", cache=Path.home() / ".cache" / "amparo")
    with tempfile.TemporaryDirectory() as folder:
        letters, silent = asyncio.run(lived(house, Path(folder), given.acts, given.seed))
    print(f"{given.acts} acts of {ASKERS} people and the volunteers, {SILENT} others silent: {letters}; "
          f"{len(silent)} messages to the silent")  # fmt: skip
    print(*letters.unasked[:20], sep="\n")
    return 1 if letters.unasked or silent else 0


if __name__ == "__main__":
    sys.exit(main())
