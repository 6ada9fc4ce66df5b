"""Handed over, answered by a volunteer, given back: on the real edge, through the practice server."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.conversation.handover import UNANSWERED_HOURS
from bot.conversation.house import House
from bot.practice.chats import Chat
from bot.practising import in_memory
from bot.records.forgetting import SteadyClock
from bot.records.keys import Keys
from bot.records.sqlite import SqliteStore
from bot.records.tickets import NOBODY, Status
from bot.telegram.binding import ended
from tests.practice.running import Json
from tests.records.benches import DAY, HOUR, START, files, ways_to_write
from tests.telegram.handing import QUESTION, Shift, plays

EMERGENCY = "ICE is at my door right now"


def test_a_question_goes_to_a_topic_the_answer_comes_back_and_then_the_bot(house: House) -> None:
    async def story(at: Shift) -> None:
        await at.hands_over()
        assert at.world.group.topics[at.topic].name == f"#{at.ticket.number} · {at.ticket.language} · IL"
        first, card, ready = [m for m in at.world.history(at.group) if "text" in m]
        assert QUESTION in first["text"]
        assert "Illinois" in card["text"]
        assert {m["message_thread_id"] for m in (first, card, ready)} == {at.topic}
        before = len(at.texts())
        await at.moves("Claim")
        await at.answers("Yes. A lawyer can call her on Monday.")
        told, answer = at.new(before)
        assert "volunteer" in told
        assert "Yes. A lawyer can call her on Monday." in answer
        assert "Rosa" not in answer
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


def test_until_somebody_claims_the_bot_answers_and_nothing_of_it_is_passed_on(house: House) -> None:
    async def story(at: Shift) -> None:
        await at.hands_over()
        seen, before = len(at.texts(at.group)), len(at.texts())
        await at.says("can i opt out of sharing my license data with ice in illinois")
        assert "Illinois" in at.new(before)[1]
        assert at.new(seen, at.group) == []
        before = len(at.texts())
        await at.answers("not claimed yet")
        assert at.new(before) == []
        assert "Nothing was sent" in at.texts(at.group)[-1]

    plays(house, story)


def test_an_emergency_gets_the_script_and_the_number_and_the_topic_is_told(house: House) -> None:
    async def story(at: Shift) -> None:
        await at.hands_over()
        await at.moves("Claim")
        before, seen = len(at.texts()), len(at.texts(at.group))
        await at.says(EMERGENCY)
        assert "1-844-363-1423" in at.new(before)[1]
        told = at.new(seen, at.group)
        assert any(EMERGENCY in text for text in told)
        assert any("An emergency" in text for text in told)

    plays(house, story)


def test_an_emergency_that_is_itself_handed_over_gets_both(house: House) -> None:
    async def story(at: Shift) -> None:
        before = len(at.texts())
        await at.hands_over(EMERGENCY)
        assert any("1-844-363-1423" in text and "ICE" in text for text in at.new(before))
        alerts = [m for m in at.world.history(at.group) if "An emergency. The person" in m.get("text", "")]
        assert {m["message_thread_id"] for m in alerts} == {at.topic}

    plays(house, story)


def test_she_writes_again_before_anybody_has_claimed_and_it_is_one_ticket(house: House) -> None:
    async def story(at: Shift) -> None:
        await at.hands_over()
        await at.hands_over("and my sister too")
        assert "and my sister too" in at.texts(at.group)[-1]
        assert len(at.world.group.topics) == 1
        assert at.ticket.status is Status.WAITING

    plays(house, story)


def test_what_is_changed_changes_on_the_other_side_too(house: House) -> None:
    async def story(at: Shift) -> None:
        await at.hands_over()
        asked = at.world.history(at.ana)[-2]
        at.world.edit(at.ana, at.ana, asked["message_id"], "it is about my sister")
        await at.turn()
        first = next(m for m in at.world.history(at.group) if at.ticket.number in m.get("text", ""))
        assert "it is about my sister" in first["text"]
        assert "Claim" in str(first["reply_markup"])
        await at.moves("Claim")
        answer = await at.answers("come on monday")
        at.world.edit(at.rosa.id, at.group, answer["message_id"], "come on tuesday")
        await at.turn()
        assert "come on tuesday" in at.texts()[-1]
        assert not any("monday" in text for text in at.texts())

    plays(house, story)


def test_any_volunteer_can_recall_what_one_of_them_wrote(house: House) -> None:
    async def story(at: Shift) -> None:
        await at.hands_over()
        await at.moves("Claim")
        answer = await at.answers("this is wrong")
        assert any("this is wrong" in text for text in at.texts())
        await at.answers("/recall", at.eva, reply_to=answer["message_id"])
        assert not any("this is wrong" in text for text in at.texts())
        assert "Recalled" in at.texts(at.group)[-1]
        await at.answers("/recall")
        assert "Nothing to recall" in at.texts(at.group)[-1]

    plays(house, story)


def test_passing_on_and_back_to_the_bot_are_said_to_her(house: House) -> None:
    async def story(at: Shift) -> None:
        await at.hands_over()
        await at.moves("Claim")
        before = len(at.texts())
        await at.says("/topics")
        assert "so I do not answer" in at.new(before)[1]
        await at.moves("Pass on")
        assert "Until then I answer again" in at.texts()[-1]
        await at.moves("Claim", at.eva)
        await at.presses("Back to the automatic answers")
        assert "I answer your questions again" in at.texts()[-1]
        assert at.ticket.status is Status.CLOSED

    plays(house, story)


def test_who_is_muted_is_told_the_number_and_reaches_nobody(house: House) -> None:
    async def story(at: Shift) -> None:
        await at.hands_over()
        await at.answers("/mute")
        seen = len(at.texts(at.group))
        await at.hands_over("again")
        assert "1-844-363-1423" in at.texts()[-1]
        assert at.new(seen, at.group) == []

    plays(house, story)


def test_a_mute_outlasts_forget_as_a_hash_and_ends_by_itself(house: House, tmp_path: Path) -> None:
    now = [START]
    store = SqliteStore(tmp_path, Keys(tmp_path / "keys"), SteadyClock(lambda: now[0], None))

    async def story(at: Shift) -> None:
        await at.hands_over()
        await at.moves("Mute")
        await at.says("/forget")
        await at.presses("F|")
        assert at.ticket.chat == NOBODY
        written = files(tmp_path)
        assert not [way for way in ways_to_write(at.ana) if len(way) == 8 and way in written]
        for day in (0, 7):
            now[0] = START + day * DAY
            seen = len(at.texts(at.group))
            await at.hands_over("again")
            assert "1-844-363-1423" in at.texts()[-1]
            await at.says(EMERGENCY)
            assert "1-844-363-1423" in at.texts()[-1]
            assert at.new(seen, at.group) == []
        now[0] = START + 8 * DAY
        await at.hands_over("and now?")
        assert "and now?" in "".join(at.texts(at.group))

    plays(house, story, store=store)


def test_a_mute_that_is_undone_is_undone_after_forget_too(house: House) -> None:
    async def story(at: Shift) -> None:
        await at.hands_over()
        await at.moves("Mute")
        await at.moves("Mute")
        assert "Not muted any more" in at.texts(at.group)[-1]
        await at.says("/forget")
        await at.presses("F|")
        await at.answers("/mute")
        assert "this is closed" in at.texts(at.group)[-1]
        await at.hands_over("again")
        assert "again" in "".join(at.texts(at.group))

    plays(house, story)


def test_whoever_is_banned_is_told_so_once_and_answered_in_an_emergency_only(house: House, tmp_path: Path) -> None:
    now = [START]
    store = SqliteStore(tmp_path, Keys(tmp_path / "keys"), SteadyClock(lambda: now[0], None))

    async def story(at: Shift) -> None:
        await at.hands_over()
        await at.moves("Claim")
        await at.answers("/ban", at.eva)
        assert at.ticket.status is Status.CLOSED
        assert "For 30 days I only answer here in an emergency" in at.texts()[-1]
        assert "1-844-363-1423" in at.texts()[-1]
        assert "Closed and banned" in at.texts(at.group)[-1]
        await at.says("/forget")
        await at.presses("F|")
        written = files(tmp_path)
        assert not [way for way in ways_to_write(at.ana) if len(way) == 8 and way in written]
        for day in (0, 30):
            now[0] = START + day * DAY
            told, seen = len(at.texts()), len(at.texts(at.group))
            await at.says("can ICE see my license data?")
            await at.says("/human")
            assert at.new(told) == ["can ICE see my license data?", "/human"]
            await at.says(EMERGENCY)
            assert "1-844-363-1423" in at.texts()[-1]
            assert at.new(seen, at.group) == []
        now[0] = START + 31 * DAY
        await at.hands_over("and now?")
        assert "and now?" in "".join(at.texts(at.group))

    plays(house, story, store=store)


def test_only_a_coordinator_bans_and_a_second_time_undoes_it(house: House) -> None:
    async def story(at: Shift) -> None:
        await at.hands_over()
        before, told = at.ticket, at.texts()
        await at.answers("/ban", at.rosa)
        assert "Only a coordinator can ban somebody" in at.texts(at.group)[-1]
        assert (at.ticket, at.texts()) == (before, told)
        await at.answers("/ban", at.eva)
        await at.answers("/ban", at.eva)
        assert "Not banned any more" in at.texts(at.group)[-1]
        assert "I answer your questions again" in at.texts()[-1]
        assert not at.store.banned(at.ana)
        await at.hands_over("again")
        assert "again" in "".join(at.texts(at.group))

    plays(house, story)


def test_a_ban_in_the_topic_of_an_older_question_closes_the_open_one_too(house: House) -> None:
    async def story(at: Shift) -> None:
        await at.hands_over()
        older = at.topic
        await at.moves("Mute")
        await at.moves("Mute")
        await at.hands_over("and another thing")
        await at.moves("Claim")
        told, seen = len(at.texts()), len(at.texts(at.group))
        await at.says("/ban", at.eva.id, chat=at.group, topic=older)
        assert not any(one.open for one in at.store.tickets.all())
        assert [text[:40] for text in at.new(told)] == ["The volunteers have ended this conversat"]
        assert sum("Closed and banned" in text for text in at.new(seen, at.group)) == 2

    plays(house, story)


def test_a_ban_after_the_end_pushes_nothing_and_stops_a_question_on_its_way(house: House) -> None:
    async def story(at: Shift) -> None:
        await at.hands_over()
        await at.moves("Mute")
        await at.moves("Mute")
        await at.says("/human")
        await at.presses("w|")
        told, seen = len(at.texts()), len(at.texts(at.group))
        await at.answers("/ban", at.eva)
        assert at.new(told) == []
        await at.says(EMERGENCY)
        assert any("signed by a judge" in text for text in at.new(told))
        assert [text for text in at.new(seen, at.group) if EMERGENCY in text] == []
        assert not at.ticket.open
        await at.says("/forget")
        await at.presses("F|")
        await at.answers("/ban", at.eva)
        assert "this is closed" in at.texts(at.group)[-1]
        assert at.store.banned(at.ana)

    plays(house, story)


def test_pictures_are_not_passed_on_and_both_sides_are_told(house: House) -> None:
    async def story(at: Shift) -> None:
        await at.hands_over()
        await at.moves("Claim")
        at.world.send(at.ana, "contact")
        await at.turn()
        assert "Only text" in at.texts()[-1]
        before = len(at.texts())
        at.world.send(at.rosa.id, "photo", chat=at.group, topic=at.topic)
        await at.turn()
        assert at.new(before) == []
        assert "Only text" in at.texts(at.group)[-1]

    plays(house, story)


def test_the_contents_answer_goes_out_in_her_language(house: House) -> None:
    async def story(at: Shift) -> None:
        await at.hands_over("puedo pedir que no compartan mis datos con la migra? vivo en illinois")
        await at.moves("Claim")
        before = len(at.texts())
        await at.moves("Send this answer in Spanish")
        assert "Illinois · " in at.new(before)[0]
        assert at.ticket.owed is False

    plays(house, story)


def test_another_question_on_the_card_can_be_sent_too(house: House) -> None:
    async def story(at: Shift) -> None:
        await at.hands_over("puedo pedir que no compartan mis datos con la migra? vivo en illinois")
        await at.moves("Claim")
        seen, before = len(at.texts(at.group)), len(at.texts())
        await at.presses("a|", at.rosa.id, at.group)
        assert {m["message_thread_id"] for m in at.world.history(at.group)[seen:]} == {at.topic}
        assert at.new(before) == []
        await at.moves("Send this answer")
        heading = at.new(before)[0].split("\n")[0]
        assert heading in at.texts(at.group)[-1]

    plays(house, story)


def test_words_in_another_language_are_sent_and_the_nearest_answer_is_offered_instead(house: House) -> None:
    async def story(at: Shift) -> None:
        await at.hands_over("mi hermano tiene una pregunta sobre su licencia, vivimos en illinois")
        await at.moves("Claim")
        await at.answers("You can opt out of sharing your license data with ICE, in Illinois")
        offered = at.texts(at.group)[-1]
        assert "not a translation" in offered
        before = len(at.texts())
        await at.moves("Send this instead")
        assert len(at.texts()) == before
        assert "Illinois · " in at.texts()[-1]
        assert not any("You can opt out of" in text for text in at.texts())
        seen = len(at.texts(at.group))
        await at.answers("Llame a la oficina el lunes por la mañana, por favor")
        assert at.new(seen + 1, at.group) == []

    plays(house, story)


def test_forget_empties_the_topic_and_leaves_no_row_of_hers(house: House) -> None:
    async def story(at: Shift) -> None:
        await at.hands_over()
        await at.moves("Claim")
        await at.says("a second message")
        await at.says("/forget")
        await at.presses("F|")
        assert not any("second message" in text or QUESTION in text for text in at.texts(at.group))
        assert sum("[withdrawn]" in text for text in at.texts(at.group)) == 3
        left = at.ticket
        assert (left.chat, left.place, left.by, left.language) == (NOBODY, None, None, "en")
        assert at.store.tickets.relays(left.number) == []
        before = len(at.texts())
        await at.says("can ice see my license data in illinois?")
        assert len(at.new(before)) == 2

    plays(house, story)


def test_who_blocks_the_bot_leaves_nothing_but_the_number_of_a_topic(house: House) -> None:
    async def story(at: Shift) -> None:
        await at.hands_over()
        await at.moves("Claim")
        at.world.block(at.ana)
        await at.answers("are you there?")
        assert at.ticket.chat == NOBODY
        assert any("cannot be reached" in text for text in at.texts(at.group))

    plays(house, story)


@pytest.mark.parametrize("claimed", [True, False])
def test_a_question_that_nobody_answers_brings_one_notice_and_goes_with_its_topic(house: House, claimed: bool) -> None:
    now = [START]
    store = in_memory(SteadyClock(lambda: now[0], None))

    async def story(at: Shift) -> None:
        await at.hands_over()
        if claimed:
            await at.moves("Claim")
        before = len(at.texts())
        for _ in range(UNANSWERED_HOURS + 30):
            now[0] += HOUR
            watch = at.edge.binding.watch
            assert watch is not None
            at.edge.outbox.put(await at.edge.writer.do(watch.due))
            await at.edge.drain(10)
        [notice] = at.new(before)
        assert "1-844-363-1423" in notice
        assert at.ticket.status is Status.WAITING
        now[0] += 14 * DAY
        at.edge.outbox.put(await at.edge.writer.do(lambda s: ended(s, at.group)))
        await at.edge.drain(10)
        assert at.world.group.topics == {}
        assert not any(at.texts(at.group))
        assert store.tickets.all() == []

    plays(house, story, store=store)


def test_a_plain_group_works_by_replies(house: House) -> None:
    async def story(at: Shift) -> None:
        at.world.group.is_forum = False
        await at.hands_over()
        root = next(m for m in at.world.history(at.group) if m.get("text", "").startswith("#"))
        first = next(m for m in at.world.history(at.group) if QUESTION in m.get("text", ""))
        assert first["reply_to_message"]["message_id"] == root["message_id"]
        await at.moves("Claim")
        before = len(at.texts())
        await at.says("hello everybody", at.rosa.id, chat=at.group)
        assert at.new(before) == []
        await at.says("come on monday", at.rosa.id, chat=at.group, reply_to=first["message_id"])
        assert "come on monday" in at.new(before)[0]
        await at.says("thank you")
        shown = at.world.history(at.group)[-1]
        await at.says("you are welcome", at.eva.id, chat=at.group, reply_to=shown["message_id"])
        assert "you are welcome" in at.texts()[-1]
        await at.says("/close", at.eva.id, chat=at.group, reply_to=root["message_id"])
        assert at.ticket.status is Status.CLOSED

    plays(house, story)


def test_thrown_out_of_the_group_the_bot_answers_again_and_says_so_once(house: House) -> None:
    async def story(at: Shift) -> None:
        await at.hands_over()
        await at.moves("Claim")
        at.world.leave(at.world.me["id"], kicked=True)
        before = len(at.texts())
        await at.edge.inbox.receive([update_of(at, "are you there?")])
        await at.edge.drain(3)
        notice = at.new(before)
        assert [text for text in notice if "1-844-363-1423" in text] == notice[-1:]
        assert at.ticket.status is Status.WAITING
        await at.edge.inbox.receive([update_of(at, "can ice see my license data in illinois?", 2)])
        await at.edge.drain(3)
        assert len(at.new(before)) == 2

    plays(house, story)


def update_of(at: Shift, text: str, number: int = 1) -> Json:
    """A message of Ana's, as an update."""
    chat = {"id": at.ana, "type": "private", "first_name": "A"}
    said = {"message_id": 900 + number, "date": 1, "chat": chat, "from": at.here.ana.user(), "text": text}
    return {"update_id": 100_000 + number, "message": said}


def test_when_the_group_moves_open_tickets_begin_anew_there(house: House) -> None:
    async def story(at: Shift) -> None:
        await at.hands_over()
        await at.moves("Claim")
        old = at.world.group
        new = Chat(-1002000000002, "supergroup", "Volunteers", old.numbers, is_forum=True, members=old.members)
        at.world.chats[new.id] = at.world.group = new
        old.moved_to = new.id
        await at.says("is anybody there?")
        assert len(new.topics) == 1
        assert at.ticket.topic == at.topic
        assert at.ticket.status is Status.CLAIMED
        await at.answers("yes, here")
        assert "yes, here" in at.texts()[-1]

    plays(house, story)
