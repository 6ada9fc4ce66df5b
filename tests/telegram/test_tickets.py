"""Handed over, answered by a volunteer, given back: on the real edge, through the practice server."""

from __future__ import annotations

from bot.conversation.house import House
from bot.records.tickets import Status
from tests.telegram.handing import Shift, plays


def test_a_question_goes_to_a_topic_and_the_answer_comes_back(house: House) -> None:
    async def story(at: Shift) -> None:
        await at.hands_over()
        topic = at.world.group.topics[at.topic]
        assert topic.name == f"#{at.ticket.number} · {at.ticket.language} · IL"
        first = next(m for m in at.world.history(at.group) if at.ticket.number in m.get("text", ""))
        print(at.texts(at.group))
        print(at.texts())
        assert "my brother has a case" in first["text"]
        assert first["message_thread_id"] == at.topic
        before = len(at.texts())
        await at.moves("Claim")
        await at.answers("Yes. A lawyer can call her on Monday.")
        said = at.new(before)
        print(said)
        assert len(said) == 2
        assert "Yes. A lawyer can call her on Monday." in said[1]
        assert "Rosa" not in "".join(said)
        before = len(at.texts())
        await at.says("thank you so much")
        assert at.new(before) == ["thank you so much"]
        assert "thank you so much" in at.texts(at.group)[-1]
        await at.moves("Close")
        assert at.world.group.topics[at.topic].closed
        assert at.ticket.status is Status.CLOSED
        before = len(at.texts())
        await at.says("can i opt out of sharing my license data with ice in illinois")
        assert "Illinois" in at.new(before)[1]

    plays(house, story)
