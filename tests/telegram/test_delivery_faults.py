"""What each fault means for a letter: the real outbox, library and connection against the practice server's faults."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from telegram.error import NetworkError, TelegramError, TimedOut

from bot.app import build_bot
from bot.practice.faults import KINDS
from bot.practising import in_memory
from bot.records.forgetting import steady_clock
from bot.records.store import Letter, Received, Store
from bot.records.writing import Writer
from bot.telegram import outbox as outbox_module
from bot.telegram.faults import Fate, definite
from bot.telegram.inbox import PollingBot
from bot.telegram.letters import replacing, sending
from bot.telegram.outbox import Outbox
from bot.telegram.pacing import Pace
from bot.telegram.rendering import Rendered
from bot.telegram.transport import NotSentError, Transport
from tests.practice.running import Running, play
from tests.telegram.edges import FREE

AGAIN = "You may have seen this already."
TEXT = Rendered("<b>x</b> & y".replace("&", "&amp;"), "x & y")

FATES: dict[str, Fate | None] = {
    "429": Fate.WAIT,
    "429-bare": Fate.WAIT,
    "500": Fate.UNCLEAR,
    "502": Fate.UNCLEAR,
    "502-posted": Fate.UNCLEAR,
    "cut": Fate.UNCLEAR,
    "invalid": Fate.UNCLEAR,
    "empty": Fate.UNCLEAR,
    "list": None,
    "null": None,
    "string": None,
    "true": None,
    "reset": Fate.UNCLEAR,
    "reset-posted": Fate.UNCLEAR,
    "timeout": Fate.UNCLEAR,
    "timeout-posted": Fate.UNCLEAR,
    "blocked": Fate.GONE,
    "kicked": Fate.GONE,
    "migrated": Fate.MOVED,
    "401": Fate.STOP,
    "409": Fate.WAIT,
    "latency": None,
}
"""The rows of the table of faults; None: the library raises nothing for a request that is kept as data."""

LABELLED = {"502-posted", "cut", "invalid", "empty", "list", "null", "string", "reset-posted", "timeout-posted"}
"""Seen twice, the second time with the label."""
ALONE_LABELLED = {"500", "502", "reset", "timeout"}
"""Seen once, with a label that was not needed: nobody can know."""


def with_bot(story: Callable[[Running, PollingBot], Awaitable[None]]) -> None:
    async def tell(here: Running) -> None:
        async with build_bot(
            here.server.token, Transport(read_timeout=1.5, direct=True), base_url=here.server.base_url
        ) as bot:
            await story(here, bot)

    play(tell)


@dataclass
class Post:
    """An outbox with a store, and a way to put letters into both."""

    outbox: Outbox
    store: Store
    writer: Writer
    number: int = 0

    async def send(self, letters: list[Letter]) -> None:
        self.number += 1
        number = self.number

        def kept(store: Store) -> list[Letter]:
            store.receive([Received(number, 7, "{}")])
            return store.handled(number, letters)

        self.outbox.put(await self.writer.do(kept))
        await self.outbox.drain(20)


def posting(story: Callable[[Running, Post], Awaitable[None]], *, group: bool = False) -> None:
    async def tell(here: Running, bot: PollingBot) -> None:
        store = in_memory(steady_clock())
        writer = Writer(store)
        outbox = Outbox(bot, writer, Pace(FREE), group=here.world.group.id if group else None)
        try:
            await story(here, Post(outbox, store, writer))
        finally:
            await outbox.close()
            await writer.close()

    with_bot(tell)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for the next try."""
    monkeypatch.setattr(outbox_module, "LONGEST_UNSENT", 0.01)
    monkeypatch.setattr(outbox_module, "LONGEST_UNCLEAR", 0.01)
    monkeypatch.setattr(outbox_module, "LOCKED_OUT", 0.01)
    monkeypatch.setattr("bot.telegram.faults.BARE_WAIT", 0.01)


def seen(here: Running, chat: int | None = None) -> list[str]:
    return [one["text"] for one in here.world.history(chat or here.ana.id) if one["from"]["is_bot"]]


def test_every_fault_has_its_row() -> None:
    assert set(FATES) == KINDS


@pytest.mark.parametrize("kind", [kind for kind, fate in FATES.items() if fate])
def test_a_fault_means_what_the_table_says(kind: str) -> None:
    async def story(here: Running, bot: PollingBot) -> None:
        here.server.faults.add(f"sendMessage:{kind}=1x")
        with pytest.raises(TelegramError) as raised:
            await bot._post("sendMessage", {"chat_id": here.ana.id, "text": "x"})
        assert definite(raised.value).fate is FATES[kind]

    with_bot(story)


@pytest.mark.parametrize("kind", sorted(KINDS - {"401", "blocked", "kicked"}))
def test_a_letter_arrives_through_a_fault_and_a_repeat_says_so(kind: str) -> None:
    async def story(here: Running, post: Post) -> None:
        here.server.faults.add(f"sendMessage:{kind}=1x@0.1" if kind != "migrated" else "sendMessage:migrated=1x")
        await post.send(sending(here.ana.id, [TEXT], AGAIN))
        again = f"{AGAIN}\n\nx & y"
        if kind in LABELLED:
            assert seen(here) == ["x & y", again]
        else:
            assert seen(here) == [again if kind in ALONE_LABELLED else "x & y"]
        assert post.store.unsent() == []
        assert post.store.held().dead == ()

    posting(story)


@pytest.mark.parametrize("kind", ["blocked", "kicked"])
def test_whoever_blocked_the_bot_gets_nothing_and_nothing_is_kept(kind: str) -> None:
    async def story(here: Running, post: Post) -> None:
        here.server.faults.add(f"sendMessage:{kind}=1x")
        await post.send(sending(here.ana.id, [TEXT], AGAIN))
        assert seen(here) == []
        assert post.store.unsent() == []
        assert post.store.held().dead[0][1] == 1

    posting(story)


def test_letters_to_the_volunteers_group_wait_until_the_bot_is_in_it_again() -> None:
    async def story(here: Running, post: Post) -> None:
        here.server.faults.add("sendMessage:kicked=2x")
        await post.send(sending(here.world.group.id, [TEXT], AGAIN))
        assert seen(here, here.world.group.id) == ["x & y"]

    posting(story, group=True)


def test_a_group_that_moved_gets_its_letter_and_a_person_never_moves() -> None:
    async def story(here: Running, post: Post) -> None:
        here.server.faults.add(f"sendMessage:migrated=1x@{here.world.group.id}")
        await post.send(sending(-5, [TEXT], AGAIN))
        assert seen(here, here.world.group.id) == ["x & y"]
        here.server.faults.add(f"sendMessage:migrated=1x@{here.world.group.id}")
        await post.send(sending(here.ana.id, [TEXT], AGAIN))
        assert seen(here) == ["x & y"]
        assert len(seen(here, here.world.group.id)) == 1

    posting(story)


def test_a_wrong_token_stops_the_sending_and_keeps_the_letter() -> None:
    async def story(here: Running, post: Post) -> None:
        here.server.faults.add("sendMessage:401=1000x")
        sent = asyncio.create_task(post.send(sending(here.ana.id, [TEXT], AGAIN)))
        await asyncio.wait([post.outbox.stopped, sent], return_when=asyncio.FIRST_COMPLETED)
        assert post.outbox.stopped.done()
        assert post.outbox.stopped.exception() is not None
        sent.cancel()
        assert len(post.store.unsent()) == 1

    posting(story)


def test_what_telegram_refuses_as_html_goes_as_plain_text_once_and_is_then_given_up(
    refused_requests: list[str],
) -> None:
    async def story(here: Running, post: Post) -> None:
        await post.send(sending(here.ana.id, [Rendered("<b>x", "x")], AGAIN))
        assert seen(here) == ["x"]
        await post.send(sending(here.ana.id, [Rendered("<b>x", "x" * 5000)], AGAIN))
        assert len(here.server.log) == 5  # getMe, and two for each
        assert post.store.held().dead[0][1] == 1
        assert await post.outbox.refusals() == 1

    posting(story)
    assert len(refused_requests) == 3
    refused_requests.clear()


def test_a_page_is_replaced_through_faults_without_a_label_and_sent_anew_where_it_is_gone() -> None:
    async def story(here: Running, post: Post) -> None:
        message = await here.say("first")
        here.server.faults.add("editMessageText:reset-posted=1x")
        await post.send([replacing(here.ana.id, message["message_id"], TEXT, AGAIN)])
        assert seen(here) == ["x & y"]
        await post.send([replacing(here.ana.id, 4242, TEXT, AGAIN)])
        assert seen(here) == ["x & y", "x & y"]
        assert post.store.unsent() == []

    posting(story)


def test_a_letter_that_was_being_posted_when_the_bot_was_killed_comes_with_the_label() -> None:
    async def story(here: Running, post: Post) -> None:
        def begun(store: Store) -> list[Letter]:
            store.receive([Received(900, 7, "{}")])
            for letter in store.handled(900, sending(here.ana.id, [TEXT, TEXT], AGAIN))[:1]:
                assert letter.id is not None
                store.posting(letter.id)
            return store.unsent()

        post.outbox.put(await post.writer.do(begun))
        await post.outbox.drain(5)
        assert seen(here) == [f"{AGAIN}\n\nx & y", "x & y"]

    posting(story)


def test_an_emergency_overtakes_what_waits_and_keeps_its_own_order() -> None:
    async def story(here: Running, post: Post) -> None:
        here.server.faults.add("sendMessage:429=1x@1")
        slow = asyncio.create_task(post.send(sending(here.ana.id, [Rendered("1", "1"), Rendered("2", "2")], AGAIN)))
        await asyncio.sleep(0.1)
        await post.send(sending(here.ana.id, [Rendered("now", "now"), Rendered("then", "then")], AGAIN, urgent=True))
        await slow
        assert seen(here) == ["now", "then", "1", "2"]

    posting(story)


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/bot", "http://127.0.0.1:1/bot"])
def test_a_connection_that_was_never_made_is_known_and_names_no_token(
    address: str, refused_requests: list[str]
) -> None:
    async def story() -> None:
        transport = Transport(direct=True, connect_timeout=0.2)
        with pytest.raises(NetworkError) as raised:
            await transport.post(f"{address}123:{secret}/sendMessage")
        assert isinstance(raised.value.__cause__, NotSentError)
        assert definite(raised.value).fate is Fate.WAIT
        shown = "".join(traceback.format_exception(raised.value))
        assert secret not in shown + repr(raised.value.__context__)
        await transport.shutdown()

    secret = "S" * 30
    asyncio.run(story())
    refused_requests.clear()  # a request without parameters


@pytest.mark.parametrize("kind", ["timeout", "reset", "cut", "502", "401"])
def test_no_error_of_a_request_shows_the_token_or_the_text(kind: str, refused_requests: list[str]) -> None:
    async def story(here: Running, bot: PollingBot) -> None:
        here.server.faults.add(f"sendMessage:{kind}=1x")
        with pytest.raises(TelegramError) as raised:
            await bot._post("sendMessage", {"chat_id": here.ana.id, "text": "CANARY"})
        shown = "".join(traceback.format_exception(raised.value))
        assert here.server.token not in shown
        assert here.server.token.split(":")[1] not in shown
        assert "CANARY" not in shown.replace('"text": "CANARY"', "")
        assert isinstance(raised.value, TimedOut) == (kind == "timeout")

    with_bot(story)
    assert refused_requests == []
