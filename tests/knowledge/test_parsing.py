"""Strict YAML: what stays text, what is refused, and on which line."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.parsing import MAX_DEPTH, Fault, parse


def said(text: str) -> list[tuple[int, str]]:
    return [(fault.line, fault.sentence) for fault in parse(text, "f.yaml")[2]]


@pytest.mark.parametrize(
    "scalar",
    ["no", "on", "yes", "off", "true", "null", "~", "012", "12:30", "0x1F", "1e3", "1_000", ".inf", "2026-11-22", "<<"],
)
def test_plain_scalars_stay_text(scalar: str) -> None:
    # Stock YAML makes False, 10, 750 and a date of these.
    assert parse(f"a: {scalar}\nb: [{scalar}]\n", "f.yaml")[0] == {"a": scalar, "b": [scalar]}


def test_keys_stay_text_too() -> None:
    # `no:` is Norwegian and `on:` a word; stock YAML makes False and True of these keys.
    assert parse("no: a\non: b\n12: c\n", "f.yaml")[0] == {"no": "a", "on": "b", "12": "c"}


def test_nothing_is_none_and_quoted_nothing_is_empty_text() -> None:
    assert parse("a:\nb: ''\nc: \"\"\n", "f.yaml")[0] == {"a": None, "b": "", "c": ""}


def test_a_merge_key_is_an_ordinary_key() -> None:
    assert parse("<<: {a: b}\n", "f.yaml")[0] == {"<<": {"a": "b"}}


def test_equal_keys_are_faults_on_the_line_of_the_second() -> None:
    (line, sentence), *others = said("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n")
    assert (line, others) == (5, [])
    assert "'c'" in sentence
    assert "line 3" in sentence


def test_equal_keys_in_different_mappings_are_fine() -> None:
    assert said("a: {x: 1}\nb: {x: 2}\n") == []


def test_every_pair_of_equal_keys_is_said() -> None:
    assert [line for line, _ in said("a: 1\na: 2\nb: 3\nb: 4\n")] == [2, 4]


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("a: b\nc: &name d\n", 2, "anchors"),
        ("a: b\nc: *name\n", 2, "aliases"),
        ("a: &x [1]\nb: *x\n", 1, "anchors"),
        ("a: b\nc: !!python/object/apply:os.system [id]\n", 2, "tags"),
        ("a: !local {b: c}\n", 1, "tags"),
        ("a: !!str b\n", 1, "tags"),
        ("a: b\n? [c, d]\n: e\n", 2, "plain text"),
        ("a: b\n? {c: d}\n: e\n", 2, "plain text"),
        ("a: b\n---\nc: d\n", 2, "one YAML document"),
        ("a: b\nc: [d\n", 3, "not YAML"),
        ('a: b\nc: "d\n', 3, "not YAML"),
        ("a: b\n\tc: d\n", 2, "not YAML"),
    ],
)
def test_what_is_refused_is_refused_on_its_line(text: str, line: int, word: str) -> None:
    (where, sentence), *others = said(text)
    assert (where, others) == (line, [])
    assert word in sentence


def test_aliases_do_not_explode() -> None:
    # The "billion laughs": each line ten times the one before.
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    data, _, faults = parse("\n".join(lines), "f.yaml")
    assert len(faults) == 1
    assert len(str(data)) < 100


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ("{a: ", "}")])
def test_depth_has_a_limit(opening: str, closing: str) -> None:
    def nested(depth: int) -> str:
        return opening * depth + "x" + closing * depth

    assert said(nested(MAX_DEPTH)) == []
    assert said(nested(MAX_DEPTH + 1)) == [(1, f"this is nested more than {MAX_DEPTH} levels deep")]


def test_a_hundred_thousand_brackets_are_one_fault() -> None:
    # Stock PyYAML recurses and dies of this.
    assert len(said("[" * 100_000)) == 1


@pytest.mark.parametrize(
    ("before", "line"),
    [("a: b\n", 2), ("# señor\n" * 5, 6), ("a: " + "é" * 100 + "\n", 2), ("# 你好，世界\n", 2)],
)
def test_a_character_that_yaml_does_not_allow_is_found_on_its_line(before: str, line: int) -> None:
    # The parser counts in bytes, people in lines: letters of two bytes must not shift the line.
    after = "z: z\n" * 150
    assert said(f'{before}c: "\x01"\n{after}') == [(line, "this has a character YAML does not allow")]


def test_every_value_has_its_line() -> None:
    text = (
        "id: a\nphrasings:\n  en:\n    - b\n    - c\nanswers:\n  AL:\n    text: |\n      d\n      e\n    sources: [f]\n"
    )
    _, lines, _ = parse(text, "f.yaml")
    assert lines[("id",)] == 1
    assert lines[("phrasings", "en", 1)] == 5
    assert lines[("answers", "AL", "text")] == 8
    assert lines[("answers", "AL", "sources", 0)] == 11


def test_a_fault_reads_as_editors_understand_it() -> None:
    assert str(Fault("intents/a.yaml", 7, "the text is missing")) == "intents/a.yaml:7: the text is missing"


plain = st.recursive(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcdefg", min_size=1), inner, max_size=3),
    max_leaves=12,
)


@given(plain)
def test_what_is_written_is_read_again(value: object) -> None:
    text = yaml.safe_dump(value, allow_unicode=True, default_style='"')
    # safe_dump tags nothing and anchors only what is the same object twice.
    data, _, faults = parse(text, "f.yaml")
    if not faults:
        assert data == value
    else:
        assert [fault.sentence.split(" ")[0] for fault in faults] == ["anchors"]


@given(st.text())
def test_no_text_makes_the_reader_raise(text: str) -> None:
    _, lines, faults = parse(text, "f.yaml")
    assert all(line >= 1 for line in lines.values())
    assert all(fault.line >= 0 for fault in faults)


@given(
    st.lists(
        st.sampled_from(["a:", " b", "- ", "[", "]", "{", "}", "\n", "  ", "&x ", "*x", "!t ", "? ", '"', "|", "#"])
    )
)
def test_no_pieces_of_yaml_make_the_reader_raise(pieces: list[str]) -> None:
    parse("".join(pieces), "f.yaml")
