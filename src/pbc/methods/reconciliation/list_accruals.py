"""The journal that brings a ledger to what is owed: mispostings put right, accruals, prepayments, and what is claimed back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from pbc.methods.reconciliation.list_ledger_items import ELSEWHERE
from pbc.methods.reconciliation.steps import DIFFERENCES, NO_PROVIDER, OWED_BESIDE
from pbc.periods import Month

ON_ACCOUNT = "on_account"
AHEAD = "not_yet_invoiced_by_activity"  # asked on account for months whose activity is not invoiced yet
WORDS = {  # of what adds to expenditure, and of what takes from it
    "accrued": ("owed and not yet invoiced", "accrued before, and no longer owed so"),
    "prepaid": ("paid ahead before, and used since", "paid on account ahead of care"),
    "claimed": ("taken out before, and owed or put right since", "invoiced beyond what is owed, to be claimed back"),
}
Row = dict[str, Any]


@dataclass(frozen=True)
class Accounts:
    """The ledger's own account codes: what is bought, what is owed and not invoiced, what was paid ahead of care, invoices
    posted and owed to suppliers, and what was invoiced beyond what is owed: in dispute, or to be claimed back."""

    expenditure: str
    accruals: str
    prepayments: str
    payables: str
    disputes: str


@dataclass(frozen=True)
class JournalLine:
    """One line of a journal: exactly one of debit and credit is above nought. `entry_kind` is how the ledger's extract has it."""

    line_number: int
    account_code: str
    entry_kind: str
    provider_code: str
    invoice_number: str
    debit_pence: int
    credit_pence: int
    description: str


@dataclass(frozen=True)
class _Movement:
    """What is added to a hospital's expenditure, and the account on the other side."""

    pence: int
    account: str
    kind: str
    words: str
    invoice_number: str = ""


def list_accruals(items: pl.DataFrame, *, commissioner: str, accounts: Accounts, month: Month) -> list[JournalLine]:
    """This returns the lines of one commissioner's journal for a month: debits and credits that balance to nought.

    Grain in: RECONCILIATION_ITEMS. For each hospital the lines together move the ledger to what is owed (the bill, drugs and
    devices, agreed adjustments). Each invoice posted wrongly is put right on lines of its own, at both hospitals where it
    stands at another, against what is owed to suppliers; one that an entry by hand under its number put right has none.
    Accrued is what was invoiced short of what is owed, prepaid what was asked on account ahead of care, and what was
    invoiced beyond what is owed is claimed back, not paid ahead; each less what the ledger holds of it already. A settlement
    settles all of them: what it leaves is one sum. Entries that name no hospital are left alone unless they are another's
    invoice. Pence. Source: decision methods/0182, 0249.
    """
    own = items.filter(pl.col("commissioner_code") == commissioner).sort("provider_code", "difference_id")
    sides = _sides(own)
    lines: list[JournalLine] = []
    for (provider,), part in own.group_by("provider_code", maintain_order=True):
        rows = part.to_dicts()
        found = [*_put_right(rows, sides, accounts), *([] if provider == NO_PROVIDER else _accrued(rows, accounts))]
        for each in found:
            said, amount = f"{month} {provider}: {each.words}", abs(each.pence)
            pair = (accounts.expenditure, each.account)[:: 1 if each.pence > 0 else -1]
            for account, debit, credit in ((pair[0], amount, 0), (pair[1], 0, amount)):
                at = len(lines) + 1
                lines.append(
                    JournalLine(at, account, each.kind, str(provider), each.invoice_number, debit, credit, said)
                )
    return lines


def _sides(items: pl.DataFrame) -> dict[str, str]:
    """From and to, in words, of each invoice posted to another hospital."""
    told: dict[str, dict[bool, str]] = defaultdict(dict)
    for row in items.filter(step="posting_difference", reason=ELSEWHERE).iter_rows(named=True):
        told[row["invoice_number"]][bool(row["entry_number"])] = row["provider_code"]
    names = {number: (held[True].replace(NO_PROVIDER, "no hospital"), held[False]) for number, held in told.items()}
    return {number: f"from {wrong} to {right}" for number, (wrong, right) in names.items()}


def _by_hand(rows: list[Row]) -> tuple[dict[str, int], int]:
    """Entries by hand under the number of an invoice posted wrongly, and the sum of all others."""
    wrong = {row["invoice_number"] for row in rows if row["step"] == "posting_difference" and row["invoice_number"]}
    right, others = defaultdict[str, int](int), 0
    for row in rows:
        if row["step"] == "journals":
            if row["invoice_number"] in wrong:
                right[row["invoice_number"]] += row["difference_pence"]
            else:
                others += row["difference_pence"]
    return right, others


def _put_right(rows: list[Row], sides: dict[str, str], accounts: Accounts) -> Iterator[_Movement]:
    sums = defaultdict[tuple[str, str], int](int)
    for row in rows:
        is_left_alone = row["provider_code"] == NO_PROVIDER and row["reason"] != ELSEWHERE
        if row["step"] == "posting_difference" and not is_left_alone:
            sums[row["invoice_number"] or "", row["reason"]] += row["difference_pence"]
    by_hand, _ = _by_hand(rows)
    for (number, reason), wrong in sums.items():
        left = -wrong - by_hand.get(number, 0)
        if left:
            how = sides[number] if reason == ELSEWHERE else reason.replace("_", " ")
            words = f"ledger correction, invoice {number or 'without a number'}: {how}"
            yield _Movement(left, accounts.payables, "invoice" if left > 0 else "credit", words, number)


def _accrued(rows: list[Row], accounts: Accounts) -> Iterator[_Movement]:
    """What is accrued, prepaid and claimed back, each less what the ledger holds of it."""
    short, ahead, beyond = _beside_what_is_owed(rows)
    held = {name: _sum(rows, name) for name in ("accrued", "prepaid")}
    owed, claimed = sum(short.values()), sum(beyond.values())
    _, others = _by_hand(rows)
    for pence, before, account, kind, words in (
        (-owed, held["accrued"], accounts.accruals, "accrual", WORDS["accrued"]),
        (-ahead, held["prepaid"], accounts.prepayments, "prepayment", WORDS["prepaid"]),
        (-claimed, others, accounts.disputes, "journal", WORDS["claimed"]),
    ):  # fmt: skip
        if pence != before:
            names = {"accrual": short, "journal": beyond}.get(kind, {})
            more = [", ".join(name.replace("_", " ") for name in names)] if names else []
            more += ["less what is there already"] if pence and before else []
            said = words[0 if pence > before else 1]
            yield _Movement(pence - before, account, kind, f"{said} ({'; '.join(more)})" if more else said)


def _beside_what_is_owed(rows: list[Row]) -> tuple[dict[str, int], int, dict[str, int]]:
    """What was invoiced short of what is owed, by name; on account ahead of care; and beyond what is owed, by name."""
    sums = defaultdict[str, int](int)
    for row in rows:
        if row["step"] in DIFFERENCES and row["step"] not in OWED_BESIDE:
            is_behind = row["step"] == ON_ACCOUNT and row["reason"] != AHEAD
            sums["on_account_not_taken_back" if is_behind else row["step"]] += row["difference_pence"]
    if any(row["step"] == "settlement" for row in rows):
        sums = defaultdict(int, left_by_the_settlement=sum(sums.values()) + _sum(rows, "settlement"))
    ahead = max(sums[ON_ACCOUNT], 0)
    short = {name: pence for name, pence in sums.items() if pence < 0}
    beyond = {name: pence for name, pence in sums.items() if pence > 0 and name != ON_ACCOUNT}
    return short, ahead, beyond


def _sum(rows: list[Row], step: str) -> int:
    return sum(row["difference_pence"] for row in rows if row["step"] == step)
