"""What is held, in words: what somebody would get who takes the records, lawfully or not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from bot.records.keys import end_of
from bot.records.store import BAN_DAYS, DEAD_DAYS, IDS_HOURS, TEXTS_HOURS, Holdings, Pile
from bot.records.tickets import CLOSED_HOURS, OPEN_HOURS

_MEMORY = """\
In the memory of the running bot, on no disk, until it stops:
  - of each chat for a day after its last message: language, state, which question was asked last, whether the next
    message is for a volunteer
  - of each volunteer's chat for a day: what her last card was about, and what her last note said of state and language
  - of each chat for 48 hours: the numbers of its messages, so that /forget can delete them
  - counts for the limits, under a key of this run that is written nowhere
  - of the last nine weeks: how many messages there were by question, by language and by kind"""
_NEVER = """\
Nowhere: names, user names, telephone numbers, addresses on the internet, photos, files, places, who wrote a forwarded
message, texts of questions that are answered, a list of people, who asked what."""


def described(held: Holdings) -> Iterator[str]:
    """The lines of `amparo records show`."""
    yield "On disk, in the database:"
    yield f"  {held.waiting.count} questions that wait for their reply{_age(held.waiting)}"
    yield f"     each: the chat's number and the message, sealed; until it is handled, {TEXTS_HOURS} hours at most"
    yield f"  {held.letters.count} replies that wait to be sent{_age(held.letters)}; {held.unsure} may have arrived"
    yield f"     each: the chat's number and the reply, sealed; until it is sent, {TEXTS_HOURS} hours at most"
    yield f"  {held.open_tickets.count} open questions handed to volunteers{_age(held.open_tickets)}"
    yield "     each: a number, the topic's number; sealed: the chat's number, language, state, which volunteer has it"
    yield f"     its text stands in the volunteers' group only; without an answer, gone after {OPEN_HOURS // 24} days"
    days = CLOSED_HOURS // 24
    yield f"  {held.closed_tickets.count} closed ones{_age(held.closed_tickets)}; for {days} days, as their topics"
    yield f"  {held.relays} pairs of message numbers: which message of a topic stands for which one in a person's chat"
    yield f"  {held.ids.count} numbers of updates, with nothing beside them{_age(held.ids)}; for {IDS_HOURS} hours"
    yield "     Telegram could tell whose they are, as long as it keeps that itself"
    dead = sum(count for _, count in held.dead)
    yield f"  {dead} questions and replies that could not be delivered in time: a count by day, for {DEAD_DAYS} days"
    ends = f", the last until {held.last_ban_ends}" if held.last_ban_ends else ""
    yield f"  {held.bans} bans and mutes: keyed hashes of people's numbers, {BAN_DAYS} days at most{ends}"
    yield f"  {held.moves} old numbers of the volunteers' group, each with its new one"
    yield f"  {held.unreadable} of the sealed rows can be opened by nobody any more: their key is gone"
    yield ""
    yield f"On disk, in the folder of keys: {', '.join(held.keys) or 'none'}"
    yield "  Whoever has a week's key and the database can open what that week sealed and is still there, and no more."
    yield "  Whoever has the key called pepper and tries all numbers of people can find out who is banned or muted."
    yield ""
    yield _MEMORY
    yield ""
    yield _NEVER


def keys_described(held: Holdings) -> Iterator[str]:
    """A line a key: what it seals, and when it goes."""
    for week in held.keys:
        end = end_of(week)
        goes = end + dt.timedelta(hours=TEXTS_HOURS + 1)
        yield f"{week}: seals until {end:%Y-%m-%d}, deleted on {goes:%Y-%m-%d} at {goes:%H:%M} UTC"
    yield f"{len(held.keys)} keys; deleting a file in the folder of keys makes all that it sealed unreadable, at once"


def _age(pile: Pile) -> str:
    return "" if pile.oldest_hours is None else f", the oldest {pile.oldest_hours} hours old"
