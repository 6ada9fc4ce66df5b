"""Who is a volunteer and who a coordinator: by current membership of the volunteers' group, else by the settings."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from enum import IntEnum

from telegram import ChatMember
from telegram import Message as TelegramMessage
from telegram.constants import ChatType
from telegram.error import ChatMigrated
from telegram.ext import ExtBot

from bot.logs import where
from bot.records.writing import Writer

CACHED_SECONDS = 60.0
"""How long a membership that was asked for counts: whoever is removed is refused after that at the latest."""

_PATIENCE = 3.0
"""Seconds to wait for an answer: a frightened person must not wait longer because Telegram is slow about her role."""

_MEMBERS = (ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER)
"""A restricted member is no volunteer: the group's administrators have limited what she may say there."""

_log = logging.getLogger(__name__)


class Role(IntEnum):
    """What somebody may do; each role may do what the ones before may."""

    ASKER = 0
    VOLUNTEER = 1
    COORDINATOR = 2


class Staff:
    """Knows roles. With a group, Telegram is asked who is in it now; without one, the settings name the volunteers.

    In doubt (no answer, a strange one) nobody is a volunteer. Coordinators are named in the settings and must be
    volunteers too.
    """

    def __init__(
        self,
        bot: ExtBot[None],
        *,
        group: int | None = None,
        volunteers: frozenset[int] = frozenset(),
        coordinators: frozenset[int] = frozenset(),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bot = bot
        self.group = group
        self._volunteers = volunteers
        self._coordinators = coordinators
        self._clock = clock
        self._asked: dict[int, tuple[float, bool]] = {}
        self.moved: Callable[[int], Awaitable[None]] | None = None
        """Is told of the group's new number."""

    async def role(self, user: int) -> Role:
        """The role of a numeric user id, at most a minute old."""
        member = await self.member(user) if self.group is not None else user in self._volunteers
        if not member:
            return Role.ASKER
        return Role.COORDINATOR if user in self._coordinators else Role.VOLUNTEER

    async def role_of(self, message: TelegramMessage) -> Role:
        """The role in which a message was sent: a volunteer's only in her own name, in private or in the group."""
        sender = message.from_user
        if sender is None or not in_own_name(message):
            return Role.ASKER
        if message.chat.type != ChatType.PRIVATE and message.chat.id != self.group:
            return Role.ASKER
        return await self.role(sender.id)

    async def member(self, user: int) -> bool | None:
        """Whether somebody is in the group now, as a full member; None if Telegram does not say."""
        now, group = self._clock(), self.group
        known = self._asked.get(user)
        if known is not None and now - known[0] < CACHED_SECONDS:
            return known[1]
        self._asked = {one: kept for one, kept in self._asked.items() if now - kept[0] < CACHED_SECONDS}
        try:
            found = await asyncio.wait_for(self._ask(user), _PATIENCE)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, nobody becomes a volunteer by it
            _log.warning("the volunteers' group could not be asked for a member [%s]", where(error))
            return None
        if self.group is not None and self.group != group and self.moved is not None:
            await self.moved(self.group)
        if not isinstance(found, ChatMember):
            return None  # a strange answer says nothing
        member = found.status in _MEMBERS
        self._asked[user] = (now, member)
        return member

    async def _ask(self, user: int) -> ChatMember:
        group = self.group
        assert group is not None
        try:
            return await self._bot.get_chat_member(group, user)
        except ChatMigrated as error:
            # Telegram itself says so of the group in the settings: it became a supergroup.
            _log.warning("the volunteers' group has moved: put its new number into AMPARO_VOLUNTEERS_GROUP")
            self.group = error.new_chat_id
            return await self._bot.get_chat_member(error.new_chat_id, user)


async def now_at(writer: Writer, group: int | None) -> int | None:
    """The volunteers' group of the settings by the number that it has now."""
    return None if group is None else await writer.do(lambda store: store.now_at(group))


def in_own_name(message: TelegramMessage) -> bool:
    """Whether a person wrote it, and not as a channel, a group or a bot."""
    return message.from_user is not None and not message.from_user.is_bot and message.sender_chat is None
