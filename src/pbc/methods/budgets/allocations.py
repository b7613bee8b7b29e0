"""The path of an allocation to its target over the years read: opening, growth, convergence, closing."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import polars as pl

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc.tables import ALLOCATION_PATHS, ALLOCATIONS

WHOLE = 1_000_000
RATE, OF_DISTANCE = "convergence_rate", "share_of_distance"
Row = dict[str, Any]


def move_to_target(allocations: pl.DataFrame, *, source: str) -> pl.DataFrame:
    """This returns ALLOCATION_PATHS: each commissioner's years in order, by the growth, target and rule read for each.

    Grain in: ALLOCATIONS, grain out the same. The first year needs an opening; a later one that has its own is rebased by
    the difference from the closing before. No year is filled in: a gap is refused, and no year beyond the last one read is
    told. Pence, each step rounded once. Source: rules.md 13.1; methods.md 3.8; decision architecture/0241.
    """
    held = ALLOCATIONS.conform(allocations).sort(ALLOCATIONS.key)
    rows: list[Row] = []
    for _, years in held.group_by("commissioner_code", maintain_order=True):
        before: Row | None = None
        for row in years.iter_rows(named=True):
            _require_next(row, before)
            before = _one_year(row, before, source)
            rows.append(before)
    return measure_distance(ALLOCATION_PATHS.from_rows(rows))


def measure_distance(paths: pl.DataFrame) -> pl.DataFrame:
    """This returns ALLOCATION_PATHS with the distance from target worked out again: closing over target less one.

    Grain in and out: one commissioner and year; empty where the target is nought.
    """
    away = pl.col("closing_pence") / pl.col("target_pence") - 1
    told = pl.when(pl.col("target_pence") > 0).then(away).alias("distance_ratio")
    return ALLOCATION_PATHS.conform(paths.with_columns(told))


def _require_next(row: Row, before: Row | None) -> None:
    where = f"{row['commissioner_code']}, {row['financial_year']}"
    if before is None:
        if row["opening_pence"] is None:
            raise RefusedInput(
                "The first year read has no opening.", where=where, found="an empty cell", expected="what the year opened with",
                remedy="Give it from the publication; nothing is assumed.",
            )  # fmt: skip
        return
    wanted = FinancialYear.parse(before["financial_year"]).plus(1).slug
    if row["financial_year"] != wanted:
        raise RefusedInput(
            "A year between is not in the file.", where=where, found=f"{row['financial_year']} after {before['financial_year']}",
            expected=wanted, remedy="Add its row; no year is filled in.",
        )  # fmt: skip


def _one_year(row: Row, before: Row | None, source: str) -> Row:
    opening = row["opening_pence"] if before is None else before["closing_pence"]
    rebased = 0 if row["opening_pence"] is None else row["opening_pence"] - opening
    based = opening + rebased
    growth = _part(based, row["growth_millionths"])
    base = {RATE: based, OF_DISTANCE: row["target_pence"] - based - growth}.get(row["rule"], 0)
    convergence = _part(base, row["rule_millionths"] or 0)
    return {
        "commissioner_code": row["commissioner_code"], "financial_year": row["financial_year"], "before_pence": opening,
        "rebased_pence": rebased, "growth_pence": growth, "convergence_pence": convergence,
        "closing_pence": based + growth + convergence, "target_pence": row["target_pence"], "distance_ratio": None,
        "rule": row["rule"], "source": source,
    }  # fmt: skip


def _part(amount: int, millionths: int) -> int:
    """A part of an amount in whole pence, halves away from nought."""
    exact = Fraction(amount * millionths, WHOLE)
    size = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return size if exact >= 0 else -size
