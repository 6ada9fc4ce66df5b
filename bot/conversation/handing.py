"""What a person reads when she writes to a volunteer: before her question is passed on, and when it is."""

from __future__ import annotations

from babel.lists import format_list

from bot.conversation.reply import Action, Block, Button, Do, Outcome, Reply
from bot.conversation.wording import Writer
from bot.knowledge.catalogs import locale


def offer(w: Writer, state: str | None, *, unhidden: bool) -> Reply:
    """What will be passed on, to whom, and when somebody may answer; her next message is the one that is."""
    what = w._(
        "I will pass on your next message, its language and the state. I never pass on your name, your telephone "
        "number or your picture. The volunteers read it in a group on Telegram, and Telegram can see it too."
    )
    if unhidden:
        hidden = w._("This time I will not hide any numbers or addresses that you write. The volunteers will see them.")
        other = Button(w._("Hide them"), Action(Do.WRITE, language=w.language))
    else:
        hidden = w._("A-numbers, telephone numbers, addresses and license plates in it are hidden.")
        other = Button(w._("Do not hide them"), Action(Do.UNHIDDEN, language=w.language))
    cancel = Button(w._("Cancel"), Action(Do.CANCEL, language=w.language))
    blocks = (
        Block("heading", w._("Write to a volunteer of {hotline}", hotline=w.hotline)),
        Block("text", f"{what}\n\n{hidden}"),
        Block("text", _who_answers(w)),
        Block("text", w._("**Write your question now, in one message.** If it is an emergency, do not wait: call.")),
        *w.number_blocks(w.numbers(state, ("emergency",))[:2], hours=False),
    )
    return Reply(Outcome.SETTING, w.language, blocks, ((other,), (cancel,)), state=state)


def passed_on(w: Writer, state: str | None, text: str, *, hidden: bool) -> Reply:
    """Her message has gone to the volunteers. `text`: as they get it."""
    said = w._("I have passed your message on to the volunteers of {hotline}. The answer will come here.",
               hotline=w.hotline)  # fmt: skip
    meanwhile = w._("Until a volunteer takes over, I go on answering you. I always answer emergencies.")
    blocks = [Block("text", said), *([Block("text", _hidden(w))] if hidden else []), Block("text", meanwhile)]
    return Reply(Outcome.HUMAN, w.language, tuple(blocks), ((w.topics_button(),),), state=state, hand_over=text)


def also_passed_on(w: Writer, *, hidden: bool) -> Block:
    """Under an emergency's script, where the message was meant for a volunteer."""
    said = w._("I have also passed your message on to the volunteers.")
    return Block("small", f"{said} {_hidden(w)}" if hidden else said)


def cancelled(w: Writer, state: str | None) -> Reply:
    """Nothing is passed on."""
    said = w._("Cancelled. I have passed nothing on. I answer your next message myself.")
    return Reply(
        Outcome.SETTING, w.language, (Block("text", said),), ((w.topics_button(), w.human_button()),), state=state
    )


def _who_answers(w: Writer) -> str:
    """In which languages and when a person can answer, as far as the hotline has said so."""
    hotline = w.house.content.hotline
    lines = []
    if hotline.languages:
        spoken = format_list([w.named(code) for code in hotline.languages], locale=locale(w.language))
        lines.append(w._("A volunteer can answer in: {languages}.", languages=spoken))
        if w.language not in hotline.languages:
            lines.append(w._("You can still write in your language."))
    if hotline.office_hours:
        opened = w.house.translator(w.language).content("hotline/office_hours", hotline.office_hours)[0]
        lines.append(w._("Hours: {hours}", hours=opened))
    else:
        lines.append(w._("I do not know how soon somebody will read it."))
    return "\n".join(lines)


def _hidden(w: Writer) -> str:
    return w._("I have hidden numbers or addresses in it.")
