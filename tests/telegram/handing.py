"""A hotline on the practice server: people who ask, volunteers in the group, the real edge between them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.app import build_bot
from bot.conversation.house import House
from bot.practice.chats import Person
from bot.practice.world import World
from bot.practising import in_memory
from bot.records.forgetting import steady_clock
from bot.records.store import Store
from bot.records.tickets import Ticket
from bot.telegram.edge import Edge
from bot.telegram.inbox import PollingBot
from bot.telegram.staff import Staff
from tests.practice.running import Json, Running, play
from tests.telegram.edges import at_the_edge

QUESTION = "my brother has a case, can somebody look at it? we live in illinois"


@dataclass
class Shift:
    """`ana` asks; `rosa` and `eva` are volunteers, Eva a coordinator. Each act is answered before the next."""

    here: Running
    edge: Edge
    bot: PollingBot
    store: Store
    staff: Staff
    rosa: Person
    eva: Person
    offset: int | None = None

    @property
    def world(self) -> World:
        return self.here.world

    @property
    def group(self) -> int:
        return self.world.group.id

    @property
    def ana(self) -> int:
        return self.here.ana.id

    async def turn(self) -> None:
        """Everything that waits is handled, and everything that is to be sent is sent."""
        while batch := await self.bot.raw_updates(self.offset, 0):
            await self.edge.inbox.receive(batch)
            self.offset = batch[-1]["update_id"] + 1
            await self.edge.drain(30)

    async def says(self, text: str, who: int | None = None, **more: Any) -> Json:
        """Somebody writes, Ana where nobody is named."""
        said = self.world.say(who or self.ana, text, **more)
        await self.turn()
        return said

    async def answers(self, text: str, who: Person | None = None, **more: Any) -> Json:
        """A volunteer writes in the topic."""
        return await self.says(text, (who or self.rosa).id, chat=self.group, topic=self.topic, **more)

    async def presses(self, label: str, who: int | None = None, chat: int | None = None) -> None:
        """Somebody presses the newest button that she can see of this label, or whose data begins so."""
        chat = chat or who or self.ana
        for message in reversed(self.world.history(chat)):
            for row in message.get("reply_markup", {}).get("inline_keyboard", ()):
                for button in row:
                    data = button.get("callback_data", "")
                    if data and (label in button["text"] or data.startswith(label)):
                        self.world.press(who or self.ana, chat, message["message_id"], data)
                        await self.turn()
                        return
        raise AssertionError(f"no button {label!r} in {self.world.history(chat)[-1]}")

    async def hands_over(self, text: str = QUESTION, who: int | None = None) -> None:
        """The asker's way to a volunteer."""
        await self.says("/human", who)
        await self.presses("w|", who)
        await self.says(text, who)

    async def moves(self, label: str, who: Person | None = None) -> None:
        """A volunteer presses a button in the group."""
        await self.presses(label, (who or self.rosa).id, self.group)

    @property
    def topic(self) -> int:
        """The newest topic."""
        return list(self.world.group.topics)[-1]

    def texts(self, chat: int | None = None) -> list[str]:
        """What stands in a chat, Ana's by default."""
        return [message.get("text", "") for message in self.world.history(chat or self.ana)]

    def new(self, before: int, chat: int | None = None) -> list[str]:
        """What came after so many."""
        return self.texts(chat)[before:]

    @property
    def ticket(self) -> Ticket:
        """The only ticket."""
        [found] = self.store.tickets.all()
        return found


@asynccontextmanager
async def shift(here: Running, house: House, store: Store | None = None, **options: Any) -> AsyncIterator[Shift]:
    world = here.world
    rosa, eva = world.person("Rosa", "en"), world.person("Eva", "en")
    for one in (rosa, eva):
        if one.id not in world.group.members:
            world.join(one.id)
    bot = build_bot(here.server.token, base_url=here.server.base_url)
    store = store or in_memory(steady_clock())
    staff = Staff(bot, group=world.group.id, coordinators=frozenset([eva.id]))
    async with bot, at_the_edge(house, bot, store=store, group=world.group.id, staff=staff, **options) as edge:
        at = Shift(here, edge, bot, store, staff, rosa, eva)
        await at.turn()
        yield at


def plays(house: House, story: Callable[[Shift], Awaitable[None]], **options: Any) -> None:
    """Run one story at a hotline of its own; Ana's Telegram is set to Spanish."""

    async def tell(here: Running) -> None:
        async with shift(here, house, **options) as at:
            await story(at)

    play(tell)
