"""Every line that is logged in any test, at DEBUG, holds a place, a class or a count, and nothing else.

That is more than a search for the tests' own names and texts: what an own logger says must be a sentence of the
source, with small numbers and classes in it; what others' say must be gone.
"""

from __future__ import annotations

import ast
import logging
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from bot.logs import WhereFormatter

BOT = Path(__file__).parent.parent / "bot"
MOST = 1000
"""No number of a person, a chat or a message is to be told from a count; people's in the tests begin above it."""
_PLACE = r"[\w.<>-]+:\d+"
_ERROR = rf"(\w+( at {_PLACE})?)"
_OTHERS = re.compile(rf"{_PLACE}( \[{_ERROR}\])?")
_WORD = re.compile(rf"{_ERROR}|\?")


@cache
def sentences() -> frozenset[str]:
    """All texts that the bot's own modules hand to a logger."""
    return frozenset(one for path in BOT.rglob("*.py") for one in _of(path))


def _of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            of, first = node.func.value, node.args[0]
            named = isinstance(of, ast.Name) and of.id in ("_log", "log")
            if named and isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


class Leaks(logging.Handler):
    """Looks at every record; `lines` counts them, `found` holds those that say too much."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(WhereFormatter())
        self.lines = 0
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += 1
        line = self.format(record)
        said = line.split(f" {record.name}: ", 1)[1]
        own = record.name == "bot" or record.name.startswith("bot.")
        if "\n" in line or not (self._own(record) if own else _OTHERS.fullmatch(said)):
            self.found.append(line)

    def _own(self, record: logging.LogRecord) -> bool:
        values = record.args if isinstance(record.args, tuple) else (record.args,)
        return record.msg in sentences() and all(
            abs(one) < MOST if isinstance(one, int | float) else bool(_WORD.fullmatch(str(one))) for one in values
        )
