"""Logs say where, never what.

Six ways in which a token or a person's words once reached a log, each as the record that the library really writes,
with every logger at DEBUG. What this cannot see: a library that prints to the terminal without a logger.
"""

from __future__ import annotations

import asyncio
import gc
import io
import json
import logging
import re
import sys
import warnings

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import Forbidden, InvalidToken
from telegram.request import BaseRequest

from bot.logs import WhereFormatter, configure, where
from tests.leaks import Leaks

TOKEN = "123456789:AAF-notarealtoken_0123456789abcdefg"
WORDS = "my cousin Rosa was taken in Decatur"
CHAT = 9876543210
SECRETS = (TOKEN, TOKEN.partition(":")[2], WORDS, "Rosa", str(CHAT))


pytestmark = pytest.mark.usefixtures("own_logging")


class Log:
    """What `configure` has written; asserts that nothing secret and no traceback is in it, nor beside it."""

    def __init__(self, captured: pytest.CaptureFixture[str]) -> None:
        self._captured = captured
        self._stream = io.StringIO()

    def configure(self, level: int | None = None) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stderr", self._stream)
            configure() if level is None else configure(level)

    def lines(self) -> list[str]:
        written = self._stream.getvalue()
        # A fault while logging is printed to the terminal, past every formatter.
        assert self._captured.readouterr() == ("", "")
        for secret in SECRETS:
            assert secret not in written, f"{secret!r} was logged"
        assert "Traceback" not in written
        lines = written.splitlines()
        assert all(re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]+ [\w.]+: ", line) for line in lines), written
        return lines


@pytest.fixture
def log(capsys: pytest.CaptureFixture[str]) -> Log:
    """Everything that is logged from now on, with all loggers at DEBUG."""
    log = Log(capsys)
    log.configure(logging.DEBUG)
    return log


def answering(status: int, body: str) -> httpx.Client:
    return httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(status, text=body)))


URL = f"https://api.telegram.org/bot{TOKEN}/sendMessage"


# Six ideas for a leak


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {"ok": True, "result": {"text": WORDS, "chat": {"id": CHAT}}}),
        (403, {"ok": False, "error_code": 403, "description": f"Forbidden: bot was blocked by {CHAT}"}),
        (401, {"ok": False, "error_code": 401, "description": f"Unauthorized {TOKEN}"}),
    ],
    ids=["ok", "403", "401"],
)
def test_httpx_writes_the_token_and_we_do_not(log: Log, status: int, body: dict[str, object]) -> None:
    with answering(status, json.dumps(body)) as client:
        client.post(URL, data={"chat_id": str(CHAT), "text": WORDS})
    lines = log.lines()
    # The record was there: httpx says "HTTP Request: POST https://api.telegram.org/bot<token>/sendMessage".
    assert any(" httpx: " in line for line in lines)


def test_a_reply_that_is_cut_off_is_not_written(log: Log) -> None:
    # python-telegram-bot logs the whole body of a reply that is not JSON.
    with pytest.raises(Exception, match="Invalid server response"):
        BaseRequest.parse_json_payload(f'{{"ok": true, "result": [{{"message": {{"text": "{WORDS}'.encode())
    (line,) = log.lines()
    assert " telegram." in line
    assert line.endswith("]") or re.search(r": _?\w+\.py:\d+$", line)


def test_a_handlers_exception_is_written_as_its_class_and_place(log: Log) -> None:
    # What python-telegram-bot does with an exception that no error handler takes.
    try:
        raise ValueError(f"cannot handle {WORDS} of {CHAT}")
    except ValueError as error:
        logging.getLogger("telegram.ext.Application").error("No error handlers: %s", WORDS, exc_info=error)
    (line,) = log.lines()
    assert "ERROR telegram.ext.Application: test_logs.py:" in line
    assert re.search(r"\[ValueError at test_logs\.py:\d+\]$", line)


def test_a_task_that_nobody_waited_for_is_written_as_its_class(log: Log) -> None:
    # asyncio logs the exception and the repr of the task when it is collected.
    async def orphan() -> None:
        raise RuntimeError(f"{WORDS} {TOKEN}")

    async def forget() -> None:
        task = asyncio.create_task(orphan(), name=WORDS)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        del task
        gc.collect()

    asyncio.run(forget())
    lines = [line for line in log.lines() if " ERROR asyncio: " in line]
    assert len(lines) == 1
    assert "[RuntimeError at test_logs.py:" in lines[0]


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL])
@pytest.mark.parametrize(
    "name",
    [
        "telegram",
        "telegram.Bot",
        "telegram.ext.ExtBot",
        "telegram.ext.Application",
        "telegram.request.HTTPXRequest",
        "httpx",
        "aiohttp.client",
        "httpcore.http11",
        "asyncio",
        "py.warnings",
        "botany",  # begins like our own name
        "my.bot",
        "root",
    ],
)
def test_messages_of_others_are_dropped_at_every_level(log: Log, name: str, level: int) -> None:
    logging.getLogger(name if name != "root" else None).log(level, "%s %s %s", URL, WORDS, CHAT)
    (line,) = log.lines()
    assert re.search(rf" {logging.getLevelName(level)} {re.escape(name)}: test_logs\.py:\d+$", line)


# Our own


def test_our_own_messages_are_kept(log: Log) -> None:
    logging.getLogger("bot").warning("started with %d intents", 85)
    logging.getLogger("bot.telegram.inbox").error("try %d of %d", 1, 3)
    one, two = log.lines()
    assert one.endswith("WARNING bot: started with 85 intents")
    assert two.endswith("ERROR bot.telegram.inbox: try 1 of 3")


def test_our_own_exceptions_come_without_their_message(log: Log) -> None:
    try:
        raise KeyError(WORDS)
    except KeyError:
        logging.getLogger("bot.app").exception("an update could not be handled")
    (line,) = log.lines()
    assert re.search(r"bot\.app: an update could not be handled \[KeyError at test_logs\.py:\d+\]$", line)


def test_a_chain_of_exceptions_shows_only_the_last_class(log: Log) -> None:
    try:
        try:
            raise ValueError(WORDS)
        except ValueError as cause:
            raise LookupError(TOKEN) from cause
    except LookupError:
        logging.getLogger("bot").exception("failed")
    (line,) = log.lines()
    assert "LookupError" in line
    assert "ValueError" not in line


def test_a_stack_that_a_library_asks_for_is_not_written(log: Log) -> None:
    logging.getLogger("telegram").error("%s", WORDS, stack_info=True)
    (line,) = log.lines()
    assert "File" not in line


def test_a_message_that_does_not_fit_its_values_prints_neither(log: Log) -> None:
    # Python would print the arguments and a traceback to the terminal.
    logging.getLogger("bot").warning("%d messages", WORDS)
    logging.getLogger("telegram").warning("%d messages", WORDS)
    assert len(log.lines()) == 1


def test_a_warning_shows_its_place_and_not_its_text(log: Log) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)  # again, for catch_warnings has put the old printer back
        warnings.warn(f"odd text: {WORDS}", stacklevel=1)
    lines = log.lines()
    assert len(lines) == 1
    assert "py.warnings" in lines[0]


def test_by_default_only_warnings_and_worse_are_written(capsys: pytest.CaptureFixture[str]) -> None:
    log = Log(capsys)
    log.configure()
    logging.getLogger("httpx").info("HTTP Request: POST %s", URL)
    logging.getLogger("bot").info("small talk")
    assert log.lines() == []


def test_there_is_one_handler_however_often_it_is_configured(log: Log) -> None:
    log.configure(logging.DEBUG)
    log.configure(logging.DEBUG)
    logging.getLogger("bot").warning("once")
    assert len(log.lines()) == 1


def test_the_suite_itself_sees_a_line_that_says_too_much() -> None:
    leaks = Leaks()
    for name, text, *values in (
        ("bot.app", f"{WORDS}"),
        ("bot.telegram.outbox", "a letter failed, try %d: %s [%s]", 1, "UNCLEAR", WORDS),
        ("bot.telegram.outbox", "a letter failed, try %d: %s [%s]", CHAT, "UNCLEAR", "TimedOut at x.py:1"),
        ("bot.telegram.outbox", "a letter failed, try %d: %s [%s]", 1, "UNCLEAR", "TimedOut at x.py:1"),
        ("httpx", URL),
    ):
        leaks.handle(logging.LogRecord(name, logging.DEBUG, "/usr/lib/place.py", 7, text, tuple(values), None))
    assert leaks.lines == 5
    assert len(leaks.found) == 3


# Where


@pytest.mark.parametrize("error", [InvalidToken(f"no {TOKEN}"), Forbidden(WORDS), OSError(2, WORDS, WORDS)])
def test_where_names_the_class_and_the_place_only(error: Exception) -> None:
    with pytest.raises(type(error)) as caught:
        raise error
    assert re.fullmatch(rf"{type(error).__name__} at test_logs\.py:\d+", where(caught.value))


def test_where_of_an_exception_that_was_never_raised_is_its_class() -> None:
    assert where(ValueError(WORDS)) == "ValueError"


@given(st.text(), st.text(min_size=1))
def test_no_record_of_others_lets_a_text_out(name: str, text: str) -> None:
    marked = f"<<{text}>>"
    record = logging.LogRecord(f"x{name}", logging.ERROR, "/usr/lib/place.py", 7, marked, None, None)
    assert WhereFormatter().format(record).endswith(f" ERROR x{name}: place.py:7")
