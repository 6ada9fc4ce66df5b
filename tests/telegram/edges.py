"""The real edge for tests: inbox, outbox and a real store in memory, without our own limits."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from telegram import Update

from bot.app import build_app
from bot.conversation.house import House
from bot.conversation.session import Sessions
from bot.practising import in_memory
from bot.records.forgetting import steady_clock
from bot.records.store import Store
from bot.records.writing import Writer
from bot.telegram.comments import Comments
from bot.telegram.edge import Edge
from bot.telegram.inbox import PollingBot
from bot.telegram.pacing import Limits, Rate

FREE = Limits(*[Rate(100_000.0, 1000)] * 3)
"""Nobody waits."""


@asynccontextmanager
async def at_the_edge(
    house: House,
    bot: PollingBot,
    *,
    sessions: Sessions | None = None,
    comments: Comments | None = None,
    limits: Limits = FREE,
    group: int | None = None,
    store: Store | None = None,
    **options: Any,
) -> AsyncIterator[Edge]:
    """The real application behind the real edge."""
    writer = Writer(store or in_memory(steady_clock()))
    sessions = sessions or Sessions(time.monotonic)

    async def handle(update: Update) -> None:
        await app.process_update(update)

    edge = Edge(bot, writer, handle, sessions, limits=limits, comments=comments, group=group)
    app = build_app(house, edge, sessions, **options)
    try:
        async with app:
            yield edge
    finally:
        await edge.close()
        await writer.close()
