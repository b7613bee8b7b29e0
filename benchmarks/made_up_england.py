"""How fast, and in how much memory, the generator makes a share of an England-year (56 million people, 6,300 practices).

usage: python benchmarks/made_up_england.py FOLDER [SHARE] [WORKERS]      SHARE of England's people, default 0.02

Each run is a child process, so that its peak memory is its own. The folder must not exist; it is left for other benchmarks.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from pbc.sources.synthetic import generate

ENGLAND = 56_000_000
ACTIVITY = ("admitted_care", "outpatients", "accident_and_emergency")


def make(folder: Path, share: float, workers: int) -> None:
    begun = time.perf_counter()
    about = generate(
        folder, seed=5, people=int(ENGLAND * share), practices=6_300, clusters=900, hospitals=150, commissioners=150,
        years=("2009-10",), workers=workers,
    )  # fmt: skip
    wall, used = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF)
    rows = sum(about["rows"][name] for name in ACTIVITY)
    print(json.dumps({
        "share_of_england": share, "workers": workers, "activity_rows": rows, "all_rows": sum(about["rows"].values()),
        "wall_seconds": round(wall, 1), "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
        "activity_rows_per_second": round(rows / wall), "peak_megabytes": round(used.ru_maxrss / 1024),
    }))  # fmt: skip


if __name__ == "__main__":
    if "--child" in sys.argv:
        make(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
    else:
        folder, share, workers, *_ = [*sys.argv[1:], *("0.02", "1")[len(sys.argv) - 2 :]]
        subprocess.run([sys.executable, __file__, folder, share, workers, "--child"], check=True)
