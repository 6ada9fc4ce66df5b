"""The same conversation in a terminal, with numbered buttons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from bot.conversation.asker import reply
from bot.conversation.house import House
from bot.conversation.reply import COMMANDS, Action, Button, Do, Message, Reply
from bot.conversation.session import Session

INTRODUCTION = """\
This is a conversation with Amparo, without Telegram. Try, one after the other:
    can ICE see my driver's license data?
    y en illinois?
    ICE is at my door
A number presses a button. A line that starts with > is a forwarded message. Commands: {commands}. Ctrl-D ends it.
"""


def converse(house: House, today: dt.date, read: Callable[[], str | None], write: Callable[[str], None]) -> None:
    """Hold a conversation until `read` gives None."""
    write(INTRODUCTION.format(commands=" ".join(f"/{name}" for name in COMMANDS)))
    session = Session()
    buttons: list[Button] = []
    shown: Reply | None = None
    answered, session = reply(Message(action=Action(Do.START)), session, house, today)
    while True:
        if answered is not shown:
            buttons = list(_show(answered, write)) or buttons
            shown = answered
        line = read()
        if line is None:
            return
        pressed = _pressed(line, buttons)
        if pressed is not None and pressed.copy:
            write(f"(copied: {pressed.copy})")
            continue
        answered, session = reply(_message(line, pressed), session, house, today)


def _show(answered: Reply, write: Callable[[str], None]) -> Iterator[Button]:
    write(f"\n{answered.plain()}\n")
    number = 0
    for row in answered.buttons:
        labels = []
        for button in row:
            number += 1
            labels.append(f"[{number}] {button.label}")
            yield button
        write("  ".join(labels))


def _pressed(line: str, buttons: list[Button]) -> Button | None:
    number = int(line) if line.strip().isascii() and line.strip().isdigit() and len(line) < 4 else 0  # noqa: PLR2004
    return buttons[number - 1] if 0 < number <= len(buttons) else None


def _message(line: str, pressed: Button | None) -> Message:
    if pressed is not None:
        return Message(action=pressed.action)
    if line.startswith("/") and line[1:].strip() in COMMANDS:
        return Message(action=Action(COMMANDS[line[1:].strip()]))
    if line.startswith(">"):
        return Message(text=line[1:].strip(), forwarded=True)
    return Message(text=line)
