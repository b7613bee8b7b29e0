"""Which figure stands in which cell of a statement's tables, so that a page can lead from each number to how it came about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import polars as pl

from pbc.periods import Month
from pbc.reports.material import StatementMaterial
from pbc.reports.position_tables import CUTS, pod_title
from pbc.reports.view import PageTable

Row = dict[str, Any]
Cells = Mapping[tuple[int, int], str]
POSITION = {
    "Activity": "activity_count", "Cost": "actual_pence", "Budget": "budget_pence", "Over or under": "variance_pence",
    "Same time last year": "previous_year_pence",
}  # fmt: skip
CHANGED = {
    "Count before": "activity_before", "Count now": "activity_now", "Cost before": "before_pence", "Cost now": "now_pence",
}  # fmt: skip
CAUSES = {
    "People on the list": "population_pence", "Activity per person": "volume_pence", "Kinds of care": "case_mix_pence",
    "Prices": "price_pence", "Over or under": "variance_pence",
}  # fmt: skip


def figures_of(material: StatementMaterial, table: PageTable, *, practice_code: str) -> Cells:
    """This returns the figure id of each cell of a practice's table that shows one published figure, by row and column.

    A cell that adds figures up, or says in words that there is none, has no id. Ids are those of the downloads.
    """
    return {
        (at, column): figure
        for at, row in enumerate(table.rows)
        for column, figure in _of_row(material, table, row, practice_code)
        if is_figure(row[column])
    }


def _of_row(
    material: StatementMaterial, table: PageTable, row: tuple[str, ...], practice_code: str
) -> Iterator[tuple[int, str]]:
    found = _find(material, table, row, practice_code)
    columns = _columns(table)
    for at, head in enumerate(table.heads):
        if found is not None and head.title in columns and found.get(columns[head.title]) is not None:
            yield at, f"{found['figure_id']}:{columns[head.title]}"


def _columns(table: PageTable) -> Mapping[str, str]:
    if table.name == "changed":
        return CHANGED
    return CAUSES if table.name == "causes" else POSITION


def _find(material: StatementMaterial, table: PageTable, row: tuple[str, ...], practice_code: str) -> Row | None:
    if table.name == "changed":
        rows = material.of_practice("restated_months", practice_code).iter_rows(named=True)
        return _only(rows, lambda each: _changed(each) == row[:2])
    if table.name == "causes":
        rows = material.of_practice("variance_splits", practice_code).iter_rows(named=True)
        return _only(rows, lambda each: pod_title(each["point_of_delivery"]) == row[0])
    period, _, cut = table.name.replace("year-to-date", "year_to_date").partition("-")
    cut = cut.replace("-", "_")
    if cut not in CUTS:
        return None
    held = material.of_practice("budget_statements", practice_code).filter(
        (pl.col("period") == period) & pl.col("cut").is_in([cut, "total"])
    )
    return _only(
        held.sort(pl.col("cut") == "total").iter_rows(named=True),
        lambda each: material.item_title(each["cut"], each["item"]) == row[0],
    )


def _changed(row: Row) -> tuple[str, str]:
    return Month.from_number(row["month"]).title, pod_title(row["point_of_delivery"])


def _only(rows: Iterator[Row], wanted: Callable[[Row], bool]) -> Row | None:
    """The row a title names; two of one title cannot be told apart, so neither is named."""
    found = [row for row in rows if wanted(row)]
    return found[0] if len(found) == 1 else None


def is_figure(cell: str) -> bool:
    """This returns whether a cell shows a figure, be it hidden, and not words."""
    return any(sign.isdigit() for sign in cell) or cell == "*"
