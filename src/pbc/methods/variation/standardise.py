"""Standardised ratios: what a practice's people had of a measure, over what they would have had at their commissioner's rates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from pbc.errors import RefusedInput
from pbc.methods.variation.cases import COST, OBSERVED
from pbc.periods import Month
from pbc.stats.standardised import byar_limits
from pbc.tables.benefit_rates import ANY

_CELL = ["sex", "age_band"]
_AMOUNTS = ("activity_count", "cost_pence")


def count_person_months(lists: pl.DataFrame, *, months: Sequence[Month]) -> pl.DataFrame:
    """This returns people on lists added over months: `practice_code, sex, age_band, person_months_count`.

    Grain in: REGISTERED_LISTS. For each month the list of its first day counts, else the last one before it, else the first
    held. Bands are told by their lowest age in two digits. No list at all is refused. Person-months.

    >>> from pbc.tables import REGISTERED_LISTS
    >>> row = {"practice_code": "A", "as_at_on": Month(2009, 4).start, "sex": "1", "age_band": "40-44", "patients_count": 7}
    >>> count_person_months(REGISTERED_LISTS.from_rows([row]), months=[Month(2009, 4), Month(2009, 5)]).row(0)
    ('A', '1', '40', 14)
    """
    days = sorted(lists["as_at_on"].unique())
    if not days:
        raise RefusedInput(
            "There is no registered list to standardise by.", expected="people by practice, sex and age band",
            remedy="Receive the register with its lists (pbc receive FOLDER --key-file FILE).",
        )  # fmt: skip
    weights: dict[object, int] = {}
    for month in months:
        day = max((each for each in days if each <= month.start), default=days[0])
        weights[day] = weights.get(day, 0) + 1
    times = pl.DataFrame(
        {"as_at_on": list(weights), "times": list(weights.values())}, schema={"as_at_on": pl.Date, "times": pl.Int64}
    )
    lowest = pl.col("age_band").str.extract(r"^(\d+)").str.zfill(2)
    return (
        lists.join(times, on="as_at_on")
        .group_by("practice_code", "sex", lowest.alias("age_band"))
        .agg((pl.col("patients_count") * pl.col("times")).sum().alias("person_months_count"))
        .sort("practice_code", *_CELL)
    )


def place_ages(contacts: pl.DataFrame, *, person_months: pl.DataFrame) -> pl.DataFrame:
    """This returns contacts with the `age_band` of the lists in place of `age_years`, added up: practice, sex, band, amounts.

    Grain in: `COUNTED` of count_measure. Contacts whose sex and age are on no list, or not known, stand at `any`.
    """
    cells = person_months.filter(pl.col("person_months_count") > 0).select(_CELL).unique()
    bands = cells.select("age_band", pl.col("age_band").cast(pl.Int32).alias("age_years")).unique().sort("age_years")
    aged = contacts.sort("age_years").join_asof(bands, on="age_years", strategy="backward")
    known = aged.join(cells.with_columns(is_listed=pl.lit(value=True)), on=_CELL, how="left")
    is_listed = pl.col("is_listed").fill_null(value=False)
    return (
        known.with_columns(pl.when(is_listed).then(pl.col(name)).otherwise(pl.lit(ANY)).alias(name) for name in _CELL)
        .group_by("practice_code", *_CELL)
        .agg(pl.col(*_AMOUNTS, "unpriced_count").sum())
        .sort("practice_code", *_CELL)
    )


def measure_rates(placed: pl.DataFrame, *, person_months: pl.DataFrame) -> pl.DataFrame:
    """This returns a commissioner's rates: `sex, age_band, person_months_count, activity_count, cost_pence`.

    Grain in: contacts as `place_ages` gives them and person-months, both of the commissioner's practices alone. Contacts at
    `any` are spread over everybody, so that what is expected of all practices together is what was observed.
    """
    cells = person_months.group_by(_CELL).agg(pl.col("person_months_count").sum())
    everybody = cells.select(
        pl.lit(ANY).alias("sex"), pl.lit(ANY).alias("age_band"), pl.col("person_months_count").sum()
    )
    counted = placed.group_by(_CELL).agg(pl.col(_AMOUNTS).sum())
    rates = pl.concat([cells, everybody]).join(counted, on=_CELL, how="left")
    return rates.with_columns(pl.col(_AMOUNTS).fill_null(0)).sort(_CELL)


def standardise(
    placed: pl.DataFrame, *, person_months: pl.DataFrame, rates: pl.DataFrame, counted_in: str, months_count: int
) -> pl.DataFrame:
    """This returns each practice's observed and expected: `practice_code, mean_population, observed_count, observed_pence,
    expected_number, standardised_ratio`.

    Indirect standardisation: a practice's person-months in each sex and age band, times the rate there. Grain in: contacts as
    `place_ages` gives them, person-months and `measure_rates`, which may be of another period. Grain out: one row per practice
    with people. Expected in contacts, or pence, as the measure is counted. Source: methods.md 3.2.
    """
    amount = "cost_pence" if counted_in == COST else "activity_count"
    rate = (
        pl.when(pl.col("person_months_count") > 0).then(pl.col(amount) / pl.col("person_months_count")).otherwise(0.0)
    )
    yardstick = rates.select(*_CELL, rate.alias("a_month"))
    evenly = float(yardstick.filter(pl.col("sex") == ANY)["a_month"].sum())
    here = pl.col("person_months_count") * (pl.col("a_month").fill_null(0.0) + evenly)
    expected = (
        person_months.join(yardstick, on=_CELL, how="left")
        .sort("practice_code", *_CELL)
        .group_by("practice_code", maintain_order=True)
        .agg(
            (pl.col("person_months_count").sum() / months_count).alias("mean_population"),
            here.sum().alias("expected_number"),
        )
        .filter(pl.col("mean_population") > 0)
    )
    observed = placed.group_by("practice_code").agg(
        pl.col("activity_count").sum().alias("observed_count"), pl.col("cost_pence").sum().alias("observed_pence")
    )
    both = expected.join(observed, on="practice_code", how="left").with_columns(
        pl.col("observed_count", "observed_pence").fill_null(0)
    )
    return both.with_columns(_ratio(counted_in)).sort("practice_code")


def _ratio(counted_in: str) -> pl.Expr:
    observed, expected = pl.col(OBSERVED[counted_in]), pl.col("expected_number")
    return pl.when(expected > 0).then(observed / expected).alias("standardised_ratio")


def band_ratios(standardised: pl.DataFrame, *, counted_in: str, cheque: float) -> pl.DataFrame:
    """This returns the practices with `low_ratio` and `high_ratio`, the 95% interval of each standardised ratio.

    By Byar's method on so many independent events as the observed is worth, each of the size of one `cheque`, so that people
    who come back widen it. Empty where nothing is expected. Source: methods.md 3.1 and 3.2; chance.md 5.2.
    """
    observed = standardised[OBSERVED[counted_in]].cast(pl.Float64).to_numpy()
    expected = standardised["expected_number"].to_numpy()
    low, high = byar_limits(observed, cheque=cheque)
    some = np.where(expected > 0, expected, np.nan)
    return standardised.with_columns(
        pl.Series("low_ratio", low / some).fill_nan(None), pl.Series("high_ratio", high / some).fill_nan(None)
    )
