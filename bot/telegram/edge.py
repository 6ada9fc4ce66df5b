"""Inbox and outbox put together, with all that is remembered of a chat for as long as the program runs."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from telegram import Update

from bot.conversation.session import Sessions
from bot.records.store import Letter
from bot.records.writing import Writer
from bot.telegram.binding import Binding
from bot.telegram.comments import Comments
from bot.telegram.doors import Doors
from bot.telegram.erasing import Traces, erase
from bot.telegram.inbox import Inbox, PollingBot
from bot.telegram.letters import Drafts, Handled
from bot.telegram.outbox import Outbox
from bot.telegram.pacing import Limits, Pace, Thinking


class Edge:
    """What an update passes on its way in and a letter on its way out; `handle` writes its letters into `drafts`.

    Built inside a running loop.
    """

    def __init__(
        self,
        bot: PollingBot,
        writer: Writer,
        handle: Callable[[Update], Awaitable[None]],
        sessions: Sessions,
        *,
        limits: Limits,
        group: int | None = None,
        comments: Comments | None = None,
    ) -> None:
        self.bot = bot
        self.drafts = Drafts()
        self.traces = Traces()
        self.comments = comments or Comments()
        self.writer = writer
        self.binding = Binding()
        self.outbox = Outbox(
            bot, writer, Pace(limits), group=group, told=self._delivered, binding=self.binding
        )  # fmt: skip
        self.doors = Doors(lambda person: writer.do(lambda store: store.banned(person)), self.outbox.waiting)
        self.inbox = Inbox(
            bot, self._handled, writer, self.outbox, self._announced, self._dropped, lets_in=self.doors.lets_in
        )
        self.thinking = Thinking(self.inbox.backlog)
        self._handle = handle
        self._sessions = sessions

    async def erase(self, chat: int) -> None:
        """Delete a private chat's messages; nothing more is sent there that waited."""
        await self.outbox.forget(chat)
        await erase(self.bot, self.traces, chat)

    async def drain(self, seconds: float) -> None:
        """Finish what is under way, at most so long; the rest waits in the store."""
        until = time.monotonic() + seconds
        await self.inbox.drain(seconds)
        await self.outbox.drain(max(0.0, until - time.monotonic()))

    async def close(self) -> None:
        """Stop at once."""
        await self.inbox.close()
        await self.outbox.close()

    async def _handled(self, update: Update) -> Handled:
        await self._handle(update)
        return self.drafts.take(update.update_id)

    def _announced(self, update: Update) -> None:
        self.comments.announce(update)
        if update.message is not None:
            self.traces.seen(update.message.chat.id, update.message.message_id)

    def _delivered(self, letter: Letter, message: int) -> None:
        self.traces.seen(letter.chat, message)

    def _dropped(self, chat: int) -> None:
        self._sessions.forget(chat)
        self.comments.forget(chat)
        self.traces.forget(chat)
