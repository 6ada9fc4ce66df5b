"""From Telegram's updates to messages of a conversation, and the replies back out."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import re
from collections.abc import Callable

from telegram import CallbackQuery, Update
from telegram import Message as TelegramMessage
from telegram.constants import ChatType
from telegram.ext import ContextTypes

from bot.conversation.asker import reply
from bot.conversation.house import House
from bot.conversation.reply import COMMANDS, Action, Do, Message, Reply
from bot.conversation.session import Session, Sessions
from bot.knowledge.model import STATES
from bot.logs import where
from bot.telegram.outbox import Outbox
from bot.telegram.rendering import render
from bot.understanding.languages import to_code

_log = logging.getLogger(__name__)
_DEEP_LINK = re.compile(r"^([sl])-([a-z]{2})$")


class Desk:
    """Takes updates, keeps sessions in memory, sends replies. `today` gives the day for reviews that expire."""

    def __init__(self, house: House, outbox: Outbox, sessions: Sessions, today: Callable[[], dt.date]) -> None:
        self._house = house
        self._outbox = outbox
        self._sessions = sessions
        self._today = today

    async def on_command(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A slash command; `/start s-il_l-es` sets state and language. Words after any other are a message."""
        message = update.effective_message
        if message is None or not message.text:
            return
        name, rest = (*message.text.split(maxsplit=1), "")[:2]
        linked = name.split("@")[0] == "/start" and all(_DEEP_LINK.match(part) for part in rest.lower().split("_"))
        if message.forward_origin is not None or (rest and not linked):
            text = rest if message.forward_origin is None else message.text
            await self._on_text(update, context, message, text, named="@" in name)
            return
        if message.chat.type != ChatType.PRIVATE and "@" not in name:
            return
        action = Action(COMMANDS[name[1:].split("@")[0].lower()])
        await self._answer(message, Message(action=deep_link(rest) if action.do is Do.START else action,
                                            client_language=_client(update)))  # fmt: skip

    async def on_message(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A text, new or edited, or anything else (answered with a kind sentence)."""
        message = update.effective_message
        if message is None or (update.edited_message is not None and not message.text):
            return  # a live location moves every few seconds
        await self._on_text(update, context, message, message.text or "")

    async def _on_text(
        self,
        update: Update,
        context: ContextTypes.DEFAULT_TYPE,
        message: TelegramMessage,
        text: str,
        *,
        named: bool = False,
    ) -> None:
        if message.from_user and message.from_user.is_bot:
            return
        if message.chat.type != ChatType.PRIVATE:
            if not named and not _addressed(message, context.bot.username, context.bot.id):
                return
            text = re.sub(re.escape(f"@{context.bot.username}"), " ", text, flags=re.IGNORECASE)
        await self._answer(
            message,
            Message(
                text=text,
                forwarded=message.forward_origin is not None,
                edited=update.edited_message is not None,
                client_language=_client(update),
            ),
        )

    async def on_press(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """A button. Turning a page replaces it; everything else is answered below, and nothing is taken away."""
        query = update.callback_query
        if query is None:
            return
        acknowledged = asyncio.create_task(_acknowledge(query))
        action = Action.decode(query.data or "")
        message = query.message
        if action is None or message is None:
            await acknowledged
            return
        answered = self._replied(
            message.chat.id, message.chat.type, Message(action=action, client_language=_client(update))
        )
        if action.do is Do.TOPICS and action.page:
            await self._outbox.edit(message.chat.id, message.message_id, render(answered))
        else:
            private = message.chat.type == ChatType.PRIVATE
            await self._outbox.send(message.chat.id, render(answered), None if private else message.message_id)
        await acknowledged

    async def _answer(self, to: TelegramMessage, message: Message) -> None:
        answered = self._replied(to.chat.id, to.chat.type, message)
        private = to.chat.type == ChatType.PRIVATE
        await self._outbox.send(to.chat.id, render(answered), None if private else to.message_id)

    def _replied(self, chat: int, kind: str, message: Message) -> Reply:
        """The reply. Groups have no session: what one member said must not answer another."""
        private = kind == ChatType.PRIVATE
        session = self._sessions.get(chat) if private else Session(greeted=True)
        answered, after = reply(message, session, self._house, self._today())
        if answered.forget:
            self._sessions.forget(chat)
        elif private:
            self._sessions.put(chat, after)
        return answered


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


def _addressed(message: TelegramMessage, username: str, bot_id: int) -> bool:
    """Whether a group's message speaks to the bot: names it or replies to it."""
    replied = message.reply_to_message
    mentioned = any(part.lower() == f"@{username}".lower() for part in message.parse_entities(["mention"]).values())
    return mentioned or bool(replied and replied.from_user and replied.from_user.id == bot_id)


def _client(update: Update) -> str | None:
    return update.effective_user.language_code if update.effective_user else None


async def _acknowledge(query: CallbackQuery) -> None:
    """Stop the button's clock; too late is no harm."""
    try:
        await query.answer()
    except Exception as error:  # noqa: BLE001 - the reply itself must go out
        _log.debug("a button could not be acknowledged [%s]", where(error))
