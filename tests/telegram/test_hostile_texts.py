"""Whatever somebody sends gets a sound reply: the known strings here, 20,000 more with `make soak`."""

from __future__ import annotations

from bot.conversation.house import House
from tests.soak.naughty import generated, known
from tests.soak.texts import through


def test_naughty_texts_get_sound_replies(house: House) -> None:
    texts = known()
    assert len(texts) >= 515
    assert through(house, texts, seed=1).failures == []


def test_generated_texts_get_sound_replies(house: House) -> None:
    phrasings = [text for i in house.content.intents.values() for texts in i.phrasings.values() for text in texts]
    result = through(house, generated(100, phrasings, seed=5), seed=5)
    assert (result.failures, len(result.times)) == ([], 100)
