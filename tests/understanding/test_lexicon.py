from __future__ import annotations

from pathlib import Path

import pytest

from bot.knowledge.model import LANGUAGES
from bot.understanding.lexicon import WORDS, Lexicon, pattern
from bot.understanding.text import fold

KEYS = {
    "states", "cities", "before", "in_or_from", "before_nobodys_name", "before_code", "before_any_code", "attached",
    "after", "endings", "state_names_that_are_words", "bare_not", "not_codes", "own_place",
    "own_place_after", "left_place", "left_place_after", "denied_place", "denied_place_after", "not_places",
    "not_misspelt", "county", "street", "before_a_person", "negations", "joiners", "not_now", "fillers", "languages",
    "note_words", "note_asks", "language_fillers", "not_languages",
}  # fmt: skip
FILES = sorted(path for path in WORDS.glob("*.yaml") if path.stem in LANGUAGES)


def test_a_language_is_added_by_adding_one_file(tmp_path: Path) -> None:
    (tmp_path / "common.yaml").write_text("not_now: ['2011']\n")
    (tmp_path / "en.yaml").write_text("states: {AL: [Alabama]}\nnegations: [no, not]\nnot_now: [last year]\n")
    (tmp_path / "eo.yaml").write_text("states: {AL: [Alabamo]}\nnegations: [NE, né]\n")
    lexicon = Lexicon(tmp_path)
    assert lexicon.pooled("negations") == {"no", "not", "ne"}
    assert lexicon.pooled("not_now") == {"2011", "last year"}
    assert list(lexicon.named("states")) == [("en", "AL", "Alabama"), ("eo", "AL", "Alabamo")]
    assert lexicon.by_language("joiners") == {}


def test_a_broken_file_says_where(tmp_path: Path) -> None:
    (tmp_path / "en.yaml").write_text("negations: [no\n")
    with pytest.raises(ValueError, match=r"en.yaml:\d+: this is not YAML"):
        Lexicon(tmp_path)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_has_only_lists_that_are_read(path: Path) -> None:
    lexicon = Lexicon()
    assert {key for key in KEYS if path.stem in lexicon.by_language(key)}
    lines = path.read_text(encoding="utf-8").splitlines()
    assert {line.split(":")[0] for line in lines if line[:1].isalpha()} <= KEYS


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_surest_words_before_a_place_are_among_the_words_before_a_place(path: Path) -> None:
    lexicon = Lexicon()
    before = {fold(word) for word in lexicon.by_language("before").get(path.stem, ())}
    assert {fold(word) for word in lexicon.by_language("in_or_from").get(path.stem, ())} <= before


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("what happened last year", True),
        ("the lastyear", False),
        ("in the past years", False),
        ("我去年来的", True),
        ("पिछले साल की बात", True),
        ("पिछले सालों", False),
    ],
)
def test_a_phrase_is_found_as_whole_words_or_anywhere_without_spaces(text: str, found: bool) -> None:
    assert bool(pattern(["last year", "去年", "पिछले साल"]).search(text)) == found


def test_no_phrase_is_found_nowhere() -> None:
    assert not pattern([]).search("anything")


def test_a_pattern_finds_the_longest_phrase_as_whole_words() -> None:
    found = pattern(["but", "but also", "y", "但是", "i also"])
    text = "but also may buty BUT. y/y 我但是你"
    assert [one[0] for one in found.finditer(text)] == ["but also", "BUT", "y", "y", "但是"]
    assert pattern([]).search(text) is None
