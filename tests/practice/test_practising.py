"""The command `practice`, as it is started and ended, and who may drive its page."""

from __future__ import annotations

import socket
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.cli import main
from bot.conversation.house import House
from tests.practice.on_page import Staged, practising, staged


@pytest.fixture
def learnt(house: House, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where Amparo's own content is learnt already."""
    assert house.content.intents
    monkeypatch.setenv("AMPARO_CACHE", str(cache))
    return cache


@pytest.mark.parametrize("command", ["run", "practice"])
def test_it_says_where_and_what_to_try_and_ends_cleanly(learnt: Path, command: str) -> None:
    with practising(learnt, command) as started:
        assert httpx.get(started.address, trust_env=False).status_code == 200
        for line in ("can ICE see my driver's license data?", "y en illinois?", "ICE is at my door"):
            assert f"    {line}\n" in started.said
        with httpx.stream("GET", f"{started.address}events", trust_env=False) as events:  # a page that is still open
            assert next(events.iter_lines()).startswith('data: {"event": "hello"')
            assert started.end() == (0, "")


def test_it_also_ends_at_once_while_it_is_still_learning() -> None:
    with practising("") as started:
        before = time.monotonic()
        assert started.end() == (0, "")
        assert time.monotonic() - before < 5  # learning takes longer than that


def test_a_port_that_is_taken_is_said_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["practice", "--port", str(port)]) == 1
    assert capsys.readouterr().err == f"Port {port} is taken or not allowed; name another one with --port, or none.\n"


def test_where_there_is_a_screen_the_page_opens_by_itself(learnt: Path, tmp_path: Path) -> None:
    browser, opened = tmp_path / "browser", tmp_path / "opened"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}\n', encoding="utf-8")
    browser.chmod(stat.S_IRWXU)
    with practising(learnt, DISPLAY=":0", BROWSER=f"{browser} %s") as started:
        end = time.monotonic() + 20
        while not (opened.exists() and opened.read_text(encoding="utf-8")) and time.monotonic() < end:
            time.sleep(0.05)
        assert opened.read_text(encoding="utf-8").strip() == started.address
        assert started.end() == (0, "")


# Scripts


def script(tmp_path: Path, text: str) -> str:
    path = tmp_path / "conversation.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.usefixtures("learnt")
def test_a_conversation_that_goes_as_written_is_exit_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = script(tmp_path, "- say: ICE is at my door\n  expect: signed   BY a judge\n")
    assert main(["practice", "--script", path]) == 0
    assert capsys.readouterr().out == f"{path}: as expected\n"


@pytest.mark.usefixtures("learnt")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- say: hello\n\n- say: ICE is at my door\n  expect: no such words\n", "3: “no such words” was expected\n"),
        ("- say: ICE is at my door\n  expect not: judge\n", "1: “judge” should not be there\n"),
        ("- say: hello\n- press: nothing\n", "2: there is no button “nothing”; there are “"),
        ("- say: hello\n  buttons: [nothing]\n", "1: there is no button “nothing”; there are “"),
        ("- say: hello\n  silent: yes\n", "1: the bot should have written nothing\n"),
        ("- say: hello\n- where: group\n  expect: hello\n", "2: the bot has not answered\n"),
        ("- say: hello\n- who: Ana\n  expect: nonsense\n", "2: “nonsense” was expected\n"),
        ("- edit: hello\n", "1: this cannot be done: she has written nothing here that she could change\n"),
        ("- who: Eva\n  where: group\n  say: hello\n", "1: this cannot be done: she may not write in this group\n"),
        ("- who: Eva\n  join: group\n- who: Eva\n  where: group\n  say: hello\n", "3: the bot has not answered\n"),
    ],
)
def test_what_differs_is_said_with_its_line_and_exit_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    monkeypatch.setattr("bot.practice.playing.REPLY_SECONDS", 1.5)
    path = script(tmp_path, text)
    assert main(["practice", "--script", path]) == 1
    printed = capsys.readouterr().out
    assert printed.startswith(f"{path}:{said}")
    assert "The bot wrote:" in printed


def test_a_file_that_is_no_conversation_is_said_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = script(tmp_path, "- sya: hello\n")
    assert main(["practice", "--script", path]) == 1
    assert capsys.readouterr().err.startswith(f"{path}:1: `sya` is not known here")


# Who may drive the page


@pytest.fixture(scope="module")
def stage() -> Iterator[Staged]:
    with staged() as made:
        yield made


SAY = b'{"do": "say", "person": 1001, "text": "hola"}'


def post(stage: Staged, path: str = "stage/act", content: bytes = SAY, **headers: str) -> int:
    given = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return httpx.post(f"{stage.server.url}/{path}", content=content, headers=given, trust_env=False).status_code


def test_the_page_itself_may(stage: Staged) -> None:
    assert post(stage) == 200
    assert post(stage, Origin=stage.server.url, Sec_Fetch_Site="same-origin") == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "same-site"}, 403),
        ({"Content_Type": "text/plain"}, 415),
        ({"Content_Type": "application/x-www-form-urlencoded"}, 415),
        ({"Host": "evil.example"}, 400),
    ],
)
def test_another_page_may_not(stage: Staged, headers: dict[str, str], status: int) -> None:
    before = stage.act(lambda: len(stage.world.history(1001)))
    assert post(stage, "stage/act", SAY, **headers) == status
    assert stage.act(lambda: len(stage.world.history(1001))) == before


@pytest.mark.parametrize("path", ["events", ""])
def test_a_name_that_was_bent_to_this_machine_sees_nothing(stage: Staged, path: str) -> None:
    answer = httpx.get(f"{stage.address}{path}", headers={"Host": "evil.example"}, trust_env=False)
    assert answer.status_code == 400


def test_without_the_random_part_of_the_address_there_is_nothing(stage: Staged) -> None:
    for path in ("/", "/events", "/act", "/stage/../../world.py", "/stage/..%2fworld.py"):
        assert httpx.get(f"{stage.server.url}{path}", trust_env=False).status_code in (404, 405)
    assert post(stage, "other/act") == 404


def test_everything_it_serves_keeps_others_out(stage: Staged) -> None:
    for path in ("", "main.js", "style.css"):
        headers = httpx.get(f"{stage.address}{path}", trust_env=False).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize(
    "act",
    [
        {}, [], {"do": "nothing"}, {"do": "say"}, {"do": "say", "person": 5, "text": "x"},
        {"do": "say", "person": "1001"},
        {"do": "say", "person": 1001, "text": "  "}, {"do": "say", "person": 1001, "text": "x" * 4097},
        {"do": "say", "person": 1001, "text": "x", "chat": 5}, {"do": "say", "person": 1001, "text": "x", "topic": 5},
        {"do": "say", "person": 1001, "text": "x", "reply_to": 99}, {"do": "send", "person": 1001, "kind": "money"},
        {"do": "edit", "person": 1001, "message": 99, "text": "x"}, {"do": "press", "person": 1001, "message": 99},
        {"do": "choose", "person": 1001, "query": "9"}, {"do": "person", "name": "x" * 41}, {"do": "join", "person": 5},
        {"do": "language", "person": 1001, "language": "xx"}, {"do": "say", "person": 1001, "text": "x", "y": 1},
    ],
)  # fmt: skip
def test_an_act_that_makes_no_sense_is_refused_in_a_sentence(stage: Staged, act: Any) -> None:
    answer = httpx.post(f"{stage.address}act", json=act, trust_env=False)
    assert answer.status_code == 400, answer.text
    assert len(answer.json()["error"]) > 5


def test_an_act_that_is_too_long_or_no_json_is_refused(stage: Staged) -> None:
    assert post(stage, content=b"x" * 100_001) == 413
    assert post(stage, content=b"{") == 400
    assert post(stage, content=b"\xff") == 400
