"""Walking back from a pooled line's month and from an allocation: to the parts that add up to it."""

from __future__ import annotations

import polars as pl

from pbc.flows.trace import Found, Trace, published_part

POOLED = (
    "Rule 13.1: lines pooled with a local authority are shared by what every owner signed (decision architecture/0242)."
)
READ = "Every figure was read from a file, or follows from it (decision architecture/0241)."
SUMS = {
    "borne_pence": ("contribution_pence", "risk_pence"),
    "closing_pence": ("before_pence", "rebased_pence", "growth_pence", "convergence_pence"),
}
TO_DATE = {"borne_to_date_pence": "borne_pence", "settlement_to_date_pence": "settlement_pence"}


def trace_pooled(found: Found) -> Trace:
    """This returns the parts of what an owner bears, and the months of what it bore or settles to date."""
    row, name = found.row, found.column.name
    said = (f"{row['reason'][0].upper()}{row['reason'][1:]}.",)
    if name in TO_DATE:
        months = found.archive.frame(found.published, "pooled_positions").filter(
            pl.col("line_code") == row["line_code"], pl.col("owner_code") == row["owner_code"],
            pl.col("year_starts_on") == row["year_starts_on"], pl.col("month") <= row["month"],
        )  # fmt: skip
        parts = tuple(
            published_part(
                found.published, "pooled_positions", row=each, column=TO_DATE[name], label=f"month {each['month']}"
            )
            for each in months.sort("month").to_dicts()
        )
        return Trace(
            "Month by month, since the owner's year began", parts, is_sum=True, sentences=said, rules=(POOLED,)
        )
    if name in SUMS:
        parts = tuple(found.part(each, found.columns[each].meaning) for each in SUMS[name])
        return Trace("Together", parts, is_sum=True, sentences=said, rules=(POOLED,))
    return Trace("", sentences=said, rules=(POOLED,))


def trace_path(found: Found) -> Trace:
    """This returns what adds up to a year's allocation."""
    said = (f"Read from {found.row['source']}.",)
    if found.column.name not in SUMS:
        return Trace("", sentences=said, rules=(READ,))
    parts = tuple(found.part(each, found.columns[each].meaning) for each in SUMS[found.column.name])
    return Trace("Step by step", parts, is_sum=True, sentences=said, rules=(READ,))
