"""Practice mode put together: the local Bot API with its page, the real bot on it, and people at the other end."""

from __future__ import annotations

import asyncio
import secrets
import threading
import webbrowser
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from bot.app import build_bot
from bot.app import serve as answer
from bot.conversation.house import House
from bot.practice.playing import Difference, play
from bot.practice.script import Script
from bot.practice.server import Server, serve
from bot.practice.web import page
from bot.practice.world import World
from bot.records.keys import Keys
from bot.records.sqlite import SqliteStore
from bot.records.store import Clock, Store
from bot.settings import Settings, SettingsError

TRIES = ("can ICE see my driver's license data?", "y en illinois?", "ICE is at my door")
_GREETING = """\
Amparo is in practice: the real bot, and nothing leaves this computer. Open

    {address}

and try, one after the other:
    {tries}
Ctrl-C ends it."""


async def practise(settings: Settings, load: Callable[[], House], port: int) -> int:
    """Server, bot and page until Ctrl-C. `port` 0 is any free one; raises `SettingsError` where it is taken."""
    world, key = World(), secrets.token_urlsafe(9)
    world.person("Ana", settings.language)
    rosa = world.person("Rosa", settings.language).id
    world.join(rosa)
    settings = replace(settings, coordinators=frozenset([rosa]))
    async with _served(world, port, key) as server:
        address = f"{server.url}/{key}/"
        greeting = _GREETING.format(address=address, tries="\n    ".join(TRIES))
        if settings.desktop:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        bot = build_bot(server.token, base_url=server.base_url)
        await answer(_with_group(settings, world), load, in_memory, bot, greeting=greeting)
    return 0


async def play_all(settings: Settings, house: House, scripts: Sequence[Script]) -> int:
    """Play conversations one after the other, each with a new bot and new people; 1 if one went otherwise."""
    wrong = 0
    for script in scripts:
        difference = await played(settings, house, script)
        wrong += difference is not None
        print(difference or f"{script.file}: as expected", flush=True)
    return 1 if wrong else 0


async def played(settings: Settings, house: House, script: Script) -> Difference | None:
    """One conversation with the real bot through the real server; None if all went as expected."""
    world = World()
    async with _served(world, 0, secrets.token_urlsafe(9)) as server:
        bot = build_bot(server.token, base_url=server.base_url)
        answering = asyncio.create_task(
            answer(_with_group(settings, world), lambda: house, in_memory, bot, greeting="")
        )
        playing = asyncio.create_task(play(world, script))
        try:
            await asyncio.wait({answering, playing}, return_when=asyncio.FIRST_COMPLETED)
            if playing.done():
                return playing.result()
            answering.result()
            raise SettingsError("The conversation was stopped.")
        finally:
            answering.cancel()
            playing.cancel()
            await asyncio.gather(answering, playing, return_exceptions=True)


def in_memory(clock: Clock) -> Store:
    """Practice leaves nothing on a disk."""
    return SqliteStore(None, Keys(None), clock)


def _with_group(settings: Settings, world: World) -> Settings:
    """The settings with the practice group for the volunteers' one: whoever is in it is a volunteer."""
    return replace(settings, group=world.group.id, volunteers=frozenset())


@asynccontextmanager
async def _served(world: World, port: int, key: str) -> AsyncIterator[Server]:
    try:
        server = await serve(world, port=port, routes=[page(world, key, TRIES)])
    except OSError:
        raise SettingsError(f"Port {port} is taken or not allowed; name another one with --port, or none.") from None
    try:
        yield server
    finally:
        await server.close()
