"""A request's parameters, read and checked before anything is done with them.

Strict is how our own bot is treated: what Telegram would pass over (an unknown name, a number where a text belongs) is
refused as well, since it is a mistake. Lenient passes over unknown names, for bots written against other versions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.practice.entities import units
from bot.practice.formatting import formatted
from bot.practice.methods import MARKUP, METHODS, OBJECTS, ONE_OF, Fields
from bot.practice.refusals import Refusal

MOST_DATA_BYTES = 64
MOST_BUTTONS = 100
MOST_COPIED = 256
MOST_UNITS = {"text": 4096, "message_text": 4096, "caption": 1024}
"""UTF-16 units of a text after its entities are parsed."""

_INTEGER = re.compile(r"-?\d{1,18}", re.ASCII)
_EMPTY = {"text": "message text is empty", "chat_id": "chat_id is empty",
          "message_id": "message identifier is not specified"}  # fmt: skip
_ACTIONS = ("url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
            "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay", "disabled")  # fmt: skip

Values = dict[str, Any]


@dataclass(frozen=True)
class Upload:
    """A file that came with the request; only its name and size are kept."""

    name: str
    size: int


_SCALARS: dict[str, Any] = {"string": str, "integer": int, "boolean": bool, "chat": int | str, "file": str | Upload}


def read(method: str, given: Mapping[str, Any], *, strict: bool = True) -> Values:
    """The parameters as values of their kinds, texts already parsed. Raises `Refusal`.

    What comes by query or form is text, and lists and objects are JSON in it; what comes as JSON may be either.
    Checked is all that can be known without the world.
    """
    values = _object(method, METHODS[method], given, strict=strict, texts=True)
    contents = [result["input_message_content"] for result in values.get("results", ())]
    for holder in [values, *contents] if "parse_mode" in METHODS[method] else contents:
        _format(holder, "MESSAGE_TOO_LONG" if method.startswith("edit") else "message is too long")
    for name in ("reply_markup", "results"):
        for markup in _keyboards(values.get(name)):
            check_keyboard(markup)
    return values


def _object(name: str, fields: Fields, given: Mapping[str, Any], *, strict: bool, texts: bool = False) -> Values:
    unknown = [key for key in given if key not in fields]
    if unknown and strict:
        raise Refusal(f'{name} has no parameter "{unknown[0]}"')
    values: Values = {}
    for key, field in fields.items():
        if given.get(key) is None:
            if field.required:
                raise Refusal(_EMPTY.get(key, f'parameter "{key}" of {name} is required'))
            continue
        values[key] = _value(f'"{key}" of {name}', field.kind, given[key], strict=strict, texts=texts)
    return values


def _value(where: str, kind: str, given: Any, *, strict: bool, texts: bool) -> Any:
    """One value of its kind; `texts`: it may be written as text, as all that comes by a form is."""
    if kind not in _SCALARS:
        return _structure(where, kind, _parsed(where, given) if texts else given, strict=strict)
    value = given
    if kind == "string" and not strict and isinstance(given, int | float):
        value = json.dumps(given)
    elif isinstance(given, str) and _INTEGER.fullmatch(given) and (kind == "chat" or (kind == "integer" and texts)):
        value = int(given)
    elif isinstance(given, str) and kind == "boolean" and texts:
        value = {"true": True, "false": False}.get(given.lower())
    right = isinstance(value, _SCALARS[kind]) and (kind == "boolean" or not isinstance(value, bool))
    if not right or (kind == "file" and not value):
        raise Refusal(f"parameter {where} must be of the kind {kind}")
    return value


def _parsed(where: str, given: Any) -> Any:
    if not isinstance(given, str):
        return given
    try:
        return json.loads(given)
    except (ValueError, RecursionError):
        raise Refusal(f"can't parse parameter {where}: it is not JSON") from None


def _structure(where: str, kind: str, given: Any, *, strict: bool) -> Any:
    if kind.startswith("["):
        if not isinstance(given, list):
            raise Refusal(f"parameter {where} must be an Array")
        return [_value(where, kind[1:-1], item, strict=strict, texts=False) for item in given]
    if not isinstance(given, dict):
        raise Refusal(f"object expected as parameter {where}")
    if kind == "object":
        return given
    if kind == "markup":
        named = next((name for name in MARKUP if name in given), None)
        if named is None:
            raise Refusal(f"parameter {where} is no keyboard")
        kind = MARKUP[named]
    if kind in ONE_OF:
        known = ONE_OF[kind].get(str(given.get("type")))
        if known is None:
            raise Refusal(f'practice has no {kind} of the type "{given.get("type")}"')
        kind = known
    return _object(kind, OBJECTS[kind], given, strict=strict)


def _format(holder: Values, too_long: str) -> None:
    """Put the shown text and all its entities in the place of what was written."""
    mode = holder.pop("parse_mode", None)
    for name in MOST_UNITS.keys() & holder.keys():
        marks = "caption_entities" if name == "caption" else "entities"
        holder[name], holder[marks] = formatted(holder[name], mode, holder.get(marks))
        if not holder[name] and name != "caption":
            raise Refusal("message text is empty")
        if units(holder[name]) > MOST_UNITS[name]:
            raise Refusal("message caption is too long" if name == "caption" else too_long)


def _keyboards(value: Any) -> list[Values]:
    """The inline keyboards in a parameter: its own, or those of a list of results."""
    found = [value] if isinstance(value, dict) else [item.get("reply_markup") for item in value or ()]
    return [markup for markup in found if markup and "inline_keyboard" in markup]


def check_keyboard(markup: Values) -> None:
    """Refuse an inline keyboard that Telegram refuses."""
    buttons = [button for row in markup["inline_keyboard"] for button in row]
    if len(buttons) > MOST_BUTTONS:
        raise Refusal("reply markup is too long")
    for button in buttons:
        if not button["text"].strip():
            raise Refusal("can't parse inline keyboard button: button text must be non-empty")
        if sum(action in button for action in _ACTIONS) != 1:
            raise Refusal("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
        data = button.get("callback_data")
        if data is not None and not 0 < len(data.encode("utf-8", "surrogatepass")) <= MOST_DATA_BYTES:
            raise Refusal("BUTTON_DATA_INVALID")
        copied = button.get("copy_text")
        if copied is not None and not 0 < units(copied["text"]) <= MOST_COPIED:
            raise Refusal("BUTTON_COPY_TEXT_INVALID")
        url = button.get("url")
        if url is not None and re.match(r"(?:https?|tg)://\S+", url) is None:
            raise Refusal(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
