"""A hospital's own lines of a month: what it was paid for all practices together, and what no practice answers for."""

from __future__ import annotations

from typing import Any

import polars as pl

from pbc.reference.activity import POINTS_OF_DELIVERY
from pbc.reports.amounts import NO_FIGURE, about, count
from pbc.reports.material import StatementMaterial
from pbc.reports.notes import describe_source
from pbc.reports.partial import describe_partial, mark_table, mark_title
from pbc.reports.position_tables import signed
from pbc.reports.sentences import span
from pbc.reports.view import Head, Headline, PageTable, Paragraph, SummaryView

Row = dict[str, Any]
FEW = 8  # money over fewer stays or visits than this is not shown: it would tell of a person
HIDDEN = "* stands for 1 to 7 stays or visits, and for the money of so few."
TERMS = {"marginal_rate": "Marginal rate on emergency care", "block": "Block contract"}


def build_hospital(material: StatementMaterial, *, provider_code: str) -> SummaryView:
    """This returns a hospital's page of a month: its lines over all practices, never one practice's; small ones hidden."""
    tables = [_paid(material, provider_code), _terms(material, provider_code), _lost(material, provider_code)]
    whole = _added(material, provider_code, "year_to_date")
    shown = whole is not None and _may_show(whole)
    headline = Headline(
        span(material.month), about(whole["actual_pence"]) if whole and shown else "*", "at tariff prices"
    )
    how = Paragraph("how", "What this page shows", (
        "Care of all practices together, at the prices of the tariff before contract terms.",
        "Query a line with the commissioner; no practice's own figures stand here.",
    ))  # fmt: skip
    return SummaryView(
        caption=material.name_of(provider_code),
        title=mark_title(material, f"Your lines in the statements for {material.month.title}"),
        is_made_up=material.is_made_up, is_provisional=None, facts=(), headlines=(headline,) if whole else (),
        paragraphs=(how,), tables=tuple(mark_table(material, table) for table in tables if table is not None),
        notes=(describe_source(material),), partial=describe_partial(material),
    )  # fmt: skip


def _may_show(row: Row) -> bool:
    return row["activity_count"] is None or row["activity_count"] == 0 or row["activity_count"] >= FEW


def _money(row: Row, column: str) -> str:
    if row[column] is None:
        return NO_FIGURE
    return about(row[column]) if _may_show(row) else "*"


def _added(material: StatementMaterial, provider_code: str, period: str) -> Row | None:
    rows = material.table("budget_statements").filter(
        (pl.col("cut") == "provider") & (pl.col("item") == provider_code) & (pl.col("period") == period)
    )
    if rows.height == 0:
        return None
    added = rows.select(
        pl.col("activity_count").sum(), pl.col("actual_pence").sum(), pl.col("previous_year_pence").sum()
    )
    return added.row(0, named=True)


def _paid(material: StatementMaterial, provider_code: str) -> PageTable | None:
    periods = (("month", material.month.title), ("year_to_date", span(material.month)))
    rows = [(title, _added(material, provider_code, period)) for period, title in periods]
    body = tuple(
        (title, count(row["activity_count"]), _money(row, "actual_pence"), _money(row, "previous_year_pence"))
        for title, row in rows
        if row is not None
    )
    heads = (Head("Months"), Head("Activity", True), Head("Cost", True), Head("Same time last year", True))
    return PageTable("paid", "Your activity for all practices", heads, body, note=_note(body)) if body else None


def _terms(material: StatementMaterial, provider_code: str) -> PageTable | None:
    rows = material.table("bill_adjustments").filter(pl.col("provider_code") == provider_code)
    added = rows.group_by("kind").agg(pl.col("amount_pence").sum()).sort("kind").iter_rows(named=True)
    body = tuple((TERMS.get(row["kind"], row["kind"]), signed(row["amount_pence"])) for row in added)
    heads = (Head("Term"), Head("Year to date", True))
    return PageTable("terms", "What contract terms add or take away", heads, body) if body else None


def _lost(material: StatementMaterial, provider_code: str) -> PageTable | None:
    rows = material.table("not_attributed").filter(pl.col("provider_code") == provider_code)
    added = (
        rows.group_by("point_of_delivery").agg(pl.col("activity_count", "cost_pence").sum()).sort("point_of_delivery")
    )
    body = tuple(
        (POINTS_OF_DELIVERY[row["point_of_delivery"]].title, count(row["activity_count"]), _money(row, "cost_pence"))
        for row in added.to_dicts()
    )
    heads = (Head("Kind of activity"), Head("Activity", True), Head("Cost", True))
    return (
        PageTable("lost", "Your activity that no practice answers for", heads, body, note=_note(body)) if body else None
    )


def _note(body: tuple[tuple[str, ...], ...]) -> str:
    return HIDDEN if any("*" in row for row in body) else ""
