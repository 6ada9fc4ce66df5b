"""A small content whose answers can be told apart: every answer names its question."""

from __future__ import annotations

from pathlib import Path

SUBJECTS = (
    "umbrellas", "violins", "pumpkins", "lighthouses", "bicycles", "hedgehogs", "telescopes", "sandwiches",
    "carpets", "dinosaurs", "mushrooms", "trumpets", "glaciers", "pillows", "cactuses", "balloons",
)  # fmt: skip
AGAIN = "You may have seen this already."

_HOTLINE = """\
name: The Test Line
subject: odd things
numbers:
  - id: line
    name: The line
    number: 555-0100
    for: emergency
    states: [US]
    confirmed: {date: 2026-11-22, by: A Person}
"""
_INTENT = """\
id: {subject}
kind: information
question: Where do {subject} come from?
phrasings:
  en:
    - where do {subject} come from
    - origin of {subject}
answers:
  US:
    text: ANSWER-{number:02}. They come from a shop.
    sources:
      - {{title: A book about {subject}, url: "https://example.org/{subject}", read: 2026-11-22}}
    review: {{status: approved, by: Ana Lee, date: 2026-11-22, until: 2036-11-22}}
"""
_HUMAN = """\
id: human
kind: human
question: Can I talk to a person?
phrasings:
  en: [talk to a person]
answers:
  US:
    text: Call the line.
    sources: [hotline]
"""


def write(folder: Path) -> Path:
    """Intents and translations below a folder; gives the folder of the intents."""
    intents = folder / "intents"
    intents.mkdir(parents=True)
    (folder / "translations").mkdir()
    (intents / "hotline.yaml").write_text(_HOTLINE, encoding="utf-8")
    (intents / "documents.yaml").write_text("documents: []\n", encoding="utf-8")
    for number, subject in enumerate(SUBJECTS):
        (intents / f"{subject}.yaml").write_text(_INTENT.format(subject=subject, number=number), encoding="utf-8")
    return intents


def question(number: int) -> str:
    """The question whose answer holds `ANSWER-<number>`."""
    return f"where do {SUBJECTS[number]} come from?"
