"""Freed-up resources of a year: measured twice, netted where the budget is held, split by the rule of the year."""

from __future__ import annotations

from datetime import date

import polars as pl

from pbc.errors import RefusedInput
from pbc.methods.savings.agreement import RETAINED_SHARE, Split, find_split
from pbc.money import share_out
from pbc.periods import FinancialYear
from pbc.policy.policy import Policy
from pbc.tables import BUDGET_POSITIONS, FREED_UP_RESOURCES

PRICE, BILL = "price", "bill"
PRACTICE, CLUSTER = "practice", "cluster"
NO_BAND = "not_judged"
_OPTIONAL = ("price_effect_pence", "prescribing_budget_pence", "prescribing_actual_pence", "bill_adjustment_pence")


def split_freed_up_resources(
    positions: pl.DataFrame,
    *,
    year: FinancialYear,
    policy: Policy,
    held_at: str,
    chance_bands: pl.DataFrame | None = None,
    commissioner_deficit_pence: int = 0,
    rule_on: date | None = None,
) -> pl.DataFrame:
    """This returns FREED_UP_RESOURCES: what each budget holder released, at price and in the bill, and whose it is.

    Grain in: BUDGET_POSITIONS at the year end, one row per practice. Grain out: one row per holder and basis. Lines
    paid by activity and prescribing can free money; block and apportioned lines never do. `price` takes activity at its
    prices; `bill` adds what marginal rates do to the bill, and is the one shared unless a local agreement says
    otherwise. Held at `cluster`, over- and underspends of its practices are netted before the split (a practice in
    no cluster stands alone); held at `practice` they are not. The label is that of the chance band and reduces nothing.
    Without a rule or agreement nothing is payable: all stays with the commissioner, rule `no_local_agreement`; so it is
    here where only a whole gain-share agreement pays, until `apply_gain` gives what that says.
    Pence by largest remainder: both parts sum to what was freed. `rule_on` is the day whose rule applies, 1 April of
    the year unless given. Source: rules.md R4.1, R4.2, R4.5.
    """
    on = rule_on or year.start
    split = find_split(policy, on=on)
    shared = policy.text("savings.shared_basis", on=on)
    taken_first = commissioner_deficit_pence if find_deficit_first(policy, on=on) else 0
    held = _budget_holders(_require_positions(positions), held_at)
    rows = [
        _add_up(held, basis).pipe(_divide, split, taken_first).with_columns(pl.lit(basis == shared).alias("is_shared"))
        for basis in (PRICE, BILL)
    ]
    labelled = pl.concat(rows).join(_labels(chance_bands), on=["unit_kind", "unit_code"], how="left")
    return FREED_UP_RESOURCES.conform(
        labelled.with_columns(
            pl.lit(year.slug).alias("financial_year"),
            pl.col("label").fill_null(NO_BAND),
            pl.lit(float(split.retained)).alias("retained_share"),
            pl.lit(split.rule).alias("rule"),
            pl.lit(RETAINED_SHARE).alias("parameter"),
        )
    ).sort(FREED_UP_RESOURCES.key)


def count_people_of_units(positions: pl.DataFrame, *, held_at: str) -> pl.DataFrame:
    """This returns how many people each budget holder answers for: `unit_kind, unit_code, people_count`.

    Grain in: BUDGET_POSITIONS, one row per practice; out: one holder, as `split_freed_up_resources` forms them. People on
    lists, part years by their exposure.
    """
    held = _budget_holders(_require_positions(positions), held_at)
    return (
        held.group_by("unit_kind", "unit_code").agg(pl.col("list_size").sum().alias("people_count")).sort("unit_code")
    )


def find_deficit_first(policy: Policy, *, on: date) -> bool:
    """This returns whether a deficit of the commissioner is met before the split on a day. Source: rules.md R4.2."""
    first = policy.text("savings.commissioner_deficit_rule", on=on) == "savings_first"
    return first or policy.switch("savings.special_circumstances_agreed", on=on)


def _require_positions(positions: pl.DataFrame) -> pl.DataFrame:
    needed = [column.name for column in BUDGET_POSITIONS.columns if not column.nullable]
    missing = [name for name in needed if name not in positions.columns]
    if missing:
        raise RefusedInput("Freed-up resources cannot be measured without this.", found=f"no {', '.join(missing)}")
    lacking = [name for name in (*_OPTIONAL, "cluster_code") if name not in positions.columns]
    kinds = BUDGET_POSITIONS.polars_schema
    whole = positions.with_columns(pl.lit(None, kinds[name]).alias(name) for name in lacking)
    return whole.with_columns(pl.col(_OPTIONAL).fill_null(0))


def _budget_holders(positions: pl.DataFrame, held_at: str) -> pl.DataFrame:
    if held_at not in (PRACTICE, CLUSTER):
        raise RefusedInput("A budget is held at practice or cluster.", found=held_at, expected="practice or cluster")
    in_cluster = pl.lit(held_at == CLUSTER) & pl.col("cluster_code").is_not_null()
    return positions.with_columns(
        pl.when(in_cluster).then(pl.lit(CLUSTER)).otherwise(pl.lit(PRACTICE)).alias("unit_kind"),
        pl.when(in_cluster).then(pl.col("cluster_code")).otherwise(pl.col("practice_code")).alias("unit_code"),
    )


def _add_up(held: pl.DataFrame, basis: str) -> pl.DataFrame:
    budget = pl.col("activity_budget_pence") + pl.col("prescribing_budget_pence")
    at_price = pl.col("activity_actual_pence") + pl.col("price_effect_pence") + pl.col("prescribing_actual_pence")
    actual = at_price if basis == PRICE else at_price + pl.col("bill_adjustment_pence")
    sums = held.group_by("unit_kind", "unit_code").agg(
        budget.sum().alias("budget_pence"),
        actual.sum().alias("actual_pence"),
        (budget - actual).clip(0).sum().alias("gross_underspend_pence"),
    )
    net = (pl.col("budget_pence") - pl.col("actual_pence")).clip(0)
    return sums.with_columns(pl.lit(basis).alias("basis"), net.alias("freed_up_pence")).sort("unit_kind", "unit_code")


def _divide(freed: pl.DataFrame, split: Split, taken_first: int) -> pl.DataFrame:
    """Give each holder its part. Where a deficit comes first it is taken from all in proportion, before the split."""
    amounts = freed["freed_up_pence"].to_list()
    taken = _take(min(taken_first, sum(amounts)), amounts, freed["unit_code"].to_list())
    parts = [
        share_out(amount - gone, [split.retained, 1 - split.retained], keys=[0, 1])
        for amount, gone in zip(amounts, taken, strict=True)
    ]
    retained = [part[0] for part in parts]
    rest = [amount - kept for amount, kept in zip(amounts, retained, strict=True)]
    return freed.with_columns(
        pl.Series("retained_pence", retained, pl.Int64), pl.Series("commissioner_pence", rest, pl.Int64)
    )


def _take(amount: int, freed: list[int], codes: list[str]) -> list[int]:
    return share_out(amount, freed, keys=codes) if amount > 0 else [0] * len(freed)


def _labels(chance_bands: pl.DataFrame | None) -> pl.DataFrame:
    if chance_bands is None:
        return pl.DataFrame(schema={"unit_kind": pl.String, "unit_code": pl.String, "label": pl.String})
    return chance_bands.select("unit_kind", "unit_code", "label")
