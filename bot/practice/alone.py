"""The practice server by itself, for a bot that runs in another process: tests of what survives faults and kills."""

from __future__ import annotations

import asyncio
import json
import secrets
import signal
from pathlib import Path

from bot.practice.faults import Faults
from bot.practice.server import serve
from bot.practice.web import page
from bot.practice.world import World


async def stand_alone(*, port: int = 0, faults: Faults | None = None, log: Path | None = None) -> None:
    """Serve until SIGINT or SIGTERM, with one person in the world. Raises `OSError` for a taken port.

    Prints one line of JSON: `base_url` and `token` for the bot, and `page`, under which `act` takes what people do.
    """
    world, key = World(), secrets.token_urlsafe(9)
    world.person("Ana")
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    server = await serve(world, port=port, faults=faults, log=log, routes=[page(world, key, ())])
    where = {"base_url": server.base_url, "token": server.token, "page": f"{server.url}/{key}/"}
    print(json.dumps(where), flush=True)
    try:
        await stop.wait()
    finally:
        await server.close()
