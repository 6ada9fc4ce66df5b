"""From what a hand-over decides to the letters that do it: to her in her language, to the topic in the volunteers'."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.conversation import relaying
from bot.conversation.handover import Act, Effect, Say, Tell
from bot.conversation.house import House
from bot.conversation.masking import masked, public_numbers, readable
from bot.conversation.reply import Reply
from bot.conversation.wording import Writer
from bot.records.store import Letter, Store
from bot.records.tickets import Side, Ticket
from bot.telegram.letters import Parameters, body, sending, texts
from bot.telegram.rendering import Rendered, render

_MOST_PARTS = 3
"""Messages that one text can become: 4,096 characters and what stands around them."""


@dataclass(frozen=True)
class Passed:
    """What is passed on, and by which message. `own`: the bot's replies; `cards`: what it makes of the question."""

    source: int = 0
    text: str = ""
    own: tuple[Letter, ...] = ()
    cards: tuple[Reply, ...] = ()
    ready: Reply | None = None
    """An answer of the content that goes out in the place of a text."""
    offer: Reply | None = None
    """What is said in the topic beside a text that goes out."""


class Dispatch:
    """Writes letters. `group`: the volunteers'; it can move. `protect`: askers cannot forward what they get."""

    def __init__(self, house: House, group: int, today: Callable[[], dt.date], *, protect: bool = False) -> None:
        self._house = house
        self._today = today
        self._protect = protect
        self._public = public_numbers(house.content)
        self.group = group

    def letters(self, store: Store, ticket: Ticket, effects: Sequence[Effect], passed: Passed) -> list[Letter]:
        """The letters of all effects, in order. `ticket`: as it was before, where it knows its asker no more."""
        return [letter for effect in effects for letter in self._of(store, ticket, effect, passed)]

    def writer(self, language: str | None = None) -> Writer:
        """Who writes in a language, by default in the group's."""
        return Writer(self._house, language or self._house.default_language, self._today())

    def masked(self, text: str) -> str:
        """What an asker wrote, as the volunteers get it."""
        return masked(readable(text), self._public)

    def to_asker(self, ticket: Ticket, reply: Reply, binding: Parameters | None = None) -> list[Letter]:
        """A reply in her chat."""
        return sending(
            ticket.chat, render(reply), self._again(reply.language), protect=self._protect, binding=binding
        )  # fmt: skip

    def in_topic(
        self, number: str, reply: Reply, keep: tuple[Side, int] | None = None, *, urgent: bool = False
    ) -> Iterator[Letter]:
        """A reply in the topic; where that is gone, beside it."""
        for part, message in enumerate(render(reply)):
            binding: Parameters = {"ticket": number, "at": "topic"}
            if keep is not None:
                binding["keep"] = [*keep, part]
            html, plain = texts(self.group, message)
            beside = {**plain, "message_thread_id": None, "reply_parameters": None}
            ways = [("sendMessage", way) for way in (html, plain, beside)]
            yield Letter(None, self.group, body(ways, self._again(reply.language), binding), urgent)

    def _of(self, store: Store, ticket: Ticket, effect: Effect, passed: Passed) -> Iterator[Letter]:
        w = self.writer()
        match effect:
            case Say():
                said = relaying.say(self.writer(ticket.language), effect, ticket)
                yield from self.to_asker(ticket, said)
            case Tell():
                # An alert overtakes what waits for the topic, but not the topic's own beginning.
                urgent = effect is Tell.EMERGENCY and ticket.topic is not None
                yield from self.in_topic(ticket.number, relaying.tell(w, effect, ticket), urgent=urgent)
            case Act.ANSWER:
                yield from passed.own
            case Act.OPEN:
                yield from self._opened(w, ticket, passed)
            case Act.PASS_IN:
                yield from self.in_topic(
                    ticket.number, relaying.from_asker(w, ticket, passed.text), ("in", passed.source)
                )
            case Act.PASS_OUT:
                yield from self._passed_out(ticket, passed)
            case Act.CHANGE_IN | Act.CHANGE_OUT:
                yield from self._changed(store, ticket, effect, passed)
            case Act.RECALL:
                yield from self._recalled(ticket, passed.source)
            case Act.CLOSE_TOPIC:
                yield self._of_topic(ticket.number, "closeForumTopic")
            case Act.WITHDRAW:
                yield from self._blanked(store, ticket)

    def _opened(self, w: Writer, ticket: Ticket, passed: Passed) -> Iterator[Letter]:
        """The topic; where the group is no forum, a message that is replied to."""
        name = relaying.title(ticket)
        ways: list[tuple[str, Parameters]] = [
            ("createForumTopic", {"chat_id": self.group, "name": name}),
            ("sendMessage", {"chat_id": self.group, "text": name}),
        ]
        binding = {"ticket": ticket.number, "keep": "topic"}
        yield Letter(None, self.group, body(ways, self._again(w.language), binding))
        first = relaying.opening(w, ticket, passed.text)
        yield from self.in_topic(ticket.number, first, ("in", passed.source) if passed.text else None)
        for card in passed.cards:
            yield from self.in_topic(ticket.number, card)

    def _passed_out(self, ticket: Ticket, passed: Passed) -> Iterator[Letter]:
        reply = passed.ready or relaying.from_volunteer(self.writer(ticket.language), passed.text)
        for part, message in enumerate(render(reply)):
            binding = {"ticket": ticket.number, "keep": ["out", passed.source, part]}
            yield from sending(
                ticket.chat, [message], self._again(reply.language), protect=self._protect, binding=binding
            )
        if passed.offer is not None:
            yield from self.in_topic(ticket.number, passed.offer)

    def _changed(self, store: Store, ticket: Ticket, effect: Effect, passed: Passed) -> Iterator[Letter]:
        """The parts that there are, changed; what is too much, deleted; what is new, sent."""
        inward = effect is Act.CHANGE_IN
        side: Side = "in" if inward else "out"
        chat = self.group if inward else ticket.chat
        reply = self._again_in(store, ticket, passed) if inward else self._again_out(ticket, passed)
        messages = render(reply)
        for part in range(_MOST_PARTS):
            there = store.tickets.copy_of(ticket.number, side, passed.source, part) is not None
            at = {"ticket": ticket.number, "at": [side, passed.source, part]}
            if part < len(messages) and there:
                yield self._editing(chat, messages[part], at)
            elif there:
                yield Letter(None, chat, body([("deleteMessage", {"chat_id": chat})], "", at))
            elif part < len(messages):
                keep = {"ticket": ticket.number, "keep": [side, passed.source, part]}
                if inward:
                    keep["at"] = "topic"
                yield from sending(chat, [messages[part]], self._again(reply.language), binding=keep)

    def _again_in(self, store: Store, ticket: Ticket, passed: Passed) -> Reply:
        """What she wrote, as it is now: the question itself, or what came after it."""
        first = next((one.source for one in store.tickets.relays(ticket.number) if one.side == "in"), None)
        if passed.source == first:
            return relaying.opening(self.writer(), ticket, passed.text)
        return relaying.from_asker(self.writer(), ticket, passed.text, edited=True)

    def _again_out(self, ticket: Ticket, passed: Passed) -> Reply:
        return passed.ready or relaying.from_volunteer(self.writer(ticket.language), passed.text)

    def _recalled(self, ticket: Ticket, source: int) -> Iterator[Letter]:
        """Out of her chat; where Telegram deletes it no more, emptied. Parts that never were are passed over."""
        [gone] = render(relaying.withdrawn(self.writer(ticket.language)))
        where: Parameters = {"chat_id": ticket.chat}
        for part in range(_MOST_PARTS):
            at = {"ticket": ticket.number, "at": ["out", source, part]}
            ways = [("deleteMessage", where), ("editMessageText", {**where, "text": gone.plain})]
            yield Letter(None, ticket.chat, body(ways, "", at))

    def _blanked(self, store: Store, ticket: Ticket) -> Iterator[Letter]:
        """Nothing of hers stays in the group."""
        [gone] = render(relaying.withdrawn(self.writer()))
        for one in store.tickets.relays(ticket.number):
            if one.side == "in":
                yield self._editing(self.group, gone, {"ticket": ticket.number}, one.copy)

    def _editing(self, chat: int, message: Rendered, binding: Parameters, number: int | None = None) -> Letter:
        named = {} if number is None else {"message_id": number}
        ways = [("editMessageText", {**way, **named}) for way in texts(chat, message)]
        return Letter(None, chat, body(ways, "", binding))

    def _of_topic(self, number: str, method: str) -> Letter:
        """An act on the topic, if there is one."""
        return Letter(
            None, self.group, body([(method, {"chat_id": self.group})], "", {"ticket": number, "at": "topic"})
        )

    def _again(self, language: str) -> str:
        return self._house.translator(language).text("You may have seen this already.")
