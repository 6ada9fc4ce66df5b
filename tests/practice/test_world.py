"""People in the practice world: what they do, what the bot hears of it, and what is seen."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import aiogram.types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.practice.chats import STATUSES, Topic
from bot.practice.entities import find_entities, units
from bot.practice.updates import UPDATE_KINDS, Updates
from bot.practice.world import World

Json = dict[str, Any]


@pytest.fixture
def world() -> World:
    made = World(clock=lambda: 1000.0)
    made.person("Ana", "es", person_id=7)
    made.person("Vera", person_id=8)
    made.updates.allow(UPDATE_KINDS)
    made.join(8, "administrator")
    made.updates.clear()
    return made


def heard(world: World) -> list[Json]:
    """The updates for the bot so far; each is one that a strict library can read."""
    updates = world.updates.waiting()
    for update in updates:
        aiogram.types.Update.model_validate(update)
    return updates


def test_a_text_reaches_the_bot_with_its_author_and_the_language_of_her_app(world: World) -> None:
    world.say(7, "  hola ", client_language="ar")
    [update] = heard(world)
    assert update["message"]["text"] == "hola"
    assert update["message"]["chat"] == {"id": 7, "type": "private", "first_name": "Ana"}
    assert update["message"]["from"] == {"id": 7, "is_bot": False, "first_name": "Ana", "language_code": "ar"}


def test_commands_mentions_and_addresses_are_marked_in_utf_16_units(world: World) -> None:
    text = world.say(7, "/start 😀 @amparo_bot a/b me@x.org https://x.org/a?b=1. /help@amparo_bot")
    marked = [(mark["type"], part(text["text"], mark)) for mark in text["entities"]]
    assert marked == [("bot_command", "/start"), ("mention", "@amparo_bot"), ("url", "https://x.org/a?b=1"),
                      ("bot_command", "/help@amparo_bot")]  # fmt: skip


def part(text: str, mark: Json) -> str:
    encoded = text.encode("utf-16-le")[2 * mark["offset"] : 2 * (mark["offset"] + mark["length"])]
    return encoded.decode("utf-16-le")


@given(st.text(alphabet="/@ab😀. _\n"))
def test_marks_never_overlap_and_lie_inside_the_text(text: str) -> None:
    end = 0
    for mark in find_entities(text):
        assert mark["offset"] >= end
        end = mark["offset"] + mark["length"]
    assert end <= units(text)


@pytest.mark.parametrize("kind", ["user", "hidden_user", "chat", "channel"])
def test_a_message_can_be_forwarded_from_every_kind_of_author(world: World, kind: str) -> None:
    world.say(7, "hola", forwarded=kind)
    assert heard(world)[0]["message"]["forward_origin"]["type"] == kind


@pytest.mark.parametrize("kind", ["photo", "voice", "audio", "document", "sticker", "contact", "location", "poll"])
def test_what_is_not_text_is_sent_too(world: World, kind: str) -> None:
    world.send(7, kind, caption="a /help" if kind == "photo" else None)
    [update] = heard(world)
    assert kind in update["message"]
    if kind == "photo":
        assert update["message"]["caption_entities"] == [{"type": "bot_command", "offset": 2, "length": 5}]


def test_a_changed_text_and_a_pressed_button_are_heard(world: World) -> None:
    said = world.say(7, "/help me")
    world.edit(7, 7, said["message_id"], "hola")
    pressed = world.press(7, 7, said["message_id"], "a|b")
    _, edited, query = heard(world)
    assert (edited["edited_message"]["text"], edited["edited_message"]["edit_date"]) == ("hola", 1000)
    assert "entities" not in edited["edited_message"]
    assert (query["callback_query"]["id"], query["callback_query"]["data"]) == (pressed, "a|b")
    assert query["callback_query"]["message"]["text"] == "hola"


def test_a_group_knows_members_anonymous_ones_and_topics(world: World) -> None:
    opening = world.posted(
        world.group, {"from": world.me, "forum_topic_created": {"name": "A", "icon_color": 1}}, opens=True
    )
    world.group.topics[opening["message_id"]] = Topic(opening["message_id"], "A")
    world.say(8, "answer", chat=world.group.id, topic=opening["message_id"])
    world.say(8, "hidden", chat=world.group.id, anonymous=True)
    in_topic, hidden = (update["message"] for update in heard(world))
    assert in_topic["is_topic_message"]
    assert in_topic["message_thread_id"] == opening["message_id"]
    assert "forum_topic_created" in in_topic["reply_to_message"]
    assert (hidden["from"]["id"], hidden["sender_chat"]["id"]) == (1087968824, world.group.id)


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_of_a_member_is_told_to_the_bot(world: World, status: str) -> None:
    world.join(7, status)
    [update] = heard(world)
    assert update["chat_member"]["new_chat_member"]["status"] == status
    assert update["chat_member"]["old_chat_member"]["status"] == "left"


def test_blocking_is_told_and_writing_lets_the_bot_in_again(world: World) -> None:
    world.block(7)
    world.say(7, "hola")
    blocked, back, said = heard(world)
    assert blocked["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert back["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert "message" in said


def test_a_bot_that_left_the_group_hears_nothing_of_it(world: World) -> None:
    world.leave(world.me["id"])
    world.edit(8, world.group.id, world.say(8, "hi", chat=world.group.id)["message_id"], "hey")
    [gone] = heard(world)
    assert gone["my_chat_member"]["new_chat_member"]["status"] == "left"
    assert world.history(world.group.id)[-1]["text"] == "hey"


IMPOSSIBLE: dict[str, Callable[[World], object]] = {
    "nothing": lambda world: world.say(7, "  "),
    "too long": lambda world: world.say(7, "😀" * 2049),
    "somebody else's chat": lambda world: world.say(8, "hola", chat=7),
    "a group she is not in": lambda world: world.say(7, "hola", chat=world.group.id),
    "a reply to nothing": lambda world: world.say(7, "hola", reply_to=99),
    "without a name, but a member": lambda world: world.say(7, "hola", anonymous=True),
    "another's message changed": lambda world: world.edit(8, 7, world.say(7, "hola")["message_id"], "x"),
    "a message changed into nothing": lambda world: world.edit(7, 7, world.say(7, "hola")["message_id"], " "),
    "an unknown kind": lambda world: world.send(7, "dance"),
    "an unknown origin": lambda world: world.say(7, "hola", forwarded="dream"),
    "an unknown status": lambda world: world.join(7, "queen"),
    "an id twice": lambda world: world.person("Eva", person_id=7),
    "another's message deleted": lambda world: world.delete(7, world.group.id, 1),
}


@pytest.mark.parametrize("what", IMPOSSIBLE)
def test_what_the_messenger_does_not_offer_cannot_be_done(world: World, what: str) -> None:
    with pytest.raises(ValueError, match=re.compile(r"\w{3}")):
        IMPOSSIBLE[what](world)


def test_everything_that_is_seen_is_one_event_and_closing_ends_them(world: World) -> None:
    async def watch() -> list[Json]:
        watching = world.subscribe()
        said = world.say(7, "hola")
        world.edit(7, 7, said["message_id"], "buenas")
        world.delete(7, 7, said["message_id"])
        world.say(8, "hi", chat=world.group.id)
        watching.close()
        world.say(7, "unseen")
        return [event async for event in watching]

    events = asyncio.run(watch())
    assert [(event["event"], event["chat"]) for event in events] == [
        ("message", 7), ("edit", 7), ("delete", 7), ("message", world.group.id),
    ]  # fmt: skip
    assert events[1]["message"]["text"] == "buenas"
    assert [message["text"] for message in world.history(7)] == ["unseen"]


def queue(*kinds: str) -> Updates:
    updates = Updates(5, lambda: 0.0)
    for kind in kinds:
        updates.put(kind, {})
    return updates


def test_an_update_stays_until_a_later_one_is_asked_for() -> None:
    updates = queue("message", "message", "edited_message")
    assert [update["update_id"] for update in updates.waiting(2)] == [5, 6]
    updates.confirm(6)
    assert [update["update_id"] for update in updates.waiting()] == [6, 7]
    updates.confirm(6)
    updates.confirm(0)
    assert len(updates) == 2
    updates.confirm(-1)
    assert [update["update_id"] for update in updates.waiting()] == [7]
    updates.confirm(100)
    assert not updates.waiting()


def test_telegram_keeps_an_update_for_a_day(world: World) -> None:
    world.say(7, "old")
    world.clock = lambda: 1000.0 + 12 * 3600
    world.say(7, "new")
    assert len(heard(world)) == 2
    world.clock = lambda: 1001.0 + 24 * 3600
    assert [update["message"]["text"] for update in heard(world)] == ["new"]


def test_only_the_kinds_that_are_asked_for_come_and_unknown_ones_are_passed_over() -> None:
    updates = queue("message", "chat_member")
    assert len(updates) == 1
    updates.allow(["chat_member", "no_such_kind"])
    assert updates.put("message", {}) is None
    assert updates.put("chat_member", {}) is not None
    updates.allow([])
    assert updates.put("message", {}) is not None
    assert updates.put("chat_member", {}) is None
