"""What the commands do with what is built; each returns an exit code."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import threading
from pathlib import Path
from typing import IO

from bot import asking, explaining
from bot.conversation.house import House, build_house, load_content
from bot.knowledge import catalogs, checking
from bot.knowledge import coverage as covered
from bot.knowledge.model import Intent
from bot.knowledge.reading import survey
from bot.measuring import thresholds
from bot.measuring.fit import fitted
from bot.measuring.report import Wanted, report
from bot.recording import records_of_one
from bot.settings import Settings, SettingsError
from bot.understanding.encoding import Encoder, EncoderError, open_encoder
from bot.understanding.evaluation import read_labelled

SHIPPED = "meaning.npz"
"""What the encoder sees of the phrasings, beside the intents: without it a first start would take minutes to see it."""


def house_of(settings: Settings, *, live: bool = False) -> House:
    """The house for these settings. Live: drafts as decided and confirmed numbers only; else everything is shown.

    What was built lives as long as the program, so Python's collector of garbage need not look through it again: that
    takes 70 ms, in the middle of somebody's message.
    """
    if settings.language != "en" and not (settings.translations / settings.language).is_dir():
        raise SettingsError(f"AMPARO_LANGUAGE is {settings.language}, but there is no catalog of that language.")
    house = build_house(
        settings.intents,
        settings.translations,
        cache=settings.cache,
        serve_drafts=bool(settings.serve_drafts) if live else True,
        confirmed_only=live,
        default_language=settings.language,
    )
    gc.collect()
    gc.freeze()
    return house


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
    hold(soon_semantic(house_of(settings), settings), asking.today(), read, lambda text: print(text, flush=True))
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
            print(asking.as_line(asking.answer_line(house, line)), file=out, flush=True)
    return 0


def ask_once(settings: Settings, text: str, state: str | None, language: str | None, *, explain: bool) -> int:
    """One question and its reply as a person reads it."""
    house = semantic(house_of(settings), settings)
    answered = asking.ask(house, text, asking.valid_state(state), asking.valid_language(language))
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
    checked = checking.check(loaded, translators, asking.today())
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
    print(*covered.report(loaded.content, translators, template, questions, asking.today()), sep="\n")
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
        lines = report(questions, asking.asker(house), house.interpreter, phrasebook, wanted)
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
