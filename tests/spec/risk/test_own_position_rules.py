"""Change on own position.

What persists from year to year is not chance and not this year's saving. A unit's own earlier variances, each less that of
the rest of the commissioner in its year, say what to expect; up to three consecutive years count. Mergers are summed; a
list that jumps while its budget does not follow starts afresh; a budget that holds own history shows no own position.
"""

from typing import Any

import polars as pl
import pytest

from pbc.methods.risk import band_chance, default_cheque, list_own_years, measure_formula_error, measure_own_history
from pbc.periods import FinancialYear
from pbc.policy.policy import load_policy
from pbc.tables import BUDGET_POSITIONS

YEAR = FinancialYear(2009)
POLICY = load_policy("england-2005")
BUDGET = 400_000_000


def positions(codes: list[str], **given: Any) -> pl.DataFrame:
    usual = dict(
        financial_year="2009-10", statement_month=201003, cluster_code="ZC01", commissioner_code="ZP1", list_size=6_000,
        months_count=12, activity_budget_pence=BUDGET, activity_actual_pence=BUDGET,
    )  # fmt: skip
    return BUDGET_POSITIONS.from_rows([usual | given | dict(practice_code=code) for code in codes])


def past(rows: list[tuple[str, str, float, int]]) -> pl.DataFrame:
    """Year, practice, actual over budget, list."""
    return pl.DataFrame([
        dict(financial_year=year, practice_code=code, budget_pence=BUDGET, actual_pence=round(BUDGET * ratio), list_size=people)
        for year, code, ratio, people in rows
    ])  # fmt: skip


def history_of(found: pl.DataFrame, code: str) -> tuple[float, int] | None:
    rows = found.filter(pl.col("unit_code") == code).rows(named=True)
    return (round(rows[0]["own_variance_ratio"], 6), rows[0]["own_years_count"]) if rows else None


EVERY_YEAR = ["2006-07", "2007-08", "2008-09"]


@pytest.mark.parametrize(
    "years, own",
    [
        (EVERY_YEAR, (0.06, 3)),
        (["2005-06", *EVERY_YEAR], (0.06, 3)),
        (["2006-07", "2008-09"], (0.06, 1)),
        (["2006-07", "2007-08"], None),
    ],
)
def test_own_years_run_back_without_a_gap(years: list[str], own: tuple[float, int] | None) -> None:
    """Given the earlier years held, then the mean of up to three that run back from last year, and how many."""
    rows = [(year, code, ratio, 6_000) for year in years for code, ratio in (("A", 1.06), ("B", 1.0))]
    found = measure_own_history(past(rows), positions=positions(["A", "B"]), year=YEAR)
    assert history_of(found, "A") == own


def test_what_struck_everyone_stays_out() -> None:
    """Given a year in which the rest was over by 4% and the practice by 10%, then its own variance is 6%."""
    found = measure_own_history(
        past([("2008-09", "A", 1.10, 6_000), ("2008-09", "B", 1.04, 6_000)]), positions=positions(["A", "B"]), year=YEAR
    )
    assert history_of(found, "A") == (0.06, 1)


def test_merged_practices_are_summed() -> None:
    """Given two practices of which one took over the other, then the heir's history is that of both together."""
    rows = [("2008-09", "A", 1.06, 3_000), ("2008-09", "gone", 1.02, 3_000), ("2008-09", "B", 1.0, 6_000)]
    twice = positions(["A"], activity_budget_pence=2 * BUDGET)
    heirs = pl.concat([twice, positions(["B"])])
    found = measure_own_history(past(rows), positions=heirs, year=YEAR, successions={"gone": "A"})
    assert history_of(found, "A") == (0.04, 1)
    assert history_of(found, "gone") is None


@pytest.mark.parametrize(
    "before, own", [(6_000, (0.06, 2)), (5_300, (0.06, 2)), (4_000, (0.06, 1)), (9_000, (0.06, 1))]
)
def test_list_that_jumps_starts_afresh(before: int, own: tuple[float, int]) -> None:
    """Given the list of two years ago, then the years that count: over 15% with an unchanged budget cuts them off."""
    rows = [
        ("2007-08", "A", 1.06, before),
        ("2008-09", "A", 1.06, 6_000),
        ("2007-08", "B", 1.0, 6_000),
        ("2008-09", "B", 1.0, 6_000),
    ]
    assert history_of(measure_own_history(past(rows), positions=positions(["A", "B"]), year=YEAR), "A") == own


def test_cluster_needs_all_its_members() -> None:
    """Given a cluster of two of which one is new, then the cluster has no year of its own."""
    rows = [("2008-09", "A", 1.06, 6_000), ("2008-09", "C", 1.0, 6_000)]
    members = positions(["A", "B"])
    other = positions(["C"]).with_columns(cluster_code=pl.lit("ZC02"))
    found = measure_own_history(past(rows), positions=pl.concat([members, other]), year=YEAR)
    assert history_of(found, "ZC01") is None
    assert history_of(found, "ZC02") == (-0.06, 1)


@pytest.mark.parametrize(
    "ratio, given, label",
    [
        (0.80, {}, "outside_below"),
        (1.02, {}, "inside"),
        (1.30, {}, "outside_above"),
        (0.80, {"history_weight_ratio": 0.5, "history_years_count": 1}, "not_shown"),
        (0.80, {"year_share": 0.5}, "not_shown"),
        (
            0.80,
            {"history_weight_ratio": 0.9, "history_years_count": 1, "formula_budget_pence": BUDGET},
            "outside_below",
        ),
        (1.02, {"history_weight_ratio": 0.9, "history_years_count": 1, "formula_budget_pence": BUDGET}, "inside"),
    ],
)
def test_own_label_needs_a_whole_year_of_a_formula_budget(ratio: float, given: dict[str, Any], label: str) -> None:
    """Given this year's actual over budget after three years at 1.06, then the own label."""
    codes = [f"P{i:02}" for i in range(20)]
    now = positions(codes, **given).with_columns(
        pl.when(pl.col("practice_code") == "P00")
        .then(round(BUDGET * ratio))
        .otherwise(BUDGET)
        .alias("activity_actual_pence")
    )
    rows = [(year, code, 1.06 if code == "P00" else 1.0, 6_000) for year in EVERY_YEAR for code in codes]
    found = band_chance(
        now, year=YEAR, cheque=default_cheque(POLICY, on=YEAR.start), policy=POLICY,
        own_history=measure_own_history(past(rows), positions=now, year=YEAR),
    )  # fmt: skip
    row = found.filter(pl.col("unit_code") == "P00").row(0, named=True)
    assert row["own_label"] == label
    words = {
        "outside_below": "Lower than this practice's own last three years",
        "outside_above": "Higher than",
        "inside": "no more than luck",
    }
    assert words.get(label, "") in row["sentence"]
    assert (row["own_change_z"] is None) == (label == "not_shown")


def test_formula_error_is_estimated_only_from_formula_budgets() -> None:
    """Given practices all over the place, then tau rises above the default; with history in the budgets it stays."""
    default = default_cheque(POLICY, on=YEAR.start)
    wild = positions([f"P{i:02}" for i in range(40)]).with_row_index("i").with_columns(
        (pl.col("activity_budget_pence") * (0.7 + 0.6 * pl.col("i") / 39)).cast(pl.Int64).alias("activity_actual_pence")
    ).drop("i")  # fmt: skip
    found = measure_formula_error(wild, year=YEAR, cheque=default, policy=POLICY)
    assert found.formula_error_source == "estimated"
    assert 0.12 < found.formula_error < 0.18
    own = wild.with_columns(history_weight_ratio=pl.lit(1.0), history_years_count=pl.lit(1, pl.Int64))
    assert measure_formula_error(own, year=YEAR, cheque=default, policy=POLICY) == default
    known = own.with_columns(formula_budget_pence=pl.col("activity_budget_pence"))
    assert measure_formula_error(known, year=YEAR, cheque=default, policy=POLICY) == found


def test_closed_years_of_formula_budgets_are_own_years() -> None:
    """Given last year's bands and positions, then budget and actual at chance of the practices budgeted by formula."""
    before = positions(
        ["A", "B"], financial_year="2008-09", statement_month=200903, fixed_budget_pence=700, fixed_actual_pence=700
    )
    mixed = before.with_columns(
        pl.when(pl.col("practice_code") == "B").then(0.5).alias("history_weight_ratio"),
        history_years_count=pl.lit(1, pl.Int64),
    )
    earlier = FinancialYear(2008)
    bands = band_chance(mixed, year=earlier, cheque=default_cheque(POLICY, on=earlier.start), policy=POLICY)
    found = list_own_years(bands, positions=mixed)
    assert found.rows() == [("2008-09", "A", BUDGET, BUDGET, 6_000)]
    assert list_own_years(bands.with_columns(statement_month=pl.lit(200812)), positions=mixed).height == 0
    now = positions(["A", "B"])
    assert (
        measure_own_history(found, positions=now, year=YEAR).height == 0
    )  # no rest of the commissioner to compare with
    recomputed = mixed.with_columns(formula_budget_pence=pl.lit(BUDGET // 2))
    assert list_own_years(bands, positions=recomputed)["budget_pence"].to_list() == [BUDGET // 2, BUDGET // 2]
    whole = list_own_years(bands, positions=before)
    assert history_of(measure_own_history(whole, positions=now, year=YEAR), "A") == (0.0, 1)
