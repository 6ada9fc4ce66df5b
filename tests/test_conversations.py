"""The conversations of `tests/conversations/`, each through the real server and the real bot."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.conversation.house import House
from bot.practice.script import read_script
from bot.practising import played
from bot.settings import Settings
from tests.conftest import ROOT

FILES = sorted((ROOT / "tests" / "conversations").glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.stem))
def test_the_conversation_goes_as_written(house: House, path: Path) -> None:
    difference = asyncio.run(played(Settings(), house, read_script(path)))
    assert difference is None, f"\n{difference}"


def test_there_are_conversations() -> None:
    assert len(FILES) >= 9
