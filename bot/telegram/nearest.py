"""What the content has for a ticket: the bot's card, the answer nearest to a volunteer's words, an answer to send."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from bot.conversation import cards, relaying
from bot.conversation.cards import Subject
from bot.conversation.house import House
from bot.conversation.masking import HIDDEN
from bot.conversation.reply import Message, Reply
from bot.conversation.session import Note, Session
from bot.conversation.volunteer import card
from bot.conversation.wording import Writer
from bot.knowledge.model import STATES
from bot.records.tickets import Ticket


class Nearest:
    """Asks the content. Pure but for the day."""

    def __init__(self, house: House, today: Callable[[], dt.date]) -> None:
        self._house = house
        self._today = today

    def cards(self, text: str, language: str, place: str | None) -> tuple[Reply, ...]:
        """The card for a question, and the answer to hand on."""
        note = Note(place, language=language)
        made, _ = card(
            Message(text.replace(HIDDEN, " "), forwarded=True),
            Session(greeted=True, note=note),
            self._house,
            self._today(),
        )
        return made

    def with_send(self, reply: Reply, ticket: Ticket) -> Reply:
        """A card with a button that sends its answer to the asker, if there is one in her language."""
        intent = reply.intent or ""
        if not _is_card(reply) or self.ready(ticket, intent, reply.state) is None:
            return reply
        button = relaying.send_button(self._writer(), ticket, intent, reply.state)
        return replace(reply, buttons=((button,), *reply.buttons))

    def ready(self, ticket: Ticket, intent: str, state: str | None) -> Reply | None:
        """The content's answer in the asker's language."""
        found = self._house.content.intents.get(intent)
        place = state if state in STATES else None
        return cards.ready(Subject(found, ticket.language, place), self._writer(ticket.language)) if found else None

    def offer(self, ticket: Ticket, text: str, source: int) -> Reply | None:
        """The content's answer in her language nearest to a volunteer's words in another one."""
        heard = self._house.interpreter.interpret(text)
        if not heard.language.sure or heard.language.language == ticket.language:
            return None
        found = [heard.emergency] if heard.emergency else []
        found += [heard.decision.answer] if heard.decision.answer else list(heard.decision.choices)
        for match in found:
            state = heard.place.state(ticket.place)
            if self.ready(ticket, match.intent, state) is not None:
                return relaying.instead(self._writer(), ticket, match.intent, state, source)
        return None

    def _writer(self, language: str | None = None) -> Writer:
        return Writer(self._house, language or self._house.default_language, self._today())


def _is_card(reply: Reply) -> bool:
    """The card itself, not the answer to hand on."""
    return any(button.action and button.action.card for row in reply.buttons for button in row)
