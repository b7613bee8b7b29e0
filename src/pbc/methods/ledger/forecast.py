"""What each line of a contract comes to in its whole year if nothing changes: what a change is held against."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

import polars as pl

from pbc.methods.ledger.agreed import LINE, Agreed, LineKey
from pbc.methods.ledger.bill import value_at_contract
from pbc.methods.ledger.plans import profile_plans
from pbc.methods.ledger.terms import days_in, find_terms
from pbc.money import nearest
from pbc.periods import FinancialYear, Month
from pbc.policy import Policy

FORECAST_SCHEMA = dict.fromkeys(LINE, pl.String) | {"before_pence": pl.Int64, "before_basis": pl.String}


def forecast_lines(
    activity_cells: pl.DataFrame, *, agreed: Agreed, year: FinancialYear, months: Collection[Month], policy: Policy, least_count: int
) -> pl.DataFrame:  # fmt: skip
    """This returns what each line of a year's contracts comes to in the whole year, at contract prices, with what tells it.

    Grain in: ACTIVITY_CELLS of some `months`, all of them delivered. Grain out: one line, `FORECAST_SCHEMA`, pence. Its plan
    of the year as varied (`plan`); without one what was done in the months, by days (`measured`), if it was `least_count` stays
    or attendances or more; else its baseline as varied (`baseline`), which is nought where its form has none.
    Source: decision methods/0253.
    """
    plans = profile_plans(agreed, year=year).group_by(LINE).agg(pl.col("plan_pence").sum())
    planned: dict[LineKey, int] = {(row[0], row[1], row[2]): row[3] for row in plans.iter_rows()}
    added = activity_cells.group_by(LINE).agg(pl.col("activity_count", "cost_pence").sum())
    done = {(row[0], row[1], row[2]): (row[3], row[4]) for row in added.iter_rows()}
    times = Fraction(sum(map(days_in, year.months())), sum(map(days_in, months)) or 1)
    rows = []
    for line, terms in sorted(find_terms(agreed, month=Month.of(year.end), policy=policy).items()):
        count, priced = done.get(line, (0, 0))
        if line in planned:
            rows.append((*line, planned[line], "plan"))
        elif count >= least_count:
            value = value_at_contract(terms, count=count, priced_pence=priced)
            rows.append((*line, nearest(value * times), "measured"))
        else:
            rows.append((*line, terms.baseline_pence, "baseline"))
    return pl.DataFrame(rows, schema=FORECAST_SCHEMA, orient="row")
