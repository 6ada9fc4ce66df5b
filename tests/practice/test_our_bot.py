"""Amparo itself, unchanged, on the practice server: it polls, answers, and nothing that it sends is refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest

from bot.app import build_bot
from bot.conversation.house import House
from bot.practice.faults import Faults
from bot.practice.updates import Subscription
from bot.telegram.describing import describe
from tests.practice.running import Json, Running, play, running
from tests.telegram.edges import at_the_edge

PATIENCE = 20.0


@dataclass
class Talk:
    """Ana and the bot."""

    here: Running
    seen: Subscription

    async def heard(self) -> Json:
        """The next thing that the bot posts or changes."""
        async with asyncio.timeout(PATIENCE):
            async for event in self.seen:
                if event["event"] in ("message", "edit") and event["message"]["from"]["is_bot"]:
                    found: Json = event["message"]
                    return found
        raise AssertionError

    async def say(self, text: str, **how: Any) -> Json:
        self.here.world.say(self.here.ana.id, text, **how)
        return await self.heard()

    async def press(self, message: Json, label: str) -> Json:
        rows = message["reply_markup"]["inline_keyboard"]
        [data] = [one["callback_data"] for row in rows for one in row if label in one["text"]]
        self.here.world.press(self.here.ana.id, message["chat"]["id"], message["message_id"], data)
        return await self.heard()


@asynccontextmanager
async def talking(house: House, **options: Any) -> AsyncIterator[Talk]:
    """The real application polling the real server."""
    async with running(**options) as here:
        bot = build_bot(here.server.token, base_url=here.server.base_url)
        seen = here.world.subscribe()
        async with at_the_edge(house, bot, group=here.world.group.id) as edge:
            polling = asyncio.create_task(edge.inbox.poll())
            talk = Talk(here, seen)
            await talk.heard()  # what Ana had said before the bot was there
            try:
                yield talk
            finally:
                polling.cancel()
                await asyncio.gather(polling, return_exceptions=True)


def converse(house: House, story: Callable[[Talk], Awaitable[None]], **options: Any) -> None:
    async def tell() -> None:
        async with talking(house, **options) as talk:
            await story(talk)
            refused = [entry for entry in talk.here.server.log if entry["status"] != 200]
            assert refused == []

    asyncio.run(tell())


def test_a_conversation_by_text_button_forwarded_and_changed_message_and_photo(house: House) -> None:
    async def story(talk: Talk) -> None:
        asked = await talk.say("does the dmv give my license info to ICE", client_language="en")
        answer = await talk.press(asked, "Illinois")
        assert "Illinois" in answer["text"]
        assert {"bold", "expandable_blockquote"} <= {mark["type"] for mark in answer["entities"]}
        assert "Alabama" in (await talk.say("what about alabama?"))["text"]
        forwarded = await talk.say("can ice see my license data", forwarded="hidden_user")
        assert forwarded["reply_markup"]["inline_keyboard"]
        mine = talk.here.world.say(talk.here.ana.id, "hello")
        await talk.heard()
        talk.here.world.edit(talk.here.ana.id, talk.here.ana.id, mine["message_id"], "can i opt out in illinois")
        assert "You changed your message" in (await talk.heard())["text"]
        talk.here.world.send(talk.here.ana.id, "photo")
        assert "I can only read text" in (await talk.heard())["text"]

    converse(house, story)


def test_turning_a_page_changes_it_and_a_button_is_acknowledged(house: House) -> None:
    async def story(talk: Talk) -> None:
        listed = await talk.say("/topics")
        rows = [one for row in listed["reply_markup"]["inline_keyboard"] for one in row]
        turning = next(one for one in rows if one["callback_data"].startswith("t|") and one["callback_data"][-1] == "2")
        turned = await talk.press(listed, turning["text"])
        assert turned["message_id"] == listed["message_id"]
        assert turned["edit_date"]
        for _ in range(100):
            if any(entry["method"] == "answerCallbackQuery" for entry in talk.here.server.log):
                return
            await asyncio.sleep(0.02)
        pytest.fail("the button's clock was never stopped")

    converse(house, story)


def test_a_volunteer_asks_in_the_groups_topic(house: House) -> None:
    async def story(talk: Talk) -> None:
        world = talk.here.world
        topic = await talk.here.get("createForumTopic", chat_id=world.group.id, name="Questions")
        await talk.heard()
        world.join(talk.here.ana.id)
        asked = world.say(talk.here.ana.id, f"@{world.me['username']} can i opt out in illinois",
                          chat=world.group.id, topic=topic["message_thread_id"])  # fmt: skip
        answer = await talk.heard()
        assert answer["chat"]["id"] == world.group.id
        assert answer["reply_to_message"]["message_id"] == asked["message_id"]
        assert answer["message_thread_id"] == topic["message_thread_id"]

    converse(house, story)


def test_the_menu_is_described_in_every_language(house: House) -> None:
    async def story(talk: Talk) -> None:
        async with build_bot(talk.here.server.token, base_url=talk.here.server.base_url) as bot:
            await describe(bot, house)
        profile = talk.here.world.profile
        assert (
            len(profile.commands) == len(profile.descriptions) == len(profile.short_descriptions) == len(house.served)
        )
        assert await talk.here.get("getMyCommands", language_code="es")

    converse(house, story)


def test_a_question_comes_through_faults_on_both_ways(house: House) -> None:
    async def ask() -> None:
        plan = "getUpdates:502=1x,getUpdates:null=1x,sendMessage:429=1x@1,sendMessage:reset=1x"
        async with talking(house, faults=Faults(plan)) as talk:
            assert (await talk.say("can i opt out in illinois"))["text"]
            faults = [entry["fault"] for entry in talk.here.server.log if entry["fault"]]
            assert sorted(faults) == ["429", "502", "null", "reset"]

    asyncio.run(ask())


@pytest.mark.parametrize(
    ("parameters", "why"),
    [
        ({"text": "x", "api_kwargs": {"parse_mod": "HTML"}}, 'sendMessage has no parameter "parse_mod"'),
        ({"text": "x" * 4097}, "message is too long"),
        (
            {"text": "x", "reply_markup": InlineKeyboardMarkup([[InlineKeyboardButton("a", callback_data="x" * 65)]])},
            "BUTTON_DATA_INVALID",
        ),
    ],
)
def test_a_slip_of_ours_is_refused_and_fails_any_test(refused_requests: list[str], parameters: Json, why: str) -> None:
    async def story(here: Running) -> None:
        async with build_bot(here.server.token, base_url=here.server.base_url) as bot:
            with pytest.raises(BadRequest) as refused:
                await bot.send_message(here.ana.id, **parameters)
            assert str(refused.value).lower() == why.lower()

    play(story)
    assert refused_requests == [f"sendMessage: Bad Request: {why}"]
    refused_requests.clear()
