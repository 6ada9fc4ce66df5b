"""Broken files: some hundreds here, 20,000 with `make soak`; none crashes, hangs or is half loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.conversation.house import build_house
from bot.knowledge.reading import ContentError
from tests.soak.broken import examine


def test_broken_files_are_refused_or_read_whole_within_memory_and_time() -> None:
    became, _ = examine(400, seed=2)
    assert set(became) == {"refused", "taken"}
    assert sum(became.values()) == 400


def test_one_broken_file_keeps_the_bot_from_starting_with_half_of_its_content(tmp_path: Path) -> None:
    # A running bot never reads its content again: what it has loaded is the last good one until it is stopped.
    intents = tmp_path / "intents"
    intents.mkdir()
    (intents / "a.yaml").write_text("id: a\nkind: information\nquestion: A?\nphrasings: {en: [a b c]}\nanswers: {}\n")
    (intents / "b.yaml").write_text("id: b\nkind: &x information\n")
    with pytest.raises(ContentError, match=r"b\.yaml:2: anchors"):
        build_house(intents, tmp_path / "translations", cache=None)
