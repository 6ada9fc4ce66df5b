from __future__ import annotations

import html
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.answers import Asked, answer
from bot.conversation.house import House
from bot.conversation.reply import Block, Outcome, Reply
from bot.conversation.wording import Writer
from bot.telegram.rendering import LIMIT, isolated, render, units
from tests.conftest import TODAY

TAGS = re.compile(r"</?(?:b|i|blockquote(?: expandable)?|a(?: href=\"[^\"<>]*\")?)>")


def balanced(text: str) -> bool:
    """Whether every tag is one we use, and closed in order; what is left has no `<`."""
    open_tags: list[str] = []
    for tag in TAGS.findall(text):
        name = re.findall(r"\w+", tag)[0]
        if tag.startswith("</"):
            if not open_tags or open_tags.pop() != name:
                return False
        else:
            open_tags.append(name)
    return not open_tags and "<" not in TAGS.sub("", text)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["heading", "text", "warning", "folded", "small"]), st.text(max_size=6000)),
        max_size=4,
    )
)
def test_any_text_gives_messages_within_the_limit_with_sound_markup(parts: list[tuple[str, str]]) -> None:
    blocks = tuple(Block(kind, text, "T") for kind, text in parts)  # type: ignore[arg-type]
    rendered = render(Reply(Outcome.SETTING, "en", blocks))
    assert rendered
    for message in rendered:
        assert units(html.unescape(TAGS.sub("", message.html))) <= LIMIT + 100
        assert units(message.plain) <= LIMIT + 100
        assert balanced(message.html)


def test_every_answer_of_the_content_renders_soundly(house: House) -> None:
    for intent in house.content.intents.values():
        for state in ("AL", "IL", "GA", None):
            for language in house.served:
                for message in render(answer(Writer(house, language, TODAY), Asked(intent, state))):
                    assert balanced(message.html), message.html
                    assert "**" not in message.html
                    assert "{" not in message.plain


def test_foreign_markup_is_quoted() -> None:
    rendered = render(Reply(Outcome.SETTING, "en", (Block("text", "<b>x</b> & <script>"),)))
    assert rendered[0].html == "&lt;b&gt;x&lt;/b&gt; &amp; &lt;script&gt;"


def test_sources_are_links() -> None:
    block = Block("sources", title="Sources", links=(("A & B", "https://x.org/?a=1&b=2"), ("page", None)))
    assert render(Reply(Outcome.SETTING, "en", (block,)))[0].html == (
        '<blockquote expandable><b>Sources</b>\n<a href="https://x.org/?a=1&amp;b=2">A &amp; B</a>\npage</blockquote>'
    )


def test_numbers_and_latin_names_are_isolated_among_arabic_letters() -> None:
    assert isolated("اتصل 312-555-0100 الآن") == "اتصل \u2068312-555-0100\u2069 الآن"
    assert isolated("دائرة الهجرة (ICE).") == "دائرة الهجرة (\u2068ICE\u2069)."
    assert isolated("اسأل **ICE Chicago** اليوم") == "اسأل **\u2068ICE Chicago\u2069** اليوم"


def test_a_line_of_a_latin_language_that_names_an_arabic_word_begins_at_the_left() -> None:
    line = "Not sure · Arabic · Illinois (from “إلينوي”)"
    assert isolated(line, "en") == line
    assert isolated("اتصل 312-555-0100 الآن", "en") == isolated("اتصل 312-555-0100 الآن")


def test_text_without_right_to_left_letters_stays_as_it_is() -> None:
    text = "Call 312-555-0100 (ICE)\nагенты ICE"
    assert isolated(text) == text
    assert isolated(f"{text}\nاتصل 911").startswith(text)


def test_a_long_arabic_text_full_of_names_stays_within_the_limit() -> None:
    rendered = render(Reply(Outcome.SETTING, "ar", (Block("text", "مع ICE و " * 900),)))
    assert "\u2068ICE\u2069" in rendered[0].html
    assert all(units(message.plain) <= LIMIT for message in rendered)
