"""Catalogs: brought up to date by context, loaded without what is stale, refused when broken."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge import catalogs
from bot.knowledge.catalogs import Translator, fill, load, locale, read, update, write
from bot.knowledge.comparing import PLACEHOLDERS, placeholders
from bot.knowledge.model import LANGUAGES
from bot.knowledge.parsing import Fault
from tests.conftest import ROOT

SERVED = sorted(path.parts[-3] for path in (ROOT / "translations").glob("*/LC_MESSAGES/messages.po"))
MSGFMT = shutil.which("msgfmt")
needs_msgfmt = pytest.mark.skipif(MSGFMT is None, reason="msgfmt (gettext) is not installed")

PEARS = "pears/text/US"
LONG = (
    "The pears that grow behind the house are ripe when they come off in your hand, which is late in summer.\n\n"
    'Do not "wait" for the birds \\ the wasps.\n'
    "1. Pick them.\n2. Eat them, and keep the rest in a cool place where nobody else can find them, until the winter."
)


def template(*texts: tuple[str | None, str]) -> Catalog:
    """A template with texts by context."""
    catalog = Catalog()
    for context, english in texts:
        catalog.add(english, context=context, locations=[("a.yaml", 1)], auto_comments=["Source: book:1"])
    return catalog


def translated(texts: Mapping[tuple[str | None, str], str]) -> Catalog:
    """A Spanish catalog with translations by (context, English)."""
    catalog = update(None, template(*texts), "es")
    for (context, english), text in texts.items():
        message = catalog.get(english, context)
        assert message is not None
        message.string = text
    return catalog


def place(folder: Path, language: str = "es") -> Path:
    path = folder / language / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def served(folder: Path, catalog: Catalog) -> Mapping[tuple[str | None, str], str]:
    """What a bot serves of a catalog once it was written."""
    write(place(folder), catalog)
    translators, faults = load(folder)
    assert faults == []
    return translators["es"].texts


def again(folder: Path, catalog: Catalog) -> Catalog:
    """The catalog as it comes back from disk."""
    write(place(folder), catalog)
    faults: list[Fault] = []
    back = read(place(folder), faults)
    assert back is not None, faults
    return back


# Bringing up to date


def test_the_same_context_and_english_keeps_its_translation(tmp_path: Path) -> None:
    fresh = update(translated({(PEARS, "Ripe in fall."): "En otoño."}), template((PEARS, "Ripe in fall.")), "es")
    assert served(tmp_path, fresh) == {(PEARS, "Ripe in fall."): "En otoño."}


def test_a_rewritten_text_keeps_its_translation_as_fuzzy_with_the_old_english() -> None:
    fresh = update(translated({(PEARS, "Ripe in fall."): "En otoño."}), template((PEARS, "Ripe in May.")), "es")
    message = fresh.get("Ripe in May.", PEARS)
    assert message is not None
    assert message.string == "En otoño."
    assert message.fuzzy
    assert list(message.previous_id) == ["Ripe in fall."]


def test_a_fuzzy_translation_is_not_served(tmp_path: Path) -> None:
    fresh = update(translated({(PEARS, "Ripe in fall."): "En otoño."}), template((PEARS, "Ripe in May.")), "es")
    texts = served(tmp_path, fresh)
    assert texts == {}
    assert Translator("es", texts).content(PEARS, "Ripe in May.") == ("Ripe in May.", False)


def test_a_new_context_starts_empty_even_where_the_same_english_is_translated(tmp_path: Path) -> None:
    # Alabama's translation must never be offered for Nevada's answer.
    old = translated({("pears/text/AL", "Ripe in fall."): "En otoño, en Alabama."})
    fresh = update(old, template(("pears/text/AL", "Ripe in fall."), ("pears/text/NV", "Ripe in fall.")), "es")
    message = fresh.get("Ripe in fall.", "pears/text/NV")
    assert message is not None
    assert not message.string
    assert not message.fuzzy
    assert served(tmp_path, fresh) == {("pears/text/AL", "Ripe in fall."): "En otoño, en Alabama."}


def test_a_text_of_the_program_gives_nothing_to_a_text_of_the_content_nor_takes() -> None:
    texts: dict[tuple[str | None, str], str] = {(None, "Hello"): "Hola", ("a/text/US", "Bye"): "Adiós"}
    old = translated(texts)
    fresh = update(old, template(("b/text/US", "Hello"), (None, "Bye")), "es")
    assert [message.string for message in fresh if message.id] == ["", ""]


def test_two_contexts_with_the_same_english_have_translations_of_their_own(tmp_path: Path) -> None:
    both: dict[tuple[str | None, str], str] = {("a/text/US", "Yes."): "Sí.", ("b/text/US", "Yes."): "Claro."}
    assert served(tmp_path, update(translated(both), template(*both), "es")) == both


def test_what_the_template_has_no_more_is_left_out() -> None:
    fresh = update(translated({(PEARS, "Ripe."): "Maduras."}), template(("plums/text/US", "Sour.")), "es")
    assert [message.id for message in fresh if message.id] == ["Sour."]


def test_a_fuzzy_translation_stays_fuzzy_when_nothing_changes(tmp_path: Path) -> None:
    fresh = update(translated({(PEARS, "Ripe in fall."): "En otoño."}), template((PEARS, "Ripe in May.")), "es")
    for _ in range(2):
        fresh = update(again(tmp_path, fresh), template((PEARS, "Ripe in May.")), "es")
    message = fresh.get("Ripe in May.", PEARS)
    assert message is not None
    assert message.fuzzy
    assert served(tmp_path, fresh) == {}


def test_the_old_english_survives_the_next_update(tmp_path: Path) -> None:
    # Without it a translator cannot see what has changed.
    fresh = update(translated({(PEARS, "Ripe in fall."): "En otoño."}), template((PEARS, "Ripe in May.")), "es")
    fresh = update(again(tmp_path, fresh), template((PEARS, "Ripe in May.")), "es")
    message = fresh.get("Ripe in May.", PEARS)
    assert message is not None
    assert list(message.previous_id) == ["Ripe in fall."]
    write(place(tmp_path), fresh)
    assert '#| msgid "Ripe in fall."\n' in place(tmp_path).read_text(encoding="utf-8")


def test_a_text_rewritten_twice_keeps_the_english_that_was_translated() -> None:
    # As msgmerge does: the translation says what the first English said, whatever came between.
    fresh = translated({(PEARS, "Ripe in fall."): "En otoño."})
    for english in ("Ripe in May.", "Ripe in June."):
        fresh = update(fresh, template((PEARS, english)), "es")
    message = fresh.get("Ripe in June.", PEARS)
    assert message is not None
    assert message.fuzzy
    assert list(message.previous_id) == ["Ripe in fall."]


def test_updating_twice_changes_nothing(tmp_path: Path) -> None:
    texts = {(PEARS, LONG): "Largo.", (None, "Hi {name}"): "Hola {name}", ("a/question", "When?"): ""}
    wanted = template(*texts, ("new/text/US", "New."))
    write(place(tmp_path), update(translated(texts), wanted, "es"))
    once = place(tmp_path).read_bytes()
    write(place(tmp_path), update(again(tmp_path, translated(texts)), wanted, "es"))
    assert place(tmp_path).read_bytes() == once
    write(place(tmp_path), update(read(place(tmp_path), []), wanted, "es"))
    assert place(tmp_path).read_bytes() == once


def test_translators_remarks_are_kept() -> None:
    old = translated({(PEARS, "Ripe."): "Maduras."})
    message = old.get("Ripe.", PEARS)
    assert message is not None
    message.user_comments = ["or: a punto"]
    kept = update(old, template((PEARS, "Ripe.")), "es").get("Ripe.", PEARS)
    assert kept is not None
    assert list(kept.user_comments) == ["or: a punto"]


# Writing and reading


@pytest.mark.parametrize(
    "text", [LONG, "x", 'a "b" \\n c', "tab\there", "señora 你好 مرحبا", " lead and trail ", "\n\na\n\n"]
)
def test_what_is_written_is_read_again(tmp_path: Path, text: str) -> None:
    back = again(tmp_path, translated({(PEARS, f"English {text}"): text})).get(f"English {text}", PEARS)
    assert back is not None
    assert back.string == text


texts_ = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.just("\n"), min_size=1).filter(
    str.strip
)


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(st.tuples(st.sampled_from([None, "a/text/US", "b/question"]), texts_), texts_, max_size=4))
def test_whatever_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, texts: dict[tuple[str | None, str], str]
) -> None:
    folder = tmp_path_factory.mktemp("written")
    assert served(folder, translated(texts)) == texts


def test_a_line_is_never_wrapped_and_no_date_changes(tmp_path: Path) -> None:
    write(place(tmp_path), translated({(PEARS, "long " * 60): "largo " * 60}))
    text = place(tmp_path).read_text(encoding="utf-8")
    assert "largo " * 60 in text
    assert "Date" not in text
    assert "Generated-By" not in text


def test_who_has_read_a_catalog_stays_written(tmp_path: Path) -> None:
    path = place(tmp_path)
    write(path, translated({(PEARS, "Ripe."): "Maduras."}))
    assert catalogs.reviewed_by(path) is None
    path.write_text(path.read_text(encoding="utf-8").replace("X-Reviewed-By: ", "X-Reviewed-By: Ana Núñez"), "utf-8")
    write(path, translated({(PEARS, "Ripe."): "Maduras."}))
    assert catalogs.reviewed_by(path) == "Ana Núñez"
    assert load(tmp_path)[0]["es"].reviewed_by == "Ana Núñez"


def accepted_by_msgfmt(path: Path) -> None:
    assert MSGFMT is not None
    done = subprocess.run([MSGFMT, "--check", "-o", "/dev/null", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@needs_msgfmt
def test_msgfmt_accepts_what_is_written(tmp_path: Path) -> None:
    write(place(tmp_path), translated({(PEARS, LONG): LONG, (None, "Hi {name}"): "Hola {name}"}))
    accepted_by_msgfmt(place(tmp_path))


@needs_msgfmt
@pytest.mark.parametrize("english", ["Ripe.", LONG, "long " * 60, "two\nlines\n"])
def test_msgfmt_accepts_a_catalog_with_old_english(tmp_path: Path, english: str) -> None:
    # What `pybabel update --previous` writes here, msgfmt refuses: it wraps the old text like a remark.
    old = translated({(PEARS, english): "\n" * english.endswith("\n") + "Maduras." + "\n" * english.endswith("\n")})
    write(place(tmp_path), update(old, template((PEARS, "Other English.")), "es"))
    assert "#| " in place(tmp_path).read_text(encoding="utf-8")
    accepted_by_msgfmt(place(tmp_path))


@needs_msgfmt
@pytest.mark.parametrize("language", SERVED)
def test_msgfmt_accepts_amparos_own_catalogs(language: str) -> None:
    accepted_by_msgfmt(ROOT / "translations" / language / "LC_MESSAGES" / "messages.po")


# Amparo's own catalogs


@pytest.mark.parametrize("language", SERVED)
def test_each_catalog_of_amparo_is_one_of_the_fourteen_and_is_served(language: str) -> None:
    assert language in LANGUAGES
    translators, faults = load(ROOT / "translations")
    assert faults == []
    assert translators[language].texts


@pytest.mark.parametrize("language", SERVED)
def test_each_catalog_of_amparo_is_up_to_date_with_the_template(language: str, tmp_path: Path) -> None:
    path = ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"
    wanted = read(path, [])
    assert wanted is not None
    pot = place(tmp_path, language)
    shutil.copy(ROOT / "translations" / "messages.pot", pot)
    listed = read(pot, [])
    assert listed is not None
    assert {(m.context, m.id) for m in wanted if m.id} == {(m.context, m.id) for m in listed if m.id}


@pytest.mark.parametrize("language", SERVED)
def test_each_translation_of_the_program_has_its_placeholders(language: str) -> None:
    for (context, english), text in load(ROOT / "translations")[0][language].texts.items():
        if context is None:
            assert placeholders(text) == placeholders(english), english
            # A name that nobody fills in would be shown in braces.
            assert set(catalogs._PLACEHOLDER.findall(text)) <= PLACEHOLDERS, text


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_has_a_locale_with_a_direction_and_plural_forms(code: str) -> None:
    assert locale(code).text_direction == ("rtl" if code == "ar" else "ltr")
    assert 1 <= Catalog(locale(code)).num_plurals <= catalogs.MAX_FORMS


# Broken catalogs

HEAD = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""
BODY = '\nmsgctxt "a/text/US"\nmsgid "Yes."\nmsgstr "Sí."\n'
PLURAL = '\nmsgid "{number} page"\nmsgid_plural "{number} pages"\nmsgstr[0] "a"\nmsgstr[1] "b"\n'


def refused(folder: Path, data: str | bytes) -> tuple[int, str]:
    """The line and sentence for which a catalog is refused."""
    place(folder).write_bytes(data if isinstance(data, bytes) else data.encode())
    translators, faults = load(folder)
    assert list(translators) == ["en"]
    (fault,) = faults
    assert fault.file == str(place(folder))
    return fault.line, fault.sentence


def test_the_catalog_that_is_broken_below_is_good_as_it_is(tmp_path: Path) -> None:
    place(tmp_path).write_text(HEAD + BODY + PLURAL, encoding="utf-8")
    translators, faults = load(tmp_path)
    assert faults == []
    assert translators["es"].texts == {("a/text/US", "Yes."): "Sí."}


# No test may really ask for a thousand million forms: where such a header gets through, this much shows it too.
MANY = 70_000


@pytest.mark.parametrize(
    "head",
    [
        HEAD.replace("nplurals=2", f"nplurals={MANY}"),
        HEAD.replace("nplurals=2", f"nplurals = {MANY}"),
        HEAD.replace("nplurals=2", f"nplurals=000000000{MANY}"),
        HEAD.replace("nplurals=2", "nplurals=7"),
        HEAD.replace("nplurals=2", "nplurals=1"),
        HEAD.replace("nplurals=2", "nplurals=0"),
        # Hidden behind a harmless one, which is all that a search for the first sees.
        "# nplurals=2\n" + HEAD.replace("nplurals=2", f"nplurals={MANY}"),
        "# nplurals=2\n" + HEAD.replace("nplurals=2", f'np"\n"lurals={MANY}'),
        "# nplurals=2\n" + HEAD.replace("nplurals=2", f'nplurals="\n"{MANY}'),
        "# nplurals=2\n" + HEAD.replace("nplurals=2", f"nplurals\\t={MANY}"),
        HEAD + f'"Plural-Forms: nplurals={MANY}; plural=(n != 1);\\n"\n',
        HEAD + f'"PLURAL-FORMS: nplurals={MANY}; plural=(n != 1);\\n"\n',
    ],
)
def test_a_header_that_asks_for_other_plural_forms_is_refused(tmp_path: Path, head: str) -> None:
    assert "plural forms" in refused(tmp_path, head + PLURAL)[1]


def test_the_line_of_the_plural_forms_is_said(tmp_path: Path) -> None:
    assert refused(tmp_path, HEAD.replace("nplurals=2", "nplurals=3") + BODY)[0] == 4


def test_a_plural_expression_is_never_evaluated(tmp_path: Path) -> None:
    place(tmp_path).write_text(HEAD.replace("(n != 1)", "((((__import__('os')") + BODY + PLURAL, encoding="utf-8")
    translators, faults = load(tmp_path)
    assert [translator for translator in translators if translator != "en"] == ["es"] or faults


@pytest.mark.parametrize("charset", ["klingon", "zlib", "rot13", "base64", "\\\\x00", "utf-99"])
def test_an_unknown_character_set_is_refused(tmp_path: Path, charset: str) -> None:
    assert "not UTF-8" in refused(tmp_path, HEAD.replace("utf-8", charset) + BODY)[1]


def test_a_catalog_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    assert "not UTF-8" in refused(tmp_path, (HEAD + BODY).encode("latin-1"))[1]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_header_that_names_another_character_set_is_refused(tmp_path: Path, encoding: str) -> None:
    # Taken at its word, UTF-8 that calls itself Latin-1 is served as mojibake.
    assert "not UTF-8" in refused(tmp_path, (HEAD.replace("utf-8", "iso-8859-1") + BODY).encode(encoding))[1]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("just words\nand more\n", 1),
        ("id: opt_out\nkind: information\n", 1),
        (HEAD + BODY + "rubbish\n", 9),
        (HEAD + '\nmsgid "a"\nrubbish\nmsgstr "b"\n', 7),
    ],
)
def test_what_is_not_a_po_file_is_refused_on_its_line(tmp_path: Path, text: str, line: int) -> None:
    where, sentence = refused(tmp_path, text)
    assert "not a PO file" in sentence
    assert where == line


@pytest.mark.parametrize(
    "body",
    [
        '\nmsgid "a\nmsgstr "b"\n',
        '\nmsgid "a"\nmsgstr "b\n\nmsgid "c"\nmsgstr "d"\n',
        '\nmsgid a\nmsgstr "b"\n',
    ],
    ids=["open id", "open string", "no quotes"],
)
def test_an_unfinished_text_is_refused(tmp_path: Path, body: str) -> None:
    # Left out without a word, half a catalog would be served.
    assert "not a PO file" in refused(tmp_path, HEAD + body)[1]


@pytest.mark.parametrize("data", [b"\xde\x12\x04\x95\x00\x00\x00\x00", b"\x00" * 100, b"\xff\xfe" + b"m\x00"])
def test_another_kind_of_file_is_refused(tmp_path: Path, data: bytes) -> None:
    refused(tmp_path, data)


def test_a_catalog_of_more_than_five_megabytes_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, HEAD + "#" * catalogs.MAX_BYTES) == (0, "the file is larger than 5 MB")


def test_a_catalog_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    place(tmp_path).mkdir()
    translators, faults = load(tmp_path)
    assert list(translators) == ["en"]
    assert [fault.sentence for fault in faults] == ["the file cannot be read"]


@pytest.mark.parametrize("language", ["en", "fil", "pt_BR", "xx", "ES"])
def test_a_folder_that_is_not_one_of_the_languages_is_refused(tmp_path: Path, language: str) -> None:
    place(tmp_path, language).write_text(HEAD + BODY, encoding="utf-8")
    translators, faults = load(tmp_path)
    assert list(translators) == ["en"]
    assert "is not one of the language codes" in faults[0].sentence


def test_one_broken_catalog_does_not_take_the_others_along(tmp_path: Path) -> None:
    place(tmp_path, "es").write_text("rubbish", encoding="utf-8")
    place(tmp_path, "pt").write_text(HEAD + BODY, encoding="utf-8")
    translators, faults = load(tmp_path)
    assert set(translators) == {"en", "pt"}
    assert len(faults) == 1


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_no_damage_to_a_catalog_makes_loading_raise(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    broken = (
        HEAD + BODY + PLURAL + '\n#, fuzzy\n#| msgid "old"\nmsgid "new"\nmsgstr "x"\n#~ msgid "gone"\n#~ msgstr "y"\n'
    )
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(broken)))
        piece = data.draw(
            st.sampled_from(["", '"', "\\", "\n", "[9]", "#~ ", "#| ", "msgid ", "msgctxt ", "msgstr[x] ", "é"])
        )
        broken = broken[:at] + piece + broken[at + data.draw(st.integers(0, 12)) :]
    folder = tmp_path_factory.mktemp("broken")
    place(folder).write_text(broken, encoding="utf-8")
    translators, faults = load(folder)
    assert ("es" in translators) != bool(faults)


# Filling in


def test_names_in_braces_are_filled_in() -> None:
    assert fill("{name}, {date}: {name}", {"name": "Ana", "date": 3}) == "Ana, 3: Ana"


class Secret:
    """Something whose insides must not come out."""

    token = "123:ABC"

    def __str__(self) -> str:
        return "shown"


@pytest.mark.parametrize(
    "text",
    [
        "{name.token}",
        "{name[token]}",
        "{name.__class__.__mro__}",
        "{name!r}",
        "{name:>1000000000}",
        "{0}",
        "{}",
        "{{name}",
        "{Name}",
        "{other}",
        "{ name }",
        "%(name)s",
        "$name",
        "{",
        "}",
    ],
)
def test_nothing_but_a_plain_name_is_filled_in(text: str) -> None:
    filled = fill(text, {"name": Secret()})
    assert filled == text.replace("{name}", "shown")
    assert "ABC" not in filled


def test_what_is_filled_in_is_not_filled_in_again() -> None:
    assert fill("{question} {name}", {"question": "{name}", "name": "{question}"}) == "{name} {question}"


@given(st.text(), st.dictionaries(st.sampled_from(sorted(PLACEHOLDERS)), st.text()))
def test_no_text_makes_filling_raise(text: str, values: dict[str, str]) -> None:
    fill(text, values)


def test_a_translator_fills_in_the_translation_or_the_english() -> None:
    spanish = Translator("es", {(None, "Hello {name}"): "Hola {name}"})
    assert spanish.text("Hello {name}", name="Ana") == "Hola Ana"
    assert spanish.text("Bye {name}", name="Ana") == "Bye Ana"


def test_a_text_of_the_content_is_never_filled_in() -> None:
    assert Translator("es", {("a/text/US", "x"): "{name}"}).content("a/text/US", "x") == ("{name}", True)


def test_english_content_needs_no_catalog() -> None:
    assert Translator("en").content("a/text/US", "Yes.") == ("Yes.", True)
