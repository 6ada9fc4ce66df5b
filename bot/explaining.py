"""Why a message was understood as it was, in plain words: `amparo ask --explain`, and the phrasings to blame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.conversation.house import House
from bot.conversation.reply import Reply
from bot.knowledge.catalogs import locale
from bot.knowledge.model import Content
from bot.knowledge.reading import Loaded
from bot.understanding.interpreter import Interpretation, Interpreter
from bot.understanding.matching import ANSWER, CHOICE, MARGIN, Match
from bot.understanding.text import cap, fold, names, tokens

_CANDIDATES = 6

Steps = tuple[tuple[float, str], ...]
"""What is said from a value on, the highest first."""

_WORDS: Steps = ((0.0, "the words point to it"), (-0.6, "the words point to it a little"), (-9, "the words do not"))
_MEANING: Steps = ((0.1, "the meaning too"), (-0.1, "the meaning says little"), (-9, "the meaning points away"))
_DIFFER = 1.5
"""From this spread on the phrasings of an intent are each a case of its own, and are met from farther."""
_LEAD: Steps = (
    (0.4, "well ahead of the next"),
    (0.15, "ahead of the next"),
    (0.0, "hardly ahead of the next"),
    (-0.3, "close behind the first"),
    (-1.0, "behind the first"),
    (-9, "far behind the first"),
)


@dataclass(frozen=True)
class Closest:
    """A phrasing, where it stands, and how well a text pairs with it, in [0, 1]."""

    text: str
    file: str
    line: int
    alike: float

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


class Phrasebook:
    """Finds the phrasings that a message looks like, in the files that they stand in."""

    def __init__(self, loaded: Loaded, interpreter: Interpreter) -> None:
        self._loaded, self._interpreter = loaded, interpreter
        self._known: dict[str, Mapping[str, tuple[str, str, int]]] = {}

    @property
    def content(self) -> Content:
        """The content that the phrasings are of."""
        return self._loaded.content

    def closest(self, asked: str, intent: str) -> Closest | None:
        """The phrasing of an intent that pairs best with what a message asks (`Interpretation.asked`)."""
        found = self._interpreter.matcher.closest(asked, intent)
        where = self._places(intent).get(found[0]) if found else None
        return Closest(*where, alike=found[1]) if found and where else None

    def _places(self, intent: str) -> Mapping[str, tuple[str, str, int]]:
        """The text, file and line of all that an intent was learnt from, by what was learnt of it."""
        if intent not in self._known:
            places: dict[str, tuple[str, str, int]] = {}
            known = self._loaded.content.intents[intent]
            phrasings = [(("phrasings", code, n), t) for code, ts in known.phrasings.items() for n, t in enumerate(ts)]
            called = [(("id",), name) for name in names([intent])[intent]]
            for path, text in [*phrasings, (("question",), known.question), *called]:
                fault = self._loaded.fault(intent, path, text)
                learnt = " ".join(self._interpreter.prepare(text).split())
                places.setdefault(learnt, (text, fault.file, fault.line))
            self._known[intent] = places
        return self._known[intent]


def explain(house: House, phrasebook: Phrasebook, text: str, answered: Reply) -> Iterator[str]:
    """What was read, which language and state, what was decided and why; then a sentence for each candidate."""
    heard = house.interpreter.interpret(text)
    yield from _read(house, heard)
    yield f"Reply: {answered.outcome}. {_decided(heard)}"
    if heard.also:
        yield f"It also asks: {heard.also.intent}, {heard.also.score:.0f}."
    if any(match.parts["meaning"] for match in heard.matches):
        yield "Words and meaning were looked at. In brackets: what each part adds, the lead counting most."
    elif heard.matches:
        yield "By words alone; the meaning was not looked at. In brackets: what each part adds, the lead counting most."
    for match in heard.matches[:_CANDIDATES]:
        yield _candidate(match, phrasebook.closest(heard.asked, match.intent))


def _read(house: House, heard: Interpretation) -> Iterator[str]:
    yield f"It reads: {heard.asked or 'nothing'}"
    said = dict.fromkeys(tokens(fold(cap(heard.asked))))
    repaired = [(word, house.interpreter.matcher.spelling.repair(word)) for word in said]
    if mended := [f"{word} as {better}" for word, better in repaired if word != better]:
        yield f"Typos repaired: {', '.join(mended)}."
    name = locale(heard.language.language).get_display_name("en") if heard.language.language else "not known"
    yield f"Language: {name}, {'surely' if heard.language.sure else 'perhaps'}."
    states = [house.state_name(code, "en") for code in heard.place.states or heard.place.candidates]
    named = ", ".join(f'"{word}"' for word in heard.place.evidence)
    yield f"State: {' or '.join(states) or 'none named'}{f' (from {named})' if named else ''}."


def _decided(heard: Interpretation) -> str:
    """Why it was answered, offered or neither: the threshold and the margin against the ranking."""
    if heard.emergency:
        return f"An emergency, {heard.emergency.intent} {heard.emergency.score:.0f}, comes before everything."
    answer, first = heard.decision.answer, heard.matches[0] if heard.matches else None
    if first is None:
        return "There is no word to go by."
    ahead = first.score - (heard.matches[1].score if len(heard.matches) > 1 else 0)
    if answer and answer.intent == first.intent and answer.score == first.score:
        return f"Sure: {first.score:.0f} is {ANSWER:.0f} or more, and {ahead:.0f} ahead of the next."
    if answer:
        return f"Sure of one of its sentences: {answer.intent} {answer.score:.0f}."
    if not heard.decision.choices:
        return f"Nothing to offer: no question about the subject scores {CHOICE:.0f}."
    if first.score < ANSWER:
        return f"Not sure: {first.score:.0f} is under {ANSWER:.0f}."
    return f"Not sure: only {ahead:.0f} ahead of the next, {MARGIN:.0f} are needed."


def _candidate(match: Match, closest: Closest | None) -> str:
    parts = {name: f"{value:+.2f}" for name, value in match.parts.items()}
    said = [f"{_said(_WORDS, match.parts['words'])} ({parts['words']})"]
    if match.parts["meaning"]:
        said.append(f"{_said(_MEANING, match.parts['meaning'])} ({parts['meaning']})")
    aligned = parts["aligned"]
    if closest:
        said.append(f'closest phrasing "{closest.text}" ({aligned}, {Path(closest.file).name}:{closest.line})')
    else:
        said.append(f"no phrasing near ({aligned})")
    lead = match.parts["ahead"] + match.parts["behind"]
    said.append(f"{_said(_LEAD, lead)} ({lead:+.2f})")
    said.append(f"its phrasings {'differ' if match.parts['spread'] >= _DIFFER else 'are alike'} ({parts['spread']})")
    return f"{match.intent} {match.score:.0f}: {', '.join(said)}."


def _said(steps: Steps, value: float) -> str:
    return next(words for least, words in steps if value >= least or least == steps[-1][0])
