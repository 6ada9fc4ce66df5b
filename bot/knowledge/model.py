"""The shapes of curated content. Frozen: loaded and checked once, never changed afterwards."""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

LANGUAGES = ("en", "es", "ht", "pt", "fr", "zh", "vi", "ar", "ru", "uk", "ko", "tl", "pl", "hi")
"""The fourteen language codes, the same for folders, files and buttons."""

WHOLE_COUNTRY = "US"
"""The place of an answer that holds everywhere."""

# fmt: off
STATES = (
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY",
    "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK",
    "OR", "PA", "PR", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY",
)
# fmt: on
"""US postal codes of the fifty states, the District of Columbia and Puerto Rico."""

Language = Annotated[str, StringConstraints(pattern=f"^({'|'.join(LANGUAGES)})$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Place = Annotated[str, StringConstraints(pattern=f"^({'|'.join((WHOLE_COUNTRY, *STATES))})$")]
"""`US`, or one of `STATES`."""


class Kind(StrEnum):
    """What sort of question an intent is; decides how it is answered."""

    INFORMATION = "information"
    EMERGENCY = "emergency"
    PERSONAL = "personal"
    HUMAN = "human"
    SMALLTALK = "smalltalk"
    REFERRAL = "referral"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _written_as_a_day(value: object) -> object:
    """Only 2026-11-22: pydantic also takes seconds since 1970."""
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise ValueError("a day is written 2026-11-22")
    return value


Day = Annotated[dt.date, BeforeValidator(_written_as_a_day)]


class Source(_Frozen):
    """Where facts come from: a numbered question of a registered document, or a page at an address read on a day."""

    document: Text | None = None
    question: int | None = Field(default=None, ge=1)
    title: Text | None = None
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] | None = None
    read: Day | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.document is None) == (self.title is None):
            raise ValueError("a source is either {document, question} or {title, url, read}")
        if self.document is not None and self.question is None:
            raise ValueError("a document needs its question number")
        if self.url is not None and self.read is None:
            raise ValueError("an address needs the day it was read")
        return self

    @property
    def cited(self) -> str:
        """`document:question`, else the address, else the title."""
        return f"{self.document}:{self.question}" if self.document else self.url or self.title or ""


class Review(_Frozen):
    """Who checked an answer and until when that holds."""

    status: Literal["draft", "approved", "withdrawn"]
    by: Text | None = None
    date: Day | None = None
    until: Day | None = None

    @model_validator(mode="after")
    def _signed(self) -> Self:
        if self.status == "approved" and not (self.by and self.date and self.until):
            raise ValueError("an approved review needs by, date and until")
        return self

    def on(self, today: dt.date) -> Literal["draft", "approved", "withdrawn"]:
        """The status on a day: an approval past its `until` withdraws itself."""
        if self.status == "approved" and self.until is not None and today > self.until:
            return "withdrawn"
        return self.status


class Answer(_Frozen):
    """The text for one intent and place; the short answer first."""

    text: Text
    details: Text | None = None
    disagreement: Text | None = None
    disagreement_sources: tuple[Source, ...] = ()
    sources: tuple[Source | Text, ...]
    review: Review

    def cited(self) -> list[str]:
        """The sources as `ask` prints them."""
        return [source if isinstance(source, str) else source.cited for source in self.sources]

    @property
    def documents(self) -> list[Source]:
        """The sources that are questions of registered documents."""
        return [source for source in self.sources if isinstance(source, Source) and source.document]


class Intent(_Frozen):
    """A question the bot recognises, how people ask it, and its answers by place."""

    id: Text
    kind: Kind
    question: Text
    related: tuple[Text, ...] = ()
    phrasings: dict[Annotated[str, StringConstraints(pattern="^[a-z]{2,3}$")], tuple[Text, ...]]
    answers: dict[Place, Answer]

    @property
    def states(self) -> tuple[str, ...]:
        """The states that have an answer of their own."""
        return tuple(place for place in self.answers if place != WHOLE_COUNTRY)


class Contradiction(_Frozen):
    """Questions of one document whose answers cannot all be true, or that each stand `against` others."""

    questions: tuple[int, ...]
    against: tuple[int, ...] = ()
    about: Text

    def others(self, question: int) -> set[int]:
        """The questions that an answer citing this one must name."""
        if question not in self.questions:
            return set()
        return set(self.against or self.questions) - {question}


class Document(_Frozen):
    """A source document: where it came from and where it contradicts itself.

    `offices`: names of this state's offices that no other state has, so that they name the state too.
    """

    id: Text
    state: Place
    offices: tuple[Text, ...] = ()
    title: Text
    found: Text
    date: Text
    questions: int = Field(ge=1)
    contradictions: tuple[Contradiction, ...] = ()


class Confirmation(_Frozen):
    """Who called a telephone number, and when."""

    date: Day
    by: Text


class Number(_Frozen):
    """A telephone number; `number` is empty for a blank that nobody has filled in yet."""

    id: Text
    name: Text
    number: Annotated[str, StringConstraints(pattern=r"^[0-9+(][0-9 ().-]*$", max_length=40)] | None = None
    purpose: Literal["emergency", "general", "information"] = Field(alias="for")
    intents: tuple[Text, ...] = ()
    states: tuple[Place, ...]
    source: Source | None = None
    confirmed: Confirmation | None = None


class Hotline(_Frozen):
    """The hotline's own name, hours, languages and numbers; one per deployment."""

    name: Text = "the hotline"
    subject: Text = "the questions in my list"
    office_hours: Text | None = None
    languages: tuple[Language, ...] = ()
    numbers: tuple[Number, ...] = ()

    def reachable_anywhere(self) -> bool:
        """Whether some emergency number has been confirmed."""
        return any(n.number and n.confirmed and n.purpose == "emergency" for n in self.numbers)

    def reachable(self, purpose: str, state: str | None, *, confirmed_only: bool) -> list[Number]:
        """Filled-in numbers for a purpose: those of the state first, then those of the whole country."""
        usable = [n for n in self.numbers if n.number and n.purpose == purpose and (n.confirmed or not confirmed_only)]
        own = [n for n in usable if state in n.states]
        # Where nothing serves the state, another state's number is better than none; its name stands beside it.
        return own + [n for n in usable if WHOLE_COUNTRY in n.states and n not in own] or usable


class Content(BaseModel):
    """Everything the bot can say, by intent id."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    intents: dict[str, Intent]
    documents: dict[str, Document] = {}
    hotline: Hotline = Hotline()

    @cached_property
    def states(self) -> tuple[str, ...]:
        """The states that some information intent has an answer for, in alphabetical order."""
        found = {s for i in self.intents.values() if i.kind is Kind.INFORMATION for s in i.states}
        return tuple(sorted(found))

    def of_kind(self, kind: Kind) -> list[Intent]:
        """The intents of one kind, in order of their ids."""
        return [intent for intent in self.intents.values() if intent.kind is kind]
