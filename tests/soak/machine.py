"""The hand-over's machine for longer: whatever happens in whatever order, exactly one answers her, and she knows who.

usage: python -m tests.soak.machine [--runs N] [--steps N]
"""

from __future__ import annotations

import argparse
import sys

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.conversation.test_handover import HandOver


def main() -> int:
    """Print how many runs held; a run that does not is raised with the shortest story that shows it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--steps", type=int, default=50)
    given = parser.parse_args()
    with_settings = settings(max_examples=given.runs, stateful_step_count=given.steps, deadline=None, database=None)
    run_state_machine_as_test(HandOver, settings=with_settings)
    print(f"{given.runs} runs of {given.steps} steps: never both, never neither, an emergency always")
    return 0


if __name__ == "__main__":
    sys.exit(main())
