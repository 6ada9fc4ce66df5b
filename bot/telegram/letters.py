"""Letters: replies as the requests that deliver them, ready to be kept and sent again after any crash.

A letter's body is JSON: `ways`, the requests to try one after the other where Telegram refuses one as it is, each a
method with its parameters; and `again`, the sentence that heads a message which may have been seen already.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from telegram.constants import ParseMode

from bot.records.store import Letter
from bot.telegram.rendering import Rendered, quote

Parameters = dict[str, Any]
_NO_PREVIEW = {"is_disabled": True}


@dataclass(frozen=True)
class Handled:
    """What came of an update: the letters it is answered with, and whether its chat is to be forgotten with it."""

    letters: tuple[Letter, ...] = ()
    forget: bool = False


class Drafts:
    """The letters that are written while an update is handled, by update id."""

    def __init__(self) -> None:
        self._written: dict[int, Handled] = {}

    def add(self, update: int, letters: Sequence[Letter], *, forget: bool = False) -> None:
        """More letters for an update."""
        before = self._written.get(update, Handled())
        self._written[update] = Handled((*before.letters, *letters), before.forget or forget)

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
) -> list[Letter]:
    """New messages, in order; where Telegram does not like the HTML, as plain text."""
    fixed: Parameters = {"protect_content": True} if protect else {}
    if reply_to:
        fixed["reply_parameters"] = {"message_id": reply_to, "allow_sending_without_reply": True}
    return [
        Letter(None, chat, _body([("sendMessage", {**way, **fixed}) for way in _texts(chat, one)], again), urgent)
        for one in messages
    ]


def replacing(chat: int, message_id: int, message: Rendered, again: str) -> Letter:
    """A page in the place of another one; as a new message where that cannot be replaced."""
    html, plain = _texts(chat, message)
    edit = ("editMessageText", {**html, "message_id": message_id})
    return Letter(None, chat, _body([edit, ("sendMessage", html), ("sendMessage", plain)], again))


def labelled(method: str, parameters: Parameters, again: str) -> Parameters:
    """The parameters with the label for a repeat; changes and deletions need none, they are the same twice."""
    if method != "sendMessage" or not again:
        return parameters
    label = f"<i>{quote(again)}</i>" if "parse_mode" in parameters else again
    return {**parameters, "text": f"{label}\n\n{parameters['text']}"}


def _texts(chat: int, message: Rendered) -> tuple[Parameters, Parameters]:
    fixed: Parameters = {"chat_id": chat, "link_preview_options": _NO_PREVIEW}
    if message.keyboard:
        fixed["reply_markup"] = message.keyboard
    return {**fixed, "text": message.html, "parse_mode": ParseMode.HTML}, {**fixed, "text": message.plain}


def _body(ways: Sequence[tuple[str, Parameters]], again: str) -> str:
    return json.dumps({"ways": ways, "again": again}, ensure_ascii=False, separators=(",", ":"))
