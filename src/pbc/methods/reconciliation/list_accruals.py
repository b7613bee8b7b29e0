"""What is owed and not yet in the ledger, hospital by hospital, as the journal that puts it there."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pbc.methods.reconciliation.add_up_steps import TO_DATE
from pbc.methods.reconciliation.steps import NO_PROVIDER, OWED_BESIDE
from pbc.periods import Month


@dataclass(frozen=True)
class Accounts:
    """The ledger's own account codes for what is bought, what is owed, and what was paid ahead."""

    expenditure: str
    accruals: str
    prepayments: str


@dataclass(frozen=True)
class JournalLine:
    """One line of a journal: exactly one of debit and credit is above nought."""

    line_number: int
    account_code: str
    provider_code: str
    debit_pence: int
    credit_pence: int
    description: str


def list_accruals(steps: pl.DataFrame, *, commissioner: str, accounts: Accounts, month: Month) -> list[JournalLine]:
    """This returns the lines of one commissioner's journal for a month: debits and credits that balance to nought.

    Grain in: RECONCILIATION_STEPS. For each hospital what is owed (the bill, drugs and devices, agreed adjustments) less
    what the ledger shows already, accruals of earlier months among it: so the journal moves the ledger to what is owed
    and nothing is accrued twice. More owed is a debit of expenditure against accruals; less, a debit of prepayments
    against expenditure. Entries that name no hospital are left alone. Pence. Source: decision methods/0182.
    """
    own = steps.filter((pl.col("commissioner_code") == commissioner) & (pl.col("period") == TO_DATE))
    lines: list[JournalLine] = []
    for (provider,), part in (
        own.filter(pl.col("provider_code") != NO_PROVIDER)
        .sort("provider_code")
        .group_by("provider_code", maintain_order=True)
    ):
        amounts = dict(part.select("step", "amount_pence").iter_rows())
        owed = amounts["bill"] + sum(amounts[name] for name in OWED_BESIDE) - amounts["ledger"]
        if owed > 0:
            pair, words = (accounts.expenditure, accounts.accruals), "owed and not yet invoiced"
        elif owed < 0:
            pair, words = (accounts.prepayments, accounts.expenditure), "in the ledger beyond what is owed"
        else:
            continue
        said = f"{month} {provider}: {words}"
        for account, debit, credit in ((pair[0], abs(owed), 0), (pair[1], 0, abs(owed))):
            lines.append(JournalLine(len(lines) + 1, account, str(provider), debit, credit, said))
    return lines
