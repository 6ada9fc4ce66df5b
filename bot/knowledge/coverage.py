"""What `amparo coverage` says: question x state x language, who has checked it, and what a language still lacks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from babel.messages.catalog import Catalog

from bot.knowledge.catalogs import Translator
from bot.knowledge.extraction import FIELDS
from bot.knowledge.grade import grade
from bot.knowledge.model import LANGUAGES, WHOLE_COUNTRY, Content, Intent, Kind

ENOUGH_PHRASINGS = {Kind.INFORMATION: 10, Kind.EMERGENCY: 20}
ENOUGH_OTHERS = 6
"""Phrasings an intent has in a language that is served in full."""


def report(
    content: Content,
    translators: Mapping[str, Translator],
    template: Catalog,
    questions: Mapping[str, int],
    today: dt.date,
) -> Iterator[str]:
    """The table of all intents, a line for each language, and the reading grade."""
    yield from (*table(content, translators, today), "", *languages(content, translators, template, questions), "")
    yield reading_grade(content)


def table(content: Content, translators: Mapping[str, Translator], today: dt.date) -> Iterator[str]:
    """Lines of text, one an intent and place."""
    languages = sorted(translators, key=lambda code: (code != "en", code))
    yield f"{'question':26}{'kind':13}{'place':6}{'review':11}" + "".join(f"{code:>10}" for code in languages)
    for intent in content.intents.values():
        for place, answer in intent.answers.items():
            cells = "".join(f"{_texts(intent, place, translators[code]):>10}" for code in languages)
            yield f"{intent.id:26}{intent.kind:13}{place:6}{answer.review.on(today):11}{cells}"
        missing = [state for state in content.states if state not in intent.answers] if intent.states else []
        if missing:
            yield f"{intent.id:26}{intent.kind:13}{','.join(missing):6}none: the {WHOLE_COUNTRY} text"


def languages(
    content: Content, translators: Mapping[str, Translator], template: Catalog, questions: Mapping[str, int]
) -> Iterator[str]:
    """A line for each of the fourteen languages: what it has, and what does not hold of it yet.

    `template`: everything there is to translate; `questions`: how many held-out questions each language has.
    """
    texts = [(message.context, str(message.id)) for message in template if message.id]
    for code in LANGUAGES:
        translator = translators.get(code, Translator(code))
        done = len(texts) if code == "en" else sum(text in translator.texts for text in texts)
        share = 100 * done / len(texts) if texts else 0.0
        phrasings = {intent.id: len(intent.phrasings.get(code, ())) for intent in content.intents.values()}
        few = [
            f"{intent.id} {phrasings[intent.id]}"
            for intent in content.intents.values()
            if phrasings[intent.id] < ENOUGH_PHRASINGS.get(intent.kind, ENOUGH_OTHERS)
        ]
        asked, terms = questions.get(code, 0), len(translator.glossary)
        lacks = [
            f"{len(texts) - done} texts are not translated" if done < len(texts) else "",
            f"too few phrasings for {', '.join(few)}" if few else "",
            "" if asked else "no held-out questions",
            "" if terms or code == "en" else "no glossary",
            "" if translator.reviewed_by else "no person has read it",
        ]
        read = {None: "", "source": "the source, "}.get(translator.reviewed_by, f"read by {translator.reviewed_by}, ")
        yield (
            f"{code}: {read}{_whole(share)} % of texts, {sum(phrasings.values())} phrasings (enough for "
            f"{len(phrasings) - len(few)} of {len(phrasings)} intents), {asked} held-out questions, "
            f"glossary of {terms}; {'not yet: ' + '; '.join(filter(None, lacks)) if any(lacks) else 'complete'}"
        )


def reading_grade(content: Content) -> str:
    """How many school years the English texts ask of a reader: the mean, and the one that asks most."""
    grades = {
        f"{intent.id}/{name}/{place}": grade(text)
        for intent in content.intents.values()
        for place, answer in intent.answers.items()
        for name in FIELDS
        if (text := getattr(answer, name))
    }
    if not grades:
        return "Reading grade of the English: there is no text."
    hardest = max(grades, key=lambda name: grades[name])
    mean = sum(grades.values()) / len(grades)
    return (
        f"Reading grade of the English: {mean:.1f} on average over {len(grades)} texts, "
        f"{grades[hardest]:.1f} at most ({hardest})"
    )


def _whole(share: float) -> str:
    """A share in per cent, never rounded up to 100."""
    return f"{min(share, 99.9):.1f}" if share < 100 else "100"  # noqa: PLR2004


def _texts(intent: Intent, place: str, translator: Translator) -> str:
    """How many of an answer's texts are in this language, of how many."""
    answer = intent.answers[place]
    present = [name for name in FIELDS if getattr(answer, name)]
    there = sum(translator.content(f"{intent.id}/{name}/{place}", getattr(answer, name))[1] for name in present)
    return f"{there}/{len(present)}"
