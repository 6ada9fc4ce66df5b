"""The conversation with a volunteer: a card for each message that she forwards or pastes.

Language and state come from that message and from the note that belongs to it: never from her own settings, and never
from the card before. Where they are missing, the card asks by button.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from bot.conversation import asker, cards, chinese
from bot.conversation.cards import Subject
from bot.conversation.house import House
from bot.conversation.reply import Action, Block, Counted, Do, Message, Reply
from bot.conversation.session import LastCard, Note, Session
from bot.conversation.wording import Writer
from bot.knowledge.model import STATES, Kind
from bot.understanding.interpreter import Interpretation
from bot.understanding.languages import to_code
from bot.understanding.matching import MOST_CHOICES


@dataclass(frozen=True)
class Finished:
    """An answer ready to be sent into any chat. `key`: at most 64 bytes, the same for the same answer."""

    key: str
    title: str
    reply: Reply


def card(message: Message, session: Session, house: House, today: dt.date) -> tuple[tuple[Reply, ...], Session]:
    """The card and the answer to hand on, in the order of sending, and what to remember. Pure, never raises.

    Nothing of the message is remembered but what the card was about, for a note that may follow it.
    """
    traditional = chinese.wanted(replace(message, client_language=None), before=None, chosen=False)
    replies, after = _carded(message, session, house, today)
    return tuple(map(chinese.in_traditional, replies)) if traditional else replies, after


def _carded(message: Message, session: Session, house: House, today: dt.date) -> tuple[tuple[Reply, ...], Session]:
    w = Writer(house, _own_language(message, session, house), today)
    action = message.action
    if action is not None and action.card:
        return _pressed(chinese.untangled(message).action or action, w, session)
    if action is not None:
        answered, session = asker.reply(message, replace(session, greeted=True), house, today)
        if action.do in (Do.START, Do.ABOUT):
            how = Block("text", cards.how(Writer(house, answered.language, today)))
            answered = replace(answered, blocks=(*answered.blocks, how))
        return (answered,), session
    return _said(message, w, session)


def inline(text: str, language: str | None, state: str | None, house: House, today: dt.date) -> list[Finished]:
    """Finished answers for the words typed after the bot's name, best first; at most one for each intent and state.

    Language and state are those of the words, else the volunteer's own settings.
    """
    heard = house.interpreter.interpret(text)
    w = Writer(house, house.language(_language_of(heard, None), language), today)
    place = heard.place.state(state)
    found = [heard.emergency] if heard.emergency else []
    found += [heard.decision.answer] if heard.decision.answer else list(heard.decision.choices)
    results: list[Finished] = []
    for match in found[:MOST_CHOICES]:
        intent = house.content.intents[match.intent]
        open_state = place is None and intent.kind is Kind.INFORMATION and bool(intent.states)
        for one in (heard.place.open or intent.states) if open_state else (place,):
            about = Subject(intent, w.language, one, match.score)
            ready = cards.ready(about, w)
            if ready is not None:
                title = " · ".join(filter(None, [w.state(one) if one else "", w.named(w.language), w.question(intent)]))
                results.append(Finished(f"{intent.id}|{one or ''}|{w.language}", title, ready))
    return results


def _own_language(message: Message, session: Session, house: House) -> str:
    """The language that the volunteer reads: what she chose, else her Telegram's; never that of a forwarded text."""
    return house.language(session.language if session.chosen else None, to_code(message.client_language))


def _said(message: Message, w: Writer, session: Session) -> tuple[tuple[Reply, ...], Session]:
    notes = w.house.interpreter.notes
    note, text = message.note, message.text
    if not note:
        note, text = notes.split(text)
    if not text.strip() and (message.forwarded or not note):
        # A photo, a voice message: the note may hold the question.
        note, text = notes.split(note) if note else ("", "")
        if not text:
            return (cards.unreadable(w),), session
    if not text.strip():
        return _noted(_read(note, w), w, session)
    heard = w.house.interpreter.interpret(text)
    about = _read(note, w) if note else session.note or Note()
    subject = _subject(heard, about, note, w)
    replies = cards.replies(subject, w)
    if message.edited:
        replies = (cards.changed(replies[0], w), *replies[1:])
    replies = (replace(replies[0], counted=_counted(subject)), *replies[1:])
    return replies, replace(session, note=None, card=_last(subject))


def _counted(s: Subject) -> Counted | None:
    if s.intent is None:
        return Counted("gaps", next(iter(s.others), ""), s.language or "", "card")
    return Counted("answered", s.intent.id, s.language or "", "card") if s.intent.kind is not Kind.SMALLTALK else None


def _last(s: Subject) -> LastCard:
    return LastCard(s.intent.id if s.intent else None, s.state, s.language, s.others)


def _subject(heard: Interpretation, about: Note, note: str, w: Writer) -> Subject:
    """What the card is about. What the message says of state and language wins over the note for the state only."""
    house = w.house
    urgent = heard.emergency
    if urgent is None and note and not house.interpreter.notes.is_note(note):
        urgent = house.interpreter.interpret(note).emergency  # "ICE is at her door, she sent me this:"
    best = urgent or heard.decision.answer
    intent = house.content.intents[best.intent] if best else None
    place = heard.place
    named = bool(place.states or place.candidates)
    state = place.state(about.state)
    guess = heard.language.language if heard.language.language in house.translators else None
    return Subject(
        intent,
        _language_of(heard, about.language) if guess or about.language in house.translators else None,
        state,
        best.score if best else None,
        open=place.open if named else () if state else about.open,
        words=place.evidence if named and state != about.state else about.words or place.evidence,
        others=_others(heard, intent.id if intent else None, urgent=urgent is not None, w=w),
        guess=guess,
    )


def _language_of(heard: Interpretation, noted: str | None) -> str | None:
    """The language of the person who asked: by the note, else by her text where that is enough to be sure."""
    return noted or (heard.language.language if heard.language.sure else None)


def _others(heard: Interpretation, chosen: str | None, *, urgent: bool, w: Writer) -> tuple[str, ...]:
    """The questions that come next, at most three; beside an emergency or a personal case, those about the subject."""
    kinds = {intent.id: intent.kind for intent in w.house.content.intents.values()}
    if urgent or (chosen is not None and kinds[chosen] is Kind.PERSONAL):
        return tuple(m.intent for m in w.house.interpreter.nearest(heard.matches, Kind.INFORMATION, MOST_CHOICES))
    offered = (Kind.INFORMATION, Kind.EMERGENCY, Kind.REFERRAL, Kind.PERSONAL)
    asked = [heard.also] if heard.also else []
    likely = [
        m.intent for m in (*asked, *heard.matches) if m.score > 0 and m.intent != chosen and kinds[m.intent] in offered
    ]
    return tuple(dict.fromkeys(likely))[:MOST_CHOICES]


def _read(note: str, w: Writer) -> Note:
    """What a note says."""
    read = w.house.interpreter.notes.read(note)
    language = read.language if read.language in w.house.translators else None
    return Note(read.place.state(None), read.place.open, language, read.place.evidence, read.asks)


def _noted(note: Note, w: Writer, session: Session) -> tuple[tuple[Reply, ...], Session]:
    """A note on its own: it belongs to the last card, or waits for one message."""
    last = session.card
    if last is None or note.asks:
        return (cards.noted(note, last, w),), replace(session, note=note)
    state = None if note.open else note.state or last.state
    subject = Subject(
        w.house.content.intents.get(last.intent or ""),
        note.language or last.language,
        state,
        open=note.open,
        words=note.words,
        others=last.others,
    )
    return cards.replies(subject, w), replace(session, card=_last(subject), note=None)


def _pressed(action: Action, w: Writer, session: Session) -> tuple[tuple[Reply, ...], Session]:
    """A button under a card. What it names is checked: buttons can be old, and anybody can forge one."""
    house = w.house
    intent = house.content.intents.get(action.intent or "")
    state = action.state if action.state in STATES else None
    subject = Subject(intent, action.language if action.language in house.translators else None, state)
    if action.do is Do.NOTHING_FITS:
        return (cards.nothing_fits(subject, w),), session
    if action.do is Do.SHORTER and intent is not None:
        return (cards.shorter(subject, w),), session
    if action.do is Do.ANSWER and intent is not None:
        return cards.replies(subject, w), replace(session, card=_last(subject))
    return (cards.menu(action, subject, w),), session
