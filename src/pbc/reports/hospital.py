"""A hospital's own lines of a month: what it was paid for all practices together, and what no practice answers for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from pbc.reference.activity import POINTS_OF_DELIVERY
from pbc.reference.payment_forms import STEP_TITLES
from pbc.reports.amounts import about, count
from pbc.reports.hidden_rows import STAR, said, sum_or_none
from pbc.reports.material import StatementMaterial
from pbc.reports.notes import describe_source
from pbc.reports.partial import describe_partial, mark_table, mark_title
from pbc.reports.position_tables import signed
from pbc.reports.protection import PROTECTED, Protection, star_means
from pbc.reports.sentences import span
from pbc.reports.shown_to import shown_to
from pbc.reports.statement_grid import COMMISSIONER
from pbc.reports.summing import summed
from pbc.reports.view import Head, Headline, PageTable, Paragraph, SummaryView

Row = dict[str, Any]


def build_hospital(
    material: StatementMaterial, *, provider_code: str, protection: Protection = PROTECTED
) -> SummaryView:
    """This returns a hospital's page of a month: its lines over all practices, never one practice's; small ones hidden."""
    material = shown_to(material, protection)
    tables = [_paid(material, provider_code), _terms(material, provider_code), _lost(material, provider_code)]
    whole = _added(material, provider_code, "year_to_date")
    headline = Headline(
        span(material.month), said(whole, "actual_pence", say=about) if whole else "", "at tariff prices"
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


def _added(material: StatementMaterial, provider_code: str, period: str) -> Row | None:
    line = (pl.col("cut") == "provider") & (pl.col("item") == provider_code) & (pl.col("period") == period)
    rows = summed(material, "budget_statements").filter(line & (pl.col("unit") == COMMISSIONER))
    return rows.row(0, named=True) if rows.height else None


def _paid(material: StatementMaterial, provider_code: str) -> PageTable | None:
    periods = (("month", material.month.title), ("year_to_date", span(material.month)))
    rows = [(title, _added(material, provider_code, period)) for period, title in periods]
    body = tuple(
        (
            title,
            said(row, "activity_count", say=count),
            said(row, "actual_pence", say=about),
            said(row, "previous_year_pence", say=about),
        )
        for title, row in rows
        if row is not None
    )
    heads = (Head("Months"), Head("Activity", True), Head("Cost", True), Head("Same time last year", True))
    return (
        PageTable("paid", "Your activity for all practices", heads, body, note=_note(material, body)) if body else None
    )


def _terms(material: StatementMaterial, provider_code: str) -> PageTable | None:
    rows = material.table("bill_adjustments").filter(pl.col("provider_code") == provider_code)
    added = rows.group_by("kind").agg(sum_or_none("amount_pence")).sort("kind").iter_rows(named=True)
    body = tuple((STEP_TITLES.get(row["kind"], row["kind"]), _or_star(row["amount_pence"], signed)) for row in added)
    heads = (Head("Term"), Head("Year to date", True))
    return PageTable("terms", "What contract terms add or take away", heads, body) if body else None


def _lost(material: StatementMaterial, provider_code: str) -> PageTable | None:
    rows = material.table("not_attributed").filter(pl.col("provider_code") == provider_code)
    added = (
        rows.group_by("point_of_delivery")
        .agg(sum_or_none("activity_count"), sum_or_none("cost_pence"))
        .sort("point_of_delivery")
    )
    body = tuple(
        (
            POINTS_OF_DELIVERY[row["point_of_delivery"]].title,
            _or_star(row["activity_count"], count),
            _or_star(row["cost_pence"], about),
        )
        for row in added.to_dicts()
    )
    heads = (Head("Kind of activity"), Head("Activity", True), Head("Cost", True))
    return (
        PageTable("lost", "Your activity that no practice answers for", heads, body, note=_note(material, body))
        if body
        else None
    )


def _or_star(amount: int | None, say: Callable[[int], str]) -> str:
    return STAR if amount is None else say(amount)


def _note(material: StatementMaterial, body: tuple[tuple[str, ...], ...]) -> str:
    return star_means(material.rule) if any(STAR in row for row in body) else ""
