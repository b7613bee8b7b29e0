"""Drafts of one year's budgets side by side."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pbc.errors import RefusedInput

FEWEST, MOST = 2, 4


def compare_scenarios(drafts: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """This returns each practice's budget in each draft and how far that is from the first draft's, in pence.

    `drafts` maps what people call a draft to its BUDGET_LINES, two to four of them, of one year. Grain out: one practice
    and draft, `practice_code, scenario, budget_pence, difference_pence`, drafts in the order given; a practice that a draft
    does not know has nothing in it.

    >>> lines = {"financial_year": ["2009-10"], "practice_code": ["A"], "amount_pence": [500]}
    >>> more = pl.DataFrame(lines | {"amount_pence": [520]})
    >>> compare_scenarios({"Plain": pl.DataFrame(lines), "Faster": more})["difference_pence"].to_list()
    [0, 20]
    """
    if not FEWEST <= len(drafts) <= MOST:
        raise RefusedInput(
            "This many drafts cannot be set side by side.", found=str(len(drafts)), expected="two to four"
        )
    years = sorted({year for lines in drafts.values() for year in lines["financial_year"].unique().to_list()})
    if len(years) > 1:
        raise RefusedInput(
            "Drafts of one year are compared.", found=" and ".join(years), expected="the same year in each"
        )
    sums = [lines.group_by("practice_code").agg(pl.col("amount_pence").sum()) for lines in drafts.values()]
    everyone = pl.concat([held.select("practice_code") for held in sums]).unique().sort("practice_code")
    rows = [
        everyone.join(held, on="practice_code", how="left", maintain_order="left").select(
            "practice_code",
            pl.lit(at, pl.Int64).alias("place"),
            pl.lit(name).alias("scenario"),
            pl.col("amount_pence").fill_null(0).alias("budget_pence"),
        )
        for at, (name, held) in enumerate(zip(drafts, sums, strict=True))
    ]
    ordered = pl.concat(rows).sort("practice_code", "place")
    first = pl.col("budget_pence").first().over("practice_code")
    return ordered.with_columns((pl.col("budget_pence") - first).alias("difference_pence")).drop("place")
