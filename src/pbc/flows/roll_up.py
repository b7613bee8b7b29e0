"""Rolling a month's statements up: who belongs where on the day, and what no practice's statement holds."""

from __future__ import annotations

from datetime import date

import polars as pl

from pbc.methods.statements.roll_up import add_up_tiers
from pbc.periods import Month
from pbc.policy import Policy
from pbc.results import PublishedSet

NO_UNIT = "none"  # the unit of practices that belong to none of a kind: they are added up too
PAYER, REGION = "practice_commissioner", "commissioner_region"
KINDS = ("cluster", "commissioner", "region")
TO_DATE = "year_to_date"


def roll_up(
    statements: pl.DataFrame,
    *,
    register: PublishedSet,
    not_attributed: pl.DataFrame,
    adjustments: pl.DataFrame,
    policy: Policy,
    on: date,
) -> pl.DataFrame:
    """This returns the table tier_statements of a month's statements, `statements` a table budget_statements.

    Practices stand where the register has them on the day: a practice that moved stands whole with who pays for it now.
    `adjustments`: bill_adjustments with `commissioner_code`, which places what no practice carries.
    """
    places = find_places(register, practices=statements["practice_code"].unique().to_list(), policy=policy, on=on)
    units = pl.concat(places.select("practice_code", pl.lit(kind).alias("unit_kind"), pl.col(kind).alias("unit_code"))
                      for kind in KINDS)  # fmt: skip
    month = Month.of(on)
    apart = pl.concat([_lost(not_attributed, month), _terms(adjustments, places)], how="diagonal_relaxed")
    regions = _at(register, REGION, on)
    return add_up_tiers(statements, units=units, apart=_in_regions(apart, regions))


def find_places(register: PublishedSet, *, practices: list[str], policy: Policy, on: date) -> pl.DataFrame:
    """This returns `practice_code, cluster, commissioner, region`: where each practice stands on the day, `none` if nowhere.

    A practice gone by the day stands where it last was, so that its months of the year are added up with its last payer's.
    """
    clusters = _last(register, policy.text("regime.cluster_relation", on=on), on)
    payers, regions = _last(register, PAYER, on), _at(register, REGION, on)
    only = register.receipt.parameters.get("commissioners", "")
    rows = []
    for code in sorted(practices):
        payer = payers.get(code) or only or NO_UNIT
        rows.append((code, clusters.get(code, NO_UNIT), payer, regions.get(payer, NO_UNIT)))
    schema = {name: pl.String for name in ("practice_code", *KINDS)}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _at(register: PublishedSet, relation: str, on: date) -> dict[str, str]:
    held = _members(register, relation, on).filter(pl.col("ends_before") > on)
    return dict(held.select("member_code", "parent_code").iter_rows())


def _last(register: PublishedSet, relation: str, on: date) -> dict[str, str]:
    held = _members(register, relation, on).sort("member_code", "starts_on", "ends_before")
    return dict(held.select("member_code", "parent_code").iter_rows())


def _members(register: PublishedSet, relation: str, on: date) -> pl.DataFrame:
    return register.frame("memberships").filter((pl.col("relation") == relation) & (pl.col("starts_on") <= on))


def _lost(not_attributed: pl.DataFrame, month: Month) -> pl.DataFrame:
    """What no practice answers for, by who pays, in the month and in the year to date."""
    named = not_attributed.with_columns(
        pl.lit("commissioner").alias("unit_kind"), pl.col("commissioner_code").alias("unit_code"),
        pl.lit("not_attributed").alias("item"), pl.col("cost_pence").alias("actual_pence"),
    )  # fmt: skip
    of_month = named.filter(pl.col("month") == month.number).with_columns(pl.lit("month").alias("period"))
    both = pl.concat([named.with_columns(pl.lit(TO_DATE).alias("period")), of_month])
    return both.select("unit_kind", "unit_code", "period", "item", "activity_count", "actual_pence")


def _terms(adjustments: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """What contract terms do, with the practice that carries it; what none carries stands with the contract's payer."""
    placed = adjustments.join(places, on="practice_code", how="left").with_columns(
        pl.coalesce("commissioner", "commissioner_code").alias("commissioner")
    )
    kinds = [
        placed.filter(pl.col(kind).is_not_null()).select(
            pl.lit(kind).alias("unit_kind"), pl.col(kind).alias("unit_code"), pl.lit(TO_DATE).alias("period"),
            pl.col("kind").alias("item"), pl.lit(None, dtype=pl.Int64).alias("activity_count"),
            pl.col("amount_pence").alias("actual_pence"),
        )
        for kind in ("cluster", "commissioner")
    ]  # fmt: skip
    return pl.concat(kinds)


def _in_regions(apart: pl.DataFrame, regions: dict[str, str]) -> pl.DataFrame:
    """What stands apart with a commissioner stands apart with its region too."""
    region = pl.col("unit_code").replace_strict(regions, default=NO_UNIT, return_dtype=pl.String)
    above = apart.filter(pl.col("unit_kind") == "commissioner").with_columns(
        pl.lit("region").alias("unit_kind"), region.alias("unit_code")
    )
    return pl.concat([apart, above])
