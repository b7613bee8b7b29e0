"""What practices' prescriptions cost, month by month, before discounts (net ingredient cost)."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pbc.sources.published.reading import (
    Published,
    Text,
    cast_columns,
    read_text,
    reject,
    require_filled,
    require_once,
)

ALL_DRUGS = 0
WHOLE_YEAR = "All"  # the file repeats each year's total as a thirteenth month
MONTHS = tuple(f"month_{month:02d}_pounds" for month in range(1, 13))


def read_practice_spend(path: Path | Text, *, year: int) -> Published:
    """This returns net ingredient cost by practice name and place, month and part: practice_name, longitude, latitude,
    month, part, net_ingredient_cost_pence.

    Grain: one place, month and part; part 0 is all drugs, 1 to 5 are some of them, so parts must never be added to 0.
    The file names no year (the caller does) and no practice code. Its thirteenth month, the year's total, is left out
    and counted in the notes. Places may stand more than once under one name. Pence. Source: NHSBSA, derived.
    """
    text = read_text(path, "practice_spend")
    cast = cast_columns(text)
    require_filled(text, cast, "net_ingredient_cost_pounds", "practice_name", "month_of_year", "part")
    totals = cast.filter(pl.col("month_of_year") == WHOLE_YEAR)
    months = cast.filter(pl.col("month_of_year") != WHOLE_YEAR)
    strange = months.filter(~pl.col("month_of_year").str.contains(r"^(0[1-9]|1[0-2])$"))
    left_out = reject(
        text, strange, column="month_of_year", rule="not_a_month", expected="01 to 12 or All", remedy="Use the file as made."
    )  # fmt: skip
    rows = months.join(strange.select("row_number"), on="row_number", how="anti").select(
        "practice_name",
        "longitude",
        "latitude",
        (pl.lit(year * 100) + pl.col("month_of_year").cast(pl.Int32)).cast(pl.Int32).alias("month"),
        "part",
        _pence("net_ingredient_cost_pounds"),
    )
    left = f"{totals.height:,} rows of the year's total (month All) were left out, so that nothing counts twice."
    note = left if totals.height else ""
    return text.published(rows, rejected=[left_out], notes=[note])


def read_practice_name_match(path: Path | Text) -> Published:
    """This returns net ingredient cost by practice code and month of 2019: practice_code, practice_name,
    commissioner_code, match, month, net_ingredient_cost_pence.

    Grain: one practice and month. `match` is `name+location` or the weaker `unique name only`. Walk-in centres, out of
    hours services and the like stand in it too: use practices whose prescribing setting is 4. Pence. Source: NHSBSA,
    matched to codes by name and place.
    """
    text = read_text(path, "practice_name_match")
    cast = cast_columns(text)
    require_once(text, cast, key="practice_code")
    require_filled(text, cast, "practice_code", "match")
    long = cast.drop("net_ingredient_cost_pounds").unpivot(
        MONTHS,
        index=["practice_code", "practice_name", "commissioner_code", "match"],
        value_name="net_ingredient_cost_pounds",
    )
    rows = long.filter(pl.col("net_ingredient_cost_pounds").is_not_null()).select(
        "practice_code",
        "practice_name",
        "commissioner_code",
        "match",
        (pl.lit(201900) + pl.col("variable").str.slice(6, 2).cast(pl.Int32)).cast(pl.Int32).alias("month"),
        _pence("net_ingredient_cost_pounds"),
    )
    weak = cast.filter(pl.col("match") != "name+location").height
    note = f"{weak:,} of {cast.height:,} practices were matched by their name alone, without their place."
    return text.published(rows.sort("practice_code", "month"), notes=[note])


def _pence(name: str) -> pl.Expr:
    return (pl.col(name) * 100).round(0).cast(pl.Int64).alias("net_ingredient_cost_pence")
