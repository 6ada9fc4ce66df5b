"""Translations with one fact changed: a hundred of each kind here, a thousand with `make soak`."""

from __future__ import annotations

from tests.soak.translations import KINDS, LEAST_CAUGHT, figures, pairs


def test_changed_facts_are_caught() -> None:
    tried = 100
    unseen = {kind: len(passed) for kind, passed in figures(tried, seed=3)}
    assert unseen.keys() == KINDS.keys()
    assert sum(unseen.values()) <= (1 - LEAST_CAUGHT) * tried * len(unseen), unseen


def test_no_shipped_translation_is_accused() -> None:
    accused = [(pair.language, pair.english[:60], faults) for pair in pairs() if (faults := pair.faults(pair.text))]
    assert accused == []
