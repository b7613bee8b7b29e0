"""The risk pool and overspends at a year end: what was paid in, what earlier year ends left, the year closed by its rules."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pbc.flows.past_activity import who_answers
from pbc.flows.statement_inputs import StatementInputs
from pbc.flows.stop_loss import Ceding, held_back_for_pool
from pbc.methods.pool import close_pools
from pbc.policy import Policy
from pbc.results import PublishedSet
from pbc.tables import OVERSPEND_YEARS, POOL_MOVEMENTS

_UNIT = ["unit_kind", "unit_code"]
PAID = {"commissioner_code": pl.String, "amount_pence": pl.Int64}


@dataclass(frozen=True)
class PoolAccounts:
    """The year of each pool and of each budget holder's overspend."""

    movements: pl.DataFrame
    overspends: pl.DataFrame

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        """What a set holds of them."""
        return {"pool_movements": self.movements, "overspend_years": self.overspends}

    def to_release(self, freed: pl.DataFrame) -> pl.DataFrame:
        """This returns FREED_UP_RESOURCES with what practices keep less what repays the pool and offsets overspends."""
        free = self.overspends.select(*_UNIT, "free_pence")
        return freed.join(free, on=_UNIT, how="left", maintain_order="left").with_columns(
            pl.when("is_shared").then(pl.col("free_pence")).otherwise(pl.col("retained_pence")).alias("retained_pence")
        )


def close_pool_accounts(
    given: StatementInputs,
    *,
    freed: pl.DataFrame,
    positions: pl.DataFrame,
    ceding: Ceding,
    earlier: list[PublishedSet],
    policy: Policy,
) -> PoolAccounts:
    """This returns the pool's movements and the overspends of a year. `earlier` are the year ends held before it.

    Paid in is what budgets held back or, where they held nothing back, what a stop-loss takes off them. The pool opens
    with what the year end just before left; nothing is opened over a gap.
    """
    year = given.reach.month.financial_year
    heirs = who_answers(given.successions, on=given.reach.month.end)
    payers = positions.select("practice_code", "commissioner_code")
    last = [found for found in earlier if found.name == f"year-end/{year.plus(-1).slug}"]
    movements, overspends = close_pools(
        freed,
        holders=_holders(positions),
        contributions=_contributions(given, ceding, payers),
        high_costs=_high_costs(ceding, freed),
        earlier_movements=_held(last, "pool_movements", POOL_MOVEMENTS.empty(), heirs),
        earlier_overspends=_held(earlier, "overspend_years", OVERSPEND_YEARS.empty(), heirs),
        year=year,
        policy=policy,
    )
    return PoolAccounts(movements, overspends)


def _holders(positions: pl.DataFrame) -> pl.DataFrame:
    """Every practice and cluster that may hold a budget, with who pays."""
    sides = [
        positions.filter(pl.col(code).is_not_null()).select(
            pl.lit(kind).alias("unit_kind"), pl.col(code).alias("unit_code"), "commissioner_code"
        )
        for kind, code in (("practice", "practice_code"), ("cluster", "cluster_code"))
    ]
    return pl.concat(sides).unique(_UNIT, keep="first", maintain_order=True)


def _contributions(given: StatementInputs, ceding: Ceding, payers: pl.DataFrame) -> pl.DataFrame:
    if ceding.ceded_costs is None:
        held = held_back_for_pool(given).rename({"held_back_pence": "amount_pence"})
    else:
        held = ceding.ceded_costs.filter(pl.col("unit_kind") == "practice").select(
            pl.col("unit_code").alias("practice_code"), pl.col("year_contribution_pence").alias("amount_pence")
        )
    return held.join(payers, on="practice_code", how="left").filter(pl.col("amount_pence") != 0)


def _high_costs(ceding: Ceding, freed: pl.DataFrame) -> pl.DataFrame:
    """What the pools bore of people above the stop-loss, on the basis shared."""
    if ceding.ceded_costs is None:
        return pl.DataFrame(schema=PAID)
    is_bill = freed.filter("is_shared")["basis"].to_list()[:1] == ["bill"]
    bill = pl.col("ceded_bill_pence") if is_bill else pl.lit(0, pl.Int64)
    pools = ceding.ceded_costs.filter(pl.col("unit_kind") == "risk_pool")
    return pools.select("commissioner_code", (pl.col("ceded_pence") + bill).alias("amount_pence"))


def _held(ends: list[PublishedSet], table: str, empty: pl.DataFrame, heirs: dict[str, str]) -> pl.DataFrame:
    """A table of earlier year ends, practices since taken over under the code of who answers now."""
    rows = pl.concat([empty, *(found.frame(table) for found in ends if table in found.tables)])
    is_practice = pl.col("unit_kind") == "practice"
    heir = pl.when(is_practice).then(pl.col("unit_code").replace(heirs)).otherwise(pl.col("unit_code"))
    return rows.with_columns(heir.alias("unit_code"))
