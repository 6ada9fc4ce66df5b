"""The stores that the contract is held against. Another store joins by a line in `STORES`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.records.keys import Keys
from bot.records.sqlite import SqliteStore
from bot.records.store import Store
from tests.records.benches import Bench, in_folder

Open = Callable[[Callable[[], dt.datetime]], Store]

STORES: dict[str, Callable[[Path], Open]] = {
    "sqlite": in_folder,
    "sqlite in memory": lambda _: lambda clock: SqliteStore(None, Keys(None), clock),
}
LASTING = ("sqlite",)
"""The stores that outlast a restart."""


@pytest.fixture(params=STORES)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(STORES[request.param](tmp_path))
    yield made
    made.store.close()


@pytest.fixture(params=LASTING)
def lasting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(STORES[request.param](tmp_path))
    yield made
    made.store.close()
