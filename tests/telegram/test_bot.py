"""The real application with a recording connection: raw updates in, requests out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from telegram.error import Conflict, InvalidToken
from telegram.request import BaseRequest, RequestData

from bot.app import build_bot
from bot.conversation.house import House
from bot.knowledge.model import STATES
from bot.telegram import inbox as inbox_module
from bot.telegram.addressing import deep_link
from bot.telegram.coordinating import COMMANDS as OFFICE_COMMANDS
from bot.telegram.cutting import cut
from bot.telegram.describing import describe
from bot.telegram.edge import Edge
from bot.telegram.tickets import COMMANDS as TICKET_COMMANDS
from tests.telegram.edges import at_the_edge

ME = {"id": 999, "is_bot": True, "first_name": "Amparo", "username": "amparo_bot"}


class Recorder(BaseRequest):
    """Answers as Telegram would and remembers what was asked. `faults` are given first, one a `sendMessage`."""

    def __init__(self, batches: list[Any] | None = None) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.batches = batches if batches is not None else []
        self.faults: list[tuple[int, bytes]] = []

    @property
    def read_timeout(self) -> float | None:
        return 5.0

    async def initialize(self) -> None:
        return

    async def shutdown(self) -> None:
        return

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        assert method == "POST"
        name = url.rsplit("/", 1)[1]
        values = dict(request_data.json_parameters) if request_data else {}
        self.sent.append(
            (name, {key: json.loads(value) if value[:1] in ("[", "{") else value for key, value in values.items()})
        )
        if name == "sendMessage" and self.faults:
            return self.faults.pop(0)
        result: Any = True
        if name == "getMe":
            result = ME
        elif name in ("sendMessage", "editMessageText"):
            result = {"message_id": 2, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "-"}
        elif name == "getUpdates":
            if not self.batches:
                await asyncio.sleep(3600)
            batch = self.batches.pop(0)
            if isinstance(batch, tuple):
                return batch  # a fault: status and body
            result = batch
        return 200, json.dumps({"ok": True, "result": result}).encode()

    def requests(self, name: str) -> list[dict[str, Any]]:
        return [values for sent, values in self.sent if sent == name]

    @property
    def texts(self) -> list[str]:
        return [values["text"] for values in self.requests("sendMessage")]


@dataclass
class Bot:
    """The bot at work on a recorder; `hears` hands it one raw update and waits for the reply."""

    recorder: Recorder
    edge: Edge
    numbers: list[int] = field(default_factory=lambda: [100])

    async def hears(self, **update: Any) -> None:
        self.numbers[0] += 1
        await self.edge.inbox.receive([{"update_id": self.numbers[0], **update}])
        await self.edge.drain(10)

    async def says(self, text: str, **more: Any) -> str:
        await self.hears(message=message(text, **more))
        return self.recorder.texts[-1]


@asynccontextmanager
async def at_work(house: House, **options: Any) -> AsyncIterator[Bot]:
    recorder = Recorder()
    bot = build_bot("123:ABC", recorder, recorder)
    async with at_the_edge(house, bot, **options) as edge:
        yield Bot(recorder, edge)


def message(text: str | None = None, *, chat: int = 7, kind: str = "private", **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "message_id": 1,
        "date": 1,
        "chat": {"id": chat, "type": kind, "first_name": "Canaria", "username": "canary"},
        "from": {
            "id": chat if kind == "private" else 55,
            "is_bot": False,
            "first_name": "Canaria",
            "language_code": "en",
        },
        **more,
    }
    if text is not None:
        found["text"] = text
        if text.startswith("/"):
            found["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
    return found


def press(data: str, chat: int = 7) -> dict[str, Any]:
    pressed = {"id": "1", "chat_instance": "z", "data": data, "message": message("-", chat=chat)}
    return {"callback_query": {**pressed, "from": {"id": chat, "is_bot": False, "first_name": "X"}}}


def run(story: Callable[[Bot], Any], house: House, **options: Any) -> Recorder:
    async def tell() -> Recorder:
        async with at_work(house, **options) as bot:
            await story(bot)
            return bot.recorder

    return asyncio.run(tell())


def test_a_question_is_answered_and_its_button_too(house: House) -> None:
    async def story(bot: Bot) -> None:
        await bot.says("does the dmv give my license info to ICE")
        keyboard = bot.recorder.requests("sendMessage")[-1]["reply_markup"]["inline_keyboard"]
        await bot.hears(**press(keyboard[0][1]["callback_data"]))
        assert bot.recorder.requests("answerCallbackQuery")
        assert "<b>Illinois · " in bot.recorder.texts[-1]

    sent = run(story, house).requests("sendMessage")[0]
    assert sent["parse_mode"] == "HTML"
    assert sent["link_preview_options"] == {"is_disabled": True}


def test_turning_a_page_replaces_it_and_nothing_else_is_taken_away(house: House) -> None:
    async def story(bot: Bot) -> None:
        await bot.says("/topics")
        await bot.hears(**press("t|||en|2"))
        assert len(bot.recorder.texts) == 1
        await bot.says("ICE is at my door")
        await bot.hears(**press("t|||en|"))
        assert len(bot.recorder.texts) == 3

    assert len(run(story, house).requests("editMessageText")) == 1


@pytest.mark.parametrize(
    "command", ["/start", "/language", "/state", "/topics", "/human", "/help", "/privacy", "/forget"]
)
def test_every_command_is_answered(house: House, command: str) -> None:
    async def story(bot: Bot) -> None:
        assert len(await bot.says(command)) > 15

    run(story, house)


def test_a_deep_link_sets_state_and_language(house: House) -> None:
    async def story(bot: Bot) -> None:
        assert "Hola" in await bot.says("/start s-al_l-es")
        assert "Alabama" in await bot.says("el dmv le da mis datos de la licencia a la migra?")

    run(story, house)


@pytest.mark.parametrize("arguments", ["", "hi", "s-zz", "l-xx", "s-il-l-es", "_" * 64, "s-IL", "al"])
def test_odd_deep_links_set_nothing_wrong(arguments: str) -> None:
    action = deep_link(arguments)
    assert action.state in (None, *STATES)
    assert action.language is None


def test_a_group_is_left_alone_unless_the_bot_is_addressed(house: House) -> None:
    async def story(bot: Bot) -> None:
        await bot.hears(message=message("can i opt out of sharing my license info?", chat=-5, kind="supergroup"))
        assert not bot.recorder.texts
        mention = [{"type": "mention", "offset": 0, "length": 11}]
        asked = message(
            "@amparo_bot can i opt out of sharing license info", chat=-5, kind="supergroup", entities=mention
        )
        await bot.hears(message=asked)
        assert len(bot.recorder.texts) == 1
        assert bot.recorder.requests("sendMessage")[0]["reply_parameters"]["message_id"] == 1

    run(story, house)


def test_a_group_shares_no_session_between_members(house: House) -> None:
    async def story(bot: Bot) -> None:
        mention = [{"type": "mention", "offset": 0, "length": 11}]
        for text in ("@amparo_bot i live in illinois", "@amparo_bot can i opt out of sharing my license info with ice"):
            await bot.hears(message=message(text, chat=-5, kind="group", entities=mention))
        assert "Which state is it about?" in bot.recorder.texts[-1]

    run(story, house)


def test_a_forwarded_message_changes_nothing_in_the_forwarders_session(house: House) -> None:
    async def story(bot: Bot) -> None:
        await bot.says("i live in illinois")
        origin = {"type": "user", "date": 1, "sender_user": {"id": 8, "is_bot": False, "first_name": "Canaria"}}
        await bot.says("vivo en alabama", forward_origin=origin)
        assert "Illinois" in await bot.says("can i opt out of sharing my license data with ice")

    run(story, house)


def test_a_forwarded_command_is_a_message(house: House) -> None:
    async def story(bot: Bot) -> None:
        await bot.says("i live in illinois")
        await bot.says("/forget", forward_origin={"type": "hidden_user", "date": 1, "sender_user_name": "x"})
        assert "Illinois" in await bot.says("can i opt out of sharing my license data with ice")

    run(story, house)


def test_an_edited_question_is_answered_again(house: House) -> None:
    async def story(bot: Bot) -> None:
        await bot.hears(edited_message=message("can i opt out in illinois", edit_date=2))
        assert "You changed your message" in bot.recorder.texts[-1]

    run(story, house)


def test_words_after_a_command_are_a_message(house: House) -> None:
    async def story(bot: Bot) -> None:
        assert "signed by a judge" in await bot.says("/help ICE is at my door")
        assert "signed by a judge" in await bot.says("/start\nICE is at my door")
        assert "signed by a judge" in await bot.says("/help ICE is at\nmy door")

    run(story, house)


def test_a_group_is_silent_to_bare_commands(house: House) -> None:
    async def story(bot: Bot) -> None:
        await bot.hears(message=message("/help", chat=-5, kind="group"))
        assert not bot.recorder.texts
        await bot.hears(message=message("/help@amparo_bot", chat=-5, kind="group"))
        assert len(bot.recorder.texts) == 1
        await bot.hears(message=message("/help@amparo_bot ICE is at my door", chat=-5, kind="group"))
        assert "signed by a judge" in bot.recorder.texts[-1]

    run(story, house)


def test_what_telegram_itself_says_and_what_moves_is_not_answered(house: House) -> None:
    async def story(bot: Bot) -> None:
        await bot.hears(message=message(None, pinned_message={}))
        await bot.hears(message=message(None, message_auto_delete_timer_changed={}))
        await bot.hears(edited_message=message(None, location={}))

    assert not run(story, house).texts


def test_buttons_under_a_forwarded_question_change_nothing(house: House) -> None:
    async def story(bot: Bot) -> None:
        origin = {"type": "hidden_user", "date": 1, "sender_user_name": "x"}
        await bot.says("can ice see my license data", forward_origin=origin)
        keyboard = bot.recorder.requests("sendMessage")[-1]["reply_markup"]["inline_keyboard"]
        await bot.hears(**press(keyboard[0][1]["callback_data"]))
        assert "Illinois" in bot.recorder.texts[-1]
        await bot.hears(**press(keyboard[1][0]["callback_data"]))  # another state
        listed = bot.recorder.requests("sendMessage")[-1]["reply_markup"]["inline_keyboard"]
        await bot.hears(**press(listed[0][1]["callback_data"]))
        assert "Which state is it about?" in await bot.says("can i opt out of sharing my license data with ice")

    run(story, house)


@pytest.mark.parametrize("content", [{"photo": []}, {"voice": {}}, {"contact": {"phone_number": "1"}}, {"location": {}},
                                     {"sticker": {}}, {"poll": {}}, {"document": {}}])  # fmt: skip
def test_what_is_not_text_gets_a_kind_sentence(house: House, content: dict[str, Any]) -> None:
    async def story(bot: Bot) -> None:
        await bot.hears(message=message(None, **content))
        assert "I can only read text" in bot.recorder.texts[-1]

    run(story, house)


def test_only_the_allow_list_is_kept_of_an_update() -> None:
    raw = {
        "update_id": 1,
        "message": {
            **message("/start s-il CANARY-TEXT"),
            "forward_origin": {"type": "user", "sender_user": {"id": 4242, "first_name": "CANARY"}},
            "contact": {"phone_number": "CANARY"}, "location": {"latitude": 4242}, "caption": "CANARY",
            "reply_to_message": {**message("CANARY"), "from": {"id": 999, "is_bot": True, "first_name": "CANARY"}},
        },
    }  # fmt: skip
    kept = json.dumps(cut(raw))
    assert "CANARY-TEXT" in kept
    assert "CANARY" not in kept.replace("CANARY-TEXT", "")
    assert "4242" not in kept
    assert "Canaria" not in kept
    assert "canary" not in kept


@pytest.mark.parametrize("broken", [{}, {"message": {}}, {"message": []}, {"message": {"message_id": "x"}},
                                    {"callback_query": {}}, {"edited_message": {"chat": {}}}])  # fmt: skip
def test_a_broken_update_harms_nothing_else(house: House, broken: dict[str, Any]) -> None:
    async def story(bot: Bot) -> None:
        await bot.hears(**broken)
        assert await bot.says("hola")

    run(story, house)


def test_one_chats_messages_are_answered_in_order(house: House) -> None:
    async def story(bot: Bot) -> None:
        for number, text in enumerate(
            ["i live in illinois", "and in alabama?", "what data about me does the dmv share with ice"]
        ):
            await bot.edge.inbox.receive([{"update_id": number, "message": message(text)}])
        await bot.edge.drain(10)

    texts = run(story, house).texts
    assert "Illinois" in texts[0]
    assert len(texts) == 3
    assert "Illinois" in texts[2] or "Alabama" in texts[2]


def test_a_reply_too_long_for_one_message_is_split_and_complete(house: House) -> None:
    intent = house.content.intents["opt_out"]
    long = " ".join(f"word{n}" for n in range(1500))
    answer = intent.answers["IL"].model_copy(update={"text": long})
    intents = {
        **house.content.intents,
        "opt_out": intent.model_copy(update={"answers": {**intent.answers, "IL": answer}}),
    }
    longer = replace(house, content=house.content.model_copy(update={"intents": intents}))

    async def story(bot: Bot) -> None:
        await bot.hears(**press("a|opt_out|IL|en|"))

    recorder = run(story, longer)
    assert len(recorder.texts) > 2
    assert all(len(text.encode("utf-16-le")) // 2 <= 4096 for text in recorder.texts)
    together = " ".join(recorder.texts)
    assert all(f"word{n}" in together for n in range(1500))
    assert ["reply_markup" in values for values in recorder.requests("sendMessage")][-1]


def test_messages_can_be_protected(house: House) -> None:
    async def story(bot: Bot) -> None:
        await bot.says("hola")

    assert run(story, house, protect=True).requests("sendMessage")[0]["protect_content"] == "true"


def refused(status: int, text: str, **parameters: Any) -> tuple[int, bytes]:
    body = {"ok": False, "error_code": status, "description": text, "parameters": parameters}
    return status, json.dumps(body).encode()


def polled(batches: list[Any], house: House, seconds: float = 1.0) -> tuple[Recorder, BaseException | None]:
    """Poll these batches for a while; what was sent, and what ended the polling."""

    async def poll() -> tuple[Recorder, BaseException | None]:
        recorder = Recorder(batches)
        bot = build_bot("123:ABC", recorder, recorder)
        async with at_the_edge(house, bot) as edge:
            task = asyncio.create_task(edge.inbox.poll())
            await asyncio.wait([task], timeout=seconds)
            ended = task.exception() if task.done() else None
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            return recorder, ended

    return asyncio.run(poll())


def test_polling_starts_without_an_offset_and_confirms_what_it_has_kept(house: House) -> None:
    recorder, _ = polled([[{"update_id": 7, "message": message("hola")}]], house)
    assert len(recorder.texts) == 1
    polls = recorder.requests("getUpdates")
    assert "offset" not in polls[0]
    assert polls[1]["offset"] == "8"
    assert polls[0]["allowed_updates"] == ["message", "edited_message", "callback_query", "inline_query"]


def test_an_update_that_comes_twice_is_answered_once(house: House) -> None:
    update = {"update_id": 7, "message": message("hola")}
    recorder, _ = polled([[update, update], [update]], house)
    assert len(recorder.texts) == 1


def test_polling_goes_on_after_answers_that_make_no_sense(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_module, "_LONGEST_PAUSE", 0.01)
    monkeypatch.setattr(inbox_module, "_FIRST_PAUSE", 0.01)
    faults = [(502, b"<html>"), (200, b"{"), (200, b""), {"x": 1}, None, "text", [None, 3, {"update_id": "a"}]]
    recorder, ended = polled([*faults, [{"update_id": 9, "message": message("hola")}]], house, 3)
    assert ended is None
    assert len(recorder.texts) == 1


@pytest.mark.parametrize(("status", "error"), [(401, InvalidToken), (409, Conflict)])
def test_a_wrong_token_and_a_second_copy_end_the_polling(house: House, status: int, error: type[Exception]) -> None:
    _, ended = polled([refused(status, "no")], house)
    assert isinstance(ended, error)


def test_the_menu_is_described_in_every_language(house: House) -> None:
    async def tell() -> Recorder:
        recorder = Recorder()
        async with build_bot("123:ABC", recorder, recorder) as bot:
            await describe(bot, house)
        return recorder

    recorder = asyncio.run(tell())
    told = recorder.requests("setMyCommands")
    assert len(told) == len(house.served)
    assert all(len(values["commands"]) == 8 for values in told)
    assert len(recorder.requests("setMyDescription")) == len(house.served)


def test_the_volunteers_group_has_a_menu_of_its_own(house: House) -> None:
    async def tell() -> Recorder:
        recorder = Recorder()
        async with build_bot("123:ABC", recorder, recorder) as bot:
            await describe(bot, house, -1001)
        return recorder

    told = [values for values in asyncio.run(tell()).requests("setMyCommands") if "scope" in values]
    assert len(told) == len(house.served)
    for values in told:
        assert values["scope"] == {"type": "chat", "chat_id": -1001}
        names = {command["command"] for command in values["commands"]}
        assert names == {*TICKET_COMMANDS, *OFFICE_COMMANDS}
