"""One bot of those that are compared, on the Bot API at an address, until it is ended.

usage: python -m tests.bench.bots KIND BASE_URL TOKEN FOLDER
KIND: stock, aiogram (do-nothing echoes); words, encoder (ours, storing and matching)
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.app import build_bot, serve
from bot.commands import semantic
from bot.conversation.house import House, build_house
from bot.recording import records_of_one
from bot.settings import Settings, read_settings
from bot.telegram.pacing import Limits
from tests.conftest import ROOT
from tests.telegram.edges import FREE


def stock(base_url: str, token: str, _folder: Path) -> None:
    """An echo on python-telegram-bot as it comes."""
    from telegram import Update
    from telegram.ext import Application, ContextTypes, MessageHandler, filters
    from telegram.request import HTTPXRequest

    async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        assert update.message.text is not None
        await update.message.reply_text(update.message.text)

    def request() -> HTTPXRequest:
        return HTTPXRequest(connection_pool_size=64, httpx_kwargs={"trust_env": False})

    builder = Application.builder().token(token).base_url(base_url)
    app = builder.request(request()).get_updates_request(request()).build()
    app.add_handler(MessageHandler(filters.TEXT, echo))
    app.run_polling()


def aiogram(base_url: str, token: str, _folder: Path) -> None:
    """An echo on aiogram as it comes."""
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import Message

    async def echo(message: Message) -> None:
        await message.answer(message.text or "")

    async def run() -> None:
        api = TelegramAPIServer.from_base(base_url.removesuffix("/bot"))
        dispatcher = Dispatcher()
        dispatcher.message()(echo)
        await dispatcher.start_polling(Bot(token, session=AiohttpSession(api=api)))

    asyncio.run(run())


def _ours(
    base_url: str, token: str, folder: Path, learn: Callable[[House, Settings], House], limits: Limits = FREE
) -> None:
    settings = Settings(
        token=token, intents=ROOT / "intents", translations=ROOT / "translations", cache=read_settings().cache,
        state=folder / "state", keys=folder / "keys",
    )  # fmt: skip
    bot = build_bot(token, base_url=base_url)

    def load() -> House:
        return learn(build_house(settings.intents, settings.translations, cache=settings.cache), settings)

    async def run() -> None:
        with records_of_one(settings) as opened:
            await serve(settings, load, opened, bot, limits=limits)

    asyncio.run(run())


def words(base_url: str, token: str, folder: Path) -> None:
    """Ours, matching by words."""
    _ours(base_url, token, folder, lambda house, _: house)


def encoder(base_url: str, token: str, folder: Path) -> None:
    """Ours, matching by words and meaning."""
    _ours(base_url, token, folder, semantic)


def limited(base_url: str, token: str, folder: Path) -> None:
    """Ours, matching by words, with its own limits for sending."""
    _ours(base_url, token, folder, lambda house, _: house, Limits())


KINDS: dict[str, Callable[..., Any]] = {"stock": stock, "aiogram": aiogram, "words": words, "encoder": encoder}

if __name__ == "__main__":
    {**KINDS, "limited": limited}[sys.argv[1]](sys.argv[2], sys.argv[3], Path(sys.argv[4]))
