"""The soak runs in small: a few kills, a few people; and that each of them would see what it looks for."""

from __future__ import annotations

import asyncio
import base64
import json
import struct
import sys
from pathlib import Path

import pytest

from bot.conversation.house import House
from tests.soak.canaries import Canaries, found, lived
from tests.soak.content import AGAIN
from tests.soak.forgets import forgotten
from tests.soak.handovers import run as handed_over
from tests.soak.history import read
from tests.soak.kills import run
from tests.soak.relays import KINDS, relayed


def posted(chat: int, text: str, *, ok: bool = True) -> str:
    parameters = {"chat_id": str(chat), "text": text}
    return json.dumps({"method": "sendMessage", "parameters": parameters, "fault": None, "answer": {"ok": ok}})


def test_the_history_sees_what_is_lost_repeated_and_given_to_another_person(tmp_path: Path) -> None:
    log = tmp_path / "log"
    lines = [posted(1, "ANSWER-01"), posted(1, f"{AGAIN} ANSWER-01"), posted(1, "ANSWER-02"), posted(1, "ANSWER-02"),
             posted(2, "ANSWER-01"), posted(2, "ANSWER-05", ok=False), posted(2, f"{AGAIN} ANSWER-04")]  # fmt: skip
    log.write_text("\n".join(lines), encoding="utf-8")
    history = read(log, {1: [1, 2], 2: [4, 5]})
    assert history.lost == [(2, 5)]
    assert history.unlabelled == [(1, 2)]
    assert history.wrong == [(2, 1)]
    assert (history.labelled, history.needless, history.questions) == (1, 1, 4)


@pytest.mark.skipif(sys.platform == "win32", reason="processes are forked")
def test_kills_and_faults_lose_nothing_repeat_nothing_unlabelled_and_mix_nobody_up(tmp_path: Path) -> None:
    history, killed = asyncio.run(run(tmp_path, kills=4, rate=5.0, seed=7, patience=90.0))
    assert killed >= 3
    assert history.questions > 5
    assert (history.lost, history.unlabelled, history.wrong) == ([], [], [])


def test_nothing_of_anybody_is_in_any_file(house: House, tmp_path: Path) -> None:
    canaries, traces = asyncio.run(lived(house, tmp_path, people=20))
    assert traces == []
    assert (tmp_path / "log").stat().st_size > 1000
    assert len(canaries.ids) == 20


@pytest.mark.parametrize(
    "shape",
    [b"Qx1234567890abcdef", b"Qx1234567890abcdef".hex().encode(), base64.b64encode(b"so: Qx1234567890abcdef!"),
     b"123456789012", struct.pack("<q", 123456789012), struct.pack(">q", 123456789012),
     base64.b64encode(b"id 123456789012 x")],
)  # fmt: skip
def test_the_search_finds_a_word_and_an_id_in_every_shape(tmp_path: Path, shape: bytes) -> None:
    (tmp_path / "file").write_bytes(b"before" + shape + b"after")
    assert found(tmp_path, Canaries(["Qx1234567890abcdef"], [123456789012]))
    (tmp_path / "file").write_bytes(b"before and after")
    assert not found(tmp_path, Canaries(["Qx1234567890abcdef"], [123456789012]))


def test_nothing_of_who_asks_reaches_the_volunteers(house: House, tmp_path: Path) -> None:
    leaks = asyncio.run(relayed(house, tmp_path, 10 * len(KINDS)))
    assert leaks.found == []
    assert leaks.passed == dict.fromkeys(KINDS, 10)


@pytest.mark.skipif(sys.platform == "win32", reason="processes are forked")
def test_kills_while_people_are_handed_over_mix_nobody_up(tmp_path: Path) -> None:
    out, killed = asyncio.run(handed_over(tmp_path, kills=3, rate=1.0, seed=5))
    assert killed >= 2
    assert out.finished == out.cases > 0
    assert (out.wrong, out.unlabelled, out.lost) == ([], [], [])


@pytest.mark.skipif(sys.platform == "win32", reason="processes are forked")
def test_whoever_is_forgotten_with_a_ticket_leaves_nothing_across_kills(tmp_path: Path) -> None:
    out, killed = asyncio.run(forgotten(tmp_path, kills=4, rate=1.5, seed=3))
    assert killed >= 3
    assert out.noted > 10
    assert (out.found, out.rows, out.relays) == ([], 0, 0)
    assert out.forgotten == out.asked > 0
