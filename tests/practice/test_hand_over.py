"""A hand-over as two people see it: Samira asks in Arabic on one side of the page, Rosa answers on the other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bot.conversation.house import House
from tests.conftest import ROOT
from tests.practice.on_page import CHROMIUM, NO_CHROMIUM, chromium, opened, practising

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=NO_CHROMIUM)

QUESTION = "هل يمكنني منع مشاركة بيانات رخصتي مع الآيس في إلينوي؟ رقمي 312-555-0199"
SIZE = {"width": 1500, "height": 1000}


def test_a_question_in_arabic_goes_to_a_volunteer_and_her_answer_comes_back(
    house: House, cache: Path, tmp_path: Path
) -> None:
    _ = house.translator("ar").text
    with (
        practising(cache, AMPARO_ENCODER="none") as practice,
        chromium() as browser,
        opened(browser, practice.address, viewport=SIZE) as seen,
    ):

        def look(name: str) -> None:
            seen.page.screenshot(path=tmp_path / f"{name}.png")

        seen.add("Samira")
        seen.say("أريد التحدث مع شخص")
        seen.press(_("Write to a volunteer here"))
        seen.hears(_("Do not hide them"), _("Cancel"))
        look("1_told")
        seen.say(QUESTION)
        seen.hears(_("I have hidden numbers or addresses in it."))

        topic = seen.page.locator("#group [role=tab]").last
        expect(topic).to_contain_text(re.compile(r"#\w{6} · ar · IL"))
        topic.click()
        expect(seen.group).to_contain_text("hidden")
        assert "0199" not in seen.group.inner_text()
        assert "Samira" not in seen.group.inner_text()
        look("2_passed_on")
        seen.group.get_by_role("button", name="Claim").click()
        seen.hears(_("Back to the automatic answers"))
        seen.group.get_by_role("button", name="Send this answer in Arabic").click()
        seen.hears("إلينوي ·", _("General information, not legal advice."))
        look("3_answered")

        replies = seen.replies.count()
        seen.say("شكرا لكم، من أين أحصل على الورقة؟")
        expect(seen.group).to_contain_text("من أين أحصل على الورقة")
        assert seen.replies.count() == replies
        seen.say("الآيس عند بابي الآن")
        expect(seen.replies).to_have_count(replies + 1)
        look("4_emergency")
        seen.group.get_by_role("button", name="Close").click()
        seen.hears(_("The conversation with the volunteers is over. I answer your questions again."))
        seen.say("هل يمكنني منع مشاركة بيانات رخصتي مع الآيس في إلينوي؟")
        seen.hears("إلينوي ·")
        expect(seen.replies).to_have_count(replies + 3)
        look("5_bot_again")


def test_the_pictures_of_the_volunteers_page_are_there_and_small() -> None:
    manual = (ROOT / "docs" / "volunteers.md").read_text(encoding="utf-8")
    pictures = re.findall(r"\]\((\w+\.webp)\)", manual)
    assert len(pictures) == 2
    for picture in pictures:
        assert 10_000 < (ROOT / "docs" / picture).stat().st_size < 70_000
