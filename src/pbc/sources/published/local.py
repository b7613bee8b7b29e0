"""The user's own files beside the published ones: pots of money, and the neighbourhoods practices belong to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl

from pbc.errors import RefusedInput
from pbc.money import pence_from_pounds
from pbc.sources.published.reading import Published, cast_columns, read_text, require_filled
from pbc.tables import MEMBERSHIPS, OPEN_END


def read_pots(path: Path, *, measures: Mapping[str, str]) -> Published:
    """This returns pots of money: pot, commissioner_code, weighted_population, weight_column, amount_pence.

    Grain: one pot and commissioner. `measures` leads from the publisher's name of a weighted population to our column;
    another name is refused with the names there are. Pounds are plain decimals, not negative.
    """
    text = read_text(path, "pots")
    rows = text.rows
    require_filled(text, rows, "pot", "commissioner_code", "weighted_population", "pounds")
    known = {_plain(name): column for name, column in measures.items()}
    strange = rows.filter(~pl.col("weighted_population").map_elements(_plain, pl.String).is_in(list(known)))
    if strange.height:
        raise RefusedInput(
            "A pot names a weighted population that this year's file does not publish.",
            where=f"{path.name}, row {strange['row_number'][0]:,}, column weighted_population",
            found=str(strange["weighted_population"][0]), expected=", ".join(measures),
            remedy="Write the column's name as the publisher does, like Final WP for core services.",
        )  # fmt: skip
    pence = [_pounds(path, row) for row in rows.iter_rows(named=True)]
    named = rows.with_columns(
        pl.col("weighted_population").map_elements(_plain, pl.String).replace_strict(known).alias("weight_column"),
        pl.Series("amount_pence", pence, dtype=pl.Int64),
    )
    return text.published(
        named.select("pot", "commissioner_code", "weighted_population", "weight_column", "amount_pence")
    )


def read_neighbourhoods(path: Path) -> Published:
    """This returns MEMBERSHIPS of relation practice_neighbourhood from the user's list.

    Grain in: one practice, neighbourhood and period, `to` being the last day, or empty while it lasts. Grain out: one
    member, parent and start, periods as [starts_on, ends_before). A period that ends before it starts is refused.
    """
    text = read_text(path, "neighbourhoods")
    rows = cast_columns(text)
    require_filled(text, rows, "practice_code", "neighbourhood", "starts_on")
    backwards = rows.filter(pl.col("ends_on") < pl.col("starts_on"))
    if backwards.height:
        row = backwards.row(0, named=True)
        raise RefusedInput(
            "A period ends before it starts.", where=f"{path.name}, row {row['row_number']:,}, column to",
            found=f"{row['starts_on']} to {row['ends_on']}", expected="a last day on or after the first",
        )  # fmt: skip
    placed = rows.select(
        pl.col("practice_code").str.to_uppercase().alias("member_code"),
        pl.col("neighbourhood").alias("parent_code"),
        pl.lit("practice_neighbourhood").alias("relation"),
        "starts_on",
        pl.col("ends_on").dt.offset_by("1d").fill_null(date.fromisoformat(OPEN_END)).alias("ends_before"),
    )
    return text.published(MEMBERSHIPS.conform(placed))


def _pounds(path: Path, row: dict[str, object]) -> int:
    try:
        pence = pence_from_pounds(str(row["pounds"]))
    except RefusedInput as refusal:
        raise RefusedInput(
            refusal.what, where=f"{path.name}, row {row['row_number']:,}, column pounds", found=str(row["pounds"]),
            expected=refusal.expected, remedy="Write pounds without signs, commas or words.",
        ) from None  # fmt: skip
    if pence < 0:
        raise RefusedInput(
            "A pot cannot hold less than nothing.", where=f"{path.name}, row {row['row_number']:,}, column pounds",
            found=str(row["pounds"]), expected="0 or more",
        )  # fmt: skip
    return pence


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
