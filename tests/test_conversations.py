"""The conversations of `tests/conversations/`, each through the real server and the real bot."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from bot.conversation.house import House
from bot.practice.script import Step, read_script
from bot.practising import played
from bot.settings import Settings
from tests.conftest import ROOT

KEYS = [field.alias or name for name, field in Step.model_fields.items()]
FILES = sorted((ROOT / "tests" / "conversations").glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.stem))
def test_the_conversation_goes_as_written(house: House, path: Path) -> None:
    difference = asyncio.run(played(Settings(), house, read_script(path)))
    assert difference is None, f"\n{difference}"


def test_the_examples_of_the_manual_go_as_written(house: House, tmp_path: Path) -> None:
    examples = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "practice.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(examples) >= 2
    for example in examples:
        path = tmp_path / "my-conversation.yaml"
        path.write_text(example, encoding="utf-8")
        difference = asyncio.run(played(Settings(), house, read_script(path)))
        assert difference is None, f"\n{difference}"


def test_the_manual_knows_every_key() -> None:
    manual = (ROOT / "docs" / "practice.md").read_text(encoding="utf-8")
    assert [key for key in KEYS if f"`{key}:" not in manual] == []


def test_there_are_conversations() -> None:
    assert len(FILES) >= 9
