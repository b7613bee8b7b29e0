"""18-week waits by PCT and specialty as published in 2009 and 2010."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pbc.sources.published.reading import (
    Published,
    Text,
    cast_columns,
    note_fractions,
    read_text,
    reject,
    require_filled,
    require_once,
)

WEEKS = tuple(f"week_{week:02d}_count" for week in range(53))  # the last is 52 weeks and more
PCT_CODE = r"^[0-9A-Z]{3}$"
TOTAL = "999"  # specialty code of all specialties together; X01 is all the others


def read_waits(path: Path | Text) -> Published:
    """This returns waits: month, pathway, sha_code, pct_code, pct_name, specialty_code, specialty_name, the 53 WEEKS,
    known_count and within_18_weeks_count.

    Grain: one month, pathway (admitted, non-admitted, incomplete), PCT and specialty. `known_count` is the people whose
    wait is known: with a known clock start if completed, all if incomplete; a share without it is not to be had.
    Specialty codes lose the letters that repeat the pathway. 999 is the total of the others: never add it to them.
    Admitted waits here are unadjusted; the standard of 90% was judged on adjusted ones, which this file does not hold.
    Bodies that are no PCT are left out and listed. Source: Department of Health.
    """
    text = read_text(path, "waits")
    cast = cast_columns(text)
    require_filled(text, cast, "month", "pathway", "pct_code", "specialty_code")
    require_filled(text, cast, *WEEKS, least=0)
    require_once(text, cast, key="specialty_code", also=("month", "pathway", "pct_code"))
    is_pct = pl.col("pct_code").str.contains(PCT_CODE)
    others = reject(
        text, cast.filter(~is_pct), column="pct_code", rule="not_a_pct", expected="a PCT's code of three characters",
        remedy="None: it is left out of figures of PCTs.",
    )  # fmt: skip
    completed = cast.filter(pl.col("pathway") != "incomplete")
    unknown = completed.filter(pl.col("known_start_count").fill_null(0) == 0).height
    note = (
        f"{unknown:,} rows of completed pathways have nobody with a known clock start: no share is to be had of them."
    )
    known = pl.when(pl.col("pathway") == "incomplete").then("incomplete_count").otherwise("known_start_count")
    rows = cast.filter(is_pct).select(
        pl.col("month").str.replace("-", "", literal=True).cast(pl.Int32),
        *("pathway", "sha_code", "pct_code", "pct_name"),
        pl.col("specialty_code").str.replace(r"^[AIN]P", ""),
        "specialty_name",
        *(pl.col(week).cast(pl.Int64) for week in WEEKS),
        known.cast(pl.Int64).alias("known_count"),
        pl.sum_horizontal(WEEKS[:18]).cast(pl.Int64).alias("within_18_weeks_count"),
    )
    return text.published(
        rows.sort("month", "pathway", "pct_code", "specialty_code"),
        rejected=[others],
        notes=[
            note if unknown else "",
            note_fractions(text, cast, *WEEKS, "incomplete_count", "known_start_count"),
        ],
    )
