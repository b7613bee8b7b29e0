"""Figures of a page that a reader holds against each other: each is true, follows from the next, and says what it counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from pbc.flows.gather_statement import gather_statement
from pbc.periods import Month
from pbc.reports import StatementMaterial
from pbc.reports.material import Takeover
from pbc.reports.months import month_chart
from pbc.results import Store


@pytest.fixture(scope="module")
def material(made_up_store: Store) -> StatementMaterial:
    return gather_statement(made_up_store, month=Month(2009, 9))


def test_months_with_the_heir_are_told_so_and_never_as_nought(material: StatementMaterial) -> None:
    """Months of last year stand with who answers twelve months on, this year's with who answers in them."""
    held = material.table("monthly_costs")
    gone = held.filter((pl.col("practice_code") != "Z90002") | (pl.col("month") < 200907))
    taken = replace(
        material, tables={**material.tables, "monthly_costs": gone},
        takeovers=(Takeover("Z90002", "Z90003", date(2009, 7, 1)),),
    )  # fmt: skip
    chart = month_chart(taken, "Z90002")
    assert chart is not None
    cells = {row[0]: row[1:3] for row in chart.table.rows}
    assert cells["June"][0] == "No data"
    assert cells["June"][1].startswith("£")
    assert cells["July"] == cells["September"] == ("With Z90003", "With Z90003")
