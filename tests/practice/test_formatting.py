"""HTML as Telegram reads it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.reply import Block, Outcome, Reply
from bot.practice.entities import units
from bot.practice.formatting import cleaned, formatted
from bot.practice.refusals import Refusal
from bot.telegram.rendering import quote, render

Json = dict[str, Any]


def marks(html: str) -> tuple[str, list[tuple[Any, ...]]]:
    text, entities = formatted(html, "HTML")
    rest = ("url", "language", "custom_emoji_id")
    return text, [
        (mark["type"], mark["offset"], mark["length"], *(mark[key] for key in rest if key in mark)) for mark in entities
    ]


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("plain", "plain", []),
        ("<b>a</b><STRONG>b</STRONG>", "ab", [("bold", 0, 1), ("bold", 1, 1)]),
        ("<i>a</i><em>b</em>", "ab", [("italic", 0, 1), ("italic", 1, 1)]),
        ("<u>a</u><s>b</s><del>c</del>", "abc",
         [("underline", 0, 1), ("strikethrough", 1, 1), ("strikethrough", 2, 1)]),
        ("😀 <b>x<i>y</i></b>", "😀 xy", [("bold", 3, 2), ("italic", 4, 1)]),
        ("<b><i>x</i></b>", "x", [("bold", 0, 1), ("italic", 0, 1)]),
        ("<tg-spoiler>a</tg-spoiler><span class='tg-spoiler'>b</span>", "ab", [("spoiler", 0, 1), ("spoiler", 1, 1)]),
        ("<code>a &lt; b</code>", "a < b", [("code", 0, 5)]),
        ('<pre><code class="language-python">x</code></pre>', "x", [("pre", 0, 1, "python")]),
        ("<blockquote expandable><b>a</b>\nb</blockquote>", "a\nb", [("expandable_blockquote", 0, 3), ("bold", 0, 1)]),
        ("<blockquote>a</blockquote>", "a", [("blockquote", 0, 1)]),
        ('<a href="https://x.org/?a=1&amp;b=&quot;2">x</a>', "x", [("text_link", 0, 1, 'https://x.org/?a=1&b="2')]),
        ("<a href='x.org'>y</a><a href='nowhere'>z</a>", "yz", [("text_link", 0, 1, "http://x.org")]),
        ("<a>x.org</a>", "x.org", [("text_link", 0, 5, "http://x.org")]),
        ("a &amp; b &#33; &#x21; &nbsp; &lt;b&gt;", "a & b ! ! &nbsp; <b>", []),
        ("&lt &ltb &#33 &#0; &#12345678; &#x1234567;", "< &ltb ! &#0; &#12345678; &#x1234567;", []),
        ("<b> a</b> ", "a", [("bold", 0, 1)]),
        ("<b></b>a<i> </i>", "a", []),
        ("<b>a</>", "a", [("bold", 0, 1)]),
        ("write to @amparo_bot or /help", "write to @amparo_bot or /help",
         [("mention", 9, 11), ("bot_command", 24, 5)]),
        ("<code>/help</code>", "/help", [("code", 0, 5)]),
        ("a\tb\rc\u202ed", "a bcd", []),
    ],
)  # fmt: skip
def test_html_becomes_text_and_entities(html: str, text: str, entities: list[tuple[Any, ...]]) -> None:
    assert marks(html) == (text, entities)


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("é<h1>x</h1>", 'Unsupported start tag "h1" at byte offset 2'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<a href='x'", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=>x</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_wrong_html_is_refused_in_telegrams_words(html: str, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        formatted(html, "HTML")
    assert str(refused.value) == f"Bad Request: can't parse entities: {why}"


def test_another_parse_mode_is_refused_by_name() -> None:
    with pytest.raises(Refusal, match="MarkdownV2"):
        formatted("*x*", "MarkdownV2")


def test_entities_that_come_along_are_kept() -> None:
    bold: Json = {"type": "bold", "offset": 1, "length": 1}
    assert formatted(" x", None, [bold]) == ("x", [{**bold, "offset": 0}])


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(texts)
def test_a_quoted_text_comes_out_as_it_was(text: str) -> None:
    assert formatted(quote(text), "HTML")[0] == cleaned(text)


blocks = st.builds(
    Block,
    st.sampled_from(["text", "heading", "warning", "folded", "small", "sources"]),
    st.text(st.sampled_from(list("ab*<>&\"' \n😀é/@")), min_size=1),
    st.text(st.sampled_from(list("ab<>&"))),
    st.lists(st.tuples(texts, st.sampled_from(["", "https://x.org/?a=1&b=2", "https://x.org/\"'<"])), max_size=3).map(
        tuple
    ),
)


@given(st.lists(blocks, min_size=1, max_size=4).map(tuple))
def test_whatever_the_bot_renders_is_accepted_and_shows_its_plain_text(parts: tuple[Block, ...]) -> None:
    for message in render(Reply(Outcome.ANSWER, "en", parts)):
        text, entities = formatted(message.html, "HTML")
        assert text == cleaned(message.plain)
        assert all(mark["offset"] >= 0 and mark["offset"] + mark["length"] <= units(text) for mark in entities)


@given(st.text(st.sampled_from(list("<>/b i&;#x\"'=a"))))
def test_no_html_does_more_than_be_refused(html: str) -> None:
    try:
        text, _ = formatted(html, "HTML")
    except Refusal as refused:
        text = str(refused).removeprefix("Bad Request: can't parse entities: ")
        assert text != str(refused)  # noqa: PT017 - both ends are right
    else:
        assert units(text) <= units(html)
