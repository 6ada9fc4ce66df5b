from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.house import House
from bot.knowledge.model import STATES
from bot.understanding.lexicon import Lexicon
from bot.understanding.places import Found, Places
from bot.understanding.text import clean

LEXICON = Lexicon()
NAMES = sorted({(name, code) for _, code, name in LEXICON.named("states")})
SHOWN = [(language, code) for language, states in LEXICON.by_language("states").items() for code in states]


@pytest.fixture(scope="session")
def places(house: House) -> Places:
    return house.interpreter.places


@pytest.mark.parametrize("code", STATES)
def test_every_state_has_a_name_in_english_that_is_recognised(places: Places, code: str) -> None:
    name = places.name(code, "en")
    assert places.find(clean(f"I live in {name}")).states == (code,)
    assert places.find(clean(f"VIVO EN {name.upper()}")).states == (code,)


@pytest.mark.parametrize(("name", "code"), NAMES)
def test_every_registered_name_alone_is_its_state_whatever_its_letters(places: Places, name: str, code: str) -> None:
    """Or is asked about, where it means several ("华盛顿")."""
    for written in (name, name.lower(), name.upper()):
        found = places.find(clean(written))
        assert code in found.states or (code in found.candidates and not found.states)


@pytest.mark.parametrize(("language", "code"), SHOWN)
def test_the_name_shown_in_a_language_is_understood_when_typed_back(places: Places, language: str, code: str) -> None:
    assert places.find(clean(places.name(code, language))).state(None) == code


@pytest.mark.parametrize("language", LEXICON.by_language("states"))
def test_every_language_of_the_register_names_every_state(language: str) -> None:
    assert set(LEXICON.by_language("states")[language]) == set(STATES)


def test_a_language_without_state_names_shows_the_english_ones(places: Places) -> None:
    assert places.name("AL", "xx") == "Alabama"


@pytest.mark.parametrize("code", STATES)
def test_every_postal_code_in_capitals_after_a_placing_word_is_its_state(places: Places, code: str) -> None:
    assert places.find(f"I live in {code}").states == (code,)


@pytest.mark.parametrize("code", ["AL", "IL", "TX", "NY", "FL", "GA"])
def test_a_message_that_is_nothing_but_a_postal_code_names_the_state(places: Places, code: str) -> None:
    """The shortest reply to "Which state?"."""
    assert places.find(code).states == (code,)


@pytest.mark.parametrize(
    "text",
    [
        "quiero saber al fin si comparten mis datos",
        "fui al DMV y luego al trabajo",
        "FUI AL DMV Y LUEGO AL TRABAJO",
        "il faut le permis pour conduire",
        "Il a dit que la police le sait",
        "il mio permesso, chi lo vede",
        "de la oficina me dijeron hi",
        "en la oficina me pidieron la foto",
        "en al menos dos casos",
        "is it ok or not, tell me, hi",
        "hi is it ok to ask me in person or by phone",
        "IS IT OK OR NOT TELL ME HI IN PERSON",
        "CAN THEY LOOK IN OR NOT",
        "PUEDEN VER MI ID EN LA OFICINA DE MI CASA",
        "OK so DE donde",
        "oh no, ma is scared",
        "can I show my ID at the counter",
        "ICE asked ME about it",
        "me or my co worker",
        "pa que quieren mi foto",
        "are my records in there",
    ],
)
def test_small_words_are_not_postal_codes(places: Places, text: str) -> None:
    assert places.find(clean(text)) == Found(rest=clean(text))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("my cousin is in al", "AL"),
        ("does ice see it in il", "IL"),
        ("I got my license in IL last year", "IL"),
        ("I moved to AL", "AL"),
        ("vivo en IL", "IL"),
        ("CAN ICE SEE MY RECORD IN AL", "AL"),
        ("joliet il", "IL"),
        ("Joliet, IL", "IL"),
        ("from TX", "TX"),
        ("IL, please", "IL"),
    ],
)
def test_a_postal_code_where_one_is_expected_is_its_state(places: Places, text: str, code: str) -> None:
    assert places.find(text).states == (code,)


@pytest.mark.parametrize(
    "text", ["they called my mobile", "on my mobile phone", "they took my Mobile", "mobile data", "mi mobile esta roto"]
)
def test_a_mobile_telephone_is_no_city(places: Places, text: str) -> None:
    assert places.find(text) == Found(rest=text)


@pytest.mark.parametrize(
    "text",
    ["in Mobile", "i live in mobile", "vivo en Mobile", "Mobile, Alabama", "Mobile AL", "we are from Mobile, AL"],
)
def test_the_city_of_mobile_is_in_alabama(places: Places, text: str) -> None:
    assert places.find(text).states == ("AL",)


@pytest.mark.parametrize("text", ["I live in Aurora", "my aunt in Springfield", "from Auburn", "vivo en Springfield"])
def test_a_city_that_several_states_have_is_open_until_a_stored_state_tells(places: Places, text: str) -> None:
    found = places.find(text)
    assert found.states == ()
    assert len(found.candidates) > 2
    assert found.open == found.candidates
    assert found.state(None) is None


@pytest.mark.parametrize(
    ("text", "stored", "other"),
    [("in Aurora", "IL", "AL"), ("in Springfield", "IL", "AL"), ("in Auburn", "AL", "IL"), ("in Decatur", "AL", "NY")],
)
def test_an_open_city_is_in_the_stored_state_if_that_has_one(
    places: Places, text: str, stored: str, other: str
) -> None:
    assert places.find(text).state(stored) == stored
    assert places.find(text).state(other) is None


@pytest.mark.parametrize("text", ["aurora", "Aurora", "i live in aurora", "vivo en aurora"])
def test_an_open_city_in_small_letters_or_alone_is_heard_too(places: Places, text: str) -> None:
    """Aurora is Illinois' second city. It is a given name as well, but nobody lives "in" a person."""
    assert "IL" in places.find(text).candidates


@pytest.mark.parametrize(
    ("city", "code"),
    [
        ("Birmingham", "AL"),
        ("Montgomery", "AL"),
        ("Huntsville", "AL"),
        ("Albertville", "AL"),
        ("Tuscaloosa", "AL"),
        ("Chicago", "IL"),
        ("Cicero", "IL"),
        ("Joliet", "IL"),
        ("Los Angeles", "CA"),
        ("Houston", "TX"),
        ("Kansas City", "MO"),
    ],
)
def test_a_city_means_its_far_largest_namesake(places: Places, city: str, code: str) -> None:
    for text in (f"I live in {city}", f"vivo en {city.lower()}", f"WE ARE IN {city.upper()}"):
        assert places.find(text).states == (code,)
    # The person's own state does not change which Birmingham is meant.
    assert places.find(f"in {city}").state("NY") == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Auburn, Alabama", "AL"),
        ("Auburn AL", "AL"),
        ("springfield illinois", "IL"),
        ("Aurora, IL", "IL"),
        ("in Aurora, Colorado", "CO"),
        ("Chicago, Illinois", "IL"),
        ("Birmingham Alabama", "AL"),
        ("Chicago Alabama", "AL"),  # strange, but the state was said
        ("Paris Texas", "TX"),
        ("Jackson, Mississippi", "MS"),
    ],
)
def test_a_city_and_its_state_are_one_state(places: Places, text: str, code: str) -> None:
    found = places.find(f"i am from {text} and afraid")
    assert found.states == (code,)
    assert found.candidates == ()
    assert found.state("NY") == code


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("I moved from Illinois to Alabama", ("IL", "AL")),
        ("alabama or illinois?", ("AL", "IL")),
        ("from Chicago to Birmingham", ("IL", "AL")),
        ("trabajo en Alabama y vivo en Chicago", ("AL", "IL")),
    ],
)
def test_two_states_in_one_message_must_be_asked_about(places: Places, text: str, states: tuple[str, ...]) -> None:
    found = places.find(text)
    assert found.states == states
    assert found.open == states
    for stored in (None, *states, "NY"):
        assert found.state(stored) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [("springfield il", "IL"), ("i live in aurora il", "IL"), ("decatur al", "AL"), ("in auburn, al", "AL")],
)
def test_an_open_city_with_its_code_in_small_letters_is_that_state(places: Places, text: str, code: str) -> None:
    """How these cities are typed on a telephone."""
    assert places.find(text).states == (code,)


def test_the_spanish_word_al_after_an_open_city_is_no_state(places: Places) -> None:
    found = places.find("me pararon en decatur al salir del trabajo")
    assert found.states == ()
    assert "IL" in found.candidates


def test_a_state_named_twice_is_one_state(places: Places) -> None:
    assert places.find("in Illinois, I mean Chicago, Illinois").states == ("IL",)


def test_a_state_beside_an_open_city_that_it_has_closes_it(places: Places) -> None:
    found = places.find("is it the same in Springfield as elsewhere in Illinois")
    assert found.states == ("IL",)
    assert found.candidates == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ilinois", "IL"),
        ("illinios", "IL"),
        ("ilinoise", "IL"),
        ("Ilinoy", "IL"),
        ("alabma", "AL"),
        ("alabamma", "AL"),
        ("albama", "AL"),
        ("tenessee", "TN"),
        ("masachusetts", "MA"),
        ("californa", "CA"),
        ("chigago", "IL"),
        ("chicgo", "IL"),
        ("birminham", "AL"),
        ("huntsvile", "AL"),
    ],
)
def test_a_misspelt_state_or_large_city_is_recognised(places: Places, text: str, code: str) -> None:
    assert places.find(f"can ice see my record in {text}").states == (code,)


@pytest.mark.parametrize(
    "text",
    [
        "does my license information reach immigration",
        "mi informacion la comparten con inmigracion",
        "the officer took my picture and my address",
        "la colonia donde vivo esta tranquila",
        "we came from mexico and from guatemala",
        "somos de Honduras",
    ],
)
def test_ordinary_words_are_not_misspelt_places(places: Places, text: str) -> None:
    assert places.find(text) == Found(rest=text)


@pytest.mark.parametrize(
    "text",
    [
        "Madison told me ICE can see it",
        "my cousin Taylor has a license",
        "my name is Jackson",
        "Charlotte says they share it",
        "me llamo Aurora",
        "I gave it to Florence",
        "mi hija Paris tiene licencia",
        "my son Carson drives",
        "mi hermano Orlando tiene licencia",
        "Austin asked me who sees it",
    ],
)
def test_a_persons_name_is_no_city(places: Places, text: str) -> None:
    assert places.find(text) == Found(rest=text)


@pytest.mark.parametrize(
    ("text", "code"), [("in Charlotte", "NC"), ("I live in Jackson", "MS"), ("in Paris, TX", "TX")]
)
def test_a_city_that_is_a_name_counts_after_a_placing_word(places: Places, text: str, code: str) -> None:
    assert code in (places.find(text).states or places.find(text).candidates)


@pytest.mark.parametrize(
    "text", ["washington wants our data", "what will Washington decide about ICE", "Washington made that law"]
)
def test_washington_that_decides_is_the_government(places: Places, text: str) -> None:
    assert places.find(text) == Found(rest=text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I live in Washington", "WA"),
        ("estoy en Washington", "WA"),
        ("Washington", "WA"),
        ("washington please", "WA"),
        ("Washington State has a law", "WA"),
        ("what does the state of Washington share", "WA"),
        ("I live in Washington, D.C.", "DC"),
        ("washington dc", "DC"),
        ("in the District of Columbia", "DC"),
    ],
)
def test_washington_where_one_lives_is_the_state_or_the_district(places: Places, text: str, code: str) -> None:
    assert places.find(clean(text)).states == (code,)


@pytest.mark.parametrize("text", ["my daughter georgia has a license", "Georgia told me", "georgia dmv share my info"])
def test_georgia_may_be_a_person_but_counts_as_the_state(places: Places, text: str) -> None:
    """To say "none for Georgia" about a person is a nuisance; to give another state's answer to Georgia is a leak."""
    assert places.find(text).states == ("GA",)


@pytest.mark.parametrize("text", ["I live in Georgia", "vivo en georgia", "Georgia", "and in Georgia?", "from Georgia"])
def test_georgia_where_one_lives_is_the_state(places: Places, text: str) -> None:
    assert places.find(text).states == ("GA",)


@pytest.mark.parametrize(
    ("text", "code"),
    [("west virginia", "WV"), ("Kansas", "KS"), ("Arkansas", "AR"), ("new jersey", "NJ"), ("New Mexico", "NM")],
)
def test_a_longer_name_is_not_the_shorter_one_inside_it(places: Places, text: str, code: str) -> None:
    assert places.find(f"people in {text} asked").states == (code,)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("does Alabama share my photo", "does share my photo"),
        ("in Chicago, Illinois can they see it", "in can they see it"),
        ("can they see it in IL?", "can they see it in ?"),
        ("from Illinois to Alabama", "from to"),
        ("Illinois's office", "office"),
        ("no place here", "no place here"),
        ("Alabama", ""),
    ],
)
def test_the_rest_is_the_text_without_the_place(places: Places, text: str, rest: str) -> None:
    assert places.find(text).rest == rest


def test_the_evidence_is_what_was_written(places: Places) -> None:
    assert places.find("is it shared in Chicago, Illinois or alabma").evidence == ("Chicago, Illinois", "alabma")


def test_without_a_place_in_the_text_the_stored_state_holds(places: Places) -> None:
    assert places.find("does ice see my photo").state("AL") == "AL"
    assert places.find("does ice see my photo").state(None) is None


def test_the_text_wins_over_the_stored_state(places: Places) -> None:
    assert places.find("does Illinois share it").state("AL") == "IL"


def test_a_state_at_the_very_end_of_a_long_story_is_found(places: Places) -> None:
    assert places.find(clean("we walked and we waited. " * 160 + "this was in Alabama")).states == ("AL",)


@given(text=st.text(max_size=200))
def test_finding_never_raises_and_the_rest_is_made_of_the_text(places: Places, text: str) -> None:
    cleaned = clean(text)
    found = places.find(cleaned)
    remaining = iter(cleaned)
    assert all(character in remaining for character in found.rest)  # a subsequence, in order


@given(
    words=st.lists(
        st.sampled_from([
            "in", "de", "Aurora", "aurora", "IL", "al", "Al", "Illinois", "New", "York", "Chicago", ",", "Washington",
            "D.C.", "ilinois", "O'Fallon", "Springfield", "?", "mobile", "ice", "St.", "Louis", "Georgia",
        ]),
        max_size=9,
    )
)  # fmt: skip
def test_what_is_found_is_consistent(places: Places, words: list[str]) -> None:
    found = places.find(clean(" ".join(words)))
    assert set(found.states) | set(found.candidates) <= set(STATES)
    assert len(set(found.states)) == len(found.states)
    assert not set(found.states) & set(found.candidates)
    assert bool(found.evidence) == bool(found.states or found.candidates)
    assert found.state("AL") in (None, "AL", *found.states)


def test_a_city_alone_at_the_end_is_asked_about_though_its_name_is_a_word(places: Places) -> None:
    found = places.find("czy podpisali kontrakt z ice na dane kierowcow, Mobile", "pl")
    assert (found.states, found.candidates) == ((), ("AL",))


def test_the_name_of_an_office_that_only_one_state_has_names_the_state(places: Places) -> None:
    assert places.find("comment ice demande les infos a ALEA", "fr").states == ("AL",)
    assert places.find("does the alabama law enforcement agency sell my data", "en").states == ("AL",)
