"""The parts of a reply in one language: texts with their warnings and sources, buttons, telephone numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from babel.dates import format_date

from bot.conversation.house import House
from bot.conversation.reply import Action, Block, Button, Choice, Do
from bot.knowledge.catalogs import locale
from bot.knowledge.model import WHOLE_COUNTRY, Answer, Intent, Kind, Number, Source
from bot.understanding.languages import native_name
from bot.understanding.matching import MOST_CHOICES, Match


@dataclass(frozen=True)
class Writer:
    """Writes in one language on one day."""

    house: House
    language: str
    today: dt.date

    def _(self, message: str, /, **values: object) -> str:
        return self.house.translator(self.language).text(message, **values)

    @property
    def hotline(self) -> str:
        """The hotline's own name in this language."""
        return self.house.translator(self.language).content("hotline/name", self.house.content.hotline.name)[0]

    def date(self, day: dt.date) -> str:
        """A day as people of this language write it."""
        return format_date(day, "medium", locale=locale(self.language))

    def named(self, language: str) -> str:
        """A language's name in this one."""
        name = locale(language).get_display_name(locale(self.language)) or native_name(language)
        return name[:1].upper() + name[1:]

    def state(self, code: str) -> str:
        """A state's name in this language."""
        return self.house.state_name(code, self.language)

    def shown(self, answer: Answer | None) -> Answer | None:
        """The answer if it may be given today: approved and not expired, or a draft where drafts are served."""
        if answer is None:
            return None
        status = answer.review.on(self.today)
        return answer if status == "approved" or (status == "draft" and self.house.serve_drafts) else None

    def question(self, intent: Intent) -> str:
        """The intent's question as a heading or a button, in this language."""
        return self.house.translator(self.language).content(f"{intent.id}/question", intent.question)[0]

    def choice(self, match: Match, state: str | None) -> Choice:
        """A question beside the reply, with its sources for the state (for all states where none is known)."""
        answers = self.house.content.intents[match.intent].answers
        places = [state] if state in answers else [WHOLE_COUNTRY] if state else list(answers)
        cited = (source for place in places if place in answers for source in answers[place].cited())
        return Choice(match.intent, match.score, tuple(dict.fromkeys(cited)))

    def answer_button(self, intent: str, state: str | None, label: str | None = None) -> Button:
        """A button that answers a question."""
        label = label or self.question(self.house.content.intents[intent])
        return Button(label, Action(Do.ANSWER, intent, state, self.language))

    def human_button(self) -> Button:
        """The way to a person, on almost every reply."""
        return Button(self._("Talk to a person"), Action(Do.HUMAN, language=self.language))

    def write_buttons(self) -> tuple[Button, ...]:
        """The way to a volunteer who answers in this chat, where there is one."""
        button = Button(self._("Write to a volunteer here"), Action(Do.WRITE, language=self.language))
        return (button,) if self.house.hand_over else ()

    def topics_button(self) -> Button:
        """The way to every question, for those who cannot type."""
        return Button(self._("Show questions"), Action(Do.TOPICS, language=self.language))

    def state_buttons(self, states: Sequence[str], intent: str | None) -> tuple[tuple[Button, ...], ...]:
        """One button a state, two in a row, and one for the other states."""
        buttons = [Button(self.state(s), Action(Do.STATE, intent, s, self.language)) for s in states]
        buttons.append(Button(self._("Another state"), Action(Do.STATES, intent, language=self.language, page=1)))
        return tuple(tuple(buttons[n : n + 2]) for n in range(0, len(buttons), 2))

    def numbers(self, state: str | None, purposes: Sequence[str]) -> list[Number]:
        """The telephone numbers to show, most fitting first; never a blank."""
        found: list[Number] = []
        for purpose in purposes:
            found += self.house.content.hotline.reachable(purpose, state, confirmed_only=self.house.confirmed_only)
        return found

    def numbers_for(self, intent: Intent) -> list[Number]:
        """The numbers that belong to one question, such as a court's information line."""
        confirmed = not self.house.confirmed_only
        listed = self.house.content.hotline.numbers
        return [n for n in listed if intent.id in n.intents and n.number and (n.confirmed or confirmed)]

    def number_blocks(self, numbers: Sequence[Number], *, hours: bool = True) -> list[Block]:
        """The numbers, one a line, and when somebody answers."""
        lines = [f"📞 {number.name}: {number.number}" for number in numbers]
        hotline = self.house.content.hotline
        if hours and numbers and hotline.office_hours:
            opened = self.house.translator(self.language).content("hotline/office_hours", hotline.office_hours)[0]
            lines.append(self._("Hours: {hours}", hours=opened))
        return [Block("text", "\n".join(lines))] if lines else []

    def copy_buttons(self, numbers: Sequence[Number]) -> tuple[Button, ...]:
        """Buttons that copy the first two numbers."""
        return tuple(Button(f"📋 {number.number}", copy=number.number) for number in numbers[:2])

    def body(self, intent: Intent, place: str, answer: Answer) -> list[Block]:
        """The text, then what is uncertain, the details, who checked it and what it rests on."""
        translator = self.house.translator(self.language)

        def said(name: str, english: str) -> str:
            return translator.content(f"{intent.id}/{name}/{place}", english)[0]

        blocks = [Block("text", said("text", answer.text))]
        if answer.disagreement:
            blocks.append(Block("warning", said("disagreement", answer.disagreement)))
        if answer.details:
            blocks.append(Block("folded", said("details", answer.details), self._("Details")))
        if intent.kind is Kind.SMALLTALK:
            return blocks
        blocks.append(Block("small", self._checked(intent, place, answer)))
        links = tuple(link for source in answer.sources if (link := self._link(source))[0])
        return [*blocks, Block("sources", title=self._("Sources"), links=links)] if links else blocks

    def _checked(self, intent: Intent, place: str, answer: Answer) -> str:
        """One line: who checked it, in which language it is, and that it is no advice."""
        translator = self.house.translator(self.language)
        translated = translator.content(f"{intent.id}/text/{place}", answer.text)[1]
        general = self._("General information, not legal advice.")
        if not translated:
            missing = self._("This text is not in {language} yet.", language=native_name(self.language))
            general = f"{missing} {general}"
        unread = translated and translator.reviewed_by is None
        review = answer.review
        if review.on(self.today) == "approved" and review.date:
            checked = self._("Checked by {name}, {date}.", name=review.by or "", date=self.date(review.date))
            if unread:
                checked += " " + self._("No person has checked this translation.")
        elif unread:
            checked = self._("No lawyer has checked this, and no person has checked the translation.")
        else:
            checked = self._("No lawyer has checked this.")
        return f"{checked} {general}"

    def _link(self, source: Source | str) -> tuple[str, str | None]:
        if isinstance(source, str):
            return source, None
        if source.document:
            document = self.house.content.documents.get(source.document)
            if document is None:
                return source.cited, None
            state = self.state(document.state)
            label = self._("question-and-answer page on {state}, nobody signed or dated it, question {number}",
                           state=state, number=source.question)  # fmt: skip
            return label, None
        read = self._("read {date}", date=self.date(source.read)) if source.read else ""
        return f"{source.title} ({read})" if read else source.title or "", source.url

    def buttons(self, intent: Intent, state: str | None) -> tuple[tuple[Button, ...], ...]:
        """Under an information answer: a person, the other states, related questions, the language."""
        rows: list[tuple[Button, ...]] = [(self.human_button(),)]
        others = [other for other in intent.states if other != state]
        if others:
            rows.append(
                tuple(
                    self.answer_button(intent.id, other, self._("And in {state}?", state=self.state(other)))
                    for other in others[:2]
                )
            )
        rows += [
            (self.answer_button(related, state),)
            for related in intent.related[:2]
            if related in self.house.content.intents
        ]
        return (*rows, (self.other_language_button(intent, state),))

    def other_language_button(self, intent: Intent, state: str | None) -> Button:
        """The other language where there are two, else the list of languages."""
        others = [code for code in self.house.served if code != self.language]
        if len(others) == 1:
            return Button(f"🌐 {native_name(others[0])}", Action(Do.LANGUAGE, intent.id, state, others[0]))
        return Button("🌐 " + self._("Language"), Action(Do.LANGUAGES, intent.id, state, self.language))

    def related(self, intent: Intent, state: str | None) -> tuple[Choice, ...]:
        """The questions that the content names beside this one."""
        known = [related for related in intent.related if related in self.house.content.intents]
        return tuple(self.choice(Match(related, 0.0), state) for related in known[:MOST_CHOICES])
