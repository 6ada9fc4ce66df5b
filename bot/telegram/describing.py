"""What Telegram shows of the bot before anybody has written: its commands and what it is."""

from __future__ import annotations

import logging

from telegram import BotCommand, BotCommandScopeChat
from telegram.ext import ExtBot

from bot.conversation.house import House
from bot.conversation.reply import COMMANDS
from bot.knowledge.catalogs import Translator
from bot.logs import where

_log = logging.getLogger(__name__)


async def describe(bot: ExtBot[None], house: House, group: int | None = None) -> None:
    """Tell Telegram the commands and what the bot is, once in each language; not vital, so faults are only logged.

    `group`: the volunteers', which has commands of its own.
    """
    for language in house.served:
        code = "" if language == house.default_language else language
        texts = house.translator(language)
        _ = texts.text
        try:
            await bot.set_my_commands(commands(texts), language_code=code)
            if group is not None:
                await bot.set_my_commands(of_group(texts), BotCommandScopeChat(group), language_code=code)
            subject = texts.content("hotline/subject", house.content.hotline.subject)[0]
            about = _("Answers about {subject}. Automatic. Not legal advice.", subject=subject)
            await bot.set_my_short_description(about[:120], language_code=code)
            seen = _("Telegram can see this chat, so please send no names, addresses or case numbers.")
            await bot.set_my_description(f"{about}\n\n{seen}"[:512], language_code=code)
        except Exception as error:  # noqa: BLE001 - not vital, and must not end the bot
            _log.warning("the bot's description could not be set [%s]", where(error))


def commands(texts: Translator) -> list[BotCommand]:
    """The commands with their descriptions in one language."""
    _ = texts.text
    described = {
        "start": _("Start"),
        "topics": _("Show all questions"),
        "human": _("Talk to a person"),
        "state": _("Choose your state"),
        "language": _("Choose your language"),
        "help": _("How to use this bot"),
        "privacy": _("What is kept about you"),
        "forget": _("Forget this chat"),
    }
    return [BotCommand(name, described[name]) for name in COMMANDS]


def of_group(texts: Translator) -> list[BotCommand]:
    """The commands in the volunteers' group: for a question that was handed over, and for coordinators."""
    _ = texts.text
    described = {
        "close": _("Close this question"),
        "mute": _("Close it, and take nothing more from this person"),
        "recall": _("As a reply: take this message back"),
        "ban": _("For coordinators: close it, and answer this person in an emergency only"),
        "stats": _("For coordinators: questions that were answered"),
        "gaps": _("For coordinators: questions without an answer"),
        "status": _("For coordinators: how the bot is doing"),
    }
    return [BotCommand(name, text) for name, text in described.items()]
