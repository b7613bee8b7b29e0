"""Pages of the tiers practices add up to: a cluster's, and a region's, which names commissioners and never a practice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from pbc.reports import luck, sentences
from pbc.reports.amounts import about, over_or_under, percent
from pbc.reports.data_age import data_age_table, describe_data_age
from pbc.reports.hidden_rows import is_hidden, said
from pbc.reports.material import StatementMaterial
from pbc.reports.notes import describe_source
from pbc.reports.partial import describe_partial, mark_chart, mark_table, mark_title
from pbc.reports.protection import PROTECTED, Protection
from pbc.reports.shown_to import shown_to
from pbc.reports.summaries import bands_chart, practices_chart, practices_table
from pbc.reports.summing import moved_of, summed
from pbc.reports.tier_pieces import (
    NO_UNIT,
    bill_table,
    changes_table,
    commissioners_table,
    list_commissioners,
    providers_table,
    service_chart,
    tier_table,
    unit_name,
)
from pbc.reports.view import Chart, Headline, PageTable, Paragraph, SummaryView

Row = dict[str, Any]


def build_cluster(
    material: StatementMaterial,
    *,
    cluster_code: str,
    pages: Mapping[str, str] | None = None,
    protection: Protection = PROTECTED,
) -> SummaryView:
    """This returns where a cluster stands: what changed, services, its practices against luck, each leading to its page."""
    material = shown_to(material, protection)
    codes = [code for code in material.practices if material.clusters.get(code, NO_UNIT) == cluster_code]
    changes = material.table("restated_months").filter(pl.col("practice_code").is_in(codes))
    by_practice = [f"{material.name_of(code)} ({code})" for code in changes["practice_code"].to_list()]
    tables = [
        tier_table(material, unit_kind="cluster", unit_code=cluster_code),
        practices_table(material, pages or {}, codes=codes),
        bill_table(material, unit_kind="cluster", unit_code=cluster_code),
        providers_table(material, unit_kind="cluster", unit_code=cluster_code),
        data_age_table(material),
    ]
    found = [
        service_chart(material, unit_kind="cluster", unit_code=cluster_code),
        practices_chart(material, codes=codes),
    ]
    return _page(
        material,
        unit=("cluster", cluster_code),
        facts=_facts_of(material, codes),
        changed=(changes, changes_table(changes, units=by_practice, title="Practice")),
        tables=tables,
        found=found,
    )


def build_region(
    material: StatementMaterial, *, pages: Mapping[str, str] | None = None, protection: Protection = PROTECTED
) -> SummaryView:
    """This returns where a region stands: its commissioners added up and side by side, no practice named."""
    material = shown_to(material, protection)
    code, tiers = material.region_code, material.tiers
    payers = sorted({row["unit_code"] for row in list_commissioners(material)})
    changes = material.table("restated_months")
    by_payer = [
        material.name_of(material.commissioners.get(each, NO_UNIT)) for each in changes["practice_code"].to_list()
    ]
    bands = material.table("chance_bands").filter(
        (pl.col("unit_kind") == "commissioner") & (pl.col("label") != "not_judged")
    )
    tables = [
        tier_table(material, unit_kind="region", unit_code=code),
        commissioners_table(material, pages or {}),
        bill_table(material, unit_kind="region", unit_code=code),
        providers_table(material, unit_kind="region", unit_code=code),
        data_age_table(material),
    ]
    return _page(
        material,
        unit=("region", code),
        facts=((f"{tiers.commissioner_short}s", f"{len(payers):,}"), ("Practices", f"{len(material.commissioners):,}")),
        changed=(changes, changes_table(changes, units=by_payer, title=tiers.commissioner_short)),
        tables=tables,
        found=[
            service_chart(material, unit_kind="region", unit_code=code),
            bands_chart(material, bands.to_dicts(), what=f"{tiers.commissioner_short}s", name="commissioners"),
        ],
    )


def _page(
    material: StatementMaterial,
    *,
    unit: tuple[str, str],
    facts: tuple[tuple[str, str], ...],
    changed: tuple[pl.DataFrame, PageTable | None],
    tables: list[PageTable | None],
    found: list[Chart | None],
) -> SummaryView:
    kind, code = unit
    title = material.tiers.unit(kind)
    shown = [table for table in tables if table is not None]
    codes = changed[0]["practice_code"].to_list()
    moved = summed(material, "restated_months").row(0) if kind == "region" else moved_of(material, codes)
    return SummaryView(
        caption=unit_name(material, unit_kind=kind, unit_code=code),
        title=mark_title(material, f"Where the {title} stands, {material.month.title}"),
        is_made_up=material.is_made_up,
        is_provisional=None,
        facts=facts,
        headlines=_headlines(material, kind, code),
        paragraphs=(_describe(material, kind, code), _describe_luck(material, kind, code), describe_data_age(material)),
        tables=tuple(table if table.name == "data-age" else mark_table(material, table) for table in shown),
        charts=tuple(mark_chart(material, chart) for chart in found if chart is not None),
        notes=(describe_source(material),),
        partial=describe_partial(material),
        changed=sentences.describe_changes(changed[0], material.month, moved=moved),
        changed_table=changed[1],
    )


def _facts_of(material: StatementMaterial, codes: list[str]) -> tuple[tuple[str, str], ...]:
    people = sum(material.size_of(code) or 0 for code in codes)
    return (("Practices", f"{len(codes):,}"), *((("People on the lists", f"{people:,}"),) if people else ()))


def _headlines(material: StatementMaterial, kind: str, code: str) -> tuple[Headline, ...]:
    found = []
    for row in material.of_tier(kind, code, cut="total"):
        if row["variance_pence"] is not None and row["budget_pence"]:
            figure, _, side = over_or_under(row["variance_pence"]).partition(" ")
            words = f"{side}, {percent(abs(row['variance_pence']) / row['budget_pence'])} of budgets to date"
            found.append(Headline(sentences.span(material.month), figure, words))
    for row in material.of_tier(kind, code, cut="bill"):
        found.append(
            Headline(
                "The bill to date", said(row, "actual_pence", say=about), "with what stands beside practices' totals"
            )
        )
    return tuple(found)


def _describe(material: StatementMaterial, kind: str, code: str) -> Paragraph:
    words = []
    for row in material.of_tier(kind, code, cut="total"):
        if is_hidden(row, "actual_pence"):
            continue
        against = (
            f" against budgets of {about(row['budget_pence'])}: {over_or_under(row['variance_pence'])}"
            if row["variance_pence"] is not None
            else ""
        )
        words.append(
            f"{sentences.spent_over(material.month)} the practices' care cost {about(row['actual_pence'])}{against}."
        )
        runs = material.month.month_of_year < 12
        if runs and row["forecast_outturn_pence"] is not None and row["year_budget_pence"]:
            ahead = row["forecast_outturn_pence"] - row["year_budget_pence"]
            words.append(
                f"At this rate {material.month.financial_year} would end {over_or_under(ahead)}, if the rest of it keeps to the budget's "
                "monthly pattern."
            )
        if row["unbudgeted_pence"]:
            words.append(f"{about(row['unbudgeted_pence'])} of it is of practices without a budget, in no variance.")
    measured = [row for row in material.of_tier(kind, code, cut="service") if row["variance_pence"]]
    if measured:
        far = max(measured, key=lambda row: (abs(row["variance_pence"]), row["item"]))
        named = material.item_title("service", far["item"])
        words.append(f"{named} is furthest from budget: {over_or_under(far['variance_pence'])}.")
    return Paragraph("whole", "Where it stands", tuple(words))


def _describe_luck(material: StatementMaterial, kind: str, code: str) -> Paragraph:
    band = luck.band_of(material, unit_kind=kind, unit_code=code)
    words = [band["sentence"]] if band is not None and band["sentence"] else []
    words += ["Partial: judged are only the months that are in."] if words and material.left_out else []
    return Paragraph("luck", "How much could be luck", tuple(words))
