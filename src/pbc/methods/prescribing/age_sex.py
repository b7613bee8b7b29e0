"""A prescribing pot shared by age and sex (ASTRO-PU) beside the same pot shared by need."""

from __future__ import annotations

import polars as pl

from pbc.errors import RefusedInput
from pbc.money import share_out
from pbc.periods import FinancialYear
from pbc.tables import PRESCRIBING_BUDGETS

WEIGHTS_VERSION = "prescribing.weights_version"
BANDS = ((0, "00-04"), (5, "05-14"), (15, "15-24"), (25, "25-34"), (35, "35-44"), (45, "45-54"), (55, "55-64"), (65, "65-74"),
         (75, "75+"))  # fmt: skip
_PAYER = "commissioner_code"


def share_by_age_sex(
    lists: pl.DataFrame,
    *,
    weights: pl.DataFrame,
    need: pl.DataFrame,
    pots: pl.DataFrame,
    budgets: pl.DataFrame,
    year: FinancialYear,
) -> pl.DataFrame:
    """This returns PRESCRIBING_BUDGETS: each commissioner's pot by prescribing units of its lists, and by need, side by side.

    Grain in: REGISTERED_LISTS of one day, in the weights' nine bands or five-year bands; AGE_SEX_WEIGHTS of one version;
    `need`: `practice_code, commissioner_code, weighted_population` by prescribing need, of every practice to share with;
    `pots`: `commissioner_code, amount_pence`; `budgets`: `practice_code, set_pence`, may be empty. Both columns are of the same
    practices, by largest remainder, and add up to the pot. People of no stated sex weigh as the mean of both. A practice
    without a list on the day is refused: its share would go to the others. Pence. Source: rules.md R2.15.

    >>> BANDS[-1]
    (75, '75+')
    """
    units = _units(lists, weights)
    silent = need.join(units, on="practice_code", how="anti")
    if silent.height:
        raise RefusedInput(
            "A practice with a share by need has no list by age and sex.", where=f"practice {silent['practice_code'][0]}",
            expected="people by sex and age band on the day", remedy="Receive the list of the day, or leave the practice out of both.",
        )  # fmt: skip
    members = (
        need.join(units, on="practice_code").join(budgets, on="practice_code", how="left").sort(_PAYER, "practice_code")
    )
    shared = [_share(part, int(pot)) for payer, pot in pots.sort(_PAYER).iter_rows()
              if (part := members.filter(pl.col(_PAYER) == payer)).height]  # fmt: skip
    whole = pl.concat(shared) if shared else members.with_columns(age_sex_pence=pl.lit(0), need_pence=pl.lit(0))
    return PRESCRIBING_BUDGETS.conform(
        whole.with_columns(
            pl.lit(year.slug).alias("financial_year"),
            pl.col("weighted_population").alias("need_weighted_population"),
            (pl.col("need_pence") - pl.col("age_sex_pence")).alias("difference_pence"),
            pl.lit("; ".join(sorted(set(weights["source"])))).alias("weights_source"),
            pl.lit("R2.15").alias("rule"),
            pl.lit(WEIGHTS_VERSION).alias("parameter"),
        )
    ).sort(PRESCRIBING_BUDGETS.key)


def _share(members: pl.DataFrame, pot: int) -> pl.DataFrame:
    codes = members["practice_code"].to_list()
    parts = {
        name: share_out(pot, members[weight].to_list(), keys=codes)
        for name, weight in (("age_sex_pence", "astro_pu_weighted_population"), ("need_pence", "weighted_population"))
    }
    return members.with_columns(pl.Series(name, found, pl.Int64) for name, found in parts.items())


def _units(lists: pl.DataFrame, weights: pl.DataFrame) -> pl.DataFrame:
    """Prescribing units and people of each list; of no stated sex, the mean of both."""
    either = weights.group_by("age_band").agg(pl.col("astro_pu_factor").mean(), pl.lit("9").alias("sex"))
    factors = pl.concat(
        [weights.select("sex", "age_band", "astro_pu_factor"), either.select("sex", "age_band", "astro_pu_factor")]
    )
    lowest = pl.col("age_band").str.extract(r"^(\d+)").cast(pl.Int64)
    band = pl.lit(BANDS[0][1])
    for from_age, name in BANDS[1:]:
        band = pl.when(lowest >= from_age).then(pl.lit(name)).otherwise(band)
    known = lists.with_columns(band.alias("age_band")).join(factors, on=["sex", "age_band"], how="left")
    if known["astro_pu_factor"].null_count():
        row = known.filter(pl.col("astro_pu_factor").is_null()).row(0, named=True)
        raise RefusedInput(
            "There is no weight for this sex and age band.", where=f"practice {row['practice_code']}",
            found=f"sex {row['sex']}, {row['age_band']}", expected="2 sexes x 9 bands of weights",
        )  # fmt: skip
    units = (pl.col("patients_count") * pl.col("astro_pu_factor")).sum()
    return known.sort("practice_code", "sex", "age_band").group_by("practice_code", maintain_order=True).agg(
        pl.col("as_at_on").max().alias("list_as_at_on"), pl.col("patients_count").sum(),
        units.alias("astro_pu_weighted_population"),
    )  # fmt: skip
