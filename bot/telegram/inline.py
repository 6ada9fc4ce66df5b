"""Inline mode: a volunteer types the bot's name and some words in any chat, and picks a finished answer."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable

from telegram import (
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
)
from telegram.constants import ParseMode
from telegram.ext import ContextTypes

from bot.conversation import cards, menus
from bot.conversation.house import House
from bot.conversation.session import Sessions
from bot.conversation.volunteer import Finished, inline
from bot.conversation.wording import Writer
from bot.logs import where
from bot.telegram.addressing import client
from bot.telegram.rendering import render
from bot.telegram.staff import Role, Staff
from bot.understanding.languages import to_code

_DESCRIBED = 120
_BUTTON = 64
_log = logging.getLogger(__name__)


class InlineDesk:
    """Answers inline queries: personal, never cached, for volunteers only."""

    def __init__(self, house: House, sessions: Sessions, today: Callable[[], dt.date], staff: Staff) -> None:
        self._house = house
        self._sessions = sessions
        self._today = today
        self._staff = staff

    async def on_query(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """The finished answers for the words so far."""
        query = update.inline_query
        if query is None:
            return
        # A volunteer's private chat with the bot has her own number: her settings are there.
        session = self._sessions.get(query.from_user.id)
        language = self._house.language(session.language if session.chosen else None, to_code(client(update)))
        volunteer = await self._staff.role(query.from_user.id) >= Role.VOLUNTEER
        found: list[Finished] = []
        button = None
        if not volunteer:
            said = menus.for_volunteers(Writer(self._house, language, self._today())).plain()
            button = InlineQueryResultsButton(said[:_BUTTON], start_parameter="volunteers")
        elif query.query.strip():
            found = await asyncio.to_thread(inline, query.query, language, session.state, self._house, self._today())
        try:
            await query.answer([self._result(one) for one in found], cache_time=0, is_personal=True, button=button)
        except Exception as error:  # noqa: BLE001 - she has typed on, and the query is too old
            _log.debug("an inline query could not be answered [%s]", where(error))

    def _result(self, one: Finished) -> InlineQueryResultArticle:
        messages = render(one.reply)
        if len(messages) > 1:  # an inline answer is one message
            messages = render(cards.shortened(one.reply, Writer(self._house, one.reply.language, self._today())))
        lead = next((block.text for block in one.reply.blocks if block.kind == "text"), "")
        content = InputTextMessageContent(
            messages[0].html, parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)
        )
        return InlineQueryResultArticle(one.key, one.title, content, description=lead.replace("**", "")[:_DESCRIBED])
