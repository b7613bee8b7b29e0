"""A file of organisation changes: which code became which, from when, and what part of the old one each new one takes over."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pbc.errors import RefusedInput
from pbc.sources.published.reading import (
    Published,
    Text,
    cast_columns,
    read_text,
    refuse,
    require_filled,
    require_once,
)
from pbc.tables import ORGANISATION_CHANGES

WHOLE = 1_000_000
SHARE_FORM = r"^(0?\.[0-9]{1,6}|1(\.0{1,6})?)$"
FIRST_OF_ALL = "Correct the row; a code that ends twice, or comes back, needs a code of its own."


def read_organisation_changes(path: Path | Text) -> Published:
    """This returns ORGANISATION_CHANGES from the columns old_code, new_code, on and share (a part of 1; empty means all).

    Grain: one old and new code. Refused by row: a share that is none, a code that becomes itself, a pair that stands twice,
    an old code that ends on two days or whose shares do not add up to 1, one taken over by a code that ended before, and a
    circle of codes. Shares are kept in millionths, so that they add up exactly. Source: decision architecture/0226, 0240.
    """
    text = read_text(path, "organisation_changes")
    if text.rows.is_empty():
        raise RefusedInput(
            "This file has headings and no rows.", text.recognised.path.name, "no rows", "a row for each change"
        )
    rows = cast_columns(text).with_columns(
        pl.col("old_code", "new_code").str.to_uppercase(), pl.col("share").fill_null("1")
    )
    require_filled(text, rows, "old_code", "new_code", "changed_on")
    refuse(
        text, rows.filter(pl.col("old_code") == pl.col("new_code")), column="new_code", rule="names_itself",
        what="A code would become itself.", expected="another code", remedy="Correct the code.",
    )  # fmt: skip
    is_share = pl.col("share").str.contains(SHARE_FORM) & (pl.col("share").cast(pl.Float64, strict=False) > 0)
    refuse(
        text, rows.filter(~is_share), column="share", rule="not_a_number", what="This is not a share.",
        expected="above 0, at most 1, like 0.25", remedy="Write a part of 1.",
    )  # fmt: skip
    require_once(text, rows, key="old_code", also=("new_code",), what="The same two codes stand twice.")
    known = rows.filter(is_share & pl.all_horizontal(pl.col("old_code", "new_code", "changed_on").is_not_null()))
    millionths = (pl.col("share").cast(pl.Float64) * WHOLE).round().cast(pl.Int64)
    whole = known.with_columns(millionths.alias("share_millionths"))
    _refuse_sums(text, whole)
    _refuse_ended(text, whole)
    return text.published(ORGANISATION_CHANGES.conform(whole).sort(ORGANISATION_CHANGES.key))


def _refuse_sums(text: Text, rows: pl.DataFrame) -> None:
    """Refuses, at its last row, an old code that ends on two days, or whose shares are not 1 together."""
    told = rows.group_by("old_code").agg(
        pl.col("row_number").max(),
        pl.col("share_millionths").sum().alias("summed"),
        pl.col("changed_on").unique().sort().alias("days"),
    )
    two = told.filter(pl.col("days").list.len() > 1).with_columns(
        found=pl.format("{} on {}", "old_code", pl.col("days").cast(pl.List(pl.String)).list.join(" and "))
    )
    refuse(
        text, two, column="changed_on", rule="two_days", what="A code ends on two days.", expected="one day for all its rows",
        remedy=FIRST_OF_ALL, found="found",
    )  # fmt: skip
    short = told.filter(pl.col("summed") != WHOLE).with_columns(
        found=pl.format("{}: {}", "old_code", pl.col("summed") / WHOLE)
    )
    refuse(
        text, short, column="share", rule="shares_not_whole", what="Shares of a code do not add up to 1.",
        expected="1 together", remedy="Correct the shares, or add the code that takes over the rest.", found="found",
    )  # fmt: skip


def _refuse_ended(text: Text, rows: pl.DataFrame) -> None:
    """Refuses a new code that ended before it takes over, and the rows of circles: days never fall along a chain of changes."""
    ends = dict(rows.select("old_code", "changed_on").iter_rows())
    ended = [
        ends.get(new) is not None and ends[new] < day for new, day in rows.select("new_code", "changed_on").iter_rows()
    ]
    refuse(
        text, rows.filter(pl.Series(ended, dtype=pl.Boolean)), column="new_code", rule="ended_before",
        what="A code is taken over by one that ended before.", expected="a code that stands on the day", remedy=FIRST_OF_ALL,
    )  # fmt: skip
    left = rows
    while (standing := left.join(left, left_on="new_code", right_on="old_code", how="semi")).height < left.height:
        left = standing  # a row whose new code goes on to nothing is in no circle
    refuse(
        text, left, column="new_code", rule="circle", what="Codes become each other in a circle.", expected="a later code",
        remedy=FIRST_OF_ALL,
    )  # fmt: skip
