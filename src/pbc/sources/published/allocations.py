"""A commissioner's allocations over years: opening, target, growth and the rule of convergence, all as published."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc.sources.published.reading import (
    Published,
    Text,
    cast_columns,
    read_text,
    refuse,
    require_filled,
    require_once,
)
from pbc.tables import ALLOCATIONS
from pbc.tables.allocations import RULES

WHOLE = 1_000_000
GROWTH_ONLY, OF_DISTANCE = "growth_only", "share_of_distance"


def read_allocations(path: Path | Text) -> Published:
    """This returns ALLOCATIONS from commissioner_code, year, opening_pounds, target_pounds, growth, rule and rule_share.

    Grain: one commissioner and year. Nothing is filled in: an empty target, growth or rule is refused by row, and so is a
    rule without its share, or a share of the distance outside 0 to 1. Amounts become pence, rates millionths.
    """
    text = read_text(path, "allocations")
    if text.rows.is_empty():
        raise RefusedInput(
            "This file has headings and no rows.", text.recognised.path.name, "no rows", "a row for each year"
        )
    rows = cast_columns(text).with_columns(pl.col("commissioner_code").str.to_uppercase())
    require_filled(text, rows, "commissioner_code", "financial_year", "target_pounds", "growth_share", "rule")
    require_once(
        text, rows, key="commissioner_code", also=("financial_year",), what="A commissioner's year stands twice."
    )
    slugs = pl.col("financial_year").map_elements(_slug, pl.String)
    refuse(
        text, rows.filter(pl.col("financial_year").is_not_null() & slugs.is_null()), column="financial_year", rule="not_a_date",
        what="This is not a financial year.", expected="a year like 2025-26", remedy="Write it so.",
    )  # fmt: skip
    refuse(
        text, rows.filter(~pl.col("rule").is_in(RULES)), column="rule", rule="unknown_code", what="There is no such rule.",
        expected=", ".join(RULES), remedy="Write the rule the publication follows.",
    )  # fmt: skip
    for name in ("opening_pounds", "target_pounds"):
        refuse(
            text, rows.filter(pl.col(name) <= 0), column=name, rule="too_small", what="An allocation is above nothing.",
            expected="more than 0",
        )  # fmt: skip
    _refuse_rates(text, rows)
    whole = rows.with_columns(
        slugs.alias("financial_year"),
        _whole("opening_pounds", 100).alias("opening_pence"),
        _whole("target_pounds", 100).alias("target_pence"),
        _whole("growth_share", WHOLE).alias("growth_millionths"),
        _whole("rule_share", WHOLE).alias("rule_millionths"),
    )
    return text.published(ALLOCATIONS.conform(whole).sort(ALLOCATIONS.key))


def _refuse_rates(text: Text, rows: pl.DataFrame) -> None:
    needs, given = pl.col("rule") != GROWTH_ONLY, pl.col("rule_share")
    outside = (pl.col("rule") == OF_DISTANCE) & ~given.is_between(0, 1)
    for bad, what, expected in (
        (needs & given.is_null(), "A rule has no share.", "the share the publication gives"),
        (~needs & given.is_not_null(), "growth_only takes no share.", "an empty cell"),
        (outside | (given.abs() > 1), "This share is beyond the whole.", "a part of 1"),
    ):
        refuse(
            text, rows.filter(bad), column="rule_share", rule="missing_value", what=what, expected=expected,
            remedy="Correct the cell from the publication; nothing is assumed.",
        )  # fmt: skip
    refuse(
        text, rows.filter(pl.col("growth_share").abs() > 1), column="growth_share", rule="too_large",
        what="Growth is beyond the whole.", expected="a part of 1, like 0.0435 for 4.35%", remedy="Write it as a part of 1.",
    )  # fmt: skip


def _whole(name: str, times: int) -> pl.Expr:
    return (pl.col(name) * times).round().cast(pl.Int64)


def _slug(text: str) -> str | None:
    try:
        return FinancialYear.parse(text).slug
    except RefusedInput:
        return None
