"""Volunteers on the real application: who gets cards, what of a forward is kept, comments, inline answers."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from telegram import Update

from bot.app import build_bot
from bot.conversation.house import House
from bot.conversation.session import Sessions
from bot.records.counting import LEAST_SHOWN
from bot.telegram.comments import Comments
from bot.telegram.cutting import cut
from bot.telegram.edge import Edge
from bot.telegram.staff import CACHED_SECONDS, Staff
from tests.telegram.edges import at_the_edge
from tests.telegram.test_bot import Recorder, message, press

GROUP = -1001
OTHER_GROUP = -1002
MEMBER, COORDINATOR, STRANGER, EX_MEMBER, RESTRICTED = 51, 52, 61, 62, 63
ANONYMOUS_ADMIN, CHANNEL_BOT, TELEGRAM = 1087968824, 136817688, 777000
STATUS = {MEMBER: "member", COORDINATOR: "administrator", EX_MEMBER: "left", RESTRICTED: "restricted"}
OPT_OUT = "puedo negarme a que compartan mis datos de la licencia con ice? vivo en illinois"
MENTION: dict[str, Any] = {"entities": [{"type": "mention", "offset": 0, "length": 11}]}
ORIGINS: dict[str, dict[str, Any]] = {
    "user": {"type": "user", "date": 1, "sender_user": {"id": 4242, "is_bot": False, "first_name": "CANARIA"}},
    "hidden_user": {"type": "hidden_user", "date": 1, "sender_user_name": "CANARIA"},
    "chat": {"type": "chat", "date": 1, "sender_chat": {"id": -4242, "type": "group", "title": "CANARIA"}},
    "channel": {
        "type": "channel",
        "date": 1,
        "message_id": 4242,
        "chat": {"id": -4242, "type": "channel", "title": "CANARIA"},
    },
}


class Telegram(Recorder):
    """The recording connection, with a volunteers' group."""

    def __init__(self) -> None:
        super().__init__()
        self.status = dict(STATUS)
        self.moved = False
        self.down = False

    async def do_request(
        self, url: str, method: str, request_data: Any = None, *more: Any, **named: Any
    ) -> tuple[int, bytes]:
        if not url.endswith("getChatMember"):
            return await super().do_request(url, method, request_data, *more, **named)
        values = dict(request_data.json_parameters)
        self.sent.append(("getChatMember", values))
        if self.down:
            return 500, b"<html>"
        if self.moved and int(values["chat_id"]) == GROUP:
            moved = {"ok": False, "error_code": 400, "description": "Bad Request: group chat was upgraded"}
            return 400, json.dumps({**moved, "parameters": {"migrate_to_chat_id": GROUP * 10}}).encode()
        user = int(values["user_id"])
        status = self.status.get(user, "left")
        member: dict[str, Any] = {"user": {"id": user, "is_bot": False, "first_name": "x"}, "status": status}
        if status == "restricted":
            rights = ["messages", "audios", "documents", "photos", "videos", "video_notes", "voice_notes", "polls"]
            member |= {f"can_send_{right}": True for right in rights} | {"is_member": True, "until_date": 0}
            member |= dict.fromkeys(["can_send_other_messages", "can_add_web_page_previews", "can_change_info",
                                     "can_invite_users", "can_pin_messages", "can_manage_topics",
                                     "can_edit_tag"], True)  # fmt: skip
        if status == "administrator":
            member |= dict.fromkeys(["can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages",
                                     "can_manage_video_chats", "can_restrict_members", "can_promote_members",
                                     "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
                                     "can_delete_stories"], False)  # fmt: skip
        return 200, json.dumps({"ok": True, "result": member}).encode()

    def forget_what_was_sent(self) -> None:
        self.sent.clear()

    @property
    def answered(self) -> list[dict[str, Any]]:
        return self.requests("answerInlineQuery")


@dataclass
class Hotline:
    """The bot at work with a group of volunteers."""

    telegram: Telegram
    edge: Edge
    number: int = 100
    clock: list[float] = field(default_factory=lambda: [0.0])

    async def hears(self, *updates: dict[str, Any]) -> list[str]:
        """Hand over updates at once, wait for all replies, and give the texts that were sent."""
        before = len(self.telegram.texts)
        numbers = range(self.number + 1, self.number + 1 + len(updates))
        self.number = numbers[-1]
        await self.edge.inbox.receive([{"update_id": n, **one} for n, one in zip(numbers, updates, strict=True)])
        await self.edge.drain(20)
        return self.telegram.texts[before:]

    def text(
        self, text: str | None = None, *, user: int = MEMBER, chat: int | None = None, **more: Any
    ) -> dict[str, Any]:
        self.number += 1
        chat = user if chat is None else chat
        kind = "private" if chat > 0 else "supergroup"
        raw = message(text, chat=chat, kind=kind, **{"message_id": self.number, "date": self.number, **more})
        if "from" not in more:
            raw["from"] = {"id": user, "is_bot": False, "first_name": "CANARIA", "language_code": "en"}
        return {"message": raw}

    def forward(self, text: str, origin: str = "hidden_user", **more: Any) -> dict[str, Any]:
        return self.text(text, forward_origin=ORIGINS[origin], **more)

    def keyboard_of_card(self) -> list[dict[str, Any]]:
        """The buttons of the newest card."""
        sent = [values["reply_markup"]["inline_keyboard"] for values in self.telegram.requests("sendMessage")
                if "reply_markup" in values]  # fmt: skip
        cards = [rows for rows in sent if any(b.get("callback_data", "").endswith("c") for row in rows for b in row)]
        return [button for row in cards[-1] for button in row] if cards else []

    def keyboard(self) -> list[dict[str, Any]]:
        sent = [values for values in self.telegram.requests("sendMessage") if "reply_markup" in values]
        return [button for row in sent[-1]["reply_markup"]["inline_keyboard"] for button in row]


def hotline(house: House, story: Callable[[Hotline], Any], *, group: int | None = GROUP, **options: Any) -> Hotline:
    async def tell() -> Hotline:
        telegram, clock = Telegram(), [0.0]
        bot = build_bot("123:ABC", telegram, telegram)
        comments = Comments(pause=0.1)
        staff = Staff(
            bot, group=group, volunteers=frozenset([MEMBER]) if group is None else frozenset(),
            coordinators=frozenset([COORDINATOR, EX_MEMBER, STRANGER]), clock=lambda: clock[0],
        )  # fmt: skip
        sessions = Sessions(lambda: clock[0])
        async with at_the_edge(
            house, bot, sessions=sessions, staff=staff, comments=comments, group=group, **options
        ) as edge:
            at_work = Hotline(telegram, edge, clock=clock)
            await story(at_work)
            return at_work

    return asyncio.run(tell())


@pytest.mark.parametrize("origin", ORIGINS)
def test_a_volunteers_forward_gives_a_card_and_an_answer_to_hand_on(house: House, origin: str) -> None:
    async def story(at: Hotline) -> None:
        shown, handed = await at.hears(at.forward(OPT_OUT, origin))
        assert "Spanish · Illinois (from “illinois”)" in shown
        assert handed.startswith("<b>Illinois · ¿Puedo impedir")

    at = hotline(house, story)
    assert "CANARIA" not in json.dumps(at.telegram.sent, ensure_ascii=False)
    assert "4242" not in json.dumps(at.telegram.sent)


@pytest.mark.parametrize("origin", ORIGINS)
def test_nothing_of_a_forwards_origin_is_kept(origin: str) -> None:
    raw = {"update_id": 1, **Hotline(Telegram(), None).forward("hola", origin)}  # type: ignore[arg-type]
    raw["message"] |= {"forward_from": {"id": 4242}, "forward_sender_name": "CANARIA", "sender_chat": {"id": -4242}}
    kept = json.dumps(cut(raw))
    assert "4242" not in kept
    assert "CANARIA" not in kept


def test_several_forwards_at_once_give_a_card_each_in_order(house: House) -> None:
    async def story(at: Hotline) -> None:
        texts = await at.hears(at.forward(OPT_OUT), at.forward("ICE is at my door"), at.forward("hola"))
        assert "Illinois" in texts[0]
        assert "signed by a judge" in texts[2]
        assert len(texts) == 5

    hotline(house, story)


def test_a_comment_and_its_forward_are_one(house: House) -> None:
    async def story(at: Hotline) -> None:
        comment = at.text("caller in Mobile asks:", date=5)
        forward = at.forward("puedo negarme a que compartan mis datos de la licencia con ice?", date=5)
        shown, handed = await at.hears(comment, forward)
        assert "Alabama (from “Mobile”)" in shown
        assert handed.startswith("<b>Alabama · ")
        (after,) = await at.hears(at.forward("puedo negarme a que compartan mis datos de la licencia con ice?", date=5))
        assert "Which state is it about?" in after

    hotline(house, story)


def test_a_comment_that_arrives_a_moment_before_its_forward_is_one_with_it(house: House) -> None:
    async def story(at: Hotline) -> None:
        await at.edge.inbox.receive([{"update_id": 1, **at.text("caller in Mobile asks:", date=5)}])
        await asyncio.sleep(0.02)
        shown, _ = await at.hears(at.forward("puedo negarme a que compartan mis datos de la licencia con ice?", date=6))
        assert "Alabama (from “Mobile”)" in shown

    hotline(house, story)


def test_a_question_that_is_typed_before_an_unrelated_forward_is_answered_itself(house: House) -> None:
    async def story(at: Hotline) -> None:
        texts = await at.hears(at.text(OPT_OUT, date=5), at.forward("ICE is at my door", date=60))
        assert "Illinois" in texts[0]
        assert len(texts) == 4

    hotline(house, story)


def test_an_asker_who_forwards_gets_the_public_answer(house: House) -> None:
    async def story(at: Hotline) -> None:
        (answer,) = await at.hears(at.forward(OPT_OUT, user=STRANGER))
        assert "Illinois · ¿Puedo impedir" in answer
        assert "Spanish · Illinois" not in answer

    hotline(house, story)


def sent_by(user: int, *, bot: bool, speaks_as: int | None = None) -> dict[str, Any]:
    """A sender in the volunteers' group, with what a mention of the bot looks like."""
    found: dict[str, Any] = {"from": {"id": user, "is_bot": bot, "first_name": "CANARIA"}, **MENTION}
    return found | ({"sender_chat": {"id": speaks_as, "type": "channel"}} if speaks_as else {})


def senders(at: Hotline) -> dict[str, dict[str, Any]]:
    """The kinds of senders who are no volunteers, each with one message that asks for a card."""
    named = f"@amparo_bot {OPT_OUT}"
    replied: dict[str, Any] = {"reply_to_message": {**message("x"), "from": {"id": 999, "is_bot": True}}}
    return {
        "stranger": at.forward(OPT_OUT, user=STRANGER),
        "ex-member": at.forward(OPT_OUT, user=EX_MEMBER),
        "restricted member": at.forward(OPT_OUT, user=RESTRICTED),
        "anonymous administrator": at.forward(named, chat=GROUP, **sent_by(ANONYMOUS_ADMIN, bot=True, speaks_as=GROUP)),
        "speaks as a channel": at.forward(named, chat=GROUP, **sent_by(CHANNEL_BOT, bot=True, speaks_as=-7)),
        "linked channel": at.forward(named, chat=GROUP, **sent_by(TELEGRAM, bot=False, speaks_as=-7)),
        "another bot": at.forward(named, chat=GROUP, **sent_by(77, bot=True)),
        "another group": at.forward(named, chat=OTHER_GROUP, **MENTION),
        "migrated group": at.forward(named, chat=GROUP * 10, **MENTION),
        "forged button": press("a|opt_out|IL|es|c", chat=STRANGER),
        "edited message": {"edited_message": at.text(OPT_OUT, user=STRANGER)["message"]},
        "reply to something": at.text(OPT_OUT, user=STRANGER, **replied),
    }


KINDS = list(senders(Hotline(Telegram(), None)))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_else_gets_a_card(house: House, kind: str) -> None:
    async def story(at: Hotline) -> None:
        await at.hears(senders(at)[kind])

    at = hotline(house, story)
    assert not [text for text in at.telegram.texts if "Spanish ·" in text or "Sure (" in text]
    assert all('c"' not in json.dumps(values.get("reply_markup", {})) for _, values in at.telegram.sent)
    refused = [*at.telegram.texts, *(v.get("text", "") for v in at.telegram.requests("answerCallbackQuery"))]
    assert bool(refused) is (kind != "another bot"), "everybody but a bot is told something"


@pytest.mark.parametrize("user", [STRANGER, EX_MEMBER, RESTRICTED, ANONYMOUS_ADMIN, 77])
def test_nobody_else_gets_inline_answers_or_card_buttons_or_counts(house: House, user: int) -> None:
    async def story(at: Hotline) -> None:
        await at.hears(inline_query(OPT_OUT, user))
        for data in (
            "a|opt_out|IL|es|c",
            "r|opt_out|IL|es|c",
            "x||||c",
            "S|opt_out||es|1c",
            "L|opt_out|IL|es|c",
            "t||||c",
        ):
            await at.hears(press(data, chat=user))
        for name in ("stats", "gaps", "status"):
            await at.hears(at.text(user=user, **command(name)), at.text(user=user, chat=GROUP, **command(name)))

    at = hotline(house, story)
    assert at.telegram.answered[0]["results"] == []
    assert "volunteers" in at.telegram.answered[0]["button"]["text"]
    assert not [text for text in at.telegram.texts if "Sure (" in text or "¿Puedo impedir" in text or "week" in text]


@pytest.mark.parametrize("user", [MEMBER, COORDINATOR])
@pytest.mark.parametrize("data", ["a|opt_out|IL|es|c", "r|opt_out|IL|es|c", "x||||c", "S|opt_out||es|1c", "t||||c"])
def test_members_may_press_the_buttons_of_cards(house: House, user: int, data: str) -> None:
    async def story(at: Hotline) -> None:
        assert await at.hears(press(data, chat=user))

    hotline(house, story)


def test_a_removed_member_is_refused_within_a_minute(house: House) -> None:
    async def story(at: Hotline) -> None:
        assert len(await at.hears(at.forward(OPT_OUT))) == 2
        at.telegram.status[MEMBER] = "kicked"
        at.clock[0] += CACHED_SECONDS
        assert len(await at.hears(at.forward(OPT_OUT))) == 1
        at.telegram.status[MEMBER] = "member"
        at.clock[0] += CACHED_SECONDS
        assert len(await at.hears(at.forward(OPT_OUT))) == 2
        at.clock[0] += CACHED_SECONDS - 1
        await at.hears(at.forward(OPT_OUT))

    assert len(hotline(house, story).telegram.requests("getChatMember")) == 3
    assert CACHED_SECONDS <= 60


def test_where_the_group_cannot_be_asked_nobody_is_a_volunteer_and_everybody_is_answered(house: House) -> None:
    async def story(at: Hotline) -> None:
        at.telegram.down = True
        assert len(await at.hears(at.forward(OPT_OUT))) == 1
        at.telegram.down = False
        assert len(await at.hears(at.forward(OPT_OUT))) == 2

    hotline(house, story)


def test_a_group_that_has_moved_is_followed(house: House) -> None:
    async def story(at: Hotline) -> None:
        at.telegram.moved = True
        assert len(await at.hears(at.forward(OPT_OUT))) == 2

    hotline(house, story)


def test_without_a_group_the_settings_name_the_volunteers(house: House) -> None:
    async def story(at: Hotline) -> None:
        assert len(await at.hears(at.forward(OPT_OUT))) == 2
        assert len(await at.hears(at.forward(OPT_OUT, user=COORDINATOR))) == 1

    assert not hotline(house, story, group=None).telegram.requests("getChatMember")


def test_a_volunteer_asks_in_the_group_by_the_bots_name(house: House) -> None:
    async def story(at: Hotline) -> None:
        shown, _ = await at.hears(at.text(f"@amparo_bot {OPT_OUT}", chat=GROUP, **MENTION))
        assert "Spanish · Illinois" in shown

    hotline(house, story)


def test_cards_can_be_handed_on_where_other_messages_are_protected(house: House) -> None:
    async def story(at: Hotline) -> None:
        await at.hears(at.forward(OPT_OUT))
        await at.hears(at.forward(OPT_OUT, user=STRANGER))

    sent = hotline(house, story, protect=True).telegram.requests("sendMessage")
    assert [values.get("protect_content") for values in sent] == [None, None, "true"]


def test_a_page_of_a_cards_list_is_replaced(house: House) -> None:
    async def story(at: Hotline) -> None:
        await at.hears(at.forward(OPT_OUT))
        await at.hears(press("t||IL|es|c", chat=MEMBER))
        turn = next(button["callback_data"] for button in at.keyboard() if button["text"] == "▶")
        await at.hears(press(turn, chat=MEMBER))

    assert len(hotline(house, story).telegram.requests("editMessageText")) == 1


def inline_query(text: str, user: int) -> dict[str, Any]:
    person = {"id": user, "is_bot": False, "first_name": "CANARIA", "language_code": "en"}
    return {"inline_query": {"id": "9", "from": person, "query": text, "offset": "", "location": {"latitude": 42.42}}}


def test_inline_answers_are_finished_personal_and_not_cached(house: House) -> None:
    async def story(at: Hotline) -> None:
        await at.hears(inline_query(OPT_OUT, MEMBER))
        await at.hears(inline_query("can i opt out of sharing my license data with ice", MEMBER))
        await at.hears(inline_query("", MEMBER))

    first, both, empty = hotline(house, story).telegram.answered
    assert first["cache_time"] == "0"
    assert first["is_personal"] == "true"
    result = first["results"][0]
    assert result["title"].startswith("Illinois · Español · ¿Puedo impedir")
    assert result["input_message_content"]["message_text"].startswith("<b>Illinois · ¿Puedo impedir")
    assert [r["title"].split(" · ")[0] for r in both["results"]] == ["Alabama", "Illinois"]
    assert empty["results"] == []


def test_an_inline_answer_is_always_one_message(house: House) -> None:
    async def story(at: Hotline) -> None:
        for intent in house.content.intents.values():
            for phrasing in (intent.phrasings["en"][0], intent.phrasings["es"][0]):
                await at.hears(inline_query(f"{phrasing} alabama", MEMBER))

    for answered in hotline(house, story).telegram.answered:
        for result in answered["results"]:
            text = result["input_message_content"]["message_text"]
            assert len(text.encode("utf-16-le")) // 2 <= 4096 or "<" in text
            assert len(result["id"].encode()) <= 64


def command(name: str) -> dict[str, Any]:
    return {"text": f"/{name}@amparo_bot", "entities": [{"type": "bot_command", "offset": 0, "length": len(name) + 12}]}


def test_coordinators_see_counts_of_the_weeks_that_are_over_and_no_small_one(house: House) -> None:
    today = [dt.date(2026, 11, 22)]

    async def story(at: Hotline) -> None:
        async def asked(name: str, user: int = COORDINATOR) -> str:
            (said,) = await at.hears(at.text(user=user, chat=GROUP, **command(name)))
            return said

        for _ in range(LEAST_SHOWN):
            await at.hears(press("x|opt_out||es|c", chat=MEMBER), at.forward(OPT_OUT), at.text("zzz", user=STRANGER))
        await at.hears(at.forward("zzz"), press("x|opt_out||pl|c", chat=MEMBER), at.text(OPT_OUT, user=STRANGER))
        assert "No week with counts is over yet." in await asked("stats")
        today[0] += dt.timedelta(days=1)
        stats, gaps = await asked("stats"), await asked("gaps")
        assert "Week of Nov 16, 2026" in stats
        assert f"{LEAST_SHOWN + 1} · Can I stop" in stats
        assert f"{LEAST_SHOWN + 1} · Spanish" in stats
        # Eleven cards beside twelve questions: one person asked herself.
        assert "By who asked:\nnot shown: small numbers could be worked out from it" in stats
        assert f"{LEAST_SHOWN + 1} · “Nothing fits” was pressed" in gaps
        assert f"{LEAST_SHOWN} · The bot did not understand" in gaps
        assert "Polish" not in gaps
        assert "zzz" not in gaps
        for name in ("stats", "gaps", "status"):
            assert "only for the hotline's coordinators" in await asked(name, MEMBER)

    hotline(house, story, today=lambda: today[0])


def test_coordinators_see_how_the_bot_is_doing(house: House) -> None:
    async def story(at: Hotline) -> None:
        (said,) = await at.hears(at.text(user=COORDINATOR, chat=GROUP, **command("status")))
        for line in (
            "Open questions with volunteers: 0",
            "Questions that wait for their reply: 1",
            "Replies that wait to be sent: 0",
            "Answers that nobody has checked: ",
            "Encoder: off",
        ):
            assert line in said

    hotline(house, story)


def test_an_update_that_announces_nothing_keeps_nothing() -> None:
    comments = Comments(pause=0.01)
    bot = build_bot("123:ABC", Telegram(), Telegram())

    async def many() -> None:
        for user in range(1, 1500):
            comments.announce(Update.de_json(cut({"update_id": user, "message": message("hola", chat=user)}), bot))

    asyncio.run(many())
    assert len(comments._newest) == 1000
    assert "hola" not in repr(comments.__dict__)
