"""The methods that the practice server offers, held against aiogram's models of the newest Bot API."""

from __future__ import annotations

import inspect
import types
import typing
from typing import Any

import aiogram.methods
import aiogram.types
import pytest
from aiogram.client.default import Default
from telegram.constants import ReactionEmoji

from bot.practice.methods import MARKUP, METHODS, OBJECTS, ONE_OF, Field, Fields
from bot.practice.posting import REACTIONS
from bot.practice.server import ACTS
from bot.practice.updates import ONLY_WHEN_NAMED, UPDATE_KINDS

REFERENCE: dict[str, Any] = {
    model.__api_method__: model
    for model in vars(aiogram.methods).values()
    if inspect.isclass(model) and hasattr(model, "__api_method__") and model is not aiogram.methods.TelegramMethod
}
SCALARS = {int: "integer", str: "string", bool: "boolean"}
UNION = {
    frozenset(MARKUP.values()): "markup",
    **{frozenset(names.values()): one for one, names in ONE_OF.items()},
}


def kind(annotation: Any) -> str:
    """aiogram's annotation in the words of our table; a model that our table does not look into is an object."""
    if typing.get_origin(annotation) is typing.Annotated:
        return kind(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        parts = {part for part in typing.get_args(annotation) if part not in (type(None), Default)}
        if len(parts) == 1:
            return kind(parts.pop())
        if parts == {int, str}:
            return "chat"
        if parts == {str, aiogram.types.InputFile}:
            return "file"
        names = frozenset(part.__name__ for part in parts if inspect.isclass(part))
        return next((one for known, one in UNION.items() if known and known <= names), "object")
    if typing.get_origin(annotation) is list:
        return f"[{kind(typing.get_args(annotation)[0])}]"
    if typing.get_origin(annotation) is typing.Literal:
        return kind(type(typing.get_args(annotation)[0]))
    if inspect.isclass(annotation) and issubclass(annotation, str):
        return "string"
    return SCALARS.get(annotation) or (annotation.__name__ if annotation.__name__ in OBJECTS else "object")


def fields(model: Any) -> Fields:
    return {
        name: Field(kind(field.annotation), field.is_required())
        for name, field in model.model_fields.items()
        if not (field.json_schema_extra or {}).get("deprecated")
    }


@pytest.mark.parametrize("method", METHODS)
def test_a_method_takes_what_the_newest_bot_api_says(method: str) -> None:
    assert METHODS[method] == fields(REFERENCE[method])


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_holds_what_the_newest_bot_api_says(name: str) -> None:
    model = getattr(aiogram.types, name)
    expected = fields(model)
    for key in expected:
        if name == "InlineQueryResultArticle" and key == "input_message_content":
            expected[key] = Field("InputTextMessageContent", required=True)  # practice shows texts only
        elif key in ("remove_keyboard", "force_reply") and MARKUP.get(key) == name:
            expected[key] = Field("boolean", required=True)  # always true, so aiogram fills it in
    assert OBJECTS[name] == expected


def test_every_method_of_the_table_does_something() -> None:
    assert {*ACTS, "getUpdates"} == set(METHODS)


def test_one_of_several_objects_is_told_by_the_type_that_the_bot_api_gives_it() -> None:
    for names in ONE_OF.values():
        for written, name in names.items():
            assert getattr(aiogram.types, name).model_fields["type"].default == written


def test_the_kinds_of_updates_are_those_of_the_bot_api() -> None:
    known = set(aiogram.types.Update.model_fields) - {"update_id"}
    assert known >= UPDATE_KINDS
    assert {"message", "edited_message", "callback_query", "inline_query"} <= UPDATE_KINDS - ONLY_WHEN_NAMED


def test_the_bot_may_react_with_the_emoji_that_telegram_allows() -> None:
    assert {str(emoji.value) for emoji in ReactionEmoji} == set(REACTIONS)
