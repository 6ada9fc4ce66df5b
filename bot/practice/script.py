"""Conversations as YAML files: a list of steps, each one act of a person and what should be seen of the bot then."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from bot.knowledge.model import LANGUAGES
from bot.knowledge.parsing import Fault, parse
from bot.knowledge.reading import ContentError

ACTS = ("say", "forward", "press", "send", "edit", "join", "leave")

Texts = Annotated[tuple[str, ...], BeforeValidator(lambda given: tuple(given) if isinstance(given, list) else (given,))]
"""One text, or a list of texts."""


class Step(BaseModel):
    """One thing that somebody does, and what should be seen then; keys as they stand in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    who: str = "Ana"
    """Who does it; a name that is new is a new person."""
    language: Literal[LANGUAGES] | None = None  # type: ignore[valid-type]
    """What her Telegram is set to, from this step on."""
    where: Literal["chat", "group", "topic"] = "chat"
    """`topic`: the newest topic of the group."""

    say: str | None = Field(None, min_length=1)
    forward: str | None = Field(None, min_length=1)
    """A text that somebody else wrote."""
    author: Literal["user", "hidden_user", "chat", "channel"] = "user"
    """Whom the forwarded text is from."""
    press: str | None = Field(None, min_length=1)
    """A part of a button's label."""
    send: Literal["photo", "voice", "contact", "location", "sticker", "poll"] | None = None
    edit: str | None = Field(None, min_length=1)
    """The new text of what she wrote last."""
    join: Literal["group"] | None = None
    leave: Literal["group"] | None = None

    expect: Texts = ()
    """Texts that must stand in what the bot writes now."""
    expect_not: Texts = Field((), alias="expect not")
    """Texts that must not."""
    buttons: Texts = ()
    """Parts of labels of buttons that must be there."""
    silent: Literal["yes"] | None = None
    """The bot must write nothing."""

    @property
    def acts(self) -> int:
        """How many things are done: one, or none where the step only looks at what came of the one before."""
        return sum(getattr(self, name) is not None for name in ACTS)

    @model_validator(mode="after")
    def _one_act(self) -> Step:
        if self.acts > 1:
            raise ValueError(f"a step is one of {', '.join(ACTS)}, here there are {self.acts} of them")
        if not self.acts and not (self.expect or self.expect_not or self.buttons or self.silent):
            raise ValueError(f"a step does something ({', '.join(ACTS)}) or expects something")
        if self.silent and (self.expect or self.buttons):
            raise ValueError("nothing can be expected of a bot that is to be silent")
        return self


@dataclass(frozen=True)
class Script:
    """A conversation with the line of each step."""

    file: str
    steps: tuple[tuple[int, Step], ...]


def read_script(path: Path) -> Script:
    """Read one file. Raises `ContentError` with every fault as `file:line: sentence`."""
    name = str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ContentError([Fault(name, 0, "the file cannot be read as text")]) from None
    data, lines, faults = parse(text, name)
    if not faults and not (isinstance(data, list) and data):
        faults.append(Fault(name, 1, "a conversation is a list of steps, such as `- say: hello`"))
    steps: list[tuple[int, Step]] = []
    for number, given in enumerate(data if isinstance(data, list) and not faults else ()):
        line = lines[(number,)]
        try:
            steps.append((line, Step.model_validate(given)))
        except ValidationError as error:
            for detail in error.errors():
                key = str(detail["loc"][0]) if detail["loc"] else None
                faults.append(Fault(name, lines.get((number, key or ""), line), _sentence(key, given, detail)))
    if faults:
        raise ContentError(faults)
    return Script(name, tuple(steps))


def _sentence(key: str | None, given: Any, detail: Any) -> str:
    """What is wrong with one step, for somebody who has written it by hand."""
    if not isinstance(given, dict):
        return "a step is written as `- say: hello`"
    if detail["type"] == "extra_forbidden":
        known = sorted(field.alias or name for name, field in Step.model_fields.items())
        return f"`{key}` is not known here; there are {', '.join(known)}"
    wrong = detail["msg"].removeprefix("Value error, ")
    return f"{f'`{key}`: ' if key else ''}{wrong[:1].lower()}{wrong[1:]}"
