"""The commissioner's bill under its contracts, line by line and step by step."""

from __future__ import annotations

from typing import Any

import polars as pl

from pbc.methods.ledger.agreed import LINE, Agreed, LineKey
from pbc.methods.ledger.terms import LeftOut, Terms, find_terms
from pbc.money import pounds_and_pence
from pbc.periods import Month
from pbc.policy import Policy
from pbc.reference.payment_forms import PAYMENT_FORMS
from pbc.tables import CONTRACT_BILLS

PRICED, LOCAL_PRICE, NO_CONTRACT = "priced", "local_price", "none"


def apply_forms(
    activity_cells: pl.DataFrame, *, agreed: Agreed, statement_month: Month, policy: Policy, left_out: LeftOut = ()
) -> pl.DataFrame:
    """This returns CONTRACT_BILLS, year to date: every line as priced, and what its terms add to it or take from it.

    Grain in: ACTIVITY_CELLS, or lines of them, of any months; the year to date counts, care of nobody's practice
    included. Activity that no contract names is paid at its price, as is that of months its contract does not hold in: terms
    speak of the rest. The steps of a line add up to its bill, to the penny;
    a step without effect is left out, but for `priced`. Baselines count as `find_terms` takes them. A local price is paid
    for each unit in place of the price list, and the form is applied to what that makes.
    Source: rules.md 8.2 P8, 13.1; methods.md 3.11; decision methods/0179.
    """
    terms = find_terms(agreed, month=statement_month, policy=policy, left_out=left_out)
    done = add_up_lines_done(activity_cells, month=statement_month)
    held = agreed.within(activity_cells, year=statement_month.financial_year)
    within = add_up_lines_done(held, month=statement_month)
    rows: list[dict[str, Any]] = []
    for line in sorted({*terms, *done}):
        rows += _steps(line, terms.get(line), done.get(line, (0, 0)), within.get(line, (0, 0)), statement_month)
    return CONTRACT_BILLS.from_rows(rows).sort(CONTRACT_BILLS.key)


def add_up_lines_done(activity_cells: pl.DataFrame, *, month: Month) -> dict[LineKey, tuple[int, int]]:
    """This returns units and priced pence of the year to date, by line of a contract."""
    first = Month.of(month.financial_year.start).number
    held = activity_cells.filter(pl.col("month").is_between(first, month.number))
    added = held.group_by(LINE).agg(pl.col("activity_count").sum(), pl.col("cost_pence").sum())
    return {(row[0], row[1], row[2]): (row[3], row[4]) for row in added.iter_rows()}


def value_at_contract(terms: Terms, *, count: int, priced_pence: int) -> int:
    """This returns what the form is applied to: units at the local price where there is one, else what they are priced at."""
    return priced_pence if terms.local_price_pence is None else count * terms.local_price_pence


def describe_rule(terms: Terms) -> str:
    """This returns the rule of a line's form in a few words, with its percents."""
    if terms.form.is_fixed:
        return f"the {'fixed' if terms.form.code == 'fixed' else 'block'} sum is paid whatever the activity"
    if terms.form.code == "cost_and_volume":
        return (
            f"the agreed sum is paid within the corridor; {terms.above_percent}% of price above it is paid, "
            f"{terms.below_percent}% below it taken back"
        )
    if terms.form.code == "variable":
        return f"{terms.above_percent}% of price is paid"
    return f"above the baseline {terms.above_percent}% is paid"


def _steps(
    line: LineKey, terms: Terms | None, done: tuple[int, int], within: tuple[int, int], month: Month
) -> list[dict[str, Any]]:
    """The steps of a line: what was `done` in all, in units and priced pence, and what of it the terms speak of."""
    form = NO_CONTRACT if terms is None else terms.form.code
    count, priced = done
    told = [(PRICED, priced, "price of the year", _says_of_price(terms, priced - within[1]))]
    if terms is not None:
        value = value_at_contract(terms, count=within[0], priced_pence=within[1])
        unit = pounds_and_pence(terms.local_price_pence or 0)
        says = f"Each unit is paid at {unit}, as agreed locally."
        told.append((LOCAL_PRICE, value - within[1], "local price of a unit", says))
        told.append((terms.form.step, terms.pay(value) - value, describe_rule(terms), _reason(terms)))
    key = dict(zip(LINE, line, strict=True)) | {"statement_month": month.number, "payment_form": form}
    return [
        key | {
            "sequence": at, "step": step, "amount_pence": amount, "rule": rule, "reason": reason,
            "activity_count": count if step == PRICED else None,
            "parameter": terms.parameter if terms is not None and step == terms.form.step else None,
        }
        for at, (step, amount, rule, reason) in enumerate(told, start=1) if amount or step == PRICED
    ]  # fmt: skip


def _says_of_price(terms: Terms | None, outside_pence: int) -> str:
    if terms is None:
        return "No contract names this line: each unit is paid at its price."
    says = "What was done, at the price list of its year."
    if not outside_pence:
        return says
    return f"{says} {pounds_and_pence(outside_pence)} of it is of months the contract does not hold in, and is paid so."


def _reason(terms: Terms) -> str:
    says = PAYMENT_FORMS[terms.form.code].says
    if not terms.form.needs:
        return says
    corridor = (
        f"; the corridor runs from {pounds_and_pence(terms.floor_pence)} to {pounds_and_pence(terms.ceiling_pence)}"
        if terms.floor_pence < terms.ceiling_pence else ""
    )  # fmt: skip
    return f"{says} To date it is {pounds_and_pence(terms.baseline_pence)}{corridor}."
