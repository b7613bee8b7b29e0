"""Whether a year's books are closed, in a sentence or two: what is owed, what was invoiced and what the ledger shows."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pbc.money import pounds_and_pence
from pbc.reports.reconciliation import SUMS

OWED_TOO = ("drugs_and_devices", "agreed_adjustment")  # differences that are owed, and so need no settling
Position = Mapping[str, int]


def is_settled(position: Position) -> bool:
    """This returns whether a settlement made one number of what is owed, what was invoiced with it, and the ledger."""
    invoiced = position["invoiced_pence"] + position["settlement_pence"]
    return bool(position["settlement_pence"]) and position["due_pence"] == invoiced == position["ledger_pence"]


def describe_books(position: Position) -> str:
    """This returns how a commissioner's books stand: settled, or what of what is owed the ledger does not show yet.

    >>> held = {"due_pence": 900, "invoiced_pence": 1_000, "settlement_pence": -100, "ledger_pence": 900, "accrued_pence": 0,
    ...         "prepaid_pence": 0, "to_accrue_pence": 0}
    >>> describe_books(held)
    'Settled: owed, invoiced with the settlement of −£1.00, and in the ledger are one number, £9.00.'
    >>> describe_books(held | {"settlement_pence": 0, "ledger_pence": 1_050, "accrued_pence": 50, "to_accrue_pence": -150})
    '£9.00 is owed and £10.50 is in the ledger, £0.50 of it accrued and £0.00 prepaid: £1.50 more than is owed.'
    """
    due, ledger = (pounds_and_pence(position[name]) for name in ("due_pence", "ledger_pence"))
    if is_settled(position):
        settlement = pounds_and_pence(position["settlement_pence"])
        return f"Settled: owed, invoiced with the settlement of {settlement}, and in the ledger are one number, {due}."
    accrued, prepaid = (pounds_and_pence(abs(position[name])) for name in ("accrued_pence", "prepaid_pence"))
    left = position["to_accrue_pence"]
    over = f"{pounds_and_pence(abs(left))} {'less' if left > 0 else 'more'} than is owed" if left else "what is owed"
    return f"{due} is owed and {ledger} is in the ledger, {accrued} of it accrued and {prepaid} prepaid: {over}."


def describe_disputed(steps: pl.DataFrame) -> str:
    """This returns what was invoiced beyond what is owed, or short of it, by name, year to date; nothing where there is none.

    Grain in: RECONCILIATION_STEPS of one commissioner. A settlement takes off what these come to together.
    """
    told = _by_name(steps)
    return f"Invoiced otherwise than owed, by name: {', '.join(told)}." if told else ""


def describe_settlement(steps: pl.DataFrame) -> str:
    """This returns what a settlement settled, by name, and what it left; nothing where there is no settlement.

    Grain in: RECONCILIATION_STEPS of one commissioner, or of one of its hospitals. Pence.
    """
    settled, left = _settlement_and_left(steps)
    if not settled:
        return ""
    names = ", ".join(_by_name(steps)) or "nothing"
    rest = f", and leaves {pounds_and_pence(left)}" if left else ""
    return (
        f"The settlement of {pounds_and_pence(settled)} settles what was invoiced otherwise than owed: {names}{rest}."
    )


def settled_by(steps: pl.DataFrame, *, step: str) -> int | None:
    """This returns the settlement that settled a step of one hospital's, in pence; None where none did, or it is owed.

    Grain in: RECONCILIATION_STEPS of one commissioner and hospital. A settlement that leaves something settled none of them.
    """
    first, last = (int(steps.filter(step=name)["sequence"][0]) for name in SUMS[:2])
    sequence = int(steps.filter(step=step)["sequence"][0])
    settled, left = _settlement_and_left(steps)
    return settled if settled and not left and first < sequence < last and step not in OWED_TOO else None


def _settlement_and_left(steps: pl.DataFrame) -> tuple[int, int]:
    settled = int(steps.filter(period="year_to_date", step="settlement")["amount_pence"].sum())
    return settled, settled + int(_otherwise_than_owed(steps)["amount_pence"].sum())


def _by_name(steps: pl.DataFrame) -> list[str]:
    sums = _otherwise_than_owed(steps).group_by("step", "sequence").agg(pl.col("amount_pence").sum())
    return [
        f"{step.replace('_', ' ')} {pounds_and_pence(amount)}"
        for step, amount in sums.filter(pl.col("amount_pence") != 0)
        .sort("sequence")
        .select("step", "amount_pence")
        .rows()
    ]


def _otherwise_than_owed(steps: pl.DataFrame) -> pl.DataFrame:
    first, last = (int(steps.filter(step=step)["sequence"][0]) for step in SUMS[:2])
    is_between = pl.col("sequence").is_between(first, last, closed="none")
    return steps.filter((pl.col("period") == "year_to_date") & is_between & ~pl.col("step").is_in(OWED_TOO))
