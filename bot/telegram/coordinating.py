"""What is counted, and the coordinators' commands in the volunteers' group: /stats, /gaps, /status."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence

from telegram import Update
from telegram.ext import ContextTypes

from bot.conversation import figures
from bot.conversation.house import House
from bot.conversation.reply import Reply
from bot.conversation.wording import Writer
from bot.records.counting import Counts
from bot.records.store import Letter, Store
from bot.records.writing import Writer as Records
from bot.telegram.letters import Drafts, Step, sending
from bot.telegram.rendering import render
from bot.telegram.staff import Role, Staff
from bot.understanding.languages import to_code

COMMANDS = ("stats", "gaps", "status")


class Office:
    """Answers coordinators, in the group only, where every volunteer sees what they see."""

    def __init__(
        self,
        house: House,
        drafts: Drafts,
        today: Callable[[], dt.date],
        staff: Staff,
        counts: Counts,
        records: Records,
    ) -> None:
        self._house = house
        self._drafts = drafts
        self._today = today
        self._staff = staff
        self._counts = counts
        self._records = records

    async def on_command(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """One of `COMMANDS`; anywhere else than in the group it is nothing."""
        message, sender = update.effective_message, update.effective_user
        if message is None or not message.text or message.chat.id != self._staff.group:
            return
        w = Writer(self._house, self._house.language(to_code(sender.language_code if sender else None)), self._today())
        if await self._staff.role_of(message) is Role.COORDINATOR:
            reply = await self._found(message.text[1:].split()[0].split("@")[0].lower(), w)
        else:
            reply = figures.for_coordinators(w)
        again = w._("You may have seen this already.")
        letters = sending(message.chat.id, render(reply), again, reply_to=message.message_id)
        self._drafts.add(update.update_id, letters)

    async def _found(self, name: str, w: Writer) -> Reply:
        if name == "status":
            held = await self._records.do(lambda store: store.held())
            return figures.status(w, figures.Health(held, self._house.interpreter.matcher.encoder))
        subject, show = ("gaps", figures.gaps) if name == "gaps" else ("answered", figures.stats)
        return show(w, self._counts.shown(subject, figures.tables(self._house, subject)), self._counts.since)


def count(counts: Counts, replies: Sequence[Reply]) -> None:
    """Count replies that are given."""
    for one in filter(None, (reply.counted for reply in replies)):
        counts.add(one.subject, topic=one.topic, language=one.language, way=one.way)


def counting(counts: Counts, step: Step, replies: Sequence[Reply], letters: Sequence[Letter]) -> Step:
    """The step, after which the replies are counted if their letters are sent: a volunteer may be writing instead."""
    loop = asyncio.get_running_loop()

    def counted(store: Store) -> Sequence[Letter]:
        written = step(store)
        if any(letter in letters for letter in written):
            loop.call_soon_threadsafe(count, counts, replies)
        return written

    return counted
