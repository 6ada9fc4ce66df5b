"""A volunteer's card: what was found and how surely, and the answer in the asker's language, ready to hand on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.conversation import menus
from bot.conversation.answers import Asked, answer
from bot.conversation.reply import Action, Block, Button, Counted, Do, Outcome, Reply
from bot.conversation.session import LastCard, Note
from bot.conversation.wording import Writer
from bot.knowledge.model import Intent, Kind
from bot.understanding.matching import ANSWER

SURE = 85.0
"""A card says "sure" from this score on."""

MOST_COPIED = 256
"""Characters that a button can copy (Bot API, CopyTextButton)."""

_PER_ROW = 3


@dataclass(frozen=True)
class Subject:
    """What a card is about. None: not known (`intent`, `state`, `language`) or chosen by hand (`score`).

    `open`: the states to choose among. `words`: those that named the state. `others`: the next questions. `guess`: the
    language where that is not sure.
    """

    intent: Intent | None
    language: str | None
    state: str | None
    score: float | None = None
    open: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    guess: str | None = None

    @property
    def needs_state(self) -> bool:
        """Whether the answer differs by state and the state is not known."""
        return self.state is None and self.intent is not None and self._by_state

    @property
    def _by_state(self) -> bool:
        return self.intent is not None and self.intent.kind is Kind.INFORMATION and bool(self.intent.states)


def replies(s: Subject, w: Writer) -> tuple[Reply, ...]:
    """The card and the answer to hand on; in an emergency the script comes first."""
    handed = ready(s, w)
    shown = _card(s, w, handed=handed is not None)
    if handed is None:
        return (shown,)
    urgent = s.intent is not None and s.intent.kind is Kind.EMERGENCY
    return (handed, shown) if urgent else (shown, handed)


def ready(s: Subject, w: Writer) -> Reply | None:
    """The answer as a message of its own in the asker's language, without a mark of the bot.

    None where there is none. The heading stays: it names the state, and whoever passes the message on passes that on
    too. An emergency's script does not wait for the language to be sure.
    """
    if s.intent is None or s.needs_state or s.intent.kind in (Kind.SMALLTALK, Kind.HUMAN):
        return None
    urgent = s.intent.kind is Kind.EMERGENCY
    language = s.language or ((s.guess or w.language) if urgent else None)
    if language is None:
        return None
    return _copied(answer(replace(w, language=language), Asked(s.intent, s.state, s.score)), w)


def shorter(s: Subject, w: Writer) -> Reply:
    """The short answer only, to hand on."""
    full = ready(s, w)
    return _copied(shortened(full, replace(w, language=full.language)), w) if full else _card(s, w, handed=False)


def shortened(full: Reply, w: Writer) -> Reply:
    """A reply with its short answer only; that the sources disagree and that nobody has checked it stays."""
    blocks: list[Block] = []
    for block in full.blocks:
        if block.kind == "text" and not any(b.kind == "text" for b in blocks):
            blocks.append(replace(block, text=block.text.split("\n\n")[0]))
        elif block.kind == "warning":
            blocks.append(replace(block, text=w._("The sources do not agree on this.")))
        elif block.kind in ("heading", "small"):
            blocks.append(block)
    return replace(full, blocks=tuple(blocks))


def menu(action: Action, s: Subject, w: Writer) -> Reply:
    """The lists behind a card's buttons: states, languages, questions; each choice gives the card anew."""
    listed = menus.menu(w, replace(action, card=False), s.state)

    def carded(button: Button) -> Button | None:
        found = button.action
        if found is None or found.do in (Do.HUMAN, Do.STATES):
            return None
        do = Do.ANSWER if found.do in (Do.STATE, Do.LANGUAGE) else found.do
        language = found.language if found.do is Do.LANGUAGE else s.language
        state = (found.state if found.do is Do.STATE else None) or s.state
        intent = found.intent or (s.intent.id if s.intent else None)
        return replace(button, action=Action(do, intent, state, language, found.page, card=True))

    rows = (tuple(b for button in row if (b := carded(button))) for row in listed.buttons)
    return replace(listed, buttons=tuple(row for row in rows if row))


def noted(note: Note, last: LastCard | None, w: Writer) -> Reply:
    """A note that waits for its message."""
    found = [*((w.state(note.state),) if note.state else (w.state(code) for code in note.open))]
    found += [w.named(note.language)] if note.language else []
    said = w._("Forward or paste the question now.")
    if found:
        what = w._("Noted: {note}. It counts for the next message and no other.", note=", ".join(found))
        said = f"{what} {said}"
    row: tuple[Button, ...] = ()
    if last is not None and last.intent is not None and found:
        state = None if note.open else note.state or last.state
        action = Action(Do.ANSWER, last.intent, state, note.language or last.language, card=True)
        row = (Button(w._("It is about the last question"), action),)
    return Reply(Outcome.SETTING, w.language, (Block("text", said),), (row,) if row else ())


def nothing_fits(s: Subject, w: Writer) -> Reply:
    """Counted; the text is not kept."""
    said = w._("Counted, without the text. Please answer this one yourself, or choose a question.")
    counted = Counted("gaps", s.intent.id if s.intent else "", s.language or "", "nothing_fits")
    return Reply(Outcome.SETTING, w.language, (Block("text", said),), ((_topics(None, w),),), counted=counted)


def unreadable(w: Writer) -> Reply:
    """A photo, a voice message, a sticker."""
    said = w._("I can only read text. Please write in a few words what the question is.")
    return Reply(Outcome.NOT_UNDERSTOOD, w.language, (Block("text", said),), ((_topics(None, w),),))


def changed(reply: Reply, w: Writer) -> Reply:
    """The reply to a message that was edited."""
    said = Block("small", w._("You changed your message. This is the answer to the new one."))
    return replace(reply, blocks=(said, *reply.blocks))


def how(w: Writer) -> str:
    """How a volunteer uses the bot, in four lines."""
    return "\n".join(
        (
            w._("**For volunteers:** forward me a question, or paste it. I show what I understood, and the answer in "
                "the language of the question, ready to hand on."),
            w._("A note before or after it helps: “caller in Mobile asks:”, “speaks Polish”. "
                "It counts for one message."),
            w._("In any chat, write my name and some words, and choose a finished answer. The other side sees that it "
                "came through a bot."),
        )
    )  # fmt: skip


def _card(s: Subject, w: Writer, *, handed: bool) -> Reply:
    found = answer(w, Asked(s.intent, s.state, s.score)) if s.intent else None
    blocks = [Block("heading", _found(s, w))]
    if s.intent is not None:
        blocks.append(Block("text", f"**{w.question(s.intent)}**"))
    blocks += [Block("text", said) for said in _to_do(s, w, handed=handed)]
    if found is not None and s.intent is not None and s.intent.kind not in (Kind.SMALLTALK, Kind.HUMAN):
        blocks += _own(found, s, w)
    return Reply(
        found.outcome if found else Outcome.CHOICES if s.others else Outcome.NOT_UNDERSTOOD,
        w.language,
        tuple(blocks),
        tuple(row for row in _buttons(s, w, handed=handed) if row),
        intent=s.intent.id if s.intent else None,
        score=s.score,
        state=s.state,
        sources=found.sources if found else (),
        disagreement=found.disagreement if found else (),
        review=found.review if found else None,
    )


def _found(s: Subject, w: Writer) -> str:
    """How sure, which language, which state and from which words."""
    parts: list[str] = []
    if s.intent is None:
        parts.append(w._("Not sure") if s.others else w._("Not understood"))
    elif s.score is not None:
        sure = w._("Sure") if s.score >= SURE else w._("Fairly sure") if s.score >= ANSWER else w._("Not sure")
        parts.append(f"{sure} ({s.score:.0f})")
    if s.language:
        parts.append(w.named(s.language))
    words = ", ".join(f"“{word}”" for word in s.words)
    if s.state:
        parts.append(w._("{state} (from {words})", state=w.state(s.state), words=words) if words else w.state(s.state))
    elif s.open and words:
        parts.append(words)
    return " · ".join(parts)


def _to_do(s: Subject, w: Writer, *, handed: bool) -> list[str]:
    """What the volunteer does next, where it is not simply handing the answer on."""
    said: list[str] = []
    if s.intent is None:
        said.append(w._("Choose the question that is meant.") if s.others else w._("I do not know this question."))
    elif s.intent.kind is Kind.EMERGENCY:
        said.append(w._("**An emergency.** The script stands above."))
    elif s.intent.kind is Kind.PERSONAL:
        said.append(w._("This asks what one person should do. Say only what is general, and hand over to a lawyer."))
    elif s.intent.kind in (Kind.SMALLTALK, Kind.HUMAN):
        said.append(w._("There is no question to answer in it."))
    if s.needs_state:
        said.append(w._("**Which state is it about?**"))
    if s.language is None and s.intent is not None and s.intent.kind not in (Kind.SMALLTALK, Kind.HUMAN):
        said.append(w._("**Which language should the answer be in?**"))
    elif handed and s.intent is not None and s.intent.kind is not Kind.EMERGENCY:
        said.append(w._("The answer to hand on is the next message."))
    return said


def _own(found: Reply, s: Subject, w: Writer) -> list[Block]:
    """The same answer for the volunteer to read: folded, then what is uncertain, who checked it and its sources."""
    texts = [f"{block.title}\n{block.text}" if block.kind == "folded" else block.text
             for block in found.blocks if block.kind in ("text", "warning", "folded")]  # fmt: skip
    blocks: list[Block] = []
    if s.language != w.language or s.needs_state:
        title = w._("The answer in {language}", language=w.named(w.language))
        blocks.append(Block("folded", "\n\n".join(texts), title))
    if any(block.kind == "warning" for block in found.blocks):
        blocks.append(Block("warning", w._("The sources do not agree on this.")))
    return [*blocks, *(block for block in found.blocks if block.kind in ("small", "sources"))]


def _buttons(s: Subject, w: Writer, *, handed: bool) -> list[tuple[Button, ...]]:
    intent = s.intent.id if s.intent else None
    rows: list[tuple[Button, ...]] = []
    if s.intent is not None and s.intent.states:
        states = s.open or [state for state in s.intent.states if state != s.state]
        named = [Button(w.state(state), Action(Do.ANSWER, intent, state, s.language, card=True)) for state in states]
        named.append(Button(w._("Another state"), Action(Do.STATES, intent, None, s.language, 1, card=True)))
        rows += [tuple(named[n : n + _PER_ROW]) for n in range(0, len(named), _PER_ROW)]
    if s.intent is not None and s.language is None:
        order = sorted(w.house.served, key=lambda code: (code != s.guess, code != "en", code))
        named = [Button(w.named(code), Action(Do.ANSWER, intent, s.state, code, card=True)) for code in order]
        rows += [tuple(named[n : n + _PER_ROW]) for n in range(0, len(named), _PER_ROW)]
    for other in s.others:
        action = Action(Do.ANSWER, other, s.state, s.language, card=True)
        rows.append((Button(w.question(w.house.content.intents[other]), action),))
    if handed and s.intent is not None:
        row = [Button(w._("Another language"), Action(Do.LANGUAGES, intent, s.state, s.language, card=True))]
        if s.intent.kind is Kind.INFORMATION:
            row.insert(0, Button(w._("Shorter"), Action(Do.SHORTER, intent, s.state, s.language, card=True)))
        rows.append(tuple(row))
    nearest = intent or next(iter(s.others), None)
    nothing = Button(w._("Nothing fits"), Action(Do.NOTHING_FITS, nearest, None, s.language, card=True))
    return [*rows, (_topics(s, w), nothing)]


def _topics(s: Subject | None, w: Writer) -> Button:
    return Button(
        w._("Another question"),
        Action(Do.TOPICS, None, s.state if s else None, s.language if s else None, card=True),
    )


def _copied(reply: Reply, w: Writer) -> Reply:
    """The reply with nothing under it but buttons that copy: the text where it fits, and its telephone numbers."""
    plain = reply.plain()
    row = [Button("📋 " + w._("Copy"), copy=plain)] if len(plain) <= MOST_COPIED else []
    row += [button for buttons in reply.buttons for button in buttons if button.copy]
    return replace(reply, buttons=(tuple(row),) if row else (), choices=())
