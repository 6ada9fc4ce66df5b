"""Letters: replies as the requests that deliver them, ready to be kept and sent again after any crash.

A letter's body is JSON: `ways`, the requests to try one after the other where Telegram refuses one as it is, each a
method with its parameters; and `again`, the sentence that heads a message which may have been seen already.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from telegram.constants import ParseMode

from bot.records.store import Letter, Store
from bot.telegram.rendering import Rendered, quote

Parameters = dict[str, Any]
Step = Callable[[Store], Sequence[Letter]]
_NO_PREVIEW = {"is_disabled": True}


@dataclass(frozen=True)
class Handled:
    """What came of an update: the letters it is answered with, and whether its chat is to be forgotten with it.

    `steps`: what else is done in the same step; each gives more letters.
    """

    letters: tuple[Letter, ...] = ()
    forget: bool = False
    steps: tuple[Step, ...] = ()


class Drafts:
    """The letters that are written while an update is handled, by update id."""

    def __init__(self) -> None:
        self._written: dict[int, Handled] = {}

    def add(
        self, update: int, letters: Sequence[Letter] = (), *, forget: bool = False, step: Step | None = None
    ) -> None:
        """More letters for an update."""
        before = self._written.get(update, Handled())
        steps = before.steps if step is None else (*before.steps, step)
        self._written[update] = Handled((*before.letters, *letters), before.forget or forget, steps)

    def take(self, update: int) -> Handled:
        """All that was written for an update, once."""
        return self._written.pop(update, Handled())


def sending(
    chat: int,
    messages: Sequence[Rendered],
    again: str,
    *,
    reply_to: int | None = None,
    protect: bool = False,
    urgent: bool = False,
    binding: Parameters | None = None,
) -> list[Letter]:
    """New messages, in order; where Telegram does not like the HTML, as plain text. `binding`: see `binding.py`."""
    fixed: Parameters = {"protect_content": True} if protect else {}
    if reply_to:
        fixed["reply_parameters"] = {"message_id": reply_to, "allow_sending_without_reply": True}
    return [
        Letter(
            None, chat, body([("sendMessage", {**way, **fixed}) for way in texts(chat, one)], again, binding), urgent
        )
        for one in messages
    ]


def replacing(chat: int, message_id: int, message: Rendered, again: str) -> Letter:
    """A page in the place of another one; as a new message where that cannot be replaced."""
    html, plain = texts(chat, message)
    edit = ("editMessageText", {**html, "message_id": message_id})
    return Letter(None, chat, body([edit, ("sendMessage", html), ("sendMessage", plain)], again))


def labelled(method: str, parameters: Parameters, again: str) -> Parameters:
    """The parameters with the label for a repeat; changes and deletions need none, they are the same twice."""
    if method == "createForumTopic":
        return {**parameters, "name": f"{parameters['name']} ↻"}
    if method != "sendMessage" or not again:
        return parameters
    label = f"<i>{quote(again)}</i>" if "parse_mode" in parameters else again
    return {**parameters, "text": f"{label}\n\n{parameters['text']}"}


def texts(chat: int, message: Rendered) -> tuple[Parameters, Parameters]:
    """The parameters of a message, as HTML and as plain text."""
    fixed: Parameters = {"chat_id": chat, "link_preview_options": _NO_PREVIEW}
    if message.keyboard:
        fixed["reply_markup"] = message.keyboard
    return {**fixed, "text": message.html, "parse_mode": ParseMode.HTML}, {**fixed, "text": message.plain}


def body(ways: Sequence[tuple[str, Parameters]], again: str, binding: Parameters | None = None) -> str:
    """A letter's body."""
    made = {"ways": ways, "again": again, **(binding or {})}
    return json.dumps(made, ensure_ascii=False, separators=(",", ":"))
