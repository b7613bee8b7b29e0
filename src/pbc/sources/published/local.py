"""The user's own files beside the published ones: pots of money, and the neighbourhoods practices belong to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl

from pbc.errors import RefusedInput
from pbc.money import pence_from_pounds
from pbc.sources.published.reading import (
    Published,
    Text,
    cast_columns,
    read_text,
    refuse,
    require_filled,
    require_once,
)
from pbc.tables import MEMBERSHIPS, OPEN_END

FOREVER = date.fromisoformat(OPEN_END)
RESERVED = "unassigned"  # what sharing calls practices in no neighbourhood


def read_pots(path: Path | Text, *, measures: Mapping[str, str]) -> Published:
    """This returns pots of money: pot, commissioner_code, weighted_population, weight_column, amount_pence.

    Grain: one pot and commissioner. `measures` leads from the publisher's name of a weighted population to our column;
    another name is refused with the names there are. Pounds are plain decimals, not negative. A file without a row is
    refused.
    """
    text = read_text(path, "pots")
    rows = text.rows.with_columns(pl.col("commissioner_code").str.to_uppercase())
    _require_rows(text, "pot")
    require_filled(text, rows, "pot", "commissioner_code", "weighted_population", "pounds")
    known = {_plain(name): column for name, column in measures.items()}
    plain = pl.col("weighted_population").map_elements(_plain, pl.String)
    refuse(
        text, rows.filter(~plain.is_in(list(known))), column="weighted_population", rule="unknown_code",
        what="A pot names a weighted population that this year's file does not publish.", expected=", ".join(measures),
        remedy="Write the column's name as the publisher does, like Final WP for core services.",
    )  # fmt: skip
    require_once(text, rows, key="pot", also=("commissioner_code",), what="A pot stands twice.")
    priced = rows.with_columns(pl.Series("amount_pence", [_pence(cell) for cell in rows["pounds"]], dtype=pl.Int64))
    filled = priced.filter(pl.col("pounds").is_not_null())
    refuse(
        text, filled.filter(pl.col("amount_pence").is_null()), column="pounds", rule="not_a_number",
        what="This is not a plain amount in pounds.", expected="digits like 1204.50",
        remedy="Write pounds without signs, commas or words.",
    )  # fmt: skip
    refuse(
        text, filled.filter(pl.col("amount_pence") < 0), column="pounds", rule="negative_number",
        what="A pot cannot hold less than nothing.", expected="0 or more", remedy="Correct the cell.",
    )  # fmt: skip
    named = priced.with_columns(plain.replace_strict(known, default=None).alias("weight_column"))
    return text.published(
        named.select("pot", "commissioner_code", "weighted_population", "weight_column", "amount_pence")
    )


def read_neighbourhoods(path: Path | Text) -> Published:
    """This returns MEMBERSHIPS of relation practice_neighbourhood from the user's list.

    Grain in: one practice, neighbourhood and period, `to` being the last day, or empty while it lasts. Grain out: one
    member, parent and start, periods as [starts_on, ends_before). A period that ends before it starts, a practice in
    two neighbourhoods at once or twice in one, and a file without a row are refused.
    """
    text = read_text(path, "neighbourhoods")
    _require_rows(text, "practice")
    rows = cast_columns(text).with_columns(pl.col("practice_code").str.to_uppercase())
    require_filled(text, rows, "practice_code", "neighbourhood", "starts_on")
    refuse(
        text, rows.filter(pl.col("neighbourhood") == RESERVED), column="neighbourhood", rule="reserved_name",
        what="A neighbourhood may not be called so: the word stands for practices in none.", expected="another name",
        remedy="Give it another name, or leave its practices out of the file.",
    )  # fmt: skip
    backwards = rows.filter(pl.col("ends_on") < pl.col("starts_on")).with_columns(found=_period())
    refuse(
        text, backwards, column="ends_on", rule="ends_before_start", what="A period ends before it starts.",
        expected="a last day on or after the first", remedy="Correct the dates.", found="found",
    )  # fmt: skip
    _refuse_two_at_once(text, rows.filter(pl.col("ends_on").is_null() | (pl.col("ends_on") >= pl.col("starts_on"))))
    placed = rows.select(
        pl.col("practice_code").alias("member_code"),
        pl.col("neighbourhood").alias("parent_code"),
        pl.lit("practice_neighbourhood").alias("relation"),
        "starts_on",
        pl.col("ends_on").dt.offset_by("1d").fill_null(FOREVER).alias("ends_before"),
    )
    return text.published(MEMBERSHIPS.conform(placed))


def _refuse_two_at_once(text: Text, rows: pl.DataFrame) -> None:
    """Refuses each period that begins before an earlier one of the practice has ended, naming the one it meets."""
    whole = rows.filter(pl.all_horizontal(pl.col("practice_code", "neighbourhood", "starts_on").is_not_null()))
    ends = pl.col("ends_on").fill_null(FOREVER)
    met = (
        whole.sort("practice_code", "starts_on", "row_number")
        .with_columns(held_until=ends.cum_max().shift().over("practice_code"))
        .with_columns(held_by=pl.when(ends == ends.cum_max().over("practice_code")).then("neighbourhood"))
        .with_columns(held_by=pl.col("held_by").forward_fill().shift().over("practice_code"))
        .filter(pl.col("starts_on") <= pl.col("held_until"))
        .with_columns(found=pl.format("{} in {} and {} on {}", "practice_code", "held_by", "neighbourhood", "starts_on"))
        .sort("row_number")
    )  # fmt: skip
    for rule, what, is_same in (
        ("two_neighbourhoods_at_once", "A practice is in two neighbourhoods at once.", False),
        ("overlapping_periods", "Two periods of one practice in one neighbourhood overlap.", True),
    ):
        refuse(
            text, met.filter((pl.col("held_by") == pl.col("neighbourhood")) == is_same), column="starts_on", rule=rule,
            what=what, expected="one neighbourhood on any day", found="found",
            remedy="End the first the day before the second begins.",
        )  # fmt: skip


def _require_rows(text: Text, what: str) -> None:
    """A file without rows shares nothing: it is a mistake and never an answer."""
    if text.rows.is_empty():
        raise RefusedInput(
            "This file has headings and no rows.", text.recognised.path.name, "no rows", f"a row for each {what}",
            "Send it again with its rows.",
        )  # fmt: skip


def _period() -> pl.Expr:
    return pl.format("{} to {}", "starts_on", "ends_on")


def _pence(cell: str | None) -> int | None:
    try:
        return None if cell is None else pence_from_pounds(cell)
    except RefusedInput:
        return None


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
