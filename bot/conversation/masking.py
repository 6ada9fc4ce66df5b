"""Hides what could name a person in a text that is passed on: numbers of cases and telephones, addresses, plates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator

from bot.knowledge.model import Content
from bot.understanding.text import clean

HIDDEN = "[hidden]"

LEAST_DIGITS = 7
"""Digits of a number that is hidden wherever it stands: no telephone or case number has fewer."""

# Digits of every script, and the Chinese ones; between two of them at most three marks or spaces.
_D = r"[\d〇零一二三四五六七八九]"
_GAP = r"[\s().\-/_+#‐‑–—·\u200c\u200d]{0,3}"

# What has as many digits and names nobody: days, years, money, laws. Only what these leave is hidden.
_DAY = r"(?:\d{1,2}([./-])\d{1,2}\1(?:19|20)\d\d|\d{1,2}/\d{1,2}/\d\d|(?:19|20)\d\d([./-])\d{1,2}\2\d{1,2})(?![./-]?\d)"
_YEARS = r"(?:19|20)\d\d(?:\s{0,2}[-–,/]?\s{0,2}(?:19|20)\d\d){1,6}(?![\s./-]?\d)"
_MONEY = r"[$€£]\s?\d{1,3}(?:[.,]?\d{3}){0,4}(?:[.,]\d\d)?(?!\d)"
_LAW = r"\b(?:act|law|ley)\s\d{2,3}-\d{3,4}\b"
_LONG = rf"(?:\bA[\s#:.№-]{{0,3}}|\b[^\W\d_]{{1,4}}-?)?(?:\+\s?)?\(?{_D}(?:{_GAP}{_D}){{{LEAST_DIGITS - 1},}}"
_NUMBER = re.compile(rf"(?<!\d)(?:{_DAY}|{_YEARS}|{_MONEY}|{_LAW})|(?P<hide>{_LONG})", re.IGNORECASE)

_WRITTEN_TO = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}|(?<!\w)@\w{4,32}"
    r"|\b(?:https?://)?(?:www\.|m\.)?(?:t\.me|wa\.me|(?:facebook|instagram|tiktok)\.com)/\S+",
    re.IGNORECASE,
)

_TYPE = (
    "street|st|avenue|ave|av|boulevard|blvd|road|rd|drive|dr|lane|ln|court|ct|place|pl|way|parkway|pkwy|highway|hwy"
    "|terrace|ter|circle|cir|square|sq|trail|trl|loop|plaza|alley|aly|calle|avenida"
)
_NO_STREET = (
    "on|in|at|the|a|my|our|his|her|their|this|that|these|from|of|to|and|or|for|are|is|were|was|down|up|across|along|near"
    "|off|by|with|days?|weeks?|months?|years?|hours?|minutes?|mins?|times?|people|persons?|agents?|officers?|cops?|men|kids?"
    "|children|cars?|trucks?|vans?|more|other|miles?|blocks?|dollars?|family|families|am|pm|until|before|after|next|last"
    "|de|del|en|la|el|los|las|mi|por|para|que|y|dias?|días?|años?|meses|mes|horas?|personas?|agentes?|hijos?|carros?"
)
_WORD = rf"(?!(?:{_NO_STREET})\b)[^\W_][\w'’.-]{{0,30}}"
_NAME = r"(?!(?:hay|con|en|y|mi|por|para|que|vi|est[aá]n?|ya|a|et|i|e|na|w|в|на|и|і)\b)[^\W_][\w'’.-]{0,30}"
# "e", "en" and "se" are words; as sides of a street without its kind they are written large.
_SIDE = r"(?:north|south|east|west|norte|sur|n|s|e|w|ne|nw|se|sw)\b\.?"
_SIDE_ALONE = r"(?:north|south|east|west|n|s|w|nw|sw|(?-i:E|NE|SE))\b\.?"
_UNIT = r"(?:apartment|apartamento|apt|apto|depto|unit|suite|ste)\b\.?\s?#?\s?(?=\w{0,4}\d)\w{1,5}\b|#\s?\d{1,4}\w?\b"
_TOWN = r"(?:[^\W\d_][\w.'-]{1,20}\s?){1,3},?\s{0,2}[a-z]{2}\b\.?,?\s{0,2}(?:\d{5}(?:-\d{4})?)?"
_STREET = re.compile(
    rf"(?<![\w-])\d{{1,6}}(?:-\d{{1,4}})?[a-d]?\s{{1,2}}"
    rf"(?:(?:{_SIDE}\s{{1,2}})?(?:{_WORD}\s{{1,2}}){{1,3}}?(?:{_TYPE})\b\.?(?:\s{_SIDE})?|(?<=\d\d\d\s){_SIDE_ALONE}\s{{1,2}}{_WORD})"
    rf"(?:,?\s{{0,2}}(?:{_UNIT}))?(?:,\s{{0,2}}{_TOWN})?",
    re.IGNORECASE,
)
_NO = r"(?:#|№|no\.?|nr\.?|número|núm\.|дом|д\.|буд\.|số|رقم)"
# The kind of street first, the number last, as in most other languages; a street that is a number alone is none.
_STREET_FIRST = re.compile(
    r"(?:\b(?:calle|avenida|av\.|bulevar|rue|rua|ulica|ulicy|ul\.|улиц[аеы]|ул\.|вулиц[яію]|вул\.|đường|phố|lari)"
    rf"|شارع)(?!\w)\s{{0,2}}(?:(?:{_NAME},?\s{{1,2}}){{1,4}}?{_NO}?|\d{{1,3}}\s?{_NO}|{_NO})\s{{0,2}}\d{{1,6}}\w?\b"
    r"|[\u4e00-\u9fff\d]{1,8}[街路道]\s?\d{1,6}\s?[号號]?|[\uac00-\ud7a3\d]{1,8}[로길]\s?\d{1,5}(?:번지|호)"
    r"|\bp\.?\s?o\.?\s?box\s?#?\d{1,7}|\b(?:apartment|apartamento|apt|apto|depto)\b\.?\s?#?\s?(?=\w{0,4}\d)\w{1,5}\b"
    r"|(?:\bzip(?:\s?code)?|\bpostal|\bpostcode|индекс|індекс|邮编|郵遞區號|우편번호|البريدي|पिन)\W{0,3}\d{5}(?:-\d{4})?\b",
    re.IGNORECASE,
)
_ZIP = re.compile(r"\b[A-Z]{2}\s{1,2}\d{5}(?:-\d{4})?\b")

# After a word for a plate nearly everything is one; elsewhere only what can hardly be anything else.
_PLATES = re.compile(
    r"(?P<kept>(?:\b(?:plates?|tags?|placas?|matr[ií]culas?|plaques?|tablic\w{0,4}|rejestrac\w{0,6}|номер\w{0,3}|plak\w?|plaka)\b"
    r"|biển số|车牌号?|車牌號?|번호판|لوحة|नंबर प्लेट)[^\w\n]{0,3}(?:[^\W\d]{1,12}[^\w\n]{1,3}){0,3}?)"
    r"(?:[^\W_]{1,4}[\s·-])?(?!(?:19|20)\d\d\b)(?=[^\W_]{0,9}\d)[^\W_]{3,10}(?:[\s·-](?=\w{0,4}\d)[^\W_]{1,5})?\b",
    re.IGNORECASE,
)
_LIKE_PLATES = re.compile(
    r"(?<![\w-])(?!(?:ds|eoir|hb|sb|eta|form)-?\d)(?:[a-z]{2,3}-?\d{3,5}[a-z]?|\d[a-z]{3}\d{3}|\d{3,4}-[a-z]{3}|[a-z]\d{2}[a-z]{3}|\d{2,3}[a-z]{2,3}\d{2,3})(?![\w-])",
    re.IGNORECASE,
)


def readable(text: str) -> str:
    """The text with its lines, without what no person types and what could turn or hide other text."""
    return "\n".join(filter(None, map(clean, text.splitlines())))


def masked(text: str, public: Collection[str] = ()) -> str:
    """The text with what could name a person as `[hidden]`; a second time changes nothing.

    Hidden are A-numbers and every other number of seven digits or more, addresses, e-mail, names on Telegram, license
    plates. `public`: the digits of numbers that are everybody's, such as the hotline's; they stay. Names stay: nobody
    can tell them from words in fourteen languages.
    """

    def number(found: re.Match[str]) -> str:
        shown = found["hide"] is None or digits(found["hide"]) in public
        return found[0] if shown else HIDDEN

    text = _WRITTEN_TO.sub(HIDDEN, text)
    text = _PLATES.sub(lambda found: found["kept"] + HIDDEN, text)
    text = _NUMBER.sub(number, text)
    for pattern in (_STREET, _STREET_FIRST, _ZIP, _LIKE_PLATES):
        text = pattern.sub(HIDDEN, text)
    return text


def digits(text: str) -> str:
    """The digits of a telephone number in Latin ones, without the country's code in front."""
    found = "".join(str(unicodedata.digit(one)) for one in text if unicodedata.digit(one, None) is not None)
    return found.removeprefix("1") if len(found) == 11 else found  # noqa: PLR2004


def public_numbers(content: Content) -> frozenset[str]:
    """The numbers that the bot itself gives to everybody."""
    return frozenset(filter(None, map(digits, _published(content))))


def _published(content: Content) -> Iterator[str]:
    yield from (number.number or "" for number in content.hotline.numbers)
    for intent in content.intents.values():
        for answer in intent.answers.values():
            said = f"{answer.text}\n{answer.details or ''}"
            yield from (found["hide"] for found in _NUMBER.finditer(said) if found["hide"])
