"""The pieces of pages about a cluster, a commissioner or a region: what practices add up to, in tables and a chart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from pbc.periods import Month
from pbc.reports import charts, luck, sentences
from pbc.reports.amounts import about, over_or_under, share_of
from pbc.reports.hidden_rows import STAR, is_hidden, said, sum_or_none
from pbc.reports.material import StatementMaterial
from pbc.reports.position_tables import NOT_MEASURED, signed
from pbc.reports.view import Chart, Head, PageTable

Row = dict[str, Any]
NO_UNIT = "none"
APART = {
    "unbudgeted": "Services without a budget",
    "not_attributed": "Care that no practice answers for",
    "local_price": "Local prices, beyond the price list",
    "marginal_rate": "Marginal rates of contracts",
    "block": "Block contracts, beyond what was done",
    "cost_and_volume": "Cost and volume contracts",
    "fixed": "Fixed parts of aligned contracts, beyond what was done",
    "variable": "Variable parts of aligned contracts",
    "low_volume_block": "Low-volume blocks, beyond what was done",
}
MONEY = (Head("Cost", True), Head("Budget", True), Head("Over or under", True), Head("Share", True))


def unit_name(material: StatementMaterial, *, unit_kind: str, unit_code: str) -> str:
    """This returns the name of a unit, or words for practices that stand in none."""
    return f"In no {material.tiers.unit(unit_kind)}" if unit_code == NO_UNIT else material.name_of(unit_code)


def _money(row: Row) -> tuple[str, str, str, str]:
    if is_hidden(row, "actual_pence"):
        return STAR, about(row["budget_pence"]), STAR, STAR
    if row["variance_pence"] is None:
        words = NOT_MEASURED if row["budget_pence"] is not None else "Not set"
        return about(row["actual_pence"]), about(row["budget_pence"]), words, words
    share = share_of(row["variance_pence"], row["budget_pence"])
    return about(row["actual_pence"]), about(row["budget_pence"]), signed(row["variance_pence"]), share


def tier_table(
    material: StatementMaterial, *, unit_kind: str, unit_code: str, cut: str = "service"
) -> PageTable | None:
    """This returns a unit's budget against actual by service, or by point of delivery, the total last; None without rows."""
    rows = [*material.of_tier(unit_kind, unit_code, cut=cut), *material.of_tier(unit_kind, unit_code, cut="total")]
    body = tuple((material.item_title(row["cut"], row["item"]), *_money(row)) for row in rows)
    named = "kind of activity" if cut == "point_of_delivery" else cut
    caption = f"By {named}, {sentences.span(material.month)}"
    return (
        PageTable(f"tier-{cut}".replace("_", "-"), caption, (Head(named.capitalize()), *MONEY), body, has_total=True)
        if body
        else None
    )


def providers_table(material: StatementMaterial, *, unit_kind: str, unit_code: str) -> PageTable | None:
    """This returns what each hospital was paid for a unit's placed activity, or None."""
    rows = material.of_tier(unit_kind, unit_code, cut="provider")
    body = tuple((material.item_title("provider", row["item"]), said(row, "actual_pence", say=about)) for row in rows)
    caption = f"By hospital, {sentences.span(material.month)}"
    return PageTable("providers", caption, (Head("Hospital"), Head("Cost", True)), body) if body else None


def bill_table(material: StatementMaterial, *, unit_kind: str, unit_code: str) -> PageTable | None:
    """This returns how a unit's bill follows from its practices' totals and what stands beside them, or None without rows."""
    bill = material.of_tier(unit_kind, unit_code, cut="bill")
    if not bill:
        return None
    totals = material.of_tier(unit_kind, unit_code, cut="total")
    rows = [("Practices' totals", said(row, "actual_pence", say=about)) for row in totals]
    apart = {
        row["item"]: said(row, "actual_pence", say=about) for row in material.of_tier(unit_kind, unit_code, cut="apart")
    }
    rows += [(words, apart[item]) for item, words in APART.items() if item in apart]
    rows.append(("The bill to date", said(bill[0], "actual_pence", say=about)))
    note = (
        "In pence each line adds up exactly. The bill is what the care done costs whoever pays, by price and contract."
    )
    caption = f"From practices to the bill, {sentences.span(material.month)}"
    return PageTable("bill", caption, (Head("Part"), Head("Cost", True)), tuple(rows), note=note, has_total=True)


def list_commissioners(material: StatementMaterial) -> list[Row]:
    """This returns the totals to date of every commissioner the material holds, in order of their codes."""
    rows = material.table("tier_statements").filter(
        (pl.col("unit_kind") == "commissioner") & (pl.col("cut") == "total") & (pl.col("period") == "year_to_date")
    )
    return rows.sort("unit_code").to_dicts()


def commissioners_table(material: StatementMaterial, pages: Mapping[str, str]) -> PageTable:
    """This returns each commissioner of a region with its position to date and the reading of its band, leading to its page."""
    rows: list[tuple[str, ...]] = []
    links: dict[str, str] = {}
    for row in list_commissioners(material):
        code = row["unit_code"]
        name = f"{unit_name(material, unit_kind='commissioner', unit_code=code)} ({code})"
        links |= {name: pages[code]} if code in pages else {}
        band = luck.band_of(material, unit_kind="commissioner", unit_code=code)
        reading = luck.short_reading(band) if band else "No band"
        rows.append((name, f"{row['practices_count']:,}", *_money(row), reading))
    title = material.tiers.commissioner_short
    heads = (Head(title), Head("Practices", True), *MONEY, Head("Luck or not?"))
    return PageTable("commissioners", f"{title}s, {sentences.span(material.month)}", heads, tuple(rows), links=links)


def service_chart(material: StatementMaterial, *, unit_kind: str, unit_code: str) -> Chart | None:
    """This returns the variance of each of a unit's services to date, furthest over budget first, or None without any."""
    held = [row for row in material.of_tier(unit_kind, unit_code, cut="service") if row["variance_pence"] is not None]
    if not held:
        return None
    held.sort(key=lambda row: (-row["variance_pence"], row["item"]))
    far = max(held, key=lambda row: (abs(row["variance_pence"]), row["item"]))
    title = (
        f"{material.item_title('service', far['item'])} is furthest from budget: {over_or_under(far['variance_pence'])}"
    )
    names = [material.item_title("service", row["item"]) for row in held]
    sides = [over_or_under(row["variance_pence"]) for row in held]
    spec = charts.bars([
        {"name": name, "pounds": row["variance_pence"] / 100, "label": side.removesuffix(" budget")}
        for name, row, side in zip(names, held, sides, strict=True)
    ])  # fmt: skip
    body = tuple(
        (name, about(row["actual_pence"]), about(row["budget_pence"]), side)
        for name, row, side in zip(names, held, sides, strict=True)
    )
    heads = (Head("Service"), Head("Cost", True), Head("Budget", True), Head("Over or under", True))
    table = PageTable("service-variance", "Over and under budget by service, year to date", heads, body)
    reading = "Bars to the right of the upright line are over budget, bars to the left under."
    source = f"Source: {material.statement_set.name}, what practices add up to, {sentences.span(material.month)}."
    described = "; ".join(f"{name} {side}" for name, side in zip(names, sides, strict=True)) + "."
    return Chart("services", title, reading, described, spec, source, table)


def _moved(row: Row) -> tuple[str, str, str]:
    before, now = row["before_pence"], row["now_pence"]
    return (STAR, STAR, STAR) if before is None or now is None else (about(before), about(now), signed(now - before))


def changes_table(changes: pl.DataFrame, *, units: list[str], title: str) -> PageTable | None:
    """This returns the months that changed, added up by unit, `units` naming each row's, or None where none did or all is hidden."""
    if changes["now_pence"].null_count() == changes.height:
        return None
    added = (
        changes.with_columns(pl.Series("unit", units, dtype=pl.String))
        .group_by("unit", "month")
        .agg(
            *(sum_or_none(name) for name in ("before_pence", "now_pence")),
            pl.col("reason").unique().sort().str.join(", "),
        )
        .sort("unit", "month")
    )
    body = tuple(
        (
            row["unit"], Month.from_number(row["month"]).title, *_moved(row), row["reason"].capitalize(),
        )
        for row in added.to_dicts()
    )  # fmt: skip
    heads = (
        Head(title), Head("Month"), Head("Cost before", True), Head("Cost now", True), Head("Change", True), Head("Why"),
    )  # fmt: skip
    return PageTable("changed", "Earlier months that changed", heads, body)
