"""Bots on other libraries, written as their documentation shows, hold a conversation with our server.

Each echoes what it hears with a button below; the button answers with a toast and changes the message.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from bot.practice.server import Server
from bot.practice.updates import Subscription
from tests.practice.running import Json, Running, running

PATIENCE = 30.0

GRAMMY = """
const { Bot, InlineKeyboard } = require("grammy");
const [, , token, apiRoot] = process.argv;
const bot = new Bot(token, { client: { apiRoot } });
bot.command("start", (ctx) => ctx.reply("<b>Welcome!</b>", { parse_mode: "HTML" }));
bot.on("message:text", (ctx) => ctx.reply(ctx.message.text, {
  reply_markup: new InlineKeyboard().text("More", "more"),
  reply_parameters: { message_id: ctx.message.message_id },
}));
bot.callbackQuery("more", async (ctx) => {
  await ctx.answerCallbackQuery({ text: "pressed" });
  await ctx.editMessageText("changed");
});
bot.start();
"""

TELEGRAF = """
const { Telegraf, Markup } = require("telegraf");
const { message } = require("telegraf/filters");
const [, , token, apiRoot] = process.argv;
const bot = new Telegraf(token, { telegram: { apiRoot } });
bot.start((ctx) => ctx.replyWithHTML("<b>Welcome!</b>"));
bot.on(message("text"), (ctx) => ctx.reply(ctx.message.text, {
  ...Markup.inlineKeyboard([Markup.button.callback("More", "more")]),
  reply_parameters: { message_id: ctx.message.message_id },
}));
bot.action("more", async (ctx) => {
  await ctx.answerCbQuery("pressed");
  await ctx.editMessageText("changed");
});
bot.launch();
"""

PACKAGES = {"grammy": ("grammy@1.46.0", GRAMMY), "telegraf": ("telegraf@4.16.3", TELEGRAF)}


@asynccontextmanager
async def with_aiogram(server: Server) -> AsyncIterator[None]:
    dispatcher = Dispatcher()

    @dispatcher.message(F.text == "/start")
    async def start(message: Message) -> None:
        await message.answer("<b>Welcome!</b>", parse_mode="HTML")

    @dispatcher.message(F.text)
    async def echo(message: Message) -> None:
        more = InlineKeyboardButton(text="More", callback_data="more")
        await message.reply(message.text or "", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[more]]))

    @dispatcher.callback_query(F.data == "more")
    async def pressed(query: CallbackQuery) -> None:
        await query.answer("pressed")
        assert isinstance(query.message, Message)
        await query.message.edit_text("changed")

    bot = Bot(server.token, session=AiohttpSession(api=TelegramAPIServer.from_base(server.url)))
    polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False))
    try:
        yield
    finally:
        await dispatcher.stop_polling()
        await polling


def installed(package: str, folder: Path) -> str:
    """Install a pinned package into a folder; why it cannot be, or nothing."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return "Node.js and npm are not here"
    quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=0", "--fetch-timeout=20000"]
    done = subprocess.run([npm, "install", *quiet, "--prefix", str(folder), package], check=False, capture_output=True)
    return "" if done.returncode == 0 else f"npm could not install {package}"


@asynccontextmanager
async def with_node(server: Server, name: str, folder: Path) -> AsyncIterator[None]:
    script = folder / "bot.js"
    script.write_text(PACKAGES[name][1], encoding="utf-8")
    node = await asyncio.create_subprocess_exec("node", str(script), server.token, server.url)
    try:
        yield
    finally:
        node.kill()
        await node.wait()


async def next_of(seen: Subscription, kind: str) -> Json:
    """The next event of a kind that the bot caused."""
    async with asyncio.timeout(PATIENCE):
        async for event in seen:
            if event["event"] == kind and event.get("message", {"from": {"is_bot": True}})["from"]["is_bot"]:
                return event
    raise AssertionError


def converses(run: Callable[[Server], AbstractAsyncContextManager[None]], *, strict: bool = True) -> None:
    """The same conversation with whatever bot it is."""

    async def story(here: Running) -> None:
        world, ana = here.world, here.ana.id
        seen = world.subscribe()
        async with run(here.server):
            assert (await next_of(seen, "message"))["message"]["text"] == "hola"  # what waited before it was there
            world.say(ana, "/start")
            welcome = (await next_of(seen, "message"))["message"]
            assert (welcome["text"], welcome["entities"][0]["type"]) == ("Welcome!", "bold")
            said = world.say(ana, "¿qué tal? 😀")
            echo = (await next_of(seen, "message"))["message"]
            assert (echo["text"], echo["reply_to_message"]["message_id"]) == (said["text"], said["message_id"])
            world.press(ana, ana, echo["message_id"], echo["reply_markup"]["inline_keyboard"][0][0]["callback_data"])
            assert (await next_of(seen, "toast"))["text"] == "pressed"
            changed = (await next_of(seen, "edit"))["message"]
            assert (changed["message_id"], changed["text"]) == (echo["message_id"], "changed")

    async def tell() -> None:
        async with running(strict=strict) as here:
            await story(here)
            assert [entry for entry in here.server.log if entry["status"] != 200] == []

    asyncio.run(tell())


def test_a_bot_on_aiogram_holds_a_conversation() -> None:
    converses(with_aiogram)


@pytest.mark.parametrize("name", PACKAGES)
def test_a_bot_on_a_library_for_node_holds_a_conversation(name: str, tmp_path: Path) -> None:
    if reason := installed(PACKAGES[name][0], tmp_path):
        pytest.skip(reason)
    # telegraf gives its buttons a field `hide` that the Bot API never had.
    converses(lambda server: with_node(server, name, tmp_path), strict=name != "telegraf")
