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


@pytest.mark.parametrize(
    "actual, stands",
    [
        (BUDGET, "On budget. "),
        (BUDGET - 190_000, "On budget. "),
        (BUDGET + 190_000, "On budget. "),
        (BUDGET - 210_000, "Under budget by 0.1%. "),
        (BUDGET + 210_000, "Over budget by 0.1%. "),
    ],
)
def test_sentence_says_on_budget_where_the_distance_printed_would_be_nothing(actual: int, stands: str) -> None:
    """Given a practice less than half a tenth of a per cent from budget, then it is on budget, for its neighbour too."""
    policy, year = load_policy("england-2005"), FinancialYear(2009)
    rows = BUDGET_POSITIONS.from_rows(
        [
            dict(
                financial_year=year.slug, statement_month=201003, practice_code=code, cluster_code="C1", commissioner_code="ZP1",
                list_size=6_000, months_count=12, activity_budget_pence=BUDGET, activity_actual_pence=spent,
            )
            for code, spent in (("P1", actual), ("P2", BUDGET))
        ]
    )  # fmt: skip
    bands = band_chance(rows, year=year, cheque=default_cheque(policy, on=year.start), policy=policy)
    said = dict(bands.filter(pl.col("unit_kind") == "practice").select("unit_code", "sentence").iter_rows())
    assert said["P1"].startswith(stands)
    assert f"The rest of the PCT is {stands[0].lower()}{stands[1:]}" in said["P2"]
    assert "0.0%" not in said["P1"]
