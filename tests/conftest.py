"""What the tests share: one house of Amparo's own content, built once, and conversations as scripts."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from telegram.request import BaseRequest, RequestData

from bot.conversation.asker import reply
from bot.conversation.house import House, build_house
from bot.conversation.reply import Action, Message, Reply
from bot.conversation.session import Session
from bot.practice.methods import METHODS
from bot.practice.refusals import Refusal
from bot.practice.requests import read
from tests.leaks import Leaks

# No time limit for one example: a busy machine would fail at random.
settings.register_profile("amparo", deadline=None)
settings.load_profile("amparo")

ROOT = Path(__file__).parent.parent
TODAY = dt.date(2026, 11, 22)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this run keeps what it has learnt: learning Amparo's own content takes many seconds."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def house(cache: Path) -> House:
    """Amparo's own content, drafts served, all numbers shown."""
    return build_house(ROOT / "intents", ROOT / "translations", cache=cache)


@pytest.fixture(autouse=True)
def refused_requests(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every request that the bot's library sends, in any test, is one of the Bot API; a misspelt one fails the test.

    The checks of the practice server, on the way out: whatever answers the request, a recorder too. Gives what was
    refused; a test that sends nonsense on purpose empties it.
    """
    refused: list[str] = []
    post = BaseRequest.post

    async def checked(self: BaseRequest, url: str, request_data: RequestData | None = None, **more: Any) -> Any:
        method = url.rsplit("/", 1)[1]
        try:
            if method not in METHODS:
                raise Refusal("method not found", 404)
            read(method, request_data.json_parameters if request_data else {})
        except Refusal as refusal:
            refused.append(f"{method}: {refusal}")
        return await post(self, url, request_data, **more)

    monkeypatch.setattr(BaseRequest, "post", checked)
    yield refused
    assert refused == []


_leaks = Leaks()


@pytest.fixture(autouse=True)
def nothing_leaks() -> Iterator[None]:
    """Everything is logged in every test, as the bot writes it, and no line holds anything of anybody."""
    root = logging.getLogger()
    level, before = root.level, len(_leaks.found)
    for handler in root.handlers:
        handler.setLevel(logging.WARNING)  # pytest's own: what a failed test shows stays short
    root.addHandler(_leaks)
    root.setLevel(logging.DEBUG)
    yield
    root.setLevel(level)
    root.removeHandler(_leaks)
    assert _leaks.found[before:] == []


def pytest_sessionfinish(session: pytest.Session) -> None:
    """What a worker has counted, for the process that prints it."""
    if (output := getattr(session.config, "workeroutput", None)) is not None:
        output["logged"] = [_leaks.lines, _leaks.found]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker is done (pytest-xdist)."""
    lines, found = getattr(node, "workeroutput", {}).get("logged", (0, []))
    _leaks.lines += lines
    _leaks.found += found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The figure: lines logged in all tests, and those that say too much."""
    terminalreporter.write_line(f"{_leaks.lines} log lines at DEBUG, {len(_leaks.found)} hold anything of anybody")


@pytest.fixture
def own_logging() -> Iterator[None]:
    """`bot.logs.configure` changes the root logger for good; here only for one test, and without pytest's handlers."""
    root, raising = logging.getLogger(), logging.raiseExceptions
    handlers, level = root.handlers[:], root.level
    root.handlers[:] = []
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    logging.raiseExceptions = raising


@dataclass
class Chat:
    """One person's conversation: `say` a text, `press` a button by a part of its label."""

    house: House
    session: Session = field(default_factory=Session)
    last: Reply | None = None

    def say(self, text: str, *, forwarded: bool = False, edited: bool = False, client: str | None = None) -> Reply:
        return self.send(Message(text=text, forwarded=forwarded, edited=edited, client_language=client))

    def press(self, label: str) -> Reply:
        assert self.last is not None
        buttons = [button for row in self.last.buttons for button in row]
        found = [button for button in buttons if label in button.label]
        assert found, f"no button {label!r} among {[button.label for button in buttons]}"
        assert found[0].action is not None
        # Through the bytes that a messenger would carry, as after a restart.
        return self.send(Message(action=Action.decode(found[0].action.encode())))

    def last_text(self) -> str:
        assert self.last is not None
        return self.last.plain()

    def send(self, message: Message) -> Reply:
        self.last, self.session = reply(message, self.session, self.house, TODAY)
        return self.last


@pytest.fixture
def chat(house: House) -> Chat:
    """A new person's conversation."""
    return Chat(house)


@pytest.fixture
def new_chat(house: House) -> Callable[[], Chat]:
    """More conversations, each with another person."""
    return lambda: Chat(house)
