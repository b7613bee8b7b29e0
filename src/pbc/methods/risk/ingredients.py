"""What each practice brings to a band, in sums that add: budgets, actuals and variances, never limits."""

from __future__ import annotations

import numpy as np
import polars as pl

from pbc.errors import RefusedInput
from pbc.methods.risk.cheque import Cheque
from pbc.periods import FinancialYear
from pbc.policy.policy import Policy
from pbc.stats.bands import history_in_budget
from pbc.stats.cheques import Numbers, cheque_by_need, cheque_to_date, prescribing_variance

SUMS = (
    "budget_pence", "actual_pence", "budget_at_chance_pence", "actual_at_chance_pence", "fixed_pence", "list_size",
    "hospital_pounds", "hospital_variance", "variance", "spread", "lean", "outer", "formula_pence", "formula_outer", "ceded_budget_pence",
    "ceded_pence",
)  # fmt: skip


def list_ingredients(
    positions: pl.DataFrame,
    *,
    cheque: Cheque,
    policy: Policy,
    year: FinancialYear,
    ceded_costs: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """This returns the positions with budgets and actuals at chance and, in squared pounds, four variances to add up.

    `variance` is V = phi x B of hospital lines, plus prescribing's, plus the squared error of completion; `spread` is
    g V and `lean` (1 - w^2 kappa) V where own history is in the budget, each line by its own weight; `outer` the squared usual error of the
    formula's part. `formula_pence` is the budget on the formula's basis, where `has_formula`. With a stop-loss positions are
    on capped cost (`cede_excess`), and `ceded_costs` brings what the pool has and bears. Grain in and out: one row per
    practice. Source: chance.md 5.2, formulas 1, 3, 4, 8, 9 and 10; 5.3.
    """
    filled = _with_pool(positions, cheque, ceded_costs).with_columns(
        pl.col(
            "prescribing_budget_pence", "prescribing_actual_pence", "fixed_budget_pence", "fixed_actual_pence",
            "completion_error_pence", "history_years_count",
        ).fill_null(0),
        pl.col("history_weight_ratio").fill_null(0.0),
        pl.coalesce("prescribing_history_weight_ratio", "history_weight_ratio", pl.lit(0.0)).alias(
            "prescribing_history_weight_ratio"
        ),
        pl.col("year_share").fill_null(1.0),
    )  # fmt: skip
    _refuse_unknown_history(filled)
    amounts = filled.with_columns(
        (pl.col("activity_budget_pence") + pl.col("prescribing_budget_pence")).alias("budget_at_chance_pence"),
        (pl.col("activity_actual_pence") + pl.col("prescribing_actual_pence")).alias("actual_at_chance_pence"),
        pl.col("fixed_budget_pence").alias("fixed_pence"),
        _need_ratio().alias("need_ratio"),
    ).with_columns(
        (pl.col("budget_at_chance_pence") + pl.col("fixed_pence")).alias("budget_pence"),
        pl.coalesce("formula_budget_pence", "budget_at_chance_pence").alias("formula_pence"),
        (pl.col("formula_budget_pence").is_not_null() | (_heaviest_history() == 0)).alias("has_formula"),
        (pl.col("actual_at_chance_pence") + pl.col("fixed_actual_pence")).alias("actual_pence"),
    )
    on = year.start
    size = cheque_to_date(
        cheque.cheque_pounds, event_cheque=cheque.event_cheque_pounds, year_share=numbers(amounts, "year_share")
    )
    if policy.switch("risk.need_adjusts_cheque", on=on):
        size = cheque_by_need(size, need_ratio=numbers(amounts, "need_ratio"))
    hospital = np.maximum(pounds_in(amounts, "activity_budget_pence"), 0.0)
    prescribing = prescribing_variance(
        np.maximum(pounds_in(amounts, "prescribing_budget_pence"), 0.0),
        cheque=policy.ratio("risk.prescribing_cheque_pounds", on=on),
        drift=policy.ratio("risk.prescribing_drift_ratio", on=on),
    )
    of_hospital = size * hospital + pounds_in(amounts, "completion_error_pence") ** 2
    weighed = amounts.with_columns(
        pl.Series("hospital_pounds", hospital),
        pl.Series("hospital_variance", size * hospital),
        pl.Series("variance", of_hospital + prescribing),
    )
    return _with_history(weighed, of_hospital=of_hospital, of_prescribing=prescribing, cheque=cheque)


def _with_history(
    amounts: pl.DataFrame, *, of_hospital: Numbers, of_prescribing: Numbers, cheque: Cheque
) -> pl.DataFrame:
    """Beside each variance, what own past in the budget makes of it: hospital lines and prescribing by their own weight."""
    years, persistence = numbers(amounts, "history_years_count"), cheque.persistence
    weight, of_drugs = (numbers(amounts, f"{line}history_weight_ratio") for line in ("", "prescribing_"))
    budget, drugs = (pounds_in(amounts, f"{line}_budget_pence") for line in ("activity", "prescribing"))
    hospital = history_in_budget(weight, years=years, persistence=persistence)
    prescribing = history_in_budget(of_drugs, years=years, persistence=persistence)
    by_formula = cheque.formula_error * ((1 - weight) * budget + (1 - of_drugs) * drugs)
    return amounts.with_columns(
        pl.Series("spread", hospital.spread * of_hospital + prescribing.spread * of_prescribing),
        pl.Series("lean", hospital.lean * of_hospital + prescribing.lean * of_prescribing),
        pl.Series("outer", by_formula**2),
        pl.Series("formula_outer", (cheque.formula_error * pounds_in(amounts, "formula_pence")) ** 2),
        pl.Series("own_past_pence", (weight * budget + of_drugs * drugs) * 100),
    )


def _heaviest_history() -> pl.Expr:
    return pl.max_horizontal("history_weight_ratio", "prescribing_history_weight_ratio")


def _with_pool(positions: pl.DataFrame, cheque: Cheque, ceded_costs: pl.DataFrame | None) -> pl.DataFrame:
    """Beside each capped position, what the pool has for it and what it bears; without a stop-loss there is neither."""
    nothing = pl.lit(0, pl.Int64)
    if cheque.stop_loss_pounds is None:
        return positions.with_columns(nothing.alias("ceded_pence"), nothing.alias("ceded_budget_pence"))
    known = [] if ceded_costs is None else ceded_costs.filter(pl.col("unit_kind") == "practice")["unit_code"].to_list()
    missing = positions.filter(~pl.col("practice_code").is_in(known) | pl.col("ceded_pence").is_null())
    if ceded_costs is None or missing.height:
        raise RefusedInput(
            "There is a stop-loss, but not what it takes off each practice.",
            where=", ".join(missing["practice_code"][:3]), found="no capped position", expected="pence for every practice",
            remedy="Cap the positions by the year's CEDED_COSTS first (cede_excess).",
        )  # fmt: skip
    pool = ceded_costs.filter(pl.col("unit_kind") == "practice").select(
        pl.col("unit_code").alias("practice_code"), pl.col("contribution_pence").alias("ceded_budget_pence")
    )
    return positions.join(pool, on="practice_code", how="left", maintain_order="left")


def _need_ratio() -> pl.Expr:
    """Expected cost per head over that of the whole commissioner; a practice without a list is taken as average."""
    budget, people = pl.col("activity_budget_pence"), pl.col("list_size")
    everyone = budget.sum().over("commissioner_code") / people.sum().over("commissioner_code")
    return pl.when((people > 0) & (everyone > 0)).then(budget / people / everyone).otherwise(1.0)


def _refuse_unknown_history(filled: pl.DataFrame) -> None:
    lost = filled.filter((_heaviest_history() > 0) & (pl.col("history_years_count") == 0))
    if lost.height:
        raise RefusedInput(
            "This budget holds own history, but not of how many years.", where=lost["practice_code"][0],
            found="history_years_count is empty", expected="1 or more years",
        )  # fmt: skip


def pounds_in(frame: pl.DataFrame, name: str) -> Numbers:
    """This returns a column of pence as pounds, in double precision, for arithmetic that decides and never pays."""
    return numbers(frame, name) / 100


def numbers(frame: pl.DataFrame, name: str) -> Numbers:
    """This returns a column as double precision; what is empty becomes not a number."""
    found: Numbers = frame[name].cast(pl.Float64).to_numpy()
    return found
