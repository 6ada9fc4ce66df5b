"""Tickets at the edge: what askers write while a volunteer is with them, and what volunteers do in the topics.

What is decided is decided inside the transaction that answers the update, on the ticket as it is then: a claim and a
question that come at the same moment go one after the other. Whose ticket it is, our own table says, never a text.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace

from telegram import CallbackQuery, Update
from telegram import Message as TelegramMessage

from bot.conversation import handover, relaying
from bot.conversation.handover import Act, Next, Tell
from bot.conversation.masking import readable
from bot.conversation.relaying import Move, Press
from bot.conversation.reply import Do, Message, Outcome, Reply
from bot.records.store import BAN_DAYS, Letter, Store
from bot.records.tickets import NOBODY, Ticket
from bot.records.writing import Writer
from bot.telegram.dispatch import Dispatch, Passed
from bot.telegram.letters import Drafts, Step
from bot.telegram.nearest import Nearest
from bot.telegram.staff import Role, Staff, in_own_name

COMMANDS = ("close", "mute", "recall", "ban")
"""What volunteers can type in a topic; the last one is for coordinators."""

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No sign that is taken for another one."""
_ALWAYS = (Do.FORGET, Do.FORGET_NOW, Do.PRIVACY, Do.HUMAN, Do.END)
"""What works while a volunteer writes with her."""


def number() -> str:
    """A number for a ticket."""
    return "".join(secrets.choice(_LETTERS) for _ in range(6))


class Tickets:
    """Hands over, relays both ways, and gives back. `writer` reads the store where nothing is changed."""

    def __init__(
        self, dispatch: Dispatch, drafts: Drafts, staff: Staff, writer: Writer, nearest: Nearest,
        *, numbers: Callable[[], str] = number,
    ) -> None:  # fmt: skip
        self._dispatch = dispatch
        self._group = dispatch.group
        self._drafts = drafts
        self._staff = staff
        self._writer = writer
        self._nearest = nearest
        self._numbers = numbers

    # --- the asker

    async def asked(
        self, said: Message, chat: int, source: int, replies: Sequence[Reply], own: Sequence[Letter], *, muffled: bool
    ) -> Step:
        """The step that answers an asker's message or button.

        `replies`, as the letters `own`, are what the bot would say; `muffled`: she writes too fast or is banned, so
        nothing of hers is passed on.
        """
        handed = next((one for one in replies if one.hand_over), None)
        made: tuple[Reply, ...] = ()
        if handed is not None and not muffled:
            made = await asyncio.to_thread(self._nearest.cards, handed.hand_over, handed.language, handed.state)
        text = handed.hand_over if handed else self._dispatch.masked(said.text)
        passed = Passed(source, text, tuple(own), made)
        urgent = any(one.outcome is Outcome.EMERGENCY for one in replies)

        def step(store: Store) -> Sequence[Letter]:
            ticket = store.tickets.of(chat)
            if any(one.forget for one in replies):
                return [*self._forgotten(store, chat), *own]
            if handed is not None and not muffled:
                return self._handed(store, ticket, chat, handed, passed, urgent=urgent)
            if ticket is None or muffled:
                return own
            if said.action is None and not text and not handover.bot_answers(ticket):
                only = relaying.only_text(self._dispatch.writer(ticket.language))
                return self._dispatch.to_asker(ticket, only)
            return self._do(store, ticket, _hers(said, ticket, store, source, urgent=urgent), passed)

        return step

    def _handed(
        self, store: Store, ticket: Ticket | None, chat: int, handed: Reply, passed: Passed, *, urgent: bool
    ) -> Sequence[Letter]:
        free = next(one for one in iter(self._numbers, "") if store.tickets.get(one) is None)
        new = Ticket(free, chat, handed.language, handed.state, store.tickets.hour)
        muted = store.muted(chat) or store.banned(chat)
        after, effects = handover.ask(ticket, new, urgent=urgent, muted=muted)
        passed = replace(passed, cards=tuple(self._nearest.with_send(one, new) for one in passed.cards))
        return self._do(store, ticket or new, (after, effects), passed, at=new if Act.OPEN in effects else None)

    def _forgotten(self, store: Store, chat: int) -> Sequence[Letter]:
        """All tickets of hers are withdrawn; what waits to be sent for them is deleted."""
        letters: list[Letter] = []
        for ticket in [one for one in store.tickets.all() if one.chat == chat]:
            after, effects = handover.forget(ticket, store.tickets.hour)
            written = self._dispatch.letters(store, ticket, effects if ticket.topic else (), Passed())
            store.tickets.strip(ticket.number)
            store.tickets.put(after)
            letters += written
        return letters

    # --- the volunteers

    async def ticket_of(self, message: TelegramMessage) -> Ticket | None:
        """The ticket in whose topic a message stands; in a group without topics, of the message that it replies to."""
        if message.chat.id != self._staff.group:
            return None
        thread, replied = message.message_thread_id, message.reply_to_message

        def find(store: Store) -> Ticket | None:
            if message.is_topic_message and thread is not None:
                return store.tickets.at(thread, threaded=True)
            if replied is None:
                return None
            relay = store.tickets.by_copy("in", replied.message_id) or store.tickets.by_source(
                "out", replied.message_id
            )
            return store.tickets.get(relay.ticket) if relay else store.tickets.at(replied.message_id, threaded=False)

        return await self._writer.do(find) if message.is_topic_message or replied else None

    async def wrote(self, update: Update, message: TelegramMessage) -> bool:
        """A message in the group; whether it belongs to a ticket, and so is nobody else's affair."""
        ticket = await self.ticket_of(message)
        if ticket is None:
            return False
        text, source = readable(message.text or ""), message.message_id
        if text.startswith("/") or not await self._is_volunteer(update, ticket, message):
            return True
        offer = None
        if text and update.edited_message is None:
            offer = await asyncio.to_thread(self._nearest.offer, ticket, text, source)

        def decide(store: Store, ticket: Ticket) -> Next:
            if not text:
                return ticket, (Tell.ONLY_TEXT,)
            if update.edited_message is not None:
                there = store.tickets.copy_of(ticket.number, "out", source) is not None
                return handover.corrected(ticket, passed=there)
            return handover.answered(ticket, store.tickets.hour)

        self._later(update, ticket.number, decide, Passed(source, text, offer=offer))
        return True

    async def sendable(self, message: TelegramMessage, replies: tuple[Reply, ...]) -> tuple[Reply, ...]:
        """Cards that a volunteer asked for in a ticket's topic, with a button that sends their answer to the asker."""
        ticket = await self.ticket_of(message)
        if ticket is None or not ticket.open:
            return replies
        return tuple(self._nearest.with_send(one, ticket) for one in replies)

    async def commanded(self, update: Update, message: TelegramMessage) -> bool:
        """One of `COMMANDS`; whether it was in a ticket's topic."""
        ticket = await self.ticket_of(message)
        if ticket is None:
            return False
        if not await self._is_volunteer(update, ticket, message):
            return True
        name = (message.text or "")[1:].split()[0].split("@")[0].lower()
        replied = message.reply_to_message.message_id if message.reply_to_message else 0
        may_ban = await self._staff.role_of(message) is Role.COORDINATOR

        def decide(store: Store, ticket: Ticket) -> Next:
            if name == "recall":
                there = store.tickets.copy_of(ticket.number, "out", replied) is not None
                return handover.recall(ticket, passed=there)
            if name == "ban":
                return handover.ban(ticket, store.tickets.hour, may=may_ban, banned=store.banned(ticket.chat))
            return (handover.close if name == "close" else handover.mute)(ticket, store.tickets.hour)

        self._later(update, ticket.number, decide, Passed(replied))
        return True

    def pressed(self, update: Update, query: CallbackQuery, press: Press) -> None:
        """A button in a topic; who pressed it is a volunteer."""
        ready = None
        hour_of = {Move.CLOSE: handover.close, Move.MUTE: handover.mute, Move.PASS_ON: handover.pass_on}

        def decide(store: Store, ticket: Ticket) -> Next:
            hour = store.tickets.hour
            if press.move is Move.CLAIM:
                return handover.claim(ticket, query.from_user.id, hour)
            if press.move in hour_of:
                return hour_of[press.move](ticket, hour)
            after, effects = handover.answered(ticket, hour)
            if press.move is Move.INSTEAD and Act.PASS_OUT in effects:
                return after, (Act.CHANGE_OUT,)
            return after, effects

        def step(store: Store) -> Sequence[Letter]:
            nonlocal ready
            ticket = store.tickets.get(press.ticket)
            if ticket is None or ticket.chat == NOBODY:
                return ()
            if press.move in (Move.SEND, Move.INSTEAD):
                ready = self._nearest.ready(ticket, press.intent, press.state)
                if ready is None:
                    return ()
            # No message of the group stands for it: a number of its own, below zero.
            source = press.source or -update.update_id
            return self._do(store, ticket, decide(store, ticket), Passed(source, ready=ready))

        self._drafts.add(update.update_id, step=step)

    # --- what happens by itself

    def due(self, store: Store) -> list[Letter]:
        """An hour is over: who waits too long is told so."""
        hour, letters = store.tickets.hour, list[Letter]()
        for ticket in store.tickets.all():
            letters += self._do(store, ticket, handover.expire(ticket, hour), Passed())
        return store.keep(letters)

    def gone(self, store: Store, chat: int) -> Sequence[Letter]:
        """An asker cannot be reached any more."""
        ticket = store.tickets.of(chat)
        if ticket is None or not ticket.open:
            return ()
        return store.keep(self._do(store, ticket, handover.gone(ticket, store.tickets.hour), Passed()))

    def kicked(self, store: Store) -> Sequence[Letter]:
        """The bot is not in the group any more."""
        found = [self._do(store, one, handover.kicked(one), Passed()) for one in store.tickets.all()]
        return store.keep([letter for letters in found for letter in letters])

    def migrated(self, store: Store, chat: int) -> Sequence[Letter]:
        """The group has another number, also after the next start: each open ticket gets a new topic there."""
        if store.now_at(self._group) == chat:
            return ()
        store.moved(self._group, chat)
        self._dispatch.group = self._staff.group = chat
        letters: list[Letter] = []
        for ticket in store.tickets.all():
            letters += self._do(store, ticket, handover.migrated(ticket), Passed())
        return store.keep(letters)

    # ---

    async def _is_volunteer(self, update: Update, ticket: Ticket, message: TelegramMessage) -> bool:
        """Whether it is a volunteer's message; who thinks she is one is told why nothing comes of it."""
        sender = message.from_user
        if sender is None or (sender.is_bot and message.sender_chat is None):
            return False
        member = await self._staff.member(sender.id) if in_own_name(message) else False
        if not member:
            why = Tell.NOT_ALLOWED if member is False else Tell.NOT_KNOWN
            self._later(update, ticket.number, lambda _, found: (found, (why,)), Passed())
        return bool(member)

    def _later(self, update: Update, number: str, decide: Callable[[Store, Ticket], Next], passed: Passed) -> None:
        def step(store: Store) -> Sequence[Letter]:
            ticket = store.tickets.get(number)
            return () if ticket is None else self._do(store, ticket, decide(store, ticket), passed)

        self._drafts.add(update.update_id, step=step)

    def _do(
        self, store: Store, before: Ticket, found: Next, passed: Passed, *, at: Ticket | None = None
    ) -> list[Letter]:
        """Keep the ticket as it is now; the letters."""
        after, effects = found
        if after != before or at is not None:
            store.tickets.put(after)
        if Tell.MUTED in effects:
            store.mute(after.chat, handover.MUTED_DAYS)
        elif Tell.UNMUTED in effects:
            store.unmute(after.chat)
        elif Tell.UNBANNED in effects:
            store.unban(after.chat)
        letters = self._dispatch.letters(store, at or before, effects, passed)
        if Tell.BANNED in effects:
            store.ban(after.chat, BAN_DAYS)
            newer = store.tickets.of(after.chat)
            if newer is not None and newer.open:
                letters += self._do(store, newer, handover.ban(newer, store.tickets.hour, banned=False), Passed())
        return letters


def _hers(said: Message, ticket: Ticket, store: Store, source: int, *, urgent: bool) -> Next:
    """What an asker's message or button makes of her ticket."""
    action, hour = said.action, store.tickets.hour
    if action is not None and action.do is Do.END and ticket.open:
        return handover.close(ticket, hour)
    if action is not None:
        return handover.pressed(ticket, urgent=urgent, always=action.do in _ALWAYS)
    if said.edited:
        passed = store.tickets.copy_of(ticket.number, "in", source) is not None
        return handover.changed(ticket, hour, passed=passed, urgent=urgent)
    return handover.wrote(ticket, hour, urgent=urgent)
