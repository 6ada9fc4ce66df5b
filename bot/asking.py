"""Questions put to the house from outside a conversation: the lines of `ask --jsonl`, and labelled questions."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any

from bot.conversation.asker import reply
from bot.conversation.house import House
from bot.conversation.reply import Message, Reply
from bot.conversation.session import Session
from bot.knowledge.model import LANGUAGES, STATES
from bot.settings import SettingsError
from bot.understanding.evaluation import Labelled


def asker(house: House) -> Callable[[Labelled], Mapping[str, Any]]:
    """How a labelled question is asked in this house."""
    return lambda question: as_json(question.id, ask(house, question.text, question.stored, None))


def answer_line(house: House, line: bytes) -> dict[str, Any]:
    """The answer to one line of JSON, or an error that says what is wrong with it."""
    number: Any = None
    try:
        data = json.loads(line, parse_constant=_refused)
        if not isinstance(data, dict):
            raise SettingsError("a line must be an object with id, text, state and language")
        number = data.get("id")
        if not isinstance(data.get("text"), str):
            raise SettingsError("text must be a string")
        state, language = valid_state(data.get("state")), valid_language(data.get("language"))
    except SettingsError as error:
        return {"id": number, "error": str(error)}
    except ValueError:  # JSONDecodeError and UnicodeDecodeError
        return {"id": None, "error": "this line is not JSON"}
    except RecursionError:
        return {"id": None, "error": "this line is nested too deep"}
    return as_json(number, ask(house, data["text"], state, language))


def ask(house: House, text: str, state: str | None, language: str | None) -> Reply:
    """What a person with these settings is answered who has been greeted before."""
    session = Session(language=language, chosen=language is not None, state=state, greeted=True)
    return reply(Message(text), session, house, today())[0]


def as_json(number: Any, answered: Reply) -> dict[str, Any]:
    """A reply in the fixed form of `ask --jsonl`."""
    return {
        "id": number,
        "outcome": answered.outcome.value,
        "intent": answered.intent or answered.nearest,
        "score": answered.score,
        "state": answered.state,
        "language": answered.language,
        "sources": list(answered.sources),
        "disagreement": list(answered.disagreement),
        "choices": [{"intent": c.intent, "score": c.score, "sources": list(c.sources)} for c in answered.choices],
        "review": answered.review,
        "text": answered.plain(),
    }


def as_line(answered: dict[str, Any]) -> str:
    """One line of JSON; half a character is written as an escape, an id that is no JSON (Infinity) becomes null."""
    try:
        said = json.dumps(answered, ensure_ascii=False, allow_nan=False)
        said.encode()
    except UnicodeEncodeError:
        return json.dumps(answered)
    except ValueError:
        return as_line({**answered, "id": None})
    return said


def _refused(constant: str) -> None:
    raise ValueError(constant)


def valid_state(state: Any) -> str | None:
    """The state as it is written inside; None for none. Raises `SettingsError`."""
    if state is None or state == "":
        return None
    if not isinstance(state, str) or not state.isascii() or state.upper() not in STATES:
        raise SettingsError("state must be the postal code of a US state, or null")
    return state.upper()


def valid_language(language: Any) -> str | None:
    """The language's code; None for none. Raises `SettingsError`."""
    if language is None or language == "":
        return None
    if language not in LANGUAGES:
        raise SettingsError(f"language must be one of {' '.join(LANGUAGES)}, or null")
    return str(language)


def today() -> dt.date:
    """The day in universal time."""
    return dt.datetime.now(dt.UTC).date()
