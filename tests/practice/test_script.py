from __future__ import annotations

from pathlib import Path

import pytest

from bot.knowledge.reading import ContentError
from bot.practice.script import read_script


def faults(path: Path, text: str) -> list[str]:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as refused:
        read_script(path)
    return [str(fault).removeprefix(f"{path}:") for fault in refused.value.faults]


def test_steps_are_read_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "one.yaml"
    path.write_text("# A title\n- say: no\n  expect: yes\n\n- press: 012\n  expect not: [a, b]\n", encoding="utf-8")
    (first, said), (second, pressed) = read_script(path).steps
    assert (first, said.say, said.expect) == (2, "no", ("yes",))
    assert (second, pressed.press, pressed.expect_not) == (5, "012", ("a", "b"))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "1: a conversation is a list of steps, such as `- say: hello`"),
        ("say: hello", "1: a conversation is a list of steps, such as `- say: hello`"),
        ("- hello", "1: a step is written as `- say: hello`"),
        ("- say: a\n- sya: b", "2: `sya` is not known here; there are author, buttons, edit, expect, expect not, "),
        ("- who: b", "1: a step does something (say, forward, press, send, edit, join, leave) or expects something"),
        ("- say: a\n  press: b", "1: a step is one of say, forward, press, send, edit, join, leave, here there are 2"),
        ("- say: a\n  silent: yes\n  expect: b", "1: nothing can be expected of a bot that is to be silent"),
        ("- say: a\n\n  language: xx", "3: `language`: input should be 'en', 'es',"),
        ("- say: a\n  who: b\n  send: money", "3: `send`: input should be 'photo', 'voice',"),
        ("- say:", "1: a step does something"),
        ("- say: a\n  expect: {a: b}", "2: `expect`: input should be a valid string"),
        ("- say: [", "2: this is not YAML"),
    ],
)
def test_every_mistake_is_said_with_its_line(tmp_path: Path, text: str, fault: str) -> None:
    assert any(found.startswith(fault) for found in faults(tmp_path / "one.yaml", text)), faults(tmp_path / "x", text)


def test_all_mistakes_are_said_at_once(tmp_path: Path) -> None:
    assert len(faults(tmp_path / "one.yaml", "- sya: a\n- say: b\n  expekt: c\n- hello")) >= 3


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="the file cannot be read as text"):
        read_script(tmp_path / "none.yaml")
