"""Strict YAML to plain data, with the line of every value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

MAX_DEPTH = 20

Path_ = tuple[str | int, ...]
"""The keys and positions that lead to a value."""

Lines = dict[Path_, int]
"""The line (from 1) on which the value at a path of keys and positions starts."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong in a content file, said so that an editor can mend it."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


class _StopError(Exception):
    """The file cannot be read any further."""


def parse(text: str, file: str) -> tuple[Any, Lines, list[Fault]]:
    """Plain data from YAML text: only mappings, lists and strings; an empty value is None.

    Everything unquoted stays text (`no`, `012`, `12:30`). Refused: equal keys, aliases and anchors, tags,
    depth over 20, several documents, broken YAML. Returns the data, the line of each value, and the faults.
    """
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        builder.faults.append(Fault(file, line, f"this is not YAML: {error.problem}"))
    except yaml.YAMLError as error:
        builder.faults.append(Fault(file, _bad_character_line(text, error), "this has a character YAML does not allow"))
    except _StopError:
        pass
    return builder.root, builder.lines, builder.faults


class _Builder:
    """Builds plain data from YAML events, without recursion, remembering lines."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Any = None
        self.lines: Lines = {}
        self.faults: list[Fault] = []
        self._open: list[tuple[Any, Path_]] = []
        self._key: list[str | None] = []
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._fault(line, "a file holds one YAML document, here a second one begins", stop=True)
        elif isinstance(event, yaml.AliasEvent):
            self._fault(line, "aliases (*name) are not allowed: write the value again", stop=True)
        elif isinstance(event, yaml.ScalarEvent):
            self._checked(event, line)
            self._scalar(event, line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._checked(event, line)
            self._start({} if isinstance(event, yaml.MappingStartEvent) else [], line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._open.pop()
            self._key.pop()

    def _checked(self, event: Any, line: int) -> None:
        if event.anchor is not None:
            self._fault(line, "anchors (&name) are not allowed: write the value again", stop=True)
        if event.tag is not None and event.tag != "!":
            self._fault(line, f"tags ({event.tag}) are not allowed", stop=True)

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        expects_key = bool(self._open) and isinstance(self._open[-1][0], dict) and self._key[-1] is None
        if expects_key:
            mapping, path = self._open[-1]
            if event.value in mapping:
                self._fault(line, f"the key {event.value!r} stands twice here; the first was on line "
                            f"{self.lines[(*path, event.value)]}")  # fmt: skip
            self._key[-1] = event.value
            self.lines[(*path, event.value)] = line
            return
        empty = event.value == "" and not event.style
        self._place(None if empty else event.value, line)

    def _start(self, container: Any, line: int) -> None:
        if len(self._open) >= MAX_DEPTH:
            self._fault(line, f"this is nested more than {MAX_DEPTH} levels deep", stop=True)
        if self._open and isinstance(self._open[-1][0], dict) and self._key[-1] is None:
            self._fault(line, "a key must be plain text", stop=True)
        path = self._place(container, line)
        self._open.append((container, path))
        self._key.append(None)

    def _place(self, value: Any, line: int) -> Path_:
        if not self._open:
            self.root = value
            self.lines.setdefault((), line)
            return ()
        container, path = self._open[-1]
        if isinstance(container, dict):
            key = self._key[-1]
            container[key] = value
            self._key[-1] = None
            return (*path, key or "")
        container.append(value)
        self.lines[(*path, len(container) - 1)] = line
        return (*path, len(container) - 1)

    def _fault(self, line: int, sentence: str, *, stop: bool = False) -> None:
        self.faults.append(Fault(self.file, line, sentence))
        if stop:
            raise _StopError


def _bad_character_line(text: str, error: yaml.YAMLError) -> int:
    position = getattr(error, "position", 0)  # in bytes
    return text.encode()[:position].count(b"\n") + 1
