from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.keeping import Arrays, as_array, as_texts, kept


def _learner() -> tuple[Callable[[], Arrays], list[int]]:
    """Something that learns, and a list that grows by one each time it must."""
    times: list[int] = []

    def learn() -> Arrays:
        times.append(1)
        return {
            "weights": np.array([[1.5, -2.25]], dtype=np.float32),
            "numbers": np.arange(3),
            "texts": as_array(["can ice see it", "¿me ven?"]),
        }

    return learn, times


def test_what_was_kept_is_read_back_equal_without_learning_again(tmp_path: Path) -> None:
    learn, times = _learner()
    first = kept(tmp_path, ["matcher", 1, {"a": ["b"]}], learn)
    again = kept(tmp_path, ["matcher", 1, {"a": ["b"]}], learn)
    assert len(times) == 1
    assert first.keys() == again.keys()
    for name in first:
        np.testing.assert_array_equal(first[name], again[name])
        assert first[name].dtype == again[name].dtype
    assert as_texts(again["texts"]) == ["can ice see it", "¿me ven?"]


def test_the_folder_is_made_where_there_is_none(tmp_path: Path) -> None:
    learn, times = _learner()
    for _ in range(2):
        kept(tmp_path / "new" / "cache", "x", learn)
    assert len(times) == 1


@pytest.mark.parametrize("other", [["a", 2], ["a", "1"], ["A", 1], ["a", 1, None], {"a": 1}])
def test_anything_else_to_learn_from_is_learnt_anew(tmp_path: Path, other: object) -> None:
    learn, times = _learner()
    kept(tmp_path, ["a", 1], learn)
    kept(tmp_path, other, learn)
    assert len(times) == 2


def test_without_a_cache_everything_is_learnt_and_nothing_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    learn, times = _learner()
    for _ in range(2):
        kept(None, "x", learn)
    assert len(times) == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("broken", [b"", b"\x00" * 100, b"PK\x03\x04 half a zip", b"cos\nsystem\n(S'true'\ntR."])
def test_a_broken_file_is_passed_over_and_mended(tmp_path: Path, broken: bytes) -> None:
    learn, times = _learner()
    kept(tmp_path, "x", learn)
    (file,) = tmp_path.glob("*.npz")
    file.write_bytes(broken)
    assert kept(tmp_path, "x", learn)["numbers"].tolist() == [0, 1, 2]
    assert len(times) == 2
    kept(tmp_path, "x", learn)
    assert len(times) == 2


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
def test_a_file_that_was_cut_off_is_passed_over(tmp_path: Path, part: float) -> None:
    learn, times = _learner()
    kept(tmp_path, "x", learn)
    (file,) = tmp_path.glob("*.npz")
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * part)])
    assert kept(tmp_path, "x", learn)["numbers"].tolist() == [0, 1, 2]
    assert len(times) == 2


def test_a_file_with_flipped_bytes_inside_is_passed_over(tmp_path: Path) -> None:
    learn, times = _learner()
    kept(tmp_path, "x", learn)
    (file,) = tmp_path.glob("*.npz")
    whole = bytearray(file.read_bytes())
    at = whole.index(np.array([1.5, -2.25], dtype=np.float32).tobytes())
    whole[at] ^= 0xFF
    file.write_bytes(whole)
    assert kept(tmp_path, "x", learn)["weights"].tolist() == [[1.5, -2.25]]
    assert len(times) == 2


def test_a_pickle_in_the_cache_is_never_opened(tmp_path: Path) -> None:
    """Who can write to the cache must not be able to run code with it."""
    learn, times = _learner()
    kept(tmp_path, "x", learn)
    (file,) = tmp_path.glob("*.npz")
    with file.open("wb") as opened:
        np.savez(opened, numbers=np.array([{"not": "plain"}], dtype=object))
    assert kept(tmp_path, "x", learn)["numbers"].tolist() == [0, 1, 2]
    assert len(times) == 2


def test_a_folder_where_nothing_can_be_written_is_passed_over(tmp_path: Path) -> None:
    # A file in the folder's place: unlike a read-only folder it stops the superuser too.
    (tmp_path / "cache").write_text("not a folder")
    learn, times = _learner()
    for _ in range(2):
        assert kept(tmp_path / "cache", "x", learn)["numbers"].tolist() == [0, 1, 2]
    assert len(times) == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_read_only_folder_is_passed_over(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    learn, _ = _learner()
    assert kept(tmp_path, "x", learn)["numbers"].tolist() == [0, 1, 2]


def test_a_folder_in_the_files_place_is_passed_over_and_no_half_file_stays(tmp_path: Path) -> None:
    learn, times = _learner()
    kept(tmp_path, "x", learn)
    (file,) = tmp_path.glob("*.npz")
    file.unlink()
    file.mkdir()
    assert kept(tmp_path, "x", learn)["numbers"].tolist() == [0, 1, 2]
    assert len(times) == 2
    assert list(tmp_path.glob("*.tmp")) == []


def test_only_the_newest_files_are_kept_and_no_half_ones(tmp_path: Path) -> None:
    learn, times = _learner()
    for n in range(12):
        kept(tmp_path, n, learn)
        for file in tmp_path.glob("*.npz"):  # older by a second each round: clocks of file systems are coarse
            os.utime(file, (file.stat().st_atime, file.stat().st_mtime - 1))
    assert 2 <= len(list(tmp_path.iterdir())) <= 6
    assert list(tmp_path.glob("*.tmp")) == []
    kept(tmp_path, 11, learn)
    assert len(times) == 12
    kept(tmp_path, 0, learn)
    assert len(times) == 13


def test_other_files_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.npz").write_text("mine")
    learn, _ = _learner()
    for n in range(9):
        kept(tmp_path, n, learn)
    assert (tmp_path / "notes.npz").read_text() == "mine"


@given(st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1)))
def test_texts_come_back_from_their_array(texts: list[str]) -> None:
    assert as_texts(as_array(texts)) == texts
