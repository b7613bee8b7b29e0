"""Partial statements: a month that never came, left out of budget and cost alike."""

from __future__ import annotations

import polars as pl

from pbc.methods.statements.compare import Reach, compare_with_budget
from pbc.methods.statements.left_out import LeftOut, flag_left_out, list_places, trace_left_out, write_left_out
from pbc.periods import FinancialYear, Month
from pbc.tables import BUDGET_PROFILES

YEAR, JUNE = FinancialYear(2009), Month(2009, 6)
MAY_AE = LeftOut(Month(2009, 5), ("accident and emergency",))
NO_CUTS = pl.DataFrame(
    schema={
        "month": pl.Int32, "practice_code": pl.String, "item": pl.String, "cut": pl.String,
        "point_of_delivery": pl.String, "activity_count": pl.Int64, "cost_pence": pl.Int64, "is_broken": pl.Boolean,
    }
)  # fmt: skip


def attendances(**by_month: int) -> pl.DataFrame:
    rows = [(int(month[1:]), "A", "AE", pence // 100, pence) for month, pence in by_month.items()]
    names = ["month", "practice_code", "point_of_delivery", "activity_count", "cost_pence"]
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(pl.col("month").cast(pl.Int32))


def twelfths(pence: int) -> pl.DataFrame:
    return BUDGET_PROFILES.from_rows([
        {"financial_year": YEAR.slug, "practice_code": "A", "service": "accident_and_emergency", "point_of_delivery": "AE",
         "month": month.number, "payment_form": "activity_price", "budget_pence": pence, "planned_list_size": 100.0}
        for month in YEAR.months()
    ])  # fmt: skip


def to_date(kinds: pl.DataFrame, *left_out: LeftOut) -> dict[str, int]:
    reach = Reach(JUNE, left_out=list_places(left_out))
    found = compare_with_budget(kinds, profiles=twelfths(1000), reach=reach, cuts=NO_CUTS)
    return found.filter((pl.col("cut") == "total") & (pl.col("period") == "year_to_date")).row(0, named=True)


def test_month_left_out_counts_neither_as_cost_nor_as_budget() -> None:
    """Given a budget of 1,000 a month, 1,100 spent in April and in June and May never came, then 200 over 2,000: no saving of
    May's 1,000, as it would be with May's budget counted."""
    spent = attendances(m200904=1100, m200906=1100)
    left = to_date(spent, MAY_AE)
    assert (left["actual_pence"], left["budget_pence"], left["variance_pence"]) == (2200, 2000, 200)
    assert to_date(spent)["variance_pence"] == -800


def test_strays_of_a_month_left_out_are_left_out_too() -> None:
    """Given 30 of May that came with June's delivery, then they count in nothing until May arrives."""
    assert to_date(attendances(m200904=1100, m200905=30, m200906=1100), MAY_AE)["actual_pence"] == 2200


def test_year_expected_rests_on_the_months_that_are_in() -> None:
    """Given 1,100 a month in two of three months, then 13,200 for the year: actual over the share of the budget that is in."""
    assert to_date(attendances(m200904=1100, m200906=1100), MAY_AE)["forecast_outturn_pence"] == 13_200


def test_year_expected_stays_at_budget_while_nothing_is_in() -> None:
    """Given no month at all, then the budget of the year stands for the year expected: nothing is known of it."""
    never = [LeftOut(Month(2009, number), MAY_AE.settings) for number in (4, 5, 6)]
    assert to_date(attendances(m200804=900), *never)["forecast_outturn_pence"] == 12_000


def test_same_time_last_year_leaves_out_the_same_month() -> None:
    """Given 900 a month last year, then 1,800 is what April and June are held beside."""
    last = attendances(m200804=900, m200805=900, m200806=900, m200904=1100, m200906=1100)
    assert to_date(last, MAY_AE)["previous_year_pence"] == 1800


def test_line_budgeted_whole_is_left_out_with_its_kinds() -> None:
    """Given outpatients of May never came, then their service line is left out as their kinds are, and no other kind."""
    rows = pl.DataFrame({"month": [200905] * 3, "point_of_delivery": ["outpatients", "OPFA", "AE"]})
    out = list_places([LeftOut(Month(2009, 5), ("outpatients",))])
    assert rows.filter(~flag_left_out(out))["point_of_delivery"].to_list() == ["AE"]


def test_receipt_tells_what_is_left_out_and_is_read_back() -> None:
    """Given what a statement leaves out, then its receipt tells the same to whoever reads it."""
    left_out = (MAY_AE, LeftOut(JUNE))
    assert trace_left_out(write_left_out(left_out)) == left_out
