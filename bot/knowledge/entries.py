"""What a PO file must be before Babel sees it, which passes over, guesses or takes the last where it should refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.knowledge.parsing import Fault

_PLURALS = re.compile(r"nplurals(?:\s|\\[tnr])*=(?:\s|\\[tnr])*(\d+)", re.IGNORECASE)
_SEAM = re.compile(r'"[ \t\r]*\n[ \t\r]*"')
_LINE = re.compile(
    r'(?:#.*|(?:(?P<field>msgctxt|msgid_plural|msgid|msgstr\[\d\]|msgstr) )?"(?P<text>(?:[^"\\]|\\.)*)"|)\s*'
)
_TRANSLATION = re.compile(r"msgstr(?:\[(\d)\])?")


def first_fault(text: str, name: str, forms: int) -> Fault | None:
    """The first thing that makes a file no catalog of a language with so many plural forms, or None."""
    return next(_faults(text, name, forms), None)


@dataclass
class _Entry:
    """The texts of one entry as far as they have been read, by field, as they stand in the file."""

    texts: dict[str, str] = field(default_factory=dict)
    open: str | None = None
    """The field that a line with nothing but a text goes on with."""

    @property
    def last(self) -> str:
        return next(reversed(self.texts), "")

    @property
    def whole(self) -> bool:
        return not self.texts or self.last.startswith("msgstr")

    def takes(self, keyword: str) -> bool:
        """Whether a field may come next: msgctxt, msgid, msgid_plural, msgstr, in this order and each once."""
        if keyword == "msgid":
            return self.last in ("", "msgctxt")
        if found := _TRANSLATION.fullmatch(keyword):
            before = {None: "msgid", "0": "msgid_plural"}.get(found[1], f"msgstr[{int(found[1] or 0) - 1}]")
            return self.last == before
        return self.last == ("msgid" if keyword == "msgid_plural" else "")


def _faults(text: str, name: str, forms: int) -> Iterator[Fault]:
    entry, known, number = _Entry(), dict[tuple[str | None, str], int](), 0
    for number, line in enumerate(text.split("\n"), 1):
        found = _LINE.fullmatch(line)
        if found is None:
            yield Fault(name, number, "this is not a PO file: this line is neither a remark nor a text")
            return
        keyword, said = found["field"], found["text"]
        if entry.whole and keyword in ("msgctxt", "msgid"):
            entry = _Entry()
        if said is None:
            entry.open = None
            if not entry.whole:
                yield Fault(name, number, "this entry breaks off: it needs a msgid and then a msgstr")
        elif keyword is None and entry.open is None:
            yield Fault(name, number, "this text belongs to nothing: an entry is a msgid and then a msgstr")
        elif keyword is not None and not entry.takes(keyword):
            yield Fault(name, number, f"{keyword} is not expected here: an entry is a msgid and then a msgstr")
        else:
            entry.open = keyword or entry.open
            entry.texts[str(entry.open)] = entry.texts.get(str(entry.open), "") + said
        if keyword in ("msgstr", "msgstr[0]"):
            key = entry.texts.get("msgctxt"), entry.texts.get("msgid", "")
            if key in known:
                yield Fault(name, number, f"this text has a translation already, on line {known[key]}")
            known[key] = number
    if not entry.whole:
        yield Fault(name, number, "the last entry breaks off: it needs a msgid and then a msgstr")
    yield from _plural_faults(text, name, forms)


def _plural_faults(text: str, name: str, forms: int) -> Iterator[Fault]:
    """A header that asks for a thousand million plural forms runs Babel out of memory.

    Every one is looked at, also those split over lines: in Babel the last one counts.
    """
    for found in _PLURALS.finditer(_SEAM.sub("", text)):
        if (said := found[1].lstrip("0")[:9]) != str(forms):
            place = text.find(found[0])
            at = text[:place].count("\n") + 1 if place >= 0 else 0
            yield Fault(name, at, f"the header says {said or 0} plural forms, this language has {forms}")
