"""Writers of records killed at random moments: what they were told is kept, against what the file holds.

`python -m tests.soak.writers [KILLS] [SEED]`
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.records.killing import differences, kill_often


def main(kills: int = 300, seed: int = 1) -> int:
    """Print the figure; 1 if anything differs."""
    with tempfile.TemporaryDirectory() as folder:
        told = kill_often(Path(folder), kills, seed)
        wrong = differences(Path(folder), told)
    print(*wrong[:20], sep="\n")
    print(f"{kills} kills, {told.commits} acknowledged commits: {len(wrong)} lost, doubled, half done or damaged")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
