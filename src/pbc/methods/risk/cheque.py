"""The size of one cheque a commissioner uses this year: measured on its own people, or else taken as given, and said so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from pbc.methods.risk.stop_loss import find_stop_loss
from pbc.periods import FinancialYear
from pbc.policy.policy import Policy
from pbc.policy.stop_loss import STUDIED_POUNDS, name_default_cheque, studied_stop_loss
from pbc.stats.cheques import Numbers, cheque_from_events, cheque_size, event_cheque_size, persistence
from pbc.tables import PERSON_PAIRS, PERSON_SPREAD

ESTIMATED, DEFAULT, SPELLS_ONLY = "estimated", "default", "spells"
YEARS_POOLED = 3
_POUNDS = ("cost_pounds", "cost_exposure_pounds", "event_cost_pounds", "ceded_pounds", "ceded_exposure_pounds")
_POUNDS_SQUARED = ("cost_squared_pounds", "event_cost_squared_pounds", "ceded_squared_pounds")


@dataclass(frozen=True)
class Cheque:
    """What bands are drawn with. Each `_source` is estimated (this commissioner's own), default (policy, an
    assumption) or, for the cheque alone, spells (no person key: guessed from single events)."""

    cheque_pounds: float
    cheque_source: str
    event_cheque_pounds: float
    event_cheque_source: str
    persistence: float
    persistence_source: str
    formula_error: float
    formula_error_source: str
    person_years: float
    years: tuple[str, ...]
    stop_loss_pounds: int | None
    ceded_share: float
    pool_cheque_pounds: float | None


def measure_cheque(
    person_spread: pl.DataFrame | None,
    *,
    year: FinancialYear,
    policy: Policy,
    person_pairs: pl.DataFrame | None = None,
) -> Cheque:
    """This returns the size of one cheque and what goes with it, from PERSON_SPREAD of up to three years.

    Grain in: one row per year and practice, of any number of year ends one after another; years after `year` and before
    the last three are left aside. Each year's sums are brought to the price level of `year` (risk.price_index) before
    they are pooled. Under the policy's least person-years the defaults stand, at that price level. Events without
    people give 1.7 times the event cheque. Source: chance.md 5.2, formulas 1 and 2; 5.3.
    """
    pooled = _pooled_years(PERSON_SPREAD.empty() if person_spread is None else person_spread, year)
    spread = _at_prices_of(year, pooled, policy)
    pairs = _pooled_years(PERSON_PAIRS.empty() if person_pairs is None else person_pairs, year)
    least = policy.ratio("risk.least_person_years", on=year.start)
    given = default_cheque(policy, on=year.start)
    measured = _measure(spread, given, least)
    if int(pairs["persons_count"].sum()) < least:
        return measured
    sums = {name: _column(pairs, f"{name}_pounds") for name in ("before", "after", "before_squared", "after_squared")}
    found = persistence(_column(pairs, "persons_count"), product=_column(pairs, "product_pounds"), **sums)
    return replace(measured, persistence=found, persistence_source=ESTIMATED)


def default_cheque(policy: Policy, *, on: date) -> Cheque:
    """This returns the cheque of the policy alone, every part of it marked default, at the price level of the day."""
    index = policy.ratio("risk.price_index", on=on)
    stop_loss = find_stop_loss(policy, on=on)
    name = name_default_cheque(None if stop_loss is None else stop_loss / index)
    ceded = 0.0 if stop_loss is None else _ceded_share(stop_loss / index, policy, on)
    return Cheque(
        cheque_pounds=policy.ratio(name, on=on) * index,
        cheque_source=DEFAULT,
        event_cheque_pounds=policy.ratio("risk.event_cheque_pounds", on=on) * index,
        event_cheque_source=DEFAULT,
        persistence=policy.ratio("risk.persistence_ratio", on=on),
        persistence_source=DEFAULT,
        formula_error=policy.ratio("risk.formula_error_ratio", on=on),
        formula_error_source=DEFAULT,
        person_years=0.0,
        years=(),
        stop_loss_pounds=stop_loss,
        ceded_share=ceded,
        pool_cheque_pounds=None,
    )


def _ceded_share(pounds: float, policy: Policy, on: date) -> float:
    """The share ceded at a stop-loss of the study's price level: between studied ones on a straight line of logarithms.

    Too large a cheque only widens a band, so the cheque takes the next one up; too small a share would leave practices
    money that is the pool's. Under the least studied its share stands; above the largest nothing is expected.
    """
    if studied_stop_loss(pounds) is None:
        return 0.0
    shares = [policy.ratio(f"risk.ceded_at_{studied}_share", on=on) for studied in STUDIED_POUNDS]
    return float(np.exp(np.interp(np.log(pounds), np.log(STUDIED_POUNDS), np.log(shares))))


def _measure(spread: pl.DataFrame, given: Cheque, least: float) -> Cheque:
    people = float(spread["person_years"].sum())
    years = tuple(sorted(spread["financial_year"].unique()))
    events = float(spread["event_cost_pounds"].sum())
    if people == 0 and events > 0:
        event = event_cheque_size(float(spread["event_cost_squared_pounds"].sum()), event_cost=events)
        return replace(given, cheque_pounds=cheque_from_events(event), cheque_source=SPELLS_ONLY,
                       event_cheque_pounds=event, event_cheque_source=ESTIMATED, years=years)  # fmt: skip
    if people < least or people == 0:
        return replace(given, person_years=people, years=years)
    event = event_cheque_size(float(spread["event_cost_squared_pounds"].sum()), event_cost=events)
    borne, ceded = float(spread["cost_pounds"].sum()), float(spread["ceded_pounds"].sum())
    return replace(
        given,
        cheque_pounds=_size(spread, "cost"),
        cheque_source=ESTIMATED,
        event_cheque_pounds=event,
        event_cheque_source=ESTIMATED,
        person_years=people,
        years=years,
        ceded_share=ceded / (borne + ceded),
        pool_cheque_pounds=_size(spread, "ceded") if ceded > 0 else None,
    )


def _size(spread: pl.DataFrame, amount: str) -> float:
    return cheque_size(
        _column(spread, f"{amount}_pounds"),
        cost_squared=_column(spread, f"{amount}_squared_pounds"),
        cost_exposure=_column(spread, f"{amount}_exposure_pounds"),
        exposure=_column(spread, "person_years"),
        exposure_squared=_column(spread, "exposure_squared_years"),
        persons=_column(spread, "persons_count"),
    )


def _pooled_years(frame: pl.DataFrame, year: FinancialYear) -> pl.DataFrame:
    wanted = [year.plus(-back).slug for back in range(YEARS_POOLED)]
    return frame.filter(pl.col("financial_year").is_in(wanted))


def _at_prices_of(year: FinancialYear, spread: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """PERSON_SPREAD of several years as if all had been paid at the price level of one: pounds follow the index, squared
    pounds its square. The size of a cheque then follows the index too."""
    if spread.is_empty():
        return spread
    index = policy.ratio("risk.price_index", on=year.start)
    years = {slug: FinancialYear.parse(slug) for slug in spread["financial_year"].unique()}
    growth = {slug: index / policy.ratio("risk.price_index", on=then.start) for slug, then in years.items()}
    by = pl.col("financial_year").replace_strict(growth, return_dtype=pl.Float64)
    return spread.with_columns(pl.col(_POUNDS) * by, pl.col(_POUNDS_SQUARED) * by * by)


def _column(frame: pl.DataFrame, name: str) -> Numbers:
    return frame[name].cast(pl.Float64).to_numpy().astype(np.float64)
