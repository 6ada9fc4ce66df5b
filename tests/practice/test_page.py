"""The page in a real browser, with the real bot behind it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from bot.conversation.house import House
from bot.practice.web import FOLDER
from tests.conftest import ROOT
from tests.practice.on_page import (
    CHROMIUM,
    DESKTOP,
    NO_CHROMIUM,
    PHONE,
    Seen,
    Started,
    chromium,
    opened,
    practising,
    staged,
)

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=NO_CHROMIUM)

MOST_BYTES = 100_000
NUMBERS = itertools.count(10)


@pytest.fixture(scope="module")
def practice(house: House, cache: Path) -> Iterator[Started]:
    assert house.content.intents  # learnt, and in the cache
    with practising(cache) as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def seen(browser: Browser, practice: Started) -> Iterator[Seen]:
    """The page with a person of this test's own in front."""
    with opened(browser, practice.address) as page:
        yield page.add(f"Person {next(NUMBERS)}")


# Conversations


def test_first_contact_says_who_answers_and_one_key_starts(seen: Seen) -> None:
    expect(seen.panel).to_contain_text("Answers about driver's license records and ICE.")
    seen.panel.get_by_role("button", name="Start", exact=True).click()
    seen.hears("Hello. I am an automatic helper of", "please send no names, addresses or case numbers")
    expect(seen.panel.locator(".empty")).to_have_count(0)


def test_what_is_proposed_is_said(seen: Seen) -> None:
    seen.panel.get_by_role("button", name="ICE is at my door").click()
    seen.hears("signed by a judge")


def test_a_question_in_spanish_and_its_state_by_button(seen: Seen) -> None:
    seen.say("el dmv le da mis datos a la migra")
    seen.hears("¿De qué estado se trata?")
    seen.press("Illinois")
    seen.hears("Illinois ·", "Ningún abogado ha revisado esto")
    expect(seen.replies).to_have_count(2)


def test_right_to_left_text_runs_from_the_right_and_keeps_its_numbers(seen: Seen) -> None:
    seen.say("هل يمكن لدائرة الهجرة رؤية بياناتي؟ 1-844-363-1423\nand in English")
    lines = seen.panel.locator(".mine p")
    expect(lines).to_have_count(2)
    assert lines.evaluate_all("lines => lines.map((line) => getComputedStyle(line).direction)") == ["rtl", "ltr"]
    expect(lines.first.locator("bdi")).to_have_text("1-844-363-1423")
    expect(seen.replies).to_have_count(1)


def test_the_language_is_switched_and_back(seen: Seen) -> None:
    seen.say("can i opt out of sharing my license data in illinois")
    seen.hears("Illinois · Can I")
    seen.press("🌐")
    seen.press("Español")
    seen.hears("Illinois · ¿")
    seen.press("🌐")
    seen.press("English")
    seen.hears("Illinois · Can I")


def test_the_language_of_her_telegram_decides_about_the_greeting_and_the_commands(seen: Seen) -> None:
    seen.panel.get_by_label("Telegram in").select_option("es")
    expect(seen.panel).to_contain_text("Respuestas automáticas")
    seen.panel.get_by_role("button", name="Commands").click()
    expect(seen.panel.locator(".above")).to_contain_text("/privacy")
    seen.page.keyboard.press("Escape")
    seen.panel.get_by_role("button", name="Start", exact=True).click()
    seen.hears("Hola")


def test_choices_are_offered_and_one_is_taken(seen: Seen) -> None:
    seen.say("ice records stuff")
    seen.hears("I am not sure which of these you mean")
    keys = seen.replies.last.locator(".keys button")
    assert 2 <= keys.count() <= 4
    keys.first.click()
    expect(seen.replies).to_have_count(2)
    seen.say("zzkq wvvx")
    seen.hears("I did not understand")


def test_an_emergency_shows_its_number_which_is_copied(seen: Seen) -> None:
    seen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    seen.say("ICE is at my door")
    seen.hears("signed by a judge", "1-844-363-1423")
    seen.press("📋 1-844-363-1423")
    expect(seen.page.locator("#toast")).to_have_text("Copied: 1-844-363-1423")
    assert seen.page.evaluate("navigator.clipboard.readText()") == "1-844-363-1423"
    expect(seen.replies).to_have_count(1)


def test_forget_is_chosen_from_the_commands(seen: Seen) -> None:
    seen.say("i live in illinois")
    seen.hears("Illinois")
    box = seen.panel.get_by_role("textbox", name="Write a message")
    box.press_sequentially("/for")
    commands = seen.panel.locator(".above button")
    expect(commands).to_have_count(1)
    box.press("ArrowUp")
    seen.page.keyboard.press("Enter")
    seen.press("Forget this chat")
    seen.hears("I have forgotten your language, your state and your last question.")
    expect(box).to_have_value("")


def test_a_forward_is_marked_and_only_that_one(seen: Seen) -> None:
    seen.say("i live in illinois")
    seen.hears("Illinois")
    forwarded = seen.panel.get_by_label("Forwarded")
    forwarded.select_option("hidden_user")
    seen.say("can i opt out of sharing my license data with ice")
    expect(seen.panel.locator(".mine .mark")).to_have_text("Forwarded from a hidden person")
    seen.hears("Which state is it about?")
    expect(forwarded).to_have_value("")
    seen.say("can i opt out of sharing my license data with ice")
    seen.hears("Illinois ·")


def test_an_own_message_is_changed_and_answered_again(seen: Seen) -> None:
    seen.say("can i opt out in illinois")
    seen.hears("Illinois ·")
    seen.panel.locator(".mine").hover()
    seen.panel.locator(".mine").get_by_role("button", name="Edit").click()
    box = seen.panel.get_by_role("textbox", name="Write a message")
    expect(box).to_have_value("can i opt out in illinois")
    seen.say("can i opt out in alabama")
    seen.hears("You changed your message", "Alabama ·")
    expect(seen.panel.locator(".mine")).to_have_count(1)
    expect(seen.panel.locator(".mine")).to_contain_text("edited")


@pytest.mark.parametrize(("key", "shown"), [("Photo", "[Photo]"), ("Voice message", "[Voice message]")])
def test_something_that_is_not_text_gets_a_kind_sentence(seen: Seen, key: str, shown: str) -> None:
    seen.panel.get_by_role("button", name="Send something else").click()
    seen.panel.get_by_role("button", name=key).click()
    expect(seen.panel.locator(".mine")).to_contain_text(shown)
    seen.hears("I can only read text")


def test_turning_a_page_changes_the_message_in_its_place_and_keeps_the_focus(seen: Seen) -> None:
    seen.say("/topics")
    seen.hears("page 1 of")
    seen.replies.last.get_by_role("button", name="▶").focus()
    seen.page.keyboard.press("Enter")
    seen.hears("page 2 of")
    expect(seen.replies).to_have_count(1)
    assert seen.page.evaluate("document.activeElement.closest('.keys') !== null")


def test_folded_details_open_and_close(seen: Seen) -> None:
    seen.say("ICE is at my door")
    seen.hears("Details")
    fold = seen.replies.last.get_by_role("button", name="Show all").first
    quote = seen.replies.last.locator("blockquote").first
    before = quote.bounding_box()
    fold.click()
    expect(seen.replies.last.get_by_role("button", name="Show less")).to_have_attribute("aria-expanded", "true")
    after = quote.bounding_box()
    assert before is not None
    assert after is not None
    assert after["height"] > before["height"]


def test_what_people_write_is_text_and_never_markup(seen: Seen) -> None:
    written = "<img src=x onerror=alert(1)> <b>x</b> &amp; <script>alert(2)</script>"
    seen.say(written)
    expect(seen.panel.locator(".mine p")).to_have_text(written)
    assert seen.panel.locator("img, script, [onerror]").count() == 0
    expect(seen.replies).to_have_count(1)


def test_a_page_that_is_loaded_again_shows_everything_so_far(seen: Seen) -> None:
    seen.say("can i opt out of sharing my license data in illinois")
    seen.hears("Illinois ·")
    shown = seen.panel.locator(".bubble").all_inner_texts()
    seen.page.reload()
    seen.page.get_by_role("tab", name=seen.name).click()
    assert len(shown) == 2
    expect(seen.panel.locator(".bubble")).to_have_text(shown, use_inner_text=True)


# Both sides


def test_one_person_plays_both_sides(browser: Browser, practice: Started) -> None:
    with opened(browser, practice.address) as seen:
        seen.add("Volunteer Vera")
        seen.page.locator("summary", has_text="Members").click()
        seen.page.get_by_role("checkbox", name="Volunteer Vera").check()
        expect(seen.group).to_contain_text("Volunteer Vera joined the group")
        seen.page.locator("summary", has_text="Members").click()
        seen.page.get_by_label("Write as").select_option(label="Volunteer Vera")
        box = seen.page.get_by_role("textbox", name="Write to the group")
        box.fill("@amparo_practice_bot can i opt out of sharing my license data in illinois")
        box.press("Enter")
        expect(seen.group.locator(".message").last).to_contain_text("Illinois ·")
        expect(seen.group.locator(".message").last.locator(".who")).to_have_text("Amparo")
        expect(seen.group.locator(".message.mine").last).to_contain_text("@amparo_practice_bot")
        seen.page.locator("summary", has_text="Members").click()
        seen.page.get_by_role("checkbox", name="Volunteer Vera").uncheck()
        expect(seen.group).to_contain_text("Volunteer Vera left the group")
        expect(seen.page.get_by_label("Write as")).not_to_contain_text("Volunteer Vera")


def test_another_persons_chat_counts_what_is_new(seen: Seen, browser: Browser, practice: Started) -> None:
    seen.say("hola")
    seen.hears("Hola")
    with opened(browser, practice.address) as other:  # the same world in another window
        other.page.get_by_role("tab", name="Ana").click()
        seen.say("ICE is at my door")
        tab = other.page.get_by_role("tab", name=seen.name)
        expect(tab.locator(".count")).to_have_text("2")
        tab.click()
        expect(tab.locator(".count")).to_be_hidden()
        other.hears("signed by a judge")


def test_everything_works_by_keyboard_alone(browser: Browser, practice: Started) -> None:
    with opened(browser, practice.address) as seen:
        keys = seen.page.keyboard

        def to(name: str) -> None:
            for _ in range(60):
                keys.press("Tab")
                focused = seen.page.evaluate(
                    "[document.activeElement.ariaLabel ?? document.activeElement.textContent,"
                    " getComputedStyle(document.activeElement).outlineStyle]"
                )
                if name in focused[0]:
                    assert focused[1] == "solid"  # the focus can be seen
                    return
            pytest.fail(f"Tab does not come to {name}")

        to("Add a person")
        keys.press("Enter")
        keys.type("Keyboard Kim")
        keys.press("Enter")
        expect(seen.page.get_by_role("tab", name="Keyboard Kim", selected=True)).to_be_visible()
        to("Start")
        keys.press("Enter")
        seen.hears("Hello.")
        to("Write a message")
        keys.type("can i opt out in illinois")
        keys.press("Enter")
        seen.hears("Illinois ·")
        seen.page.locator("#add").focus()
        to("And in Alabama?")
        keys.press("Enter")
        seen.hears("Alabama ·")
        seen.page.get_by_role("tab", name="Keyboard Kim").focus()
        keys.press("Home")
        expect(seen.page.get_by_role("tab", name="Ana")).to_have_attribute("aria-selected", "true")
        expect(seen.page.get_by_role("tab", name="Ana")).to_be_focused()


def test_what_our_bot_does_not_do_yet_is_shown_too(browser: Browser) -> None:
    with staged() as stage, opened(browser, stage.address) as seen:
        ana = next(iter(stage.world.people))

        def bot(method: str, **parameters: Any) -> Any:
            answer = httpx.post(
                f"{stage.server.base_url}{stage.server.token}/{method}", json=parameters, trust_env=False
            )
            assert answer.status_code == 200, answer.text
            return answer.json()["result"]

        expect(seen.page.locator("#state")).to_contain_text("The bot is still reading its questions.")
        bot("setMyCommands", commands=[{"command": "one", "description": "First"}])
        expect(seen.page.locator("#state")).to_have_text("")
        stage.act(lambda: stage.world.say(ana, "hola"))
        bot("sendChatAction", chat_id=ana, action="typing")
        expect(seen.panel.get_by_role("img", name="The bot is writing")).to_be_visible()
        keys = {"inline_keyboard": [[{"text": "Press", "callback_data": "x"}]]}
        text = "<b>one</b> <i>two 🙂 <u>three</u></i> &lt;four&gt;"
        sent = bot("sendMessage", chat_id=ana, text=text, parse_mode="HTML", reply_markup=keys)
        seen.hears("one two 🙂 three <four>")
        expect(seen.replies.last.locator("i u")).to_have_text("three")
        expect(seen.panel.get_by_role("img", name="The bot is writing")).to_have_count(0)
        bot("editMessageText", chat_id=ana, message_id=sent["message_id"], text="other", reply_markup=keys)
        seen.hears("other")
        seen.press("Press")
        query = bot("getUpdates", allowed_updates=["message", "callback_query", "inline_query"], timeout=5)[-1]
        bot("answerCallbackQuery", callback_query_id=query["callback_query"]["id"], text="Pressed!")
        expect(seen.page.locator("#toast")).to_have_text("Pressed!")
        bot(
            "setMessageReaction",
            chat_id=ana,
            message_id=sent["message_id"],
            reaction=[{"type": "emoji", "emoji": "👍"}],
        )
        expect(seen.replies.last.locator(".reactions")).to_have_text("👍")
        bot("deleteMessage", chat_id=ana, message_id=sent["message_id"])
        expect(seen.replies).to_have_count(0)
        topic = bot("createForumTopic", chat_id=stage.world.group.id, name="Ticket 7")
        seen.page.get_by_role("tab", name="Ticket 7").click()
        bot(
            "sendMessage", chat_id=stage.world.group.id, message_thread_id=topic["message_thread_id"], text="a question"
        )
        expect(seen.group).to_contain_text("a question")
        box = seen.panel.get_by_role("textbox", name="Write a message")
        box.fill("@amparo_practice_bot opt out")
        asked = bot("getUpdates", offset=query["update_id"] + 1, timeout=5)[-1]["inline_query"]
        assert asked["query"] == "opt out"
        result = {
            "type": "article",
            "id": "1",
            "title": "Opting out",
            "input_message_content": {"message_text": "the answer"},
        }
        bot("answerInlineQuery", inline_query_id=asked["id"], results=[result])
        seen.panel.get_by_role("button", name="Opting out").click()
        expect(seen.panel.locator(".mine").last).to_contain_text("the answer")
        stage.act(lambda: stage.world.join(ana))
        last = bot("getUpdates")[-1]["update_id"]
        seen.page.get_by_role("textbox", name="Write to the group").fill("@amparo_practice_bot opt out")
        asked = bot("getUpdates", offset=last + 1, timeout=5)[-1]["inline_query"]
        bot("answerInlineQuery", inline_query_id=asked["id"], results=[result])
        seen.page.locator("#group").get_by_role("button", name="Opting out").click()
        expect(seen.group.locator(".mine").last).to_contain_text("the answer")


# The whole page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_it_reads_well_in_light_and_dark_on_desktop_and_phone(
    browser: Browser, practice: Started, tmp_path: Path, scheme: Any, size: str
) -> None:
    view = {"desktop": DESKTOP, "phone": PHONE}[size]
    with opened(browser, practice.address, color_scheme=scheme, viewport=view) as seen:
        seen.add(f"{size} {scheme}")
        seen.say("does the dmv in illinois give my license info to ICE")
        seen.hears("Illinois ·")
        background = seen.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (background == "rgb(255, 255, 255)") == (scheme == "light")
        seen.page.locator("#theme").click()
        assert seen.page.evaluate("getComputedStyle(document.body).backgroundColor") != background
        seen.page.locator("#theme").click()
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= view["width"]
        found = Axe().run(seen.page)
        assert found.violations_count == 0, found.generate_report()
        assert len(found.response["passes"]) > 20  # it has looked
        if size == "phone":
            expect(seen.page.locator("#group")).to_be_hidden()
            seen.page.get_by_role("button", name="Volunteers' group").click()
            expect(seen.page.locator("#people")).to_be_hidden()
            assert seen.page.evaluate("document.documentElement.scrollWidth") <= view["width"]
        seen.page.screenshot(path=tmp_path / f"{size}-{scheme}.png")


def test_the_page_is_small_and_asks_nobody_else(seen: Seen, practice: Started) -> None:
    seen.say("ICE is at my door")
    seen.hears("signed by a judge")
    fetched = {url for url in seen.requests if not url.endswith(("/events", "/act"))}
    assert all(url.startswith(practice.address) for url in seen.requests)
    assert {url.rpartition("/")[2] or "index.html" for url in fetched} == {path.name for path in FOLDER.iterdir()}
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < MOST_BYTES


def test_the_whole_program_is_connected_to_this_machine_only(seen: Seen, practice: Started) -> None:
    seen.say("hola")
    seen.hears("Hola")
    own = Path(f"/proc/{practice.process.pid}")
    if not own.is_dir():
        pytest.skip("this system does not show the connections of a process")
    sockets = {str(link.readlink()) for link in (own / "fd").iterdir()}
    lines = [line.split() for name in ("tcp", "tcp6") for line in (own / "net" / name).read_text().splitlines()[1:]]
    far = {line[2].split(":")[0] for line in lines if f"socket:[{line[9]}]" in sockets}
    assert "0100007F" in far  # 127.0.0.1
    assert {address.strip("0") for address in far} <= {"100007F", ""}


def test_when_practice_ends_the_page_says_so(browser: Browser) -> None:
    with staged() as stage:
        context = browser.new_context()
        page = context.new_page()
        page.goto(stage.address)
        expect(page.get_by_role("tab", name="Ana")).to_be_visible()
    expect(page.locator("#state")).to_contain_text("Practice has stopped.")
    context.close()


def test_the_picture_in_the_readme_is_small() -> None:
    assert "(docs/practice.webp)" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert 10_000 < (ROOT / "docs" / "practice.webp").stat().st_size < 60_000
