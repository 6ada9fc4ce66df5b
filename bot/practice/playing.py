"""Playing a conversation in a practice world, and saying where the bot did something else than expected."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.knowledge.parsing import Fault
from bot.practice.chats import Json, Person
from bot.practice.script import Script, Step
from bot.practice.world import World

REPLY_SECONDS = 15.0
"""How long a reply may take; a fault on a fast machine too, but not on a slow and busy one."""

QUIET_SECONDS = 0.4
"""How long nothing must happen to take it that nothing more will come."""


@dataclass(frozen=True)
class Difference:
    """The first step that went otherwise, and what the bot had written."""

    fault: Fault
    wrote: tuple[str, ...]

    def __str__(self) -> str:
        said = "\n".join(f"    | {line}" for text in self.wrote or ("(nothing)",) for line in text.splitlines())
        return f"{self.fault}\n  The bot wrote:\n{said}"


async def play(world: World, script: Script) -> Difference | None:
    """Play all steps against the bot that works on `world`; None if all went as expected."""
    player = _Player(world)
    try:
        for line, step in script.steps:
            if wrong := await player.step(step):
                return Difference(Fault(script.file, line, wrong), tuple(player.texts(player.looked_at)))
    finally:
        player.watching.close()
    return None


@dataclass
class _Player:
    world: World
    people: dict[str, Person] = field(default_factory=dict)
    wrote: dict[tuple[int, int], Json] = field(default_factory=dict)
    """What the bot has written or changed since the last act, by chat and message id."""
    looked_at: int = 0
    """The chat of the last step."""

    def __post_init__(self) -> None:
        self.watching = self.world.subscribe()

    def texts(self, chat: int) -> list[str]:
        return [message.get("text", "") for message in self._new(chat)]

    def _new(self, chat: int) -> list[Json]:
        return [message for (where, _), message in self.wrote.items() if where == chat]

    async def step(self, step: Step) -> str | None:
        """One act and its checks; what was wrong, in a sentence."""
        person = self._person(step)
        self.looked_at = chat = person.id if step.where == "chat" else self.world.group.id
        try:
            if step.where == "topic" and not await self._until(lambda: bool(self.world.group.topics)):
                return "there is no topic in the group"
            if step.press is not None:
                label = step.press
                if not await self._until(lambda: self._button(chat, label) is not None):
                    return f"there is no button “{label}”; there are {self._labels(chat)}"
            waited_for = self._act(step, person, chat)
        except ValueError as error:
            return f"this cannot be done: {error}"
        return await self._checked(step, chat) if waited_for else None

    def _person(self, step: Step) -> Person:
        if step.who not in self.people:
            self.people[step.who] = self.world.person(step.who, step.language or "en")
        person = self.people[step.who]
        if step.language and step.language != person.language_code:
            person = replace(person, language_code=step.language)
            self.people[step.who] = self.world.people[person.id] = person
        return person

    def _act(self, step: Step, person: Person, chat: int) -> bool:
        """Do it; whether an answer of the bot belongs to it. Raises `ValueError` as the world does."""
        if not step.acts:
            return True
        pressed = self._button(chat, step.press) if step.press is not None else None
        self.wrote.clear()
        if pressed is not None:
            message, key = pressed
            if "callback_data" in key:
                self.world.press(person.id, chat, message, key["callback_data"])
            return "callback_data" in key
        if step.join or step.leave:
            (self.world.join if step.join else self.world.leave)(person.id)
            return bool(step.expect or step.expect_not or step.buttons or step.silent)
        if step.edit is not None:
            own = [m["message_id"] for m in self.world.history(chat) if m.get("from", {}).get("id") == person.id]
            if not own:
                raise ValueError("she has written nothing here that she could change")
            self.world.edit(person.id, chat, own[-1], step.edit)
        elif step.send is not None:
            self.world.send(person.id, step.send, chat=chat, topic=self._topic(step))
        else:
            text, author = (step.say, None) if step.say is not None else (step.forward, step.author)
            self.world.say(person.id, text or "", chat=chat, topic=self._topic(step), forwarded=author)
        return True

    def _topic(self, step: Step) -> int | None:
        return max(self.world.group.topics) if step.where == "topic" else None

    async def _checked(self, step: Step, chat: int) -> str | None:
        if not step.silent and not await self._until(lambda: bool(self._new(chat))):
            return "the bot has not answered"
        if missing := await self._missing(step, chat):
            return missing
        if step.silent or step.expect_not:
            await self._quiet()
        if step.silent and self._new(chat):
            return "the bot should have written nothing"
        unwanted = [text for text in step.expect_not if self._said(chat, text)]
        return f"“{unwanted[0]}” should not be there" if unwanted else None

    async def _missing(self, step: Step, chat: int) -> str | None:
        """The first text or button that does not come."""
        for text in step.expect:
            if not await self._until(lambda text=text: self._said(chat, text)):  # type: ignore[misc]
                return f"“{text}” was expected"
        for label in step.buttons:
            if not await self._until(lambda label=label: self._offered(chat, label)):  # type: ignore[misc]
                return f"there is no button “{label}”; there are {self._labels(chat)}"
        return None

    async def _until(self, condition: Callable[[], bool]) -> bool:
        """Whether it comes true while the bot may still be answering."""
        end = time.monotonic() + REPLY_SECONDS
        while not condition():
            if not await self._next(end - time.monotonic()):
                return False
        return True

    async def _quiet(self) -> None:
        while await self._next(QUIET_SECONDS):
            pass

    async def _next(self, seconds: float) -> bool:
        """Take in what is seen next; False after so many seconds without anything."""
        try:
            event = await asyncio.wait_for(anext(self.watching), max(seconds, 0))
        except (TimeoutError, StopAsyncIteration):
            return False
        message = event.get("message", {})
        by_bot = message.get("from", {}).get("id") == self.world.me["id"]
        if event["event"] in ("message", "edit") and by_bot:
            self.wrote[event["chat"], message["message_id"]] = message
        return True

    def _said(self, chat: int, text: str) -> bool:
        return _plain(text) in _plain("\n".join(self.texts(chat)))

    def _offered(self, chat: int, label: str) -> bool:
        return any(_plain(label) in _plain(key["text"]) for message in self._new(chat) for key in _keys(message))

    def _keys(self, chat: int) -> list[tuple[int, Json]]:
        """All buttons of the bot's messages in a chat, the newest message first."""
        return [
            (message["message_id"], key) for message in reversed(self.world.history(chat)) for key in _keys(message)
        ]

    def _button(self, chat: int, label: str) -> tuple[int, Json] | None:
        return next((found for found in self._keys(chat) if _plain(label) in _plain(found[1]["text"])), None)

    def _labels(self, chat: int) -> str:
        keys = self._keys(chat)
        return ", ".join(f"“{key['text']}”" for message, key in keys if message == keys[0][0]) or "none"


def _keys(message: Json) -> list[Json]:
    return [key for row in message.get("reply_markup", {}).get("inline_keyboard", ()) for key in row]


def _plain(text: str) -> str:
    """What is compared: without capitals, and with single spaces for any white space."""
    return " ".join(text.casefold().split())
