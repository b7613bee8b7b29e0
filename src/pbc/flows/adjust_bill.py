"""What contract terms do to the bill of a statement's year to date, as a whole and by who pays."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from pbc.flows.statement_inputs import StatementInputs
from pbc.methods.costing import apply_block_sums, apply_marginal_rate
from pbc.methods.statements.left_out import flag_left_out
from pbc.policy import Policy
from pbc.tables import BILL_ADJUSTMENTS


def adjust_bill(given: StatementInputs, *, policy: Policy) -> pl.DataFrame:
    """This returns the table bill_adjustments, year to date: what marginal rates and blocks do to the bill."""
    month = given.reach.month
    first = next(iter(month.financial_year.months())).number
    now, before = given.lines.filter(pl.col("month") >= first), given.lines.filter(pl.col("month") < first)
    forms, gone = given.contract_forms, given.reach.left_out
    before = before.filter(~flag_left_out(gone, years_before=1))
    marginal = apply_marginal_rate(
        now, contract_forms=forms, statement_month=month, policy=policy, earlier_cells=before, left_out=gone
    )
    block = apply_block_sums(now, contract_forms=forms, statement_month=month, left_out=gone)
    return pl.concat([marginal, block]).sort(BILL_ADJUSTMENTS.key)


def adjust_by_payer(given: StatementInputs, *, policy: Policy) -> pl.DataFrame:
    """This returns bill_adjustments with `commissioner_code`, who pays by the contract: the same sums, parted by payer."""
    parts = [BILL_ADJUSTMENTS.empty().with_columns(commissioner_code=pl.lit(""))]
    for (payer,), forms in given.contract_forms.group_by("commissioner_code", maintain_order=True):
        own = adjust_bill(replace(given, contract_forms=forms), policy=policy)
        parts.append(own.with_columns(commissioner_code=pl.lit(str(payer))))
    return pl.concat(parts)
