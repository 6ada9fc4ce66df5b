"""Translations with one fact changed, a thousand of each kind: how many the rules catch, and whom they accuse wrongly.

`python -m tests.soak.translations [OF_EACH] [SEED]`
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bot.knowledge import catalogs
from bot.knowledge.comparing import PLACEHOLDERS, Glossary, compare

ROOT = Path(__file__).parent.parent.parent
LEAST_CAUGHT = 0.995


@dataclass(frozen=True)
class Pair:
    """An English text and its shipped translation."""

    language: str
    english: str
    text: str
    glossary: Glossary

    def faults(self, text: str) -> list[str]:
        return list(compare(self.language, self.english, text, self.glossary))


def pairs() -> list[Pair]:
    """All shipped translations."""
    translators, faults = catalogs.load(ROOT / "translations")
    assert not faults
    return [
        Pair(code, english, text, translator.glossary)
        for code, translator in sorted(translators.items())
        for (_, english), text in sorted(translator.texts.items(), key=str)
    ]


def _at_random_place(text: str, new: str, chance: random.Random) -> str:
    words = text.split(" ")
    words.insert(chance.randrange(len(words) + 1), new)
    return " ".join(words)


def _one(pattern: str, change: Callable[[str, random.Random], str]) -> Callable[[str, random.Random], str | None]:
    """A mutation of one place that matches; None where the text has none."""

    def mutate(text: str, chance: random.Random) -> str | None:
        found = list(re.finditer(pattern, text))
        if not found:
            return None
        place = chance.choice(found)
        return text[: place.start()] + change(place[0], chance) + text[place.end() :]

    return mutate


def _other_digit(number: str, chance: random.Random) -> str:
    at = chance.choice([n for n, letter in enumerate(number) if letter.isdigit()])
    return number[:at] + chance.choice([d for d in "0123456789" if d != number[at]]) + number[at + 1 :]


def _other_address(address: str, chance: random.Random) -> str:
    swapped = list(address)
    at = chance.choice([n for n, letter in enumerate(address) if letter.isalnum()])
    swapped[at] = chance.choice([c for c in "abcdefghijklmnopqrstuvwxyz" if c != address[at].lower()])
    return "".join(swapped)


_NEW_ADDRESSES = (
    "https://example.com/x", "http://1.2.3.4/", "www.example.org", "bit.ly/3xyz", "t.me/joinchat", "tg://resolve?domain=x",
    "helper@example.com", "@amparo_help_bot", "[aqui](https://example.com)", "ejemplo.ru", "hotline-help.info",
)  # fmt: skip
_NEW_TAGS = ("<b>", "</i>", '<a href="x">', "<script>", "<tg-spoiler>", "<br/>", "< b >")
_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_ADDRESS = "https://locator.ice.gov/odls"
_NAMES = sorted(PLACEHOLDERS)
_PHONE = r"\b(?:988|911|211|\d{3}[-. ]\d{3}[-. ]\d{4}|1-\d{3}-\d{3}-\d{4})\b"

KINDS: dict[str, Callable[[str, random.Random], str | None]] = {
    "placeholder renamed": _one(r"\{[a-z_]+\}", lambda found, _: "{" + found[1:-1] + "x}"),
    "placeholder translated": _one(r"\{[a-z_]+\}", lambda _, chance: chance.choice(["{estado}", "{número}", "{}"])),
    "placeholder lost": _one(r"\{[a-z_]+\}", lambda *_: ""),
    "placeholder swapped": _one(
        r"\{[a-z_]+\}", lambda found, chance: "{" + chance.choice(sorted(PLACEHOLDERS - {found[1:-1]})) + "}"
    ),
    "placeholder added": lambda text, chance: _at_random_place(text, f"{{{chance.choice(_NAMES)}}}", chance),
    "number changed": _one(r"\d+", _other_digit),
    "number added": lambda text, chance: _at_random_place(text, str(chance.randrange(1000, 99_999)), chance),
    "telephone number changed": _one(_PHONE, _other_digit),
    "telephone number lost": _one(_PHONE, lambda *_: ""),
    "address changed": _one(r"https?://[\w./-]+|\b[\w-]+\.(?:com|org|net|gov|me)\b", _other_address),
    "address added": lambda text, chance: _at_random_place(text, chance.choice(_NEW_ADDRESSES), chance),
    "tag added": lambda text, chance: _at_random_place(text, chance.choice(_NEW_TAGS), chance),
    "direction control added": lambda text, chance: _inserted(text, chance.choice(_CONTROLS), chance),
    "command changed": _one(r"/(?:topics|human|state|language|forget|privacy)", lambda found, _: found + "s"),
}  # fmt: skip


def _inserted(text: str, new: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + new + text[at:]


def figures(of_each: int, seed: int) -> Iterator[tuple[str, list[tuple[Pair, str]]]]:
    """Of each kind those that passed unseen."""
    chance, shipped = random.Random(seed), pairs()
    # No shipped text has an address; these are as they would be.
    linked = [replace(pair, english=f"{pair.english} {_ADDRESS}", text=f"{pair.text} {_ADDRESS}") for pair in shipped]
    for kind, mutate in KINDS.items():
        possible = [pair for pair in (*shipped, *linked) if mutate(pair.text, random.Random(0)) is not None]
        unseen: list[tuple[Pair, str]] = []
        for _ in range(of_each):
            pair = chance.choice(possible)
            text = mutate(pair.text, chance)
            assert text is not None
            if text != pair.text and not pair.faults(text):
                unseen.append((pair, text))
        yield kind, unseen


def main(of_each: int = 1000, seed: int = 1) -> int:
    """Print the figures; 1 if too few were caught or a shipped text is accused."""
    wrong = False
    for kind, unseen in figures(of_each, seed):
        print(f"{kind}: {of_each - len(unseen)} of {of_each} caught")
        wrong |= len(unseen) > (1 - LEAST_CAUGHT) * of_each
        for pair, text in unseen[:3]:
            print(f"    {pair.language}: {pair.english[:60]!r} -> {text[:60]!r}")
    shipped = pairs()
    accused = [pair for pair in shipped if pair.faults(pair.text)]
    print(f"{len(accused)} of {len(shipped)} shipped translations accused")
    return 1 if wrong or accused else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
