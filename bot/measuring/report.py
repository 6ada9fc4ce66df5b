"""The tables of `amparo evaluate`, their JSON and their picture."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bot.explaining import Phrasebook
from bot.measuring import calibration, chart, comparing, confusion
from bot.settings import SettingsError
from bot.understanding.evaluation import Labelled, Verdict, by_intent, evaluate, figures
from bot.understanding.interpreter import Interpreter

Ask = Callable[[Labelled], Mapping[str, Any]]

_COLUMNS = {
    "right": ("right",),
    "helped": ("right", "offered"),
    "wrong": ("wrong", "leak"),
    "refused": ("refused",),
    "false": ("false_answer",),
}


@dataclass(frozen=True)
class Wanted:
    """What besides the tables: a list of errors, a JSON file, an earlier one to compare with, a picture."""

    errors: bool = False
    json: Path | None = None
    compare: Path | None = None
    chart: Path | None = None


def report(
    questions: Sequence[Labelled], ask: Ask, interpreter: Interpreter, phrasebook: Phrasebook, wanted: Wanted
) -> Iterator[str]:
    """The lines to print; files are written on the way. Raises `SettingsError` for a file that cannot be."""
    before = comparing.read_run(wanted.compare) if wanted.compare else None
    if wanted.chart:
        chart.drawing()  # a missing library is said before minutes of measuring
    verdicts = evaluate(questions, ask, phrasebook.content)
    columns = shares(verdicts)
    table = calibration.bins(verdicts)
    yield from _tables(verdicts, columns)
    yield from ("", *calibration.lines(table))
    confused = confusion.confusions(verdicts, interpreter, phrasebook) if wanted.errors or wanted.json else []
    if wanted.errors:
        yield from ("", "Taken for another (asked -> given), with the phrasings to blame:", *confusion.lines(confused))
        yield from ("", "Not helped:", *_errors(verdicts))
    run = as_run(verdicts, columns, table, confused)
    if before is not None:
        yield from ("", f"Compared with {wanted.compare}:", *comparing.compare(before, run))
    try:
        if wanted.json:
            wanted.json.write_text(json.dumps(run, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        if wanted.chart:
            chart.draw(wanted.chart, columns, table)
    except OSError as error:
        raise SettingsError(f"The file cannot be written: {error.filename}.") from None


def shares(verdicts: Sequence[Verdict]) -> dict[str, dict[str, float]]:
    """The figures over all messages and of each language."""
    languages = sorted({v.labelled.language for v in verdicts})
    parts = {code: [v for v in verdicts if v.labelled.language == code] for code in languages}
    return {name: figures(part) for name, part in {"all": verdicts, **parts}.items()}


def as_run(
    verdicts: Sequence[Verdict],
    columns: Mapping[str, Mapping[str, float]],
    table: Sequence[calibration.Bin],
    confused: Sequence[confusion.Confusion],
) -> dict[str, Any]:
    """All figures of a run as JSON takes them."""
    return {
        "figures": columns,
        "intents": {name: dict(words) for name, words in by_intent(verdicts).items()},
        "calibration": [asdict(part) for part in table],
        "calibration_error": round(calibration.error(table), 4),
        "confused": [asdict(pair) for pair in confused],
        "messages": [
            {
                "id": v.labelled.id,
                "language": v.labelled.language,
                "text": v.labelled.text,
                "stored": v.labelled.stored,
                "word": v.word,
                "outcome": v.got["outcome"],
                "intent": v.got["intent"],
                "score": v.got["score"],
            }
            for v in verdicts
        ],
    }


def _tables(verdicts: Sequence[Verdict], columns: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    yield f"{'':28}" + "".join(f"{name:>9}" for name in columns)
    for name in columns["all"]:
        yield f"{name:28}" + "".join(f"{share[name]:9.4g}" for share in columns.values())
    yield f"\n{'asked':28}{'messages':>9}" + "".join(f"{name:>9}" for name in _COLUMNS) + "  else"
    counted = {word for words in _COLUMNS.values() for word in words}
    for intent, words in by_intent(verdicts).items():
        cells = "".join(f"{sum(words[word] for word in of) or '':>9}" for of in _COLUMNS.values())
        rest = ", ".join(f"{word} {count}" for word, count in words.most_common() if word not in counted)
        yield f"{intent:28}{words.total():9}{cells}  {rest}".rstrip()


def _errors(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """The messages that were not helped. They are test questions, never people's."""
    for v in verdicts:
        if v.word not in ("right", "offered"):
            asked = "/".join(v.labelled.intents)
            got = f"{v.got['outcome']}\t{v.got['intent']}\t{v.got['score']}"
            yield f"{v.labelled.id}\t{v.word}\t{asked}\t{got}\t{v.labelled.text}"
