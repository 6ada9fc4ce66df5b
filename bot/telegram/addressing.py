"""What an update says beside its words: whom a message speaks to, the language of a client, what a link asks for."""

from __future__ import annotations

import re

from telegram import Message as TelegramMessage
from telegram import Update

from bot.conversation.reply import Action, Do
from bot.knowledge.model import STATES
from bot.understanding.languages import to_code

_DEEP_LINK = re.compile(r"^([sl])-([a-z]{2})$")


def deep_link(arguments: str) -> Action:
    """The start action of a deep link such as `s-al_l-es`; what it does not understand is left out."""
    state = language = None
    for part in arguments.lower().split("_"):
        found = _DEEP_LINK.match(part)
        if found and found[1] == "s" and found[2].upper() in STATES:
            state = found[2].upper()
        elif found and found[1] == "l":
            language = to_code(found[2])
    return Action(Do.START, state=state, language=language)


def is_deep_link(arguments: str) -> bool:
    """Whether all of it can be understood."""
    return all(_DEEP_LINK.match(part) for part in arguments.lower().split("_"))


def client(update: Update) -> str | None:
    """The language of the sender's Telegram, as she set it."""
    return update.effective_user.language_code if update.effective_user else None


def called(message: TelegramMessage, username: str) -> bool:
    """Whether a message names the bot."""
    return any(part.lower() == f"@{username}".lower() for part in message.parse_entities(["mention"]).values())


def addressed(message: TelegramMessage, username: str, bot_id: int) -> bool:
    """Whether a group's message speaks to the bot: names it or replies to it."""
    replied = message.reply_to_message
    return called(message, username) or bool(replied and replied.from_user and replied.from_user.id == bot_id)
