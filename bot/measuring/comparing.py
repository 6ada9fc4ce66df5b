"""Two runs side by side: which figures moved, and which messages are judged differently."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.settings import SettingsError

_SAME = 5e-5
_GOOD = ("right", "offered")

Run = Mapping[str, Any]
"""A run as `--json` writes it."""


def read_run(path: Path) -> Run:
    """An earlier run. Raises `SettingsError` where the file is none."""
    try:
        run = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(run["figures"]["all"], dict) or not isinstance(run["messages"], list):
            raise TypeError
    except (OSError, ValueError, KeyError, TypeError):
        raise SettingsError(f"--compare needs a file that --json has written; {path} is none.") from None
    return run  # type: ignore[no-any-return] # JSON


def compare(before: Run, now: Run) -> Iterator[str]:
    """Figures that differ, per language, and messages that changed; those of one run only are counted."""
    yield f"{'figure':28}{'language':10}{'before':>9}{'now':>9}"
    for language, figures in now["figures"].items():
        earlier = before["figures"].get(language, {})
        for name, value in figures.items():
            if name in earlier and abs(value - earlier[name]) > _SAME:
                moved = value - earlier[name]
                yield f"{name:28}{language:10}{earlier[name]:9.4g}{value:9.4g}  {moved:+.4g}"
    old, new = _by_message(before), _by_message(now)
    yield f"{len(old.keys() & new.keys())} messages in both runs, {len(old.keys() ^ new.keys())} in one only"
    for key in new:
        if key in old and (was := old[key]["word"]) != (word := new[key]["word"]):
            better = (word in _GOOD, word == "right") > (was in _GOOD, was == "right")
            worse = (word in _GOOD, word == "right") < (was in _GOOD, was == "right")
            sign = "better" if better else "worse" if worse else "other"
            yield f"{sign:7} {new[key]['id']:8} {was} -> {word} ({new[key]['intent']}): {new[key]['text']}"


def _by_message(run: Run) -> dict[tuple[str, str, str | None], Mapping[str, Any]]:
    """A message is the same where its words are, whatever its number."""
    return {(m["language"], m["text"], m["stored"]): m for m in run["messages"]}
