"""Messages that are made to be costly: each as long as Telegram lets one be."""

from __future__ import annotations

import random

from bot.understanding.text import MAX_TEXT

DRAWN = {
    "Chinese": ("\u4e00", "\u9fa5"),
    "Devanagari": ("\u0905", "\u094d"),
    "Arabic with vowels": ("\u0627", "\u0652"),
    "Korean": ("\uac00", "\ud7a3"),
    "Cyrillic": ("\u0430", "\u044f"),
    "emoji": ("\U0001f600", "\U0001f64f"),
    "letters of all scripts": ("\u00c0", "\u2fff"),
}
"""Signs without meaning, by script: the first and the last that they are drawn from."""


def hostile() -> dict[str, str]:
    """Each text under the name of what it is."""
    draw = random.Random(0)
    texts = {
        "one ligature of eighteen letters (U+FDFA)": "\ufdfa",
        "a letter under heaps of marks": "a" + "\u0301\u0323" * 40,
        "one long word": "a" + "bcdefghij" * 3 + "k" * 5000,
        "short words": "".join(f"{chr(n // 26 + 97)}{chr(n % 26 + 97)} " for n in range(26 * 26)),
        "words of the subject": "can ice see my license photo in illinois or alabama ",
        "sentences of the subject": "ice is at my door. does the dmv tell them? ",
        "clauses": "ice, police; door/ ",
        "misspelt words": "immigartion licennse addresss informtaion ",
        "full stops": ". ",
        "digits": "0123456789",
        "joined emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "line ends": "ice\n",
        "states": "new york or north carolina or new mexico, ",
        "languages": "in english en español auf deutsch ",
    }
    long = {name: (text * MAX_TEXT)[:MAX_TEXT] for name, text in texts.items()}
    for name, (first, last) in DRAWN.items():
        letters = [chr(n) for n in range(ord(first), ord(last) + 1)]
        long[name] = "".join(draw.choice([*letters, " "] if n % 6 == 5 else letters) for n in range(MAX_TEXT))
    return long
