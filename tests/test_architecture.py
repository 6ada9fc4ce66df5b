"""What may know what: read from the code itself, so that a wrong import fails here and not in a year."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

BOT = ROOT / "bot"
MODULES = sorted(BOT.rglob("*.py"))
MOST_LINES = 300
MOST_LINES_OF_A_FUNCTION = 40

each_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))


def imported(path: Path) -> Iterator[str]:
    """The full names of everything a module imports, at the top or inside a function."""
    package = ".".join(path.relative_to(ROOT).with_suffix("").parts[:-1]).split(".")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def knows(path: Path, room: str) -> list[str]:
    return [name for name in imported(path) if name == room or name.startswith(f"{room}.")]


def test_there_is_something_to_look_at() -> None:
    assert len(MODULES) > 20
    assert "telegram.Update" in set(imported(BOT / "telegram" / "handlers.py"))


@each_module
def test_only_the_telegram_room_and_the_app_know_telegram(path: Path) -> None:
    if path.is_relative_to(BOT / "telegram") or path == BOT / "app.py":
        return
    assert knows(path, "telegram") == []


@each_module
def test_only_the_settings_read_the_environment(path: Path) -> None:
    if path in (BOT / "settings.py", BOT / "__init__.py"):
        return  # the package itself sets what numpy reads when it is loaded, and reads nothing
    read = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in ("environ", "environb", "getenv", "getenvb", "putenv", "expanduser", "expandvars")
    ]
    assert read == []
    assert not {name for name in imported(path) if name.startswith(("os.environ", "os.getenv"))}


TOP = ["app", "asking", "practising", "cli", "commands", "explaining", "measuring", "recording"]
"""Where things are put together."""

ORDER = {
    "knowledge": ["understanding", "conversation", "telegram", "practice", *TOP, "settings"],
    "understanding": ["conversation", "telegram", "practice", *TOP, "settings"],
    "conversation": ["telegram", "practice", *TOP, "settings"],
    "telegram": ["practice", *TOP],
    "practice": ["telegram", *TOP],
    "records": ["knowledge", "understanding", "conversation", "telegram", "practice", *TOP, "settings"],
}
"""What each room must not know: data goes one way."""


@pytest.mark.parametrize("room", ORDER)
def test_a_room_knows_only_the_rooms_before_it(room: str) -> None:
    paths = sorted((BOT / room).rglob("*.py"))
    assert paths
    wrong = [(str(path), name) for path in paths for other in ORDER[room] for name in knows(path, f"bot.{other}")]
    assert wrong == []


def test_the_conversation_has_no_clock_and_no_network() -> None:
    # `reply` is pure: the day is passed in, and nothing is awaited.
    for path in sorted((BOT / "conversation").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not any(isinstance(node, ast.AsyncFunctionDef | ast.Await) for node in ast.walk(tree)), path
        calls = {
            node.func.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        }
        assert not calls & {"now", "utcnow", "today", "monotonic", "time", "sleep", "random"}, path
        for module in ("asyncio", "socket", "httpx", "urllib", "random", "time", "logging"):
            assert knows(path, module) == [], path


def test_conversation_and_knowledge_load_without_telegrams_library() -> None:
    # Also through a third module: the commands that need no Telegram start without it.
    code = (
        "import sys, bot.commands, bot.conversation.asker, bot.practice.terminal; sys.exit('telegram' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


@each_module
def test_no_file_is_longer_than_a_reader_can_hold(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@each_module
def test_no_function_is_longer_than_a_page(path: Path) -> None:
    long = [
        f"{node.name} ({node.end_lineno - node.lineno + 1} lines)"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > MOST_LINES_OF_A_FUNCTION
    ]
    assert long == []


@each_module
def test_no_module_is_a_drawer_for_odds_and_ends(path: Path) -> None:
    assert path.stem not in ("utils", "util", "helpers", "constants", "common", "misc")


def test_no_compiled_catalog_is_tracked() -> None:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("this is not a git checkout")
    tracked = subprocess.run([git, "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\n")
    assert "pyproject.toml" in tracked
    # What the encoder sees of the phrasings travels with them; nothing else that was made is kept here.
    made = [name for name in tracked if name.endswith((".mo", ".pyc", ".npz"))]
    assert [name for name in made if name != "intents/meaning.npz"] == []
