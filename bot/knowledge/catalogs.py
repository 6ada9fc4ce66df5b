"""Translations: PO files kept up to date by message context, and loaded in memory."""

from __future__ import annotations

import codecs
import contextlib
import io
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.plurals import get_plural
from babel.messages.pofile import PoFileError, read_po, unescape, write_po

from bot.knowledge.comparing import Glossary, read_glossary
from bot.knowledge.entries import first_fault
from bot.knowledge.model import LANGUAGES
from bot.knowledge.parsing import Fault

MAX_BYTES = 5_000_000
MAX_FORMS = 6
REVIEWED = "X-Reviewed-By"
"""The header that names the person who has read the whole catalog; empty until then."""

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_REVIEWED = re.compile(rf'"{REVIEWED}: *(.*?)\\n"'.encode())
_NOT_KEPT = re.compile(rb'"(POT-Creation-Date|Generated-By)|"[^:]*: .*(FULL NAME|EMAIL@ADDRESS|LL@li.org|YEAR-MO)')
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_NO_WRAP = 1_000_000  # a width of 0 wraps remarks, and with them the old English, which msgfmt then refuses

Texts = Mapping[tuple[str | None, str], str]
"""Translations by (context, English); the context of the program's own texts is None."""


@dataclass(frozen=True)
class Translator:
    """One language's texts. English needs no catalog: its texts are the message ids."""

    language: str
    texts: Texts = field(default_factory=dict)
    reviewed_by: str | None = None
    glossary: Glossary = field(default_factory=dict)

    def text(self, message: str, /, **values: object) -> str:
        """A text of the program in this language, its placeholders filled in; in English where it is missing."""
        return fill(self.texts.get((None, message), message), values)

    def own_texts(self) -> list[str]:
        """Everything this language says, without placeholders: what its messages look like."""
        return sorted({_PLACEHOLDER.sub("", text) for text in self.texts.values()})

    def content(self, context: str, english: str) -> tuple[str, bool]:
        """A text of the content, and whether it really is in this language (else it is the English)."""
        found = self.texts.get((context, english))
        return (found or english), bool(found) or self.language == "en"


@cache
def locale(code: str) -> Locale:
    """CLDR's locale for one of the fourteen codes; CLDR files Tagalog under Filipino."""
    return Locale.parse("fil" if code == "tl" else code)


def fill(text: str, values: Mapping[str, object]) -> str:
    """Put values in place of `{name}`; everything else in braces stays as it is.

    Never `str.format`: on a translated text it gives away objects and allocates what the text asks for.
    """
    return _PLACEHOLDER.sub(lambda m: str(values[m[1]]) if m[1] in values else m[0], text)


def load(folder: Path) -> tuple[dict[str, Translator], list[Fault]]:
    """The translators of every `<language>/LC_MESSAGES/messages.po` below a folder, English always among them.

    Fuzzy translations are left out: their English has changed since. A broken catalog is a fault and is not served.
    """
    translators = {"en": Translator("en", reviewed_by="source")}
    faults: list[Fault] = []
    for path in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        code = path.parts[-3]
        if code not in LANGUAGES or code == "en":
            faults.append(Fault(str(path), 0, f"{code!r} is not one of the language codes {' '.join(LANGUAGES[1:])}"))
            continue
        catalog = read(path, faults)
        if catalog is None:
            continue
        texts = {
            (message.context, str(message.id)): str(message.string)
            for message in catalog
            if message.id and message.string and not message.fuzzy and not message.pluralizable
        }
        glossary, wrong = read_glossary(path.parent.parent / "glossary.yaml")
        faults += wrong
        translators[code] = Translator(code, texts, reviewed_by(path), glossary)
    return translators, faults


def read(path: Path, faults: list[Fault]) -> Catalog | None:
    """One catalog, or None with the reasons added to `faults`."""
    name, code = str(path), path.parts[-3]
    try:
        data = path.read_bytes()
    except OSError:
        faults.append(Fault(name, 0, "the file cannot be read"))
        return None
    if len(data) > MAX_BYTES:
        faults.append(Fault(name, 0, "the file is larger than 5 MB"))
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        faults.append(Fault(name, 0, "the file is not UTF-8, or its header is broken"))
        return None
    if fault := first_fault(text, name, get_plural(locale(code)).num_plurals):
        faults.append(fault)
        return None
    try:
        catalog = read_po(io.BytesIO(data), locale=locale(code), charset="utf-8", abort_invalid=True)
        if codecs.lookup(catalog.charset).name != "utf-8":
            raise LookupError
    except PoFileError as error:
        faults.append(Fault(name, error.lineno + 1, "this is not a PO file: a text stands where none is expected"))
    except (ValueError, LookupError):  # a header that names an unknown character set, or text that is not in it
        faults.append(Fault(name, 0, "the file is not UTF-8, or its header is broken"))
    else:
        for message in catalog:
            _read_previous(message)
        return catalog
    return None


def _read_previous(message: Message) -> None:
    """Babel writes `#| msgid` and reads it as a remark of the translator."""
    old = [remark for remark in message.user_comments if remark.startswith("|")]
    if old:
        message.user_comments = [remark for remark in message.user_comments if not remark.startswith("|")]
        message.previous_id = [unescape(f'"{"".join(s for o in old for s in _STRING.findall(o))}"')]


def extract(checkout: Path) -> Catalog:
    """All texts of the program and of the content, found as `pybabel extract` finds them by pyproject.toml."""
    with tempfile.NamedTemporaryFile(suffix=".pot") as file, contextlib.chdir(checkout):
        options = ["-F", "pyproject.toml", "-c", "NOTE", "-o", file.name]
        run: Callable[[list[str]], None] = CommandLineInterface().run
        run(["pybabel", "--quiet", "extract", *options, "."])
        return read_po(io.BytesIO(file.read()))


def read_template(path: Path) -> Catalog:
    """The template with all texts in English; empty where there is none."""
    return read_po(io.BytesIO(path.read_bytes())) if path.is_file() else Catalog()


def reviewed_by(path: Path) -> str | None:
    """Who has read a whole catalog and stands for it, or None. Babel drops headers that it does not know."""
    found = _REVIEWED.search(path.read_bytes()) if path.exists() else None
    return found[1].decode("utf-8", "replace").strip() or None if found else None


def update(old: Catalog | None, template: Catalog, code: str) -> Catalog:
    """A language's catalog brought up to date with the template, by context.

    Same context and other English: the old translation is kept, marked fuzzy, with the old English as previous id.
    A new context starts empty: a translation is never offered to another place's or question's answer.
    """
    fresh = Catalog(locale(code), project="amparo", version="1", fuzzy=False, header_comment="")
    if old:
        fresh.last_translator, fresh.language_team, fresh.revision_date = (
            old.last_translator, old.language_team, old.revision_date,
        )  # fmt: skip
    by_context = {m.context: m for m in old or () if m.id and m.context}
    by_text = {m.id: m for m in old or () if m.id and not m.context}
    for message in template:
        if not message.id:
            continue
        before = by_context.get(message.context) if message.context else by_text.get(message.id)
        kept = fresh.add(
            message.id,
            before.string if before else "",
            locations=message.locations,
            auto_comments=message.auto_comments,
            user_comments=before.user_comments if before else (),
            flags=message.flags - {"fuzzy"},
            context=message.context,
        )
        if before and before.string and before.id != message.id:
            kept.flags.add("fuzzy")
            # As msgmerge does: the translation says what the first English said.
            first = list(before.previous_id) if before.fuzzy else []
            kept.previous_id = first or ([before.id] if isinstance(before.id, str) else list(before.id))
        elif before and before.fuzzy:
            kept.flags.add("fuzzy")
            kept.previous_id = before.previous_id
    return fresh


def write(path: Path, catalog: Catalog) -> None:
    """Write a catalog as Weblate and Poedit do: no line wrap, no date that changes at every run."""
    out = io.BytesIO()
    write_po(out, catalog, width=_NO_WRAP, include_previous=True, include_lineno=False)
    lines = [line for line in out.getvalue().strip().split(b"\n") if not _NOT_KEPT.match(line)]
    end_of_header = lines.index(b"") if b"" in lines else len(lines)
    lines.insert(end_of_header, f'"{REVIEWED}: {reviewed_by(path) or ""}\\n"'.encode())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\n".join(lines) + b"\n")
