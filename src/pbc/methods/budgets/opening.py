"""Where budgets start from: past activity at this year's prices, brought to the resource of the year, beside fair shares."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from pbc.errors import RefusedInput
from pbc.money import share_out_many
from pbc.reference.activity import SERVICES

APPORTIONED = "apportioned"
STANDING = {
    "practice_code": pl.String,
    "service": pl.String,
    "payment_form": pl.String,
    "weight": pl.Float64,
    "historic_pence": pl.Int64,
    "opening_pence": pl.Int64,
    "target_pence": pl.Int64,
}


def set_historic(base: pl.DataFrame, *, weighted_lists: pl.DataFrame, resources: pl.DataFrame) -> pl.DataFrame:
    """This returns the standing of every practice on every service of the year: historic, opening and fair share, in pence.

    `base` holds `practice_code, service, historic_pence`: twelve months of past activity at the prices of the year
    (R2.4). Out: one row per practice and service of `STANDING`; `opening_pence` (past activity uplifted) and
    `target_pence` (need) each sum to the resource of the service. A practice with a list and no past opens at its need.
    A service without any past, or shared out by head, opens empty. Lists and resources are of one commissioner.
    Source: rules.md R2.4, R2.7, R2.11 (largest remainder assumed).
    """
    rows = [_one_service(line, base, weighted_lists) for line in resources.sort("service").iter_rows(named=True)]
    return pl.concat(rows).sort("practice_code", "service")


def _one_service(line: dict[str, object], base: pl.DataFrame, weighted_lists: pl.DataFrame) -> pl.DataFrame:
    service, total, form = str(line["service"]), int(str(line["amount_pence"])), str(line["payment_form"])
    shared = weigh_service(weighted_lists, service=service, by_head=form == APPORTIONED).sort("practice_code")
    past = base.filter(pl.col("service") == service).select("practice_code", "historic_pence")
    shared = shared.join(past, on="practice_code", how="left", maintain_order="left")
    weights = shared["weight"].to_numpy()
    targets = share_out_many(total, weights)
    opening = None if form == APPORTIONED else _opening(total, shared)
    return shared.select(
        pl.col("practice_code"),
        pl.lit(service).alias("service"),
        pl.lit(form).alias("payment_form"),
        pl.col("weight"),
        pl.col("historic_pence") if opening is not None else pl.lit(None, dtype=pl.Int64).alias("historic_pence"),
        pl.Series("opening_pence", opening, dtype=pl.Int64)
        if opening is not None
        else pl.lit(None, dtype=pl.Int64).alias("opening_pence"),
        pl.Series("target_pence", targets),
    )


def _opening(total: int, shared: pl.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.int64]] | None:
    """Past activity brought to the total; a practice without any stands at the average per weighted head of the others."""
    known = shared.filter(pl.col("historic_pence") > 0)
    if known.is_empty() or known["weight"].sum() <= 0:
        return None
    average = float(known["historic_pence"].sum()) / float(known["weight"].sum())
    past = pl.when(pl.col("historic_pence") > 0).then(pl.col("historic_pence")).otherwise(pl.col("weight") * average)
    return share_out_many(total, shared.select(past.cast(pl.Float64).alias("past"))["past"].to_numpy())


def weigh_service(weighted_lists: pl.DataFrame, *, service: str, by_head: bool) -> pl.DataFrame:
    """This returns `practice_code, weight`: the weighted list that shares out a service, or the plain list if by head.

    Where the lists do not hold the service's need component, the overall weighted list stands in.
    """
    if service not in SERVICES:
        raise RefusedInput(
            "This is not a service line of the budget.", found=service, expected=", ".join(SERVICES),
            remedy="Correct the service in commissioner_resources.",
        )  # fmt: skip
    wanted = SERVICES[service].component
    held = set(weighted_lists["component"].unique())
    component = next((name for name in (wanted, "overall") if name in held), None)
    if component is None:
        raise RefusedInput(
            "There is no weighted list to share this service by.", where=service, found=", ".join(sorted(held)),
            expected=f"the component {wanted} or overall",
        )  # fmt: skip
    measure = "registered_population" if by_head else "weighted_population"
    rows = weighted_lists.filter(pl.col("component") == component)
    return rows.select("practice_code", pl.col(measure).alias("weight"))


def pool_atypical(standing: pl.DataFrame, *, practices: list[str]) -> pl.DataFrame:
    """This returns the standing with the fair shares of atypical lists pooled and shared among them by their opening budgets.

    The formula does not fit a university or a care-home practice alone; together they keep the money the formula gives
    the pool, and each is judged with the pool. Sums do not move. Source: house default, decision 0112 (assumption).
    """
    pooled = pl.col("practice_code").is_in(practices) & pl.col("opening_pence").is_not_null()
    kept, moved = standing.filter(~pooled), standing.filter(pooled)
    shared = [_share_again(part) for part in _by_service(moved)]
    return pl.concat([kept, *shared]).sort("practice_code", "service")


def _by_service(standing: pl.DataFrame) -> Iterator[pl.DataFrame]:
    return (part.sort("practice_code") for part in standing.partition_by("service"))


def _share_again(pool: pl.DataFrame) -> pl.DataFrame:
    if pool["opening_pence"].sum() <= 0:
        return pool
    again = share_out_many(int(pool["target_pence"].sum()), pool["opening_pence"].cast(pl.Float64).to_numpy())
    return pool.with_columns(pl.Series("target_pence", again))
