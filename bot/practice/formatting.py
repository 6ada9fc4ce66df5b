"""Text as Telegram formats it: HTML read into entities, and refused in Telegram's own words where it is wrong.

The rules follow `parse_html` of Telegram's own library (tdlib, MessageEntity.cpp): only a few tags and four named
character references are known, offsets in faults count bytes, and lengths of entities count UTF-16 units.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from bot.practice.entities import Entity, find_entities, units
from bot.practice.refusals import Refusal

_TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "code": "code", "pre": "pre", "a": "text_link", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
_REFERENCE = re.compile(
    r"&(?:#x([0-9a-fA-F]{1,6})(?![0-9a-fA-F])|#([0-9]{1,7})(?![0-9])|(lt|gt|amp|quot)(?![a-zA-Z]));?"
)
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_ATTRIBUTE = re.compile(r"""\s+([^\s=>/"']+)(?:\s*=\s*("[^"]*"|'[^']*'|[\w.-]+))?""")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x0c\x0e-\x1f]")
_REMOVED = re.compile("[\r\u2028-\u202e]")
_ORDER = ("blockquote", "expandable_blockquote", "pre", "code", "text_link", "bold", "italic", "underline")


@dataclass
class _Open:
    tag: str
    at: int
    """UTF-16 units before it in the text so far."""
    attributes: dict[str, str] = field(default_factory=dict)


def formatted(text: str, parse_mode: str | None, entities: list[Entity] | None = None) -> tuple[str, list[Entity]]:
    """What a message shows: its text, trimmed, and all entities, those included that Telegram finds by itself.

    Raises `Refusal` for markup that is wrong and for a parse mode that practice does not speak.
    """
    if parse_mode:
        if parse_mode.upper() != "HTML":
            raise Refusal(f"can't parse entities: practice speaks HTML only, and not {parse_mode}")
        text, found = _parsed(text)
    else:
        found = [dict(entity) for entity in entities or ()]
    text, found = _trimmed(_REMOVED.sub("", _CONTROL.sub(" ", text)), found) if found else (cleaned(text), [])
    covered = [(mark["offset"], mark["offset"] + mark["length"]) for mark in found if mark["type"] in
               ("code", "pre", "text_link")]  # fmt: skip
    found += [
        mark for mark in find_entities(text)
        if not any(start < mark["offset"] + mark["length"] and mark["offset"] < end for start, end in covered)
    ]  # fmt: skip
    found.sort(key=lambda mark: (mark["offset"], -mark["length"], _rank(mark["type"])))
    return text, found


def cleaned(text: str) -> str:
    """The text without what Telegram takes out: controls, and marks that turn the direction of a whole line."""
    return _REMOVED.sub("", _CONTROL.sub(" ", text)).strip()


def _rank(kind: str) -> int:
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """The text without space at its ends, and the entities moved along; empty ones are dropped."""
    start, shown = units(text) - units(text.lstrip()), text.strip()
    end, moved = start + units(shown), []
    for mark in entities:
        first, last = max(mark["offset"], start), min(mark["offset"] + mark["length"], end)
        if first < last:
            moved.append({**mark, "offset": first - start, "length": last - first})
    return shown, moved


def _parsed(html: str) -> tuple[str, list[Entity]]:
    out: list[str] = []
    size, at = 0, 0
    opened: list[_Open] = []
    entities: list[Entity] = []
    while at < len(html):
        if html[at] == "<":
            if html.startswith("</", at):
                at = _closed(html, at, opened, entities, size, out)
            else:
                tag, at = _started(html, at, size)
                opened.append(tag)
            continue
        found = _REFERENCE.match(html, at) if html[at] == "&" else None
        piece = _referenced(found) if found else html[at]
        at = found.end() if found else at + 1
        out.append(piece)
        size += units(piece)
    if opened:
        raise _wrong(f'Can\'t find end tag corresponding to start tag "{opened[-1].tag}"')
    return "".join(out), _merged(entities)


def _wrong(sentence: str) -> Refusal:
    return Refusal(f"can't parse entities: {sentence}")


def _referenced(found: re.Match[str]) -> str:
    if found[3]:
        return _NAMED[found[3]]
    code = int(found[1], 16) if found[1] else int(found[2])
    surrogate = 0xD800 <= code <= 0xDFFF  # noqa: PLR2004
    return found[0] if not 0 < code <= 0x10FFFF or surrogate else chr(code)  # noqa: PLR2004


def _started(html: str, at: int, size: int) -> tuple[_Open, int]:
    """A start tag at `at`, and where the text goes on."""
    offset = len(html[:at].encode("utf-8", "surrogatepass"))
    name = re.compile(r"[^\s>]*").match(html, at + 1)
    assert name is not None
    if name.end() == len(html):
        raise _wrong(f"Unclosed start tag at byte offset {offset}")
    tag, at = name[0].lower(), name.end()
    if tag not in _TAGS:
        raise _wrong(f'Unsupported start tag "{tag}" at byte offset {offset}')
    attributes: dict[str, str] = {}
    while found := _ATTRIBUTE.match(html, at):
        attributes[found[1].lower()] = _REFERENCE.sub(_referenced, (found[2] or "").strip("\"'"))
        at = found.end()
    rest = html[at:].lstrip()
    if not rest:
        raise _wrong(f'Unclosed start tag "{tag}" at byte offset {offset}')
    if rest[0] != ">":
        raise _wrong(f'Expected equal sign in declaration of an attribute of the tag "{tag}" at byte offset {offset}')
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        raise _wrong(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
    return _Open(tag, size, attributes), len(html) - len(rest) + 1


def _closed(html: str, at: int, opened: list[_Open], entities: list[Entity], size: int, out: list[str]) -> int:
    """An end tag at `at`: its entity is added; where the text goes on."""
    offset = len(html[:at].encode("utf-8", "surrogatepass"))
    if not opened:
        raise _wrong(f"Unexpected end tag at byte offset {offset}")
    end = re.compile(r"</([^\s>]*)\s*").match(html, at)
    assert end is not None
    if end.end() == len(html) or html[end.end()] != ">":
        raise _wrong(f"Unclosed end tag at byte offset {offset}")
    tag = opened.pop()
    if end[1] and end[1].lower() != tag.tag:
        raise _wrong(f'Unmatched end tag at byte offset {offset}, expected "</{tag.tag}>", found "</{end[1].lower()}>"')
    if size > tag.at:
        inside = "".join(out).encode("utf-16-le", "surrogatepass")[2 * tag.at :].decode("utf-16-le", "surrogatepass")
        entities += _marks(tag, size - tag.at, inside)
    return end.end() + 1


def _marks(tag: _Open, length: int, inside: str) -> list[Entity]:
    """The entity of a tag that was closed; a link that leads nowhere is only its text."""
    made: dict[str, Any] = {"type": _TAGS[tag.tag], "offset": tag.at, "length": length}
    match tag.tag:
        case "a":
            url = tag.attributes.get("href") or inside
            if re.match(r"(?:https?|tg|tel|mailto):", url, re.IGNORECASE) is None:
                url = f"http://{url}" if re.match(r"[\w-]+(?:\.[\w-]+)+", url) else ""
            return [{**made, "url": url}] if url else []
        case "blockquote" if "expandable" in tag.attributes:
            return [{**made, "type": "expandable_blockquote"}]
        case "code" if tag.attributes.get("class", "").startswith("language-"):
            return [{**made, "language": tag.attributes["class"][len("language-") :]}]
        case "tg-emoji":
            return [{**made, "custom_emoji_id": tag.attributes.get("emoji-id", "")}]
        case _:
            return [made]


def _merged(entities: list[Entity]) -> list[Entity]:
    """`<pre><code class="language-x">` is one block; a language elsewhere says nothing."""
    blocks = {(mark["offset"], mark["length"]): mark for mark in entities if mark["type"] == "pre"}
    kept = []
    for mark in entities:
        block = blocks.get((mark["offset"], mark["length"]))
        if mark["type"] == "code" and block is not None:
            block.update({"language": mark["language"]} if "language" in mark else {})
            continue
        kept.append({key: value for key, value in mark.items() if key != "language" or mark["type"] == "pre"})
    return kept
