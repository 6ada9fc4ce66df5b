"""How often a volunteer's card is right: labelled questions forwarded through one volunteer's chat, on the real bot.

usage: python -m tests.telegram.cards FILE ... [--lang en,es] [--seed N]     FILE: as for `amparo evaluate`

Each question that is in scope goes four times, each time with another kind of origin: twice as it is, twice with a note
about the person who asks (once as the comment that is sent along, once as the message before or after), all in random
order. Right: the question, the state and the language are those of the label, or one press of the card's buttons away.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bot.conversation.house import House, build_house
from bot.conversation.reply import Action, Do, Message
from bot.conversation.session import Session
from bot.conversation.volunteer import card
from bot.telegram.doors import Crowd
from bot.telegram.pacing import Rate
from bot.understanding.evaluation import Labelled, read_labelled
from tests.conftest import TODAY
from tests.telegram.test_volunteers import ORIGINS, Hotline, hotline

_NOTES = {
    "AL": ["caller in Mobile asks:", "woman from Huntsville, {language}", "she is in Alabama", "Alabama, {language}:"],
    "IL": ["caller in Cicero asks:", "man from Joliet, {language}", "he lives in Illinois", "Illinois, {language}:"],
    None: ["caller asks:", "{language} speaker asks:", "they speak {language}", "{language}:"],
}
_NAMES = {"en": "English", "es": "Spanish", "ht": "Creole", "pt": "Portuguese", "fr": "French", "zh": "Chinese",
          "vi": "Vietnamese", "ar": "Arabic", "ru": "Russian", "uk": "Ukrainian", "ko": "Korean", "tl": "Tagalog",
          "pl": "Polish", "hi": "Hindi"}  # fmt: skip


def measure(house: House, questions: Sequence[Labelled], seed: int = 1) -> Counter[str]:
    """Play all questions through one chat; how many cards were right, one press away or wrong."""
    rng = random.Random(seed)
    asked = [q for q in questions if q.what == "in_scope" and q.text.strip()]
    plays = [(q, origin, n) for q in asked for n, origin in enumerate(ORIGINS)]
    rng.shuffle(plays)
    counts: Counter[str] = Counter()

    async def story(at: Hotline) -> None:
        at.edge.doors._door = Crowd(Rate(100_000.0, 1000), time.monotonic)  # a day's messages in a minute
        for question, origin, turn in plays:
            note = rng.choice(_NOTES[question.state]).format(language=_NAMES[question.language]) if turn >= 2 else ""
            at.number += 10
            forward = at.forward(question.text, origin, date=at.number)
            if not note:
                await at.hears(forward)
            elif turn == 2:
                await at.hears(at.text(note, date=at.number), forward)
            elif note.endswith(":"):
                await at.hears(at.text(note, date=at.number - 60))
                await at.hears(forward)
            else:
                await at.hears(forward)
                await at.hears(at.text(note, date=at.number + 20))
            shown = [Action.decode(button.get("callback_data", "")) for button in at.keyboard_of_card()]
            counts.update(_judge([a for a in shown if a and a.card], question, house, noted=bool(note)))

    at = hotline(house, story)
    kept = json.dumps(at.telegram.sent, ensure_ascii=False)
    counts["origin fields in what was sent"] = kept.count("CANARIA") + kept.count("4242")
    return counts


def _judge(shown: Sequence[Action], question: Labelled, house: House, *, noted: bool) -> list[str]:
    """Words on one card, from its buttons: what it is about, and what it offers."""
    words = ["cards"]
    alone, _ = card(Message(question.text, forwarded=True, client_language="en"), Session(), house, TODAY)
    by_itself = _about(
        [b.action for reply in alone for row in reply.buttons for b in row if b.action and b.action.card]
    )
    about = _about(shown)
    if not noted and (about.state, about.language) != (by_itself.state, by_itself.language):
        words.append("carried over")
    if (about.state or question.state) != question.state or (about.language or question.language) != question.language:
        return [*words, "wrong state or language"]
    if about.intent and _accepts(house, about.intent, question) and about.state == question.state and about.language:
        return [*words, "right"]
    offered = [a for a in shown if a.do is Do.ANSWER and a.intent and _accepts(house, a.intent, question)]
    return [*words, "among the buttons" if offered else "wrong"]


def _about(actions: Sequence[Action]) -> Action:
    """What a card is about: intent (where it has one), state and language, as its buttons carry them."""
    topics = next(action for action in actions if action.do is Do.TOPICS)
    whole = next((action for action in actions if action.do is Do.LANGUAGES), None)
    return whole or topics


def _accepts(house: House, intent: str, question: Labelled) -> bool:
    """Whether an intent is labelled, or rests on a document question that the labelled topic rests on."""
    if intent in question.intents:
        return True
    places = [question.state] if question.state else list(house.content.states)

    def rests_on(name: str) -> set[str]:
        answers = house.content.intents[name].answers if name in house.content.intents else {}
        return {source.cited for place in places if place in answers for source in answers[place].documents}

    return bool(rests_on(intent) & {cited for name in question.intents for cited in rests_on(name)})


def main() -> int:
    """Print the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--lang", default="en,es")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    root = Path(__file__).parent.parent.parent
    house = build_house(root / "intents", root / "translations", cache=Path.home() / ".cache" / "amparo")
    questions = [q for path in given.files for q in read_labelled(path) if q.language in given.lang.split(",")]
    counts = measure(house, questions, given.seed)
    for name, count in counts.most_common():
        print(f"{name:32}{count:7}{100 * count / counts['cards']:8.1f} %")
    helped = counts["right"] + counts["among the buttons"]
    print(f"{'right or among the buttons':32}{helped:7}{100 * helped / counts['cards']:8.1f} %")
    return 0


if __name__ == "__main__":
    sys.exit(main())
