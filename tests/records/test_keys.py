"""Weekly keys: files that only their owner reads, that are never half there, and that are gone for good."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.records.keys import KEY_BYTES, KeyGoneError, Keys, end_of, week_of
from bot.records.store import StoreError


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (dt.date(2026, 11, 24), "2026-W48"),
        (dt.date(2027, 1, 1), "2026-W53"),  # New Year's Day can belong to the old year's last week
        (dt.date(2024, 12, 30), "2025-W01"),
        (dt.date(2028, 2, 29), "2028-W09"),
    ],
)
def test_a_week_is_an_iso_week(day: dt.date, week: str) -> None:
    moment = dt.datetime.combine(day, dt.time(23, 59), dt.UTC)
    assert week_of(moment) == week
    assert moment < end_of(week) <= moment + dt.timedelta(weeks=1)
    assert week_of(end_of(week)) != week


def test_a_key_is_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    key = Keys(tmp_path / "keys").making("2026-W48")
    file = tmp_path / "keys" / "2026-W48"
    assert file.read_bytes() == key
    assert len(key) == KEY_BYTES
    assert file.stat().st_mode & 0o777 == 0o400
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in file.parent.iterdir()] == ["2026-W48"]


def test_a_key_is_made_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        made = set(threads.map(lambda _: Keys(tmp_path).making("2026-W48"), range(40)))
    assert len(made) == 1


def test_a_deleted_key_is_gone(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    first = keys.making("2026-W48")
    keys.delete("2026-W48")
    keys.delete("2026-W48")
    assert keys.weeks() == ()
    with pytest.raises(KeyGoneError):
        keys.existing("2026-W48")
    assert keys.making("2026-W48") != first


def test_weeks_are_in_order_and_the_pepper_is_none(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    keys.pepper()
    keys.making("2027-W01")
    keys.making("2026-W53")
    (tmp_path / ".2026-W50.ab12").write_bytes(b"half")  # of a process that was killed
    assert keys.weeks() == ("2026-W53", "2027-W01")


def test_what_is_no_key_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "2026-W48").write_bytes(b"short")
    with pytest.raises(StoreError, match=r"2026-W48 is not a key: a key has 32 bytes"):
        Keys(tmp_path).making("2026-W48")
    with pytest.raises(StoreError, match="cannot be used"):
        Keys(tmp_path / "2026-W48")


def test_without_a_folder_nothing_is_written_and_keys_go_too() -> None:
    keys = Keys(None)
    assert keys.making("2026-W48") == keys.existing("2026-W48")
    assert keys.weeks() == ("2026-W48",)
    keys.delete("2026-W48")
    assert keys.weeks() == ()
