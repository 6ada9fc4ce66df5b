"""Starts the bot again and again in a moment: content is learnt once, then each bot is a forked process of its own.

usage: python -m tests.soak.nursery KIND INTENTS STATE API TOKEN     KIND: ours, tickets for ours with a
volunteers' group and without limits, or stock for the library's own poller

Each line of standard input starts a bot and names the step at which it kills itself: empty (never), or LABEL N (the
n-th time it gets there). Its process id is printed at its start, its exit status at its end.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters
from telegram.request import HTTPXRequest

from bot.app import build_bot, serve
from bot.conversation.house import House, build_house
from bot.logs import configure
from bot.practice.world import GROUP_ID
from bot.recording import records_of_one
from bot.records.sqlite import SqliteStore
from bot.records.sqlite_tickets import SqliteTickets
from bot.settings import Settings, SettingsError
from bot.telegram.inbox import PollingBot
from tests.soak.content import SUBJECTS
from tests.telegram.edges import FREE

IN_STORE = ("receive", "handled", "posting", "not_posted", "posted")
STEPS = tuple(f"{place}:{side}" for place in (*IN_STORE, "commit", "request") for side in ("before", "after"))
"""Where a bot can be killed: around each act of the store, each commit, each request."""
OF_TICKETS = ("put", "relayed", "strip")
TICKET_STEPS = STEPS + tuple(
    f"{place}:{side}" for place in ("keep", "forget", "checkpoint", "call", *OF_TICKETS) for side in ("before", "after")
)
"""With volunteers, also around each act on a ticket, each forgetting, and each request whatever it asks for."""


def main() -> None:
    """Start one bot for each line."""
    kind, intents, state, api, token = sys.argv[1:]
    folder = Path(intents)
    house = (
        build_house(folder, folder.parent / "translations", cache=folder.parent / "cache") if kind != "stock" else None
    )
    settings = Settings(
        token=token,
        api=api,
        serve_drafts=True,
        state=Path(state),
        keys=Path(state) / "keys",
        encoder="none",
        group=GROUP_ID if kind == "tickets" else None,
    )
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _live(house, settings, line.strip())
        print(child, flush=True)
        print(os.waitpid(child, 0)[1], flush=True)


def _live(house: House | None, settings: Settings, crash: str) -> None:
    """The life of one bot."""
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(0, 1)
    os.dup2(os.open(f"{settings.state}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), 2)
    configure()
    if crash:
        label, number = crash.split()
        _trap(label, int(number))
    try:
        if house is None:
            _stock(settings)
        else:
            asyncio.run(_ours(house, settings))
    except SettingsError as error:
        print(error, file=sys.stderr, flush=True)
        os._exit(1)
    os._exit(0)


async def _ours(house: House, settings: Settings) -> None:
    bot = build_bot(settings.token or "", base_url=f"{settings.api}/bot")
    with records_of_one(settings) as opened:
        limits = FREE if settings.group else None
        await serve(settings, lambda: house, opened, bot, greeting="", limits=limits)


def _stock(settings: Settings) -> None:
    """The least bot that the library's own poller makes: it answers each question at once."""

    async def answer(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        if message is not None and message.text:
            number = next(n for n, subject in enumerate(SUBJECTS) if re.search(subject, message.text or ""))
            await message.reply_text(f"ANSWER-{number:02}")

    def request() -> HTTPXRequest:
        return HTTPXRequest(httpx_kwargs={"trust_env": False})

    builder = Application.builder().token(settings.token or "").base_url(f"{settings.api}/bot")
    app = builder.request(request()).get_updates_request(request()).build()
    app.add_handler(MessageHandler(filters.TEXT, answer))
    app.run_polling(bootstrap_retries=-1)


def _trap(label: str, number: int) -> None:
    """Let the process kill itself the n-th time it comes to a step."""
    place, side = label.split(":")
    left = [number]

    def hit(*, here: bool) -> None:
        left[0] -= here
        if left[0] == 0:
            os._exit(9)

    def around(inner: Callable[..., Any], applies: Callable[..., bool] = lambda *_: True) -> Callable[..., Any]:
        def done(self: Any, *given: Any, **named: Any) -> Any:
            hit(here=side == "before" and applies(*given))
            result = inner(self, *given, **named)
            hit(here=side == "after" and applies(*given))
            return result

        return done

    async def request(self: Any, method: str, *given: Any, **named: Any) -> Any:
        asked = method == "sendMessage" or (place == "call" and method != "getUpdates")
        hit(here=side == "before" and asked)
        result = await post(self, method, *given, **named)
        hit(here=side == "after" and asked)
        return result

    post = PollingBot._post
    if place in ("request", "call"):
        PollingBot._post = request  # type: ignore[method-assign,assignment]
    elif place == "commit":
        SqliteStore._do = around(SqliteStore._do, lambda statement, *_: statement == "COMMIT")  # type: ignore[method-assign]
    else:
        kind = SqliteTickets if place in OF_TICKETS else SqliteStore
        setattr(kind, place, around(getattr(kind, place)))


if __name__ == "__main__":
    main()
