"""How fast and how heavy the page is: `python -m tests.practice.measure_page [--picture FILE]`.

Prints the time from sending a message to its reply on the page, the bytes that the page loads, and the hosts that were
asked for anything. With `--picture` it also makes the picture of the README.
"""

from __future__ import annotations

import argparse
import base64
import statistics
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser

from bot.practice.web import FOLDER
from tests.practice.on_page import Seen, chromium, opened, practising

ASKED = (
    "can i opt out of sharing my license data in illinois", "ICE is at my door", "el dmv le da mis datos a la migra",
    "/topics", "ice records stuff", "i live in illinois", "zzkq wvvx", "y en alabama?", "hola", "/start",
)  # fmt: skip
ROUNDS = 10

_TIMED = """async ([panel, text]) => {
  const box = panel.querySelector("textarea");
  const log = panel.querySelector(".log");
  box.value = text;
  const before = performance.now();
  const replied = new Promise((done) => {
    new MutationObserver((_, watcher) => {
      if (!log.lastElementChild.matches(".message:not(.mine):not(.typing)")) return;
      watcher.disconnect();
      requestAnimationFrame(() => done(performance.now() - before));
    }).observe(log, { childList: true });
  });
  box.form.requestSubmit();
  return replied;
}"""
"""Milliseconds from sending to the frame in which the reply is drawn, by the browser's own clock."""


_SMALLER = """async (png) => {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", 0.65);
}"""
"""The browser makes a WebP of a PNG, a third of its size."""


def timed(seen: Seen) -> list[float]:
    """One time a message, after one that warms everything up."""
    panel = seen.panel.element_handle()
    seen.page.evaluate(_TIMED, [panel, "hello"])
    return [seen.page.evaluate(_TIMED, [panel, text]) for _ in range(ROUNDS) for text in ASKED]


def pictured(browser: Browser, address: str, path: Path) -> None:
    """A conversation with both panes, as the README shows it."""
    with opened(browser, address, viewport={"width": 1000, "height": 640}) as seen:
        seen.say("el dmv le da mis datos a la migra?")
        seen.hears("Illinois")
        box = seen.page.get_by_role("textbox", name="Write to the group")
        box.fill("@amparo_practice_bot ICE is at her door, what can i tell her?")
        box.press("Enter")
        seen.group.get_by_text("Amparo", exact=True).last.wait_for()
        seen.page.evaluate("document.activeElement.blur()")
        save(browser, seen.page.screenshot(animations="disabled", caret="hide"), path)


def save(browser: Browser, taken: bytes, path: Path) -> None:
    """Keep a screenshot as a small picture."""
    page = browser.new_page()
    small = page.evaluate(_SMALLER, base64.b64encode(taken).decode())
    path.write_bytes(base64.b64decode(small.partition(",")[2]))
    page.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--picture", type=Path)
    picture = parser.parse_args().picture
    with tempfile.TemporaryDirectory() as cache, practising(cache) as started, chromium() as browser:
        if picture:
            pictured(browser, started.address, picture)
        with opened(browser, started.address) as seen:
            times = sorted(timed(seen.add("Measured")))
            hosts = {urlsplit(url).netloc for url in seen.requests}
    late = times[len(times) * 95 // 100]
    print(
        f"message to reply: median {statistics.median(times):.0f} ms, 95 % under {late:.0f} ms, {len(times)} messages"
    )
    sizes = [path.stat().st_size for path in FOLDER.iterdir()]
    print(f"page weight: {sum(sizes)} bytes in {len(sizes)} files")
    print(f"hosts asked: {', '.join(hosts)}")


if __name__ == "__main__":
    main()
