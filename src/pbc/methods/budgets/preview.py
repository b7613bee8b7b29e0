"""A draft budget as people want to see it before they agree: one row for each practice, cluster and commissioner."""

from __future__ import annotations

import polars as pl

from pbc.methods.budgets.targets import TOTAL
from pbc.periods import FinancialYear
from pbc.tables import BUDGET_PREVIEWS

BANDS = (
    "chance_low_pence", "chance_high_pence", "outer_low_pence", "outer_high_pence", "cheque_pounds", "cheque_source",
    "formula_error_ratio", "formula_error_source",
)  # fmt: skip
SUMS = ("list_size", "target_pence", "budget_pence")


def list_previews(
    targets: pl.DataFrame,
    *,
    weighted_lists: pl.DataFrame,
    clusters: pl.DataFrame,
    chance_bands: pl.DataFrame,
    year: FinancialYear,
) -> pl.DataFrame:
    """This returns BUDGET_PREVIEWS: need, fair share, budget, distances and chance band of every unit of a draft.

    Grain in: BUDGET_TARGETS (totals are read), WEIGHTED_LISTS of the year (overall is read), `clusters` practice_code and
    cluster_code, and CHANCE_BANDS drawn on the draft itself. Need of a cluster or commissioner is that of its people
    together; its opening distance is that of its practices weighed by their fair shares, empty where one is unknown.
    """
    need = _need(weighted_lists).join(clusters, on="practice_code", how="left")
    total = targets.filter(pl.col("service") == TOTAL).drop("service", "financial_year")
    practices = need.join(total, on="practice_code").with_columns(
        (pl.col("target_pence") * (1 + pl.col("opening_distance_ratio"))).alias("opening")
    )
    units = pl.concat(
        [
            practices.select(
                pl.lit("practice").alias("unit_kind"), pl.col("practice_code").alias("unit_code"), *_COPIED
            ),
            _add_up(practices.filter(pl.col("cluster_code").is_not_null()), "cluster", "cluster_code"),
            _add_up(practices, "commissioner", "commissioner_code"),
        ]
    )
    indexed = units.with_columns(
        pl.lit(year.slug).alias("financial_year"),
        _over(pl.col("index_people"), pl.col("people")).alias("need_index_england"),
        _over(_over(pl.col("weighted"), pl.col("people")), pl.col("payer_need")).alias("need_index_commissioner"),
        (_over(pl.col("opening"), pl.col("target_pence")) - 1).alias("opening_distance_ratio"),
        (_over(pl.col("budget_pence"), pl.col("target_pence")) - 1).fill_null(0.0).alias("closing_distance_ratio"),
    )
    bands = chance_bands.select("unit_kind", "unit_code", pl.col("budget_pence").alias("judged_pence"), *BANDS)
    return BUDGET_PREVIEWS.conform(indexed.join(bands, on=["unit_kind", "unit_code"])).sort(BUDGET_PREVIEWS.key)


_COPIED = (
    "cluster_code", "commissioner_code", *SUMS, "historic_pence", "opening", "years_to_target", "list_note",
    "people", "weighted", "index_people", "payer_need",
)  # fmt: skip


def _need(weighted_lists: pl.DataFrame) -> pl.DataFrame:
    """People, weighted people and people times the index against England, which add up, with the payer's own need."""
    people, weighted = pl.col("registered_population"), pl.col("weighted_population")
    payer = _over(weighted.sum().over("commissioner_code"), people.sum().over("commissioner_code"))
    return weighted_lists.filter(pl.col("component") == "overall").select(
        "practice_code",
        "commissioner_code",
        people.round().cast(pl.Int64).alias("list_size"),
        people.alias("people"),
        weighted.alias("weighted"),
        (people * pl.col("need_index_england")).alias("index_people"),
        payer.alias("payer_need"),
    )


def _add_up(practices: pl.DataFrame, kind: str, code: str) -> pl.DataFrame:
    """Sums of a unit; what is unknown of one practice is unknown of all."""
    grouped = practices.group_by(pl.col(code).alias("unit_code"), pl.col("commissioner_code").alias("payer_code")).agg(
        *(pl.col(name).sum() for name in (*SUMS, "people", "weighted")),
        *(_known_sum(name) for name in ("historic_pence", "opening", "index_people")),
        pl.col("payer_need").first(),
    )
    return grouped.select(
        pl.lit(kind).alias("unit_kind"),
        "unit_code",
        pl.lit(None, pl.String).alias("cluster_code"),
        pl.col("payer_code").alias("commissioner_code"),
        *SUMS,
        "historic_pence",
        "opening",
        pl.lit(None, pl.Float64).alias("years_to_target"),
        pl.lit(None, pl.String).alias("list_note"),
        "people",
        "weighted",
        "index_people",
        "payer_need",
    )


def _known_sum(name: str) -> pl.Expr:
    return pl.when(pl.col(name).null_count() == 0).then(pl.col(name).sum()).alias(name)


def _over(above: pl.Expr, below: pl.Expr) -> pl.Expr:
    return pl.when(below > 0).then(above / below)
