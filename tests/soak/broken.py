"""Broken YAML and PO files, thousands of them: each is refused with a sentence, or read whole.

`python -m tests.soak.broken [FILES] [SEED]` prints a figure; with `SEED FIRST COUNT --here` one process reads its part
under limits of 512 MB and 10 seconds a file. What it reads is compared with what another reader makes of the file: a
file that is taken and lacks something counts as half loaded.
"""

from __future__ import annotations

import json
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import yaml
from babel.messages.pofile import unescape

from bot.knowledge import catalogs
from bot.knowledge.reading import ContentError, read_content
from tests.soak.mutating import PO_POISON, YAML_POISON, mutated

ROOT = Path(__file__).parent.parent.parent
MEMORY = 512 * 1024 * 1024
SECONDS = 10
ENTRIES = 40
"""A catalog is cut to so many texts, so that thousands can be read; the header stays."""
_AT_ONCE = 250


class HangError(Exception):
    """A file took longer than the limit."""


def one_file(number: int, seed: int, folder: Path) -> str:
    """What became of one broken file: `refused`, `taken`, `half loaded: ...` or `crashed: ...`; may hang."""
    chance = random.Random(f"{seed}|{number}")
    try:
        return _yaml(chance, folder) if number % 2 else _po(chance, folder)
    except HangError:
        return "hung"
    except Exception as error:  # noqa: BLE001 - whatever a loader raises but its own is a crash
        return f"crashed: {type(error).__name__}"


def _yaml(chance: random.Random, folder: Path) -> str:
    source = chance.choice(sorted((ROOT / "intents").rglob("*.yaml")))
    broken = folder / "intents" / source.name
    broken.parent.mkdir(exist_ok=True)
    broken.write_bytes(mutated(source.read_bytes(), YAML_POISON, chance))
    try:
        content = read_content(broken.parent).content
    except ContentError:
        return "refused"
    finally:
        text = broken.read_bytes()
        broken.unlink()
    whole = yaml.load(text, yaml.CBaseLoader)  # nothing but text
    for intent in content.intents.values():
        read = {language: list(texts) for language, texts in intent.phrasings.items()}
        there = {language: texts for language, texts in (whole.get("phrasings") or {}).items() if texts != ""}
        answers = {place: answer.text.strip() for place, answer in intent.answers.items()}
        if read != there or answers != {
            place: one["text"].strip() for place, one in whole["answers"].items() if one != ""
        }:
            return f"half loaded: {source.name}"
    return "taken"


def _po(chance: random.Random, folder: Path) -> str:
    source = chance.choice(sorted((ROOT / "translations").glob("*/LC_MESSAGES/messages.po")))
    code = source.parts[-3]
    broken = folder / "translations" / code / "LC_MESSAGES" / "messages.po"
    broken.parent.mkdir(parents=True, exist_ok=True)
    entries = source.read_bytes().split(b"\n\n")
    first = chance.randrange(1, max(2, len(entries) - ENTRIES))
    whole = b"\n\n".join([entries[0], *entries[first : first + ENTRIES]]) + b"\n"
    broken.write_bytes(mutated(whole, PO_POISON, chance))
    translators, faults = catalogs.load(folder / "translations")
    text = broken.read_bytes()
    broken.unlink()
    if faults:
        return "refused" if code not in translators else f"half loaded: {code} is served with faults"
    read = dict(translators[code].texts)
    there = texts_of(text.decode("utf-8"))
    return "taken" if read == there else f"half loaded: {code}, {len(read)} of {len(there)} texts"


def texts_of(text: str) -> dict[tuple[str | None, str], str]:
    """The finished translations of a PO file, read line by line: another reader than the one under test."""
    found: dict[tuple[str | None, str], str] = {}
    entry: dict[str, str] = {}
    flags, field = "", ""

    def close() -> None:
        nonlocal flags
        if entry.get("msgid") and entry.get("msgstr") and "msgid_plural" not in entry and "fuzzy" not in flags:
            found[entry.get("msgctxt"), entry["msgid"]] = entry["msgstr"]
        entry.clear()
        flags = ""

    for line in (line.strip() for line in text.split("\n")):
        if line.startswith("#"):
            if "msgstr" in entry or "msgstr[0]" in entry:
                close()
            flags += line if line.startswith("#,") else ""
        elif line.startswith('"'):
            entry[field] += unescape(line)
        elif parts := re.match(r"(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) (.*)", line):
            field = parts[1]
            if field in ("msgctxt", "msgid") and any(key.startswith("msgstr") for key in entry):
                close()
            entry[field] = unescape(parts[2])
    close()
    return found


def here(seed: int, first: int, count: int) -> None:
    """Read a part of the files under the limits; print what became of each as JSON lines."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    def ring(*_: Any) -> None:
        raise HangError

    signal.signal(signal.SIGALRM, ring)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(first, first + count):
            signal.alarm(SECONDS)
            started = time.monotonic()
            became = one_file(number, seed, Path(folder))
            signal.alarm(0)
            print(json.dumps([number, became, time.monotonic() - started]), flush=True)


def examine(files: int, seed: int) -> tuple[Counter[str], float]:
    """What became of so many broken files, and the longest time that one took, in seconds."""
    became: Counter[str] = Counter()
    longest, number = 0.0, 0
    while number < files:
        count = min(_AT_ONCE, files - number)
        command = [sys.executable, "-m", "tests.soak.broken", str(seed), str(number), str(count), "--here"]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        for at, what, seconds in lines:
            became[what if what in ("refused", "taken") else f"{what} (file {at} of seed {seed})"] += 1
            longest = max(longest, seconds)
        number += len(lines)
        if done.returncode or len(lines) < count:
            became[f"crashed: the process ended (file {number} of seed {seed})"] += 1
            number += 1
    return became, longest


def main(files: int = 20_000, seed: int = 1) -> int:
    """Print the figure; 1 if anything but `refused` and `taken` happened."""
    became, longest = examine(files, seed)
    wrong = {what: count for what, count in became.items() if what not in ("refused", "taken")}
    for what in sorted(wrong):
        print(what)
    counts = {kind: sum(n for what, n in wrong.items() if what.startswith(kind)) for kind in ("crash", "hung", "half")}
    print(f"{files} broken files under {MEMORY >> 20} MB and {SECONDS} s each: {became['refused']} refused, "
          f"{became['taken']} read whole; {counts['crash']} crashes, {counts['hung']} hangs, "
          f"{counts['half']} half loaded; the longest took {longest:.2f} s")  # fmt: skip
    return 1 if wrong else 0


if __name__ == "__main__":
    if "--here" in sys.argv:
        here(*map(int, sys.argv[1:4]))
    else:
        sys.exit(main(*map(int, sys.argv[1:3])))
