"""Which part of a practice's lines a hospital is paid for by block: no luck moves it and nothing in it can be freed."""

from __future__ import annotations

import polars as pl

from pbc.flows.statement_inputs import StatementInputs
from pbc.periods import Month
from pbc.reference.payment_forms import FIXED_FORMS

BLOCK = "block"
_KEY = ["practice_code", "point_of_delivery"]
_CONTRACT = ["commissioner_code", "provider_code", "point_of_delivery"]
_AMOUNTS = ["cost_pence", "plan_price_pence"]


def part_blocks(lines: pl.DataFrame, *, given: StatementInputs, as_budgeted: pl.Expr) -> pl.DataFrame:
    """This returns the lines with each in two where some of its hospitals are paid by block: the rest, and the block.

    Grain in: one practice and kind of activity as budgeted, with `budget_pence, population_pence, cost_pence,
    plan_price_pence`. The block takes its planned share of the budget: the share of those hospitals in the practice's
    own activity of last year (where there was none, in everybody's of this year), at the contracts of this year. Its
    actual is its budget, since a block costs the same whatever is done; what was done there leaves the rest's actual.
    Pence of the two sum to the line's budget. `as_budgeted` names a kind as it is budgeted.
    """
    held = _by_contract(given).with_columns(as_budgeted)
    own, everybody = _planned_shares(held, given=given)
    done = (
        held.filter(given.reach.within("year_to_date") & pl.col("is_block")).group_by(_KEY).agg(pl.col(_AMOUNTS).sum())
    )
    whole = pl.col("payment_form") == BLOCK
    parted = (
        lines.join(own, on=_KEY, how="left")
        .join(everybody, on="point_of_delivery", how="left")
        .join(done.rename({name: f"block_{name}" for name in _AMOUNTS}), on=_KEY, how="left")
        .with_columns(
            pl.when(whole).then(1.0).otherwise(pl.coalesce("own_share", "all_share", pl.lit(0.0))).alias("share")
        )
    )
    budgets = ["budget_pence", "population_pence"]
    of_block = parted.with_columns((pl.col(budgets) * pl.col("share")).round().cast(pl.Int64))
    block = of_block.with_columns(
        pl.lit(BLOCK).alias("payment_form"), *[pl.col("budget_pence").alias(name) for name in _AMOUNTS]
    )
    rest = parted.filter(~whole).with_columns(
        *[pl.col(name) - (pl.col(name) * pl.col("share")).round().cast(pl.Int64) for name in budgets],
        *[pl.col(name) - pl.col(f"block_{name}").fill_null(0) for name in _AMOUNTS],
    )
    return pl.concat([rest, block.filter(pl.col("share") > 0)]).select(lines.columns)


def _by_contract(given: StatementInputs) -> pl.DataFrame:
    year = given.reach.month.financial_year
    blocks = given.contract_forms.filter(
        pl.col("payment_form").is_in(FIXED_FORMS) & (pl.col("financial_year") == year.slug)
    )
    marked = blocks.select(*_CONTRACT, pl.lit(True).alias("is_block"))
    return given.lines.join(marked, on=_CONTRACT, how="left").with_columns(pl.col("is_block").fill_null(False))


def _planned_shares(held: pl.DataFrame, *, given: StatementInputs) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The block's share of each practice's cost last year, and of everybody's in the year to date."""
    before = pl.col("month") < Month.of(given.reach.month.financial_year.start).number
    cost = pl.col("cost_pence")
    share = pl.when(cost.sum() > 0).then(cost.filter(pl.col("is_block")).sum() / cost.sum())
    own = held.filter(before).group_by(_KEY).agg(share.alias("own_share"))
    everybody = held.filter(~before).group_by("point_of_delivery").agg(share.alias("all_share"))
    return own, everybody
