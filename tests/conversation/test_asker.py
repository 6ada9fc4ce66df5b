"""Conversations as scripts: what a person says, what comes back, what is remembered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.asker import reply
from bot.conversation.house import House
from bot.conversation.reply import Action, Do, Message, Outcome, Reply
from bot.conversation.session import Session
from bot.knowledge.model import Review
from tests.conftest import TODAY, Chat


def labels(answered: Reply) -> list[str]:
    return [button.label for row in answered.buttons for button in row]


def with_review(house: House, intent: str, place: str, review: Review) -> House:
    """The house with another review on one answer."""
    found = house.content.intents[intent]
    changed = found.answers[place].model_copy(update={"review": review})
    intents = {**house.content.intents, intent: found.model_copy(update={"answers": {**found.answers, place: changed}})}
    return replace(house, content=house.content.model_copy(update={"intents": intents}))


def test_the_first_reply_says_who_answers_that_it_is_no_advice_and_who_can_see(chat: Chat) -> None:
    first = chat.say("can i opt out of sharing my license data in illinois").plain()
    assert first.startswith("Hello. I am an automatic helper of")
    assert "not legal advice" in first
    assert "Telegram can see this chat" in first
    assert "Telegram can see this chat" not in chat.say("and in alabama?").plain()


def test_an_answer_shows_state_question_disagreement_review_and_sources(chat: Chat) -> None:
    answered = chat.say("how do i opt out of giving my dmv info to ice in Illinois")
    assert (answered.outcome, answered.intent, answered.state) == (Outcome.ANSWER, "opt_out", "IL")
    kinds = [block.kind for block in answered.blocks if block.kind != "text"]
    assert kinds == ["heading", "warning", "small", "sources"]
    assert answered.blocks[1].text.startswith("Illinois · ")
    assert "No lawyer has checked this." in answered.plain()
    assert "read Nov 22, 2026" in answered.plain()
    assert "illinois:13" in answered.sources
    assert set(answered.disagreement) == {"illinois:1", "illinois:15"}


def test_a_question_without_a_state_gets_what_is_true_everywhere_and_asks(chat: Chat) -> None:
    asked = chat.say("does the dmv give my license info to ICE")
    assert asked.outcome is Outcome.WHICH_STATE
    assert asked.state is None
    assert not any(source.startswith(("alabama", "illinois")) for source in asked.sources)
    assert {"Alabama", "Illinois", "Another state"} <= set(labels(asked))
    answered = chat.press("Alabama")
    assert (answered.outcome, answered.intent, answered.state) == (Outcome.ANSWER, "current_policy", "AL")


def test_the_state_may_be_written_instead_of_pressed(chat: Chat) -> None:
    chat.say("does the dmv give my license info to ICE")
    answered = chat.say("im in Chicago")
    assert (answered.outcome, answered.intent, answered.state) == (Outcome.ANSWER, "current_policy", "IL")


def test_a_button_answers_after_a_restart(chat: Chat) -> None:
    asked = chat.say("el dmv le da mis datos a la migra?")
    assert asked.language == "es"
    chat.session = Session()
    answered = chat.press("Illinois")
    assert (answered.outcome, answered.state, answered.language) == (Outcome.ANSWER, "IL", "es")


def test_and_in_another_state_gives_the_same_question_there_and_moves_nobody(chat: Chat) -> None:
    chat.say("i live in illinois")
    chat.say("is there any oversight of how ICE uses the dmv records")
    there = chat.say("And in Alabama?")
    assert (there.intent, there.state) == ("oversight", "AL")
    again = chat.say("what data exactly does the license office share with ice")
    assert (again.intent, again.state) == ("data_shared", "IL")


def test_a_state_without_an_answer_says_so_and_never_gives_anothers(chat: Chat) -> None:
    answered = chat.say("can i opt out of sharing my license data with ice in Georgia")
    assert (answered.outcome, answered.state) == (Outcome.NO_ANSWER, "GA")
    assert "I have no checked answer on this for Georgia" in answered.plain()
    assert not any(source.startswith(("alabama", "illinois")) for source in answered.sources)


def test_a_question_that_only_one_state_has_is_no_answer_for_the_other(chat: Chat) -> None:
    answered = chat.say("how many times did ICE get license records in alabama, any numbers")
    assert (answered.outcome, answered.intent, answered.state) == (Outcome.NO_ANSWER, "statistics", "AL")


def test_a_question_about_the_whole_country_is_general_whatever_the_state(chat: Chat) -> None:
    answered = chat.say("which states have blocked ICE from license records")
    assert (answered.outcome, answered.intent) == (Outcome.GENERAL, "blocked_states")
    assert "Blocked is not safe." in answered.plain()


def test_two_states_in_one_message_are_asked_about(chat: Chat) -> None:
    asked = chat.say("license in Alabama, house in Illinois, can i opt out of sharing my license info with ice")
    assert asked.outcome is Outcome.WHICH_STATE
    assert {"Alabama", "Illinois"} <= set(labels(asked))


@pytest.mark.parametrize("text", ["ICE is at my door", "la migra esta en la puerta que hago"])
def test_an_emergency_gets_script_and_number_at_once_before_any_greeting(chat: Chat, text: str) -> None:
    answered = chat.say(text)
    assert (answered.outcome, answered.intent) == (Outcome.EMERGENCY, "at_the_door")
    kinds = [block.kind for block in answered.blocks]
    assert kinds[:3] == ["heading", "text", "text"]
    assert "1-844-363-1423" in answered.blocks[2].text
    assert kinds.index("small") > 2
    assert answered.choices
    assert not chat.session.greeted


def test_an_emergency_shows_the_numbers_of_the_state_first_and_never_a_blank(house: House) -> None:
    chat = Chat(house, Session(state="IL", greeted=True))
    assert chat.say("ICE is at my door").plain().index("855-435-7693") < chat.last_text().index("1-844-363-1423")
    there = Chat(house, Session(state="AL", greeted=True)).say("ICE is at my door").plain()
    assert "Alabama rapid response" not in there


def test_an_emergency_is_found_in_a_story_longer_than_fuzzy_scoring_sees(chat: Chat) -> None:
    story = "I came here years ago and I like the town and my kids go to school here. " * 20
    assert chat.say(f"{story} ICE is banging on my door right now. {story}").outcome is Outcome.EMERGENCY


def test_live_only_confirmed_numbers_are_shown(house: House) -> None:
    live = replace(house, confirmed_only=True)
    answered = Chat(live).say("ICE is at my door")
    assert answered.outcome is Outcome.EMERGENCY
    assert "855-435" not in answered.plain()


def test_unsure_offers_at_most_three_and_the_way_to_a_person(chat: Chat) -> None:
    answered = chat.say("ice records stuff")
    assert answered.outcome is Outcome.CHOICES
    assert 1 <= len(answered.choices) <= 3
    assert labels(answered)[-1] == "None of these: talk to a person"
    assert "A person at the hotline can help you." in chat.press("None of these").plain()


def test_lost_says_so_and_the_second_time_brings_a_person(chat: Chat) -> None:
    first = chat.say("zzkq wvvx")
    assert first.outcome is Outcome.NOT_UNDERSTOOD
    assert "1-844-363-1423" not in first.plain()
    second = chat.say("wvvx zzkq")
    assert second.outcome is Outcome.NOT_UNDERSTOOD
    assert "1-844-363-1423" in second.plain()


@pytest.mark.parametrize("text", ["", "   ", "🔥🔥🔥", "\u202e\u202d", "…", "?!"])
def test_nothing_to_read_gets_a_kind_reply(chat: Chat, text: str) -> None:
    assert chat.say(text).plain()


def test_another_subject_is_recognised_and_not_answered_from_the_content(chat: Chat) -> None:
    answered = chat.say("how long does a work permit take if i asked for asylum")
    assert answered.outcome is Outcome.REFERRAL
    assert "work" in answered.plain()


def test_the_licence_referral_asks_for_the_state_and_then_warns(chat: Chat) -> None:
    asked = chat.say("how can i apply for a drivers license without papers")
    assert (asked.outcome, asked.intent) == (Outcome.REFERRAL, "get_license")
    answered = chat.press("Alabama")
    assert (answered.intent, answered.state) == ("get_license", "AL")
    assert "put a person in danger" in answered.plain()


def test_personal_cases_are_not_advised(chat: Chat) -> None:
    answered = chat.say("i have an old deportation order, should i renew my license or not")
    assert answered.outcome is Outcome.PERSONAL
    assert "cannot tell you what to do" in answered.plain()


def test_a_message_in_another_language_is_answered_in_it(chat: Chat) -> None:
    assert chat.say("can i opt out of sharing my license info").language == "en"
    assert chat.say("y la migra que hace con los datos de mi licencia").language == "es"


def test_a_chosen_language_is_never_overruled(chat: Chat) -> None:
    chat.say("en español por favor")
    assert chat.say("can i opt out of sharing my license data").language == "es"


def test_switching_the_language_sends_the_last_answer_again(chat: Chat) -> None:
    english = chat.say("can i opt out of sharing my license data in illinois")
    chat.press("🌐")
    spanish = chat.press("Español")
    assert (spanish.outcome, spanish.intent, spanish.state) == (english.outcome, english.intent, english.state)
    assert spanish.language == "es"
    assert "Ningún abogado ha revisado esto" in spanish.plain()
    back = chat.say("english please")
    assert (back.intent, back.state, back.language) == ("opt_out", "IL", "en")


def test_switching_the_language_never_answers_an_open_state_from_the_settings(house: House) -> None:
    chat = Chat(house, Session(state="AL", settled=True, greeted=True))
    assert chat.say("can i opt out of sharing my license data with ice in Aurora").outcome is Outcome.WHICH_STATE
    for again in (chat.say("en español por favor"), chat.send(Message(action=Action(Do.LANGUAGE, language="en")))):
        assert again.outcome is Outcome.WHICH_STATE
        assert not [source for source in again.sources if source.startswith("alabama")]


def test_the_clients_language_decides_where_the_message_does_not(new_chat: Callable[[], Chat]) -> None:
    assert new_chat().say("??", client="es-419").language == "es"
    assert new_chat().say("??", client="xx").language == "en"


def test_a_forwarded_message_is_answered_with_an_empty_session_and_changes_nothing(chat: Chat) -> None:
    chat.say("i live in illinois")
    before = chat.session
    answered = chat.say("can i opt out of sharing my license data with ice", forwarded=True)
    assert answered.outcome is Outcome.WHICH_STATE
    assert chat.session == before


def test_an_edited_question_is_answered_again_and_labelled(chat: Chat) -> None:
    chat.say("can i opt out in illinois")
    assert "You changed your message" in chat.say("can i opt out in alabama", edited=True).plain()


def test_all_questions_can_be_reached_by_buttons_alone(chat: Chat, house: House) -> None:
    chat.send(Message(action=Action(Do.TOPICS)))
    seen: set[str] = set()
    while True:
        assert chat.last is not None
        actions = [button.action for row in chat.last.buttons for button in row if button.action]
        seen |= {action.intent for action in actions if action.do is Do.ANSWER and action.intent}
        if "▶" not in labels(chat.last):
            break
        chat.press("▶")
    assert seen == {i.id for i in house.content.intents.values() if i.kind == "information"}
    assert len(chat.press("Talk to a person").plain()) > 50


def test_every_state_can_be_reached_by_buttons(chat: Chat) -> None:
    chat.say("can i opt out of sharing my license data")
    chat.press("Another state")
    answered = chat.press("Wyoming")
    assert (answered.outcome, answered.intent, answered.state) == (Outcome.NO_ANSWER, "opt_out", "WY")


def test_forget_forgets(chat: Chat) -> None:
    chat.say("en español por favor")
    chat.say("vivo en chicago")
    assert not chat.send(Message(action=Action(Do.FORGET))).forget
    assert chat.session.state == "IL"
    assert chat.press("Olvidar este chat").forget
    assert chat.session == Session()


def test_an_expired_answer_withdraws_itself(house: House) -> None:
    ended = Review(status="approved", by="Ana Lee", date=dt.date(2025, 1, 1), until=dt.date(2026, 1, 1))
    chat = Chat(with_review(house, "opt_out", "IL", ended), Session(state="IL", greeted=True))
    answered = chat.say("can i opt out of sharing my license data with ice")
    assert (answered.outcome, answered.review) == (Outcome.NO_ANSWER, "withdrawn")
    assert "Secretary of State" not in answered.plain()
    assert "855-435-7693" in answered.plain()


def test_an_approved_answer_says_by_whom_and_when(house: House) -> None:
    approved = Review(status="approved", by="Ana Lee", date=dt.date(2026, 10, 1), until=dt.date(2027, 1, 1))
    chat = Chat(with_review(house, "opt_out", "IL", approved), Session(state="IL", greeted=True))
    said = chat.say("can i opt out of sharing my license data with ice").plain()
    assert "Checked by Ana Lee, Oct 1, 2026." in said
    assert "No lawyer" not in said


def test_refused_drafts_are_not_given_but_emergencies_are(house: House) -> None:
    strict = replace(house, serve_drafts=False)
    chat = Chat(strict, Session(state="IL", greeted=True))
    answered = chat.say("can i opt out of sharing my license data with ice")
    assert answered.outcome is Outcome.NO_ANSWER
    assert "Public Act" not in answered.plain()
    assert "signed by a judge" in chat.say("ICE is at my door").plain()


def test_a_text_that_is_not_translated_comes_in_english_with_a_note(house: House) -> None:
    spanish = house.translators["es"]
    texts = {key: text for key, text in spanish.texts.items() if key[0] != "opt_out/text/IL"}
    poorer = replace(house, translators={**house.translators, "es": replace(spanish, texts=texts)})
    said = Chat(poorer).say("como le hago para que no le den mis datos de la licencia a la migra en illinois").plain()
    assert "There may be no need to ask." in said
    assert "Este texto todavía no está en Español." in said


@pytest.mark.parametrize(
    "forged", ["a|opt_out|XX|en|", "a|nothing|IL|zz|", "s||IL||999", "l|||tlh|", "S|x|y|z|", "t||||999"]
)
def test_forged_and_old_buttons_do_no_harm(house: House, forged: str) -> None:
    action = Action.decode(forged)
    answered, session = reply(Message(action=action), Session(greeted=True), house, TODAY)
    assert answered.plain()
    assert session.state in (None, "IL")


def test_every_button_fits_into_64_bytes_and_is_read_back(house: House) -> None:
    for intent in house.content.intents:
        for do in Do:
            action = Action(do, intent, "IL", "es", 12)
            assert len(action.encode().encode()) <= 64
            assert Action.decode(action.encode()) == action
            assert len(replace(action, foreign=True).encode().encode()) <= 64
            assert Action.decode(replace(action, foreign=True).encode()) == replace(action, foreign=True)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_whatever_people_send_there_is_a_reply(house: House, text: str) -> None:
    answered, _ = reply(Message(text), Session(), house, TODAY)
    assert answered.plain()
    assert answered.language in house.served


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="0asSlLtuhnipf|IALenos_1", max_size=40))
def test_whatever_a_button_says_there_is_a_reply_or_nothing(house: House, data: str) -> None:
    action = Action.decode(data)
    if action is not None:
        assert reply(Message(action=action), Session(), house, TODAY)[0].plain()


@pytest.mark.parametrize("kind", ["AL", "IL"])
def test_no_reply_for_one_state_cites_the_others_document(house: House, kind: str) -> None:
    """Every intent, asked for one state by button: the worst fault there is."""
    other = {"AL": "illinois", "IL": "alabama"}[kind]
    for intent in house.content.intents:
        action = Message(action=Action(Do.ANSWER, intent, kind, "en"))
        answered, _ = reply(action, Session(greeted=True), house, TODAY)
        assert answered.state == kind
        assert not [source for source in answered.sources if source.startswith(other)]


def test_the_second_question_of_a_message_about_two_states_is_not_answered_for_a_stored_one(house: House) -> None:
    questions = "can i opt out of sharing my license data with ice? is there any lawsuit about license data?"
    said = f"{questions} Illinois or Georgia"
    answered, after = reply(Message(said), Session(state="AL", settled=True, greeted=True), house, TODAY)
    also = answered.buttons[0][0].action
    assert also is not None
    assert also.do is Do.ANSWER
    pressed, _ = reply(Message(action=also), after, house, TODAY)
    assert pressed.outcome is Outcome.WHICH_STATE


def test_another_language_and_another_state_in_one_message_are_both_heeded(house: House) -> None:
    asked, session = reply(
        Message("puedo pedir que no compartan mis datos con la migra en illinois"), Session(), house, TODAY
    )
    answered, _ = reply(Message("in english please, and in alabama?"), session, house, TODAY)
    assert (answered.intent, answered.state, answered.language) == (asked.intent, "AL", "en")
