from __future__ import annotations

from bot.conversation.house import House
from bot.practice.terminal import converse
from tests.conftest import TODAY


def held(house: House, *lines: str) -> str:
    waiting, said = list(lines), list[str]()
    converse(house, TODAY, lambda: waiting.pop(0) if waiting else None, said.append)
    return "\n".join(said)


def test_a_conversation_starts_at_once_and_numbers_press_buttons(house: House) -> None:
    said = held(house, "does the dmv give my license info to ICE", "1", "y en illinois?")
    assert "Hello. I am an automatic helper" in said
    assert "== Alabama · Does the state give" in said
    assert "== Illinois · ¿El estado le da" in said


def test_a_line_that_starts_with_a_mark_is_forwarded_by_a_volunteer(house: House) -> None:
    said = held(
        house, "i live in illinois", "> caller in Mobile asks: puedo negarme a que compartan mis datos con ice?"
    )
    assert "Spanish · Alabama (from “Mobile”)" in said
    assert "== Alabama · ¿Puedo impedir" in said
    assert "[7] " in said


def test_a_card_in_the_terminal_has_buttons_too(house: House) -> None:
    said = held(house, "> puedo negarme a que compartan mis datos con ice?", "2")
    assert "Which state is it about?" in said
    assert "== Illinois · ¿Puedo impedir" in said


def test_finished_answers_are_listed(house: House) -> None:
    said = held(house, "@puedo negarme a que compartan mis datos con ice en illinois")
    assert "* Illinois · Español · ¿Puedo impedir" in said
    assert "(no finished answer)" in held(house, "@qwx")


def test_a_line_that_starts_with_two_marks_is_forwarded_by_somebody_who_asks(house: House) -> None:
    said = held(house, "i live in illinois", ">> can i opt out of sharing my license data with ice")
    assert said.rstrip().splitlines()[-1].endswith("Talk to a person")
    assert "Which state is it about?" in said


def test_copying_a_number_says_so_and_repeats_nothing(house: House) -> None:
    said = held(house, "ICE is at my door", "1")
    assert "(copied: " in said
    assert said.count("signed by a judge") == 1


def test_numbers_without_a_button_and_odd_lines_are_messages(house: House) -> None:
    assert held(house, "99", "/nothing", "/topics", "", "²")
