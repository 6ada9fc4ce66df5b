"""/forget on the real edge: one button, both sides' messages deleted in the chat, nothing left of it."""

from __future__ import annotations

import asyncio

from bot.app import build_bot
from bot.conversation.house import House
from bot.practising import in_memory
from bot.records.forgetting import steady_clock
from bot.telegram.erasing import DELETABLE_SECONDS, MOST_MESSAGES, Traces
from tests.practice.running import Json, Running, play
from tests.telegram.edges import at_the_edge


def button(message: Json, label: str) -> str:
    rows = message["reply_markup"]["inline_keyboard"]
    [data] = [one["callback_data"] for row in rows for one in row if label in one["text"]]
    return str(data)


async def forgets(here: Running, house: House, faults: str = "") -> list[str]:
    """Ana asks, asks to be forgotten, and confirms; the texts that are left in her chat."""
    store = in_memory(steady_clock())
    bot = build_bot(here.server.token, base_url=here.server.base_url)
    async with bot, at_the_edge(house, bot, store=store) as edge:

        async def turn() -> None:
            await edge.inbox.receive(await bot.raw_updates(None, 0))
            await edge.drain(20)

        await turn()
        here.world.say(here.ana.id, "puedo pedir que no compartan mis datos? vivo en illinois")
        await turn()
        here.world.say(here.ana.id, "/forget")
        await turn()
        assert len(here.world.history(here.ana.id)) == 6
        asked = here.world.history(here.ana.id)[-1]
        if faults:
            here.server.faults.add(faults)
        here.world.press(here.ana.id, here.ana.id, asked["message_id"], button(asked, "Olvidar"))
        await turn()
        assert edge.traces.of(here.ana.id) == [here.world.history(here.ana.id)[-1]["message_id"]]
        assert not edge._sessions._kept
        held = store.held()
        assert (held.waiting.count, held.letters.count) == (0, 0)
    return [message["text"] for message in here.world.history(here.ana.id)]


def test_forget_deletes_what_both_sides_wrote_and_says_so(house: House) -> None:
    async def story(here: Running) -> None:
        [left] = await forgets(here, house)
        assert "Olvidé" in left

    play(story)


def test_forget_goes_on_where_telegram_deletes_nothing(house: House) -> None:
    async def story(here: Running) -> None:
        left = await forgets(here, house, "deleteMessages:500=3x")
        assert len(left) == 7
        assert "Olvidé" in left[-1]

    play(story)


def test_message_ids_are_few_and_age() -> None:
    now = [0.0]
    traces = Traces(lambda: now[0])
    for message in range(1000):
        traces.seen(7, message)
    traces.seen(-7, 1)
    assert traces.of(7) == list(range(1000 - MOST_MESSAGES, 1000))
    assert traces.of(-7) == []
    now[0] = DELETABLE_SECONDS + 1
    traces.seen(8, 1)
    assert traces.of(7) == []
    traces.sweep()
    assert len(traces) == 1


def test_a_letter_that_waits_for_a_forgotten_chat_is_not_sent(house: House) -> None:
    async def story(here: Running) -> None:
        here.server.faults.add("sendMessage:429=1x@30")
        bot = build_bot(here.server.token, base_url=here.server.base_url)
        async with bot, at_the_edge(house, bot) as edge:
            await edge.inbox.receive(await bot.raw_updates(None, 0))
            await edge.inbox.drain(10)
            await asyncio.sleep(0.5)
            await edge.outbox.forget(here.ana.id)
            await edge.drain(5)
        assert len(here.world.history(here.ana.id)) == 1

    play(story)
