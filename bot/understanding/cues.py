"""What stands around the names of places: words before and after, phrases that only look like a place."""

from __future__ import annotations

from collections.abc import Sequence

from bot.understanding.lexicon import Lexicon
from bot.understanding.tokens import Token, as_phrase

_PHRASES = (
    "before", "in_or_from", "before_nobodys_name", "before_code", "before_any_code", "after", "own_place",
    "own_place_after", "left_place", "left_place_after", "denied_place", "denied_place_after", "bare_not", "county",
    "street", "before_a_person",
)  # fmt: skip
_CAUTIOUS = ("before_code", "county", "street", "before_a_person")
"""What makes a name no place's, or a small word a code. In a text of an unknown language only English and Spanish words
do so, and those of other scripts."""
_WORDS = ("state_names_that_are_words", "nobodys_names", "never_small", "codes_that_are_words", "small_codes")


class Cues:
    """The cues of all languages. Built once.

    A phrase counts whatever the text is in; a single word only in its own language, since "o" is Vietnamese for "in"
    and Portuguese for "the". A text that is in no surely known language gets them all.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._phrases: dict[tuple[str, str | None], frozenset[str]] = {}
        self._compact: dict[tuple[str, str | None], tuple[str, ...]] = {}
        for language in (None, *lexicon.languages):
            for key in _PHRASES:
                spoken = lexicon.spoken(key, language)
                if language is None and key in _CAUTIOUS:
                    spoken = lexicon.spoken(key, "es") | {word for word in spoken if not word.isascii()}
                own = frozenset(map(as_phrase, spoken))
                longer = (phrase for phrase in map(as_phrase, lexicon.pooled(key)) if " " in phrase)
                self._phrases[key, language] = own | frozenset(longer)
                self._compact[key, language] = tuple(p.replace(" ", "") for p in self._phrases[key, language])
        self._words = {key: frozenset(map(as_phrase, lexicon.pooled(key))) for key in _WORDS}
        self.never_alone = frozenset(lexicon.common("never_alone"))
        self.not_codes = {
            code: frozenset(map(str.upper, words)) for code, words in lexicon.by_language("not_codes").items()
        }
        self._not_places_in = {
            code: frozenset(map(as_phrase, phrases)) for code, phrases in lexicon.by_language("not_places").items()
        }
        self._not_places: dict[str, list[tuple[str, ...]]] = {}
        for phrase in sorted(frozenset().union(*self._not_places_in.values())):
            said = tuple(phrase.split())
            self._not_places.setdefault(said[0], []).append(said)

    def phrases(self, key: str, language: str | None) -> frozenset[str]:
        """Phrases that may stand before a name."""
        return self._phrases[key, language if (key, language) in self._phrases else None]

    def compact(self, key: str, language: str | None) -> tuple[str, ...]:
        """Phrases that may stand after a name, without spaces: people leave those out."""
        return self._compact[key, language if (key, language) in self._compact else None]

    def words(self, key: str) -> frozenset[str]:
        """Single words that are no language's or every language's."""
        return self._words[key]

    def only_fillers(self, said: Sequence[str], language: str | None) -> bool:
        """Whether the words around a name ask nothing, in the text's language or in any where that is not known."""
        if language in self._lexicon.languages:
            return self._lexicon.parts(said, language, "fillers") is not None
        return self._lexicon.only(said, "fillers") is not None

    def elsewise(self, tokens: Sequence[Token], language: str | None) -> set[int]:
        """The tokens of phrases that hold a place's name and mean something else.

        A single word of Latin letters does so only in a text of its own language: "maine" is a word in Hindi.
        """
        covered: set[int] = set()
        own = self._not_places_in.get(language or "", frozenset())
        for at, token in enumerate(tokens):
            for said in self._not_places.get(token.folded, ()):
                counts = len(said) > 1 or said[0] in own or not said[0].isascii()
                if counts and tuple(t.folded for t in tokens[at : at + len(said)]) == said:
                    covered.update(range(at, at + len(said)))
        return covered
