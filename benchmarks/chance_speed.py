"""How long chance bands take: the arithmetic for England's 7,325 practices, the whole table, and phi over many people.

`python -m benchmarks.chance_speed --out bench-out` writes chance_speed.json. Medians of at least three rounds.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from pbc.engines import open_engine
from pbc.methods.risk import band_chance, default_cheque, measure_spread
from pbc.periods import FinancialYear
from pbc.policy.policy import load_policy
from pbc.stats.bands import band_limits, history_in_budget
from pbc.stats.cheques import cheque_by_need
from pbc.tables import BUDGET_POSITIONS, COSTED_ACTIVITY, REGISTRATIONS

PRACTICES = 7_325
YEAR = FinancialYear(2009)


def median_seconds(work: Callable[[], object], *, rounds: int) -> float:
    """This returns the median time of so many rounds, the first not counted."""
    work()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def arithmetic() -> Callable[[], object]:
    """This returns the work of need-adjusted cheques, history factors and both bands for every practice."""
    rng = np.random.default_rng(1)
    budget = rng.uniform(1e6, 2e7, PRACTICES)
    need, weight, years = rng.uniform(0.6, 1.6, PRACTICES), rng.uniform(0, 1, PRACTICES), np.full(PRACTICES, 3.0)

    def work() -> object:
        variance = cheque_by_need(10_000.0, need_ratio=need) * budget
        history = history_in_budget(weight, years=years, persistence=0.2)
        spread, lean = history.spread * variance, history.lean * variance
        outer = ((1 - weight) * 0.09 * budget) ** 2
        return (
            band_limits(budget, at_chance=budget, spread=spread, lean=lean),
            band_limits(budget, at_chance=budget, spread=spread, lean=lean, outer=outer),
        )

    return work


def whole_table() -> Callable[[], object]:
    """This returns the work of the published table, sentences included, for England's practices in 300 clusters."""
    rng = np.random.default_rng(2)
    budget = rng.integers(100_000_000, 2_000_000_000, PRACTICES)
    positions = pl.DataFrame({
        "financial_year": ["2009-10"] * PRACTICES, "statement_month": [201003] * PRACTICES,
        "practice_code": [f"Z{i:05}" for i in range(PRACTICES)], "cluster_code": [f"ZC{i % 300:03}" for i in range(PRACTICES)],
        "commissioner_code": ["ZP1"] * PRACTICES, "list_size": budget // 77_000, "months_count": [12] * PRACTICES,
        "activity_budget_pence": budget, "activity_actual_pence": (budget * rng.normal(1, 0.08, PRACTICES)).astype(np.int64),
    })  # fmt: skip
    empty = [pl.lit(None).alias(name) for name in BUDGET_POSITIONS.names if name not in positions.columns]
    table, policy = BUDGET_POSITIONS.conform(positions.with_columns(empty)), load_policy("england-2005")
    cheque = default_cheque(policy, on=YEAR.start)
    return lambda: band_chance(table, year=YEAR, cheque=cheque, policy=policy)


def people_on_lists(people: int) -> Callable[[], object]:
    """This returns the work of adding up so many people on 7,325 lists, with two contacts a head, by SQL in DuckDB."""
    engine = open_engine()
    base = {name: "NULL" for name, _ in COSTED_ACTIVITY.sql_columns} | {
        "person_id": f"i % {people}", "month": "200904 + i % 9", "practice_code": f"'Z' || (i % {people}) % {PRACTICES}",
        "point_of_delivery": "'NEL'", "cost_pence": "1 + (i * 7919) % 400000",
    }  # fmt: skip
    columns = ", ".join(f"{value} AS {name}" for name, value in base.items())
    costs = engine.view(f"SELECT {columns} FROM range({2 * people}) AS t(i)", COSTED_ACTIVITY.sql_columns)  # type: ignore[attr-defined]
    lists = engine.view(  # type: ignore[attr-defined]
        f"SELECT i AS person_id, 'Z' || i % {PRACTICES} AS practice_code, DATE '2001-01-01' AS starts_on, "
        f"DATE '9999-12-31' AS ends_before, 1950 AS birth_year, '1' AS sex FROM range({people}) AS t(i)",
        REGISTRATIONS.sql_columns,
    )
    policy = load_policy("england-2005")
    return lambda: measure_spread(costs, lists, year=YEAR, policy=policy).frame()


def run(out: Path, *, people: int = 3_000_000) -> dict[str, float]:
    """This writes chance_speed.json into `out` and returns what it holds, in milliseconds and seconds."""
    found = {
        "practices": float(PRACTICES),
        "arithmetic_milliseconds": 1000 * median_seconds(arithmetic(), rounds=51),
        "whole_table_seconds": median_seconds(whole_table(), rounds=3),
        "people": float(people),
        "spread_seconds": median_seconds(people_on_lists(people), rounds=3),
    }
    out.mkdir(parents=True, exist_ok=True)
    (out / "chance_speed.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))
    return found


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--out", type=Path, default=Path("bench-out"))
    run(asked.parse_args().out)
