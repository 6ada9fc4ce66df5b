"""What the commands do with what is built; each returns an exit code."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from bot import explaining
from bot.conversation.asker import reply
from bot.conversation.house import House, build_house, load_content
from bot.conversation.reply import Message, Reply
from bot.conversation.session import Session
from bot.knowledge import catalogs, checking
from bot.knowledge import coverage as covered
from bot.knowledge.model import LANGUAGES, STATES, Intent
from bot.knowledge.reading import survey
from bot.measuring import thresholds
from bot.measuring.fit import fitted
from bot.measuring.report import Wanted, report
from bot.recording import records_of_one
from bot.settings import Settings, SettingsError
from bot.understanding.encoding import Encoder, EncoderError, open_encoder
from bot.understanding.evaluation import Labelled, read_labelled

SHIPPED = "meaning.npz"
"""What the encoder sees of the phrasings, beside the intents: without it a first start would take minutes to see it."""


def house_of(settings: Settings, *, live: bool = False) -> House:
    """The house for these settings. Live: drafts as decided and confirmed numbers only; else everything is shown."""
    if settings.language != "en" and not (settings.translations / settings.language).is_dir():
        raise SettingsError(f"AMPARO_LANGUAGE is {settings.language}, but there is no catalog of that language.")
    return build_house(
        settings.intents,
        settings.translations,
        cache=settings.cache,
        serve_drafts=bool(settings.serve_drafts) if live else True,
        confirmed_only=live,
        default_language=settings.language,
    )


def semantic(house: House, settings: Settings) -> House:
    """The house, which from now on sees the meaning of messages too; as it is, with one line, where it cannot."""
    encoder = _encoder(settings)
    if encoder is not None:
        house.interpreter.matcher.learn_meaning(encoder, settings.intents / SHIPPED)
    return house


def _encoder(settings: Settings) -> Encoder | None:
    try:
        return open_encoder(settings.encoder)
    except EncoderError as error:
        print(f"Matching by words alone: {error}.", file=sys.stderr, flush=True)
        return None


def soon_semantic(house: House, settings: Settings) -> House:
    """The house at once, which sees the meaning of messages as soon as that is learnt."""
    threading.Thread(target=semantic, args=(house, settings), daemon=True).start()
    return house


async def run(settings: Settings) -> int:
    """The bot on Telegram, until it is stopped."""
    if settings.serve_drafts is None:
        raise SettingsError(
            "AMPARO_DRAFTS must be serve or refuse: decide whether answers no lawyer has checked are given."
        )
    content, _ = load_content(settings.intents, settings.translations)
    if not content.hotline.reachable_anywhere():
        raise SettingsError("hotline.yaml has no confirmed emergency number; the bot does not start without one.")
    from bot.app import serve  # here, so that the other commands start without Telegram's library

    with records_of_one(settings) as opened:
        await serve(settings, lambda: soon_semantic(house_of(settings, live=True), settings), opened)
    return 0


def converse(settings: Settings) -> int:
    """A conversation in the terminal, with numbered buttons."""
    from bot.practice.terminal import converse as hold

    def read() -> str | None:
        try:
            return input("> ")
        except EOFError:
            return None

    print("One moment, reading the questions ...", flush=True)
    hold(soon_semantic(house_of(settings), settings), _today(), read, lambda text: print(text, flush=True))
    return 0


async def practise(settings: Settings, port: int) -> int:
    """The whole bot without Telegram, on a page in the browser, until it is stopped."""
    from bot.practising import practise as hold  # here, as the bot itself is loaded in `run`

    load_content(settings.intents, settings.translations)  # its faults are said before anything starts
    return await hold(settings, lambda: soon_semantic(house_of(settings), settings), port)


def play(settings: Settings, paths: list[Path]) -> int:
    """Conversations from files, with what differed; 1 if one did."""
    from bot.practice.script import read_script
    from bot.practising import play_all

    scripts = [read_script(path) for path in paths]
    return asyncio.run(play_all(settings, house_of(settings), scripts))


async def stand_alone(port: int, plan: str, seed: int, log: Path | None) -> int:
    """The practice server without a bot, with faults by plan, until it is stopped."""
    from bot.practice.alone import stand_alone as stand
    from bot.practice.faults import Faults

    try:
        await stand(port=port, faults=Faults(plan, seed), log=log)
    except (ValueError, OSError) as error:
        raise SettingsError(f"The practice server cannot start: {error}.") from None
    return 0


def ask_lines(settings: Settings, lines: IO[bytes], out: IO[str]) -> int:
    """One JSON object a line in, one a line out, in order; a bad line gives an error on its line."""
    house = semantic(house_of(settings), settings)
    for line in lines:
        if line.strip():
            print(_line(_asked(house, line)), file=out, flush=True)
    return 0


def ask_once(settings: Settings, text: str, state: str | None, language: str | None, *, explain: bool) -> int:
    """One question and its reply as a person reads it."""
    house = semantic(house_of(settings), settings)
    answered = _ask(house, text, _valid_state(state), _valid_language(language))
    print(answered.plain())
    for button in (button for row in answered.buttons for button in row):
        print(f"  [{button.label}]")
    if explain:
        loaded, _ = survey(settings.intents)
        phrasebook = explaining.Phrasebook(loaded, house.interpreter)
        print("", *explaining.explain(house, phrasebook, text, answered), sep="\n")
    return 0


def check(settings: Settings, *, deploy: bool) -> int:
    """Every fault of content and catalogs as `file:line: sentence`; 1 if there is one."""
    loaded, faults = survey(settings.intents)
    translators, catalog_faults = catalogs.load(settings.translations)
    checked = checking.check(loaded, translators, _today())
    faults = sorted({*faults, *catalog_faults, *checked.faults})
    if deploy:
        faults += checking.check_deploy(loaded, drafts_decided=settings.serve_drafts is not None)
    for note in checked.notes:
        print(f"{note} (note)")
    for fault in faults:
        print(fault)
    print(f"{len(loaded.content.intents)} intents, {len(faults)} faults, {len(checked.notes)} notes")
    return 1 if faults else 0


def coverage(settings: Settings) -> int:
    """What is answered where and checked by whom, and for each language what does not hold of it yet."""
    loaded, _ = survey(settings.intents)
    translators, _ = catalogs.load(settings.translations)
    template = catalogs.read_template(settings.translations / "messages.pot")
    files = (settings.translations.parent / "tests" / "questions").glob("*.yaml")  # in a checkout; else there are none
    questions = {path.stem: len(read_labelled(path)) for path in files}
    print(*covered.report(loaded.content, translators, template, questions, _today()), sep="\n")
    return 0


def evaluate(settings: Settings, paths: list[Path], wanted: Wanted, *, sweep: bool, fit: bool) -> int:
    """Figures over labelled questions, with what else is wanted; or other thresholds, or the weights of the score."""
    house = semantic(house_of(settings), settings)
    questions = [one for path in paths for one in read_labelled(path) if one.language in house.served]
    if fit:
        lines = fitted(house.interpreter, questions)
    elif sweep:
        lines = thresholds.swept(house.interpreter, house.content, questions)
    else:
        loaded, _ = survey(settings.intents)
        phrasebook = explaining.Phrasebook(loaded, house.interpreter)
        lines = report(questions, asker(house), house.interpreter, phrasebook, wanted)
    for line in lines:
        print(line, flush=True)
    return 0


def threshold(settings: Settings) -> int:
    """Threshold and margin from the content alone: what is answered rightly, and what falsely, with parts left out."""
    house = house_of(settings)
    shipped = settings.intents / SHIPPED
    tried = thresholds.left_out(house.content, house.interpreter.prepare, _encoder(settings), shipped)
    print(*thresholds.from_content(tried), sep="\n")
    return 0


def schema() -> int:
    """The JSON Schema that stands beside the intent files."""
    print(json.dumps(Intent.model_json_schema(), indent=2))
    return 0


def prepare(settings: Settings, *, ship: bool) -> int:
    """Learn the matcher and keep it. `ship`: write what the encoder sees of the phrasings beside the intents."""
    house = house_of(settings)
    if ship and (encoder := open_encoder(settings.encoder)):
        house.interpreter.matcher.ship_meaning(encoder, settings.intents / SHIPPED)
    semantic(house, settings)
    print("Ready." if settings.cache else "There is no place to keep the matcher: AMPARO_CACHE is empty.")
    return 0 if settings.cache else 1


def asker(house: House) -> Callable[[Labelled], Mapping[str, Any]]:
    """How a labelled question is asked in this house."""
    return lambda question: _as_json(question.id, _ask(house, question.text, question.stored, None))


def _asked(house: House, line: bytes) -> dict[str, Any]:
    number: Any = None
    try:
        data = json.loads(line, parse_constant=_refused)
        if not isinstance(data, dict):
            raise SettingsError("a line must be an object with id, text, state and language")
        number = data.get("id")
        if not isinstance(data.get("text"), str):
            raise SettingsError("text must be a string")
        state, language = _valid_state(data.get("state")), _valid_language(data.get("language"))
    except SettingsError as error:
        return {"id": number, "error": str(error)}
    except ValueError:  # JSONDecodeError and UnicodeDecodeError
        return {"id": None, "error": "this line is not JSON"}
    except RecursionError:
        return {"id": None, "error": "this line is nested too deep"}
    return _as_json(number, _ask(house, data["text"], state, language))


def _ask(house: House, text: str, state: str | None, language: str | None) -> Reply:
    session = Session(language=language, chosen=language is not None, state=state, greeted=True)
    return reply(Message(text), session, house, _today())[0]


def _as_json(number: Any, answered: Reply) -> dict[str, Any]:
    return {
        "id": number,
        "outcome": answered.outcome.value,
        "intent": answered.intent or answered.nearest,
        "score": answered.score,
        "state": answered.state,
        "language": answered.language,
        "sources": list(answered.sources),
        "disagreement": list(answered.disagreement),
        "choices": [{"intent": c.intent, "score": c.score, "sources": list(c.sources)} for c in answered.choices],
        "review": answered.review,
        "text": answered.plain(),
    }


def _line(answered: dict[str, Any]) -> str:
    """One line of JSON; half a character is written as an escape, an id that is no JSON (Infinity) becomes null."""
    try:
        said = json.dumps(answered, ensure_ascii=False, allow_nan=False)
        said.encode()
    except UnicodeEncodeError:
        return json.dumps(answered)
    except ValueError:
        return _line({**answered, "id": None})
    return said


def _refused(constant: str) -> None:
    raise ValueError(constant)


def _valid_state(state: Any) -> str | None:
    if state is None or state == "":
        return None
    if not isinstance(state, str) or not state.isascii() or state.upper() not in STATES:
        raise SettingsError("state must be the postal code of a US state, or null")
    return state.upper()


def _valid_language(language: Any) -> str | None:
    if language is None or language == "":
        return None
    if language not in LANGUAGES:
        raise SettingsError(f"language must be one of {' '.join(LANGUAGES)}, or null")
    return str(language)


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()
