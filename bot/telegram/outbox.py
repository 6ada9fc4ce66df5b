"""Messages out: sent in order, waited for where Telegram asks to wait, never retried where that cannot help."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from telegram import LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter
from telegram.ext import ExtBot

from bot.logs import where
from bot.telegram.rendering import Rendered

TRIES = 3
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_log = logging.getLogger(__name__)


def seconds_to_wait(error: RetryAfter) -> float:
    """How long Telegram asks to wait, whichever of its two types the library gives."""
    after = error.retry_after
    return float(after) if isinstance(after, int | float) else after.total_seconds()


class Outbox:
    """Sends rendered replies. `protect`: people cannot forward or save the messages."""

    def __init__(
        self, bot: ExtBot[None], *, protect: bool = False, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._bot = bot
        self._protect = protect
        self._sleep = sleep

    async def send(
        self, chat: int, messages: Sequence[Rendered], reply_to: int | None = None, *, shared: bool = False
    ) -> None:
        """Send the messages of one reply, in order. `shared`: they are meant to be handed on, so never protected."""
        protect = self._protect and not shared
        for message in messages:
            await self._tried(
                lambda to, mode, message=message: self._send(to, message, reply_to, mode, protect=protect),  # type: ignore[misc]
                chat,
            )

    async def edit(self, chat: int, message_id: int, messages: Sequence[Rendered]) -> None:
        """Replace a page by another one; sent anew where it cannot be replaced."""
        try:
            await self._bot.edit_message_text(
                messages[0].html,
                chat,
                message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=messages[0].keyboard,
                link_preview_options=_NO_PREVIEW,
            )
        except Exception as error:  # noqa: BLE001 - whatever it was, the page is sent below
            if "not modified" not in str(error):
                await self.send(chat, messages)

    async def _send(
        self, chat: int, message: Rendered, reply_to: int | None, mode: str | None, *, protect: bool
    ) -> Message:
        return await self._bot.send_message(
            chat,
            message.html if mode else message.plain,
            parse_mode=mode,
            reply_markup=message.keyboard,
            link_preview_options=_NO_PREVIEW,
            protect_content=protect,
            reply_parameters=ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None,
        )

    async def _tried(self, send: Callable[[int, str | None], Awaitable[Message]], chat: int) -> None:
        """Send as long as that can help. Which fault means what was tried out with the real library."""
        mode: str | None = ParseMode.HTML
        for attempt in range(1, TRIES + 1):
            try:
                await send(chat, mode)
            except RetryAfter as error:
                await self._sleep(seconds_to_wait(error))
            except Forbidden:
                return  # blocked by the person: nothing more to say to her
            except ChatMigrated as error:
                chat = error.new_chat_id
            except BadRequest as error:
                _log.warning("Telegram refused a message [%s]", where(error))
                if mode is None:
                    return
                mode = None
            except Exception as error:  # noqa: BLE001 - answers that make no sense raise anything; it may be posted
                _log.warning("a message may not have been sent, try %d of %d [%s]", attempt, TRIES, where(error))
                await self._sleep(2.0**attempt)
            else:
                return
        _log.error("a reply could not be sent")
