"""A practice server that runs, a person in its world, and requests as a bot or anything else may send them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from bot.practice.chats import Person
from bot.practice.server import Server, serve
from bot.practice.world import World

Json = dict[str, Any]


@dataclass
class Running:
    """The world, its server, one person who has already written, and a bare client."""

    world: World
    server: Server
    ana: Person
    client: httpx.AsyncClient

    async def ask(self, method: str, **parameters: Any) -> Json:
        """One request with JSON; the whole answer."""
        answer = await self.client.post(f"{self.server.base_url}{self.server.token}/{method}", json=parameters)
        body: Json = answer.json()
        assert body["ok"] == (answer.status_code == 200)
        assert body["ok"] or body["error_code"] == answer.status_code
        return body

    async def get(self, method: str, **parameters: Any) -> Any:
        """The result of a request that is not refused."""
        body = await self.ask(method, **parameters)
        assert body["ok"], body
        return body["result"]

    async def refused(self, method: str, **parameters: Any) -> str:
        """Why a request is refused."""
        body = await self.ask(method, **parameters)
        assert not body["ok"], body
        return f"{body['error_code']} {body['description']}"

    async def say(self, text: str = "hola") -> Json:
        """A text to Ana, in full."""
        message: Json = await self.get("sendMessage", chat_id=self.ana.id, text=text)
        return message


@asynccontextmanager
async def running(**options: Any) -> AsyncIterator[Running]:
    world = World()
    ana = world.person("Ana", "es")
    world.say(ana.id, "hola")
    server = await serve(world, **options)
    async with httpx.AsyncClient(trust_env=False) as client:
        try:
            yield Running(world, server, ana, client)
        finally:
            await server.close()


def play(story: Callable[[Running], Awaitable[None]], **options: Any) -> None:
    """Run one story on a server of its own."""

    async def tell() -> None:
        async with running(**options) as here:
            await story(here)

    asyncio.run(tell())
