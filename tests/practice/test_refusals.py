"""What Telegram refuses, and why, in its own words where they are known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.practice.methods import METHODS, OBJECTS
from bot.practice.refusals import Refusal
from bot.practice.requests import read
from tests.practice.running import Json, Running, play

LONG = "x" * 4097
BUTTON = {"text": "a", "callback_data": "a"}


def button(*buttons: Json) -> Json:
    """A message with these buttons, one a row."""
    return {"text": "x", "reply_markup": {"inline_keyboard": [[one] for one in buttons]}}


REFUSED: dict[str, tuple[str, Json, str]] = {
    "a method that is not there": ("sendMesage", {}, "404 Not Found: method not found"),
    "a misspelt parameter": ("sendMessage", {"text": "x", "parse_mod": "HTML"}, "parse_mod"),
    "a parameter of another method": ("sendMessage", {"text": "x", "caption": "x"}, "caption"),
    "a misspelt field of an object": (
        "sendMessage",
        {"text": "x", "link_preview_options": {"disabled": True}},
        "disabled",
    ),
    "no text": ("sendMessage", {}, "message text is empty"),
    "an empty text": ("sendMessage", {"text": " \n "}, "message text is empty"),
    "a text that is only markup": ("sendMessage", {"text": "<b> </b>", "parse_mode": "HTML"}, "message text is empty"),
    "a text too long": ("sendMessage", {"text": LONG}, "message is too long"),
    "a text too long in UTF-16": ("sendMessage", {"text": "😀" * 2049}, "message is too long"),
    "bad HTML": ("sendMessage", {"text": "<b>x", "parse_mode": "HTML"}, "can't parse entities: Can't find end tag"),
    "a number as text": ("sendMessage", {"text": 5}, "must be of the kind string"),
    "a text as yes or no": ("sendMessage", {"text": "x", "protect_content": "maybe"}, "must be of the kind boolean"),
    "markup that is not JSON": ("sendMessage", {"text": "x", "reply_markup": "{"}, "can't parse"),
    "markup that is no keyboard": ("sendMessage", {"text": "x", "reply_markup": {}}, "no keyboard"),
    "a keyboard that is no list": (
        "sendMessage",
        {"text": "x", "reply_markup": {"inline_keyboard": {}}},
        "must be an Array",
    ),
    "65 bytes of data": ("sendMessage", button({"text": "a", "callback_data": "é" * 32 + "x"}), "BUTTON_DATA_INVALID"),
    "no data": ("sendMessage", button({"text": "a", "callback_data": ""}), "BUTTON_DATA_INVALID"),
    "a button that does nothing": ("sendMessage", button({"text": "a"}), "Text buttons are unallowed"),
    "a button that does two things": ("sendMessage", button({**BUTTON, "url": "https://x.org"}), "unallowed"),
    "a button without words": ("sendMessage", button({**BUTTON, "text": " "}), "non-empty"),
    "a button that leads nowhere": ("sendMessage", button({"text": "a", "url": "x"}), "URL"),
    "101 buttons": ("sendMessage", button(*[BUTTON] * 101), "reply markup is too long"),
    "257 copied characters": (
        "sendMessage",
        button({"text": "a", "copy_text": {"text": "1" * 257}}),
        "BUTTON_COPY_TEXT_INVALID",
    ),
    "a chat that is not there": ("sendMessage", {"chat_id": 55, "text": "x"}, "400 Bad Request: chat not found"),
    "a chat by name": ("sendMessage", {"chat_id": "@nobody", "text": "x"}, "400 Bad Request: chat not found"),
    "no chat": ("sendMessage", {"chat_id": None, "text": "x"}, "chat_id is empty"),
    "a topic that is not there": ("sendMessage", {"text": "x", "message_thread_id": 77}, "message thread not found"),
    "a reply to nothing": (
        "sendMessage",
        {"text": "x", "reply_parameters": {"message_id": 99}},
        "message to be replied not found",
    ),
    "a message to edit that is not there": (
        "editMessageText",
        {"message_id": 99, "text": "x"},
        "message to edit not found",
    ),
    "an edit of what somebody else wrote": (
        "editMessageText",
        {"message_id": 1, "text": "x"},
        "message can't be edited",
    ),
    "an edit of nothing": ("editMessageText", {"text": "x"}, "message identifier is not specified"),
    "a message to delete that is not there": ("deleteMessage", {"message_id": 99}, "message to delete not found"),
    "101 messages to delete": ("deleteMessages", {"message_ids": [1] * 101}, "1 to 100 messages"),
    "an action that is not there": ("sendChatAction", {"action": "dancing"}, "wrong parameter action"),
    "a reaction that is not there": (
        "setMessageReaction",
        {"message_id": 1, "reaction": [{"type": "emoji", "emoji": "x"}]},
        "REACTION_INVALID",
    ),
    "an unknown kind of reaction": ("setMessageReaction", {"message_id": 1, "reaction": [{"type": "paid"}]}, "paid"),
    "a query that is not there": (
        "answerCallbackQuery",
        {"chat_id": ..., "callback_query_id": "9"},
        "query is too old and response timeout expired or query ID is invalid",
    ),
    "a command with a capital": (
        "setMyCommands",
        {"chat_id": ..., "commands": [{"command": "Start", "description": "x"}]},
        "BOT_COMMAND_INVALID",
    ),
    "a description too long": (
        "setMyDescription",
        {"chat_id": ..., "description": "x" * 513},
        "description is too long",
    ),
    "a language that is a word": ("setMyName", {"chat_id": ..., "language_code": "spanish"}, "invalid language code"),
    "a topic in a private chat": ("createForumTopic", {"name": "x"}, "not a forum"),
    "administrators of a private chat": ("getChatAdministrators", {}, "no administrators"),
    "a member that is nobody": ("getChatMember", {"user_id": 55}, "user not found"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_telegram_refuses_is_refused(what: str) -> None:
    method, given, why = REFUSED[what]
    chat = {} if "chat_id" in given else {"chat_id": 1001}
    parameters = {**chat, **{key: value for key, value in given.items() if value is not ...}}

    async def story(here: Running) -> None:
        assert why in await here.refused(method, **parameters)

    play(story)


names = st.sampled_from(sorted({name for fields in [*METHODS.values(), *OBJECTS.values()] for name in fields}))
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["[]", "[[{}]]", "{"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(METHODS)), st.dictionaries(names, anything, max_size=5), st.booleans())
def test_no_parameters_do_more_than_be_refused(method: str, parameters: Json, strict: bool) -> None:
    try:
        values = read(method, parameters, strict=strict)
    except Refusal as refusal:
        assert refusal.json()["error_code"] == 400  # noqa: PT017 - both ends are right
    else:
        assert set(values) - {"entities", "caption_entities"} <= set(METHODS[method])
