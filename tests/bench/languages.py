"""`python -m tests.bench.languages tests/questions/*.yaml [--tasks FILE]`: telling languages, beside py3langid.

Rows: the questions whole, only their first three words, without accents, and the public tasks' questions (about lights,
weather, alarms), each in languages that are served. Columns: right, and of what is said to be sure how much is wrong.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from bot.commands import house_of
from bot.knowledge.model import LANGUAGES
from bot.settings import read_settings
from bot.understanding.evaluation import read_labelled
from bot.understanding.languages import to_code
from bot.understanding.text import fold

_NAMED = {"eng": "en", "zh-cn": "zh"}
Said = tuple[str, str]
"""A language and a text in it."""


def main() -> int:
    """Print the table, one row a kind of text and one for each language that is below 97 % there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path, nargs="+")
    parser.add_argument("--tasks", type=Path, help="a JSON file of public tasks")
    given = parser.parse_args()
    interpreter = house_of(read_settings()).interpreter

    def ours(text: str) -> tuple[str | None, bool]:
        found = interpreter.interpret(text).language
        return found.language, found.sure

    systems: dict[str, Callable[[str], tuple[str | None, bool]]] = {"ours": ours}
    try:
        import py3langid
    except ImportError:
        print("py3langid is left out: it is not installed")
    else:
        py3langid.set_languages(list(LANGUAGES))
        systems["py3langid"] = lambda text: (py3langid.classify(text)[0], True)
    for name, said in _kinds(given.questions, given.tasks).items():
        for system, detect in systems.items():
            print("\n".join(_rows(name, system, said, detect)), flush=True)
    return 0


def _kinds(paths: Iterable[Path], tasks: Path | None) -> dict[str, list[Said]]:
    questions = [(q.language, q.text) for path in paths for q in read_labelled(path) if q.what not in ("noise", "oos")]
    kinds = {
        "questions": questions,
        "first three words": [(code, " ".join(text.split()[:3])) for code, text in questions if " " in text],
        "no accents": [(code, fold(text)) for code, text in questions if code in ("es", "ht", "pt", "fr", "vi", "pl")],
    }
    if tasks:
        kinds["public tasks"] = [
            (code, text)
            for task in json.loads(tasks.read_text(encoding="utf-8"))
            if (code := _NAMED.get(task["lang"]) or to_code(task["lang"]))
            for text, _ in random.Random(0).sample(task["test"], min(60, len(task["test"])))
        ]
    return kinds


def _rows(
    name: str, system: str, said: Iterable[Said], detect: Callable[[str], tuple[str | None, bool]]
) -> Iterable[str]:
    right: dict[str, list[bool]] = defaultdict(list)
    surely: list[bool] = []
    for code, text in said:
        language, sure = detect(text)
        right[code].append(language == code)
        surely += [language != code] if sure else []
    every = [one for ones in right.values() for one in ones]
    weak = {code: sum(ones) / len(ones) for code, ones in right.items()}
    yield (
        f"{name:20} {system:10} {len(every):5} texts {100 * sum(every) / len(every):6.1f} % right, "
        f"of {len(surely)} sure {100 * sum(surely) / (len(surely) or 1):5.2f} % wrong; below 97: "
        + " ".join(f"{code} {100 * share:.0f}" for code, share in sorted(weak.items()) if share < 0.97)
    )


if __name__ == "__main__":
    raise SystemExit(main())
