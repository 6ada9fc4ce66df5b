"""/forget on the real edge: one button, both sides' messages deleted in the chat, nothing left of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.app import build_bot
from bot.conversation.house import House
from bot.practising import in_memory
from bot.records.forgetting import steady_clock
from bot.records.keys import Keys
from bot.records.sqlite import SqliteStore
from bot.telegram.erasing import DELETABLE_SECONDS, MOST_MESSAGES, Traces
from tests.practice.running import Json, Running, play
from tests.records.benches import files
from tests.telegram.edges import at_the_edge
from tests.telegram.handing import Shift, plays


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


class Noting(SqliteStore):
    """Notes all that is sealed in letters, with its chat, at the moment when one is posted."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, Keys(folder / "keys"), steady_clock())
        self.noted: list[tuple[int, bytes]] = []

    def posting(self, letter: int) -> bool:
        sealed = {row[0]: row[1:] for row in self._do("SELECT id, chat, body FROM letters")}
        self.noted += [(one.chat, value) for one in self.unsent() for value in sealed[one.id]]
        return super().posting(letter)


@pytest.mark.parametrize("faults", ["", "sendMessage:502-posted=1x", "sendMessage:blocked=1x"])
def test_no_byte_stays_in_any_file_not_even_of_the_last_letter(house: House, tmp_path: Path, faults: str) -> None:
    store = Noting(tmp_path)

    async def story(at: Shift) -> None:
        await at.hands_over()
        await at.moves("Claim")
        await at.answers("come on monday")
        await at.says("/forget")
        if faults:
            at.here.server.faults.add(faults)
        before = len(store.noted)
        await at.presses("F|")
        data = files(tmp_path)
        # What goes to the group after it says "withdrawn", and nothing of hers.
        hers = [value for n, (chat, value) in enumerate(store.noted) if n < before or chat == at.ana]
        assert len(hers) > before > 10
        assert [value for value in hers if value in data] == []

    plays(house, story, store=store)


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
