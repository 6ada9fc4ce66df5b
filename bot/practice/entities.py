"""What Telegram itself marks in a text: commands, mentions and addresses, counted in UTF-16 units."""

from __future__ import annotations

import re
from typing import Any

_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]*[^\s<>\".,;:!?)])"
    r"|(?<![\w/])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?![\w/])"
    r"|(?<![\w@.])(?P<mention>@[A-Za-z][A-Za-z0-9_]{2,31})(?!\w)"
)

Entity = dict[str, Any]


def units(text: str) -> int:
    """Length in UTF-16 code units, as Telegram counts; a lone surrogate counts one."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def find_entities(text: str) -> list[Entity]:
    """The marks of a text that somebody typed, in order."""
    return [
        {"type": str(found.lastgroup), "offset": units(text[: found.start()]), "length": units(found[0])}
        for found in _FOUND.finditer(text)
    ]
