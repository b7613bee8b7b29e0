"""Walking back from why prescribing costs other than a year ago, from the price list's months, and from who is unidentified."""

from __future__ import annotations

import polars as pl

from pbc.flows.trace import Found, Trace, published_part

RULE = "Volume, mix and national prices, in this order, add up exactly (decision methods/0189)."
POLICY = ("prescribing.price_change_share", "prescribing.lag_months")


def trace_effect(found: Found) -> Trace:
    """This returns a step of the comparison with the steps beside it; of prices, the months in which the list changed."""
    row = found.row
    rows = found.archive.frame(found.published, "prescribing_effects").filter(
        pl.col("practice_code") == row["practice_code"]
    )
    parts = tuple(
        published_part(
            found.published,
            "prescribing_effects",
            row=each,
            column="amount_pence",
            label=each["step"].replace("_", " "),
        )
        for each in rows.sort("sequence").to_dicts()
        if each["step"] != row["step"]
    )
    months = (
        found.archive.frame(found.published, "prescribing_prices").filter("is_list_changed").sort("month").to_dicts()
    )
    if row["step"] == "price":
        parts += tuple(
            published_part(
                found.published, "prescribing_prices", row=each, column="change_ratio", label=f"list of {each['month']}"
            )
            for each in months
        )
    said = (row["reason"], "The steps of a prescriber add up to this year's cost, to the month known.")
    return Trace("Beside it", parts, sentences=said, rules=(RULE,), policy=POLICY)


def trace_price_month(found: Found) -> Trace:
    """This returns how much dearer or cheaper the list was than the month before: the same quantities at both prices."""
    parts = (found.part("before_pence", "at the prices of the month before"), found.part("now_pence", "what they cost"))
    said = "Only products dispensed in both months count; a price is cost over quantity, of all prescribers together."
    return Trace("From", parts, sentences=(said,), rules=(RULE,), policy=POLICY[:1])


def trace_unidentified(found: Found) -> Trace:
    """This returns what stands under a code that no practice of the register answers for: all of that code's months."""
    row = found.row
    rows = found.archive.frame(found.published, "unidentified_prescribers").filter(
        (pl.col("prescriber_code") == row["prescriber_code"]) & (pl.col("month") != row["month"])
    )
    parts = tuple(
        published_part(
            found.published,
            "unidentified_prescribers",
            row=each,
            column=found.column.name,
            label=f"month {each['month']}",
        )
        for each in rows.sort("month").to_dicts()
    )
    said = (
        "It stands in no practice's statement; with the register's practices it adds up to all prescribing delivered."
    )
    return Trace("Other months of the code", parts, sentences=(said,), rules=("Decision methods/0189.",))
