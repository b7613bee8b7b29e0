"""Adding practices up to clusters, the commissioner and the risk pool: sums of budgets, actuals and variances."""

from __future__ import annotations

import polars as pl

from pbc.methods.risk.cheque import Cheque
from pbc.methods.risk.ingredients import SUMS

_CLUSTER, _COMMISSIONER = "cluster", "commissioner"


def add_up_units(ingredients: pl.DataFrame, *, cheque: Cheque) -> pl.DataFrame:
    """This returns one row per practice, cluster, commissioner and risk pool with the sums a band is drawn from.

    Grain in: as `list_ingredients` gives, one row per practice. The rest of the commissioner stands beside each unit.
    `luck_alone` is the mean coefficient of variation of a cluster's practices, to set beside the cluster's own.
    Source: chance.md 5.2, formulas 5 and 8; 5.3 (stop-loss).
    """
    rows = ingredients.with_columns(
        (pl.col("has_formula") & (pl.col("year_share") >= 1)).alias("is_whole_year_by_formula")
    )
    units = pl.concat(
        [
            _units(rows, "practice", "practice_code"),
            _units(rows.filter(pl.col("cluster_code").is_not_null()), _CLUSTER, "cluster_code"),
            _units(rows, _COMMISSIONER, "commissioner_code"),
        ]
    )
    with_pool = pl.concat([units, _pool(units, cheque)]) if cheque.stop_loss_pounds is not None else units
    return _beside_the_rest(with_pool).with_columns(
        pl.when(pl.col("hospital_pounds") > 0)
        .then(pl.col("hospital_variance") / pl.col("hospital_pounds"))
        .otherwise(pl.lit(cheque.cheque_pounds))
        .alias("cheque_pounds")
    )


def _units(rows: pl.DataFrame, kind: str, code: str) -> pl.DataFrame:
    at_chance = pl.col("budget_at_chance_pence")
    luck = pl.col("variance").sqrt() / at_chance * 100
    return rows.group_by(pl.col(code).alias("unit_code"), pl.col("commissioner_code").alias("payer_code")).agg(
        pl.lit(kind).first().alias("unit_kind"),
        *[pl.col(name).sum() for name in SUMS],
        pl.col("months_count").max(),
        pl.col("is_whole_year_by_formula").all(),
        pl.col("need_ratio").first(),
        pl.col("own_past_pence").sum(),
        luck.filter(at_chance > 0).mean().alias("luck_alone"),
        pl.len().cast(pl.Int64).alias("practices_count"),
    )


def _pool(units: pl.DataFrame, cheque: Cheque) -> pl.DataFrame:
    """The commissioner's pool of what the stop-loss cedes: few and large cheques, so a wide band."""
    nothing = pl.lit(0.0)
    budget = pl.col("ceded_budget_pence") / 100
    unknown = cheque.pool_cheque_pounds is None  # then wide enough not to be judged
    variance = budget**2 if unknown else budget * cheque.pool_cheque_pounds
    return units.filter(pl.col("unit_kind") == _COMMISSIONER).with_columns(
        pl.lit("risk_pool").alias("unit_kind"),
        *[pl.col("ceded_budget_pence").alias(name) for name in ("budget_pence", "budget_at_chance_pence")],
        *[pl.col("ceded_pence").alias(name) for name in ("actual_pence", "actual_at_chance_pence")],
        pl.lit(0, pl.Int64).alias("fixed_pence"),
        (pl.col("ceded_budget_pence") / 100).alias("hospital_pounds"),
        *[variance.alias(name) for name in ("hospital_variance", "variance", "spread", "lean")],
        nothing.alias("outer"),
        nothing.alias("own_past_pence"),
        pl.lit(False).alias("is_whole_year_by_formula"),
    )


def _beside_the_rest(units: pl.DataFrame) -> pl.DataFrame:
    whole = units.filter(pl.col("unit_kind") == _COMMISSIONER).select(
        "payer_code",
        pl.col("actual_at_chance_pence").alias("all_actual"),
        pl.col("budget_at_chance_pence").alias("all_budget"),
        pl.col("formula_pence").alias("all_formula"),
        pl.col("variance").alias("all_variance"),
    )
    apart = pl.col("unit_kind") != "risk_pool"
    return (
        units.join(whole, on="payer_code", how="left", maintain_order="left")
        .with_columns(
            pl.when(apart)
            .then(pl.col("all_actual") - pl.col("actual_at_chance_pence"))
            .otherwise(0)
            .alias("rest_actual_pence"),
            pl.when(apart)
            .then(pl.col("all_budget") - pl.col("budget_at_chance_pence"))
            .otherwise(0)
            .alias("rest_budget_pence"),
            pl.when(apart)
            .then(pl.col("all_formula") - pl.col("formula_pence"))
            .otherwise(0)
            .alias("rest_formula_pence"),
            pl.when(apart)
            .then((pl.col("all_variance") - pl.col("variance")).clip(0.0))
            .otherwise(0.0)
            .alias("rest_variance"),
        )
        .drop("all_actual", "all_budget", "all_formula", "all_variance")
    )
