"""Chinese in traditional characters: a display choice. All texts are kept in simplified ones and turned when shown."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from opencc import OpenCC

from bot.conversation.reply import Action, Button, Do, Message, Reply
from bot.understanding.text import clean

NAME = "繁體中文"
TRADITIONAL = "zt"
"""Stands for the language in buttons under a reply in traditional characters, which work after a restart too."""

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_TAG = re.compile(r"zh[-_](?:hant|tw|hk|mo)\b", re.IGNORECASE)


def untangled(message: Message) -> Message:
    """The message with one code for Chinese, whichever characters its button stands under."""
    action = message.action
    return (
        replace(message, action=replace(action, language="zh"))
        if action and action.language == TRADITIONAL
        else message
    )


def wanted(message: Message, *, before: bool | None, chosen: bool) -> bool | None:
    """Whether traditional characters are wanted: by button, by what she writes, as `before`, as her Telegram is set.

    None: nothing says so. `chosen`: she picked the characters herself, so what she writes does not change them.
    """
    action = message.action
    if action is not None and action.language == TRADITIONAL:
        return True
    if action is not None and action.do is Do.LANGUAGE and action.language == "zh":
        return False
    written = None if chosen and before is not None else _written(message.text)
    if written is not None or before is not None:
        return before if written is None else written
    return True if _TAG.match(message.client_language or "") else None


def in_traditional(reply: Reply) -> Reply:
    """A Chinese reply in traditional characters; its buttons go on in them."""
    if reply.language != "zh":
        return reply
    turn = _converter("s2t").convert
    blocks = tuple(
        replace(b, text=turn(b.text), title=turn(b.title), links=tuple((turn(label), url) for label, url in b.links))
        for b in reply.blocks
    )
    return replace(reply, blocks=blocks, buttons=tuple(tuple(_turned(b) for b in row) for row in reply.buttons))


def _turned(button: Button) -> Button:
    turn = _converter("s2t").convert
    action = button.action
    if action is not None and action.do is Do.LANGUAGE:
        return button  # a list of languages, each in its own letters
    if action is not None and action.language == "zh":
        action = replace(action, language=TRADITIONAL)
    return Button(turn(button.label), action, turn(button.copy) if button.copy else button.copy)


def button(action: Action) -> Button:
    """The choice of traditional characters in a list of languages."""
    return Button(NAME, replace(action, language=TRADITIONAL))


def _written(text: str) -> bool | None:
    """Whether more characters of a text are only traditional than only simplified; None where neither shows."""
    if not _HAN.search(text):
        return None  # the tables take 23 MB, which most hotlines never need
    text = clean(text)  # half a character has no other form
    traditional = sum(a != b for a, b in zip(text, _converter("t2s").convert(text), strict=False))
    simplified = sum(a != b for a, b in zip(text, _converter("s2t").convert(text), strict=False))
    return None if traditional == simplified else traditional > simplified


@cache
def _converter(name: str) -> OpenCC:
    return OpenCC(name)
