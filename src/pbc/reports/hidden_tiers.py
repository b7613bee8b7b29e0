"""What practices add up to as a reader may see it: no cluster or commissioner gives away what one of its practices hides."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pbc.reports.hidden_rows import blank, is_hidden, small
from pbc.reports.hidden_tables import BEFORE, NOW
from pbc.reports.statement_grid import COMMISSIONER, OUTSIDE, SUMMED_CUTS
from pbc.stats.small_numbers import SmallNumbers
from pbc.tables import TIER_STATEMENTS

MONEY = (*NOW, "unbudgeted_pence")
KEY = ["unit", "period", "cut", "item"]


def hide_tiers(
    rows: pl.DataFrame, *, now: pl.DataFrame, before: pl.DataFrame, lost: pl.DataFrame, clusters: Mapping[str, str],
    rule: SmallNumbers,
) -> pl.DataFrame:  # fmt: skip
    """This returns rows of tier_statements with what the cells hidden `now` and `before` hide of them.

    A sum that the grid does not hold, of a month, by kind of activity or by specialty, is shown only where each of its
    practices shows its part.
    What stands apart is hidden with the care that nobody answers for, `lost`, and the bill with it.
    """
    kinds = pl.col("unit_kind")
    unit = pl.when(kinds == "cluster").then(pl.format("cluster {}", "unit_code")).otherwise(pl.lit(COMMISSIONER))
    found = rows.with_columns(unit=unit)
    for cells, columns in ((now, MONEY), (before, BEFORE)):
        held = [column for column in columns if column in TIER_STATEMENTS.names]
        flags = dark_sums(cells, clusters).with_columns(is_dark=pl.lit(True))
        found = found.join(flags, on=KEY, how="left", maintain_order="left")
        found = blank(found, held, where=pl.col("is_dark").fill_null(False)).drop("is_dark")
    whole = lost.filter(pl.col("provider_code").is_null()).to_dicts()
    is_lost = any(is_hidden(row, "cost_pence") for row in whole)
    few_outside = _units(now, OUTSIDE)
    apart = (pl.col("item") == "unbudgeted") & pl.col("unit").is_in(few_outside)
    apart |= (pl.col("item") == "not_attributed") & pl.lit(is_lost)
    bill = (pl.col("cut") == "bill") & (pl.col("unit").is_in(few_outside) | pl.lit(is_lost))
    return blank(found, held_in(found), where=apart | bill | _few(rule)).drop("unit")


def hide_few(rows: pl.DataFrame, *, rule: SmallNumbers) -> pl.DataFrame:
    """This returns sums over many practices, as a region's page has them, with those of a few contacts hidden."""
    return blank(rows, held_in(rows), where=_few(rule))


def held_in(rows: pl.DataFrame) -> list[str]:
    """This returns the figures of tier_statements that are hidden together."""
    return [column for column in MONEY if column in rows.columns]


def _few(rule: SmallNumbers) -> pl.Expr:
    return small("activity_count", rule=rule)


def _units(cells: pl.DataFrame, line: tuple[str, str]) -> list[str]:
    cut, item = line
    return cells.filter((pl.col("cut") == cut) & (pl.col("item") == item))["unit"].to_list()


def dark_sums(cells: pl.DataFrame, clusters: Mapping[str, str]) -> pl.DataFrame:
    """This returns the hidden cells of clusters and of the commissioner, of the hidden cells of all units."""
    by_line = (pl.col("period") == "year_to_date") & pl.col("cut").is_in(SUMMED_CUTS)
    is_sum = (pl.col("unit") == COMMISSIONER) | pl.col("unit").str.starts_with("cluster ")
    own = cells.filter(by_line & is_sum)
    parts = cells.filter(~by_line & ~is_sum)
    cluster = pl.col("unit").replace_strict(clusters, default="none", return_dtype=pl.String)
    above = [
        parts.with_columns(unit=pl.lit(COMMISSIONER)),
        parts.with_columns(unit=pl.format("cluster {}", cluster)),
    ]
    return pl.concat([own, *above]).select(KEY).unique()
