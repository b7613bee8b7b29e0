"""Files of pooled lines: their owners with what was signed, and what each spent month by month."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pbc.sources.published.reading import (
    Published,
    Text,
    cast_columns,
    read_text,
    refuse,
    require_filled,
    require_once,
)
from pbc.tables import POOLED_LINES, POOLED_SPENDING

WHOLE = 1_000_000
KINDS = ("nhs", "local_authority")


def read_pooled_lines(path: Path | Text) -> Published:
    """This returns POOLED_LINES: one line and owner, with what it signed, or empty cells where nothing is signed.

    `to` is the last day. Refused by row: a kind of owner or month that is none, a share outside 0 to 1, an agreement that
    ends before it starts, an owner that stands twice. Whether parts are 1 together is the method's to say.
    """
    text = read_text(path, "pooled_lines")
    rows = cast_columns(text).with_columns(pl.col("line_code", "owner_code").str.to_uppercase())
    require_filled(text, rows, "line_code", "line_name", "owner_code", "owner_kind", "year_starts_month_number")
    require_once(text, rows, key="line_code", also=("owner_code",), what="An owner of a line stands twice.")
    for name, bad, expected in (
        ("owner_kind", ~pl.col("owner_kind").is_in(KINDS), " or ".join(KINDS)),
        ("year_starts_month_number", ~pl.col("year_starts_month_number").is_between(1, 12), "a month, 1 to 12"),
        ("contribution_share", ~pl.col("contribution_share").is_between(0, 1), "a part of 1, or an empty cell"),
        ("risk_share", ~pl.col("risk_share").is_between(0, 1), "a part of 1, or an empty cell"),
        ("ends_on", pl.col("ends_on") < pl.col("starts_on"), "a last day on or after the first"),
    ):
        refuse(
            text, rows.filter(bad), column=name, rule="unknown_code", what="A cell of a pooled line cannot be.",
            expected=expected, remedy="Correct the cell from the agreement.",
        )  # fmt: skip
    exact = [
        (pl.col(f"{name}_share") * WHOLE).round().cast(pl.Int64).alias(f"{name}_millionths")
        for name in ("contribution", "risk")
    ]
    whole = rows.with_columns(*exact, pl.col("ends_on").dt.offset_by("1d").alias("ends_before"))
    return text.published(POOLED_LINES.conform(whole).sort(POOLED_LINES.key))


def read_pooled_spending(path: Path | Text) -> Published:
    """This returns POOLED_SPENDING: one line, month and owner. Pounds become pence; an empty cell is refused: nought is a figure."""
    text = read_text(path, "pooled_spending")
    rows = cast_columns(text).with_columns(pl.col("line_code", "owner_code").str.to_uppercase())
    require_filled(text, rows, "line_code", "month", "owner_code", "budget_pounds", "spent_pounds")
    require_once(
        text, rows, key="line_code", also=("month", "owner_code"), what="An owner's month of a line stands twice."
    )
    whole = rows.with_columns(
        pl.col("month").str.replace("-", "").cast(pl.Int32),
        *(
            (pl.col(f"{name}_pounds") * 100).round().cast(pl.Int64).alias(f"{name}_pence")
            for name in ("budget", "spent")
        ),
    )
    return text.published(POOLED_SPENDING.conform(whole).sort(POOLED_SPENDING.key))
