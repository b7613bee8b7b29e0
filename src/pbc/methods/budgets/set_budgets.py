"""From standing to budget by one of three bases: historic, fair shares at the pace of change, or a blend of the two."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pbc.errors import RefusedInput
from pbc.methods.budgets.pace_of_change import CloseDistance, MinimumGrowth, close_distance, minimum_growth
from pbc.money import share_out_many

Amounts = NDArray[np.float64]
Pace = CloseDistance | MinimumGrowth
FITTING_ROUNDS = 500


def keep_historic(standing: pl.DataFrame) -> pl.DataFrame:
    """This returns the standing with `budget_pence`: the opening budget, or the fair share where there is no past."""
    return standing.with_columns(pl.coalesce("opening_pence", "target_pence").alias("budget_pence"))


def blend(standing: pl.DataFrame, *, historic_share: Mapping[str, float]) -> pl.DataFrame:
    """This returns the standing with `budget_pence`: so much of the opening budget, the rest of the fair share, by service.

    `historic_share` gives each service's weight on the past, 0 to 1 (R2.2: hospital care by the past, prescribing by
    formula; weights assumed). Each service keeps its sum to the penny.

    >>> standing = pl.DataFrame({"practice_code": ["A", "B"], "service": ["outpatients"] * 2,
    ...     "opening_pence": [600, 400], "target_pence": [500, 500]})
    >>> blend(standing, historic_share={"outpatients": 0.5})["budget_pence"].to_list()
    [550, 450]
    """
    return pl.concat(_blend_service(part, historic_share) for part in _services(standing))


def _blend_service(part: pl.DataFrame, historic_share: Mapping[str, float]) -> pl.DataFrame:
    service = part["service"][0]
    if part["opening_pence"].null_count():
        return keep_historic(part)
    weight = historic_share.get(service)
    if weight is None or not 0 <= weight <= 1:
        raise RefusedInput(
            "A blend needs a weight on the past between 0 and 1 for every service.",
            where=str(service),
            found=str(weight),
        )
    mixed = weight * part["opening_pence"] + (1 - weight) * part["target_pence"]
    budget = share_out_many(int(part["target_pence"].sum()), mixed.cast(pl.Float64).to_numpy())
    return part.with_columns(pl.Series("budget_pence", budget))


def move_to_fair_shares(standing: pl.DataFrame, *, pace: Pace, last_year: pl.DataFrame | None = None) -> pl.DataFrame:
    """This returns the standing with `budget_pence`: opening budgets moved to fair shares at the pace of change.

    The pace holds on each practice's total over the services with a past; the total is then spread over its services so
    that every service keeps its resource to the penny (pence of a practice's total may move by one per service). Services
    without a past, or shared out by head, stand at their fair share at once. `last_year` (`practice_code, base_pence`)
    is what minimum growth is measured on; without it, the opening budget.
    """
    paced = standing.filter(pl.col("opening_pence").is_not_null())
    at_once = keep_historic(standing.filter(pl.col("opening_pence").is_null()))
    if paced.is_empty():
        return at_once
    totals = paced.group_by("practice_code").agg(pl.col("opening_pence", "target_pence").sum()).sort("practice_code")
    budgets = _pace_totals(totals, pace, last_year)
    parts = _spread_over_services(paced, totals.with_columns(pl.Series("total_pence", budgets)))
    return pl.concat([*parts, at_once]).sort("practice_code", "service")


def _pace_totals(totals: pl.DataFrame, pace: Pace, last_year: pl.DataFrame | None) -> NDArray[np.int64]:
    opening, targets = totals["opening_pence"].to_numpy(), totals["target_pence"].to_numpy()
    if isinstance(pace, CloseDistance):
        return close_distance(opening, targets=targets, pace=pace)
    base = opening
    if last_year is not None:
        joined = totals.join(last_year, on="practice_code", how="left", maintain_order="left")
        known = pl.when(pl.col("base_pence") > 0).then(pl.col("base_pence")).otherwise(pl.col("opening_pence"))
        base = joined.select(known.alias("base_pence"))["base_pence"].to_numpy()
    return minimum_growth(base, targets=targets, total_pence=int(targets.sum()), pace=pace)


def _spread_over_services(paced: pl.DataFrame, totals: pl.DataFrame) -> list[pl.DataFrame]:
    services = sorted(paced["service"].unique())
    grid = totals.select("practice_code").to_series()
    opening, targets = (_matrix(paced, grid, services, name) for name in ("opening_pence", "target_pence"))
    rows, columns = totals["total_pence"].to_numpy().astype(np.float64), targets.sum(axis=0)
    fitted = fit_margins(_between(opening, targets, rows), rows=rows, columns=columns)
    spread = [
        pl.DataFrame(
            {"practice_code": grid, "budget_pence": share_out_many(round(columns[at]), fitted[:, at])}
        ).with_columns(pl.lit(service).alias("service"))
        for at, service in enumerate(services)
    ]
    return [paced.join(pl.concat(spread), on=["practice_code", "service"], how="left", maintain_order="left")]


def _matrix(paced: pl.DataFrame, practices: pl.Series, services: list[str], value: str) -> Amounts:
    wide = paced.pivot("service", index="practice_code", values=value, sort_columns=True).fill_null(0)
    ordered = practices.to_frame().join(wide, on="practice_code", how="left", maintain_order="left")
    return ordered.select(services).to_numpy().astype(np.float64)


def _between(opening: Amounts, targets: Amounts, totals: Amounts) -> Amounts:
    """A first guess by practice and service: as far between opening and target as the practice's total is."""
    start, end = opening.sum(axis=1), targets.sum(axis=1)
    share = np.divide(totals - start, end - start, out=np.zeros_like(start), where=end != start)
    share = np.clip(share, 0.0, 1.0)[:, None]
    guess: Amounts = opening + share * (targets - opening)
    return guess


def fit_margins(guess: Amounts, *, rows: Amounts, columns: Amounts) -> Amounts:
    """This returns the table nearest in proportion to the guess whose rows and columns sum as given (iterated fitting).

    >>> fit_margins(np.array([[1.0, 1.0], [1.0, 1.0]]), rows=np.array([3.0, 1.0]), columns=np.array([2.0, 2.0])).tolist()
    [[1.5, 1.5], [0.5, 0.5]]
    """
    fitted = guess.astype(np.float64)
    for _ in range(FITTING_ROUNDS):
        sums = fitted.sum(axis=1)
        fitted = fitted * np.divide(rows, sums, out=np.ones_like(sums), where=sums > 0)[:, None]
        sums = fitted.sum(axis=0)
        if np.allclose(sums, columns, rtol=1e-12, atol=0.01):
            break
        fitted = fitted * np.divide(columns, sums, out=np.ones_like(sums), where=sums > 0)
    return fitted


def _services(standing: pl.DataFrame) -> list[pl.DataFrame]:
    return [part.sort("practice_code") for part in standing.sort("service").partition_by("service")]
