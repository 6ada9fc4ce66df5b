"""Updates in: our own long polling, each update cut to an allow-list, parsed in its own try, and kept until answered.

A batch is written down in one commit, and only then confirmed to Telegram (by asking with a higher offset). The stock
poller confirms first, and loses what it was handling when it is killed.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

from telegram import Update
from telegram.error import Conflict, InvalidToken, RetryAfter
from telegram.ext import ExtBot

from bot.logs import where
from bot.records.forgetting import forget
from bot.records.store import Letter, Received, Store
from bot.records.writing import Writer
from bot.telegram.cutting import Raw, cut
from bot.telegram.faults import seconds_to_wait
from bot.telegram.letters import Handled, Step
from bot.telegram.outbox import Outbox

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "inline_query")
POLL_SECONDS = 30
MOST_HANDLED = 5000
"""Updates that are being handled; with more, the rest stays with Telegram. A batch holds at most 100."""
MOST_LETTERS = 5000
"""Letters that wait; with more, nothing new is taken in."""

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 30.0

_log = logging.getLogger(__name__)


class PollingBot(ExtBot[None]):
    """A bot that also hands out updates as they came, so that one broken update cannot spoil a batch."""

    async def raw_updates(self, offset: int | None, seconds: int) -> Sequence[Raw]:
        """`getUpdates` without parsing."""
        data: Raw = {"timeout": seconds, "allowed_updates": list(ALLOWED_UPDATES)}
        if offset is not None:
            data["offset"] = offset
        result = await self._post("getUpdates", data, read_timeout=seconds + 10.0)
        return result if isinstance(result, list) else ()


class Inbox:
    """Polls until stopped; hands each update to `handle`, per chat in order, chats side by side.

    `announce` sees each update as soon as it is there, before its turn. `drop` lets go of what is remembered of a chat.
    `lets_in`: whether a person's update is taken in; else it is confirmed and lost.
    """

    def __init__(
        self,
        bot: PollingBot,
        handle: Callable[[Update], Awaitable[Handled]],
        writer: Writer,
        outbox: Outbox,
        announce: Callable[[Update], None] = lambda _: None,
        drop: Callable[[int], None] = lambda _: None,
        *,
        lets_in: Callable[[int], bool] = lambda _: True,
    ) -> None:
        self._bot = bot
        self._handle = handle
        self._writer = writer
        self._outbox = outbox
        self._announce = announce
        self._drop = drop
        self._lets_in = lets_in
        self._last: dict[int, asyncio.Task[None]] = {}
        self._backlog: Counter[int] = Counter()
        self._running: set[asyncio.Task[None]] = set()

    async def resume(self) -> None:
        """Take up what was left when the bot stopped: letters not sent, then updates not handled."""
        letters, waiting = await self._writer.do(lambda store: (store.unsent(), store.waiting()))
        self._outbox.put(letters)
        for one in waiting:
            if update := self._parsed(json.loads(one.body)):
                self._start(one, update)

    async def poll(self) -> None:
        """Poll for ever. Raises `InvalidToken` and `Conflict` (another copy polls); waits out everything else."""
        offset: int | None = None  # never a stored one: after a quiet week Telegram starts anywhere
        pause = _FIRST_PAUSE
        while True:
            await self._room()
            try:
                batch = await self._bot.raw_updates(offset, POLL_SECONDS)
                await self.receive(batch)
                numbers = [number for raw in batch if (number := _number(raw)) is not None]
                offset = max(numbers) + 1 if numbers else offset
                pause = _FIRST_PAUSE
            except (InvalidToken, Conflict):
                raise
            except RetryAfter as error:
                await asyncio.sleep(seconds_to_wait(error))
            except Exception as error:  # noqa: BLE001 - answers that make no sense raise anything; the disk may be full
                _log.warning("no updates could be taken in, next try in %.0f s [%s]", pause, where(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    async def receive(self, batch: Sequence[Raw]) -> None:
        """Keep a batch, all of it or nothing, and start handling what is new. Raises `StoreError`."""
        found = {received.update: (received, update) for received, update in self._readable(batch)}
        kept = [received for received, update in found.values() if update.inline_query is None]
        for one in await self._writer.do(lambda store: store.receive(kept)) if kept else ():
            self._start(*found[one.update])
        for received, update in found.values():
            if update.inline_query is not None:
                # Worth an answer at once or never, so it is not kept.
                self._start(received, update)

    def backlog(self, chat: int) -> int:
        """How many updates of a chat are not handled yet."""
        return self._backlog[chat]

    async def drain(self, seconds: float) -> None:
        """Wait for the replies that are being found, at most so long."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)

    async def close(self) -> None:
        """Stop at once; what was not handled is still in the store."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _room(self) -> None:
        """Wait until there is room for another batch: Telegram keeps what is not asked for."""
        while len(self._running) >= MOST_HANDLED:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
        await self._outbox.room(MOST_LETTERS)

    def _readable(self, batch: Sequence[Raw]) -> Iterator[tuple[Received, Update]]:
        """What can be read of a batch, cut; a broken update is dropped, counted in the log, and harms nothing else."""
        for raw in batch:
            number = _number(raw)
            if number is None:
                continue
            try:
                kept = cut(raw)
            except Exception as error:  # noqa: BLE001 - whatever a broken update raises, the loop goes on
                _log.warning("an update could not be read [%s]", where(error))
                continue
            update = self._parsed(kept)
            person = update.effective_user if update else None
            if update and (person is None or self._lets_in(person.id)):
                yield Received(number, _chat_of(update), json.dumps(kept, separators=(",", ":"))), update

    def _parsed(self, kept: Raw) -> Update | None:
        try:
            return Update.de_json(kept, self._bot)
        except Exception as error:  # noqa: BLE001 - as above
            _log.warning("an update could not be read [%s]", where(error))
            return None

    def _start(self, received: Received, update: Update) -> None:
        """Handle an update after those of its chat that came before."""
        self._announce(update)
        task = asyncio.create_task(self._in_turn(self._last.get(received.chat), received, update))
        self._last[received.chat] = task
        self._backlog[received.chat] += 1
        self._running.add(task)
        task.add_done_callback(lambda done: self._finished(received.chat, done))

    async def _in_turn(self, before: asyncio.Task[None] | None, received: Received, update: Update) -> None:
        if before is not None:
            await asyncio.wait([before])
        handled = Handled()
        try:
            handled = await self._handle(update)
        except Exception as error:  # noqa: BLE001 - one chat's fault must not stop the others
            _log.error("an update could not be handled [%s]", where(error))
        if update.inline_query is None:
            self._outbox.put(await self._settled(received, handled))

    async def _settled(self, received: Received, handled: Handled) -> Sequence[Letter]:
        """The update out of the store and its letters in, in one step; again and again while the disk is full."""
        number, chat = received.update, received.chat
        steps: tuple[Step, ...] = (lambda _: handled.letters, *handled.steps)

        def settled(store: Store) -> list[Letter]:
            if not store.waits(number):
                return []
            return store.handled(number, [letter for step in steps for letter in step(store)])

        pause = _FIRST_PAUSE
        while True:
            try:
                if handled.forget:
                    return await forget(self._writer, chat, number, steps, lambda: self._drop(chat))
                return await self._writer.do(settled)
            except Exception as error:  # noqa: BLE001 - without the record nothing may go out
                _log.error("a reply could not be kept, next try in %.0f s [%s]", pause, where(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    def _finished(self, chat: int, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._backlog[chat] -= 1
        if self._last.get(chat) is task:
            del self._last[chat], self._backlog[chat]


def _number(raw: Any) -> int | None:
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if isinstance(number, int) else None


def _chat_of(update: Update) -> int:
    """Whose turn it is: the chat's, or the person's where there is none."""
    if update.effective_chat:
        return update.effective_chat.id
    return update.effective_user.id if update.effective_user else 0
