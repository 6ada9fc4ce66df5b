"""The local Bot API over real connections: what it answers, what it refuses, and when an update is confirmed."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import aiogram.types
import httpx
import pytest

from bot.practice.server import serve
from bot.practice.world import World
from tests.practice.running import Json, Running, play, running

LONG = "x" * 4097
BUTTON = {"text": "a", "callback_data": "a"}


def keyboard(*buttons: Json) -> Json:
    return {"inline_keyboard": [[button] for button in buttons]}


# --- requests


@pytest.mark.parametrize("how", ["query", "json", "form", "multipart"])
def test_parameters_come_in_every_way_that_telegram_takes(how: str) -> None:
    async def story(here: Running) -> None:
        markup = keyboard(BUTTON)
        values: Json = {"chat_id": str(here.ana.id), "text": "hé", "reply_markup": json.dumps(markup)}
        sent: Json = {
            "query": {"params": values}, "json": {"json": {**values, "reply_markup": markup}}, "form": {"data": values},
            "multipart": {"data": values, "files": {"no_file": ("", b"")}},
        }[how]  # fmt: skip
        if how == "multipart":
            sent["files"] = {name: (None, value) for name, value in values.items()}
            del sent["data"]
        answer = await here.client.post(f"{here.server.base_url}{here.server.token}/sendMessage", **sent)
        message = answer.json()["result"]
        assert (message["text"], message["reply_markup"]) == ("hé", markup)
        assert message["from"]["is_bot"]
        aiogram.types.Message.model_validate(message)

    play(story)


def test_a_photo_is_taken_as_an_upload_and_by_name() -> None:
    async def story(here: Running) -> None:
        url = f"{here.server.base_url}{here.server.token}/sendPhoto"
        for part, values in (("photo", {}), ("file0", {"photo": "attach://file0"})):
            data = {"chat_id": str(here.ana.id), "caption": "<b>x</b>", "parse_mode": "HTML", **values}
            answer = await here.client.post(url, data=data, files={part: ("a.png", b"123")})
            message = answer.json()["result"]
            assert (message["photo"][0]["file_id"], message["photo"][0]["file_size"]) == ("a.png", 3)
            assert (message["caption"], message["caption_entities"][0]["type"]) == ("x", "bold")
            aiogram.types.Message.model_validate(message)
        assert "too long" in await here.refused("sendPhoto", chat_id=here.ana.id, photo="a", caption="x" * 1025)

    play(story)


def test_what_is_just_within_the_limits_is_taken() -> None:
    async def story(here: Running) -> None:
        buttons: list[Json] = [
            {"text": "a", "callback_data": "é" * 32},
            {"text": "a", "copy_text": {"text": "1" * 256}},
        ]
        text = "<b>" + "&amp;" * 4096 + "</b>"
        message = await here.get("sendMessage", chat_id=here.ana.id, text=text, parse_mode="HTML",
                                 reply_markup=keyboard(*buttons, *[BUTTON] * 98))  # fmt: skip
        assert message["text"] == "&" * 4096

    play(story)


def test_lenient_passes_over_unknown_names_and_still_refuses_what_is_wrong() -> None:
    async def story(here: Running) -> None:
        await here.get("sendMessage", chat_id=here.ana.id, text=5, some_day=True)
        assert "too long" in await here.refused("sendMessage", chat_id=here.ana.id, text=LONG)

    play(story, strict=False)


def test_a_wrong_token_is_refused_and_so_is_another_host() -> None:
    async def story(here: Running) -> None:
        for token in ("999:wrong", "é"):
            assert (await here.client.post(f"{here.server.base_url}{token}/getMe")).json() == {
                "ok": False, "error_code": 401, "description": "Unauthorized",
            }  # fmt: skip
        url = f"{here.server.base_url}{here.server.token}/getMe"
        assert (await here.client.post(url, headers={"Host": "evil.example"})).status_code == 400
        assert (await here.client.post(url, content=b"{", headers={"Content-Type": "application/json"})).json()[
            "description"
        ] == "Bad Request: can't parse the JSON of the request"

    play(story)


# --- messages


def test_a_message_is_changed_and_the_same_again_is_refused() -> None:
    async def story(here: Running) -> None:
        sent = await here.say("a")
        where = {"chat_id": here.ana.id, "message_id": sent["message_id"]}
        changed = await here.get("editMessageText", **where, text="<i>b</i>", parse_mode="HTML",
                                 reply_markup=keyboard(BUTTON))  # fmt: skip
        assert (changed["text"], changed["entities"][0]["type"]) == ("b", "italic")
        again = await here.refused("editMessageText", **where, text="<i>b</i>", parse_mode="HTML",
                                   reply_markup=keyboard(BUTTON))  # fmt: skip
        assert again.startswith("400 Bad Request: message is not modified: ")
        bare = await here.get("editMessageReplyMarkup", **where)
        assert "reply_markup" not in bare
        assert here.world.history(here.ana.id)[-1] == bare
        assert "MESSAGE_TOO_LONG" in await here.refused("editMessageText", **where, text=LONG)

    play(story)


def test_messages_are_deleted_until_they_are_two_days_old() -> None:
    async def story(here: Running) -> None:
        old, one, two = [await here.say(text) for text in "abc"]
        await here.get("deleteMessages", chat_id=here.ana.id, message_ids=[one["message_id"], two["message_id"], 99])
        assert [message["text"] for message in here.world.history(here.ana.id)] == ["hola", "a"]
        here.world.clock = lambda: time.time() + 48 * 3600 + 1
        refused = await here.refused("deleteMessage", chat_id=here.ana.id, message_id=old["message_id"])
        assert "message can't be deleted" in refused
        here.world.clock = time.time
        await here.get("deleteMessage", chat_id=here.ana.id, message_id=old["message_id"])
        assert len(here.world.history(here.ana.id)) == 1

    play(story)


def test_who_blocked_the_bot_and_who_never_wrote_cannot_be_written_to() -> None:
    async def story(here: Running) -> None:
        here.world.block(here.ana.id)
        new = here.world.person("New")
        ask = {"method": "sendMessage", "text": "x"}
        assert await here.refused(**ask, chat_id=here.ana.id) == "403 Forbidden: bot was blocked by the user"
        assert await here.refused(**ask, chat_id=new.id) == "403 Forbidden: bot can't initiate conversation with a user"
        here.world.say(here.ana.id, "hola")
        await here.say()
        group = here.world.group.id
        here.world.leave(here.world.me["id"])
        assert "403 Forbidden: bot is not a member" in await here.refused(**ask, chat_id=group)
        here.world.leave(here.world.me["id"], kicked=True)
        assert "403 Forbidden: bot was kicked" in await here.refused(**ask, chat_id=group)

    play(story)


def test_a_reply_a_reaction_and_typing_are_seen() -> None:
    async def story(here: Running) -> None:
        watching = here.world.subscribe()
        reply = await here.get("sendMessage", chat_id=here.ana.id, text="x", reply_parameters={"message_id": 1})
        assert reply["reply_to_message"]["text"] == "hola"
        lost = {"message_id": 99, "allow_sending_without_reply": True}
        assert "reply_to_message" not in await here.get(
            "sendMessage", chat_id=here.ana.id, text="x", reply_parameters=lost
        )
        await here.get("setMessageReaction", chat_id=here.ana.id, message_id=1,
                       reaction=[{"type": "emoji", "emoji": "👍"}])  # fmt: skip
        await here.get("sendChatAction", chat_id=here.ana.id, action="typing")
        watching.close()
        events = [event async for event in watching]
        assert [event["event"] for event in events] == ["message", "message", "reaction", "typing"]
        assert events[2]["reaction"] == [{"type": "emoji", "emoji": "👍"}]

    play(story)


def test_a_pressed_button_is_acknowledged_once_it_is_heard_and_not_too_late() -> None:
    async def story(here: Running) -> None:
        sent = await here.say()
        watching = here.world.subscribe()
        query = here.world.press(here.ana.id, here.ana.id, sent["message_id"], "a")
        await here.get("answerCallbackQuery", callback_query_id=query, text="done")
        watching.close()
        [toast] = [event async for event in watching]
        assert (toast["event"], toast["text"], toast["person"]) == ("toast", "done", here.ana.id)
        here.world.clock = lambda: time.time() + 61
        assert "query is too old" in await here.refused("answerCallbackQuery", callback_query_id=query)

    play(story)


def article(number: object, **more: Any) -> Json:
    content = {"message_text": "<b>x</b>", "parse_mode": "HTML"}
    return {"type": "article", "id": str(number), "title": "t", "input_message_content": content, **more}


def test_an_inline_query_is_answered_and_its_result_sent_by_way_of_the_bot() -> None:
    async def story(here: Running) -> None:
        here.world.join(here.ana.id)
        query = here.world.inline(here.ana.id, "opt out")
        assert (await here.get("getUpdates"))[-1]["inline_query"]["query"] == "opt out"
        await here.get("answerInlineQuery", inline_query_id=query, results=[article(1, reply_markup=keyboard(BUTTON))])
        sent = here.world.choose(here.ana.id, query, "1", here.world.group.id)
        assert (sent["text"], sent["via_bot"]["id"]) == ("x", here.world.me["id"])
        assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 1}]
        heard = await here.get("getUpdates", offset=-2)
        assert [key for update in heard for key in update if key != "update_id"] == ["chosen_inline_result", "message"]
        for update in heard:
            aiogram.types.Update.model_validate(update)

    play(story)


@pytest.mark.parametrize(
    ("results", "why"),
    [
        ([article(n) for n in range(51)], "RESULTS_TOO_MUCH"),
        ([article(1), article(1)], "RESULT_ID_DUPLICATE"),
        ([article("x" * 65)], "RESULT_ID_INVALID"),
        ([article(1, input_message_content={"message_text": LONG})], "message is too long"),
        ([article(1, input_message_content={"message_text": "<b>", "parse_mode": "HTML"})], "can't parse entities"),
        ([article(1, reply_markup=keyboard({"text": "a", "callback_data": "x" * 65}))], "BUTTON_DATA_INVALID"),
        ([{"type": "venue", "id": "1"}], "venue"),
    ],
)
def test_inline_results_that_telegram_refuses_are_refused(results: list[Json], why: str) -> None:
    async def story(here: Running) -> None:
        query = here.world.inline(here.ana.id, "x")
        assert why in await here.refused("answerInlineQuery", inline_query_id=query, results=results)

    play(story)


# --- what the bot tells about itself, and groups


def test_what_the_bot_tells_about_itself_is_kept_by_language() -> None:
    async def story(here: Running) -> None:
        commands = [{"command": "start", "description": "Empezar"}]
        await here.get("setMyCommands", commands=commands, language_code="es")
        assert await here.get("getMyCommands", language_code="es") == commands
        assert await here.get("getMyCommands") == []
        await here.get("deleteMyCommands", language_code="es")
        assert await here.get("getMyCommands", language_code="es") == []
        for method, name in (("Name", "name"), ("Description", "description"),
                             ("ShortDescription", "short_description")):  # fmt: skip
            await here.get(f"setMy{method}", **{name: "all"})
            await here.get(f"setMy{method}", **{name: "todos"}, language_code="es")
            assert await here.get(f"getMy{method}", language_code="es") == {name: "todos"}
            assert await here.get(f"getMy{method}", language_code="fr") == {name: "all"}
            await here.get(f"setMy{method}", language_code="es")
            assert await here.get(f"getMy{method}", language_code="es") == {name: "all"}
        me = await here.get("getMe")
        assert me["id"] == int(here.server.token.split(":")[0])
        aiogram.types.User.model_validate(me)

    play(story)


def test_a_topic_is_opened_written_in_renamed_closed_and_deleted() -> None:
    async def story(here: Running) -> None:
        group = here.world.group.id
        topic = await here.get("createForumTopic", chat_id=group, name="Ticket 1")
        here.world.join(here.ana.id)
        there = {"chat_id": group, "message_thread_id": topic["message_thread_id"]}
        written = await here.get("sendMessage", **there, text="x")
        assert written["is_topic_message"]
        said = here.world.say(here.ana.id, "y", chat=group, topic=topic["message_thread_id"])
        reply = await here.get("sendMessage", chat_id=group, text="z",
                               reply_parameters={"message_id": said["message_id"]})  # fmt: skip
        assert reply["message_thread_id"] == topic["message_thread_id"]
        await here.get("editForumTopic", **there, name="Ticket 1, closed")
        assert "TOPIC_NOT_MODIFIED" in await here.refused("editForumTopic", **there, name="Ticket 1, closed")
        await here.get("closeForumTopic", **there)
        assert "TOPIC_NOT_MODIFIED" in await here.refused("closeForumTopic", **there)
        with pytest.raises(ValueError, match="closed"):
            here.world.say(here.ana.id, "y", chat=group, topic=topic["message_thread_id"])
        await here.get("reopenForumTopic", **there)
        await here.get("deleteForumTopic", **there)
        assert "TOPIC_ID_INVALID" in await here.refused("closeForumTopic", **there)
        assert all("is_topic_message" not in message for message in here.world.history(group))
        here.world.join(here.world.me["id"], "member")
        assert "not enough rights" in await here.refused("createForumTopic", chat_id=group, name="x")

    play(story)


def test_members_and_chats_can_be_looked_up() -> None:
    async def story(here: Running) -> None:
        group = {"chat_id": here.world.group.id}
        assert (await here.get("getChatMember", **group, user_id=here.ana.id))["status"] == "left"
        here.world.join(here.ana.id, "creator")
        assert (await here.get("getChatMember", **group, user_id=here.ana.id))["status"] == "creator"
        assert [who["user"]["id"] for who in await here.get("getChatAdministrators", **group)] == [here.ana.id]
        assert len(await here.get("getChatAdministrators", **group, return_bots=True)) == 2
        chat = await here.get("getChat", **group)
        assert chat["is_forum"]
        aiogram.types.ChatFullInfo.model_validate(chat)

    play(story)


# --- updates


def test_an_update_comes_again_until_it_is_confirmed_by_its_offset() -> None:
    async def story(here: Running) -> None:
        here.world.say(here.ana.id, "two")
        first = await here.get("getUpdates", limit=1)
        assert [update["message"]["text"] for update in first] == ["hola"]
        assert await here.get("getUpdates", limit=1) == first
        after = await here.get("getUpdates", offset=first[0]["update_id"] + 1)
        assert [update["message"]["text"] for update in after] == ["two"]
        assert (await here.get("getWebhookInfo"))["pending_update_count"] == 1
        await here.get("deleteWebhook", drop_pending_updates=True)
        assert await here.get("getUpdates") == []

    play(story)


def test_a_long_poll_ends_when_something_happens_and_else_with_nothing() -> None:
    async def story(here: Running) -> None:
        await here.get("getUpdates", offset=100)
        poll = asyncio.create_task(here.get("getUpdates", timeout=30))
        await asyncio.sleep(0.05)
        assert not poll.done()
        here.world.say(here.ana.id, "now")
        [update] = await asyncio.wait_for(poll, 5)
        assert update["message"]["text"] == "now"
        assert await here.get("getUpdates", offset=update["update_id"] + 1, timeout=1) == []

    play(story)


def test_the_kinds_that_are_asked_for_stay_so_until_others_are() -> None:
    async def story(here: Running) -> None:
        await here.get("getUpdates", offset=100, allowed_updates=["edited_message"])
        here.world.edit(here.ana.id, here.ana.id, here.world.say(here.ana.id, "a")["message_id"], "b")
        [update] = await here.get("getUpdates")
        assert "edited_message" in update

    play(story)


def test_a_second_poller_sends_the_first_one_away() -> None:
    async def story(here: Running) -> None:
        await here.get("getUpdates", offset=100)
        first = asyncio.create_task(here.ask("getUpdates", timeout=30))
        await asyncio.sleep(0.05)
        second = asyncio.create_task(here.ask("getUpdates", timeout=30))
        refused = await asyncio.wait_for(first, 5)
        assert refused["error_code"] == 409
        assert refused["description"].startswith("Conflict: terminated by other getUpdates request")
        here.world.say(here.ana.id, "now")
        assert len((await asyncio.wait_for(second, 5))["result"]) == 1

    play(story)


# --- the server itself


def test_closing_lets_a_waiting_bot_go_and_ends_every_watch() -> None:
    async def close() -> float:
        async with running() as here:
            watching = here.world.subscribe()
            await here.get("getUpdates", offset=100)
            poll = asyncio.create_task(here.get("getUpdates", timeout=30))
            await asyncio.sleep(0.05)
            started = time.monotonic()
            await here.server.close()
            assert await poll == []
            assert [event async for event in watching] == []
            return time.monotonic() - started

    assert asyncio.run(close()) < 20


def test_a_bot_that_is_ended_within_a_request_makes_no_noise(caplog: pytest.LogCaptureFixture) -> None:
    async def story(here: Running) -> None:
        port = int(here.server.url.rpartition(":")[2])
        _, bot = await asyncio.open_connection("127.0.0.1", port)
        head = f"POST /bot{here.server.token}/getUpdates HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json"
        bot.write(f"{head}\r\nContent-Length: 9\r\n\r\n".encode())
        await asyncio.sleep(0.1)
        bot.close()
        await asyncio.sleep(0.1)

    play(story)
    assert not caplog.records


def test_a_taken_port_is_an_error_at_once() -> None:
    async def story(here: Running) -> None:
        with pytest.raises(OSError, match="in use"):
            await serve(World(), port=int(here.server.url.rsplit(":", 1)[1]))

    play(story)


def test_every_request_and_its_answer_is_in_the_log(tmp_path: Path) -> None:
    async def story(here: Running) -> None:
        sent = await here.say("x")
        await here.refused("sendMessage", chat_id=here.ana.id, text=LONG)
        entries = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
        assert entries == list(here.server.log)
        assert entries[0]["answer"] == {"ok": True, "result": sent}
        assert [(entry["method"], entry["status"], entry["parameters"]["text"][0]) for entry in entries] == [
            ("sendMessage", 200, "x"), ("sendMessage", 400, "x"),
        ]  # fmt: skip

    play(story, log=tmp_path / "log")


def test_it_listens_on_this_machine_only() -> None:
    async def story(here: Running) -> None:
        assert here.server.url.startswith("http://127.0.0.1:")
        with pytest.raises(httpx.TransportError):
            await here.client.get(here.server.url.replace("127.0.0.1", "127.0.0.2"))

    play(story)
