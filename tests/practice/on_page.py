"""Practice mode as a person meets it: the real command in a process of its own, its page in the machine's Chromium."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from bot.practice.server import Server, serve
from bot.practice.web import page
from bot.practice.world import World
from tests.conftest import ROOT

CHROMIUM = Path("/usr/bin/chromium")
NO_CHROMIUM = f"there is no Chromium at {CHROMIUM} (Debian's package chromium)"
_QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
          "--disable-sync", "--no-first-run")  # fmt: skip
expect.set_options(timeout=30_000)  # a busy machine is no fault of the page's
DESKTOP = {"width": 1200, "height": 820}
PHONE = {"width": 390, "height": 780}


@dataclass(frozen=True)
class Started:
    """A running `amparo practice`."""

    process: subprocess.Popen[str]
    address: str
    said: str

    def end(self) -> tuple[int, str]:
        """Ctrl-C; the exit code and what came on standard error."""
        self.process.send_signal(signal.SIGINT)
        _, errors = self.process.communicate(timeout=30)
        return self.process.returncode, errors


@contextmanager
def practising(cache: Path | str, *command: str, **environment: str) -> Iterator[Started]:
    """`amparo practice` (or another command) until the end, on a machine without a screen and without settings."""
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith("AMPARO_") and k not in ("DISPLAY", "WAYLAND_DISPLAY")
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *(command or ("practice",))], cwd=ROOT,
        env={**kept, "AMPARO_CACHE": str(cache), **environment},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    with process:
        try:
            said = ""
            while "Ctrl-C" not in said:
                line = process.stdout.readline()
                assert line, f"practice ended: {process.stderr.read() if process.stderr else ''}"
                said += line
            found = re.search(r"http://\S+/(?=\n)", said)
            assert found
            yield Started(process, found[0], said)
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate()


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_QUIET)
        yield browser
        browser.close()


@dataclass
class Seen:
    """The page as one person uses it."""

    page: Page
    requests: list[str] = field(default_factory=list)
    name: str = ""

    @property
    def panel(self) -> Locator:
        """The chat that is in front."""
        return self.page.locator("#people [role=tabpanel]:not([hidden])")

    @property
    def group(self) -> Locator:
        return self.page.locator("#group [role=tabpanel]:not([hidden])")

    @property
    def replies(self) -> Locator:
        """What the bot has written to her."""
        return self.panel.locator(".message:not(.mine):not(.typing)")

    def add(self, name: str) -> Seen:
        """Another person, whose chat is in front then."""
        self.name = name
        self.page.get_by_role("button", name="Add a person").click()
        self.page.get_by_role("textbox", name="A name for this person").fill(name)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
        return self

    def say(self, text: str) -> None:
        box = self.panel.get_by_role("textbox", name="Write a message")
        box.fill(text)
        box.press("Enter")

    def press(self, label: str) -> None:
        self.replies.last.get_by_role("button", name=label).click()

    def hears(self, *texts: str) -> None:
        """Wait for a reply with all these texts; it is the newest."""
        for text in texts:
            expect(self.replies.last).to_contain_text(text)


@contextmanager
def opened(browser: Browser, address: str, **options: Any) -> Iterator[Seen]:
    """The page in a browser that has never been there; any fault of its scripts fails the test."""
    faults: list[str] = []
    context = browser.new_context(**{"viewport": DESKTOP, **options})
    seen = Seen(context.new_page())
    context.on("request", lambda request: seen.requests.append(request.url))
    seen.page.on("pageerror", lambda error: faults.append(str(error)))
    seen.page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    seen.page.goto(address)
    expect(seen.page.get_by_role("tab").first).to_be_visible()
    yield seen
    context.close()
    assert faults == []


@dataclass(frozen=True)
class Staged:
    """A world with its server and page on a loop of its own, and no bot: for what is seen, whoever does it."""

    world: World
    server: Server
    address: str
    loop: asyncio.AbstractEventLoop

    def act(self, done: Callable[[], Any]) -> Any:
        """Do something in the world, on its loop."""

        async def there() -> Any:
            return done()

        return asyncio.run_coroutine_threadsafe(there(), self.loop).result(10)


@contextmanager
def staged() -> Iterator[Staged]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def start() -> tuple[World, Server]:
        world = World()
        world.person("Ana")
        return world, await serve(world, routes=[page(world, "stage", ["hola"])])

    try:
        world, server = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
        try:
            yield Staged(world, server, f"{server.url}/stage/", loop)
        finally:
            asyncio.run_coroutine_threadsafe(server.close(), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
