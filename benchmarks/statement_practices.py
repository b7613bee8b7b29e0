"""How long budgets and a statement take at practice grain: `python benchmarks/statement_practices.py 7000`.

Made-up cells for so many practices, two years, nine kinds of activity, 24 specialties. Prints wall and processor seconds
of each method. Patient grain is not part of it: that is costing's benchmark.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl

from pbc.methods.budgets.lines import NEED, Rule, add_up_budgets, share_of, stack_lines, top_slice
from pbc.methods.budgets.opening import set_historic
from pbc.methods.budgets.pace_of_change import CloseDistance
from pbc.methods.budgets.set_budgets import move_to_fair_shares
from pbc.methods.budgets.targets import compare_with_target
from pbc.methods.statements.compare import Reach, compare_with_budget
from pbc.methods.statements.profile import list_kinds, profile_budgets, share_months
from pbc.methods.statements.split_variance import split_variance
from pbc.periods import FinancialYear, Month
from pbc.reference.activity import APPORTIONED_SERVICES, POINTS_OF_DELIVERY, SERVICES

YEAR = FinancialYear(2009)
MONTHS = [month.number for year in (YEAR.plus(-1), YEAR) for month in year.months()]
PACE = CloseDistance(closed_share=0.1, tolerance_ratio=0.1, minimum_ratio=0.01)


def timed(name: str, work: Callable[[], Any]) -> Any:
    wall, processor = time.perf_counter(), time.process_time()
    found = work()
    print(f"{name:22} {time.perf_counter() - wall:7.3f} s wall {time.process_time() - processor:7.3f} s processor")
    return found


def crossed(practices: int, name: str, items: list[str]) -> pl.DataFrame:
    codes = pl.DataFrame({"practice_code": [f"Z{at:05d}" for at in range(practices)]})
    months = pl.DataFrame({"month": MONTHS}, schema={"month": pl.Int32})
    return months.join(codes, how="cross").join(pl.DataFrame({name: items}), how="cross")


def run(practices: int) -> None:
    luck = np.random.default_rng(1)
    measured = [kind.code for kind in POINTS_OF_DELIVERY.values() if kind.service not in APPORTIONED_SERVICES]
    kinds = crossed(practices, "point_of_delivery", measured)
    kinds = kinds.with_columns(
        pl.Series("activity_count", luck.integers(1, 300, kinds.height)),
        pl.Series("cost_pence", luck.integers(10**4, 10**7, kinds.height)),
    ).with_columns(plan_price_pence="cost_pence")
    cuts = crossed(practices, "item", [str(100 + at) for at in range(24)]).with_columns(
        pl.lit("specialty").alias("cut"), pl.lit("").alias("point_of_delivery"),
        pl.lit(5, dtype=pl.Int64).alias("activity_count"), pl.lit(1000, dtype=pl.Int64).alias("cost_pence"),
        pl.lit(False).alias("is_broken"),
    )  # fmt: skip
    codes = kinds["practice_code"].unique().sort()
    lists = pl.DataFrame(
        {"practice_code": codes, "registered_population": luck.integers(1000, 20000, len(codes)) * 1.0}
    )
    lists = lists.with_columns(pl.lit("overall").alias("component"), weighted_population="registered_population")
    resources = pl.DataFrame(
        {"service": list(SERVICES), "amount_pence": [practices * 10**9 // 7 + at for at in range(len(SERVICES))],
         "payment_form": ["apportioned" if name in APPORTIONED_SERVICES else "activity_price" for name in SERVICES]}
    )  # fmt: skip
    past = kinds.filter(pl.col("month") < 200904)
    services = {kind.code: kind.service for kind in POINTS_OF_DELIVERY.values()}
    base = past.group_by("practice_code", pl.col("point_of_delivery").replace_strict(services).alias("service")).agg(
        pl.col("cost_pence").sum().alias("historic_pence")
    )
    standing = timed("set_historic", lambda: set_historic(base, weighted_lists=lists, resources=resources))
    moved = timed("move_to_fair_shares", lambda: move_to_fair_shares(standing, pace=PACE))
    lines = timed("stack_lines", lambda: stack_lines(moved, year=YEAR, pace=Rule("R2.12")))
    pool = share_of(resources, share=0.03)
    lines = timed("top_slice", lambda: top_slice(lines, amounts=pool, step="risk_pool", cited=NEED, reason="pool"))
    timed("compare_with_target", lambda: compare_with_target(moved, lines=lines, year=YEAR, pace=PACE))
    names = [*POINTS_OF_DELIVERY, *(service for service in SERVICES if len(list_kinds(service)) > 1)]
    shares = timed("share_months", lambda: share_months(past, year=YEAR, kinds=names, method="seasonal"))
    sizes = lists.select("practice_code", pl.col("registered_population").alias("planned_list_size"))
    profiles = timed(
        "profile_budgets",
        lambda: profile_budgets(add_up_budgets(lines), year=YEAR, past=past, month_shares=shares, list_sizes=sizes),
    )
    reach = Reach(Month(2010, 3), {"RX": Month(2010, 1)})
    timed("compare_with_budget", lambda: compare_with_budget(kinds, profiles=profiles, reach=reach, cuts=cuts))
    key = ["practice_code", "point_of_delivery"]
    spent = (
        kinds.filter(pl.col("month") >= 200904)
        .group_by(key)
        .agg(pl.col("activity_count", "cost_pence", "plan_price_pence").sum())
    )
    plan = profiles.group_by(key).agg(
        pl.col("budget_pence", "planned_activity").sum(), pl.col("planned_list_size").mean()
    )
    joined = plan.join(spent, on=key).with_columns(list_size=pl.col("planned_list_size") * 1.01)
    timed("split_variance", lambda: split_variance(joined, month=Month(2010, 3)))
    print(f"{practices} practices, peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else 7000)
