"""England's fair shares as a page: sums, spread and every commissioner."""

from __future__ import annotations

import re

import polars as pl

from pbc.periods import FinancialYear
from pbc.reports import build_fair_shares, render_summary

SHARES = pl.DataFrame(
    {
        "practice_code": ["A1", "A2", "B1"],
        "commissioner_code": ["C1", "C1", "C2"],
        "registered_population": [1000.0, 3000.0, 2000.0],
        "target_pence": [150_000_00, 300_000_00, 250_000_50],
        "need_index_england": [1.27, 0.85, 1.06],
        "need_index_commissioner": [1.3, 0.9, 1.0],
    }
)


def test_fair_shares_page_adds_up_by_commissioner() -> None:
    view = build_fair_shares(SHARES, year=FinancialYear(2018), source="a made-up publication", notes=("A note.",))
    (table,) = view.tables
    assert table.rows[0] == ("C1", "2", "4,000", "£450,000", "£113", "0.85", "1.27")
    assert sum(int(re.sub(r"\D", "", row[1])) for row in view.charts[0].table.rows) == 3
    assert view.charts[0].title == "67% of practices need within a fifth of England's average"


def test_fair_shares_page_names_its_source_and_is_neither_provisional_nor_final() -> None:
    view = build_fair_shares(SHARES, year=FinancialYear(2018), source="A made-up publication", notes=("A note.",))
    page = render_summary(view)
    assert "A made-up publication" in page
    assert "A note." in page
    assert "Provisional" not in page
    assert "Fair shares of 2018/19 among practices" in page
