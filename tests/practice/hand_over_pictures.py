"""The pictures of a hand-over in the volunteers' page: `python -m tests.practice.hand_over_pictures`."""

from __future__ import annotations

import tempfile

from playwright.sync_api import Browser, Locator, Page, expect

from tests.conftest import ROOT
from tests.practice.measure_page import save
from tests.practice.on_page import chromium, opened, practising

DOCS = ROOT / "docs"


def taken(place: Page | Locator) -> bytes:
    return place.screenshot(animations="disabled", caret="hide")


def pictured(browser: Browser, address: str) -> None:
    """What she reads before she writes; then both panes, answered."""
    with opened(browser, address, viewport={"width": 1000, "height": 860}) as seen:
        seen.add("Samira")
        seen.say("i want to talk to a person")
        expect(seen.replies).to_have_count(1, timeout=300_000)  # everything is learnt first
        seen.press("Write to a volunteer here")
        seen.hears("Write your question now")
        seen.page.evaluate("document.activeElement.blur()")
        seen.panel.get_by_role("button", name="Cancel").scroll_into_view_if_needed()
        save(browser, taken(seen.page.locator("#people")), DOCS / "hand_over_asker.webp")
        seen.say("can i opt out of sharing my license data with ICE? i live in illinois, call me at 312-555-0199")
        seen.hears("I have passed your message on")
        seen.page.locator("#group [role=tab]").last.click()
        seen.group.get_by_role("button", name="Claim").click()
        seen.hears("Back to the automatic answers")
        box = seen.page.get_by_role("textbox", name="Write to the group")
        box.fill("Please call us tomorrow morning: a lawyer is here then, and it costs nothing.")
        box.press("Enter")
        seen.hears("A volunteer of the hotline writes")
        seen.page.evaluate("document.activeElement.blur()")
        seen.group.get_by_role("button", name="Claim").scroll_into_view_if_needed()
        seen.replies.last.scroll_into_view_if_needed()
        save(browser, taken(seen.page), DOCS / "hand_over_topic.webp")


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as cache,
        chromium() as browser,
        practising(cache, AMPARO_ENCODER="none") as started,
    ):
        pictured(browser, started.address)


if __name__ == "__main__":
    main()
