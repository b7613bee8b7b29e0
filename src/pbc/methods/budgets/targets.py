"""Where each practice stands against its fair share, before and after."""

from __future__ import annotations

import numpy as np
import polars as pl

from pbc.methods.budgets.lines import add_up_budgets
from pbc.methods.budgets.pace_of_change import CloseDistance, years_to_target
from pbc.money import share_out_many
from pbc.periods import FinancialYear
from pbc.tables import BUDGET_TARGETS

TOTAL = "total"


def compare_with_target(
    standing: pl.DataFrame,
    *,
    lines: pl.DataFrame,
    year: FinancialYear,
    pace: CloseDistance | None = None,
    list_notes: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """This returns the table budget_targets: fair share, budget and the distance between them, by service and in total.

    Fair shares are of what is handed to practices, after top-slice and risk pool, so that they sum to the budgets.
    The opening distance is measured on past activity uplifted to the resource of the year. `pace` gives the years to
    target of the practice's total (empty when the basis never moves there). Ratios are of pence to pence, no unit.
    """
    handed = _handed_out(standing, add_up_budgets(lines))
    total = handed.group_by("practice_code").agg(
        pl.lit(TOTAL).alias("service"),
        pl.col("historic_pence").sum(),
        pl.col("target_pence", "budget_pence").sum(),
        pl.coalesce("opening_pence", "gross_target_pence").sum().alias("opening_pence"),
        pl.col("gross_target_pence").sum(),
        pl.col("opening_pence").count().alias("services_with_past"),
    )
    total = _with_years(total.sort("practice_code"), pace)
    notes = (
        list_notes
        if list_notes is not None
        else pl.DataFrame(schema={"practice_code": pl.String, "list_note": pl.String})
    )
    opening = _distance("opening_pence", "gross_target_pence")
    known = pl.col("services_with_past").fill_null(1) > 0
    return BUDGET_TARGETS.conform(
        pl.concat([handed, total], how="diagonal")
        .join(notes.select("practice_code", "list_note"), on="practice_code", how="left")
        .with_columns(
            pl.lit(year.slug).alias("financial_year"),
            pl.when(known).then(opening).alias("opening_distance_ratio"),
            pl.when(known).then(pl.col("historic_pence")).alias("historic_pence"),
            _distance("budget_pence", "target_pence").fill_null(0.0).alias("closing_distance_ratio"),
        )
        .sort("practice_code", "service")
    )


def _handed_out(standing: pl.DataFrame, budgets: pl.DataFrame) -> pl.DataFrame:
    joined = standing.drop("budget_pence", strict=False).join(
        budgets.select("practice_code", "service", "budget_pence"), on=["practice_code", "service"], how="left"
    )
    parts = []
    for part in joined.partition_by("service"):
        ordered = part.sort("practice_code")
        net = share_out_many(int(ordered["budget_pence"].sum()), ordered["target_pence"].cast(pl.Float64).to_numpy())
        parts.append(
            ordered.rename({"target_pence": "gross_target_pence"}).with_columns(pl.Series("target_pence", net))
        )
    return pl.concat(parts)


def _distance(amount: str, target: str) -> pl.Expr:
    return pl.when(pl.col(target) > 0).then(pl.col(amount) / pl.col(target) - 1)


def _with_years(total: pl.DataFrame, pace: CloseDistance | None) -> pl.DataFrame:
    if pace is None or not total["services_with_past"].sum():
        return total.with_columns(pl.lit(None, dtype=pl.Float64).alias("years_to_target"))
    weights = total["gross_target_pence"].cast(pl.Float64).to_numpy()
    opening = total["opening_pence"].cast(pl.Float64).to_numpy()
    distance = np.divide(opening, weights, out=np.ones_like(opening), where=weights > 0) - 1
    years = years_to_target(distance, weights=np.maximum(weights, 1.0), pace=pace)
    return total.with_columns(pl.Series("years_to_target", years).fill_nan(None))
