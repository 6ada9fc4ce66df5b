"""`amparo records`: all that is held, held against a file; and what the commands do while nothing is there."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from pathlib import Path

import pytest

from bot.cli import main
from bot.conversation.asker import reply
from bot.conversation.house import House
from bot.conversation.reply import Action, Do, Message
from bot.conversation.session import LastCard, Note, Session
from bot.records.keys import Keys
from bot.records.showing import described, keys_described
from bot.records.sqlite import SqliteStore
from bot.records.store import BAN_DAYS, TEXTS_HOURS, Holdings, Pile
from bot.records.tickets import Relay, Status, Ticket
from tests.conftest import TODAY
from tests.records.benches import HOUR, Bench, in_folder, letter, question

pytestmark = pytest.mark.usefixtures("own_logging")

GOLDEN = Path(__file__).parent / "show.txt"


def nothing() -> Holdings:
    none = Pile(0, None)
    return Holdings(
        waiting=none, letters=none, open_tickets=none, closed_tickets=none, relays=0, unsure=0, ids=none, dead=(),
        unreadable=0, bans=0, last_ban_ends=None, moves=0, keys=(),
    )  # fmt: skip


def a_busy_day(folder: Path) -> Bench:
    bench = Bench(in_folder(folder))
    bench.do(lambda store: store.ban(5, BAN_DAYS))
    bench.do(lambda store: store.moved(-5, -1002000000002))
    bench.receive(*(question(n) for n in range(1, 8)))
    bench.now += 2 * HOUR
    first, second, _ = bench.handled(1, letter(1001), letter(1001), letter(1001))
    bench.do(lambda store: store.posting(first.id or 0))
    bench.do(lambda store: store.dead(second.id or 0))
    hour = bench.do(lambda store: store.tickets.hour)
    bench.do(lambda store: store.tickets.put(Ticket("K7Q2MX", 1001, "es", "IL", hour - 1, topic=17, threaded=True)))
    bench.do(lambda store: store.tickets.put(Ticket("B3BBBB", 1002, "ar", None, hour, status=Status.CLOSED)))
    bench.do(lambda store: store.tickets.relayed(Relay("K7Q2MX", "in", 5, 18)))
    return bench


def test_everything_that_is_held_is_said_and_nothing_else(tmp_path: Path) -> None:
    # Whoever changes what is held changes this file, and is read by whoever reviews it.
    bench = a_busy_day(tmp_path)
    held = bench.do(lambda store: store.held())
    bench.store.close()
    assert "\n".join(described(held)) + "\n" == GOLDEN.read_text(encoding="utf-8")


def test_every_column_of_the_database_is_spoken_of() -> None:
    # A new one must be added to `records show` first, and then here.
    store = SqliteStore(None, Keys(None), lambda: dt.datetime(2026, 11, 24, tzinfo=dt.UTC))
    tables = [row[0] for row in store._db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    columns = {table: [row[1] for row in store._db.execute(f"PRAGMA table_info({table})")] for table in tables}
    store.close()
    assert columns == {
        "ids": ["update_id", "hour"],
        "inbox": ["update_id", "arrival", "hour", "week", "chat", "body"],
        "letters": ["id", "urgent", "begun", "hour", "week", "chat", "body"],
        "dead": ["day", "count"],
        "bans": ["person", "until"],
        "moves": ["was", "is_now"],
        "tickets": ["number", "status", "topic", "threaded", "hour", "week", "chat", "body"],
        "relays": ["ticket", "side", "source", "part", "copy"],
    }


def test_everything_that_memory_holds_is_spoken_of() -> None:
    # As above: what a session holds is in the text of `records show` and of /privacy.
    said = "\n".join(described(nothing()))
    assert {field.name for field in fields(Session)} == {
        "language", "chosen", "traditional", "state", "settled", "last_intent", "last_state", "pending_intent",
        "misses", "greeted", "note", "card", "writing", "unhidden",
    }  # fmt: skip
    assert {field.name for field in fields(Note)} == {"state", "open", "language", "words", "asks"}
    assert {field.name for field in fields(LastCard)} == {"intent", "state", "language", "others"}
    for word in ("language", "state", "question", "card", "note", "numbers of its messages", "limits"):
        assert word in said


def test_privacy_says_the_same(house: House) -> None:
    said = reply(Message(action=Action(Do.PRIVACY)), Session(greeted=True), house, TODAY)[0].plain()
    for word in ("language", "state", "question", "card", "note", "numbers of the messages", "how many messages"):
        assert word in said
    assert f"{TEXTS_HOURS} hours" in said
    assert f"{BAN_DAYS} days" in said
    assert "{" not in said


def test_the_commands_show_sweep_and_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AMPARO_STATE", str(tmp_path))
    monkeypatch.setenv("AMPARO_KEYS", str(tmp_path / "keys"))
    bench = a_busy_day(tmp_path)  # long ago by the time of the command: its rows and keys are old
    assert main(["records", "show"]) == 0
    assert "6 questions that wait for their reply" in capsys.readouterr().out
    bench.store.close()
    bench.now = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    bench.store = bench.open(bench.clock)
    bench.receive(question(99))
    bench.store.close()
    assert main(["records", "keys"]) == 0
    listed = capsys.readouterr().out
    assert "2020-W01: seals until 2020-01-06, deleted on 2020-01-08 at 01:00 UTC" in listed
    assert main(["records", "sweep"]) == 0
    assert capsys.readouterr().out == "Swept.\n"
    assert main(["records", "keys"]) == 0
    assert "2020-W01" not in capsys.readouterr().out


def test_where_nothing_is_held_that_is_said_and_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AMPARO_STATE", str(tmp_path / "none"))
    for action in ("show", "sweep", "keys"):
        assert main(["records", action]) == 1
        assert capsys.readouterr().err.startswith("Nothing is held: AMPARO_STATE is ")
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_is_none_ends_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AMPARO_STATE", str(tmp_path))
    (tmp_path / "state.db").write_text("no database" * 100)
    assert main(["records", "show"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("The records cannot be used: the database in ")
    assert said.count("\n") == 1


def test_no_key_is_said_as_such() -> None:
    held = nothing()
    assert next(keys_described(held)).startswith("0 keys")
