"""Steps added up from both sides and the items between them; nothing is told that does not add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import polars as pl

from pbc.errors import BrokenSet
from pbc.methods.reconciliation.steps import (
    DIFFERENCES,
    NAMED,
    OF_LEDGER,
    OWED_BESIDE,
    SEQUENCE,
    STEPS,
    name_difference,
)
from pbc.periods import Month
from pbc.tables import LEDGER_POSITIONS, RECONCILIATION_PRACTICES, RECONCILIATION_STEPS

SIDE = ("commissioner_code", "provider_code")
TO_DATE, OF_MONTH = "year_to_date", "month"
Amounts = dict[Any, dict[str, int]]


def add_up_steps(
    items: pl.DataFrame, *, costed: pl.DataFrame, terms: pl.DataFrame, invoiced: pl.DataFrame, ledger: pl.DataFrame,
    month: Month, before: pl.DataFrame | None = None,
) -> pl.DataFrame:  # fmt: skip
    """This returns RECONCILIATION_STEPS by commissioner and provider, for the year to date and the month.

    Grain in: RECONCILIATION_ITEMS; `costed` and `terms` with `amount_pence`; `invoiced`, what was invoiced but for
    settlements, and `ledger`, what the ledger shows, by commissioner and provider. `before`: the steps of the month
    before, where they are held; the month is what changed since. Bill and differences must be what was invoiced, and
    that with the ledger's own steps what the ledger shows: else nothing is told, for the fault is ours. Pence.
    Source: rules.md 8.2, 8.3; decision methods/0184.
    """
    found: Amounts = defaultdict(lambda: dict.fromkeys(STEPS, 0))
    for name, frame in (("costed_activity", costed), ("contract_terms", terms)):
        for row in frame.group_by(SIDE).agg(pl.col("amount_pence").sum()).iter_rows():
            found[row[:2]][name] += row[2]
    for row in items.group_by(*SIDE, "step").agg(pl.col("difference_pence").sum()).iter_rows():
        found[row[:2]][row[2]] += row[3]
    given = {name: _totals(frame) for name, frame in (("invoiced", invoiced), ("ledger", ledger))}
    for side in given["invoiced"].keys() | given["ledger"].keys():
        found[side]  # a side with nothing else is told as well
    for side, amounts in found.items():
        _add(amounts)
        for name, totals in given.items():
            _require(amounts[name], totals.get(side, 0), side, name)
    rows = [_row(items, side, amounts, month) for side, amounts in sorted(found.items())]
    to_date = pl.concat([RECONCILIATION_STEPS.empty(), *rows])
    return pl.concat([to_date, *_movement(to_date, before, month)]).sort(RECONCILIATION_STEPS.key)


def _totals(frame: pl.DataFrame) -> dict[tuple[str, str], int]:
    return {row[:2]: row[2] for row in frame.group_by(SIDE).agg(pl.col("amount_pence").sum()).iter_rows()}


def _add(amounts: dict[str, int]) -> None:
    amounts["bill"] = amounts["costed_activity"] + amounts["contract_terms"]
    amounts["invoiced"] = amounts["bill"] + sum(amounts[name] for name in DIFFERENCES)
    amounts["ledger"] = amounts["invoiced"] + sum(amounts[name] for name in OF_LEDGER)


def _require(found: int, expected: int, side: tuple[str, str], name: str) -> None:
    if found != expected:
        raise BrokenSet(
            f"A reconciliation does not add up to what is {name if name == 'invoiced' else 'in the ledger'}.",
            where=" ".join(side), found=f"{found} pence", expected=f"{expected} pence",
            remedy="Nothing was published. This is a fault of the program: report it with the receipt of the statement.",
        )  # fmt: skip


def _row(items: pl.DataFrame, side: tuple[str, str], amounts: Mapping[str, int], month: Month) -> pl.DataFrame:
    own = items.filter((pl.col(SIDE[0]) == side[0]) & (pl.col(SIDE[1]) == side[1]))
    behind = {
        row[0]: row[1:] for row in own.group_by("step").agg(pl.len(), pl.col("first_seen_month").min()).iter_rows()
    }
    return RECONCILIATION_STEPS.from_rows([
        {
            "statement_month": month.number, "period": TO_DATE, "commissioner_code": side[0], "provider_code": side[1],
            "sequence": SEQUENCE[name], "step": name, "amount_pence": amounts[name],
            "items_count": behind.get(name, (0, None))[0], "first_seen_month": behind.get(name, (0, None))[1],
            "difference_id": name_difference(month.financial_year, side, step=name) if name in (*DIFFERENCES, *OF_LEDGER) else "",
            "rule": step.rule, "reason": step.reason,
        }
        for name, step in STEPS.items()
    ])  # fmt: skip


def _movement(to_date: pl.DataFrame, before: pl.DataFrame | None, month: Month) -> list[pl.DataFrame]:
    """What changed since the month before: all of it in the year's first month, nothing where the one before is not held."""
    is_first = month == next(month.financial_year.months())
    if before is None and not is_first:
        return []
    key = (*SIDE, "step")
    held = RECONCILIATION_STEPS.empty() if before is None else before.filter(pl.col("period") == TO_DATE)
    then = held.select(*key, pl.col("amount_pence").alias("then"))
    both = to_date.join(then, on=key, how="left").with_columns(
        amount_pence=pl.col("amount_pence") - pl.col("then").fill_null(0), period=pl.lit(OF_MONTH)
    )
    return [RECONCILIATION_STEPS.conform(both)]


def add_up_practices(items: pl.DataFrame, *, costed: pl.DataFrame, terms: pl.DataFrame, month: Month) -> pl.DataFrame:
    """This returns RECONCILIATION_PRACTICES: from what each practice's care cost to what was invoiced for it, year to date.

    Grain in as for `add_up_steps`, each with `practice_code`. Added over practices every step is that of the hospitals
    together; added by cluster likewise, for a practice stands whole in one. Pence. Source: decision methods/0181.
    """
    found: Amounts = defaultdict(lambda: dict.fromkeys(STEPS, 0))
    key = ("commissioner_code", "practice_code")
    for name, frame in (("costed_activity", costed), ("contract_terms", terms)):
        for row in frame.group_by(key).agg(pl.col("amount_pence").sum()).iter_rows():
            found[row[:2]][name] += row[2]
    differences = items.filter(pl.col("step").is_in(DIFFERENCES))
    for row in differences.group_by(*key, "step").agg(pl.col("difference_pence").sum()).iter_rows():
        found[row[:2]][row[2]] += row[3]
    for amounts in found.values():
        _add(amounts)
    return RECONCILIATION_PRACTICES.from_rows([
        {
            "statement_month": month.number, "commissioner_code": side[0], "practice_code": side[1],
            "sequence": SEQUENCE[name], "step": name, "amount_pence": amounts[name],
        }
        for side, amounts in sorted(found.items())
        for name in STEPS
        if name != "ledger" and name not in OF_LEDGER
    ])  # fmt: skip


def place_ledger(steps: pl.DataFrame, *, stated: Mapping[str, tuple[int, int, int]], month: Month) -> pl.DataFrame:
    """This returns LEDGER_POSITIONS: one row per commissioner, from its practices' statements to its ledger.

    `steps`: RECONCILIATION_STEPS; `stated`, by commissioner: what statements, not attributed and adjustments said as
    published. What the bill is beside them came since. What is owed is the bill with drugs, devices and agreed
    adjustments; to accrue is what of it neither invoices nor accruals have brought into the ledger. Pence.
    Source: decision methods/0182.
    """
    to_date = steps.filter(pl.col("period") == TO_DATE)
    sums: Amounts = defaultdict(lambda: dict.fromkeys(STEPS, 0))
    for row in to_date.group_by("commissioner_code", "step").agg(pl.col("amount_pence").sum()).iter_rows():
        sums[row[0]][row[1]] = row[2]
    for commissioner in stated:
        sums[commissioner]  # one whose hospitals have nothing is told as well
    return LEDGER_POSITIONS.from_rows([
        _position(amounts, stated.get(code, (0, 0, 0)))
        | {"statement_month": month.number, "commissioner_code": code}
        for code, amounts in sorted(sums.items())
    ])  # fmt: skip


def _position(amounts: Mapping[str, int], stated: tuple[int, int, int]) -> dict[str, int]:
    due = amounts["bill"] + sum(amounts[name] for name in OWED_BESIDE)
    named = sum(amounts[name] for name in NAMED)
    since = amounts["bill"] - sum(stated)
    parts = (*stated, since, named, *(amounts[name] for name in ("unexplained", *OF_LEDGER)))
    return {
        "statements_pence": stated[0], "not_attributed_pence": stated[1], "adjustments_pence": stated[2],
        "since_statement_pence": since, "bill_pence": amounts["bill"], "named_pence": named,
        "unexplained_pence": amounts["unexplained"], "invoiced_pence": amounts["invoiced"],
        "posting_pence": amounts["posting_difference"], "accrued_pence": amounts["accrued"],
        "prepaid_pence": amounts["prepaid"], "settlement_pence": amounts["settlement"],
        "journals_pence": amounts["journals"], "ledger_pence": amounts["ledger"],
        "difference_pence": amounts["ledger"] - sum(parts), "due_pence": due, "to_accrue_pence": due - amounts["ledger"],
    }  # fmt: skip
