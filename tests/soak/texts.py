"""Hostile texts through the whole way of a message: conversation and rendering, for people and for volunteers.

`python -m tests.soak.texts [GENERATED] [SEED]` prints a figure. Times are of the processor, by words alone: what else a
busy machine does at the same moment is not the text's fault.
"""

from __future__ import annotations

import html
import json
import random
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.commands import house_of
from bot.conversation.asker import reply
from bot.conversation.house import House
from bot.conversation.reply import Message, Reply
from bot.conversation.session import Session
from bot.conversation.volunteer import card, inline
from bot.settings import read_settings
from bot.telegram.letters import sending
from bot.telegram.rendering import LIMIT, render, units
from tests.conftest import TODAY
from tests.soak.naughty import generated, known
from tests.telegram.test_rendering import TAGS, balanced

MILLISECONDS = 100.0
_SESSIONS = (
    Session(),
    Session("es", chosen=True, state="IL", settled=True, greeted=True, last_intent="opt_out", last_state="IL"),
    Session("ar", greeted=True, pending_intent="opt_out", misses=1),
    Session("zh", greeted=True, state="AL", last_intent="current_policy"),
)


@dataclass
class Result:
    """What happened to the texts. `failures` say what went wrong; `times`: milliseconds of each."""

    failures: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)


def through(house: House, texts: Iterable[str], seed: int) -> Result:
    """Every text as a question; every tenth as a volunteer's forward with another one as her note, and inline."""
    chance, result, before = random.Random(seed), Result(), ""
    for number, text in enumerate(texts):
        session = chance.choice(_SESSIONS)
        message = Message(text, forwarded=chance.random() < 0.1, edited=chance.random() < 0.1)
        started = time.thread_time()
        try:
            replies: tuple[Reply, ...] = (reply(message, session, house, TODAY)[0],)
            wrong = sound(replies)
            result.times.append(1000 * (time.thread_time() - started))
            if number % 10 == 0:
                noted = Message(text, note=before, forwarded=chance.random() < 0.7)
                wrong = wrong or sound(card(noted, session, house, TODAY)[0])
                wrong = wrong or sound([one.reply for one in inline(text, "en", "IL", house, TODAY)])
        except Exception as error:  # noqa: BLE001 - none may be raised
            wrong = f"{type(error).__name__}: {error}"
        if wrong:
            result.failures.append(f"{wrong[:100]} ({len(text)} characters: {text[:40]!a})")
        before = text
    return result


def sound(replies: Iterable[Reply]) -> str:
    """What is wrong with replies as they would go out; empty if nothing is."""
    for one in replies:
        messages = render(one)
        if not messages:
            return "no message"
        for message in messages:
            if not balanced(message.html):
                return "broken markup"
            if units(html.unescape(TAGS.sub("", message.html))) > LIMIT + 100 or not message.plain.strip():
                return "a message too long or empty"
        for letter in sending(7, messages, "again"):
            json.loads(letter.body.encode())  # as it goes into the store
    return ""


def main(count: int = 20_000, seed: int = 1) -> int:
    """Print the figure; 1 for a failure or a text that takes too long."""
    house = house_of(read_settings())
    phrasings = [text for i in house.content.intents.values() for texts in i.phrasings.values() for text in texts]
    listed = known()
    result = through(house, [*listed, *generated(count, phrasings, seed)], seed)
    slow = [ms for ms in result.times if ms > MILLISECONDS]
    print(*result.failures[:20], sep="\n")
    times = sorted(result.times)
    print(f"{len(listed)} naughty and {count} generated texts: {len(result.failures)} failures; median "
          f"{times[len(times) // 2]:.1f} ms, 99 of 100 within {times[len(times) * 99 // 100]:.1f} ms, the longest "
          f"{times[-1]:.1f} ms, {len(slow)} over {MILLISECONDS:.0f} ms")  # fmt: skip
    return 1 if result.failures or slow else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
