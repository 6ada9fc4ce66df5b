"""Replies as Telegram messages: HTML, split below the limit and never cut, with inline keyboards."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from bot.conversation.reply import Block, Button, Reply
from bot.knowledge.catalogs import locale

LIMIT = 4000
"""UTF-16 units of one message. Telegram's limit is 4,096 "after entities parsing", and sources disagree on the unit."""

Keyboard = dict[str, Any]
"""An `InlineKeyboardMarkup` as the Bot API takes it."""

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff]")
_LEFT_TO_RIGHT = re.compile(r"\+?[A-Za-z0-9](?:[A-Za-z0-9 .,:/@&+()'-]*[A-Za-z0-9])?")

_BOLD = re.compile(r"\*\*(.+?)\*\*")


@dataclass(frozen=True)
class Rendered:
    """One message: HTML, the same as plain text, and the keyboard (on the last message of a reply only)."""

    html: str
    plain: str
    keyboard: Keyboard | None = None


def render(reply: Reply) -> list[Rendered]:
    """The messages of a reply, in order; at least one."""
    messages: list[tuple[list[str], list[str]]] = []
    room = 0
    for block in reply.blocks:
        for piece in _pieces(block, reply.language):
            marked, plain = _marked(piece)
            size = units(plain) + 2
            if size > room:
                messages.append(([], []))
                room = LIMIT
            messages[-1][0].append(marked)
            messages[-1][1].append(plain)
            room -= size
    rendered = [Rendered("\n\n".join(marked), "\n\n".join(plain)) for marked, plain in messages] or [Rendered("…", "…")]
    return [*rendered[:-1], Rendered(rendered[-1].html, rendered[-1].plain, _keyboard(reply.buttons))]


def units(text: str) -> int:
    """Length in UTF-16 code units, as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def isolated(text: str, language: str = "ar") -> str:
    """Text with every number and Latin name in a line of Arabic letters isolated, so that each reads from the left.

    Without the marks a telephone number's groups and "(ICE)." change places (Unicode bidirectional algorithm, FSI/PDI).
    With them a line begins at the right: not so the line of a Latin language that names an Arabic word.
    """
    if not _RIGHT_TO_LEFT.search(text):
        return text
    always = locale(language).text_direction == "rtl"
    return "\n".join(
        _LEFT_TO_RIGHT.sub("\u2068\\g<0>\u2069", line) if _is_arabic(line, always=always) else line
        for line in text.split("\n")
    )


def _is_arabic(line: str, *, always: bool) -> bool:
    found = len(_RIGHT_TO_LEFT.findall(line))
    return found > 0 and (always or 2 * found > sum(map(str.isalpha, line)))


def quote(text: str) -> str:
    """Foreign text made harmless in HTML: the only way in which any text gets into a message."""
    return html.escape(text, quote=False)


def _marked(block: Block) -> tuple[str, str]:
    """A block as HTML and as plain text."""
    if block.kind == "quoted":
        # Isolated, so that no direction of hers turns what stands around (Unicode FSI, PDI).
        return f"<blockquote>\u2068{quote(block.text)}\u2069</blockquote>", f"\u2068{block.text}\u2069"
    text = _BOLD.sub(r"<b>\1</b>", quote(block.text))
    plain = _BOLD.sub(r"\1", block.text)
    match block.kind:
        case "heading":
            return f"<b>{text}</b>", plain
        case "warning":
            return f"⚠ {text}", f"⚠ {plain}"
        case "folded":
            return f"<blockquote expandable><b>{quote(block.title)}</b>\n{text}</blockquote>", f"{block.title}\n{plain}"
        case "small":
            return f"<i>{text}</i>", plain
        case "sources":
            linked = "\n".join(
                f'<a href="{html.escape(url)}">{quote(label)}</a>' if url else quote(label)
                for label, url in block.links
            )
            listed = "\n".join(label for label, _ in block.links)
            return (
                f"<blockquote expandable><b>{quote(block.title)}</b>\n{linked}</blockquote>",
                f"{block.title}\n{listed}",
            )
        case _:
            return text, plain


def _pieces(block: Block, language: str) -> Iterator[Block]:
    """The block, in as many parts as it needs to fit into one message each."""
    block = replace(block, text=isolated(block.text, language), title=isolated(block.title, language))
    room = LIMIT - units(block.title) - 8
    for part in _split(block.text, room):
        yield Block(block.kind, part, block.title, block.links)


def _split(text: str, room: int) -> Iterator[str]:
    """Parts of at most `room` units, divided between paragraphs, else lines, else words, else characters."""
    while units(text) > room:
        end = len(text)
        while units(text[:end]) > room:
            end = min(end - 1, room)
        cut = next((at for mark in ("\n\n", "\n", " ") if (at := text.rfind(mark, 1, end + 1)) > 0), end)
        yield text[:cut].rstrip()
        text = text[cut:].lstrip()
    yield text


def _keyboard(rows: tuple[tuple[Button, ...], ...]) -> Keyboard | None:
    keyboard = [[_button(button) for button in row] for row in rows if row]
    return {"inline_keyboard": keyboard} if keyboard else None


def _button(button: Button) -> dict[str, Any]:
    if button.copy is not None:
        return {"text": isolated(button.label), "copy_text": {"text": button.copy}}
    data = button.data or (button.action.encode() if button.action else "-")
    return {"text": isolated(button.label), "callback_data": data}
