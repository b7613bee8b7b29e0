"""The reading of a band speaks the regime's words: a group of practices is a cluster in one, a neighbourhood in another."""

import polars as pl
import pytest

from pbc.methods.risk import band_chance, default_cheque, measure_own_history
from pbc.periods import FinancialYear
from pbc.policy import load_policy
from pbc.tables import BUDGET_POSITIONS

BUDGET = 400_000_000


@pytest.mark.parametrize(
    "regime, year, group",
    [("england-2005", FinancialYear(2009), "cluster"), ("england-2025", FinancialYear(2025), "neighbourhood")],
    ids=["england-2005", "england-2025"],
)
def test_sentence_of_a_group_names_it_as_the_regime_does(regime: str, year: FinancialYear, group: str) -> None:
    policy = load_policy(regime)
    now = BUDGET_POSITIONS.from_rows(
        [
            dict(
                financial_year=year.slug, statement_month=year.end.year * 100 + 3, practice_code=f"P{number:02}",
                cluster_code=f"C{number // 4}", commissioner_code="ZP1", list_size=6_000, months_count=12,
                activity_budget_pence=BUDGET, activity_actual_pence=BUDGET,
            )
            for number in range(20)
        ]
    )  # fmt: skip
    earlier = now.select(
        "practice_code", "list_size", pl.lit(year.plus(-1).slug).alias("financial_year"),
        pl.col("activity_budget_pence").alias("budget_pence"), pl.col("activity_actual_pence").alias("actual_pence"),
    )  # fmt: skip
    bands = band_chance(
        now, year=year, cheque=default_cheque(policy, on=year.start), policy=policy,
        own_history=measure_own_history(earlier, positions=now, year=year),
    )  # fmt: skip
    said = bands.filter(bands["unit_kind"] == "cluster")["sentence"]
    assert said.len() == 5
    assert all(f"Against this {group}'s own last year" in sentence for sentence in said)
    assert group == "cluster" or not any("cluster" in sentence for sentence in bands["sentence"])
