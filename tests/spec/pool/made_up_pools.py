"""Year ends small enough to work out by hand: holders with their budget and cost, and a pool that they pay into."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl

from pbc.methods.pool import close_pools
from pbc.periods import FinancialYear
from pbc.policy import Policy, load_policy
from pbc.policy.policy import PolicyValue
from pbc.tables import FREED_UP_RESOURCES, OVERSPEND_YEARS, POOL_MOVEMENTS

YEAR = FinancialYear(2008)
POLICY = load_policy("england-2005")
PAYER = "ZP1"
Tables = tuple[pl.DataFrame, pl.DataFrame]


def agreed(**values: object) -> Policy:
    """The regime with values of `pool` agreed locally."""
    changed = dict(POLICY.values)
    for name, value in values.items():
        old = changed[f"pool.{name}"][-1]
        made = PolicyValue(
            old.name, old.title, old.unit, old.rule, value, date(2004, 4, 1), "local_agreement", "a test's"
        )
        changed[old.name] = (made,)
    return replace(POLICY, values=changed)


def close(
    years: dict[str, tuple[int, int]], *, paid_in: dict[str, int] | None = None, high_cost: int = 0,
    before: Tables | None = None, older: pl.DataFrame | None = None, year: FinancialYear = YEAR, policy: Policy = POLICY,
) -> Tables:  # fmt: skip
    """The year closed: `years` gives each practice's cost less budget and what it keeps."""
    freed = FREED_UP_RESOURCES.from_rows([
        {"financial_year": year.slug, "unit_kind": "practice", "unit_code": code, "basis": basis, "budget_pence": 1000,
         "actual_pence": 1000 + over, "gross_underspend_pence": max(0, -over), "freed_up_pence": max(0, -over),
         "retained_pence": keeps, "commissioner_pence": max(0, -over) - keeps, "retained_share": 0.7,
         "is_shared": basis == "bill", "label": "inside_chance", "rule": "at_least", "parameter": "savings.retained_share"}
        for code, (over, keeps) in years.items() for basis in ("bill", "price")
    ])  # fmt: skip
    holders = pl.DataFrame(
        [("practice", code, PAYER) for code in years],
        schema={"unit_kind": pl.String, "unit_code": pl.String, "commissioner_code": pl.String}, orient="row",
    )  # fmt: skip
    given = paid_in or {}
    movements, overspends = before or (POOL_MOVEMENTS.empty(), OVERSPEND_YEARS.empty())
    found = close_pools(
        freed,
        holders=holders,
        contributions=pl.DataFrame(
            {
                "practice_code": list(given),
                "commissioner_code": [PAYER] * len(given),
                "amount_pence": list(given.values()),
            },
            schema={"practice_code": pl.String, "commissioner_code": pl.String, "amount_pence": pl.Int64},
        ),
        high_costs=pl.DataFrame({"commissioner_code": [PAYER], "amount_pence": [high_cost]}),
        earlier_movements=movements,
        earlier_overspends=overspends if older is None else pl.concat([overspends, older]),
        year=year,
        policy=policy,
    )
    for frame, table in zip(found, (POOL_MOVEMENTS, OVERSPEND_YEARS), strict=True):
        table.require(frame, where="test")
    return found


def moved(movements: pl.DataFrame) -> list[tuple[str, str, int, int]]:
    """Kind, whose, amount and balance of each movement."""
    return movements.select("kind", "unit_code", "amount_pence", "balance_pence").rows()
