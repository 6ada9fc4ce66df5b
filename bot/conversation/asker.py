"""The conversation with a person who asks: `reply` and nothing else is called from outside."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bot.conversation import chinese, handing, menus
from bot.conversation.answers import Asked, answer
from bot.conversation.house import House
from bot.conversation.masking import masked, public_numbers, readable
from bot.conversation.reply import Action, Block, Button, Counted, Do, Message, Outcome, Reply
from bot.conversation.session import Session
from bot.conversation.wording import Writer
from bot.knowledge.model import STATES, WHOLE_COUNTRY, Kind
from bot.understanding.interpreter import Interpretation
from bot.understanding.languages import to_code
from bot.understanding.matching import MOST_CHOICES, Match

_ANSWERED = (
    Outcome.ANSWER, Outcome.GENERAL, Outcome.NO_ANSWER, Outcome.EMERGENCY, Outcome.PERSONAL, Outcome.HUMAN,
    Outcome.REFERRAL,
)  # fmt: skip
"""Replies that are counted by question; where the state is asked for, the one that follows is."""

_LOST = 2
"""After so many messages in a row that were not understood, a person is brought without being asked for."""


def reply(message: Message, session: Session, house: House, today: dt.date) -> tuple[Reply, Session]:
    """What to answer and what to remember. Pure: the same in, the same out; never raises on what people send.

    A forwarded message is another person's: it is answered with an empty session and changes nothing in this one.
    """
    others = message.forwarded or bool(message.action and message.action.foreign)
    before = None if others else session.traditional
    traditional = chinese.wanted(message, before=before, chosen=session.chosen)
    answered, after = _answered(chinese.untangled(message), session, house, today)
    if traditional:
        answered = chinese.in_traditional(answered)
    return answered, after if others or answered.forget else replace(after, traditional=traditional)


def _answered(message: Message, session: Session, house: House, today: dt.date) -> tuple[Reply, Session]:
    if message.forwarded or (message.action and message.action.foreign):
        language = message.action.language if message.action else session.language
        empty = Session(language or session.language, greeted=True)
        answered, _ = _reply(replace(message, forwarded=False), empty, house, today)
        if answered.outcome is Outcome.SETTING and not message.action:
            # "soy de georgia": somebody else is, and nothing is kept of it.
            answered = menus.not_understood(Writer(house, answered.language, today), None, bring_person=False)
        return menus.foreign(answered), session
    answered, session = _reply(message, session, house, today)
    if answered.outcome is Outcome.EMERGENCY or session.greeted or answered.forget:
        return answered, session
    # First contact. In an emergency nothing comes before the script: the greeting waits for the next message.
    greeted = replace(session, greeted=True)
    if message.action and message.action.do is Do.START:
        return answered, greeted
    first = menus.first_contact(Writer(house, answered.language, today))
    return replace(answered, blocks=(first, *answered.blocks)), greeted


def _reply(message: Message, session: Session, house: House, today: dt.date) -> tuple[Reply, Session]:
    answered, session = _found(message, session, house, today)
    if answered.intent and answered.outcome in _ANSWERED:
        counted = Counted("answered", answered.intent, answered.language, "asker")
        answered = replace(answered, counted=counted)
    return answered, session


def _found(message: Message, session: Session, house: House, today: dt.date) -> tuple[Reply, Session]:
    if message.action is not None:
        return _acted(message.action, message, session, house, today)
    if not message.text.strip():
        language = _language(None, message, session, house)
        return menus.no_text(Writer(house, language, today), session.state), session
    heard = house.interpreter.interpret(message.text, expects_place=session.pending_intent is not None)
    language = _language(heard, message, session, house)
    moved = session.language not in (None, language) and heard.language.sure and heard.wish.wanted != language
    session = replace(session, language=language, chosen=session.chosen or heard.wish.wanted == language)
    if session.writing and house.hand_over and not message.edited:
        return _written(message.text, heard, Writer(house, language, today), session)
    answered, session = _heard(heard, Writer(house, language, today), session)
    if moved and answered.outcome is not Outcome.EMERGENCY:
        answered = menus.stay(Writer(house, language, today), answered)
    if message.edited:
        changed = Writer(house, language, today)._("You changed your message. This is the answer to the new one.")
        answered = replace(answered, blocks=(Block("small", changed), *answered.blocks))
    return answered, session


def _language(heard: Interpretation | None, message: Message, session: Session, house: House) -> str:
    """What the person chose > the message's language, when sure > the last one > Telegram's > the default."""
    if heard and heard.wish.wanted in house.translators:
        return str(heard.wish.wanted)
    if session.chosen and session.language in house.translators:
        return str(session.language)
    found = heard.language if heard else None
    candidates = (
        found.language if found and found.sure else None,
        session.language,
        to_code(message.client_language),
        found.language if found else None,
        house.default_language,
    )
    refused = heard.wish.refused if heard else None
    possible = (code for code in (*candidates, *house.served) if code in house.translators and code != refused)
    return next(possible, None) or "en"


def _heard(heard: Interpretation, w: Writer, session: Session) -> tuple[Reply, Session]:
    house = w.house
    state = heard.place.state(session.state)
    session = _moved(heard, session)
    if heard.emergency is not None:
        after = replace(session, misses=0, pending_intent=None, last_intent=heard.emergency.intent, last_state=state)
        return _emergency(heard, heard.emergency, w, state), after
    if heard.unserved:
        return menus.unserved(w, heard.unserved, state), session
    if not heard.asks:
        if heard.wish.refused or (heard.wish.wanted and heard.wish.wanted not in house.translators):
            return menus.menu(w, Action(Do.LANGUAGES), session.state), session
        # Place first: "in English, and in Alabama?" must not bring the last state's answer again.
        if heard.place.states or heard.place.candidates or heard.place.denied:
            return _placed(heard, w, session)
        if heard.wish.wanted:
            return _switched(w, session)
    decision = heard.decision
    if decision.answer is not None:
        intent = house.content.intents[decision.answer.intent]
        asked = Asked(intent, state, decision.answer.score, heard.place.open)
        answered = answer(w, asked)
        if heard.also:
            answered = menus.also_asked(w, answered, w.choice(heard.also, state), _for_buttons(heard, state))
        return answered, _after(asked, session)
    if decision.choices:
        # Which question it was is open again: a state typed next must not answer an older one.
        return _choices(heard, w, state), replace(session, misses=0, pending_intent=None, last_intent=None)
    misses = session.misses + 1
    subjects = (
        m.intent for m in heard.matches if m.score > 0 and house.content.intents[m.intent].kind is not Kind.SMALLTALK
    )
    counted = Counted("gaps", next(subjects, ""), w.language, "not_understood")
    lost = replace(menus.not_understood(w, state, bring_person=misses >= _LOST), counted=counted)
    if heard.matches:
        lost = replace(lost, nearest=heard.matches[0].intent, score=heard.matches[0].score)
    return lost, replace(session, misses=0 if misses >= _LOST else misses)


def _written(text: str, heard: Interpretation, w: Writer, session: Session) -> tuple[Reply, Session]:
    """The message that is for a volunteer. An emergency in it is answered as well, at once."""
    state = heard.place.state(session.state)
    if not heard.asks and (heard.wish.wanted or heard.wish.refused):
        return handing.offer(w, state, unhidden=session.unhidden), session
    whole = readable(text)
    passed = whole if session.unhidden else masked(whole, public_numbers(w.house.content))
    session = replace(session, writing=False, unhidden=False)
    if heard.emergency is None:
        told = handing.passed_on(w, state, passed, hidden=passed != whole)
        return told, replace(_moved(heard, session), misses=0, pending_intent=None, last_intent=None)
    script, session = _heard(heard, w, session)
    also = handing.also_passed_on(w, hidden=passed != whole)
    return replace(script, blocks=(*script.blocks, also), hand_over=passed), session


def _moved(heard: Interpretation, session: Session) -> Session:
    """The state to remember: where she says she is; else the last one named, until she has said or chosen hers.

    "And in Georgia?" does not move somebody who lives in Illinois, "I moved to Georgia" does.
    """
    place = heard.place
    if session.state in place.denied:
        session = replace(session, state=None, settled=False)
    if len(place.states) != 1 or (session.settled and not place.own):
        return session
    return replace(session, state=place.states[0], settled=place.own or session.settled)


def _after(asked: Asked, session: Session) -> Session:
    """What to remember after a recognised question."""
    subject = asked.intent.kind in (Kind.INFORMATION, Kind.REFERRAL)
    repeated = asked.intent.kind is not Kind.SMALLTALK
    waiting = subject and asked.state is None and bool(asked.intent.states)
    return replace(
        session,
        misses=0,
        last_intent=asked.intent.id if repeated else session.last_intent,
        last_state=asked.state if repeated else session.last_state,
        pending_intent=asked.intent.id if waiting else None if subject else session.pending_intent,
    )


def _emergency(heard: Interpretation, match: Match, w: Writer, state: str | None) -> Reply:
    """The script at once; the nearest question is one tap away, so that a false alarm loses nothing."""
    intent = w.house.content.intents[match.intent]
    script = answer(w, Asked(intent, state, match.score))
    nearest = w.house.interpreter.nearest(heard.matches, Kind.INFORMATION, MOST_CHOICES)
    buttons = script.buttons
    if nearest:
        # Instead of the intent's own related questions: this message's nearest is the likelier one.
        kept = tuple(row for row in buttons if not (row[0].action and row[0].action.do is Do.ANSWER))
        buttons = (*kept[:-1], (w.answer_button(nearest[0].intent, state),), kept[-1])
    return replace(script, buttons=buttons, choices=tuple(w.choice(match, state) for match in nearest))


def _for_buttons(heard: Interpretation, state: str | None) -> str | None:
    """The state that a message's buttons carry; "US" where it leaves the state open: a stored one must not answer."""
    unclear = state is None and bool(heard.place.states or heard.place.candidates or heard.place.denied)
    return WHOLE_COUNTRY if unclear else state


def _choices(heard: Interpretation, w: Writer, state: str | None) -> Reply:
    offered = heard.decision.choices
    place = _for_buttons(heard, state)
    buttons = tuple((w.answer_button(match.intent, place),) for match in offered)
    not_these = Button(
        w._("None of these: talk to a person"), Action(Do.NOT_THESE, offered[0].intent, language=w.language)
    )
    return Reply(
        Outcome.CHOICES,
        w.language,
        (Block("text", w._("I am not sure which of these you mean:")),),
        (*buttons, (not_these,)),
        nearest=offered[0].intent,
        score=offered[0].score,
        state=state,
        choices=tuple(w.choice(match, state) for match in offered),
    )


def _placed(heard: Interpretation, w: Writer, session: Session) -> tuple[Reply, Session]:
    """A message that names a place and asks nothing new: "Illinois", "and in Alabama?"."""
    state = heard.place.state(None)
    intent = w.house.content.intents.get(session.pending_intent or session.last_intent or "")
    if state is None:
        return menus.which_state(w, heard.place.open, intent), session
    if intent is not None:
        asked = Asked(intent, state)
        return answer(w, asked), _after(asked, session)
    return menus.state_set(w, state), replace(session, state=state, settled=True)


def _switched(w: Writer, session: Session) -> tuple[Reply, Session]:
    """Another language, for good; the last answer comes again in it."""
    intent = w.house.content.intents.get(session.pending_intent or session.last_intent or "")
    if intent is None:
        return menus.language_set(w, session.state), session
    # The state of that answer and no other: where it was left open, it is asked for again.
    return answer(w, Asked(intent, session.last_state)), session


def _acted(action: Action, message: Message, session: Session, house: House, today: dt.date) -> tuple[Reply, Session]:
    """A button or a command, which can also be about writing to a volunteer."""
    if action.language in house.translators and session.language is None:
        session = replace(session, language=action.language)
    if action.do in (Do.START, Do.LANGUAGE) and action.language in house.translators:
        session = replace(session, language=action.language, chosen=True)
    language = _language(None, message, session, house)
    w = Writer(house, language, today)
    # Whoever goes elsewhere writes to no volunteer: nothing may be passed on that was not meant to be.
    writing = house.hand_over and action.do in (Do.WRITE, Do.UNHIDDEN)
    unhidden = writing and action.do is Do.UNHIDDEN
    session = replace(session, language=language, writing=writing, unhidden=unhidden)
    if writing:
        return handing.offer(w, session.state, unhidden=unhidden), session
    if action.do is Do.CANCEL:
        return handing.cancelled(w, session.state), session
    return _chosen(action, w, session)


def _chosen(action: Action, w: Writer, session: Session) -> tuple[Reply, Session]:
    """A button or a command. What it names is checked: buttons can be old, and anybody can forge one."""
    house = w.house
    state = action.state if action.state in STATES else None
    intent = house.content.intents.get(action.intent or "")
    if action.do is Do.STATE and state:
        # Under a question the button answers that question, which may be about another's state.
        if not (session.settled and intent):
            session = replace(session, state=state, settled=session.settled or intent is None)
        intent = intent or house.content.intents.get(session.pending_intent or "")
        if intent is None:
            return menus.state_set(w, state), session
    if action.do is Do.LANGUAGE and intent is None:
        intent = house.content.intents.get(session.pending_intent or session.last_intent or "")
        state = state or session.last_state
        if intent is None:
            return menus.language_set(w, session.state), session
    if action.do in (Do.ANSWER, Do.STATE, Do.LANGUAGE) and intent is not None:
        stored = session.state if action.do is not Do.LANGUAGE and action.state != WHOLE_COUNTRY else None
        asked = Asked(intent, state or stored)
        return answer(w, asked), _after(asked, session)
    if action.do is Do.START and state:
        session = replace(session, state=state, settled=True)
    if action.do is Do.FORGET_NOW:
        return menus.forgotten(w), Session()
    return menus.menu(w, action, session.state), session
