"""What a language lacks is said by name; what it has is counted."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog

from bot.knowledge.catalogs import Translator
from bot.knowledge.coverage import languages, reading_grade
from bot.knowledge.grade import grade
from bot.knowledge.model import LANGUAGES, Answer, Content, Intent, Kind, Review

EASY = "You can say no."
HARD = "Individuals may decline authorization of admittance."
COUNTS = {"photos": (Kind.INFORMATION, 10), "door": (Kind.EMERGENCY, 20), "thanks": (Kind.SMALLTALK, 6)}


def _content(**counts: int) -> Content:
    """Three intents with just enough phrasings in every language, or other counts in Spanish."""
    intents = {}
    for name, (kind, enough) in COUNTS.items():
        phrasings = {code: tuple(f"{name} {n}" for n in range(enough)) for code in LANGUAGES}
        phrasings["es"] = phrasings["es"][: counts.get(name, enough)]
        answer = Answer(text=EASY, details=HARD, sources=(), review=Review(status="draft"))
        intents[name] = Intent(id=name, kind=kind, question="?", phrasings=phrasings, answers={"US": answer})
    return Content(intents=intents)


@pytest.fixture
def template() -> Catalog:
    catalog = Catalog()
    for n in range(4):
        catalog.add(f"text {n}", context="photos/text/US" if n else None)
    return catalog


TEXTS = {("photos/text/US" if n else None, f"text {n}"): "texto" for n in range(4)}
SPANISH = Translator("es", TEXTS, "Ana", {"warrant": ["orden"]})


def _line(content: Content, template: Catalog, spanish: Translator, questions: int = 5) -> str:
    lines = list(languages(content, {"en": Translator("en"), "es": spanish}, template, {"es": questions}))
    assert [line.split(":")[0] for line in lines] == list(LANGUAGES)
    return lines[1]


def test_a_language_that_has_everything_is_complete(template: Catalog) -> None:
    line = _line(_content(), template, SPANISH)
    assert line == (
        "es: read by Ana, 100 % of texts, 36 phrasings (enough for 3 of 3 intents), 5 held-out questions, "
        "glossary of 1; complete"
    )


@pytest.mark.parametrize("name", COUNTS)
def test_an_intent_with_too_few_phrasings_is_named_with_their_number(template: Catalog, name: str) -> None:
    fewer = COUNTS[name][1] - 1
    line = _line(_content(**{name: fewer}), template, SPANISH)
    assert line.endswith(f"not yet: too few phrasings for {name} {fewer}")
    assert "(enough for 2 of 3 intents)" in line


def test_each_other_thing_that_is_missing_is_said(template: Catalog) -> None:
    texts = dict(list(TEXTS.items())[:3])
    line = _line(_content(), template, Translator("es", texts), questions=0)
    assert "es: 75.0 % of texts" in line
    assert line.endswith(
        "not yet: 1 texts are not translated; no held-out questions; no glossary; no person has read it"
    )


def test_a_text_that_is_translated_elsewhere_is_not_counted_here(template: Catalog) -> None:
    moved = {(context and "photos/text/AL", text): said for (context, text), said in TEXTS.items()}
    assert "25.0 % of texts" in _line(_content(), template, Translator("es", moved, "Ana", {"a": ["b"]}))


def test_nearly_everything_is_not_everything() -> None:
    template = Catalog()
    for n in range(3000):
        template.add(f"text {n}")
    texts: dict[tuple[str | None, str], str] = {(None, f"text {n}"): "texto" for n in range(2999)}
    assert "99.9 % of texts" in _line(_content(), template, Translator("es", texts, "Ana", {"a": ["b"]}))


def test_a_language_without_a_catalog_lacks_everything(template: Catalog) -> None:
    lines = list(languages(_content(), {"en": Translator("en")}, template, {}))
    assert lines[1].startswith("es: 0.0 % of texts")


def test_the_reading_grade_is_the_mean_and_the_hardest_text() -> None:
    said = reading_grade(_content())
    assert f"{(grade(EASY) + grade(HARD)) / 2:.1f} on average over 6 texts" in said
    assert f"{grade(HARD):.1f} at most (photos/details/US)" in said
    assert "no text" in reading_grade(Content(intents={}))
