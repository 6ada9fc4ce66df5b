"""Rules over the whole content. Each rule yields faults; `tests/knowledge/test_checking.py` has a bad file for each."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.knowledge.catalogs import Translator
from bot.knowledge.comparing import compare
from bot.knowledge.extraction import FIELDS, contexts
from bot.knowledge.grade import grade
from bot.knowledge.model import LANGUAGES, WHOLE_COUNTRY, Intent, Kind, Source
from bot.knowledge.parsing import Fault
from bot.knowledge.reading import Loaded

MOST_GRADE = 8.0
MOST_DOCUMENT_SOURCES = 3
MOST_CHARACTERS = {"text": 600, "details": 1200, "disagreement": 900}
MOST_QUESTION = 80
LEAST_PHRASINGS = {Kind.INFORMATION: 12, Kind.EMERGENCY: 20}
LEAST_OTHER_PHRASINGS = 6

_ID = re.compile(r"^[a-z][a-z0-9_]{0,23}$")
_FORBIDDEN = re.compile(
    r"\b(you are safe|you're safe|you will be safe|don't worry|do not worry|everything will be fine|unfortunately|"
    r"simply|pursuant|illegal (?:alien|immigrant)s?|illegals)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(r"[{}<>]|\]\(|https?://")
_CONTROLS = {"Cc", "Cf", "Cs", "Co"}


@dataclass(frozen=True)
class Checked:
    """What is wrong (it must be mended) and what is only noted (a blank that a deployment fills in)."""

    faults: list[Fault]
    notes: list[Fault]


Rule = Callable[[Loaded, Intent], Iterator[Fault]]


def check(loaded: Loaded, translators: Mapping[str, Translator], today: dt.date) -> Checked:
    """Apply every rule to content that has been read, also with faults of its own."""
    faults = [fault for intent in loaded.content.intents.values() for rule in RULES for fault in rule(loaded, intent)]
    faults += [*_overlap(loaded), *_all_questions_used(loaded), *_documents(loaded)]
    for language, translator in translators.items():
        if language != "en":
            faults += translations(loaded, translator)
            faults += _phrasings(loaded, language)
    faults += _phrasings(loaded, "en")
    return Checked(sorted(set(faults)), [*_hotline_blanks(loaded), *_reviews_over(loaded, today)])


def check_deploy(loaded: Loaded, *, drafts_decided: bool) -> list[Fault]:
    """What a live bot needs besides: somebody has confirmed an emergency number, and decided about drafts."""
    faults = []
    if not loaded.content.hotline.reachable_anywhere():
        faults.append(
            _hotline_fault(loaded, ("numbers",), "no emergency number is confirmed: call one and fill in `confirmed`")
        )
    if not drafts_decided:
        faults.append(_hotline_fault(loaded, (), "AMPARO_DRAFTS is not set: choose serve or refuse"))
    return faults


def _identity(loaded: Loaded, intent: Intent) -> Iterator[Fault]:
    stem = loaded.files[intent.id][0].rpartition("/")[2].removesuffix(".yaml")
    if intent.id != stem:
        yield loaded.fault(intent.id, ("id",), f"the id is {intent.id!r}, but the file is called {stem!r}")
    if not _ID.match(intent.id):
        yield loaded.fault(
            intent.id, ("id",), "an id has small letters, digits and _, at most 24 (it must fit into buttons)"
        )
    if len(intent.question) > MOST_QUESTION:
        yield loaded.fault(
            intent.id, ("question",), f"the question has {len(intent.question)} characters, {MOST_QUESTION} fit"
        )
    for n, related in enumerate(intent.related):
        if related not in loaded.content.intents:
            yield loaded.fault(intent.id, ("related", n), f"there is no intent {related!r}")


def _places(loaded: Loaded, intent: Intent) -> Iterator[Fault]:
    """Never the wrong state's answer: a state's text rests on that state's document, the country's on none."""
    if not intent.answers:
        yield loaded.fault(intent.id, ("answers",), "there is no answer")
    if intent.kind is not Kind.INFORMATION and WHOLE_COUNTRY not in intent.answers:
        yield loaded.fault(intent.id, ("answers",), "every intent that is not information needs a US text")
    for place, answer in intent.answers.items():
        for n, source in enumerate(answer.sources):
            at = ("answers", place, "sources", n)
            if isinstance(source, str):
                yield loaded.fault(
                    intent.id, at, "a source is {document, question} or {title, url, read}, not plain text"
                )
                continue
            yield from _source(loaded, intent, place, source, at)
        own = [source for source in answer.documents if source.document]
        if len(own) > MOST_DOCUMENT_SOURCES:
            yield loaded.fault(
                intent.id, ("answers", place, "sources"), f"more than {MOST_DOCUMENT_SOURCES} document questions"
            )
        if place != WHOLE_COUNTRY and intent.kind is Kind.INFORMATION and not own:
            yield loaded.fault(
                intent.id, ("answers", place, "sources"), f"the answer for {place} cites no document of {place}"
            )


def _source(loaded: Loaded, intent: Intent, place: str, source: Source, at: tuple[str | int, ...]) -> Iterator[Fault]:
    if source.document is None:
        return
    document = loaded.content.documents.get(source.document)
    if document is None:
        yield loaded.fault(intent.id, at, f"documents.yaml has no document {source.document!r}")
    elif source.question and source.question > document.questions:
        yield loaded.fault(intent.id, at, f"{source.document} has only {document.questions} questions")
    elif document.state != place:
        yield loaded.fault(intent.id, at, f"an answer for {place} cites the document of {document.state}")


def _texts(loaded: Loaded, intent: Intent) -> Iterator[Fault]:
    for place, answer in intent.answers.items():
        for name in FIELDS:
            text, at = getattr(answer, name), ("answers", place, name)
            if not text:
                continue
            if len(text) > MOST_CHARACTERS[name]:
                yield loaded.fault(
                    intent.id, at, f"the {name} has {len(text)} characters, {MOST_CHARACTERS[name]} are the limit"
                )
            if (years := grade(text)) > MOST_GRADE:
                yield loaded.fault(
                    intent.id, at, f"the {name} reads at grade {years:.1f}, {MOST_GRADE:.0f} is the limit"
                )
            if found := _FORBIDDEN.search(text):
                yield loaded.fault(intent.id, at, f"the {name} says {found[0]!r}: no promises, no fillers, no blame")
            if found := _OPEN.search(text):
                yield loaded.fault(
                    intent.id, at, f"the {name} has {found[0]!r}: texts have no placeholders, tags or addresses"
                )
            if any(unicodedata.category(c) in _CONTROLS and c != "\n" for c in text):
                yield loaded.fault(intent.id, at, f"the {name} holds an invisible control character")


def _disagreements(loaded: Loaded, intent: Intent) -> Iterator[Fault]:
    """Where the documents contradict themselves, the answer says so and names the other questions."""
    for place, answer in intent.answers.items():
        cited = {(source.document, source.question) for source in answer.documents}
        named = {(source.document, source.question) for source in answer.disagreement_sources}
        others: set[tuple[str | None, int | None]] = set()
        listed = False
        for name, question in cited:
            for row in loaded.content.documents[name].contradictions if name in loaded.content.documents else ():
                listed = listed or question in row.questions
                others |= {(name, other) for other in row.others(question or 0)}
        at = ("answers", place)
        if listed and not answer.disagreement:
            yield loaded.fault(
                intent.id, at, f"the answer for {place} rests on a contradicted question and has no disagreement"
            )
        elif missing := sorted(str(question) for _, question in others - named - cited):
            yield loaded.fault(
                intent.id, (*at, "disagreement_sources"), f"the disagreement leaves out question {', '.join(missing)}"
            )
        for n, source in enumerate(answer.disagreement_sources):
            yield from _source(loaded, intent, place, source, (*at, "disagreement_sources", n))


def _reviews(loaded: Loaded, intent: Intent) -> Iterator[Fault]:
    for place, answer in intent.answers.items():
        if intent.kind is Kind.INFORMATION and not answer.sources:
            yield loaded.fault(intent.id, ("answers", place, "sources"), f"the answer for {place} has no source")
        review = answer.review
        if review.date and review.until and review.until <= review.date:
            yield loaded.fault(intent.id, ("answers", place, "review"), "the review ends before it begins")


RULES: tuple[Rule, ...] = (_identity, _places, _texts, _disagreements, _reviews)


def _phrasings(loaded: Loaded, language: str) -> Iterator[Fault]:
    for intent in loaded.content.intents.values():
        for code in intent.phrasings:
            if code not in LANGUAGES:
                yield loaded.fault(
                    intent.id, ("phrasings", code), f"{code!r} is not one of the languages {' '.join(LANGUAGES)}"
                )
        least = LEAST_PHRASINGS.get(intent.kind, LEAST_OTHER_PHRASINGS)
        count = len(intent.phrasings.get(language, ()))
        if count < least:
            yield loaded.fault(
                intent.id, ("phrasings", language), f"{count} phrasings in {language}, at least {least} are needed"
            )


def _overlap(loaded: Loaded) -> Iterator[Fault]:
    """One phrasing must not belong to two intents: then neither can be sure."""
    seen: dict[str, str] = {}
    for intent in loaded.content.intents.values():
        for language, texts in intent.phrasings.items():
            for n, text in enumerate(texts):
                same = " ".join(re.findall(r"\w+", text.casefold()))
                other = seen.setdefault(same, intent.id)
                if other != intent.id:
                    yield loaded.fault(intent.id, ("phrasings", language, n), f"{text!r} is also a phrasing of {other}")


def _all_questions_used(loaded: Loaded) -> Iterator[Fault]:
    """Every question of every document is reachable through some intent and state."""
    used = {
        (source.document, source.question)
        for intent in loaded.content.intents.values()
        for answer in intent.answers.values()
        for source in answer.documents
    }
    for n, document in enumerate(loaded.content.documents.values()):
        missing = [str(q) for q in range(1, document.questions + 1) if (document.id, q) not in used]
        if missing:
            yield loaded.fault(
                "documents", ("documents", n), f"no answer cites question {', '.join(missing)} of {document.id}"
            )


def _documents(loaded: Loaded) -> Iterator[Fault]:
    for n, document in enumerate(loaded.content.documents.values()):
        for m, row in enumerate(document.contradictions):
            if any(question > document.questions for question in (*row.questions, *row.against)):
                at = ("documents", n, "contradictions", m)
                yield loaded.fault("documents", at, f"{document.id} has only {document.questions} questions")


def translations(loaded: Loaded, translator: Translator) -> Iterator[Fault]:
    """Every text is translated and stands by its English; a missing emergency is the worst fault."""
    for context, english in contexts(loaded.content).items():
        intent, *path = context.split("/")
        at = ("answers", path[1], path[0]) if len(path) > 1 else tuple(path)
        text, translated = translator.content(context, english)
        if not translated and intent == "hotline":
            continue  # a deployment's own name and hours are given as they are
        if not translated:
            urgent = intent in loaded.content.intents and loaded.content.intents[intent].kind is Kind.EMERGENCY
            what = "EMERGENCY text" if urgent else "text"
            found = loaded.fault if intent in loaded.files else lambda _, *rest: _hotline_fault(loaded, *rest)
            yield found(intent, at, f"no {translator.language} translation of this {what} ({context})")
            continue
        for wrong in compare(translator.language, english, text, translator.glossary):
            yield loaded.fault(intent, at, f"the {translator.language} translation {wrong}")
    for (of, english), text in translator.texts.items():
        for wrong in compare(translator.language, english, text, translator.glossary) if of is None else ():
            place = f"translations/{translator.language}/LC_MESSAGES/messages.po"
            yield Fault(place, 0, f"the translation of {english[:40]!r} {wrong}")


def _hotline_blanks(loaded: Loaded) -> Iterator[Fault]:
    hotline = loaded.content.hotline
    if not hotline.office_hours:
        yield _hotline_fault(loaded, (), "a blank: office_hours")
    if hotline.name == type(hotline)().name:
        yield _hotline_fault(loaded, ("name",), "a blank: the hotline has no name of its own yet")
    for n, number in enumerate(hotline.numbers):
        if not number.number:
            yield _hotline_fault(loaded, ("numbers", n), f"a blank: the number of {number.id}")
        elif number.confirmed is None:
            yield _hotline_fault(
                loaded, ("numbers", n), f"{number.id}: nobody has confirmed this number, it is not shown on Telegram"
            )


def _reviews_over(loaded: Loaded, today: dt.date) -> Iterator[Fault]:
    for intent in loaded.content.intents.values():
        for place, answer in intent.answers.items():
            if answer.review.status == "approved" and answer.review.on(today) == "withdrawn":
                yield loaded.fault(
                    intent.id, ("answers", place, "review"), f"the review of {place} ended on {answer.review.until}"
                )


def _hotline_fault(loaded: Loaded, path: tuple[str | int, ...], sentence: str) -> Fault:
    if "hotline" in loaded.files:
        return loaded.fault("hotline", path, sentence)
    return Fault("hotline.yaml", 0, sentence)
