"""Letters out: each in its chat's order, within the limits, repeated until it is delivered or undeliverable.

Telegram knows no "send this once". So `posting` is written before a request goes out and `posted` after it; whatever
was being posted when the answer was lost, or when the bot was killed, goes out again and says that it may be a repeat.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from telegram.ext import ExtBot

from bot.logs import where
from bot.records.store import Letter, Store
from bot.records.writing import Writer
from bot.telegram.binding import Binding, without_nothing
from bot.telegram.faults import Fate, Verdict, definite
from bot.telegram.letters import Parameters, labelled
from bot.telegram.pacing import Pace, Rank

LONGEST_UNSENT = 30.0
"""Seconds between two tries of a request that never gets out: repeating it harms nobody."""
LONGEST_UNCLEAR = 3600.0
"""Seconds between two tries of a request whose answer is lost, at last: each may be another copy on her screen."""
LOCKED_OUT = 600.0
"""Seconds between two tries for the volunteers' group when it has thrown the bot out."""

FORGETTING = 5.0
"""Seconds for which /forget waits for a message that is being sent."""

_log = logging.getLogger(__name__)

T = TypeVar("T")
Line = tuple[int, str | None]
"""Where letters go one after the other: a person's chat, a topic of the group."""


@dataclass
class _Pending:
    """A letter on its way. `way`: which of its requests is tried; `at`: not before this moment.

    `result`: what Telegram gave back for it.
    """

    letter: Letter
    unsure: bool
    way: int = 0
    tries: int = 0
    at: float = 0.0
    chat: int | None = None
    body: dict[str, Any] = field(default_factory=dict)
    result: Any = None

    @property
    def line(self) -> Line:
        chat = self.letter.chat
        return chat, self.body.get("ticket") if chat < 0 else None

    @property
    def rank(self) -> Rank:
        if self.letter.urgent:
            return Rank.EMERGENCY
        return Rank.NOTICE if self.body.get("notice") else Rank.REPLY


class Outbox:
    """Delivers letters. `group`: the volunteers', whose letters are never given up.

    `told` gets each letter that was delivered as a message, with the message's id; `binding` knows of tickets.
    """

    def __init__(
        self,
        bot: ExtBot[None],
        writer: Writer,
        pace: Pace,
        *,
        group: int | None = None,
        told: Callable[[Letter, int], None] = lambda _letter, _message: None,
        binding: Binding | None = None,
    ) -> None:
        self._bot = bot
        self._writer = writer
        self._pace = pace
        self._groups = {group}
        self._told = told
        self._binding = binding or Binding()
        self._refused = 0
        self._refusal = asyncio.Event()
        self._queues: dict[Line, deque[_Pending]] = {}
        self._workers: dict[Line, asyncio.Task[None]] = {}
        self._jumped: dict[Line, asyncio.Event] = {}
        self.stopped: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Fails with the library's error when nothing can be sent any more: a wrong token."""

    async def room(self, most: int) -> None:
        """Wait until fewer letters than this wait."""
        while sum(map(len, self._queues.values())) >= most:
            await asyncio.wait(self._workers.values(), timeout=1.0, return_when=asyncio.FIRST_COMPLETED)

    def waiting(self, person: int) -> int:
        """How many letters wait for a person."""
        return len(self._queues.get((person, None), ()))

    def put(self, letters: Sequence[Letter]) -> None:
        """Send stored letters, each after those of its line that came before; emergencies before all others."""
        for letter in letters:
            one = _Pending(letter, letter.unsure, body=json.loads(letter.body))
            line = one.line
            queue = self._queues.setdefault(line, deque())
            if letter.urgent:
                queue.insert(sum(before.letter.urgent for before in queue), one)
                self._jumped.setdefault(line, asyncio.Event()).set()
            else:
                queue.append(one)
            if line not in self._workers:
                self._workers[line] = asyncio.create_task(self._work(line, queue))

    async def refusals(self) -> int:
        """Wait until there is a letter that Telegram refused in every way it has; how many there were since."""
        await self._refusal.wait()
        self._refusal.clear()
        number, self._refused = self._refused, 0
        return number

    async def moved(self, group: int) -> None:
        """The volunteers' group has this number now."""
        self._groups.add(group)
        self.put(await self._kept(lambda store: self._binding.migrated(store, group)))

    async def forget(self, chat: int) -> None:
        """Send nothing more of what waits for a chat. What is being sent this moment is waited for, for a while."""
        worker, line = self._workers.get((chat, None)), (chat, None)
        if worker is not None:
            self._queues[line].clear()
            self._jumped.setdefault(line, asyncio.Event()).set()
            await asyncio.wait([worker], timeout=FORGETTING)

    async def drain(self, seconds: float) -> None:
        """Wait for what is under way, at most so long; what is left is sent after the next start."""
        until = time.monotonic() + seconds
        while self._workers and (left := until - time.monotonic()) > 0:
            await asyncio.wait(self._workers.values(), timeout=left)  # which may have brought on others

    async def close(self) -> None:
        """Stop at once."""
        workers = list(self._workers.values())
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        self.stopped.cancel()

    async def _work(self, line: Line, queue: deque[_Pending]) -> None:
        try:
            while queue:
                one = queue[0]
                wait = one.at - time.monotonic()
                if wait > 0:
                    await self._pause(line, wait)
                elif await self._over(one) and one in queue:
                    queue.remove(one)
        except Exception as error:  # noqa: BLE001 - the letters stay in the store, for the next start
            _log.error("a chat's letters could not be sent [%s]", where(error))
        finally:
            if self._queues.get(line) is queue:
                del self._queues[line], self._workers[line]
                self._jumped.pop(line, None)

    async def _pause(self, line: Line, seconds: float) -> None:
        """Wait, but not when an emergency comes in between."""
        jumped = self._jumped.setdefault(line, asyncio.Event())
        jumped.clear()
        try:
            await asyncio.wait_for(jumped.wait(), seconds)
        except TimeoutError:
            return

    async def _over(self, one: _Pending) -> bool:
        """One try; whether there is nothing left to do about the letter."""
        number = one.letter.id
        assert number is not None
        await self._pace.turn(one.letter.chat, one.rank, lambda: len(self._queues.get(one.line, ())))
        place = await self._kept(lambda store: self._binding.begin(store, number, one.body))
        if place is None:
            return True
        verdict = await self._tried(one, place)
        one.tries += 1
        match verdict.fate:
            case Fate.DONE:
                self.put(await self._ended(one, lambda s: self._binding.posted(s, one.letter, one.body, one.result)))
                return True
            case Fate.UNCLEAR:
                one.unsure = True
                one.at = time.monotonic() + min(2.0 ** (one.tries - 1), LONGEST_UNCLEAR)
            case Fate.MOVED if one.letter.chat < 0:
                await self._moved(one, verdict.chat)
            case Fate.REFUSED if one.way + 1 < len(one.body["ways"]):
                one.way += 1
            case Fate.GONE if one.letter.chat in self._groups:
                _log.error("the bot is not in the volunteers' group any more; its letters wait")
                self.put(await self._kept(self._binding.kicked))
                await self._wait(one, LOCKED_OUT)
            case Fate.WAIT | Fate.MOVED:
                await self._wait(one, verdict.seconds or min(2.0 ** (one.tries - 1), LONGEST_UNSENT))
            case Fate.STOP:
                await self._wait(one, LONGEST_UNSENT)
            case _:
                gone = verdict.fate is Fate.GONE
                self.put(await self._ended(one, lambda s: self._binding.lost(s, one.letter, gone=gone)))
                if verdict.fate is Fate.REFUSED:
                    self._refused += 1
                    self._refusal.set()
                return True
        return False

    async def _moved(self, one: _Pending, chat: int | None) -> None:
        """The group has another number, which the next try takes."""
        one.chat = chat
        if chat is not None and one.letter.chat in self._groups:
            await self.moved(chat)

    async def _tried(self, one: _Pending, place: Parameters) -> Verdict:
        """Send it; what became of it."""
        method, parameters = one.body["ways"][one.way]
        parameters = without_nothing({**place, **parameters})
        if one.chat is not None:
            parameters = {**parameters, "chat_id": one.chat}
        if one.unsure:
            parameters = labelled(method, parameters, one.body["again"])
        try:
            result = await self._bot._post(method, parameters)  # noqa: SLF001 - the one way to a request kept as data
        except Exception as error:  # noqa: BLE001 - answers that make no sense raise anything
            verdict = definite(error)
            if verdict.fate is not Fate.DONE:
                _log.warning("a letter failed, try %d: %s [%s]", one.tries + 1, verdict.fate.name, where(error))
            if verdict.fate is Fate.STOP and not self.stopped.done():
                self.stopped.set_exception(error)
            return verdict
        one.result = result
        if isinstance(result, dict) and isinstance(result.get("message_id"), int):
            self._told(one.letter, result["message_id"])
            return Verdict(Fate.DONE)
        if isinstance(result, dict) and isinstance(result.get("message_thread_id"), int):
            return Verdict(Fate.DONE)
        # Where the id must be known, "yes" alone is no answer.
        return Verdict(Fate.DONE if result is True and "keep" not in one.body else Fate.UNCLEAR)

    async def _wait(self, one: _Pending, seconds: float) -> None:
        """It was certainly not posted; later it may be."""
        number = one.letter.id
        assert number is not None
        one.at = time.monotonic() + seconds
        if not one.unsure:
            await self._kept(lambda store: store.not_posted(number))

    async def _ended(self, one: _Pending, work: Callable[[Store], T]) -> T:
        """Write down what became of a letter."""
        return await self._kept(work, scrub="last" in one.body)

    async def _kept(self, work: Callable[[Store], T], *, scrub: bool = False) -> T:
        """Write it down, however long the disk is full. `scrub`: no deleted byte stays."""
        pause = 1.0
        while True:
            try:
                return await self._writer.do(work, scrub=scrub)
            except Exception as error:  # noqa: BLE001 - without the record nothing may go on
                _log.error("the store does not take a record, next try in %.0f s [%s]", pause, where(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_UNSENT)
