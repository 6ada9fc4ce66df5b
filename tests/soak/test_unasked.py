"""The bot never writes first: there is nothing to list people by, and whatever goes out has been asked for."""

from __future__ import annotations

import ast
import asyncio
import json
import sqlite3
from pathlib import Path

import telegram

from bot.conversation.house import House
from bot.records.keys import Keys
from bot.records.sqlite import FILE, SqliteStore
from tests.conftest import ROOT
from tests.records.benches import START
from tests.soak.unasked import Letters, lived

BOT = ROOT / "bot"
SENDING = {"_post"} | {
    name
    for kind in (telegram.Bot, telegram.Message, telegram.Chat, telegram.User)
    for name in dir(kind)
    if name.startswith(("send_", "reply_", "forward", "copy_"))
}
"""All ways of the library to send something."""


def test_whatever_goes_to_a_person_has_been_asked_for(house: House, tmp_path: Path) -> None:
    letters, silent = asyncio.run(lived(house, tmp_path, acts=120, seed=3))
    assert letters.unasked == []
    assert silent == []
    assert {"asks", "hands over", "presses", "types", "volunteers"} <= set(letters.causes)
    assert letters.causes.total() > 50


def test_a_letter_out_of_the_blue_would_be_seen(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("".join(json.dumps({"method": "sendMessage", "parameters": {"chat_id": chat}}) + "\n"
                           for chat in (1001, 1002, -100)), encoding="utf-8")  # fmt: skip
    letters = Letters(log)
    letters.look("asks", {1001})
    assert letters.unasked == [("asks", "sendMessage")]
    assert letters.causes.total() == 2


def test_only_the_outbox_and_the_alarm_in_the_group_send_anything() -> None:
    sending = {
        (str(path.relative_to(BOT)), node.func.attr)
        for path in BOT.rglob("*.py")
        if not path.is_relative_to(BOT / "practice")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in SENDING
    }
    assert sending == {("app.py", "send_message"), ("telegram/inbox.py", "_post"), ("telegram/outbox.py", "_post")}


def test_people_stand_only_in_rows_that_wait_and_in_tickets(tmp_path: Path) -> None:
    SqliteStore(tmp_path, Keys(None), lambda: START).close()
    with sqlite3.connect(tmp_path / FILE) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        with_chats = {name for name in tables for row in db.execute(f"PRAGMA table_info({name})") if row[1] == "chat"}
    db.close()
    # The first two are gone once they are answered, the third when it is over: none is a list to write to.
    assert with_chats == {"inbox", "letters", "tickets"}
