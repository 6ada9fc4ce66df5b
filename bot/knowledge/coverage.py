"""The table of `amparo coverage`: question x state x language, and who has checked it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from bot.knowledge.catalogs import Translator
from bot.knowledge.extraction import FIELDS
from bot.knowledge.model import WHOLE_COUNTRY, Content, Intent


def table(content: Content, translators: Mapping[str, Translator], today: dt.date) -> Iterator[str]:
    """Lines of text, one an intent and place; below, the share of texts and phrasings in each language."""
    languages = sorted(translators, key=lambda code: (code != "en", code))
    yield f"{'question':26}{'kind':13}{'place':6}{'review':11}" + "".join(f"{code:>10}" for code in languages)
    for intent in content.intents.values():
        for place, answer in intent.answers.items():
            cells = "".join(f"{_texts(intent, place, translators[code]):>10}" for code in languages)
            yield f"{intent.id:26}{intent.kind:13}{place:6}{answer.review.on(today):11}{cells}"
        missing = [state for state in content.states if state not in intent.answers] if intent.states else []
        if missing:
            yield f"{intent.id:26}{intent.kind:13}{','.join(missing):6}none: the {WHOLE_COUNTRY} text"
    yield ""
    for code in languages:
        translator = translators[code]
        phrasings = sum(len(intent.phrasings.get(code, ())) for intent in content.intents.values())
        by = translator.reviewed_by
        read = "the source" if by == "source" else f"read by {by}" if by else "no person has read it"
        yield f"{code}: {phrasings} phrasings; translation: {read}"


def _texts(intent: Intent, place: str, translator: Translator) -> str:
    """How many of an answer's texts are in this language, of how many."""
    answer = intent.answers[place]
    present = [name for name in FIELDS if getattr(answer, name)]
    there = sum(translator.content(f"{intent.id}/{name}/{place}", getattr(answer, name))[1] for name in present)
    return f"{there}/{len(present)}"
