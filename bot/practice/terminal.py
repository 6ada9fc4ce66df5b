"""The same conversation in a terminal, with numbered buttons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from bot.conversation.asker import reply
from bot.conversation.house import House
from bot.conversation.reply import COMMANDS, Action, Button, Do, Message, Reply
from bot.conversation.session import Session
from bot.conversation.volunteer import card, inline

INTRODUCTION = """\
This is a conversation with Amparo, without Telegram. Try, one after the other:
    can ICE see my driver's license data?
    y en illinois?
    ICE is at my door
A number presses a button. A line that starts with > is what a volunteer forwards or pastes: she gets a card. A line
that starts with >> is what somebody else forwards, and one with @ asks for finished answers, as in any chat.
Commands: {commands}. Ctrl-D ends it.
"""


def converse(house: House, today: dt.date, read: Callable[[], str | None], write: Callable[[str], None]) -> None:
    """Hold a conversation until `read` gives None."""
    write(INTRODUCTION.format(commands=" ".join(f"/{name}" for name in COMMANDS)))
    # Two people share the terminal: one who asks, and a volunteer.
    asker = volunteer = Session()
    answered, asker = reply(Message(action=Action(Do.START)), asker, house, today)
    buttons = list(_show((answered,), write))
    while (line := read()) is not None:
        pressed = _pressed(line, buttons)
        if pressed is not None and pressed.copy:
            write(f"(copied: {pressed.copy})")
            continue
        message = _message(line, pressed)
        if line.startswith("@"):
            found = inline(line[1:], asker.language, asker.state, house, today)
            replies = tuple(one.reply for one in found)
            write("\n".join(f"* {one.title}" for one in found) or "(no finished answer)")
        elif _is_volunteers(line, pressed):
            replies, volunteer = card(message, volunteer, house, today)
        else:
            answered, asker = reply(message, asker, house, today)
            replies = (answered,)
        buttons = list(_show(replies, write)) or buttons


def _is_volunteers(line: str, pressed: Button | None) -> bool:
    if pressed is not None:
        return pressed.action is not None and pressed.action.card
    return line.startswith(">") and not line.startswith(">>")


def _show(replies: tuple[Reply, ...], write: Callable[[str], None]) -> Iterator[Button]:
    number = 0
    for answered in replies:
        write(f"\n{answered.plain()}\n")
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
    if line.startswith(">>"):
        return Message(text=line[2:].strip(), forwarded=True)
    if line.startswith(">"):
        return Message(text=line[1:].strip())
    return Message(text=line)
