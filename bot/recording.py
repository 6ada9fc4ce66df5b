"""What `amparo records` does: show what is held, sweep what is old, list the keys. The bot may be running."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from bot.records.forgetting import SteadyClock, steady_clock
from bot.records.keys import Keys
from bot.records.showing import described, keys_described
from bot.records.sqlite import FILE, SqliteStore
from bot.records.store import Store, StoreError
from bot.settings import Settings, SettingsError


def show(settings: Settings) -> int:
    """All that is held about anybody, as words and counts: what a subpoena would get."""
    with _opened(settings) as store:
        print(*described(store.held()), sep="\n")
    return 0


def sweep(settings: Settings) -> int:
    """Delete what is old now, as the running bot does every hour; 1 if a log still holds some of it."""
    with _opened(settings) as store:
        with store.transaction():
            store.sweep()
        clean = store.checkpoint()
    print("Swept." if clean else "Swept, but somebody reads the database just now: run this again.")
    return 0 if clean else 1


def keys(settings: Settings) -> int:
    """The keys, and when each is deleted."""
    with _opened(settings) as store:
        print(*keys_described(store.held()), sep="\n")
    return 0


@contextmanager
def records_of_one(settings: Settings) -> Iterator[Callable[[SteadyClock], Store]]:
    """For the one running bot: how its store is opened. Raises `SettingsError` for a second copy."""
    from bot.records.locking import only_copy  # not on Windows, where practice runs

    if settings.state is None or settings.keys is None:
        raise SettingsError("AMPARO_STATE must name a folder: questions are kept there until they are answered.")
    state, keys = settings.state, Keys(settings.keys)
    try:
        with only_copy(state):
            yield lambda clock: SqliteStore(state, keys, clock)
    except StoreError as error:
        raise SettingsError(f"The records cannot be used: {error}.") from None


@contextmanager
def _opened(settings: Settings) -> Iterator[Store]:
    """The store as it is. Raises `SettingsError` where there is none, or none that can be used."""
    if settings.state is None or settings.keys is None or not (settings.state / FILE).exists():
        raise SettingsError(
            f"Nothing is held: AMPARO_STATE is {settings.state or 'nowhere'}, and no database is there."
        )
    try:
        store = SqliteStore(settings.state, Keys(settings.keys), steady_clock())
        try:
            yield store
        finally:
            store.close()
    except StoreError as error:
        raise SettingsError(f"The records cannot be used: {error}.") from None


ACTIONS: Mapping[str, Callable[[Settings], int]] = {"show": show, "sweep": sweep, "keys": keys}
