"""What `amparo translations` does: catalogs brought up to date, held against the English, and counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog

from bot.knowledge import catalogs, checking
from bot.knowledge.catalogs import Translator
from bot.knowledge.parsing import Fault
from bot.knowledge.reading import survey
from bot.settings import Settings, SettingsError


def update(settings: Settings) -> int:
    """Extract all texts and bring every catalog up to date, by context; 1 where a catalog cannot be read."""
    checkout = settings.translations.parent
    if not all((checkout / name).exists() for name in ("pyproject.toml", "bot", "intents")):
        raise SettingsError(
            "translations update works in a checkout of Amparo, where pyproject.toml, bot/ and intents/ are."
        )
    template = catalogs.extract(checkout)
    catalogs.write(settings.translations / "messages.pot", template)
    for path, old in _catalogs(settings):
        if old is None:
            return 1
        fresh = catalogs.update(old, template, path.parts[-3])
        catalogs.write(path, fresh)
        print(f"{path}: {_counted(fresh)}")
    return 0


def check(settings: Settings) -> int:
    """Every fault of every catalog, as `file:line: sentence`; 1 if there is one."""
    loaded, _ = survey(settings.intents)
    translators, faults = catalogs.load(settings.translations)
    template = catalogs.read_template(settings.translations / "messages.pot")
    for code in sorted(translators.keys() - {"en"}):
        faults += checking.translations(loaded, translators[code])
        faults += _untranslated(settings, translators[code], template)
    print(*sorted(set(faults)), f"{len(translators) - 1} catalogs, {len(set(faults))} faults", sep="\n")
    return 1 if faults else 0


def stats(settings: Settings) -> int:
    """A line a language: how much is translated, how many terms its glossary fixes, who has read it."""
    translators, _ = catalogs.load(settings.translations)
    for path, catalog in _catalogs(settings):
        if catalog is not None:
            code = path.parts[-3]
            glossary = translators[code].glossary if code in translators else {}
            by = catalogs.reviewed_by(path)
            read = f"read by {by}" if by else "no person has read it"
            print(f"{code}: {_counted(catalog)}; {len(glossary)} glossary terms; {read}")
    return 0


def _untranslated(settings: Settings, translator: Translator, template: Catalog) -> Iterator[Fault]:
    """The program's own texts that a catalog lacks; those of the content are named where they stand."""
    path = settings.translations / translator.language / "LC_MESSAGES" / "messages.po"
    for message in template:
        if message.id and not message.context and (None, str(message.id)) not in translator.texts:
            yield Fault(str(path), 0, f"no {translator.language} translation of {str(message.id)[:60]!r}")


def _catalogs(settings: Settings) -> Iterator[tuple[Path, Catalog | None]]:
    """Each catalog; None, and its faults printed, where it cannot be read."""
    for path in sorted(settings.translations.glob("*/LC_MESSAGES/messages.po")):
        faults: list[Fault] = []
        catalog = catalogs.read(path, faults)
        if faults:
            print(*faults, sep="\n")
        yield path, catalog


def _counted(catalog: Catalog) -> str:
    empty = sum(1 for message in catalog if message.id and not message.string)
    fuzzy = sum(1 for message in catalog if message.id and message.fuzzy)
    return f"{len(catalog)} texts, {empty} untranslated, {fuzzy} to look at again"


ACTIONS: Mapping[str, Callable[[Settings], int]] = {"update": update, "check": check, "stats": stats}
