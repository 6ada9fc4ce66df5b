"""Entries of PO files: the order of their parts, and each text once; what Babel would guess about is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.entries import first_fault
from tests.conftest import ROOT

HEADER = 'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'


def said(text: str) -> tuple[int, str] | None:
    fault = first_fault(HEADER + text, "f.po", 2)
    return (fault.line - HEADER.count("\n"), fault.sentence) if fault else None


@pytest.mark.parametrize(
    "text",
    [
        "",
        'msgid "a"\nmsgstr "b"\n',
        '#: a\n#, fuzzy\n#| msgid "z"\nmsgctxt "c"\nmsgid ""\n"a"\n"b"\nmsgstr ""\n"c"\n\n#~ msgid "old"\n',
        'msgid "a"\nmsgstr "b"\nmsgctxt "c"\nmsgid "a"\nmsgstr "b"\n',
        'msgid "a"\nmsgid_plural "as"\nmsgstr[0] "b"\nmsgstr[1] "bs"\n',
        'msgid "a \\"quoted\\" \\\\"\r\nmsgstr "b"\r\n',
    ],
)
def test_what_is_whole_is_taken(text: str) -> None:
    assert said(text) is None


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ('msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n', 5, "already, on line 5"),
        ('msgctxt "x"\nmsgid "a"\nmsgstr "b"\n\nmsgctxt "x"\nmsgid "a"\nmsgstr "c"\n', 7, "already"),
        (HEADER, 2, "already, on line 2"),
        ('msgid "a"\nmsgstr "b"\nmsgstr "c"\n', 3, "msgstr is not expected"),
        ('msgstr "b"\n', 1, "msgstr is not expected"),
        ('msgid "a"\n\nmsgstr "b"\n', 2, "breaks off"),
        ('msgctxt "a"\n# remark\nmsgid "a"\nmsgstr "b"\n', 2, "breaks off"),
        ('msgid "a"\nmsgctxt "c"\nmsgstr "b"\n', 2, "msgctxt is not expected"),
        ('msgid "a"\nmsgid "b"\nmsgstr "c"\n', 2, "msgid is not expected"),
        ('msgid "a"\nmsgstr "b"\n\n"c"\n', 4, "belongs to nothing"),
        ('msgid "a"\nmsgid_plural "as"\nmsgstr "b"\n', 3, "msgstr is not expected"),
        ('msgid "a"\nmsgid_plural "as"\nmsgstr[1] "b"\n', 3, "msgstr[1] is not expected"),
        ('msgid "a"\nmsgstr[0] "b"\n', 2, "msgstr[0] is not expected"),
        ('msgid "a"', 1, "the last entry breaks off"),
        ('msgid "a"\nmsgstr "b\n', 2, "neither a remark nor a text"),
        ('msgid "a"\nmsgstr "b" c\n', 2, "neither a remark nor a text"),
        ('msgid"a"\n', 1, "neither a remark nor a text"),
        ('msgid "nplurals=999999999"\nmsgstr "b"\n', 1, "999999999 plural forms"),
    ],
)
def test_what_is_not_is_refused_on_its_line(text: str, line: int, word: str) -> None:
    found = said(text)
    assert found is not None
    assert found[0] == line
    assert word in found[1]


@pytest.mark.parametrize("path", sorted((ROOT / "translations").glob("*/LC_MESSAGES/*.po")), ids=lambda p: p.parts[-3])
def test_shipped_catalogs_are_whole(path: object) -> None:
    text = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    fault = first_fault(text, "f.po", int(text.split("nplurals=")[1][0]))
    assert fault is None


@given(st.text(st.sampled_from('msgid msgstr[0]""\\\n#~|, ')))
def test_it_never_raises(text: str) -> None:
    first_fault(text, "f.po", 2)
