"""Cost month by month over the two years held, with a mark where the grouping of activity changed between them."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from pbc.methods.statements.add_up import carry_successions
from pbc.periods import Month
from pbc.reference.activity import HOSPITAL_PODS, PRESCRIBING_POD
from pbc.tables import MONTHLY_COSTS, UNPLACED

LINE_OF = {**dict.fromkeys(HOSPITAL_PODS, "hospital"), PRESCRIBING_POD: "prescribing"}


def list_monthly_costs(
    kinds: pl.DataFrame, *, month: Month, broken: Collection[str] = (), successions: pl.DataFrame | None = None
) -> pl.DataFrame:
    """This returns the table monthly_costs: each practice's hospital care and prescribing, last year and this one to a month.

    `kinds`: `month, practice_code, point_of_delivery, activity_count, cost_pence`, placed with who answers for them. `broken`: kinds whose
    grouping changed between the two years; a line that holds one of them last year is marked in all of last year. From a
    practice's first month on, a month for which anything of the line was held counts, at nought if need be; a month for
    which nothing was held at all is left out, never nought, and so is one that stands with the practice that took this
    one over (`successions`, decision 0141): last year's months with who answers twelve months on. What is shared out by
    head is not measured and left out. Pence; sums are those of `kinds`.
    """
    first, this_year = (Month.of(month.financial_year.plus(-back).start).number for back in (1, 0))
    line = pl.col("point_of_delivery").replace_strict(LINE_OF, default=None, return_dtype=pl.String)
    own = ["practice_code", "line"]
    added = (
        kinds.filter((pl.col("practice_code") != UNPLACED) & pl.col("month").is_between(first, month.number))
        .with_columns(line.alias("line"), pl.col("point_of_delivery").is_in(list(broken)).alias("is_broken"))
        .filter(pl.col("line").is_not_null())
        .group_by(*own, "month")
        .agg(pl.col("activity_count", "cost_pence").sum(), pl.col("is_broken").any())
    )
    spans = added.group_by(own).agg(
        pl.col("month").min().alias("first"),
        (pl.col("is_broken") & (pl.col("month") < this_year)).any().alias("is_broken"),
    )
    months = spans.join(added.select("line", "month").unique(), on="line").filter(pl.col("month") >= pl.col("first"))
    if successions is not None:
        months = _keep_own(months, successions=successions, this_year=this_year)
    return MONTHLY_COSTS.conform(
        months.join(added.select(*own, "month", "activity_count", "cost_pence"), on=[*own, "month"], how="left")
        .with_columns(
            pl.lit(month.number).alias("statement_month"),
            pl.col("activity_count", "cost_pence").fill_null(0),
            (pl.col("is_broken") & (pl.col("month") < this_year)).alias("is_broken"),
        )
        .sort("practice_code", "line", "month")
    )


def _keep_own(months: pl.DataFrame, *, successions: pl.DataFrame, this_year: int) -> pl.DataFrame:
    """The months a practice answers for itself: what another answers for is that one's figure and no nought here."""
    own = months.with_columns(own_code=pl.col("practice_code"))
    sides = [
        carry_successions(own.filter(fallen), successions=successions, months_later=later)
        for fallen, later in ((pl.col("month") < this_year, 12), (pl.col("month") >= this_year, 0))
    ]
    return pl.concat(sides).filter(pl.col("practice_code") == pl.col("own_code")).drop("own_code")
