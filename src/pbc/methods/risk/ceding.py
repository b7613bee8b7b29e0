"""What people cost above the stop-loss, taken off their practices and borne by the pool; it adds up to the penny."""

from __future__ import annotations

import polars as pl

from pbc.engines import Relation, read_step
from pbc.methods.risk.stop_loss import cap_pence
from pbc.periods import FinancialYear, Month
from pbc.policy.policy import Policy
from pbc.tables import BUDGET_POSITIONS, CEDED_COSTS, COSTED_ACTIVITY

HELD_BACK, EXPECTED = "held_back", "expected_share"
POOL = "risk_pool"
PLACES = (("practice_code", "VARCHAR"), ("month", "INTEGER"), ("point_of_delivery", "VARCHAR"))
BLOCKS = (("commissioner_code", "VARCHAR"), ("provider_code", "VARCHAR"), ("point_of_delivery", "VARCHAR"))
ANSWERS = (("practice_code", "VARCHAR"), ("answers_code", "VARCHAR"))
MEASURED = (
    ("practice_code", "VARCHAR"), ("measured_pence", "BIGINT"), ("no_person_pence", "BIGINT"), ("ceded_pence", "BIGINT"),
    ("persons_count", "BIGINT"),
)  # fmt: skip
_SUMS = (
    "cost_pence", "fixed_pence", "no_person_pence", "ceded_pence", "borne_pence", "persons_count", "ceded_bill_pence",
    "year_contribution_pence", "contribution_pence", "budget_taken_pence", "variance_pence",
)  # fmt: skip


def keep_paid_by_activity(
    costed_activity: Relation, *, judged_places: pl.DataFrame, block_contracts: pl.DataFrame
) -> Relation:
    """This returns the contacts that positions are judged on: COSTED_ACTIVITY of a line paid by activity, no block.

    Grain in and out: one contact. `judged_places`: practice_code, month and point_of_delivery with a budget paid by
    activity. `block_contracts`: commissioner_code, provider_code and point_of_delivery paid by block. Source: chance.md
    5.1 (`variance_kind`), decision methods/0155.
    """
    engine = costed_activity.engine
    return engine.run(
        read_step(__file__, "keep_paid_by_activity"),
        inputs={
            "costed_activity": costed_activity,
            "judged_places": engine.adopt(judged_places.select(name for name, _ in PLACES).unique(), PLACES),
            "block_contracts": engine.adopt(block_contracts.select(name for name, _ in BLOCKS).unique(), BLOCKS),
        },
        parameters={},
        columns=COSTED_ACTIVITY.sql_columns,
        keep=True,
    )


def cede_costs(costed_activity: Relation, *, answers: pl.DataFrame, year: FinancialYear, policy: Policy) -> Relation:
    """This returns what each practice's people cost so far in the year and what of it is above the stop-loss, in pence.

    Grain in: COSTED_ACTIVITY of one year, by contact; `answers` maps every practice_code to the answers_code that
    answers for it now. Grain out: one row per practice, `MEASURED`. The stop-loss is on the person: of one who moved,
    the practice of the earlier months bears first. What has no person is counted and never ceded. A person whose
    adjustments exceed the cost cedes nothing. Source: rules.md R3.4, chance.md 5.1, decision methods/0155.
    """
    engine = costed_activity.engine
    return engine.run(
        read_step(__file__, "cede_costs"),
        inputs={
            "costed_activity": costed_activity,
            "answers": engine.adopt(answers.select(name for name, _ in ANSWERS).unique(), ANSWERS),
        },
        parameters={"cap_pence": cap_pence(policy, on=year.start)},
        columns=MEASURED,
    )


def list_ceded_costs(
    measured: pl.DataFrame,
    *,
    positions: pl.DataFrame,
    costs: pl.DataFrame,
    held_back: pl.DataFrame,
    expected_share: float,
    policy: Policy,
) -> pl.DataFrame:
    """This returns CEDED_COSTS: each practice's cost in two, ceded and borne, against what it gives the pool; the pool last.

    Grain in: `measured` as `cede_costs` gives; `positions` BUDGET_POSITIONS as set, one row per practice, one month;
    `costs` practice_code and cost_pence of all hospital care; `held_back` practice_code and held_back_pence of the year,
    empty where budgets hold nothing back. Grain out: one row per practice and one per pool. Where money was held back
    the budget is already less that: only its timing is put right, as people reach the stop-loss late in the year. Where
    none was, the expected share of the budget is taken off. Source: chance.md 5.1 and 5.3, decision methods/0155.
    """
    month = Month.from_number(positions["statement_month"][0])
    on = month.financial_year.start
    is_held = bool(held_back["held_back_pence"].sum())
    fallen = (month.month_of_year / 12) ** policy.ratio("risk.ceding_profile_power", on=on)
    share = pl.col("year_share").fill_null(1.0)
    of_budget = pl.when(share > 0).then(pl.col("activity_budget_pence") * expected_share / share).otherwise(0.0)
    contribution = (pl.col("year_contribution_pence") * fallen).round().cast(pl.Int64)
    given = (pl.col("year_contribution_pence") * share).round().cast(pl.Int64) if is_held else pl.lit(0, pl.Int64)
    practices = (
        positions.join(costs.select("practice_code", "cost_pence"), on="practice_code", how="left")
        .join(held_back.select("practice_code", "held_back_pence"), on="practice_code", how="left")
        .join(measured, on="practice_code", how="left", suffix="_measured")
        .with_columns(
            pl.col("cost_pence", "held_back_pence", "measured_pence", "no_person_pence", "persons_count").fill_null(0),
            pl.col("ceded_pence_measured").fill_null(0).alias("ceded_pence"),
        )
        .with_columns(
            (pl.col("held_back_pence") if is_held else of_budget.round().cast(pl.Int64)).alias("year_contribution_pence"),
            (pl.col("cost_pence") - pl.col("measured_pence")).alias("fixed_pence"),
            (pl.col("cost_pence") - pl.col("ceded_pence")).alias("borne_pence"),
            _part_of_bill().alias("ceded_bill_pence"),
        )
        .with_columns(contribution.alias("contribution_pence"), (contribution - given).alias("budget_taken_pence"))
        .with_columns((pl.col("ceded_pence") - pl.col("contribution_pence")).alias("variance_pence"))
    )  # fmt: skip
    units = practices.select(
        "financial_year", "statement_month", pl.lit("practice").alias("unit_kind"),
        pl.col("practice_code").alias("unit_code"), "commissioner_code", *_SUMS,
    )  # fmt: skip
    marked = pl.concat([units, _add_up_pools(units)]).with_columns(
        pl.lit(cap_pence(policy, on=on), pl.Int64).alias("stop_loss_pence"),
        pl.lit(expected_share).alias("expected_ceded_share"),
        pl.lit(HELD_BACK if is_held else EXPECTED).alias("basis"),
        pl.lit("R3.4").alias("rule"),
        pl.lit("risk.stop_loss_pounds").alias("parameter"),
    )
    return CEDED_COSTS.conform(marked).sort(CEDED_COSTS.key)


def _part_of_bill() -> pl.Expr:
    """The pool's part of a practice's marginal-rate effects: as large as its part of the priced cost they came from."""
    priced = pl.col("activity_actual_pence") + pl.col("price_effect_pence").fill_null(0)
    effect = pl.col("bill_adjustment_pence").fill_null(0)
    part = effect * pl.col("ceded_pence") / priced
    return pl.when(priced > 0).then(part.round()).otherwise(0).cast(pl.Int64)


def _add_up_pools(practices: pl.DataFrame) -> pl.DataFrame:
    keys = ["financial_year", "statement_month", "commissioner_code"]
    pools = practices.group_by(keys).agg(pl.col(name).sum() for name in _SUMS)
    return pools.select(
        "financial_year", "statement_month", pl.lit(POOL).alias("unit_kind"),
        pl.col("commissioner_code").alias("unit_code"), "commissioner_code", *_SUMS,
    )  # fmt: skip


def cede_excess(positions: pl.DataFrame, *, ceded_costs: pl.DataFrame) -> pl.DataFrame:
    """This returns BUDGET_POSITIONS on capped cost: what the pool bears taken off actual, what it is given off budget.

    Grain in and out: one row per practice, in pence. A practice that is not in CEDED_COSTS keeps its position. The
    marginal-rate effect on what was ceded goes with it. Source: chance.md 5.1 and 5.3, decision methods/0155.
    """
    practices = ceded_costs.filter(pl.col("unit_kind") == "practice").select(
        pl.col("unit_code").alias("practice_code"), "budget_taken_pence", "ceded_bill_pence",
        pl.col("ceded_pence").alias("ceded_now_pence"),
    )  # fmt: skip
    joined = positions.join(practices, on="practice_code", how="left", maintain_order="left").with_columns(
        pl.col("budget_taken_pence", "ceded_bill_pence", "ceded_now_pence").fill_null(0)
    )
    capped = joined.with_columns(
        pl.col("activity_budget_pence", "formula_budget_pence") - pl.col("budget_taken_pence"),
        pl.col("activity_actual_pence") - pl.col("ceded_now_pence"),
        pl.col("bill_adjustment_pence") - pl.col("ceded_bill_pence"),
        pl.col("ceded_now_pence").alias("ceded_pence"),
    )
    return BUDGET_POSITIONS.conform(capped.select(positions.columns))
