"""`make bench-matching TASKS=file.json`: Amparo's matcher beside others, on the same splits, as a table."""

from __future__ import annotations

import argparse
import multiprocessing
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.understanding.encoding import EncoderError
from tests.bench.cost import peak
from tests.bench.systems import MissingError, all_systems
from tests.bench.tasks import Split, family, figures, splits

_TIMED = 100
"""Questions of a split that are asked one by one for the latency."""


def main() -> int:
    """Measure every system in a process of its own, so that memory is its own, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasks", type=Path, help="a JSON file of tasks: name, lang, k, pool, test, oos")
    parser.add_argument("--only", nargs="*", default=["banking30", "xsid", "injongo", "ha"], help="tasks or families")
    parser.add_argument("--systems", nargs="*", default=list(all_systems()))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--most", type=int, default=10_000, help="questions of a task that are asked")
    parser.add_argument("--by-task", action="store_true")
    given = parser.parse_args()
    data = list(splits(given.tasks, given.only, given.seeds, given.most))
    print(
        f"{'':30} {'top-1':>7} {'typos':>7} {'right and answered':>19} {'AUROC':>7} {'p50 ms':>8} {'p99 ms':>8}     MB"
    )
    for name in given.systems:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            measured = pool.apply(measure, (name, data))
        if isinstance(measured, str):
            print(f"{name:30} left out: {measured}", flush=True)
            continue
        rows, times, memory = measured
        _print(name, rows, times, memory, by_task=given.by_task)
    return 0


def measure(name: str, data: Sequence[Split]) -> str | tuple[list[tuple[str, dict[str, float]]], list[float], float]:
    """One system on all splits: (task, figures) rows, seconds of single questions, peak memory in MB; or why not."""
    try:
        learn = all_systems()[name]()
    except (MissingError, EncoderError) as reason:
        return str(reason)
    rows, times = [], []
    for split in data:
        answer = learn(split.examples)
        rows.append((split.task, figures(split, answer(split.questions), answer(split.misspelt), answer(split.others))))
        for text in split.questions[: _TIMED if split.seed == 0 and name != "nlp.js" else 0]:
            start = time.perf_counter()
            answer([text])
            times.append(time.perf_counter() - start)
    return rows, times, peak()


def _print(
    name: str, rows: list[tuple[str, dict[str, float]]], times: list[float], memory: float, *, by_task: bool
) -> None:
    """The mean of each family, then of the families: a family of eight tasks counts as much as one of one."""
    families = sorted({family(task) for task, _ in rows})
    by_family = {f: _mean([found for task, found in rows if family(task) == f]) for f in families}
    mean = _mean(list(by_family.values()))
    spent = 1000 * np.array(times) if times else np.array([np.nan])
    tail = f"{np.percentile(spent, 50):8.1f} {np.percentile(spent, 99):8.1f} {memory:6.0f}"
    print(f"{name:30} {_line(mean)} {tail}", flush=True)
    for one, found in by_family.items():
        print(f"{'   ' + one:30} {_line(found)}", flush=True)
    for task in dict.fromkeys(task for task, _ in rows) if by_task else ():
        print(f"{'      ' + task:30} {_line(_mean([found for t, found in rows if t == task]))}", flush=True)


def _mean(found: Sequence[dict[str, float]]) -> dict[str, float]:
    return {key: float(np.mean([row[key] for row in found])) for key in found[0]}


def _line(found: dict[str, float]) -> str:
    return f"{found['top-1']:7.1f} {found['typos']:7.1f} {found['answered']:19.1f} {found['auroc']:7.1f}"


if __name__ == "__main__":
    raise SystemExit(main())
