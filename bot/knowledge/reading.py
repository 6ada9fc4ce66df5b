"""Content files to the model: every fault as `file:line: sentence`, all faults at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.knowledge.model import Content, Document, Hotline, Intent
from bot.knowledge.parsing import MAX_DEPTH, Fault, Lines, Path_, parse

MAX_BYTES = 1_000_000


class ContentError(Exception):
    """Content that cannot be used; `faults` lists every reason."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(set(faults))
        super().__init__("\n".join(map(str, self.faults)))


@dataclass(frozen=True)
class Loaded:
    """Content with the file and the lines that each intent came from, for faults found later."""

    content: Content
    files: dict[str, tuple[str, Lines]] = field(default_factory=dict)
    mended: dict[str, list[Path_]] = field(default_factory=dict)

    def fault(self, intent: str, path: Path_, sentence: str) -> Fault:
        """A fault at the nearest known line above `path`; `intent` may also be `documents` or `hotline`."""
        file, lines = self.files[intent]
        return Fault(file, _line(lines, path), sentence)

    def doubtful(self, intent: str, path: Path_) -> bool:
        """Whether a value at, above or below `path` was mended while reading, so that a rule about it means nothing."""
        return any(m[: len(path)] == path or path[: len(m)] == m for m in self.mended.get(intent, []))


class _Documents(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    documents: tuple[Document, ...]


_SHAPES: dict[str, type[BaseModel]] = {"documents.yaml": _Documents, "hotline.yaml": Hotline}


def read_content(folder: Path) -> Loaded:
    """All intents below a folder, with its documents and hotline where it has them.

    Raises `ContentError` with every fault of every file.
    """
    loaded, faults = survey(folder)
    if faults:
        raise ContentError(faults)
    return loaded


def survey(folder: Path) -> tuple[Loaded, list[Fault]]:
    """What can be read of a folder, and every fault.

    A file with faults is mended as far as possible (wrong values left out) so that the rules of `checking` can
    speak about the rest of it in the same run; such content is for finding faults only, never for answering.
    """
    faults: list[Fault] = []
    intents: dict[str, Intent] = {}
    files: dict[str, tuple[str, Lines]] = {}
    mended: dict[str, list[Path_]] = {}
    documents: tuple[Document, ...] = ()
    hotline = Hotline()
    paths = sorted(folder.rglob("*.yaml"))
    if not paths:
        faults.append(Fault(str(folder), 0, "there is no .yaml file in this folder"))
    for path in paths:
        shape: type[BaseModel] = Intent
        if path.parent == folder:
            shape = _SHAPES.get(path.name, Intent)
        value, lines, changed = _read(path, shape, faults)
        if shape is not Intent:
            files[path.stem] = (str(path), lines)
        if isinstance(value, _Documents):
            documents = value.documents
        elif isinstance(value, Hotline):
            hotline = value
        elif isinstance(value, Intent) and value.id in intents:
            faults.append(Fault(str(path), _line(lines, ("id",)), f"the id {value.id!r} is used in another file too"))
        elif isinstance(value, Intent):
            intents[value.id], files[value.id], mended[value.id] = value, (str(path), lines), changed
    content = Content(intents=dict(sorted(intents.items())), documents={d.id: d for d in documents}, hotline=hotline)
    return Loaded(content, files, mended), faults


def _text(path: Path) -> tuple[str, Fault | None]:
    """The text of a file, or why there is none."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return "", Fault(str(path), 0, "the file is larger than 1 MB")
        return path.read_text(encoding="utf-8"), None
    except UnicodeDecodeError:
        return "", Fault(str(path), 0, "the file is not UTF-8 text")
    except OSError:
        return "", Fault(str(path), 0, "the file cannot be read")


def _read(path: Path, shape: type[BaseModel], faults: list[Fault]) -> tuple[BaseModel | None, Lines, list[Path_]]:
    """One file in one shape, its lines, and what was mended; faults are added to the list."""
    name = str(path)
    text, fault = _text(path)
    if fault:
        faults.append(fault)
        return None, {}, []
    data, lines, found = parse(text, name)
    faults.extend(found)
    if data is None:
        if not found:
            faults.append(Fault(name, 1, "the file is empty"))
        return None, lines, []
    if not isinstance(data, dict):
        faults.append(Fault(name, 1, "the file must hold fields such as `id: ...`, not a list or a single value"))
        return None, lines, []
    data = _without_empty(data)
    mended: list[Path_] = []
    for attempt in range(MAX_DEPTH):
        try:
            return shape.model_validate(data), lines, mended
        except ValidationError as error:
            wrong = [
                (_place(detail["loc"], data), detail["type"], detail["msg"])
                for detail in error.errors()
                # The other half of `Source | Text`, which says nothing more.
                if not str((detail["loc"] or ("",))[-1]).startswith("constrained-str")
            ]
        if attempt == 0:
            faults.extend(Fault(name, _line(lines, at), _sentence(at, kind, message)) for at, kind, message in wrong)
        if shape is not Intent:
            break
        for at in sorted({at for at, _, _ in wrong}, key=len, reverse=True):  # the inner ones first
            mended.append(at)
            _mend(data, at, path.stem)
    return None, lines, mended


def _without_empty(data: Any) -> Any:
    """The data without keys that have no value: an empty field is the same as none."""
    if isinstance(data, dict):
        return {key: _without_empty(value) for key, value in data.items() if value is not None}
    if isinstance(data, list):
        return [_without_empty(value) for value in data]
    return data


def _place(loc: tuple[str | int, ...], data: Any) -> Path_:
    """The part of a validator's location that is a path in the data (it also names types), plus a missing key."""
    path: list[str | int] = []
    for step in loc:
        inside: Any = data
        if (isinstance(data, dict) and step in data) or (
            isinstance(data, list) and isinstance(step, int) and step < len(data)
        ):
            data = inside[step]
        elif not (isinstance(data, dict) and step == loc[-1] and step != "[key]" and str(step).isidentifier()):
            continue
        path.append(step)
    return tuple(path)


def _sentence(path: Path_, kind: str, message: str) -> str:
    where = ".".join(map(str, path)) or "the file"
    if kind == "missing":
        return f"{where} is missing"
    if kind == "extra_forbidden":
        return f"{where} is not a field of this format"
    if path[:1] == ("answers",) and len(path) == len(("answers", "AL")) and kind == "string_pattern_mismatch":
        return f"{where}: a place is US or the postal code of a state in capitals, such as AL"
    if path[:1] == ("phrasings",) and kind == "string_pattern_mismatch":
        return f"{where}: a language is a code of small letters, such as es"
    if path[-1:] == ("url",):
        return f"{where}: an address starts with http:// or https:// and has no spaces"
    wrong = message.removeprefix("Value error, ")
    return f"{where}: {wrong[:1].lower()}{wrong[1:]}"


def _mend(data: Any, path: Path_, stem: str) -> None:
    """Leave out the value at a path; put something harmless where a value must be."""
    stand_in = {
        "id": stem, "kind": "information", "question": "?", "phrasings": {}, "answers": {},
        "text": "?", "sources": [], "review": {"status": "draft"}, "status": "draft",
    }  # fmt: skip
    for step in path[:-1]:
        data = data[step]
    last = path[-1] if path else None
    if isinstance(data, list) and isinstance(last, int):
        data[last] = "?"
    elif isinstance(data, dict) and last is not None:
        wrong = data.pop(last, None)
        if last in stand_in and wrong != stand_in[str(last)]:
            data[last] = stand_in[str(last)]


def _line(lines: Lines, path: Path_) -> int:
    """The line of a path, or of the nearest part above it that has one."""
    for end in range(len(path), -1, -1):
        if path[:end] in lines:
            return lines[path[:end]]
    return 1 if lines else 0
