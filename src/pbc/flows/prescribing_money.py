"""Prescribing as money in a month's statement: why it costs other than a year ago, and who signed what no practice counts."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from pbc.engines import Engine
from pbc.flows.past_activity import who_answers
from pbc.flows.statement_inputs import StatementInputs
from pbc.methods.prescribing import compare_list_prices, list_unidentified, split_prescribing
from pbc.periods import Month
from pbc.policy import Policy
from pbc.tables import (
    PRESCRIBING_CELLS,
    PRESCRIBING_EFFECTS,
    PRESCRIBING_PRICES,
    PRESCRIPTIONS,
    UNIDENTIFIED_PRESCRIBERS,
    UNPLACED,
)

LAG, TOLD = "prescribing_months_late", "prescribing_effects"


@dataclass(frozen=True)
class PrescribingMoney:
    """What a statement says of prescribing beyond its line: three tables, and what its receipt tells."""

    effects: pl.DataFrame
    prices: pl.DataFrame
    unidentified: pl.DataFrame
    told: dict[str, str] = field(default_factory=dict)

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        """What a set holds of them."""
        return {
            "prescribing_effects": self.effects, "prescribing_prices": self.prices,
            "unidentified_prescribers": self.unidentified,
        }  # fmt: skip


def state_prescribing(given: StatementInputs, *, policy: Policy, engine: Engine) -> PrescribingMoney:
    """This returns why prescribing costs other than a year ago and which prescribers are unidentified, of the months known.

    Effects need the products of every month known, this year and the year before; where some were never delivered there
    are none and the receipt says so. Unidentified prescribers are named where products are held, else kept as one sum.
    """
    month, known = given.reach.month, given.known_to
    nothing = PRESCRIBING_EFFECTS.empty(), PRESCRIBING_PRICES.empty()
    if known is None:
        return PrescribingMoney(*nothing, UNIDENTIFIED_PRESCRIBERS.empty(), {TOLD: "no prescribing is known"})
    late = (month.start.year - known.start.year) * 12 + month.start.month - known.start.month
    usual = policy.whole("prescribing.lag_months", on=month.financial_year.start)
    told = {LAG: f"{late}, usually {usual}"}
    lines = [found for found in given.prescribing.sets.values() if "prescriptions" in found.tables]
    if len(lines) < len(given.prescribing.sets):
        return PrescribingMoney(*nothing, _sums(given, month, known), told | {TOLD: "products are not held"})
    prescriptions = given.prescribing.relation("prescriptions", engine, PRESCRIPTIONS.sql_columns)
    register = given.register.frame("practices").select("practice_code").unique()
    unidentified = list_unidentified(prescriptions, register_codes=register, month=month, known_to=known)
    first = Month.of(month.financial_year.start)
    wanted = [each for each in month.financial_year.months() if each <= known]
    missing = [each for back in (0, 12) for now in wanted if (each := now.plus(-back)) not in given.prescribing.sets]
    if missing:
        told[TOLD] = f"{', '.join(map(str, missing))} not delivered"
        return PrescribingMoney(*nothing, unidentified, told)
    heirs = who_answers(given.successions, on=month.end)
    answers = pl.DataFrame(
        list(heirs.items()), schema={"practice_code": pl.String, "answers_code": pl.String}, orient="row"
    )
    prices = compare_list_prices(prescriptions, month=month, known_to=known, policy=policy)
    effects = split_prescribing(prescriptions, answers=answers, list_prices=prices, month=month, known_to=known)
    return PrescribingMoney(effects, prices, unidentified, told | {TOLD: f"{first} to {known}"})


def _sums(given: StatementInputs, month: Month, known: Month) -> pl.DataFrame:
    """Of deliveries that hold cells only: what stands at nobody, by month."""
    cells = given.prescribing.frame("prescribing_cells", PRESCRIBING_CELLS.empty())
    first = Month.of(month.financial_year.start)
    kept = cells.filter((pl.col("practice_code") == UNPLACED) & pl.col("month").is_between(first.number, known.number))
    summed = kept.group_by("month", "practice_code").agg(pl.col("items", "net_ingredient_cost_pence").sum())
    return UNIDENTIFIED_PRESCRIBERS.conform(
        summed.rename({"practice_code": "prescriber_code"}).with_columns(
            pl.lit(month.number, pl.Int32).alias("statement_month"), pl.lit("unidentified").alias("kind")
        )
    ).sort(UNIDENTIFIED_PRESCRIBERS.key)
