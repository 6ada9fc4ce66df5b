"""Files broken in the ways in which files break: by a slip, by a bad merge, by a cut-off download, and on purpose."""

from __future__ import annotations

import random
from collections.abc import Callable

YAML_POISON = [
    b"&a [*a, *a]", b"*a", b"!!python/object/apply:os.system [id]", b"!!binary aaaa", b"? [a, b]\n: c\n", b"<<: *a\n",
    b'"\\0"', b'"\\ud800"', b"\t", b"---\n", b"...\n", b"%YAML 9.9\n", b"- " * 500, b"[" * 50_000, b"{a: " * 5_000,
    b"id: other\n", b"kind: emergency\n", b"| \n", b"'", b'"', b": ", b"  ", b"\xef\xbb\xbf", b"x" * 200_000,
]  # fmt: skip
PO_POISON = [
    b'"Plural-Forms: nplurals=999999999; plural=0;\\n"\n', b'"Plural-Forms: nplurals=1000000000; plural=(n/0);\\n"\n',
    b'"Content-Type: text/plain; charset=utf-16\\n"\n', b'"Content-Type: text/plain; charset=zlib\\n"\n',
    b'msgid_plural "x"\n', b'msgstr[0] "x"\nmsgstr[999999] "y"\n', b'msgctxt "a/b/c"\n', b'msgid ""\n', b'msgstr ""\n',
    b"#, fuzzy\n", b"#~ msgid \"x\"\n", b"#| msgid \"x\"\n", b'"unfinished\n', b'"\\', b'\\n"', b"\r\n", b"\x00",
    b'"{x.__class__}%(x)300000000s{x:>300000000}"\n', b'msgid "x"\nmsgstr "y"\n' * 2, b'"' + b"x" * 200_000 + b'"\n',
]  # fmt: skip
ANY_POISON = [b"\x00", b"\xff\xfe", b"\xed\xa0\x80", "\u202e".encode(), "\u2066".encode(), b"\n", b"\r", b"\x1b[2J"]


def mutated(data: bytes, poison: list[bytes], chance: random.Random) -> bytes:
    """The file with one to three things wrong."""
    for _ in range(chance.randint(1, 3)):
        data = chance.choice(_WAYS)(data, poison, chance)
    return data


def _slice(data: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + int(chance.expovariate(1 / 200)))


def _cut_off(data: bytes, _: list[bytes], chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _left_out(data: bytes, _: list[bytes], chance: random.Random) -> bytes:
    start, end = _slice(data, chance)
    return data[:start] + data[end:]


def _doubled(data: bytes, _: list[bytes], chance: random.Random) -> bytes:
    start, end = _slice(data, chance)
    return data[:end] + data[start:end] * chance.choice([1, 1, 3, 200]) + data[end:]


def _moved(data: bytes, _: list[bytes], chance: random.Random) -> bytes:
    start, end = _slice(data, chance)
    rest = data[:start] + data[end:]
    to = chance.randrange(len(rest) + 1)
    return rest[:to] + data[start:end] + rest[to:]


def _changed_bytes(data: bytes, _: list[bytes], chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _n in range(chance.choice([1, 1, 5, 50])):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _poisoned(data: bytes, poison: list[bytes], chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice([*poison, *ANY_POISON]) + data[at:]


def _poisoned_at_a_line(data: bytes, poison: list[bytes], chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    lines.insert(chance.randrange(len(lines) + 1), chance.choice(poison))
    return b"".join(lines)


def _lines_changed_about(data: bytes, _: list[bytes], chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    if len(lines) > 1:
        one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


_WAYS: list[Callable[[bytes, list[bytes], random.Random], bytes]] = [
    _cut_off, _left_out, _doubled, _moved, _changed_bytes, _poisoned, _poisoned_at_a_line, _lines_changed_about,
]  # fmt: skip
