"""Each unit's own earlier years against budget, ready for `change on own position`: what persists is not this year's."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pbc.periods import FinancialYear

YEARS_KEPT = 3
LIST_CHANGE_ALLOWED = 0.15
MARCH = 3
_MEASURES = ("budget_pence", "actual_pence", "list_size")


def list_own_years(chance_bands: pl.DataFrame, *, positions: pl.DataFrame) -> pl.DataFrame:
    """This returns the earlier years `measure_own_history` reads, from CHANCE_BANDS and BUDGET_POSITIONS of year ends.

    Grain in: rows of any number of year ends, final or not; bands of other months are left out. Grain out: one row
    per year and practice whose budget is known on the formula's basis: it held none of its own history, or
    `formula_budget_pence` says what it would have been. Source: chance.md 5.2, formula 6.
    """
    own_past = pl.max_horizontal("history_weight_ratio", "prescribing_history_weight_ratio").fill_null(0.0)
    known = pl.col("formula_budget_pence").is_not_null() | (own_past == 0)
    held = positions.filter(known).select(
        "financial_year", pl.col("practice_code").alias("unit_code"), "list_size", "formula_budget_pence"
    )
    closed = chance_bands.filter((pl.col("unit_kind") == "practice") & (pl.col("statement_month") % 100 == MARCH))
    fixed = pl.col("budget_pence") - pl.col("budget_at_chance_pence")
    return closed.join(held, on=["financial_year", "unit_code"]).select(
        "financial_year",
        pl.col("unit_code").alias("practice_code"),
        pl.coalesce("formula_budget_pence", "budget_at_chance_pence").alias("budget_pence"),
        (pl.col("actual_pence") - fixed).alias("actual_pence"),
        "list_size",
    )


def measure_own_history(
    past: pl.DataFrame,
    *,
    positions: pl.DataFrame,
    year: FinancialYear,
    successions: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """This returns unit_kind, unit_code, own_variance_ratio and own_years_count, one row per practice and cluster.

    Grain in: `past` has one row per earlier financial_year and practice_code, with budget_pence on the formula's basis
    recomputed for that year, actual_pence of the same lines at that budget's prices, and list_size; `positions` are
    BUDGET_POSITIONS of this year. Variances are less those of the rest of the commissioner in the same year, so that
    what struck everyone alike stays out. Up to three consecutive years count. `successions` maps a code to the one that
    took it over: predecessors are summed. A list that changed by over 15% while the budget did not follow starts
    afresh. Source: chance.md 5.2 formula 6, 5.3.
    """
    carried = _carry_over(past, dict(successions or {}), positions)
    by_year = carried.filter(pl.col("financial_year").is_in(_earlier(year)))
    practices = _restart(by_year, positions, year)
    clusters = _add_up_clusters(practices, positions)
    totals = by_year.group_by("financial_year", "commissioner_code").agg(
        pl.col("budget_pence").sum().alias("all_budget"), pl.col("actual_pence").sum().alias("all_actual")
    )
    units = pl.concat([practices, clusters]).join(totals, on=["financial_year", "commissioner_code"])
    budget, actual = pl.col("budget_pence"), pl.col("actual_pence")
    rest_budget, rest_actual = pl.col("all_budget") - budget, pl.col("all_actual") - actual
    judged = units.filter((budget > 0) & (rest_budget > 0)).with_columns(
        (actual / budget - rest_actual / rest_budget).alias("variance_ratio"),
        pl.col("financial_year").replace_strict({slug: back for back, slug in enumerate(_earlier(year))}).alias("back"),
    )
    running = judged.sort("back").with_columns(
        pl.int_range(pl.len()).over("unit_kind", "unit_code", order_by="back").alias("place")
    )
    return (
        running.filter(pl.col("back") == pl.col("place"))
        .group_by("unit_kind", "unit_code")
        .agg(pl.col("variance_ratio").mean().alias("own_variance_ratio"), pl.len().cast(pl.Int64).alias("own_years_count"))
        .sort("unit_kind", "unit_code")
    )  # fmt: skip


def _earlier(year: FinancialYear) -> list[str]:
    return [year.plus(-back).slug for back in range(1, YEARS_KEPT + 1)]


def _carry_over(past: pl.DataFrame, successions: dict[str, str], positions: pl.DataFrame) -> pl.DataFrame:
    heirs = past.with_columns(pl.col("practice_code").replace(_final(successions)))
    added = heirs.group_by("financial_year", "practice_code").agg(pl.col(_MEASURES).sum())
    payers = positions.select("practice_code", "commissioner_code")
    # one that has left without an heir still belongs to the rest of its year
    everyone = added.join(payers, on="practice_code", how="left")
    only = payers["commissioner_code"].unique()
    return everyone.with_columns(pl.col("commissioner_code").fill_null(only[0])) if only.len() == 1 else everyone


def _final(successions: dict[str, str]) -> dict[str, str]:
    def heir(code: str, seen: frozenset[str] = frozenset()) -> str:
        return code if code not in successions or code in seen else heir(successions[code], seen | {code})

    return {code: heir(code) for code in successions}


def _restart(by_year: pl.DataFrame, positions: pl.DataFrame, year: FinancialYear) -> pl.DataFrame:
    """Keep of each practice the years since its list last jumped without its budget."""
    now = positions.select(
        pl.lit(year.slug).alias("financial_year"), "practice_code", "commissioner_code",
        pl.coalesce(
            "formula_budget_pence", pl.col("activity_budget_pence") + pl.col("prescribing_budget_pence").fill_null(0)
        ).alias("budget_pence"),
        pl.lit(None, pl.Int64).alias("actual_pence"), "list_size",
    )  # fmt: skip
    order = ["financial_year", "practice_code", "commissioner_code", *_MEASURES]
    all_years = pl.concat([by_year.select(order), now.select(order)]).sort("practice_code", "financial_year")
    following = [pl.col(name).shift(-1).over("practice_code") / pl.col(name) for name in ("list_size", "budget_pence")]
    marked = all_years.with_columns(following[0].alias("list_growth"), following[1].alias("budget_growth"))
    jumped = ((pl.col("list_growth") - 1).abs() > LIST_CHANGE_ALLOWED) & (
        (pl.col("list_growth") / pl.col("budget_growth") - 1).abs() > LIST_CHANGE_ALLOWED
    )
    since = jumped.fill_null(False).cast(pl.Int32).reverse().cum_sum().reverse().over("practice_code")
    kept = marked.filter((since == 0) & (pl.col("financial_year") != year.slug))
    living = kept.join(positions.select("practice_code"), on="practice_code", how="semi")
    return living.select(
        "financial_year", "commissioner_code", pl.lit("practice").alias("unit_kind"),
        pl.col("practice_code").alias("unit_code"), "budget_pence", "actual_pence",
    )  # fmt: skip


def _add_up_clusters(practices: pl.DataFrame, positions: pl.DataFrame) -> pl.DataFrame:
    """Sum the members of today; a year in which one of them has no history is no year of the cluster's."""
    members = positions.filter(pl.col("cluster_code").is_not_null()).select(
        pl.col("practice_code").alias("unit_code"), "cluster_code"
    )
    sizes = members.group_by("cluster_code").agg(pl.len().alias("members"))
    summed = practices.join(members, on="unit_code").group_by("financial_year", "commissioner_code", "cluster_code").agg(
        pl.col("budget_pence", "actual_pence").sum(), pl.len().alias("held")
    )  # fmt: skip
    whole = summed.join(sizes, on="cluster_code").filter(pl.col("held") == pl.col("members"))
    return whole.select(
        "financial_year", "commissioner_code", pl.lit("cluster").alias("unit_kind"),
        pl.col("cluster_code").alias("unit_code"), "budget_pence", "actual_pence",
    )  # fmt: skip
