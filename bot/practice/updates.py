"""The queue of updates, confirmed as Telegram confirms them, and the feed of what is seen."""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection
from typing import Any

Json = dict[str, Any]

UPDATE_KINDS = frozenset(
    {"message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
     "edited_business_message", "deleted_business_messages", "guest_message", "message_reaction",
     "message_reaction_count", "inline_query", "chosen_inline_result", "callback_query", "shipping_query",
     "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member",
     "chat_join_request", "chat_boost", "removed_chat_boost", "managed_bot"}
)  # fmt: skip
"""Kinds of updates that can be asked for; others are passed over, as Telegram does."""

ONLY_WHEN_NAMED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
MOST_AT_ONCE = 100
KEPT_SECONDS = 24 * 3600
"""How long Telegram keeps an update that nobody asks for."""


class Updates:
    """Updates that wait for the bot, oldest first; `clock` gives seconds.

    An update leaves only when a later one is asked for by `offset`, or after a day. `allowed` decides what is kept from
    then on; what was queued before stays.
    """

    def __init__(self, first: int, clock: Callable[[], float]) -> None:
        self._numbers = itertools.count(first)
        self._clock = clock
        self._waiting: deque[tuple[float, Json]] = deque()
        self._arrived = asyncio.Event()
        self.allowed: frozenset[str] = UPDATE_KINDS - ONLY_WHEN_NAMED

    def __len__(self) -> int:
        return len(self._waiting)

    def allow(self, kinds: Collection[str]) -> None:
        """Take these kinds from now on; none means all but those that must be named."""
        self.allowed = UPDATE_KINDS & frozenset(kinds) if kinds else UPDATE_KINDS - ONLY_WHEN_NAMED

    def put(self, kind: str, content: Json) -> int | None:
        """Queue one update; its number, or None where the bot did not ask for this kind."""
        if kind not in self.allowed:
            return None
        number = next(self._numbers)
        self._waiting.append((self._clock(), {"update_id": number, kind: content}))
        self._arrived.set()
        return number

    def confirm(self, offset: int) -> None:
        """Drop what comes before `offset`; a negative one keeps only so many of the newest."""
        if offset < 0:
            while len(self._waiting) > -offset:
                self._waiting.popleft()
        else:
            while self._waiting and self._waiting[0][1]["update_id"] < offset:
                self._waiting.popleft()

    def clear(self) -> None:
        """Drop all that wait."""
        self._waiting.clear()

    def waiting(self, limit: int = MOST_AT_ONCE) -> list[Json]:
        """The oldest updates that are not confirmed."""
        while self._waiting and self._clock() - self._waiting[0][0] > KEPT_SECONDS:
            self._waiting.popleft()
        return [update for _, update in itertools.islice(self._waiting, limit)]

    def wake(self) -> None:
        """Let whoever waits look again."""
        self._arrived.set()

    async def some(self, seconds: float) -> None:
        """Wait until there is an update or somebody calls `wake`, at most so long."""
        if self._waiting:
            return
        self._arrived.clear()
        try:
            await asyncio.wait_for(self._arrived.wait(), seconds)
        except TimeoutError:
            return


class Subscription(AsyncIterator[Json]):
    """What is seen from now on, event by event, until it is closed."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._events: asyncio.Queue[Json | None] = asyncio.Queue()

    def put(self, event: Json | None) -> None:
        """Hand over one event; None ends it."""
        self._events.put_nowait(event)

    def close(self) -> None:
        """End it; whoever waits for the next event stops."""
        self._feed.subscriptions.discard(self)
        self.put(None)

    async def __anext__(self) -> Json:
        event = await self._events.get()
        if event is None:
            raise StopAsyncIteration
        return event


class Feed:
    """Everything that changes what is seen, to everybody who watches."""

    def __init__(self) -> None:
        self.subscriptions: set[Subscription] = set()

    def tell(self, event: str, chat: int | None, topic: int | None = None, **more: Any) -> None:
        """One event, a dict ready for JSON."""
        for subscription in self.subscriptions:
            subscription.put({"event": event, "chat": chat, "topic": topic, **more})

    def close(self) -> None:
        """End every subscription."""
        for subscription in list(self.subscriptions):
            subscription.close()

    def subscribe(self) -> Subscription:
        """Watch from now on."""
        subscription = Subscription(self)
        self.subscriptions.add(subscription)
        return subscription
