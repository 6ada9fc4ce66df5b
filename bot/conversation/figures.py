"""What coordinators see: counts by week, gaps in the content, how the bot is doing. No text, no person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bot.conversation.house import House
from bot.conversation.reply import Block, Outcome, Reply
from bot.conversation.wording import Writer
from bot.knowledge.model import Intent, Kind
from bot.records.counting import LEAST_SHOWN, Table
from bot.records.store import DEAD_DAYS, Holdings

_WEEKS = 4
"""Weeks in one message."""
_LINES = 10
"""Lines of one table, the largest counts first."""
_DUE_DAYS = 30
"""An approval that ends within so many days is due for review."""

Weeks = Iterable[tuple[dt.date, Mapping[str, Table | None]]]


@dataclass(frozen=True)
class Health:
    """How the program is doing: what is held, and the encoder's name where there is one."""

    held: Holdings
    encoder: str | None


def tables(house: House, subject: str) -> Mapping[str, Collection[str]]:
    """The tables of a subject with all cells that each could have, in the order of their weight."""
    topics = (*(i.id for i in house.content.intents.values() if i.kind is not Kind.SMALLTALK), "")
    ways = {"answered": ("asker", "card"), "gaps": ("not_understood", "none_of_these", "card", "nothing_fits")}
    return {"topic": topics, "language": (*house.served, ""), "way": ways[subject]}


def for_coordinators(w: Writer) -> Reply:
    """To somebody who asks for what only coordinators get."""
    return _reply(w, [Block("text", w._("This is only for the hotline's coordinators."))])


def stats(w: Writer, weeks: Weeks, since: dt.date) -> Reply:
    """Questions that were answered, by week."""
    heads = {"topic": w._("By question:"), "language": w._("By language:"), "way": w._("By who asked:")}
    ways = {"asker": w._("People who ask"), "card": w._("Cards for volunteers")}
    return _weekly(w, w._("Questions that were answered"), heads, ways, weeks, since)


def gaps(w: Writer, weeks: Weeks, since: dt.date) -> Reply:
    """Questions that nothing was found for, by week: the content's next work."""
    heads = {"topic": w._("By the nearest question:"), "language": w._("By language:"), "way": w._("By what happened:")}
    ways = {
        "not_understood": w._("The bot did not understand"),
        "none_of_these": w._("None of the offered questions was meant"),
        "card": w._("Cards without a question"),
        "nothing_fits": w._("“Nothing fits” was pressed"),
    }
    return _weekly(w, w._("Questions without an answer"), heads, ways, weeks, since)


def status(w: Writer, health: Health) -> Reply:
    """Tickets, the way out, the content and the encoder."""
    held = health.held
    waiting = [w._("Questions that wait for their reply: {number}", number=held.waiting.count),
               w._("Replies that wait to be sent: {number}", number=held.letters.count)]  # fmt: skip
    refused = sum(count for _, count in held.dead)
    waiting.append(w._("Not delivered in {days} days: {number}", days=DEAD_DAYS, number=refused))
    tickets = [w._("Open questions with volunteers: {number}", number=held.open_tickets.count),
               w._("Closed ones, not yet deleted: {number}", number=held.closed_tickets.count)]  # fmt: skip
    encoder = w._("Encoder: on ({name})", name=health.encoder) if health.encoder else w._("Encoder: off")
    parts = ("\n".join(lines) for lines in (tickets, waiting, [*_content(w), encoder]))
    return _reply(w, [Block("heading", w._("How the bot is doing")), *(Block("text", part) for part in parts)])


def _content(w: Writer) -> list[str]:
    """How much of the content somebody has to look at, and what of it soonest."""
    drafts, over, due = 0, 0, []
    for intent in w.house.content.intents.values():
        for place, answer in intent.answers.items() if intent.kind is not Kind.SMALLTALK else ():
            review = answer.review
            drafts += review.status == "draft"
            over += review.on(w.today) == "withdrawn"
            if review.on(w.today) == "approved" and review.until and (review.until - w.today).days <= _DUE_DAYS:
                due.append((review.until, _named(w, intent, place)))
    lines = [w._("Answers that nobody has checked: {number}", number=drafts),
             w._("Answers that are not given any more: {number}", number=over),
             w._("Answers to check again within {days} days: {number}", days=_DUE_DAYS, number=len(due))]  # fmt: skip
    return lines + [f"  {w.date(until)} · {name}" for until, name in sorted(due)[:_LINES]]


def _named(w: Writer, intent: Intent, place: str) -> str:
    question = w.question(intent)
    return f"{question} ({w.state(place)})" if place in intent.states else question


def _weekly(
    w: Writer, title: str, heads: Mapping[str, str], ways: Mapping[str, str], weeks: Weeks, since: dt.date
) -> Reply:
    blocks = [Block("heading", title)]
    for week, shown in list(weeks)[:_WEEKS]:
        blocks.append(Block("text", w._("**Week of {date}**", date=w.date(week))))
        for name, table in shown.items():
            lines = [heads[name]]
            if table is None:
                lines.append(w._("not shown: small numbers could be worked out from it"))
            elif not table:
                lines.append(w._("nothing that may be shown"))
            for cell, count in sorted((table or {}).items(), key=lambda one: (-one[1], one[0]))[:_LINES]:
                lines.append(f"{count} · {_cell(w, name, cell, ways)}")
            blocks.append(Block("text", "\n".join(lines)))
    if len(blocks) == 1:
        blocks.append(Block("text", w._("No week with counts is over yet.")))
    said = w._(
        "Counted since {date}: messages, not people. Counts under {number} are not shown, nor what they could be "
        "worked out from. A week is shown when it is over.",
        date=w.date(since),
        number=LEAST_SHOWN,
    )
    return _reply(w, [*blocks, Block("small", said)])


def _cell(w: Writer, table: str, cell: str, ways: Mapping[str, str]) -> str:
    if not cell:
        return w._("not known")
    if table == "language":
        return w.named(cell)
    return ways[cell] if table == "way" else w.question(w.house.content.intents[cell])


def _reply(w: Writer, blocks: Iterable[Block]) -> Reply:
    return Reply(Outcome.SETTING, w.language, tuple(blocks))
