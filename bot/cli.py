"""Commands: parse, print, return exit codes. No logic of their own."""

from __future__ import annotations

import argparse
import asyncio
import io
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot import commands, recording, translating
from bot.knowledge.reading import ContentError
from bot.logs import configure, where
from bot.measuring.report import Wanted
from bot.settings import Settings, SettingsError, read_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 is good, 1 a fault that was said in plain words, 2 a wrong call."""
    configure()
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        settings = read_settings()
        if getattr(given, "intents", None):
            settings = replace(settings, intents=_folder(given.intents, "--intents"))
        if getattr(given, "translations", None):
            settings = replace(settings, translations=_folder(given.translations, "--translations"))
        return _run(given, settings)
    except (SettingsError, ContentError) as error:
        print(error, file=sys.stderr)
        return 1
    except (KeyboardInterrupt, BrokenPipeError):
        sys.stderr.close()
        return 0
    except Exception as error:  # noqa: BLE001 - nobody is shown a traceback
        print(f"Amparo stopped because of a fault of its own [{where(error)}].", file=sys.stderr)
        return 1


_ACTIONS = {"translations": translating.ACTIONS, "records": recording.ACTIONS}


def _run(given: argparse.Namespace, settings: Settings) -> int:
    match given.command:
        case "ask" if given.jsonl:
            return commands.ask_lines(settings, sys.stdin.buffer, sys.stdout)
        case "ask" if not given.text:
            raise SettingsError("ask needs a question, or --jsonl.")
        case "ask":
            return commands.ask_once(settings, " ".join(given.text), given.state, given.language, explain=given.explain)
        case "evaluate":
            wanted = Wanted(given.errors, given.json, given.compare, given.chart)
            return commands.evaluate(settings, given.questions, wanted, sweep=given.sweep, fit=given.fit)
        case "threshold":
            return commands.threshold(settings)
        case "check":
            return commands.check(settings, deploy=given.deploy)
        case "coverage":
            return commands.coverage(settings)
        case "translations" | "records":
            return _ACTIONS[given.command][given.action](settings)
        case "schema":
            return commands.schema()
        case "prepare":
            return commands.prepare(settings, ship=given.ship)
        case "practice":
            return _practised(given, settings)
        case _:
            return asyncio.run(commands.run(settings) if settings.token else commands.practise(settings, port=0))


def _practised(given: argparse.Namespace, settings: Settings) -> int:
    if given.terminal:
        return commands.converse(settings)
    if given.script:
        return commands.play(settings, given.script)
    if given.server:
        return asyncio.run(commands.stand_alone(given.port, given.faults, given.seed, given.log))
    return asyncio.run(commands.practise(settings, given.port))


def _folder(path: Path, option: str) -> Path:
    if not path.is_dir():
        raise SettingsError(f"{option} names a folder that does not exist: {path}")
    return path


def _port(given: str) -> int:
    if not (given.isascii() and given.isdigit() and int(given) <= 65535):  # noqa: PLR2004
        raise argparse.ArgumentTypeError("a port is a number up to 65535")
    return int(given)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="amparo", description="Curated answers for immigrant-rights hotlines.")
    content = argparse.ArgumentParser(add_help=False)
    content.add_argument("--intents", type=Path, help="a folder of intent files instead of Amparo's own")
    content.add_argument("--translations", type=Path, help="a folder of catalogs instead of Amparo's own")
    sub = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    sub.add_parser("run", parents=[content], help="the Telegram bot; without AMPARO_TOKEN, the same as practice")
    practice = sub.add_parser("practice", parents=[content], help="the whole bot without Telegram, in the browser")
    _practice_options(practice)
    ask = sub.add_parser("ask", parents=[content], help="one question, or one a line with --jsonl")
    ask.add_argument("text", nargs="*", help="the question")
    ask.add_argument("--state", help="postal code of the state in the person's settings")
    ask.add_argument("--language", help="one of the language codes")
    ask.add_argument("--explain", action="store_true", help="show in plain words why")
    ask.add_argument(
        "--jsonl", action="store_true", help='lines {"id", "text", "state", "language"} in, one line each out'
    )
    _measuring(sub, content)
    check = sub.add_parser("check", parents=[content], help="all rules over the content; exit 1 for a fault")
    check.add_argument("--deploy", action="store_true", help="also what a live bot needs")
    sub.add_parser("coverage", parents=[content], help="question x state x language, and what each lacks")
    sub.add_parser(
        "translations", parents=[content], help="bring the catalogs up to date with the English, check or count them"
    ).add_argument("action", choices=list(translating.ACTIONS))
    sub.add_parser(
        "records", help="show what is held (all that a subpoena would get), sweep what is old, or list the keys"
    ).add_argument("action", choices=list(recording.ACTIONS))
    sub.add_parser("schema", help="the JSON Schema of intent files, for editors")
    prepare = sub.add_parser("prepare", parents=[content], help="learn the matcher now and keep it, for a faster start")
    prepare.add_argument("--ship", action="store_true", help="write what the encoder sees beside the intents")
    return parser


def _practice_options(practice: argparse.ArgumentParser) -> None:
    practice.add_argument("--port", type=_port, default=0, help="where the page is served; any free port by default")
    how = practice.add_mutually_exclusive_group()
    how.add_argument("--terminal", action="store_true", help="a conversation here, with numbered buttons")
    how.add_argument("--script", nargs="+", type=Path, help="play conversations from YAML files; exit 1 if one differs")
    how.add_argument("--server", action="store_true", help="the local Bot API alone, for a bot in another process")
    practice.add_argument("--faults", default="", metavar="PLAN", help="with --server: METHOD:KIND=OFTEN[@VALUE],...")
    practice.add_argument("--seed", type=int, default=0, help="with --server: the same faults again for the same seed")
    practice.add_argument("--log", type=Path, help="with --server: every request and its answer, as JSON lines")


def _measuring(sub: argparse._SubParsersAction[argparse.ArgumentParser], content: argparse.ArgumentParser) -> None:
    evaluate = sub.add_parser("evaluate", parents=[content], help="labelled questions in, figures out")
    evaluate.add_argument("questions", nargs="+", type=Path, help="<language>.yaml or a .tsv table")
    evaluate.add_argument("--errors", action="store_true", help="what is taken for what, and what was not helped")
    evaluate.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    evaluate.add_argument("--compare", type=Path, metavar="FILE", help="what changed since an earlier --json")
    evaluate.add_argument("--chart", type=Path, metavar="FILE.png", help="calibration and languages as a picture")
    evaluate.add_argument("--sweep", action="store_true", help="figures for other thresholds and margins")
    evaluate.add_argument("--fit", action="store_true", help="fit the weights of the score to these questions")
    sub.add_parser("threshold", parents=[content], help="threshold and margin from the content alone")
