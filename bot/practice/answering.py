"""How the bot answers pressed buttons and inline queries, and what it tells about itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from bot.practice.chats import Json, Query
from bot.practice.entities import units
from bot.practice.posting import Act, kept
from bot.practice.refusals import Refusal
from bot.practice.world import QUERY_SECONDS, World

MOST_RESULTS = 50
MOST_COMMANDS = 100
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def _query(world: World, number: str, *, pressed: bool) -> Query:
    query = world.queries.get(number)
    if query is None or (query.chat is not None) != pressed or world.clock() - query.asked > QUERY_SECONDS:
        raise Refusal(_TOO_OLD)
    return query


def _answer_press(world: World, values: Json) -> bool:
    query = _query(world, values["callback_query_id"], pressed=True)
    if units(values.get("text", "")) > 200:  # noqa: PLR2004 - Telegram's limit, used once
        raise Refusal("MESSAGE_TOO_LONG")
    shown = {key: values[key] for key in ("text", "url") if key in values}
    world.feed.tell("toast", query.chat, query=query.id, person=query.person,
                    show_alert=values.get("show_alert", False), **shown)  # fmt: skip
    return True


def _answer_inline(world: World, values: Json) -> bool:
    query, results = _query(world, values["inline_query_id"], pressed=False), values["results"]
    if len(results) > MOST_RESULTS:
        raise Refusal("RESULTS_TOO_MUCH")
    if any(not 0 < len(result["id"].encode("utf-8", "surrogatepass")) <= 64 for result in results):  # noqa: PLR2004
        raise Refusal("RESULT_ID_INVALID")
    if len({result["id"] for result in results}) < len(results):
        raise Refusal("RESULT_ID_DUPLICATE")
    query.results = [{**result, "message": _content(result)} for result in results]
    world.feed.tell("inline", None, query=query.id, person=query.person, results=query.results,
                    button=values.get("button"))  # fmt: skip
    return True


def _content(result: Json) -> Json:
    """The message that choosing this result posts."""
    given = result["input_message_content"]
    return {"text": given["message_text"], **kept(given, "entities"), **kept(result, "reply_markup")}


def _scope(values: Json) -> tuple[str, str]:
    return json.dumps(values.get("scope", {"type": "default"}), sort_keys=True), _language(values)


def _language(values: Json) -> str:
    code: str = values.get("language_code", "")
    if code and re.fullmatch("[a-z]{2}", code) is None:
        raise Refusal("invalid language code specified")
    return code


def _set_commands(world: World, values: Json) -> bool:
    commands = values["commands"]
    if len(commands) > MOST_COMMANDS:
        raise Refusal("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if re.fullmatch(r"/?[a-z0-9_]{1,32}", command["command"]) is None:
            raise Refusal("BOT_COMMAND_INVALID")
        if not 0 < units(command["description"]) <= 256:  # noqa: PLR2004
            raise Refusal("BOT_COMMAND_DESCRIPTION_INVALID")
    world.profile.commands[_scope(values)] = [
        {**command, "command": command["command"].lstrip("/")} for command in commands
    ]
    world.feed.tell("commands", None, language=_language(values))
    return True


def _get_commands(world: World, values: Json) -> list[Json]:
    return world.profile.commands.get(_scope(values), [])


def _delete_commands(world: World, values: Json) -> bool:
    world.profile.commands.pop(_scope(values), None)
    world.feed.tell("commands", None, language=_language(values))
    return True


def _setter(where: str, name: str, most: int) -> Act:
    """Keeps one of the bot's texts by language, at most so many UTF-16 units long; an empty one is taken away."""

    def keep(world: World, values: Json) -> bool:
        texts, language = getattr(world.profile, where), _language(values)
        if units(values.get(name, "")) > most:
            raise Refusal(f"{name.replace('_', ' ')} is too long")
        texts.pop(language, None)
        if values.get(name):
            texts[language] = values[name]
        world.feed.tell("commands", None, language=language)
        return True

    return keep


def _getter(where: str, name: str, otherwise: Callable[[World], str]) -> Act:
    def found(world: World, values: Json) -> Json:
        texts = getattr(world.profile, where)
        return {name: texts.get(_language(values), texts.get("", otherwise(world)))}

    return found


ACTS: dict[str, Act] = {
    "answerCallbackQuery": _answer_press,
    "answerInlineQuery": _answer_inline,
    "setMyCommands": _set_commands,
    "getMyCommands": _get_commands,
    "deleteMyCommands": _delete_commands,
    "setMyName": _setter("names", "name", 64),
    "getMyName": _getter("names", "name", lambda world: str(world.me["first_name"])),
    "setMyDescription": _setter("descriptions", "description", 512),
    "getMyDescription": _getter("descriptions", "description", lambda _: ""),
    "setMyShortDescription": _setter("short_descriptions", "short_description", 120),
    "getMyShortDescription": _getter("short_descriptions", "short_description", lambda _: ""),
}
