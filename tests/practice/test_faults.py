"""Faults on demand, and what python-telegram-bot makes of each; some come after the message was posted."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.app import build_bot
from bot.practice.faults import AFTER, KINDS, Fault, Faults
from bot.telegram.inbox import PollingBot
from bot.telegram.transport import Transport
from tests.conftest import ROOT
from tests.practice.running import Running, play

SEEN: dict[str, type[Exception] | None] = {
    "429": RetryAfter,
    "429-bare": NetworkError,
    "500": NetworkError,
    "502": NetworkError,
    "502-posted": NetworkError,
    "cut": TelegramError,
    "invalid": TelegramError,
    "empty": TelegramError,
    "list": TypeError,
    "null": AttributeError,
    "string": AttributeError,
    "true": None,
    "reset": NetworkError,
    "reset-posted": NetworkError,
    "timeout": TimedOut,
    "timeout-posted": TimedOut,
    "blocked": Forbidden,
    "kicked": Forbidden,
    "migrated": ChatMigrated,
    "401": InvalidToken,
    "409": Conflict,
    "latency": None,
}
"""What the bot's library raises for each fault; exactly this class and no narrower one."""


def with_bot(story: Callable[[Running, PollingBot], Awaitable[None]]) -> None:
    async def tell(here: Running) -> None:
        request = Transport(read_timeout=1.5, direct=True)
        bot = build_bot(here.server.token, request, base_url=here.server.base_url)
        async with bot:
            await story(here, bot)

    play(tell)


def test_every_fault_has_its_row() -> None:
    assert set(SEEN) == KINDS


@pytest.mark.parametrize("kind", SEEN)
def test_a_fault_is_seen_as_it_was_found_with_the_real_library(kind: str) -> None:
    async def story(here: Running, bot: PollingBot) -> None:
        here.server.faults.add(f"sendMessage:{kind}=1x")
        expected, raised = SEEN[kind], None
        try:
            await bot.send_message(here.ana.id, "x")
        except Exception as error:  # noqa: BLE001 - answers that make no sense raise anything
            raised = type(error)
        assert raised is expected
        posted = len(here.world.history(here.ana.id)) - 1
        assert posted == (kind in AFTER or kind == "latency")
        assert here.server.log[-1]["fault"] == (None if kind == "latency" else kind)
        await bot.send_message(here.ana.id, "once more")  # the fault is over, and the server whole

    with_bot(story)


def test_a_fault_carries_its_value() -> None:
    async def story(here: Running, bot: PollingBot) -> None:
        here.server.faults.add("sendMessage:429=1x@7,sendMessage:migrated=1x@-100777")
        with pytest.raises(RetryAfter) as late:
            await bot.send_message(here.ana.id, "x")
        assert late.value.retry_after == 7
        with pytest.raises(ChatMigrated) as moved:
            await bot.send_message(here.ana.id, "x")
        assert moved.value.new_chat_id == -100777

    with_bot(story)


def test_a_refused_request_is_not_a_fault_that_went_well() -> None:
    async def story(here: Running, bot: PollingBot) -> None:
        here.server.faults.add("sendMessage:true=1x")
        with pytest.raises(BadRequest, match="Chat not found"):
            await bot.send_message(55, "x")

    with_bot(story)


def test_a_wait_comes_before_anything_is_done() -> None:
    async def story(here: Running) -> None:
        here.server.faults.add("sendMessage:latency=1x@1.5")
        sending = asyncio.create_task(here.say())
        await asyncio.sleep(0.2)
        assert len(here.world.history(here.ana.id)) == 1
        await sending
        assert len(here.world.history(here.ana.id)) == 2

    play(story)


def drawn(plan: str, seed: int, method: str = "sendMessage", times: int = 200) -> list[str]:
    faults = Faults(plan, seed)
    return [fault.kind if fault else "" for _, fault in (faults.next(method) for _ in range(times))]


def test_the_same_seed_gives_the_same_faults() -> None:
    plan = "sendMessage:reset=0.2,*:500=0.1"
    assert drawn(plan, 1) == drawn(plan, 1)
    assert drawn(plan, 1) != drawn(plan, 2)
    assert {"reset", "500", ""} == set(drawn(plan, 1))
    assert 10 < drawn(plan, 1).count("reset") < 80


def test_counts_are_used_up_and_other_methods_left_alone() -> None:
    assert drawn("sendMessage:reset=2x,*:500=1x", 0, times=4) == ["reset", "reset", "500", ""]
    assert drawn("editMessageText:reset=1.0", 0, times=3) == ["", "", ""]
    faults = Faults("*:latency=1.0@0.5,*:latency=1.0@0.25,getMe:429=1x")
    assert faults.next("getMe") == (0.75, Fault("429", 3.0))


@pytest.mark.parametrize("plan", ["x", "sendMessage:reset", "sendMessage:flood=1x", "sendMesage:reset=1x", "*:500=x"])
def test_a_plan_that_makes_no_sense_is_refused_with_a_sentence(plan: str) -> None:
    with pytest.raises(ValueError, match=r"is no |a fault is METHOD:KIND=OFTEN"):
        Faults(plan)


def test_the_handbook_names_every_fault_and_its_plan_is_one() -> None:
    handbook = (ROOT / "docs" / "practice-server.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:5] for line in handbook.splitlines() if line.startswith("| `")]
    named = {kind: raised for kinds, _, _, raised in rows for kind in re.findall(r"`([\w-]+)`", kinds)}
    assert named.keys() == KINDS
    for kind, error in SEEN.items():
        assert (error.__name__ if error else "nothing") in named[kind]
    Faults(handbook.split("```")[3].strip())
