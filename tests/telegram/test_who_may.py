"""Who may do what with a ticket: twelve kinds of senders, every act of the staff, and two of them may."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bot.conversation.house import House
from bot.records.tickets import Status
from tests.practice.running import Json
from tests.telegram.handing import Shift, plays

STRANGER, BOT, ANONYMOUS, CHANNEL_BOT, TELEGRAM = 7001, 7002, 1087968824, 136817688, 777000
ANSWER = "WORDS OF SOMEBODY"

Sender = Callable[[Shift], Json]


def user(number: int, *, is_bot: bool = False) -> Json:
    return {"id": number, "is_bot": is_bot, "first_name": "N"}


def someone(at: Shift, status: str | None) -> Json:
    """A person of the practice world, in this relation to the group."""
    person = at.world.person("Zoe")
    if status is not None:
        at.world.join(person.id)
        if status != "member":
            at.world.join(person.id, status)
    return {"from": user(person.id)}


def in_another_group(at: Shift) -> Json:
    return {**someone(at, "member"), "chat": {"id": -100777, "type": "supergroup", "title": "T", "is_forum": True}}


SENDERS: dict[str, Sender] = {
    "a stranger": lambda _: {"from": user(STRANGER)},
    "who has left": lambda at: someone(at, "left"),
    "who was thrown out": lambda at: someone(at, "kicked"),
    "a member with limited rights": lambda at: someone(at, "restricted"),
    "an anonymous administrator": lambda at: {
        "from": user(ANONYMOUS, is_bot=True), "sender_chat": {"id": at.group, "type": "supergroup", "title": "T"},
    },
    "somebody as a channel": lambda _: {
        "from": user(CHANNEL_BOT, is_bot=True), "sender_chat": {"id": -100555, "type": "channel", "title": "C"},
    },
    "the linked channel": lambda _: {
        "from": user(TELEGRAM), "sender_chat": {"id": -100555, "type": "channel", "title": "C"},
        "is_automatic_forward": True,
    },
    "another bot": lambda _: {"from": user(BOT, is_bot=True)},
    "a volunteer in another group": in_another_group,
    "a volunteer in the group as it was before it moved": lambda at: {
        **someone(at, "member"), "chat": {"id": -555, "type": "group", "title": "T"},
    },
    "the asker herself": lambda at: {"from": user(at.ana)},
    "a forger in a private chat": lambda _: {
        "from": user(STRANGER), "chat": {"id": STRANGER, "type": "private", "first_name": "N"},
    },
}  # fmt: skip
ALLOWED: dict[str, Sender] = {
    "a volunteer": lambda at: someone(at, "member"),
    "a volunteer who is an administrator": lambda at: someone(at, "administrator"),
}
ACTS = ("answer", "edit", "recall", "/close", "/mute", "pass on", "close", "mute", "send", "instead", "claim")
FOR_COORDINATORS = ("/ban",)
ON_A_WAITING_ONE = ("claim",)


def raw(at: Shift, act: str, sender: Json, answer: int, number: int) -> Json:
    """The update that this act would be, from this sender. `answer`: a message of a volunteer that was passed on."""
    message: Json = {
        "message_id": 900 + number, "date": 1, "chat": {"id": at.group, "type": "supergroup", "is_forum": True},
        "message_thread_id": at.topic, "is_topic_message": True, "text": ANSWER, **sender,
    }  # fmt: skip
    data = {
        "pass on": "p|{}|||", "close": "x|{}|||", "mute": "m|{}|||", "claim": "c|{}|||",
        "send": "s|{}|opt_out|IL|", "instead": f"i|{{}}|opt_out|IL|{answer}",
    }  # fmt: skip
    replied = {"message_id": answer, "date": 1, "chat": message["chat"], "from": user(at.rosa.id), "text": "x"}
    update_id = 100_000 + number
    if act in data:
        button = {**message, "from": at.world.me}
        pressed = {"id": "1", "from": message["from"], "chat_instance": "1", "message": button}
        return {
            "update_id": update_id,
            "callback_query": {**pressed, "data": "T|" + data[act].format(at.ticket.number)},
        }
    if act == "edit":
        return {"update_id": update_id, "edited_message": {**message, "message_id": answer, "edit_date": 2}}
    if act == "answer":
        return {"update_id": update_id, "message": message}
    command: dict[str, Any] = {"text": act if act.startswith("/") else "/recall", "reply_to_message": replied}
    command["entities"] = [{"type": "bot_command", "offset": 0, "length": len(command["text"])}]
    return {"update_id": update_id, "message": {**message, **command}}


async def comes(at: Shift, update: Json) -> None:
    await at.edge.inbox.receive([update])
    await at.edge.drain(20)
    await asyncio.sleep(0)


async def ready(at: Shift, act: str) -> int:
    """A ticket, claimed and answered by Rosa unless the act is to claim it; the answer's id."""
    await at.hands_over("puedo pedir que no compartan mis datos con la migra? vivo en illinois")
    if act in ON_A_WAITING_ONE:
        return 0
    await at.moves("Claim")
    return int((await at.answers("venga el lunes"))["message_id"])


@pytest.mark.parametrize("kind", SENDERS)
def test_everybody_else_is_refused_everything(house: House, kind: str) -> None:
    async def story(at: Shift) -> None:
        for claimed in (False, True):
            answer = await ready(at, "answer" if claimed else "claim")
            sender = SENDERS[kind](at)
            # Not even where the settings name her a coordinator.
            at.staff._coordinators = frozenset([sender.get("from", {}).get("id")])
            for number, act in enumerate((*FOR_COORDINATORS, *ACTS) if claimed else ON_A_WAITING_ONE):
                ticket, texts = at.ticket, at.texts()
                await comes(at, raw(at, act, sender, answer, number + 50 * claimed))
                assert at.ticket == ticket, act
                # What she writes in her own chat may be answered there, by the bot.
                assert at.texts() == texts, act

    plays(house, story)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("kind", ALLOWED)
def test_volunteers_may(house: House, kind: str, act: str) -> None:
    async def story(at: Shift) -> None:
        answer = await ready(at, act)
        before = (at.ticket, at.texts())
        await comes(at, raw(at, act, ALLOWED[kind](at), answer, 1))
        assert (at.ticket, at.texts()) != before

    plays(house, story)


@pytest.mark.parametrize("kind", ALLOWED)
@pytest.mark.parametrize("named", [False, True])
def test_of_the_volunteers_only_those_that_the_settings_name_may_ban(house: House, kind: str, named: bool) -> None:
    async def story(at: Shift) -> None:
        sender = ALLOWED[kind](at)
        at.staff._coordinators = frozenset([sender["from"]["id"]] if named else [])
        await ready(at, "/ban")
        before = (at.ticket, at.texts())
        await comes(at, raw(at, "/ban", sender, 0, 1))
        assert ((at.ticket, at.texts()) != before) == at.store.banned(at.ana) == named

    plays(house, story)


def test_whoever_is_removed_is_refused_within_a_minute(house: House) -> None:
    async def story(at: Shift) -> None:
        await at.hands_over()
        await at.moves("Claim")
        at.world.leave(at.rosa.id, kicked=True)
        for user_id, (when, member) in list(at.staff._asked.items()):
            at.staff._asked[user_id] = (when - 60, member)
        texts = at.texts()
        sender = {"from": user(at.rosa.id)}
        for number, act in enumerate(ACTS):
            await comes(at, raw(at, act, sender, 0, number))
        assert at.texts() == texts
        assert at.ticket.status is Status.CLAIMED

    plays(house, story)


def test_a_reply_to_a_message_that_is_no_relay_goes_to_nobody(house: House) -> None:
    async def story(at: Shift) -> None:
        at.world.group.is_forum = False
        await at.hands_over()
        await at.moves("Claim")
        other = await at.says("what is for lunch?", at.eva.id, chat=at.group)
        texts = at.texts()
        await at.says("#" + at.ticket.number + " soup", at.rosa.id, chat=at.group, reply_to=other["message_id"])
        assert at.texts() == texts

    plays(house, story)
