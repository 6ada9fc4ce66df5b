"""Every text that people read reaches the translators: those of the program and those of the content."""

from __future__ import annotations

import ast
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bot.knowledge import catalogs, comparing
from bot.knowledge.extraction import Message, contexts, intents
from bot.knowledge.reading import read_content
from tests.conftest import ROOT

MODULES = sorted((ROOT / "bot").rglob("*.py"))
FILES = sorted((ROOT / "intents").rglob("*.yaml"))


@pytest.fixture(scope="module")
def template() -> Catalog:
    """The template in the repository."""
    with (ROOT / "translations" / "messages.pot").open("rb") as file:
        return read_po(file, abort_invalid=True)


def is_underscore(node: ast.AST) -> bool:
    """Whether a node is a call `_(...)` or `something._(...)`."""
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    return (isinstance(called, ast.Name) and called.id == "_") or (
        isinstance(called, ast.Attribute) and called.attr == "_"
    )


def calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and is_underscore(node):
            yield node


def texts_of(path: Path) -> set[str]:
    """The plain texts of all `_("...")` in a module."""
    return {
        call.args[0].value
        for call in calls(path)
        if call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    }


def words(notes: Iterable[str]) -> set[str]:
    """The words of notes: a PO file wraps long ones, and Babel keeps equal lines once."""
    return set(" ".join(notes).split())


# The program


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_text_of_the_program_stands_in_the_template(path: Path, template: Catalog) -> None:
    missing = {text for text in texts_of(path) if template.get(text) is None}
    assert not missing, "run: python -m bot translations update"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_call_has_one_plain_text_and_its_values_by_name(path: Path) -> None:
    # An f-string, a variable or a sum is a text that no translator ever sees.
    for call in calls(path):
        assert len(call.args) == 1, f"{path}:{call.lineno}"
        assert isinstance(call.args[0], ast.Constant), f"{path}:{call.lineno}"
        assert isinstance(call.args[0].value, str), f"{path}:{call.lineno}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_call_stands_inside_an_f_string(path: Path) -> None:
    # Babel reads tokens: on Python 3.11 an f-string is one of them, and the call inside is not seen.
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = [
        f"{path}:{node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr) and any(is_underscore(part) for part in ast.walk(node))
    ]
    assert not inside


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_names_in_braces_are_given_and_are_known_ones(path: Path) -> None:
    # The checker compares only known names: an unknown one could be lost in a translation without a word.
    for call in calls(path):
        assert isinstance(call.args[0], ast.Constant)
        names = set(catalogs._PLACEHOLDER.findall(str(call.args[0].value)))
        assert names == {keyword.arg for keyword in call.keywords}, f"{path}:{call.lineno}"
        assert names <= comparing.PLACEHOLDERS, f"{path}:{call.lineno}: {names - comparing.PLACEHOLDERS}"


def test_the_program_has_texts() -> None:
    # Otherwise the tests above would look at nothing.
    assert sum(len(texts_of(path)) for path in MODULES) > 40


# The content


def extracted(path: Path) -> list[Message]:
    with path.open("rb") as file:
        return list(intents(file))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_text_of_the_content_stands_in_the_template(path: Path, template: Catalog) -> None:
    for _, _, (context, english), notes in extracted(path):
        message = template.get(english, context)
        assert message is not None, f"{context}: run: python -m bot translations update"
        assert words(notes) <= words(message.auto_comments)


def test_what_is_extracted_is_what_is_looked_up_when_answering() -> None:
    # Two ways to the same texts: from the files for translators, from the model for people.
    found = {message[2][0]: message[2][1] for path in FILES for message in extracted(path)}
    assert found == contexts(read_content(ROOT / "intents").content)


def test_the_template_is_up_to_date_with_code_and_content(template: Catalog) -> None:
    fresh = catalogs.extract(ROOT)
    wanted = {(message.context, message.id): words(message.auto_comments) for message in fresh if message.id}
    have = {(message.context, message.id): words(message.auto_comments) for message in template if message.id}
    assert have == wanted, "run: python -m bot translations update"


def test_the_template_is_written_the_same_again(tmp_path: Path) -> None:
    # A change of the template in a commit is then a change of a text, never of a date or an order.
    path = tmp_path / "messages.pot"
    catalogs.write(path, catalogs.extract(ROOT))
    assert path.read_bytes() == (ROOT / "translations" / "messages.pot").read_bytes()


# The extractor

SMALL = """\
id: apples
kind: information
question: When are apples ripe?
phrasings:
  en: [when]
answers:
  US:
    text: |
      In fall.

      Or later.
    sources:
      - {document: book, question: 3}
      - {title: A page, url: https://example.org, read: 2026-11-22}
      - {title: A leaflet}
      - a plain one
    review: {status: draft}
  AL:
    text: In June.
    details: By hand.
    disagreement: Or never.
    sources: []
    review: {status: draft}
"""


def from_text(text: str) -> list[Message]:
    return list(intents(io.BytesIO(text.encode())))


def test_each_text_comes_with_line_context_and_sources() -> None:
    notes = ["Source: book:3", "Source: https://example.org", "Source: A leaflet", "a plain one"]
    assert from_text(SMALL) == [
        (3, "pgettext", ("apples/question", "When are apples ripe?"), []),
        (8, "pgettext", ("apples/text/US", "In fall.\n\nOr later."), notes),
        (19, "pgettext", ("apples/text/AL", "In June."), []),
        (20, "pgettext", ("apples/details/AL", "By hand."), []),
        (21, "pgettext", ("apples/disagreement/AL", "Or never."), []),
    ]


def test_the_hotlines_own_words_are_extracted() -> None:
    found = from_text("name: The Line\nsubject: fruit\noffice_hours: Mondays\nnumbers: []\n")
    assert [(message[0], message[2]) for message in found] == [
        (1, ("hotline/name", "The Line")),
        (2, ("hotline/subject", "fruit")),
        (3, ("hotline/office_hours", "Mondays")),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "just words",
        "- a\n- b\n",
        "documents: []\n",
        "id: [",
        "id: a\nid: b\nanswers: {US: {text: x}}\n",
        "answers: no\n",
    ],
)
def test_what_is_not_content_gives_nothing(text: str) -> None:
    assert from_text(text) == []


def test_half_an_intent_gives_what_it_has() -> None:
    found = from_text(
        "id: a\nanswers:\n  US: none\n  AL:\n    text: [x]\n    details: y\n    sources:\n      - {}\n      -\n"
    )
    assert [message[2] for message in found] == [("a/details/AL", "y")]


def test_babel_can_call_it_as_it_calls_extractors() -> None:
    # With keywords, remarks and options, the last by name.
    found = list(intents(io.BytesIO(SMALL.encode()), ["_"], ["NOTE"], options={}))
    assert len(found) == 5


def test_it_is_registered_and_mapped_for_pybabel() -> None:
    found = catalogs.extract(ROOT)
    assert any(message.context for message in found), "no text of the content was found"
    assert any(message.id and not message.context for message in found), "no text of the program was found"
