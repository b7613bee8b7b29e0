"""Practice weighted populations as published: who is on the list, and how many people their need amounts to."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pbc.errors import RefusedInput
from pbc.sources.published.reading import (
    Published,
    Text,
    cast_columns,
    layouts,
    read_text,
    refuse,
    reject,
    require_filled,
    require_once,
)
from pbc.tables import WEIGHTED_LISTS

LAYOUT_OF_YEAR = {"2018-19": "weighted_population_2018_19", "2025-26": "weighted_population_2025_26"}
COMPONENTS = (
    "overall", "general_acute", "community", "mental_health", "maternity", "prescribing", "primary_medical",
    "inequalities",
)  # fmt: skip
TEXTS = ("practice_code", "practice_name", "commissioner_code", "commissioner_name")
NUMBERS = (
    "registered_population", *(f"{component}_weighted_population" for component in COMPONENTS),
    "primary_medical_need_weighted_population", "hospital_and_community_weighted_population",
    "market_forces_weighted_population", "area_cost_weighted_population", "market_forces_index", "area_cost_index",
    "target_before_remoteness_pounds", "target_with_remoteness_pounds", "published_need_index",
)  # fmt: skip
THOUSAND = ("target_before_remoteness_pounds", "target_with_remoteness_pounds")
TOTALS_ROUNDED = 1e-6  # published totals are rounded to eight figures; an average practice is a hundred times this


def layout_of_year(year: str) -> str:
    """This returns the layout in which a financial year (spelled 2018-19) was published; other years are refused."""
    if year not in LAYOUT_OF_YEAR:
        raise RefusedInput(
            "No layout of practice weighted populations is known for this year.", found=year,
            expected=" or ".join(LAYOUT_OF_YEAR), remedy="Choose one of these years, or add the year's layout.",
        )  # fmt: skip
    return LAYOUT_OF_YEAR[year]


def weight_columns(year: str) -> dict[str, str]:
    """This returns the publisher's heading of each weighted population of a year, to our name of the column."""
    layout = layouts(layout_of_year(year))[0]
    return {c.headings[0]: c.name for c in layout.columns if c.name.endswith("weighted_population")}


def read_weighted_population(path: Path | Text, *, year: str) -> Published:
    """This returns the practices of a year's weighted populations, one row each, ordered by practice.

    Columns: TEXTS and NUMBERS of this module; those a year does not publish are empty. Units: people, weighted people,
    pounds (published in thousands). The row of totals and rows without a practice are left out and listed; the totals
    must agree with the rows (a file cut short or edited is refused). Source: NHS England allocations.
    """
    text = read_text(path, layout_of_year(year))
    cast = cast_columns(text)
    in_file = [name for name in NUMBERS if name in cast.columns]
    cast = cast.with_columns((pl.col(name) * 1000).round(6) for name in THOUSAND if name in in_file)
    practices = cast.filter(pl.col("practice_code").is_not_null())
    others = cast.filter(pl.col("practice_code").is_null())
    require_once(text, practices, key="practice_code")
    require_filled(text, practices, "commissioner_code")
    require_filled(text, practices, *in_file, least=0)
    _require_totals(text, practices, others, in_file)
    absent = [pl.lit(None, pl.Float64).alias(name) for name in NUMBERS if name not in in_file]
    rows = practices.with_columns(absent).select(*TEXTS, *NUMBERS).sort("practice_code")
    left_out = reject(
        text, others, column="practice_code", rule="not_a_practice", expected="a practice code",
        remedy="None: a row of totals or a blank row. It is left out of every sum.",
    )  # fmt: skip
    note = f"{others.height} rows without a practice (totals, blank) were left out." if others.height else ""
    return text.published(rows, rejected=[left_out], notes=[note])


def list_weighted(practices: pl.DataFrame, *, year: str, source: str) -> pl.DataFrame:
    """This returns WEIGHTED_LISTS of the published components. Grain in: one practice; out: one practice and component.

    The two need indices are left empty: they are worked out, in one way for every source, by `index_need`.
    """
    held = [c for c in COMPONENTS if practices[f"{c}_weighted_population"].null_count() < practices.height]
    parts = [
        practices.select(
            "practice_code",
            pl.lit(year).alias("list_year"),
            pl.lit(component).alias("component"),
            "commissioner_code",
            "registered_population",
            pl.col(f"{component}_weighted_population").alias("weighted_population"),
            pl.lit(None, pl.Float64).alias("need_index_england"),
            pl.lit(None, pl.Float64).alias("need_index_commissioner"),
            pl.lit(source).alias("source"),
        )
        for component in held
    ]
    return WEIGHTED_LISTS.conform(pl.concat(parts))


def _require_totals(text: Text, practices: pl.DataFrame, others: pl.DataFrame, names: list[str]) -> None:
    totals = others.filter(pl.col("registered_population").is_not_null())
    if totals.height != 1:
        return
    for name in names:
        published = totals[name][0]
        added_up = float(practices[name].sum())
        if published is None or name.endswith("_index") or practices[name].null_count():
            continue
        if abs(added_up - published) > TOTALS_ROUNDED * published:
            refuse(
                text, totals.select("row_number", found=pl.lit(f"{added_up:,.1f}")), column=name, rule="not_the_total",
                what="The rows of this file do not add up to its own row of totals.", expected=f"{published:,.1f}",
                remedy="Use the file as published, whole.", found="found",
            )  # fmt: skip
