"""Which figure stands in which cell of a page about many practices: a group's, a commissioner's, a region's, a hospital's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pbc.reports.cell_figures import POSITION, Cells, is_figure
from pbc.reports.material import StatementMaterial
from pbc.reports.sentences import span
from pbc.reports.tier_pieces import APART, list_commissioners
from pbc.reports.view import PageTable

Row = dict[str, Any]
Unit = tuple[str, str]  # its kind and its code
Columns = Mapping[str, str]
BANDS = {"Cost": "actual_pence", "Budget": "budget_pence"}
LIMITS = {"From budget": "actual_pence", "Luck, lower": "chance_low_pence", "Luck, upper": "chance_high_pence"}
POOL = {
    "Hospital cost": "cost_pence", "Borne by the pool": "ceded_pence", "Borne by the practice": "borne_pence",
    "People": "persons_count", "Given to the pool to date": "contribution_pence",
}  # fmt: skip
CUTS = {  # table: the cut that its rows are of, the total last
    "services": "service", "service-variance": "service", "tier-service": "service", "providers": "provider",
    "tier-point-of-delivery": "point_of_delivery",
}  # fmt: skip
COLUMNS: Mapping[str, Columns] = {
    "groups": BANDS, "practices-bands": LIMITS, "commissioners-bands": LIMITS, "stop-loss": POOL,
    "commissioners": {**POSITION, "Practices": "practices_count"},
}  # fmt: skip


def figures_of_many(material: StatementMaterial, table: PageTable, *, unit: Unit) -> Cells:
    """This returns the figure id of each cell that shows one published figure of a page about many practices, by row and column.

    `unit` is the kind and code of what the page is about. A cell that adds up figures has no id.
    """
    columns = COLUMNS.get(table.name, POSITION)
    rows = ROWS[table.name](material, table.name, unit) if table.name in ROWS else iter(())
    return _cells(table, _by_name(rows), columns)


def figures_of_hospital(material: StatementMaterial, table: PageTable, *, provider_code: str) -> Cells:
    """This returns the same for a hospital's page, whose lines are of all practices of the commissioner together."""
    if table.name != "paid":
        return {}
    rows = {
        title: row
        for period, title in (("month", material.month.title), ("year_to_date", span(material.month)))
        for row in material.of_tier("commissioner", material.commissioner_code, cut="provider", period=period)
        if row["item"] == provider_code
    }
    return _cells(table, rows, POSITION)


def _cells(table: PageTable, rows: Mapping[str, Row], columns: Columns) -> Cells:
    return {
        (at, column): figure
        for at, printed in enumerate(table.rows)
        for column, figure in _of_row(table, printed, rows.get(printed[0], {}), columns)
    }


def _by_name(named: Iterator[tuple[str, Row]]) -> dict[str, Row]:
    """Rows by the name they have on the page; two of one name cannot be told apart, so neither is named."""
    found: dict[str, Row] = {}
    for name, row in named:
        found[name] = {} if name in found else row
    return found


def _of_row(table: PageTable, printed: tuple[str, ...], row: Row, columns: Columns) -> Iterator[tuple[int, str]]:
    for at, head in enumerate(table.heads):
        name = columns.get(head.title, "")
        if row.get(name) is not None and is_figure(printed[at]):
            yield at, f"{row['figure_id']}:{name}"


def _of_tier(material: StatementMaterial, table: str, unit: Unit) -> Iterator[tuple[str, Row]]:
    for cut in (CUTS[table], "total"):
        yield from ((material.item_title(cut, row["item"]), row) for row in material.of_tier(*unit, cut=cut))


def _of_bill(material: StatementMaterial, table: str, unit: Unit) -> Iterator[tuple[str, Row]]:
    yield from (("Practices' totals", row) for row in material.of_tier(*unit, cut="total"))
    yield from ((APART.get(row["item"], ""), row) for row in material.of_tier(*unit, cut="apart"))
    yield from (("The bill to date", row) for row in material.of_tier(*unit, cut="bill"))


def _of_practices(material: StatementMaterial, table: str, unit: Unit) -> Iterator[tuple[str, Row]]:
    held = material.table("budget_statements")
    for row in held.filter((held["period"] == "year_to_date") & (held["cut"] == "total")).to_dicts():
        yield f"{material.name_of(row['practice_code'])} ({row['practice_code']})", row


def _of_groups(material: StatementMaterial, table: str, unit: Unit) -> Iterator[tuple[str, Row]]:
    bands = material.table("chance_bands")
    yield from ((material.name_of(row["unit_code"]), row) for row in bands.to_dicts() if row["unit_kind"] == "cluster")


def _of_bands(material: StatementMaterial, table: str, unit: Unit) -> Iterator[tuple[str, Row]]:
    kind = table.removesuffix("s-bands")
    yield from (
        (_with_code(material, row), row)
        for row in material.table("chance_bands").to_dicts()
        if row["unit_kind"] == kind
    )


def _of_commissioners(material: StatementMaterial, table: str, unit: Unit) -> Iterator[tuple[str, Row]]:
    yield from ((_with_code(material, row), row) for row in list_commissioners(material))


def _of_pool(material: StatementMaterial, table: str, unit: Unit) -> Iterator[tuple[str, Row]]:
    for row in material.table("ceded_costs").to_dicts():
        yield material.name_of(row["unit_code"]) if row["unit_kind"] == "practice" else "All", row


def _with_code(material: StatementMaterial, row: Row) -> str:
    return f"{material.name_of(row['unit_code'])} ({row['unit_code']})"


Reader = Callable[[StatementMaterial, str, Unit], Iterator[tuple[str, Row]]]
ROWS: Mapping[str, Reader] = {  # table: the published rows that may stand in it, each by the name it has there
    **dict.fromkeys(CUTS, _of_tier), "bill": _of_bill, "practices": _of_practices, "groups": _of_groups,
    "practices-bands": _of_bands, "commissioners-bands": _of_bands, "commissioners": _of_commissioners, "stop-loss": _of_pool,
}  # fmt: skip
