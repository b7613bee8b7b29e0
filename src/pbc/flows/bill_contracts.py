"""What a commissioner owes under its contracts, year to date: in steps, by who carries them, and against plan."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from pbc.flows.statement_inputs import StatementInputs
from pbc.methods.ledger import apply_forms, compare_with_plan, share_bill
from pbc.methods.statements.left_out import flag_left_out
from pbc.policy import Policy
from pbc.tables import BILL_ADJUSTMENTS


@dataclass(frozen=True)
class Bill:
    """`contract_bills` and `bill_changes` are the tables; `by_payer` is bill_adjustments with `commissioner_code`, who pays
    by the contract."""

    contract_bills: pl.DataFrame
    by_payer: pl.DataFrame
    bill_changes: pl.DataFrame

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        """What a set publishes of it, by table."""
        return {
            "bill_adjustments": self.adjustments, "contract_bills": self.contract_bills, "bill_changes": self.bill_changes,
        }  # fmt: skip

    @cached_property
    def adjustments(self) -> pl.DataFrame:
        """This returns the table bill_adjustments: what the terms of contracts do to the bill, whoever pays."""
        added = self.by_payer.group_by(BILL_ADJUSTMENTS.key).agg(
            pl.col("amount_pence").sum(), pl.col("rule").unique().sort().str.join("; ")
        )
        return BILL_ADJUSTMENTS.conform(added).sort(BILL_ADJUSTMENTS.key)


def bill_contracts(given: StatementInputs, *, policy: Policy) -> Bill:
    """This returns the bill of a statement's year to date under its contracts, as they were known by its deliveries."""
    month, gone, agreed = given.reach.month, given.reach.left_out, given.agreed
    first = next(iter(month.financial_year.months())).number
    now, before = given.lines.filter(pl.col("month") >= first), given.lines.filter(pl.col("month") < first)
    bills = apply_forms(now, agreed=agreed, statement_month=month, policy=policy, left_out=gone)
    carried = share_bill(
        bills, activity_cells=now, agreed=agreed, policy=policy,
        earlier_cells=before.filter(~flag_left_out(gone, years_before=1)),
    )  # fmt: skip
    changes = compare_with_plan(now, agreed=agreed, statement_month=month, policy=policy, left_out=gone)
    return Bill(bills, carried, changes)
