"""Babel extractor for content files: `pybabel extract` finds their texts beside those of the program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from bot.knowledge.model import Content, Source
from bot.knowledge.parsing import Lines, parse

Message = tuple[int, str, Any, list[str]]

FIELDS = ("text", "details", "disagreement")
"""The fields of an answer that people read."""


def intents(fileobj: IO[bytes], *_options: Any, **_named: Any) -> Iterator[Message]:
    """Yield `(line, "pgettext", (context, text), [notes])` for each text of a content file.

    The context is `<intent>/<field>/<place>`, or `<intent>/question`; the sources go along as translator notes.
    Files that are not content (or broken, which the checker reports) yield nothing.
    """
    data, lines, faults = parse(fileobj.read().decode("utf-8", "replace"), "")
    if faults or not isinstance(data, dict):
        return
    if "name" in data and "numbers" in data:
        yield from _hotline(data, lines)
    elif isinstance(data.get("answers"), dict):
        yield from _intent(data, lines)


def contexts(content: Content) -> dict[str, str]:
    """The English of every context of the loaded content: what a complete catalog must translate."""
    found = {"hotline/name": content.hotline.name, "hotline/subject": content.hotline.subject}
    if content.hotline.office_hours:
        found["hotline/office_hours"] = content.hotline.office_hours
    for intent in content.intents.values():
        found[f"{intent.id}/question"] = intent.question
        for place, answer in intent.answers.items():
            for name in FIELDS:
                if getattr(answer, name):
                    found[f"{intent.id}/{name}/{place}"] = getattr(answer, name)
    return found


def _intent(data: dict[str, Any], lines: Lines) -> Iterator[Message]:
    name = data.get("id")
    if isinstance(data.get("question"), str):
        yield _message(lines, ("question",), f"{name}/question", data["question"], [])
    for place, answer in data["answers"].items():
        if not isinstance(answer, dict):
            continue
        notes = [note for source in answer.get("sources") or [] if (note := _note(source))]
        for key in FIELDS:
            if isinstance(answer.get(key), str):
                yield _message(lines, ("answers", place, key), f"{name}/{key}/{place}", answer[key], notes)


def _hotline(data: dict[str, Any], lines: Lines) -> Iterator[Message]:
    for key in ("name", "subject", "office_hours"):
        if isinstance(data.get(key), str):
            yield _message(lines, (key,), f"hotline/{key}", data[key], [])


def _message(lines: Lines, path: tuple[str | int, ...], context: str, text: str, notes: list[str]) -> Message:
    return lines.get(path, 1), "pgettext", (context, text.strip()), notes


def _note(source: Any) -> str:
    if isinstance(source, str):
        return source
    if not isinstance(source, dict):
        return ""
    if source.get("document"):
        return f"Source: {source['document']}:{source.get('question')}"
    return f"Source: {Source.model_construct(**source).cited}"
