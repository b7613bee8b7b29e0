"""Tiers: given practices' statements, then what clusters, commissioners and regions add up to."""

from __future__ import annotations

from typing import Any

import polars as pl

from pbc.methods.statements.roll_up import APART_COLUMNS, add_up_tiers
from pbc.tables import BUDGET_STATEMENTS

UNITS = pl.DataFrame({
    "practice_code": ["A", "B"] * 2, "unit_kind": ["cluster"] * 2 + ["commissioner"] * 2, "unit_code": ["C1", "C2", "P", "P"],
})  # fmt: skip


def line(
    practice: str, actual: int, budget: int | None, cut: str = "service", item: str = "outpatients", **more: Any
) -> dict[str, Any]:
    variance = None if budget is None else actual - budget
    return {"statement_month": 200909, "practice_code": practice, "period": "year_to_date", "cut": cut, "item": item,
            "payment_form": "activity_price", "actual_pence": actual, "budget_pence": budget, "variance_pence": variance,
            "year_budget_pence": budget, "forecast_outturn_pence": actual, "activity_count": 1, **more}  # fmt: skip


def add_up(*rows: dict[str, Any], apart: list[tuple[Any, ...]] | None = None) -> pl.DataFrame:
    beside = pl.DataFrame(apart or [], schema=APART_COLUMNS, orient="row")
    return add_up_tiers(BUDGET_STATEMENTS.from_rows(list(rows)), units=UNITS, apart=beside)


def unit(found: pl.DataFrame, code: str, cut: str, item: str = "all") -> dict[str, Any]:
    return found.filter((pl.col("unit_code") == code) & (pl.col("cut") == cut) & (pl.col("item") == item)).row(
        0, named=True
    )


def test_lines_of_practices_add_up_to_their_unit() -> None:
    """Given 110 against 100 and 80 against 90, then the commissioner spent 190 against 190, nothing over."""
    row = unit(add_up(line("A", 110, 100), line("B", 80, 90)), "P", "service", "outpatients")
    assert (row["actual_pence"], row["budget_pence"], row["variance_pence"], row["practices_count"]) == (190, 190, 0, 2)


def test_practice_without_a_budget_is_counted_and_stands_in_no_variance() -> None:
    """Given B has no budget, then the unit is 10 over the budgets there are, and B's 80 are told apart."""
    row = unit(add_up(line("A", 110, 100), line("B", 80, None)), "P", "service", "outpatients")
    assert (row["actual_pence"], row["budget_pence"], row["variance_pence"], row["unbudgeted_pence"]) == (
        190,
        100,
        10,
        80,
    )


def test_unit_without_any_budget_has_no_variance() -> None:
    """Given nobody has a budget, then there is none, not nought."""
    row = unit(add_up(line("A", 110, None)), "C1", "service", "outpatients")
    assert (row["budget_pence"], row["variance_pence"], row["unbudgeted_pence"]) == (None, None, 110)


def test_line_shared_out_by_head_stands_at_its_budget() -> None:
    """Given a line shared out, then it has a budget, the same cost and no variance."""
    shared = line("A", 50, 50, payment_form="apportioned", variance_pence=None, activity_count=None)
    row = unit(add_up(shared), "C1", "service", "outpatients")
    assert (row["actual_pence"], row["budget_pence"], row["variance_pence"], row["unbudgeted_pence"]) == (
        50,
        50,
        None,
        0,
    )


def test_bill_is_totals_with_what_no_practice_holds() -> None:
    """Given totals of 190, care of nobody for 30, contract terms of -5 and 7 of a service nobody budgets, then a bill of 222."""
    rows = [
        line(code, pence, pence, cut, item)
        for code, pence in (("A", 110), ("B", 80))
        for cut, item in (("total", "all"), ("service", "outpatients"))
    ]
    bare = line("A", 7, None, "service", "mental_health")
    apart = [
        ("commissioner", "P", "year_to_date", "not_attributed", 2, 30),
        ("commissioner", "P", "year_to_date", "block", None, -5),
    ]
    found = add_up(*rows, bare, apart=apart)
    assert unit(found, "P", "bill")["actual_pence"] == 222
    assert unit(found, "P", "apart", "unbudgeted")["actual_pence"] == 7
    assert unit(found, "P", "apart", "not_attributed")["activity_count"] == 2


def test_sum_of_last_year_needs_every_part() -> None:
    """Given B has no figure of last year, then the unit has none: a sum with a part missing would mislead."""
    rows = [line("A", 1, 1, previous_year_pence=9), line("B", 1, 1)]
    assert unit(add_up(*rows), "P", "service", "outpatients")["previous_year_pence"] is None
    assert unit(add_up(*rows), "C1", "service", "outpatients")["previous_year_pence"] == 9
