"""Which of an intent's texts is given, for which state, and what kind of reply that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation.reply import Action, Block, Button, Do, Outcome, Reply
from bot.conversation.wording import Writer
from bot.knowledge.model import WHOLE_COUNTRY, Answer, Intent, Kind, Number

_OUTCOMES = {
    Kind.EMERGENCY: Outcome.EMERGENCY,
    Kind.PERSONAL: Outcome.PERSONAL,
    Kind.HUMAN: Outcome.HUMAN,
    Kind.SMALLTALK: Outcome.SMALLTALK,
    Kind.REFERRAL: Outcome.REFERRAL,
}


@dataclass(frozen=True)
class Asked:
    """A recognised question: the state it is about (None: unknown), and the states that the message leaves open."""

    intent: Intent
    state: str | None
    score: float | None = None
    open: tuple[str, ...] = ()


def answer(w: Writer, asked: Asked) -> Reply:
    """The reply for a recognised question, whatever its kind. One state's text is never given for another."""
    intent, state = asked.intent, asked.state
    if intent.kind is not Kind.INFORMATION:
        return _other(w, asked)
    own = intent.answers.get(state) if state else None
    general = intent.answers.get(WHOLE_COUNTRY)
    if own is not None:
        return _given(w, asked, own, Outcome.ANSWER) if w.shown(own) else _withheld(w, asked)
    if not intent.states:
        return _given(w, asked, general, Outcome.GENERAL) if general and w.shown(general) else _withheld(w, asked)
    return _no_answer(w, asked, w.shown(general)) if state else _which_state(w, asked, w.shown(general))


def _given(w: Writer, asked: Asked, given: Answer, outcome: Outcome) -> Reply:
    place = asked.state if outcome is Outcome.ANSWER and asked.state else WHOLE_COUNTRY
    return _reply(
        w,
        asked,
        outcome,
        (Block("heading", _heading(w, asked, place)), *w.body(asked.intent, place, given)),
        w.buttons(asked.intent, asked.state),
        given,
    )


def _which_state(w: Writer, asked: Asked, general: Answer | None) -> Reply:
    body = w.body(asked.intent, WHOLE_COUNTRY, general) if general else []
    question = w._("**Which state is it about?** The answer is not the same everywhere.")
    blocks = (Block("heading", w.question(asked.intent)), *body[:1], Block("text", question), *body[1:])
    states = asked.open or w.house.content.states
    buttons = (*w.state_buttons(states, asked.intent.id), (w.human_button(),))
    return _reply(w, asked, Outcome.WHICH_STATE, blocks, buttons, general)


def _no_answer(w: Writer, asked: Asked, general: Answer | None) -> Reply:
    intent, state = asked.intent, asked.state or ""
    lead = w._("I have no checked answer on this for **{state}**.", state=w.state(state))
    if general:
        lead += " " + w._("What is true everywhere:")
    body = w.body(intent, WHOLE_COUNTRY, general) if general else []
    others = tuple(w.answer_button(intent.id, other, w.state(other)) for other in intent.states)
    return _reply(
        w,
        asked,
        Outcome.NO_ANSWER,
        (Block("heading", _heading(w, asked, state)), Block("text", lead), *body),
        ((w.human_button(),), others, (w.other_language_button(intent, state),)),
        general,
    )


def _withheld(w: Writer, asked: Asked, outcome: Outcome = Outcome.NO_ANSWER) -> Reply:
    """An answer that must not be given (any more): the person is referred to the hotline."""
    checking = w._("The answer to this is being checked, so I cannot give it now.")
    person = w._("A person at {hotline} can help you.", hotline=w.hotline)
    numbers = w.numbers(asked.state, ("general", "emergency"))
    blocks = (
        Block("heading", w.question(asked.intent)),
        Block("text", f"{checking} {person}"),
        *w.number_blocks(numbers),
    )
    return _reply(w, asked, outcome, blocks, (w.copy_buttons(numbers), (w.human_button(),)), None)


def _other(w: Writer, asked: Asked) -> Reply:
    """Anything that is not information: an emergency, a personal case, a person wanted, small talk, another subject."""
    intent, state = asked.intent, asked.state
    place = state if state and state in intent.answers else WHOLE_COUNTRY
    given = intent.answers.get(place) or next(iter(intent.answers.values()))
    urgent = intent.kind is Kind.EMERGENCY
    # Only what states facts is withheld: an emergency's text never is, and small talk is about the bot itself.
    if intent.kind is Kind.REFERRAL and not w.shown(given):
        return _withheld(w, asked, Outcome.REFERRAL)
    body = w.body(intent, place, given)
    heading = [] if intent.kind is Kind.SMALLTALK else [Block("heading", _heading(w, asked, place))]
    numbers = [*w.numbers_for(intent), *w.numbers(state, _purposes(intent.kind))]
    listed = w.number_blocks(numbers, hours=not urgent)
    if urgent and listed:
        call = w._("Call now. You do not need to give me a name or an address.")
        listed = [Block("text", f"{listed[0].text}\n{call}")]
    blocks = (*heading, *body[:1], *listed, *body[1:])
    return _reply(w, asked, _OUTCOMES[intent.kind], blocks, _other_buttons(w, asked, numbers, place), given)


def _other_buttons(w: Writer, asked: Asked, numbers: list[Number], place: str) -> tuple[tuple[Button, ...], ...]:
    intent, state = asked.intent, asked.state
    rows: list[tuple[Button, ...]] = [w.copy_buttons(numbers)]
    if intent.kind is Kind.REFERRAL and intent.states and place == WHOLE_COUNTRY:
        rows += w.state_buttons(asked.open or intent.states, intent.id)
    rows += [(w.answer_button(related, state),) for related in intent.related if related in w.house.content.intents]
    if intent.kind is Kind.EMERGENCY:
        rows.append((Button(w._("It is not that: I have a question"), Action(Do.TOPICS, language=w.language)),))
    elif intent.kind is Kind.HUMAN:
        rows += [w.write_buttons(), (w.topics_button(),)]
    elif intent.kind is Kind.SMALLTALK:
        rows.append((w.topics_button(), w.human_button()))
    else:
        rows += [w.write_buttons() if intent.kind is Kind.PERSONAL else (), (w.human_button(),)]
    return tuple(rows)


def _purposes(kind: Kind) -> Sequence[str]:
    if kind is Kind.SMALLTALK:
        return ()
    return ("emergency",) if kind is Kind.EMERGENCY else ("general", "emergency")


def _heading(w: Writer, asked: Asked, place: str) -> str:
    question = w.question(asked.intent)
    return question if place == WHOLE_COUNTRY else f"{w.state(place)} · {question}"


def _reply(
    w: Writer,
    asked: Asked,
    outcome: Outcome,
    blocks: tuple[Block, ...],
    buttons: tuple[tuple[Button, ...], ...],
    given: Answer | None,
) -> Reply:
    return Reply(
        outcome=outcome,
        language=w.language,
        blocks=blocks,
        buttons=tuple(row for row in buttons if row),
        intent=asked.intent.id,
        score=asked.score,
        state=asked.state,
        sources=tuple(given.cited()) if given else (),
        disagreement=tuple(source.cited for source in given.disagreement_sources) if given else (),
        choices=w.related(asked.intent, asked.state),
        review=given.review.on(w.today) if given else "withdrawn",
    )
