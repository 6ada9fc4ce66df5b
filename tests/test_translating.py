from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot import translating
from bot.knowledge.catalogs import extract, read_template
from bot.settings import Settings, read_settings
from tests.conftest import ROOT


@pytest.fixture
def settings() -> Settings:
    """The settings of this checkout."""
    return read_settings({})


def copied(settings: Settings, folder: Path) -> Settings:
    shutil.copytree(ROOT / "translations", folder / "translations")
    return replace(settings, translations=folder / "translations")


def test_every_shipped_catalog_is_whole_and_stands_by_the_english(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert translating.check(settings) == 0, capsys.readouterr().out


def test_the_template_is_that_of_the_texts_as_they_are() -> None:
    kept = read_template(ROOT / "translations" / "messages.pot")
    assert {(m.context, m.id) for m in extract(ROOT) if m.id} == {(m.context, m.id) for m in kept if m.id}


def test_a_lost_text_and_a_changed_number_are_said(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = copied(settings, tmp_path)
    catalog = changed.translations / "es" / "LC_MESSAGES" / "messages.po"
    text = catalog.read_text(encoding="utf-8")
    text = text.replace('msgid "Shorter"\nmsgstr "Más corta"', 'msgid "Shorter"\nmsgstr ""')
    catalog.write_text(text.replace("al 988", "al 989"), encoding="utf-8")
    assert translating.check(changed) == 1
    said = capsys.readouterr().out
    assert "no es translation of 'Shorter'" in said
    assert "lacks the number 988" in said


def test_statistics_say_who_has_read_a_catalog(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert translating.stats(settings) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("es: "))
    assert "0 untranslated, 0 to look at again" in line
    assert "no person has read it" in line
