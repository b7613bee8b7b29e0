"""How long England's fair shares take: reading, sharing, a changed scenario, and the whole flow.

`python -m benchmarks.fair_shares --published DIR --out bench-out` writes fair_shares.json and prints the table. Goals:
0.2 s for the shares of 7,325 practices, 50 ms for a scenario. Medians of nine rounds; the answer is checked each round.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pbc.flows.journey import Journey
from pbc.flows.share_fairly import share_fairly, share_practices
from pbc.methods.budgets.fair_shares_england import find_total_pence
from pbc.periods import FinancialYear
from pbc.policy import load_policy
from pbc.sources.published.find import find_one_published
from pbc.sources.published.weighted_populations import layout_of_year, read_weighted_population

ROUNDS = 9
YEAR = FinancialYear(2018)
GOALS = {"fair shares of England": 0.2, "another total": 0.05}


def timed(work: Callable[[], Any]) -> float:
    """This returns the median seconds of so many rounds of the work."""
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def measure(folder: Path) -> dict[str, float]:
    """This returns seconds by stage on the published file of 2018/19."""
    policy = load_policy("england-2025")
    path = find_one_published(folder, layout_of_year(YEAR.slug), year=YEAR.slug)
    practices = read_weighted_population(path, year=YEAR.slug).rows
    total = find_total_pence(practices)

    def share(pence: int) -> None:
        shares = share_practices(practices, year=YEAR, policy=policy, total_pence=pence)
        assert (shares.height, int(shares["target_pence"].sum())) == (practices.height, pence)

    return {
        "reading the file": timed(lambda: read_weighted_population(path, year=YEAR.slug)),
        "fair shares of England": timed(lambda: share(total)),
        "another total": timed(lambda: share(total * 103 // 100)),
        "found, read and shared": timed(lambda: share_fairly(folder, year=YEAR, policy=policy, journey=Journey())),
    }


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--published", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("bench-out"))
    asked = parser.parse_args()
    found = measure(asked.published)
    for stage, seconds in found.items():
        goal = f"   goal {GOALS[stage] * 1000:.0f} ms" if stage in GOALS else ""
        print(f"{stage:28} {seconds * 1000:8.1f} ms{goal}")
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "fair_shares.json").write_text(json.dumps({"rounds": ROUNDS, "seconds": found}, indent=1))


if __name__ == "__main__":
    main()
