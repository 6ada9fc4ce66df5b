"""Replies that are about the bot itself: first contact, menus, settings, and being lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation import chinese, relaying
from bot.conversation.answers import Asked, answer
from bot.conversation.reply import Action, Block, Button, Choice, Counted, Do, Outcome, Reply
from bot.conversation.wording import Writer
from bot.knowledge.model import STATES, Intent, Kind
from bot.records.store import BAN_DAYS, TEXTS_HOURS
from bot.records.tickets import CLOSED_HOURS, OPEN_HOURS
from bot.understanding.languages import native_name
from bot.understanding.matching import MOST_CHOICES
from bot.understanding.unserved import unserved_languages

_PAGE = 8
"""Questions on one page of the list."""

Rows = tuple[tuple[Button, ...], ...]


def first_contact(w: Writer) -> Block:
    """Who answers, what it is not, and who can see it, in three short sentences."""
    return Block(
        "text",
        "\n".join(
            (
                w._("Hello. I am an automatic helper of {hotline}.", hotline=w.hotline),
                w._("I give general information, not legal advice."),
                w._("Telegram can see this chat, so please send no names, addresses or case numbers."),
            )
        ),
    )


def menu(w: Writer, action: Action, state: str | None) -> Reply:
    """The reply to a command or a menu button."""
    match action.do:
        case Do.START:
            ask = Block("text", w._("Write your question in your own words, or choose one."))
            return _menu(w, state, (first_contact(w), ask), (*_start_rows(w, state), *_language_rows(w)))
        case Do.STATES:
            intent = w.house.content.intents.get(action.intent or "")
            return _all_states(w, intent, state) if action.page else which_state(w, (), intent)
        case Do.LANGUAGES:
            rows = _language_rows(w, action.intent, action.state)
            return _menu(w, state, (Block("text", w._("Which language?")),), rows)
        case Do.TOPICS:
            return _topics(w, state, action.page)
        case Do.URGENT:
            rows = tuple((w.answer_button(i.id, state),) for i in w.house.content.of_kind(Kind.EMERGENCY))
            return _menu(w, state, (Block("text", w._("What is happening?")),), rows)
        case Do.ABOUT:
            return _about(w, state)
        case Do.PRIVACY:
            return _menu(w, state, (Block("text", _privacy(w)),), ((w.topics_button(), w.human_button()),))
        case Do.FORGET:
            return forget(w)
        case Do.END:
            return relaying.ended(w)
        case Do.NOT_THESE:
            nearest = action.intent if action.intent in w.house.content.intents else None
            lost = not_understood(w, state, bring_person=True)
            return replace(lost, counted=Counted("gaps", nearest or "", w.language, "none_of_these"))
        case _:
            return _person(w, state)


def no_text(w: Writer, state: str | None) -> Reply:
    """To a photo, a voice message, a sticker, or nothing that can be read."""
    said = w._(
        "I can only read text. I did not keep what you sent. Please write your question in a few words, or choose one."
    )
    return _menu(w, state, (Block("text", said),), _start_rows(w, state), Outcome.NOT_UNDERSTOOD)


def not_understood(w: Writer, state: str | None, *, bring_person: bool) -> Reply:
    """Lost, and says so; lost again, it brings a person."""
    subject = w.house.translator(w.language).content("hotline/subject", w.house.content.hotline.subject)[0]
    said = w._("I did not understand. I only know about {subject}.", subject=subject)
    if not bring_person:
        asked = w._("Please ask in other words, or choose a question.")
        return _menu(w, state, (Block("text", f"{said} {asked}"),), _start_rows(w, state), Outcome.NOT_UNDERSTOOD)
    numbers = w.numbers(state, ("general", "emergency"))
    person = w._("A person at {hotline} can help you.", hotline=w.hotline)
    blocks = (Block("text", f"{said} {person}"), *w.number_blocks(numbers))
    rows = (w.copy_buttons(numbers), w.write_buttons(), (w.topics_button(), w.human_button()))
    return _menu(w, state, blocks, rows, Outcome.NOT_UNDERSTOOD)


def unserved(w: Writer, code: str, state: str | None) -> Reply:
    """To a language without answers: so much in it, if we have a line, in Spanish and English, and a person."""
    lines = [unserved_languages()[code].line or ""]
    for served in ("es", "en"):
        _ = w.house.translator(served).text
        lines.append(_("We have no answers in this language yet. A person can help you."))
    numbers = w.numbers(state, ("general", "emergency"))
    blocks = (Block("text", "\n".join(dict.fromkeys(filter(None, lines)))), *w.number_blocks(numbers))
    rows = (w.copy_buttons(numbers), w.write_buttons(), (w.human_button(),), *_language_rows(w))
    return _menu(w, state, blocks, rows, Outcome.HUMAN)


def stay(w: Writer, reply: Reply) -> Reply:
    """The reply in another language than the last, with a button that makes it stay."""
    label = "🌐 " + w._("Always {language}", language=native_name(w.language))
    button = Button(label, Action(Do.LANGUAGE, reply.intent, reply.state, w.language))
    return replace(reply, buttons=(*reply.buttons, (button,)))


def also_asked(w: Writer, reply: Reply, also: Choice, state: str | None) -> Reply:
    """The reply with the second question of the same message, one press away and before all other buttons.

    `state`: the one that its button carries.
    """
    said = Block("text", w._("You asked one more thing. Press its button for the answer."))
    return replace(
        reply,
        blocks=(*reply.blocks, said),
        buttons=((w.answer_button(also.intent, state),), *reply.buttons),
        choices=(also, *reply.choices)[:MOST_CHOICES],
    )


def which_state(w: Writer, states: Sequence[str], intent: Intent | None) -> Reply:
    """Ask for the state: among those left open, else among those that have answers."""
    rows = w.state_buttons(tuple(states) or w.house.content.states, intent.id if intent else None)
    outcome = Outcome.WHICH_STATE if intent and intent.kind is Kind.INFORMATION else Outcome.SETTING
    return _menu(w, None, (Block("text", w._("**Which state is it about?**")),), rows, outcome)


def state_set(w: Writer, state: str) -> Reply:
    """The state is known from now on."""
    said = w._("**{state}**: noted. What is your question?", state=w.state(state))
    if state not in w.house.content.states:
        said += " " + w._("I have no answers for this state alone, only what is true everywhere.")
    return _menu(w, state, (Block("text", said),), _start_rows(w, state))


def language_set(w: Writer, state: str | None) -> Reply:
    """The language is chosen, and there is no answer to repeat in it."""
    said = w._("I will write in {language} from now on. What is your question?", language=native_name(w.language))
    return _menu(w, state, (Block("text", said),), _start_rows(w, state))


def foreign(reply: Reply) -> Reply:
    """The reply with buttons that change nothing in the session: for a message that somebody else wrote."""

    def marked(button: Button) -> Button:
        # Writing to a volunteer is her own affair, whoever wrote the message above.
        if button.action is None or button.action.do is Do.WRITE:
            return button
        return replace(button, action=replace(button.action, foreign=True))

    return replace(reply, buttons=tuple(tuple(marked(button) for button in row) for row in reply.buttons))


def for_volunteers(w: Writer) -> Reply:
    """To somebody who asks for what only volunteers get."""
    said = w._("This is only for the hotline's volunteers.")
    return _menu(w, None, (Block("text", said),), ())


def undelivered(w: Writer, number: int) -> Reply:
    """To the volunteers' group: replies that Telegram would not take in any form."""
    said = w._("**Replies that Telegram refused to deliver:** {number}. Something in them is wrong.", number=number)
    return _menu(w, None, (Block("text", said),), ())


def slower(w: Writer) -> Reply:
    """To somebody who writes faster than anybody reads. An emergency would have been answered."""
    said = w._("You are writing very fast. Please wait a minute. If it is an emergency, write what is happening now.")
    return _menu(w, None, (Block("text", said),), ((w.human_button(),),))


def forget(w: Writer) -> Reply:
    """Before anything is forgotten: one button, so that nobody does it by a slip."""
    said = w._(
        "I will forget this chat and delete its messages of the last two days. A ban stays, for 30 days at most."
    )
    if w.house.hand_over:
        said += " " + w._("What you wrote to volunteers is taken back too.")
    button = Button(w._("Forget this chat"), Action(Do.FORGET_NOW, language=w.language))
    return _menu(w, None, (Block("text", said),), ((button,),))


def forgotten(w: Writer) -> Reply:
    """After /forget: nothing of this chat is left with the bot."""
    said = w._("Done. I have forgotten your language, your state and your last question.")
    more = w._("Telegram still has this chat. To delete it there, open the chat's menu and choose “Delete chat”.")
    return replace(_menu(w, None, (Block("text", f"{said}\n\n{more}"),), ()), forget=True)


def _person(w: Writer, state: str | None) -> Reply:
    human = w.house.content.of_kind(Kind.HUMAN)
    return answer(w, Asked(human[0], state)) if human else not_understood(w, state, bring_person=True)


def _about(w: Writer, state: str | None) -> Reply:
    lines = [
        w._("Write your question in your own words, in any language I know. Name your state if you can."),
        w._("/topics shows all questions. /human brings you to a person. /state and /language change your settings."),
        w._("/forget makes me forget this chat. /privacy says what is kept."),
    ]
    return _menu(w, state, (first_contact(w), Block("text", "\n".join(lines))), _start_rows(w, state))


def _privacy(w: Writer) -> str:
    return "\n\n".join(
        (
            w._("**In memory, for one day after your last message:** your language, your state and which question you "
                "asked last. For two days: the numbers of the messages in this chat, so that /forget can delete them. "
                "For some minutes: how many messages you sent. None of this is written to a disk."),
            w._("**If you are a volunteer:** also what your last card was about, and what your last note said of state "
                "and language."),
            w._("**On a disk, sealed:** your message and this chat's number until you have my reply, usually for "
                "seconds, {hours} hours at most. Then they are deleted. Whoever takes the disk without its keys cannot "
                "read them.", hours=TEXTS_HOURS),
            *_with_volunteers(w),
            w._("**Longer:** only if somebody is banned or muted, a code by which the bot knows that person again, for "
                "{days} days at most. It stays after /forget. I keep no name, no telephone number and no list of "
                "people.", days=BAN_DAYS),
            w._("**What Telegram sees:** who wrote here, when and what. Chats with bots are not end-to-end encrypted. "
                "Telegram may give an address on the internet and a telephone number to the authorities on a valid "
                "order. I cannot change that."),
            w._("/forget makes me forget at once."),
        )
    )  # fmt: skip


def _with_volunteers(w: Writer) -> list[str]:
    if not w.house.hand_over:
        return []
    said = w._(
        "**If you write to a volunteer:** your messages to volunteers stand in their group on Telegram, without your "
        "name. On a disk, sealed: this chat's number, the language and the state, until {closed} days after the end, "
        "{open} days at most if nothing happens. Then the messages in the group are deleted too.",
        closed=CLOSED_HOURS // 24,
        open=OPEN_HOURS // 24,
    )
    return [said]


def _topics(w: Writer, state: str | None, page: int) -> Reply:
    questions = w.house.content.of_kind(Kind.INFORMATION)
    pages = max(1, -(-len(questions) // _PAGE))
    page = min(max(page - 1, 0), pages - 1)
    rows: list[tuple[Button, ...]] = []
    if w.house.content.of_kind(Kind.EMERGENCY):
        rows.append((Button(w._("It is happening now"), Action(Do.URGENT, language=w.language)),))
    rows += [(w.answer_button(intent.id, state),) for intent in questions[page * _PAGE : (page + 1) * _PAGE]]
    turn = [Button(mark, Action(Do.TOPICS, language=w.language, page=to + 1))
            for mark, to in (("◀", page - 1), ("▶", page + 1)) if 0 <= to < pages]  # fmt: skip
    rows += [tuple(turn), (w.human_button(),)]
    said = w._("Choose a question (page {page} of {pages}).", page=page + 1, pages=pages)
    return _menu(w, state, (Block("text", said),), tuple(rows))


def _all_states(w: Writer, intent: Intent | None, state: str | None) -> Reply:
    named = sorted((w.state(code), code) for code in STATES)
    buttons = [Button(name, Action(Do.STATE, intent.id if intent else None, code, w.language)) for name, code in named]
    rows = tuple(tuple(buttons[n : n + 3]) for n in range(0, len(buttons), 3))
    return _menu(w, state, (Block("text", w._("**Which state is it about?**")),), rows)


def _start_rows(w: Writer, state: str | None) -> Rows:
    greeting = w.house.content.intents.get("greeting")
    known = [r for r in (greeting.related if greeting else ()) if r in w.house.content.intents]
    return (*((w.answer_button(related, state),) for related in known[:3]), (w.topics_button(), w.human_button()))


def _language_rows(w: Writer, intent: str | None = None, state: str | None = None) -> Rows:
    actions = {code: Action(Do.LANGUAGE, intent, state, code) for code in w.house.served}
    buttons = [Button(native_name(code), action) for code, action in actions.items()]
    if "zh" in actions:
        buttons.append(chinese.button(actions["zh"]))
    return tuple(tuple(buttons[n : n + 3]) for n in range(0, len(buttons), 3))


def _menu(
    w: Writer, state: str | None, blocks: tuple[Block, ...], rows: Rows, outcome: Outcome = Outcome.SETTING
) -> Reply:
    return Reply(outcome, w.language, blocks, tuple(row for row in rows if row), state=state)
