"""From monthly cells, patient grain long gone, to the few rows statements are made of."""

from __future__ import annotations

import polars as pl

from pbc.engines import Relation, read_step
from pbc.methods.statements.left_out import NOTHING, Places
from pbc.periods import Month
from pbc.reference.activity import PRESCRIBING_POD

LINES = (
    ("month", "INTEGER"),
    ("practice_code", "VARCHAR"),
    ("commissioner_code", "VARCHAR"),
    ("provider_code", "VARCHAR"),
    ("point_of_delivery", "VARCHAR"),
    ("activity_count", "BIGINT"),
    ("cost_pence", "BIGINT"),
    ("plan_price_pence", "BIGINT"),
)
SPECIALTIES = (
    ("month", "INTEGER"),
    ("practice_code", "VARCHAR"),
    ("treatment_function_code", "VARCHAR"),
    ("activity_count", "BIGINT"),
    ("cost_pence", "BIGINT"),
    ("broken_count", "BIGINT"),
)
MEASURES = ("activity_count", "cost_pence", "plan_price_pence")


def add_up_lines(activity_cells: Relation, *, first: Month, last: Month) -> Relation:
    """This returns the cells of some months by month, practice, hospital and kind of activity: count, cost, cost at plan.

    Grain in: ACTIVITY_CELLS of any number of deliveries, whose rows add. Grain out: `LINES`, pence and counts.
    """
    return activity_cells.engine.run(
        read_step(__file__, "add_up_lines"),
        inputs={"activity_cells": activity_cells},
        parameters={"first_month": first.number, "last_month": last.number},
        columns=LINES,
    )


def add_up_specialties(
    activity_cells: Relation,
    *,
    first: Month,
    last: Month,
    broken: tuple[str, ...] = (),
    left_out: Places = NOTHING,
) -> Relation:
    """This returns the cells of some months by month, practice and specialty: count, cost, and rows across a break.

    `broken` are the kinds of activity whose grouping changed between the years, counted in `broken_count`. What is
    `left_out` of this year is left out of the year before too: like with like.
    """
    return activity_cells.engine.run(
        read_step(__file__, "add_up_specialties"),
        inputs={"activity_cells": activity_cells},
        parameters={
            "first_month": first.number,
            "last_month": last.number,
            "broken": broken or ("",),
            "left_out": _places(left_out),
        },
        columns=SPECIALTIES,
    )


def _places(left_out: Places) -> tuple[str, ...]:
    both = sorted(f"{number - back} {kind}" for number, kind in left_out for back in (0, 100))
    return tuple(both) or ("",)


def add_up_kinds(lines: pl.DataFrame) -> pl.DataFrame:
    """This returns lines added over hospitals: month, practice and kind of activity, with `MEASURES`."""
    return lines.group_by("month", "practice_code", "point_of_delivery").agg(pl.col(MEASURES).sum())


def price_prescribing(prescribing_cells: pl.DataFrame, *, earlier_cells: pl.DataFrame) -> pl.DataFrame:
    """This returns prescribing by month and practice as a kind of activity, RX: items, net ingredient cost, cost at plan.

    The plan price of an item is what an item of its BNF chapter cost across the commissioner in `earlier_cells`; a chapter
    without a past is taken at its actual price. Net ingredient cost only: actual cost is never added (decision 0151).

    >>> cells = pl.DataFrame({"month": [200904], "practice_code": ["A"], "bnf_chapter": ["01"], "items": [10],
    ...     "net_ingredient_cost_pence": [1200]})
    >>> earlier = cells.with_columns(month=pl.lit(200804), net_ingredient_cost_pence=pl.lit(1000))
    >>> price_prescribing(cells, earlier_cells=earlier).row(0)
    (200904, 'A', 'RX', 10, 1200, 1000)
    """
    past = earlier_cells.group_by("bnf_chapter").agg(pl.col("items", "net_ingredient_cost_pence").sum())
    price = past.filter(pl.col("items") > 0).select(
        "bnf_chapter", (pl.col("net_ingredient_cost_pence") / pl.col("items")).alias("item_price_pence")
    )
    cost = pl.col("net_ingredient_cost_pence")
    return (
        prescribing_cells.join(price, on="bnf_chapter", how="left")
        .with_columns((pl.col("items") * pl.col("item_price_pence")).fill_null(cost).alias("plan_price"))
        .sort("practice_code", "month", "bnf_chapter")
        .group_by("month", "practice_code")
        .agg(
            pl.lit(PRESCRIBING_POD).alias("point_of_delivery"),
            pl.col("items").sum().alias("activity_count"),
            cost.sum().alias("cost_pence"),
            pl.col("plan_price").sum().round().cast(pl.Int64).alias("plan_price_pence"),
        )
        .sort("practice_code", "month")
    )


def carry_successions(rows: pl.DataFrame, *, successions: pl.DataFrame, months_later: int = 0) -> pl.DataFrame:
    """This returns the rows with each practice's months after a takeover at the code of the practice that took it over.

    `successions`: `predecessor_code, successor_code, starts_on, ends_before`. `months_later` = 12 judges the rows of a
    year ago by who answers now. A month belongs to whoever answers on its first day. Sums do not move: the caller adds
    rows of one key. Source: decision 0141, practice merger in mid-year.
    """
    gone = pl.col("practice_code").is_in(successions["predecessor_code"].to_list())
    met = rows.filter(gone).select("practice_code", "month").unique()
    if met.is_empty():
        return rows
    year, within = pl.col("month") // 100, pl.col("month") % 100 - 1 + months_later
    first_day = pl.date(year + within // 12, within % 12 + 1, 1)
    heirs = (
        met.with_columns(first_day.alias("first_day"))
        .join(successions, left_on="practice_code", right_on="predecessor_code")
        .filter(pl.col("first_day").is_between("starts_on", "ends_before", closed="left"))
        .select("practice_code", "month", "successor_code")
    )
    return (
        rows.join(heirs, on=["practice_code", "month"], how="left", maintain_order="left")
        .with_columns(pl.coalesce("successor_code", "practice_code").alias("practice_code"))
        .drop("successor_code")
    )
