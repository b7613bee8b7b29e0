"""Walking back from what a month cost: to its cells by kind of activity and hospital, or its chapters of medicines."""

from __future__ import annotations

import polars as pl

from pbc.flows.figure_titles import organisation_name
from pbc.flows.trace import Found, Query, Trace, total_of
from pbc.periods import Month
from pbc.reference.activity import HOSPITAL_PODS, POINTS_OF_DELIVERY
from pbc.reports.explanation import Part

BROKEN = (
    "The grouping of activity changed after this year: the figure stands apart and is compared with none of the next."
)


def trace_months(found: Found) -> Trace:
    """This returns how what a month cost came about; months of last year are judged by who answers twelve months on."""
    row = found.row
    month, reached = Month.from_number(row["month"]), Month.from_number(row["statement_month"])
    year_later = month.financial_year != reached.financial_year
    of_month = (pl.col("month") == month.number) & (pl.col("year_later") == year_later)
    said = (BROKEN,) if row["is_broken"] else ()
    if row["line"] == "prescribing":
        rows = found.archive.of_practice(found.published, "prescribing_cells", row["practice_code"]).filter(of_month)
        name = "items" if found.column.name == "activity_count" else "net_ingredient_cost_pence"
        chapters = rows.group_by("bnf_chapter").agg(pl.col(name).sum()).sort("bnf_chapter")
        parts = tuple(
            Part(f"BNF chapter {each['bnf_chapter']}", each[name], found.column.kind) for each in chapters.to_dicts()
        )
        return Trace("Its chapters of medicines", parts, is_sum=True, sentences=said)
    cells = found.archive.of_practice(found.published, "activity_cells", row["practice_code"]).filter(of_month)
    keys = ["point_of_delivery", "provider_code"]
    parts = tuple(
        Part(
            f"{POINTS_OF_DELIVERY[kind].title.lower()}, {organisation_name(found, provider)}",
            int(total_of(part.sort(keys), found.column.name)),
            found.column.kind,
        )
        for (kind, provider), part in sorted(cells.partition_by(keys, as_dict=True).items())
    )
    query = Query(row["practice_code"], month, month, HOSPITAL_PODS, year_later=year_later)
    return Trace("Its kinds of activity, by hospital", parts, is_sum=True, sentences=said, query=query)
