"""From Telegram's updates to messages of a conversation, and the replies back out."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import re
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from telegram import CallbackQuery, MaybeInaccessibleMessage, Update
from telegram import Message as TelegramMessage
from telegram.constants import ChatType
from telegram.ext import ContextTypes

from bot.conversation import menus, relaying
from bot.conversation.asker import reply
from bot.conversation.house import House
from bot.conversation.relaying import Press
from bot.conversation.reply import COMMANDS, Action, Do, Message, Outcome, Reply
from bot.conversation.session import Session, Sessions
from bot.conversation.volunteer import card
from bot.conversation.wording import Writer
from bot.logs import where
from bot.records.counting import Counts
from bot.records.store import Letter
from bot.telegram.addressing import addressed, called, client, deep_link, is_deep_link
from bot.telegram.comments import Comments
from bot.telegram.coordinating import count, counting
from bot.telegram.doors import Doors, Heard
from bot.telegram.letters import Drafts, replacing, sending
from bot.telegram.pacing import Thinking
from bot.telegram.rendering import render
from bot.telegram.staff import Role, Staff
from bot.telegram.tickets import Tickets
from bot.understanding.languages import to_code

_log = logging.getLogger(__name__)
_FOR_EVERYBODY = (Do.FORGET, Do.FORGET_NOW, Do.PRIVACY)
"""What no limit and no ban takes away."""


class Desk:
    """Takes updates, keeps sessions in memory, writes replies into `drafts`.

    `today` gives the day for reviews that expire; `erase` deletes a private chat's messages before it is forgotten.
    `tickets`: where there is a volunteers' group. `protect`: people cannot forward or save the messages.
    """

    def __init__(
        self,
        house: House,
        drafts: Drafts,
        sessions: Sessions,
        today: Callable[[], dt.date],
        staff: Staff,
        comments: Comments,
        counts: Counts,
        *,
        doors: Doors,
        erase: Callable[[int], Awaitable[None]],
        thinking: Thinking,
        tickets: Tickets | None = None,
        protect: bool = False,
    ) -> None:
        self._house = house
        self._drafts = drafts
        self._sessions = sessions
        self._today = today
        self._staff = staff
        self._comments = comments
        self._counts = counts
        self._doors = doors
        self._erase = erase
        self._protect = protect
        self._thinking = thinking
        self._tickets = tickets
        self._acknowledging: set[asyncio.Task[None]] = set()
        self._one_thread = ThreadPoolExecutor(1, "words")

    async def on_command(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A slash command; `/start s-il_l-es` sets state and language. Words after any other are a message."""
        message = update.effective_message
        if message is None or not message.text:
            return
        name, rest = (*message.text.split(maxsplit=1), "")[:2]
        linked = name.split("@")[0] == "/start" and is_deep_link(rest)
        if message.forward_origin is not None or (rest and not linked):
            text = rest if message.forward_origin is None else message.text
            await self._on_text(update, context, message, text, named="@" in name)
            return
        if message.chat.type != ChatType.PRIVATE and "@" not in name:
            return
        action = Action(COMMANDS[name[1:].split("@")[0].lower()])
        said = Message(action=deep_link(rest) if action.do is Do.START else action, client_language=client(update))
        await self._answer(update, message, said, await self._staff.role_of(message))

    async def on_message(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A text, new or edited, or anything else (answered with a kind sentence)."""
        message = update.effective_message
        if message is None or (update.edited_message is not None and not message.text):
            return  # a live location moves every few seconds
        if self._tickets and not called(message, context.bot.username) and await self._tickets.wrote(update, message):
            return
        await self._on_text(update, context, message, message.text or "")

    async def on_ticket(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A command that is one in a ticket's topic only, and words anywhere else."""
        message = update.effective_message
        if message is not None and not (self._tickets and await self._tickets.commanded(update, message)):
            await self.on_message(update, context)

    async def _on_text(
        self,
        update: Update,
        context: ContextTypes.DEFAULT_TYPE,
        message: TelegramMessage,
        text: str,
        *,
        named: bool = False,
    ) -> None:
        said = Message(
            text=text,
            forwarded=message.forward_origin is not None,
            edited=update.edited_message is not None,
            client_language=client(update),
        )
        if message.chat.type != ChatType.PRIVATE:
            if not named and not addressed(message, context.bot.username, context.bot.id):
                return
            said = replace(said, text=re.sub(re.escape(f"@{context.bot.username}"), " ", text, flags=re.IGNORECASE))
        if message.from_user and message.from_user.is_bot and message.sender_chat is None:
            return  # two bots that answer each other would never stop
        role = await self._staff.role_of(message)
        if role is Role.ASKER and said.forwarded and message.chat.type != ChatType.PRIVATE:
            self._send(update, message, (menus.for_volunteers(self._writer(update)),))
            return
        if role >= Role.VOLUNTEER and message.chat.type == ChatType.PRIVATE:
            if not said.forwarded and not said.edited and await self._comments.goes_with_next(message):
                return  # it is answered with the forward that follows
            said = replace(said, note=self._comments.take(message.chat.id)) if said.forwarded else said
        await self._answer(update, message, said, role)

    async def on_press(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """A button. Turning a page replaces it; everything else is answered below, and nothing is taken away."""
        query = update.callback_query
        if query is None:
            return
        action = Action.decode(query.data or "")
        message = query.message
        press = Press.decode(query.data or "")
        if press is not None:
            await self._on_topic(update, query, press)
            return
        role = Role.ASKER
        if action is not None and message is not None and self._for_staff(message.chat.id, message.chat.type):
            role = await self._staff.role(query.from_user.id)
        if action is None or message is None or (action.card and role is Role.ASKER):
            refused = menus.for_volunteers(self._writer(update)).plain() if action and action.card else None
            self._acknowledge(query, refused)
            return
        self._acknowledge(query)
        private = message.chat.type == ChatType.PRIVATE
        said = Message(action=action, client_language=client(update))
        replies = await self._replied(message.chat.id, said, role, private=private)
        if self._tickets and action.card and isinstance(message, TelegramMessage):
            replies = await self._tickets.sendable(message, replies)
        await self._deliver(update, message, said, replies, role)

    async def _on_topic(self, update: Update, query: CallbackQuery, press: Press) -> None:
        """A button in a ticket's topic: for volunteers, whoever else knows what stands in it."""
        here = query.message is not None and query.message.chat.id == self._staff.group
        member = await self._staff.member(query.from_user.id) if self._tickets and here else False
        if self._tickets and member:
            self._acknowledge(query)
            self._tickets.pressed(update, query, press)
        else:
            self._acknowledge(query, relaying.refused(self._writer(update), known=member is not None).plain())

    async def on_fault(self, update: object, _context: object) -> None:
        """Our own fault must not leave a person without an answer: she gets the hotline's numbers."""
        message = update.effective_message if isinstance(update, Update) else None
        if isinstance(update, Update) and message is not None and message.chat.type == ChatType.PRIVATE:
            self._send(update, message, (menus.not_understood(self._writer(update), None, bring_person=True),))

    def _for_staff(self, chat: int, kind: str) -> bool:
        return kind == ChatType.PRIVATE or chat == self._staff.group

    def _writer(self, update: Update) -> Writer:
        return Writer(self._house, self._house.language(to_code(client(update))), self._today())

    async def _answer(self, update: Update, to: TelegramMessage, message: Message, role: Role) -> None:
        private = to.chat.type == ChatType.PRIVATE
        replies = await self._replied(to.chat.id, message, role, private=private)
        await self._deliver(update, to, message, replies, role)

    async def _deliver(
        self, update: Update, to: MaybeInaccessibleMessage, said: Message, found: tuple[Reply, ...], role: Role
    ) -> None:
        """Write the replies, as far as she is heard; an asker's pass by her ticket."""
        replies = await self._heard(update, said, found, role)
        action, shared = said.action, role >= Role.VOLUNTEER
        if action is not None and action.do is Do.TOPICS and action.page and replies:
            letters = [replacing(to.chat.id, to.message_id, render(replies[0])[0], self._again(replies[0]))]
        else:
            letters = self._written(to, replies, shared=shared)
        private = to.chat.type == ChatType.PRIVATE
        forget = private and any(one.forget for one in replies)
        if self._tickets is None or shared or not private:
            self._drafts.add(update.update_id, letters, forget=forget)
            count(self._counts, replies)
            return
        muffled = replies is not found
        step = await self._tickets.asked(said, to.chat.id, to.message_id, replies, letters, muffled=muffled)
        self._drafts.add(update.update_id, forget=forget, step=counting(self._counts, step, replies, letters))

    async def _heard(
        self, update: Update, message: Message, replies: tuple[Reply, ...], role: Role
    ) -> tuple[Reply, ...]:
        """What of its replies a message gets: all, a warning, or an emergency's alone; /forget works for everybody."""
        person = update.effective_user
        if role is not Role.ASKER or person is None or (message.action and message.action.do in _FOR_EVERYBODY):
            return replies
        heard = await self._doors.heard(person.id)
        urgent = tuple(one for one in replies if one.outcome is Outcome.EMERGENCY)
        if heard is Heard.EVERYTHING or urgent == replies:
            return replies
        return (menus.slower(self._writer(update)),) if heard is Heard.EMERGENCIES_OR_WARNING else urgent

    def _send(self, update: Update, to: MaybeInaccessibleMessage, replies: tuple[Reply, ...]) -> None:
        """Write replies that belong to no ticket."""
        self._drafts.add(update.update_id, self._written(to, replies, shared=False))

    def _written(self, to: MaybeInaccessibleMessage, replies: tuple[Reply, ...], *, shared: bool) -> list[Letter]:
        """Replies as letters. `shared`: they are meant to be handed on, so never protected."""
        private = to.chat.type == ChatType.PRIVATE
        return [
            letter
            for one in replies
            for letter in sending(
                to.chat.id,
                render(one),
                self._again(one),
                reply_to=None if private else to.message_id,
                protect=self._protect and not shared,
                urgent=one.outcome is Outcome.EMERGENCY and not shared,
                binding={"last": True} if one.forget else None,
            )
        ]

    def _again(self, one: Reply) -> str:
        _ = self._house.translator(one.language).text
        return _("You may have seen this already.")

    def _acknowledge(self, query: CallbackQuery, text: str | None = None) -> None:
        """Stop the button's clock beside the work: the reply must not wait for it."""
        task = asyncio.create_task(_acknowledge(query, text))
        self._acknowledging.add(task)
        task.add_done_callback(self._acknowledging.discard)

    async def _replied(self, chat: int, message: Message, role: Role, *, private: bool) -> tuple[Reply, ...]:
        """The replies, found in a thread beside. Groups have no session: one member's words must not answer another."""
        session = self._sessions.get(chat) if private else Session(greeted=True)
        async with self._thinking.turn(chat):
            # By words alone a second thread only waits for the first one's lock; the encoder lets it go.
            pool = None if self._house.interpreter.matcher.encoder else self._one_thread
            find = partial(self._found, message, session, role, private=private)
            replies, after = await asyncio.get_running_loop().run_in_executor(pool, find)
        if any(one.forget for one in replies):
            if private:
                await self._erase(chat)
        elif private:
            self._sessions.put(chat, after)
        return replies

    def _found(
        self, message: Message, session: Session, role: Role, *, private: bool
    ) -> tuple[tuple[Reply, ...], Session]:
        # Only in her own chat can somebody write to a volunteer, and be answered there.
        house = replace(self._house, hand_over=self._house.hand_over and private and role is Role.ASKER)
        if role >= Role.VOLUNTEER:
            return card(message, session, house, self._today())
        answered, after = reply(message, session, house, self._today())
        return (answered,), after


async def _acknowledge(query: CallbackQuery, text: str | None = None) -> None:
    """Stop the button's clock, with a sentence where one is due; too late is no harm."""
    try:
        await query.answer(text, show_alert=text is not None)
    except Exception as error:  # noqa: BLE001 - the reply itself must go out
        _log.debug("a button could not be acknowledged [%s]", where(error))
