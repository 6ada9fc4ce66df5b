from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.features import Vectorizer
from bot.understanding.text import clean, fold, words

TEXTS = ["does ice see my record", "can ice see my photo", "ice at my door", "is it legal", "legal help"]
folded = st.text(st.sampled_from("abc ñя字"), max_size=40).map(lambda text: " ".join(text.split()))


def test_the_words_that_were_learnt_are_the_vocabulary() -> None:
    learnt, rows = Vectorizer.learn(TEXTS)
    assert learnt.vocabulary == {word for text in TEXTS for word in text.split()}
    assert rows.shape == (len(TEXTS), len(learnt.features))


def test_a_text_is_the_same_row_when_learnt_and_when_seen_again() -> None:
    learnt, rows = Vectorizer.learn(TEXTS)
    for n, text in enumerate(TEXTS):
        np.testing.assert_allclose(learnt.transform([text]).toarray(), rows[[n]].toarray(), rtol=1e-5)


def test_learning_twice_gives_the_same_features_and_weights() -> None:
    (first, rows), (second, again) = Vectorizer.learn(TEXTS), Vectorizer.learn(TEXTS)
    np.testing.assert_array_equal(first.features, second.features)
    np.testing.assert_array_equal(first.weights, second.weights)
    np.testing.assert_array_equal(rows.toarray(), again.toarray())


def test_words_weigh_seven_tenths_of_character_sequences_and_a_row_has_length_one() -> None:
    learnt, rows = Vectorizer.learn(TEXTS)
    is_word = (learnt.features & 1).astype(bool)
    squares = rows.toarray() ** 2
    np.testing.assert_allclose(squares[:, is_word].sum(axis=1), 0.49 / 1.49, rtol=1e-5)
    np.testing.assert_allclose(squares[:, ~is_word].sum(axis=1), 1 / 1.49, rtol=1e-5)


def test_a_word_that_stands_in_every_text_tells_less_than_a_rare_one() -> None:
    learnt, _ = Vectorizer.learn(["ice my record", "ice my photo", "ice my door"])
    often, seldom, unheard = learnt.weigh(["ice", "photo", "unheard"])
    assert often < seldom
    assert unheard == pytest.approx(float(learnt.weights.max()))


def test_a_character_sequence_of_one_text_only_is_not_learnt() -> None:
    learnt, _ = Vectorizer.learn(["abcde", "xyabc"])
    assert learnt.transform(["qabcq"]).nnz == 3  # ab, bc, abc
    assert learnt.transform(["qcdeq"]).nnz == 0
    assert (learnt.features[learnt.transform(["abcde"]).indices] & 1).any()


def test_pairs_of_words_are_features_so_that_order_tells() -> None:
    learnt, _ = Vectorizer.learn(["ice door", "door ice"] * 2)
    one, other = learnt.transform(["ice door"]), learnt.transform(["door ice"])
    assert len(set(one.indices) - set(other.indices)) == len(set(other.indices) - set(one.indices)) == 1


def test_a_misspelt_word_shares_character_sequences_with_the_right_one() -> None:
    learnt, _ = Vectorizer.learn(["my licence photo", "licence record", "is it legal"])
    near, far = learnt.transform(["lisence"]), learnt.transform(["zzz"])
    assert (near @ learnt.transform(["licence"]).T).sum() > 0
    assert far.nnz == 0


def test_nothing_learnt_and_nothing_said_are_empty_rows() -> None:
    learnt, rows = Vectorizer.learn([])
    assert rows.shape[0] == 0
    assert learnt.transform(["does ice see it"]).nnz == 0
    assert Vectorizer.learn(TEXTS)[0].transform([""]).nnz == 0
    assert learnt.weigh(["ice"]).tolist() == [1.0]


@given(st.lists(folded, max_size=6), folded)
def test_every_row_has_length_one_or_less_and_no_negative_weight(texts: list[str], text: str) -> None:
    learnt, rows = Vectorizer.learn(texts)
    for matrix in (rows, learnt.transform([text])):
        table = matrix.toarray()
        assert np.isfinite(table).all()
        assert (table >= 0).all()
        assert (np.linalg.norm(table, axis=1) <= 1 + 1e-5).all()


@given(st.text(max_size=120))
def test_any_text_that_people_send_becomes_a_row(text: str) -> None:
    learnt, _ = Vectorizer.learn(TEXTS)
    assert learnt.transform([" ".join(words(fold(clean(text))))]).shape == (1, len(learnt.features))
