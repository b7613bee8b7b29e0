"""Chance bands for practices, clusters and the commissioner: variances are added up, limits never."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from pbc.errors import RefusedInput
from pbc.methods.risk.cheque import ESTIMATED, Cheque
from pbc.methods.risk.ingredients import list_ingredients, numbers, pounds_in
from pbc.methods.risk.labels import label_bands
from pbc.methods.risk.positions import complete_positions
from pbc.methods.risk.sentences import NOT_OVER, SETTLING, Wording, write_sentences
from pbc.methods.risk.units import add_up_units
from pbc.periods import FinancialYear, Month
from pbc.policy.policy import Policy
from pbc.stats.bands import band_limits, own_position, peer_position, too_lumpy_to_judge
from pbc.stats.cheques import Numbers
from pbc.stats.formula_error import estimate_formula_error
from pbc.tables import CHANCE_BANDS


def band_chance(
    positions: pl.DataFrame,
    *,
    year: FinancialYear,
    cheque: Cheque,
    policy: Policy,
    own_history: pl.DataFrame | None = None,
    is_provisional: bool = True,
    ceded_costs: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """This returns CHANCE_BANDS: limits, labels and plain sentences for each practice, cluster and commissioner.

    Grain in: BUDGET_POSITIONS, one row per practice, all of one statement month; `own_history` as
    `measure_own_history` gives it. Grain out: one row per unit, and one of kind `risk_pool` where a stop-loss cedes
    cost: positions are then on capped cost (`cede_excess`) and `ceded_costs` is CEDED_COSTS of the same month.
    Provisional unless the caller knows that every delivery that settles the year was received. Money in pence, cheques in
    pounds. A missing or non-finite ingredient is refused by name. Inside is inclusive, and unrounded figures
    decide. Source: chance.md 5.2, 5.3.
    """
    month = _one_month(positions, year)
    ingredients = list_ingredients(
        complete_positions(positions), cheque=cheque, policy=policy, year=year, ceded_costs=ceded_costs
    )
    units = add_up_units(ingredients, cheque=cheque)
    drawn = (
        units.with_columns(_limits(units)).with_columns(_peers(units)).with_columns(_own(units, own_history, cheque))
    )
    labelled = label_bands(drawn, least_months=policy.whole("risk.least_months", on=year.start))
    awaits = "" if not is_provisional else SETTLING if month == Month.of(year.end) else NOT_OVER
    wording = Wording.of(policy, cheque=cheque, on=year.start, awaits=awaits)
    marked = labelled.with_columns(
        pl.lit(year.slug).alias("financial_year"),
        pl.lit(month.number, pl.Int32).alias("statement_month"),
        pl.lit(cheque.cheque_source).alias("cheque_source"),
        pl.lit(cheque.formula_error).alias("formula_error_ratio"),
        pl.lit(cheque.formula_error_source).alias("formula_error_source"),
        pl.lit(is_provisional).alias("is_provisional"),
    )
    return CHANCE_BANDS.conform(write_sentences(marked, wording=wording)).sort(CHANCE_BANDS.key)


def measure_formula_error(
    positions: pl.DataFrame,
    *,
    year: FinancialYear,
    cheque: Cheque,
    policy: Policy,
    ceded_costs: pl.DataFrame | None = None,
) -> Cheque:
    """This returns the cheque with the formula's usual error estimated from these practices and shrunk to the default.

    Grain in: BUDGET_POSITIONS of one month. Only practices whose budget on the formula's basis is known, and which are
    large enough to judge, count; with fewer than two the default stands. `ceded_costs` as in
    `band_chance`. Source: chance.md 5.2, formula 7.
    """
    found = list_ingredients(
        complete_positions(positions), cheque=cheque, policy=policy, year=year, ceded_costs=ceded_costs
    )
    at_chance, actual = pounds_in(found, "formula_pence"), pounds_in(found, "actual_at_chance_pence")
    variance = numbers(found, "variance")
    judged = found["has_formula"].to_numpy() & (at_chance > 0) & ~too_lumpy_to_judge(variance, at_chance=at_chance)
    if judged.sum() < 2:
        return cheque
    estimate = estimate_formula_error(
        actual[judged] / at_chance[judged] - 1,
        chance_variances=variance[judged] / at_chance[judged] ** 2,
        default=policy.ratio("risk.formula_error_ratio", on=year.start),
    )
    return replace(cheque, formula_error=estimate.used, formula_error_source=ESTIMATED)


def _one_month(positions: pl.DataFrame, year: FinancialYear) -> Month:
    months = positions["statement_month"].unique().to_list() if "statement_month" in positions.columns else []
    if len(months) > 1:
        raise RefusedInput("Bands are drawn for one month at a time.", found=", ".join(map(str, sorted(months))))
    return Month.from_number(months[0]) if months else Month.of(year.end)


def _limits(units: pl.DataFrame) -> list[pl.Series]:
    budget, at_chance = pounds_in(units, "budget_pence"), pounds_in(units, "budget_at_chance_pence")
    spread, lean = numbers(units, "spread"), numbers(units, "lean")
    chance = band_limits(budget, at_chance=at_chance, spread=spread, lean=lean)
    outer = band_limits(budget, at_chance=at_chance, spread=spread, lean=lean, outer=numbers(units, "outer"))
    lumpy = too_lumpy_to_judge(numbers(units, "variance"), at_chance=at_chance)
    names = ("chance_low", "chance_high", "outer_low", "outer_high")
    return [pl.Series("is_too_lumpy", lumpy)] + [
        pl.Series(name, limit) for name, limit in zip(names, (*chance, *outer), strict=True)
    ]


def _peers(units: pl.DataFrame) -> list[pl.Series]:
    variance, spread = numbers(units, "variance"), numbers(units, "spread")
    found = peer_position(
        pounds_in(units, "actual_at_chance_pence"),
        budget=pounds_in(units, "budget_at_chance_pence"),
        variance=variance,
        rest_actual=pounds_in(units, "rest_actual_pence"),
        rest_budget=pounds_in(units, "rest_budget_pence"),
        rest_variance=numbers(units, "rest_variance"),
        spread=np.where(variance > 0, spread / np.where(variance > 0, variance, 1.0), 1.0),
    )
    return [
        _or_empty("rest_variance_ratio", found.expected),
        _or_empty("peer_log_ratio", found.change),
        _or_empty("peer_z", found.z),
    ]


def _own(units: pl.DataFrame, own_history: pl.DataFrame | None, cheque: Cheque) -> list[pl.Series]:
    """Change on own position: whole years on the formula's basis, with a rest of the commissioner to set it against."""
    if own_history is None:
        nothing = [pl.lit(None, pl.Float64).alias("own_variance_ratio"), pl.lit(0, pl.Int64).alias("own_years_count")]
        held = units.with_columns(nothing)
    else:
        held = units.join(own_history, on=["unit_kind", "unit_code"], how="left", maintain_order="left")
    years = numbers(held.with_columns(pl.col("own_years_count").fill_null(0)), "own_years_count")
    formula, rest_formula = pounds_in(units, "formula_pence"), pounds_in(units, "rest_formula_pence")
    fit = (years > 0) & (formula > 0) & (rest_formula > 0) & units["is_whole_year_by_formula"].to_numpy()
    share = np.where(fit, formula, 1.0)
    rest = np.where(fit, rest_formula, 1.0)
    gap = pounds_in(units, "actual_at_chance_pence") / share - pounds_in(units, "rest_actual_pence") / rest
    found = own_position(
        np.where(fit, gap, 0.0),
        before=np.where(fit, numbers(held, "own_variance_ratio"), 0.0),
        years=years,
        variance=numbers(units, "variance") / share**2 + numbers(units, "rest_variance") / rest**2,
        formula_error=np.sqrt(numbers(units, "formula_outer")) / share,
        persistence=cheque.persistence,
    )
    return [
        _or_empty("own_change_ratio", np.where(fit, found.change, np.nan)),
        _or_empty("own_change_z", np.where(fit, found.z, np.nan)),
        _or_empty("own_sd_ratio", np.where(fit, found.sd, np.nan)),
        pl.Series("own_years_count", years.astype(np.int64)),
    ]


def _or_empty(name: str, values: Numbers) -> pl.Series:
    return pl.Series(name, values).fill_nan(None)
