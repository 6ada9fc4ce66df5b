"""Amparo against a Bot API that others wrote: the requests are checked by rules that are not ours.

`lo-bot-api-emulator` models an older Bot API and refuses what it does not know, so the parameters below are taken out
on the way to it. Everything else that Amparo sends has to pass, and its own verdict over the journal says so.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web
from lo_bot_api_emulator import LoBotApiEmulator
from telegram.request import RequestData

from bot.app import build_bot
from bot.conversation.house import House
from bot.telegram.staff import Staff
from bot.telegram.transport import Transport
from tests.telegram.edges import at_the_edge
from tests.telegram.test_bot import message, press

TOKEN = "999:practice"
UNKNOWN_THERE = {
    "link_preview_options": "Bot API 7.0; the emulator has no link previews, under this or the older name",
    "button": "Bot API 6.7, of answerInlineQuery; the emulator knows the older switch_pm_text",
    "protect_content": "Bot API 5.6; its messages cannot be forwarded at all, so there is nothing to protect",
}
"""What the emulator refuses of ours, and why."""


class Older(Transport):
    """The real connection, without the parameters that the emulator does not know."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *rest: Any, **more: Any
    ) -> tuple[int, bytes]:
        if request_data is not None:
            kept = [one for one in request_data._parameters if one.name not in UNKNOWN_THERE]
            request_data = RequestData(kept)
        return await super().do_request(url, method, request_data, *rest, **more)


@asynccontextmanager
async def emulated(journal: Path) -> AsyncIterator[tuple[LoBotApiEmulator, str]]:
    """The emulator on a free port, and its address."""
    emulator = LoBotApiEmulator(journal=journal)
    runner = web.AppRunner(emulator.app(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield emulator, f"http://127.0.0.1:{runner.addresses[0][1]}/bot"
    finally:
        await runner.cleanup()


async def held(house: House, journal: Path, updates: list[dict[str, Any]], expected: list[str], *, older: bool) -> None:
    """Let Amparo poll the emulator for these updates, until it has sent what is expected."""
    async with emulated(journal) as (emulator, base_url):
        request = (Older if older else Transport)(direct=True)
        bot = build_bot(TOKEN, request, base_url=base_url)
        async with at_the_edge(house, bot, staff=Staff(bot, volunteers=frozenset([7]))) as edge:
            polling = asyncio.create_task(edge.inbox.poll())
            try:
                for update in updates:
                    await emulator.enqueue_update(update, token=TOKEN)
                async with asyncio.timeout(20):
                    while any(sent(emulator, one) < expected.count(one) for one in expected):  # noqa: ASYNC110
                        await asyncio.sleep(0.05)  # the emulator tells nobody
            finally:
                polling.cancel()
                await asyncio.gather(polling, return_exceptions=True)


def sent(emulator: LoBotApiEmulator, method: str) -> int:
    return sum(entry["method"] == method for entry in emulator.requests)


def verdict(journal: Path, *required: str) -> int:
    """The emulator's own: 0 where nothing was refused, and each of these was done."""
    command = [str(Path(sys.executable).parent / "lo-bot-api-emulator"), "verdict", str(journal)]
    named = [part for method in required for part in ("--require-method", method)]
    return subprocess.run([*command, *named], check=False, capture_output=True).returncode


FORWARDED = {"type": "hidden_user", "date": 1, "sender_user_name": "x"}


def test_a_text_a_button_and_a_forwarded_message_pass_the_emulators_own_verdict(house: House, tmp_path: Path) -> None:
    updates = [
        {"message": message("does the dmv give my license info to ICE")},
        press("a|opt_out|IL|en|"),
        press("t|||en|2"),
        {"message": message("can ice see my license data", forward_origin=FORWARDED)},
    ]
    expected = ["sendMessage"] * 3 + ["answerCallbackQuery"] * 2 + ["editMessageText"]
    journal = tmp_path / "journal.jsonl"
    asyncio.run(held(house, journal, updates, expected, older=True))
    assert verdict(journal, "getMe", "getUpdates", "sendMessage", "answerCallbackQuery", "editMessageText") == 0


@pytest.mark.parametrize("user", [7, 8], ids=["a volunteer's", "somebody else's"])
def test_an_inline_query_passes_too(house: House, tmp_path: Path, user: int) -> None:
    asker = {"id": user, "is_bot": False, "first_name": "X", "language_code": "en"}
    update = {"inline_query": {"id": "1", "from": asker, "query": "can i opt out", "offset": ""}}
    journal = tmp_path / "journal.jsonl"
    asyncio.run(held(house, journal, [update], ["answerInlineQuery"], older=True))
    assert verdict(journal, "getUpdates", "answerInlineQuery") == 0


def test_without_leaving_the_newer_parameters_out_its_verdict_fails(house: House, tmp_path: Path) -> None:
    """The list above is no longer than it must be, and the verdict can fail."""
    journal = tmp_path / "journal.jsonl"
    asyncio.run(held(house, journal, [{"message": message("hola")}], ["sendMessage"], older=False))
    assert verdict(journal) == 1


@pytest.mark.parametrize("name", UNKNOWN_THERE)
def test_each_parameter_that_is_left_out_is_refused_there(tmp_path: Path, name: str) -> None:
    async def send() -> int:
        journal = tmp_path / "journal.jsonl"
        async with emulated(journal) as (_, base_url), httpx.AsyncClient(trust_env=False) as client:
            method = "answerInlineQuery" if name == "button" else "sendMessage"
            given = {"inline_query_id": "1", "results": []} if name == "button" else {"chat_id": 7, "text": "x"}
            return (await client.post(f"{base_url}{TOKEN}/{method}", json={**given, name: {}})).status_code

    assert asyncio.run(send()) == 400
