"""What volunteers learn of who asks: people with unmistakable names, ids, contacts and places write to them, forward to
them and change what they wrote; then every request that the bot made is searched.

usage: python -m tests.soak.relays [--relays N]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from bot.conversation.house import House, build_house
from tests.practice.running import Json, running
from tests.telegram.handing import Shift, shift

_EACH = 10
"""Relays of one person: more at once, and she would be told to write more slowly."""


@dataclass
class Leaks:
    """What was found; `passed` counts the words that arrived, by how they were sent."""

    found: list[str] = field(default_factory=list)
    passed: Counter[str] = field(default_factory=Counter)
    methods: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.passed.items()))
        return f"{self.passed.total()} relays ({kinds}): {len(self.found)} identity fields reached volunteers"


class Person:
    """Somebody with names that are nowhere else."""

    def __init__(self, number: int, chance: random.Random) -> None:
        self.id = chance.randrange(10**11, 10**12)
        self.canary = f"CANARIA{number:03}"
        self.user: Json = {
            "id": self.id, "is_bot": False, "first_name": f"<b>{self.canary}</b>", "last_name": f"{self.canary}-2",
            "username": f"{self.canary}_user", "language_code": "es", "is_premium": True,
        }  # fmt: skip
        self.needles = (self.canary, str(self.id), "4242")

    def message(self, number: int, kind: str, text: str) -> Json:
        """A message of this kind, with all that Telegram tells of a person around it."""
        made: Json = {
            "message_id": number, "date": 1, "from": self.user,
            "chat": {"id": self.id, "type": "private", "first_name": self.canary, "username": f"{self.canary}_user"},
            "author_signature": self.canary, "text": text,
        }  # fmt: skip
        origins = {
            "forward of a user": {"type": "user", "date": 1, "sender_user": self.user},
            "forward of a hidden user": {"type": "hidden_user", "date": 1, "sender_user_name": f"<i>{self.canary}"},
            "forward of a channel": {"type": "channel", "date": 1, "message_id": 4242,
                                     "chat": {"id": -1004242, "type": "channel", "title": self.canary}},
        }  # fmt: skip
        caption = {key: made[key] for key in made if key != "text"} | {"caption": text}
        match kind:
            case "contact":
                shared = {"phone_number": "+1 555 4242", "first_name": self.canary, "user_id": self.id}
                return {**caption, "contact": shared}
            case "place":
                return {**caption, "location": {"latitude": 42.42, "longitude": -87.4242}, "caption": text}
            case "photo":
                return {
                    **caption,
                    "photo": [{"file_id": self.canary, "file_unique_id": "4242", "width": 1, "height": 1}],
                }
            case "mention":
                entity = {"type": "text_mention", "offset": 0, "length": 3, "user": self.user}
                return {**made, "entities": [entity]}
            case "reply":
                return {**made, "reply_to_message": {**made, "message_id": 4242}, "quote": {"text": self.canary}}
            case _ if kind in origins:
                return {**made, "forward_origin": origins[kind]}
            case _:
                return made


KINDS = ("text", "HTML", "forward of a user", "forward of a hidden user", "forward of a channel", "contact", "place",
         "photo", "mention", "reply", "change")  # fmt: skip


async def relayed(house: House, folder: Path, relays: int, seed: int = 1) -> Leaks:
    """So many relays; what of the askers' identities is in any request to the group."""
    chance, log = random.Random(seed), folder / "api.jsonl"
    people = [Person(number, chance) for number in range(-(-relays // _EACH))]
    words: dict[str, str] = {}
    async with running(log=log) as here, shift(here, house) as at:
        for person in people:
            await _with_ticket(at, person)
        for number in range(relays):
            person, kind = people[number // _EACH], KINDS[number % len(KINDS)]
            word = "word" + "".join(chr(ord("a") + int(digit)) for digit in str(number)) + "z"
            words[word] = kind
            text = f"<b>{word}</b> &amp; <a href='tg://user?id=1'>x</a>" if kind == "HTML" else word
            message = person.message(10_000 + number, kind, text)
            if kind == "change":
                await _came(at, {"update_id": 500_000 + number, "message": {**message, "text": "before"}})
                await _came(at, {"update_id": 700_000 + number, "edited_message": {**message, "edit_date": 2}})
            else:
                await _came(at, {"update_id": 500_000 + number, "message": message})
        group = at.group
    return _searched(log, group, people, words)


async def _with_ticket(at: Shift, person: Person) -> None:
    """Hand a question over and have it claimed."""
    at.world.person(person.canary, "es", person_id=person.id)
    await at.hands_over(f"ayuda por favor {person.canary[-3:]}", person.id)
    await at.moves("Claim")


async def _came(at: Shift, update: Json) -> None:
    await at.edge.inbox.receive([update])
    await at.edge.drain(20)


def _searched(log: Path, group: int, people: list[Person], words: dict[str, str]) -> Leaks:
    leaks = Leaks()
    for line in log.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        leaks.methods[entry["method"]] += 1
        if str(entry["parameters"].get("chat_id")) != str(group) or entry["method"] == "getChatMember":
            continue
        said = json.dumps(entry["parameters"], ensure_ascii=False)
        leaks.found += [needle for person in people for needle in person.needles if needle in said]
        arrived = [word for word in words if word in said]
        leaks.passed.update(words.pop(word) for word in arrived)
    leaks.found += [name for name in leaks.methods if name.startswith(("forward", "copy"))]
    return leaks


def main() -> int:
    """Print what was found; 1 if anything was."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--relays", type=int, default=1000)
    given = parser.parse_args()
    root = Path(__file__).parent.parent.parent
    house = build_house(root / "intents", root / "translations", cache=Path.home() / ".cache" / "amparo")
    with tempfile.TemporaryDirectory() as folder:
        leaks = asyncio.run(relayed(house, Path(folder), given.relays))
    print(leaks)
    return 1 if leaks.found or leaks.passed.total() != given.relays else 0


if __name__ == "__main__":
    sys.exit(main())
