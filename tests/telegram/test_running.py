"""The whole program on the practice server: resumed, ended by a signal, and never two of it on the same records."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import build_bot, serve
from bot.conversation.house import House
from bot.practice.chats import Chat
from bot.practice.updates import Subscription
from bot.practice.world import GROUP_ID, World
from bot.recording import records_of_one
from bot.records.forgetting import steady_clock
from bot.records.keys import Keys
from bot.records.sqlite import SqliteStore
from bot.records.store import Letter, Received
from bot.settings import Settings, SettingsError
from bot.telegram.letters import sending
from bot.telegram.rendering import Rendered
from tests.practice.running import Json, Running, play
from tests.telegram.edges import FREE

AGAIN = "You may have seen this already."


async def heard(seen: Subscription) -> str:
    async with asyncio.timeout(30):
        async for event in seen:
            if event["event"] == "message" and event["message"]["from"]["is_bot"]:
                return str(event["message"]["text"])
    raise AssertionError


def settings_in(folder: Path) -> Settings:
    return Settings(state=folder / "state", keys=folder / "keys")


async def until_ended(here: Running, house: House, settings: Settings, expected: int) -> list[str]:
    """Run the bot until it has written so many messages, then end it as a service manager would."""
    seen = here.world.subscribe()
    bot = build_bot(here.server.token, base_url=here.server.base_url)
    with records_of_one(settings) as opened:
        running = asyncio.create_task(serve(settings, lambda: house, opened, bot, limits=FREE, greeting=""))
        texts = [await heard(seen) for _ in range(expected)]
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(running, 30)
    return texts


def test_a_second_copy_on_the_same_records_is_refused_in_one_line(tmp_path: Path) -> None:
    with (
        records_of_one(settings_in(tmp_path)),
        pytest.raises(SettingsError, match="another running copy of the bot uses"),
        records_of_one(settings_in(tmp_path)),
    ):
        pass
    with records_of_one(settings_in(tmp_path)):
        pass


def test_what_was_left_is_sent_and_answered_first_and_then_nothing_is_left(house: House, tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    assert settings.state is not None

    def left(here: Running) -> None:
        """A letter that was being posted and a question, as a kill leaves them."""
        assert settings.state is not None
        store = SqliteStore(settings.state, Keys(settings.keys), steady_clock())
        raw = (
            '{"update_id":6,"message":{"message_id":3,"date":1,"chat":{"id":%d,"type":"private"},'
            '"from":{"id":%d,"is_bot":false,"first_name":"","language_code":"es"},"text":"vivo en illinois"}}'
        )
        with store.transaction():
            store.receive([Received(5, here.ana.id, "{}")])
            letters: list[Letter] = store.handled(5, sending(here.ana.id, [Rendered("left", "left")], AGAIN))
            assert letters[0].id is not None
            store.posting(letters[0].id)
            store.receive([Received(6, here.ana.id, raw % (here.ana.id, here.ana.id))])
        store.close()

    async def story(here: Running) -> None:
        left(here)
        texts = await until_ended(here, house, settings, 3)
        assert texts[0] == f"{AGAIN}\n\nleft"
        assert sum("Illinois" in text for text in texts) == 1
        assert settings.state is not None
        store = SqliteStore(settings.state, Keys(settings.keys), steady_clock())
        assert (store.waiting(), store.unsent()) == ([], [])
        store.close()

    play(story)


def moves(world: World) -> Chat:
    """The volunteers' group becomes a supergroup with another number; its old one is refused from now on."""
    old = world.group
    new = Chat(-1002000000002, "supergroup", "Volunteers", itertools.count(1), is_forum=True, members=old.members)
    old.moved_to = new.id
    world.chats[new.id] = world.group = new
    return new


@asynccontextmanager
async def served(here: Running, house: House, settings: Settings) -> AsyncIterator[None]:
    """The whole bot runs, and is ended as a service manager would."""
    bot = build_bot(here.server.token, base_url=here.server.base_url)
    with records_of_one(settings) as opened:
        running = asyncio.create_task(serve(settings, lambda: house, opened, bot, limits=FREE, greeting=""))
        yield
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(running, 30)


async def until_seen(here: Running, chat: int, words: str) -> Json:
    """The newest message of a chat with these words in it or in its buttons, once it is there."""
    async with asyncio.timeout(30):
        while True:
            for message in reversed(here.world.history(chat)):
                if words in str(message.get("text")) + str(message.get("reply_markup")):
                    return message
            await asyncio.sleep(0.05)


def test_a_group_that_moved_is_known_by_its_new_number_after_a_restart(house: House, tmp_path: Path) -> None:
    async def story(here: Running) -> None:
        settings = replace(settings_in(tmp_path), group=here.world.group.id)
        volunteer = here.world.person("Rosa")
        here.world.join(volunteer.id)
        async with served(here, house, settings):
            here.world.say(here.ana.id, "/human")
            button = await until_seen(here, here.ana.id, "w|")
            new = moves(here.world)
            here.world.press(here.ana.id, here.ana.id, button["message_id"], "w|||es|")
            await asyncio.sleep(0.5)
            here.world.say(here.ana.id, "ayuda por favor")
            await until_seen(here, new.id, "ayuda por favor")
        before = len(here.server.log)
        async with served(here, house, settings):
            here.world.say(volunteer.id, "@amparo_practice_bot can ice see my data in illinois", chat=new.id)
            await until_seen(here, new.id, "Illinois")
            here.world.say(here.ana.id, "y mi hermana")
            claim = await until_seen(here, new.id, "T|c|")
            [topic] = new.topics.values()
            here.world.press(volunteer.id, new.id, claim["message_id"], f"T|c|{topic.name[1:7]}|||")
            await until_seen(here, new.id, "Claimed")
            here.world.say(here.ana.id, "gracias por su ayuda")
            await until_seen(here, new.id, "gracias por su ayuda")
        asked = {str(entry["parameters"].get("chat_id")) for entry in list(here.server.log)[before:]}
        assert str(GROUP_ID) not in asked
        assert str(new.id) in asked

    play(story)


def test_the_end_waits_for_the_reply_that_is_being_sent(house: House, tmp_path: Path) -> None:
    async def story(here: Running) -> None:
        here.server.faults.add("sendMessage:latency=2x@1")
        settings = settings_in(tmp_path)
        seen = here.world.subscribe()
        bot = build_bot(here.server.token, base_url=here.server.base_url)
        with records_of_one(settings) as opened:
            running = asyncio.create_task(serve(settings, lambda: house, opened, bot, limits=FREE, greeting=""))
            while not any(entry["method"] == "getUpdates" for entry in here.server.log):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            await asyncio.sleep(0.5)
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.wait_for(running, 30)
        assert await heard(seen)
        assert settings.state is not None
        store = SqliteStore(settings.state, Keys(settings.keys), steady_clock())
        assert (store.waiting(), store.unsent()) == ([], [])
        store.close()

    play(story)
