from __future__ import annotations

from bot.conversation.session import Session, Sessions


def test_sessions_are_forgotten_with_age() -> None:
    now = [0.0]
    sessions = Sessions(lambda: now[0], max_age=60)
    sessions.put(1, Session(state="IL"))
    now[0] = 59
    assert sessions.get(1).state == "IL"
    now[0] = 61
    assert sessions.get(1) == Session()
    assert len(sessions) == 0


def test_the_oldest_go_when_there_are_too_many() -> None:
    sessions = Sessions(lambda: 0.0, most=2)
    for chat in (1, 2, 3):
        sessions.put(chat, Session(state="IL"))
    assert sessions.get(1) == Session()
    assert sessions.get(3).state == "IL"


def test_a_session_holds_no_text() -> None:
    short = (bool, int, type(None))
    assert all(isinstance(value, short) for value in vars(Session()).values())


def test_forgetting_one_chat_leaves_the_others() -> None:
    sessions = Sessions(lambda: 0.0)
    sessions.put(1, Session(state="IL"))
    sessions.put(2, Session(state="AL"))
    sessions.forget(1)
    assert (sessions.get(1), sessions.get(2).state) == (Session(), "AL")
