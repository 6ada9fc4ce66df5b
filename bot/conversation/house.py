"""All that a reply may draw on, built once and passed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.knowledge import catalogs
from bot.knowledge.catalogs import Translator
from bot.knowledge.model import Content
from bot.knowledge.reading import ContentError, survey
from bot.understanding.interpreter import Interpreter


@dataclass(frozen=True)
class House:
    """The content, its translations and the understanding of messages.

    `serve_drafts`: answers that nobody has checked are given, with a line that says so; else the person is referred to
    the hotline. `confirmed_only`: only telephone numbers that somebody has confirmed are shown. `hand_over`: questions
    can be passed on to volunteers who answer in the chat.
    """

    content: Content
    translators: Mapping[str, Translator]
    interpreter: Interpreter
    serve_drafts: bool = True
    confirmed_only: bool = False
    default_language: str = "en"
    hand_over: bool = False

    @property
    def served(self) -> tuple[str, ...]:
        """The languages that people can be answered in."""
        return tuple(sorted(self.translators, key=lambda code: (code != "en", code)))

    def language(self, *wanted: str | None) -> str:
        """The first of these languages that people can be answered in, else the default one."""
        return next((code for code in wanted if code in self.translators), None) or self.default_language

    def translator(self, language: str) -> Translator:
        """The language's texts, in English where there are none."""
        return self.translators.get(language) or self.translators["en"]

    def state_name(self, state: str, language: str) -> str:
        """What people call a state in a language."""
        return self.interpreter.places.name(state, language)


def load_content(intents: Path, translations: Path) -> tuple[Content, dict[str, Translator]]:
    """The content and its translations. Raises `ContentError` with every fault of both."""
    loaded, faults = survey(intents)
    translators, catalog_faults = catalogs.load(translations)
    if faults or catalog_faults:
        raise ContentError([*faults, *catalog_faults])
    return loaded.content, translators


def build_house(
    intents: Path,
    translations: Path,
    *,
    cache: Path | None,
    serve_drafts: bool = True,
    confirmed_only: bool = False,
    default_language: str = "en",
) -> House:
    """Load and learn everything. Raises `ContentError` with every fault of the content and the catalogs."""
    content, translators = load_content(intents, translations)
    return House(
        content,
        translators,
        Interpreter(content, cache, {code: t.own_texts() for code, t in translators.items()}),
        serve_drafts,
        confirmed_only,
        default_language,
    )
