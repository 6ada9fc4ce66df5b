"""Settings: each wrong one is named in one line, and the token never shows."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.model import LANGUAGES
from bot.settings import Settings, SettingsError, read_settings
from tests.conftest import ROOT

TOKEN = "123456:AAF-notarealtoken_0123456789"


def test_nothing_set_is_a_working_practice_setting() -> None:
    settings = read_settings({})
    assert settings == Settings(intents=ROOT / "intents", translations=ROOT / "translations")
    assert settings.intents.is_dir()
    assert settings.translations.is_dir()


def test_drafts_have_no_default() -> None:
    assert read_settings({}).serve_drafts is None
    assert read_settings({"AMPARO_TOKEN": TOKEN}).serve_drafts is None


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("AMPARO_TOKEN", f" {TOKEN}\n", "token", TOKEN),
        ("AMPARO_TOKEN", "", "token", None),
        ("AMPARO_DRAFTS", "serve", "serve_drafts", True),
        ("AMPARO_DRAFTS", " Refuse ", "serve_drafts", False),
        ("AMPARO_DRAFTS", "", "serve_drafts", None),
        ("AMPARO_LANGUAGE", "es", "language", "es"),
        ("AMPARO_PROTECT", "yes", "protect", True),
        ("AMPARO_PROTECT", "no", "protect", False),
        ("AMPARO_PROTECT", "", "protect", False),
        ("AMPARO_CACHE", "/somewhere", "cache", Path("/somewhere")),
        ("AMPARO_CACHE", "", "cache", None),
        ("XDG_CACHE_HOME", "/x", "cache", Path("/x/amparo")),
        ("HOME", "/home/me", "cache", Path("/home/me/.cache/amparo")),
        ("HOME", "", "cache", None),
        ("AMPARO_STATE", "/data", "state", Path("/data")),
        ("AMPARO_STATE", "/data", "keys", Path("/data/keys")),
        ("AMPARO_STATE", "", "state", None),
        ("AMPARO_KEYS", "/keys", "keys", Path("/keys")),
        ("XDG_STATE_HOME", "/x", "state", Path("/x/amparo")),
        ("HOME", "/home/me", "state", Path("/home/me/.local/state/amparo")),
        ("HOME", "/home/me", "keys", Path("/home/me/.local/state/amparo/keys")),
    ],
)
def test_a_setting_is_read(name: str, value: str, field: str, expected: object) -> None:
    assert getattr(read_settings({name: value}), field) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_can_be_the_default(language: str) -> None:
    assert read_settings({"AMPARO_LANGUAGE": language}).language == language


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AMPARO_DRAFTS", "yes"),
        ("AMPARO_DRAFTS", "perhaps"),
        ("AMPARO_LANGUAGE", "xx"),
        ("AMPARO_LANGUAGE", "fil"),
        ("AMPARO_PROTECT", "maybe"),
        ("AMPARO_INTENTS", "/no/such/folder"),
        ("AMPARO_TRANSLATIONS", "/no/such/folder"),
        ("AMPARO_TOKEN_FILE", "/no/such/file"),
        ("AMPARO_TOKEN_FILE", "/"),
        ("AMPARO_TOKE", TOKEN),
        ("AMPARO_DRAFT", "serve"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({name: value})
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)
    # What was given may be a token in the wrong place, or a path that names a person.
    assert value not in str(caught.value)


def test_a_setting_that_does_not_exist_is_answered_with_those_that_do() -> None:
    with pytest.raises(SettingsError, match="AMPARO_DRAFTS"):
        read_settings({"AMPARO_DARFTS": "serve"})


def test_settings_of_others_are_none_of_our_business() -> None:
    assert read_settings({"TOKEN": "x", "PATH": "/bin", "amparo_token": "x"}).token is None


def test_folders_can_be_other_ones(tmp_path: Path) -> None:
    settings = read_settings({"AMPARO_INTENTS": str(tmp_path), "AMPARO_TRANSLATIONS": str(tmp_path)})
    assert (settings.intents, settings.translations) == (tmp_path, tmp_path)


def test_the_token_can_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n", encoding="utf-8")
    assert read_settings({"AMPARO_TOKEN_FILE": str(file)}).token == TOKEN


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe"])
def test_a_token_file_without_a_token_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "token"
    file.write_bytes(content)
    with pytest.raises(SettingsError, match="AMPARO_TOKEN_FILE"):
        read_settings({"AMPARO_TOKEN_FILE": str(file)})


def test_a_token_given_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="both set"):
        read_settings({"AMPARO_TOKEN": TOKEN, "AMPARO_TOKEN_FILE": str(tmp_path / "token")})


def test_the_environment_is_read_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMPARO_LANGUAGE", "pl")
    assert read_settings().language == "pl"


def test_the_token_does_not_show_when_settings_are_printed() -> None:
    settings = read_settings({"AMPARO_TOKEN": TOKEN, "AMPARO_DRAFTS": "serve"})
    assert TOKEN not in f"{settings} {settings!r}"
    assert "123456" not in repr(settings)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        read_settings({}).token = TOKEN  # type: ignore[misc]


names = st.sampled_from(
    ["AMPARO_TOKEN", "AMPARO_TOKEN_FILE", "AMPARO_DRAFTS", "AMPARO_LANGUAGE", "AMPARO_PROTECT", "AMPARO_INTENTS",
     "AMPARO_TRANSLATIONS", "AMPARO_CACHE", "AMPARO_X", "HOME", "XDG_CACHE_HOME"]
)  # fmt: skip


@given(st.dictionaries(names, st.text(st.characters(codec="utf-8", exclude_characters="\0")), max_size=4))
def test_settings_are_read_or_refused_in_one_line(environ: dict[str, str]) -> None:
    # An environment holds no NUL, and what is in it decides; nothing else may be raised.
    try:
        said = f"{read_settings(environ)}."
    except SettingsError as error:
        said = str(error)
    assert said.endswith(".")
    assert said.count("\n") == 0


def test_volunteers_are_a_group_or_numbers() -> None:
    assert read_settings({"AMPARO_VOLUNTEERS_GROUP": " -1001234 "}).group == -1001234
    settings = read_settings({"AMPARO_VOLUNTEERS": "12, 34", "AMPARO_COORDINATORS": "12"})
    assert settings.volunteers == {12, 34}
    assert settings.coordinators == {12}
    assert read_settings({}).volunteers == frozenset()


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"AMPARO_VOLUNTEERS_GROUP": "1001234"}, "AMPARO_VOLUNTEERS_GROUP must be the number of a group"),
        ({"AMPARO_VOLUNTEERS_GROUP": "@group"}, "AMPARO_VOLUNTEERS_GROUP must be the number of a group"),
        ({"AMPARO_VOLUNTEERS": "@maria"}, "AMPARO_VOLUNTEERS must be numbers of Telegram users"),
        ({"AMPARO_VOLUNTEERS": "-5"}, "AMPARO_VOLUNTEERS must be numbers"),
        ({"AMPARO_COORDINATORS": "x"}, "AMPARO_COORDINATORS must be numbers"),
        ({"AMPARO_VOLUNTEERS_GROUP": "-1", "AMPARO_VOLUNTEERS": "1"}, "use one of them"),
    ],
)
def test_odd_volunteers_are_refused_in_one_line(env: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(says)) as refused:
        read_settings(env)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "address", ["https://api.example.org", "https://api.example.org:8443/", "http://127.0.0.1:8081"]
)
def test_another_bot_api_is_encrypted_or_on_this_machine(address: str) -> None:
    assert read_settings({"AMPARO_API": address}).api == address.rstrip("/")


@pytest.mark.parametrize("address", ["http://api.example.org", "http://localhost:80", "http://127.0.0.1.example:8",
                                     "https://user@example.org", "https://example.org/path", "x"])  # fmt: skip
def test_the_token_goes_nowhere_else(address: str) -> None:
    with pytest.raises(SettingsError, match="AMPARO_API"):
        read_settings({"AMPARO_API": address})
