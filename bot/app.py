"""The whole bot, wired on one page: built once, everything passed in."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from telegram import Update
from telegram.constants import ParseMode
from telegram.error import Conflict, InvalidToken, RetryAfter
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)
from telegram.request import BaseRequest

from bot.conversation import menus
from bot.conversation.house import House
from bot.conversation.reply import COMMANDS
from bot.conversation.session import Sessions
from bot.conversation.wording import Writer as Wording
from bot.logs import where
from bot.records.counting import Counts
from bot.records.forgetting import SteadyClock, keep_sweeping, steady_clock, until_next_hour
from bot.records.store import Letter, Store
from bot.records.writing import Writer
from bot.settings import TELEGRAM, Settings, SettingsError
from bot.telegram.binding import ended
from bot.telegram.coordinating import COMMANDS as OFFICE_COMMANDS
from bot.telegram.coordinating import Office
from bot.telegram.describing import describe
from bot.telegram.dispatch import Dispatch
from bot.telegram.edge import Edge
from bot.telegram.faults import seconds_to_wait
from bot.telegram.handlers import Desk
from bot.telegram.inbox import PollingBot
from bot.telegram.inline import InlineDesk
from bot.telegram.nearest import Nearest
from bot.telegram.pacing import Limits
from bot.telegram.rendering import render
from bot.telegram.staff import Staff, now_at
from bot.telegram.tickets import COMMANDS as TICKET_COMMANDS
from bot.telegram.tickets import Tickets
from bot.telegram.transport import Transport

_DRAIN_SECONDS = 10.0
_SWEEP_SECONDS = 600.0
_ALARM_SECONDS = 3600.0
_GREETING = "Amparo is answering on Telegram. Stop it with Ctrl-C."
_SECOND_COPY = "AMPARO_TOKEN is used by another running copy of the bot (or a webhook); stop that one first."
_log = logging.getLogger(__name__)

App = Application[Any, Any, Any, Any, Any, Any]


def today() -> dt.date:
    """The day in universal time."""
    return dt.datetime.now(dt.UTC).date()


def build_app(
    house: House, edge: Edge, sessions: Sessions, *,
    protect: bool = False, staff: Staff | None = None, today: Callable[[], dt.date] = today,
) -> App:  # fmt: skip
    """The application with all handlers in order: commands, buttons, inline queries, then all that people send."""
    staff = staff or Staff(edge.bot)
    tickets = None
    if staff.group is not None:
        house = replace(house, hand_over=True)
        staff.moved = edge.outbox.moved
        dispatch = Dispatch(house, staff.group, today, protect=protect)
        tickets = edge.binding.watch = Tickets(dispatch, edge.drafts, staff, edge.writer, Nearest(house, today))
    counts = Counts(today)
    desk = Desk(
        house, edge.drafts, sessions, today, staff, edge.comments, counts,
        doors=edge.doors, erase=edge.erase, thinking=edge.thinking, tickets=tickets, protect=protect,
    )  # fmt: skip
    app = ApplicationBuilder().bot(edge.bot).updater(None).build()
    app.add_handler(CommandHandler(list(COMMANDS), desk.on_command, filters.UpdateType.MESSAGE))
    office = Office(house, edge.drafts, today, staff, counts, edge.writer)
    own_words = filters.UpdateType.MESSAGE & ~filters.FORWARDED
    app.add_handler(CommandHandler(list(OFFICE_COMMANDS), office.on_command, own_words))
    app.add_handler(CommandHandler(list(TICKET_COMMANDS), desk.on_ticket, filters.UpdateType.MESSAGE))
    app.add_handler(CallbackQueryHandler(desk.on_press))
    app.add_handler(InlineQueryHandler(InlineDesk(house, sessions, today, staff).on_query))
    app.add_handler(MessageHandler(filters.UpdateType.MESSAGE | filters.UpdateType.EDITED_MESSAGE, desk.on_message))
    app.add_error_handler(_on_error)
    app.add_error_handler(desk.on_fault)
    return app


def build_bot(
    token: str,
    request: BaseRequest | None = None,
    polling: BaseRequest | None = None,
    *,
    base_url: str = f"{TELEGRAM}/bot",
) -> PollingBot:
    """The bot with its connections to Telegram, or to the Bot API at another address."""
    # A proxy of the environment is for the way to Telegram, not for this machine itself.
    direct = base_url.startswith("http://127.0.0.1:")
    return PollingBot(
        token,
        base_url,
        request=request or Transport(direct=direct),
        get_updates_request=polling or Transport(connections=1, direct=direct),
    )


async def serve(
    settings: Settings,
    load: Callable[[], House],
    open_store: Callable[[SteadyClock], Store],
    bot: PollingBot | None = None,
    *,
    greeting: str = _GREETING,
    limits: Limits | None = None,
) -> None:
    """Run the bot until SIGTERM or SIGINT. Raises `SettingsError` for a wrong token or a second copy.

    Learning takes seconds when the content is new, so polling starts beside it and the first messages wait for it.
    `greeting` is printed once Telegram (or what `bot` talks to instead) is reached. The store is closed at the end.
    """
    bot = bot or build_bot(settings.token or "", base_url=f"{settings.api}/bot")
    clock, sessions = steady_clock(), Sessions(time.monotonic)
    writer = Writer(open_store(clock))
    settings = replace(settings, group=await now_at(writer, settings.group))

    async def handle(update: Update) -> None:
        app, _ = await asyncio.shield(ready)
        await app.process_update(update)

    edge = Edge(bot, writer, handle, sessions, group=settings.group, limits=limits or Limits())
    ready = asyncio.create_task(_ready(edge, load, sessions, settings))
    stopped = asyncio.create_task(_stop_by_signal().wait())
    kept = keep_sweeping(writer, clock, _before_sweeping(settings.group), edge.outbox.put)
    work = (_polled(edge, greeting), _described(bot, ready, settings.group), _alarmed(edge, ready, settings.group),
            kept, _swept(sessions, edge), _noticed(edge, ready, clock))  # fmt: skip
    beside = [asyncio.create_task(one) for one in work]
    try:
        with _said_in_words():
            await _until(stopped, [edge.outbox.stopped, *beside])
        beside[0].cancel()
        await edge.drain(_DRAIN_SECONDS)
    finally:
        await _ended([*beside, stopped, ready])
        await edge.close()
        await writer.close()
        await bot.shutdown()


async def _ended(tasks: Sequence[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _until(stopped: asyncio.Task[Any], beside: Sequence[asyncio.Future[Any]]) -> None:
    """Wait for the end; a failure of any of what runs beside is raised."""
    pending: set[asyncio.Future[Any]] = {stopped, *beside}
    while not stopped.done():
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()


@contextlib.contextmanager
def _said_in_words() -> Iterator[None]:
    """What only the operator can put right, as a sentence."""
    try:
        yield
    except InvalidToken:
        raise SettingsError("Telegram does not know this AMPARO_TOKEN.") from None
    except Conflict:
        raise SettingsError(_SECOND_COPY) from None


def _stop_by_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    return stop


async def _ready(edge: Edge, load: Callable[[], House], sessions: Sessions, settings: Settings) -> tuple[App, House]:
    """The application, once everything is learnt."""
    house = await _aside(load)
    staff = Staff(edge.bot, group=settings.group, volunteers=settings.volunteers, coordinators=settings.coordinators)
    app = build_app(house, edge, sessions, protect=settings.protect, staff=staff)
    await _until_reached(edge.bot)
    await app.initialize()
    return app, house


async def _aside(load: Callable[[], House]) -> House:
    """What `load` gives, from a thread that does not hold up the end of the program, as `to_thread` would."""
    loop = asyncio.get_running_loop()
    loaded: asyncio.Future[House] = loop.create_future()

    def tell(how: Callable[[Any], None], what: Any) -> None:
        with contextlib.suppress(RuntimeError):  # the program has ended meanwhile
            loop.call_soon_threadsafe(lambda: None if loaded.done() else how(what))

    def run() -> None:
        try:
            tell(loaded.set_result, load())
        except Exception as error:  # noqa: BLE001 - raised where it is awaited
            tell(loaded.set_exception, error)

    threading.Thread(target=run, daemon=True).start()
    return await loaded


async def _described(bot: PollingBot, ready: asyncio.Task[tuple[App, House]], group: int | None) -> None:
    _, house = await asyncio.shield(ready)
    await describe(bot, house, group)


async def _swept(sessions: Sessions, edge: Edge) -> None:
    """Forget old sessions and message ids also while nobody writes."""
    while True:
        await asyncio.sleep(_SWEEP_SECONDS)
        sessions.sweep()
        edge.traces.sweep()


def _before_sweeping(group: int | None) -> Callable[[Store], list[Letter]]:
    """Topics are deleted with their tickets."""
    return lambda store: [] if group is None else ended(store, store.now_at(group))


async def _noticed(edge: Edge, ready: asyncio.Task[tuple[App, House]], clock: SteadyClock) -> None:
    """Tell those whom no volunteer answers; a try that fails is made good an hour later."""
    await asyncio.shield(ready)
    while edge.binding.watch is not None:
        try:
            edge.outbox.put(await edge.writer.do(edge.binding.watch.due))
        except Exception as error:  # noqa: BLE001 - the bot goes on
            _log.error("who waits for a volunteer could not be looked up [%s]", where(error))
        await asyncio.sleep(until_next_hour(clock))


async def _alarmed(edge: Edge, ready: asyncio.Task[tuple[App, House]], group: int | None) -> None:
    """Tell the volunteers' group of replies that could not be delivered, at most once an hour."""
    _, house = await asyncio.shield(ready)
    while group is not None:
        number = await edge.outbox.refusals()
        said = menus.undelivered(Wording(house, house.default_language, today()), number)
        try:
            where_it_is = await now_at(edge.writer, group) or group
            await edge.bot.send_message(where_it_is, render(said)[0].html, parse_mode=ParseMode.HTML)
        except Exception as error:  # noqa: BLE001 - the count stays in the store
            _log.error("%d replies could not be delivered, nor the group be told [%s]", number, where(error))
        await asyncio.sleep(_ALARM_SECONDS)


async def _polled(edge: Edge, greeting: str) -> None:
    await edge.inbox.resume()
    await _until_reached(edge.bot)
    if greeting:
        print(greeting, flush=True)
    await edge.inbox.poll()


async def _until_reached(bot: PollingBot) -> None:
    """Say hello to Telegram; wait for it as long as it cannot be reached. Raises `InvalidToken`."""
    pause = 2.0
    while True:
        try:
            await bot.initialize()
        except InvalidToken:
            raise
        except RetryAfter as error:
            await asyncio.sleep(seconds_to_wait(error))
        except Exception as error:  # noqa: BLE001 - an odd answer raises anything, and the next one may be right
            _log.warning("Telegram cannot be reached, next try in %.0f s [%s]", pause, where(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, 60.0)
        else:
            return


async def _on_error(_update: object, context: object) -> None:
    error = getattr(context, "error", None)
    _log.error("an update could not be handled [%s]", where(error) if error else "?")
