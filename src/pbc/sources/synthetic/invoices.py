"""What made-up hospitals charge: right to the penny but for the errors that are planted, each told with its size.

They charge what their records cost under the tariff, which others work out: here rows go in and files' rows come out.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl

from pbc.money import round_half_up
from pbc.periods import Month
from pbc.sources.stamp import write_pseudonym
from pbc.tables import INVOICE_LINES, INVOICES, LEDGER_ENTRIES

BILLED_AGAIN, WRONG_PRACTICE, GHOSTS = 3, 4, 2  # records in a hospital's month
WRONG_PRICE_PERCENT = 107
NOBODY_KNOWS_PENCE = 1_234_567
DRUG_PENCE, DRUGS = 25_000, 4
EXPENDITURE = "52110"
Row = dict[str, Any]


@dataclass
class Bill:
    """What a hospital sends for a month: rows of its files, and the errors planted in them, in pence by name."""

    invoices: list[Row] = field(default_factory=list)
    invoice_lines: list[Row] = field(default_factory=list)
    ledger_entries: list[Row] = field(default_factory=list)
    charges: list[pl.DataFrame] = field(default_factory=list)
    planted: dict[str, int] = field(default_factory=dict)


def ask_on_account(bill: Bill, *, month: Month, side: tuple[str, str], amount: int) -> None:
    """This adds an invoice on account of a month."""
    _invoice(
        bill, month, side, "on_account", [{"month": month.number, "line_kind": "on_account", "amount_pence": amount}]
    )


def ask_block(bill: Bill, *, month: Month, side: tuple[str, str], sums: Mapping[str, int], terms_pence: int) -> None:
    """This adds the month's block sums and what other terms add or take."""
    lines = [
        {"month": month.number, "line_kind": "block", "point_of_delivery": pod, "amount_pence": amount}
        for pod, amount in sums.items()
    ]
    lines += [{"month": month.number, "line_kind": "terms", "amount_pence": terms_pence}] if terms_pence else []
    if lines:
        _invoice(bill, month, side, "monitoring", lines)


def ask_for_records(
    bill: Bill, *, month: Month, side: tuple[str, str], rows: pl.DataFrame, on_account: int, errors: bool, reached: Month, seed: int
) -> None:  # fmt: skip
    """This adds the reconciliation of a month: lines by kind of activity with the records behind them, on account taken back.

    With `errors`: records charged again under other numbers, some at another practice, one price group too dear, ghosts
    of no record, a drug charged twice and a line nobody can explain.
    """
    charges = _charges(rows, side)
    if errors:
        charges = _plant(bill, charges, np.random.default_rng(seed))
    drugs = _drugs(charges, side, twice=errors)
    if errors and drugs.height:
        bill.planted["drug_charged_again"] = DRUG_PENCE
    by_kind = (
        charges.group_by("point_of_delivery").agg(pl.len(), pl.col("charged_pence").sum()).sort("point_of_delivery")
    )
    lines = [
        {
            "month": month.number,
            "line_kind": "activity",
            "point_of_delivery": pod,
            "activity_count": count,
            "amount_pence": pence,
        }
        for pod, count, pence in by_kind.iter_rows()
    ]
    lines += (
        [{"month": month.number, "line_kind": "drug", "amount_pence": int(drugs["charged_pence"].sum())}]
        if drugs.height
        else []
    )
    lines.append({"month": month.number, "line_kind": "on_account", "amount_pence": -on_account})
    if errors:
        bill.planted["unexplained"] = NOBODY_KNOWS_PENCE
        lines.append({"month": month.number, "line_kind": "adjustment", "amount_pence": NOBODY_KNOWS_PENCE,
                      "description": "Sundry"})  # fmt: skip
    _invoice(bill, reached, side, "reconciliation", lines)
    bill.charges += [charges, drugs]


def settle(bill: Bill, *, month: Month, side: tuple[str, str], amount: int) -> None:
    """This adds the settlement of a year."""
    lines = [
        {
            "month": month.number,
            "line_kind": "adjustment",
            "amount_pence": amount,
            "description": "Settlement of the year",
        }
    ]
    _invoice(bill, month, side, "settlement", lines)


def _invoice(bill: Bill, month: Month, side: tuple[str, str], kind: str, lines: list[Row]) -> None:
    number = f"{lines[0]['month']}-{side[1]}-{kind}"
    named = {"commissioner_code": side[0], "provider_code": side[1], "invoice_number": number}
    total = sum(line["amount_pence"] for line in lines)
    bill.invoices.append({
        **named, "invoice_month": month.number, "invoice_kind": kind, "dated_on": month.end,
        "due_on": month.end + timedelta(days=30), "amount_pence": total,
    })  # fmt: skip
    bill.invoice_lines += [{**named, "line_number": at, **line} for at, line in enumerate(lines, start=1)]
    bill.ledger_entries.append({
        "commissioner_code": side[0], "entry_number": f"E-{number}", "posted_on": month.end, "month": month.number,
        "account_code": EXPENDITURE, "entry_kind": "settlement" if kind == "settlement" else "invoice",
        "provider_code": side[1], "invoice_number": number, "amount_pence": total,
    })  # fmt: skip


def _charges(rows: pl.DataFrame, side: tuple[str, str]) -> pl.DataFrame:
    sides = pl.lit(side[0]).alias("commissioner_code"), pl.lit(side[1]).alias("provider_code")
    ordered = rows.sort("setting", "record_number")
    return ordered.select(
        *sides, pl.lit("activity").alias("charge_kind"), "record_number", "person_id", "activity_on", "practice_code",
        "point_of_delivery", "treatment_function_code", "hrg_code", pl.col("cost_pence").alias("charged_pence"),
    )  # fmt: skip


def _plant(bill: Bill, charges: pl.DataFrame, luck: np.random.Generator) -> pl.DataFrame:
    """Errors in records that do not overlap, so that each has its own size."""
    known = charges.select(pl.col("practice_code").is_not_null() & pl.col("person_id").is_not_null()).to_series()
    order = luck.permutation(known.arg_true()).tolist()  # the same stay is known by its person
    again, wrong = order[:BILLED_AGAIN], order[BILLED_AGAIN : BILLED_AGAIN + WRONG_PRACTICE]
    rest = order[BILLED_AGAIN + WRONG_PRACTICE :]
    twice = charges[again].with_columns(pl.concat_str("record_number", pl.lit("-2")).alias("record_number"))
    ghosts = charges[rest[:GHOSTS]].with_columns(
        pl.concat_str(pl.lit("X-"), "record_number").alias("record_number"),
        pl.lit(None, dtype=pl.Int64).alias("person_id"),
    )
    places = sorted(set(charges["practice_code"].drop_nulls()))
    at = pl.int_range(pl.len())
    moved = {code: places[(at + 1) % len(places)] for at, code in enumerate(places)}
    group = charges["hrg_code"][rest[0]]
    dear = (pl.col("hrg_code") == group) & at.is_in(rest)
    price = pl.col("charged_pence")
    changed = charges.with_columns(
        practice_code=pl.when(at.is_in(wrong)).then(pl.col("practice_code").replace(moved)).otherwise("practice_code"),
        charged_pence=pl.when(dear).then((price * WRONG_PRICE_PERCENT + 50) // 100).otherwise(price),
    )
    bill.planted |= {
        "billed_twice": int(twice["charged_pence"].sum()),
        "wrong_practice": int(charges[wrong]["charged_pence"].sum()),
        "price_difference": int(changed["charged_pence"].sum()) - int(charges["charged_pence"].sum()),
        "not_in_our_data": int(ghosts["charged_pence"].sum()),
    }
    charged: pl.DataFrame = pl.concat([changed, twice, ghosts])
    return charged


def _drugs(charges: pl.DataFrame, side: tuple[str, str], *, twice: bool) -> pl.DataFrame:
    """A few drugs outside the tariff, given to day cases; one of them perhaps charged again."""
    given = charges.filter(pl.col("point_of_delivery") == "DC").head(DRUGS)
    given = pl.concat([given, given.head(1)]) if twice else given
    drugs: pl.DataFrame = given.with_columns(
        charge_kind=pl.lit("drug"), point_of_delivery=pl.lit(None, dtype=pl.String), hrg_code=pl.lit("ZZDRUG"),
        charged_pence=pl.lit(DRUG_PENCE, dtype=pl.Int64),
    )  # fmt: skip
    return drugs


def charge_file(charges: list[pl.DataFrame], *, key: bytes, stamp: str) -> pl.DataFrame:
    """This returns the rows of the file charged_activity, people under pseudonyms of the key for checking invoices."""
    rows = pl.concat(charges).with_row_index("at", offset=1)
    people = {person: pseudonym(person, key) for person in rows["person_id"].drop_nulls().unique().to_list()}
    return rows.select(
        "commissioner_code", "provider_code", "charge_kind", pl.col("at").cast(pl.String).str.zfill(9).alias("charge_number"),
        "record_number", pl.col("person_id").replace_strict(people, default=None, return_dtype=pl.String).alias(stamp),
        pl.col("activity_on").alias("activity_date"), "practice_code", "point_of_delivery", "treatment_function_code",
        pl.col("hrg_code").alias("item_code"), pl.lit(1).alias("activity_count"), "charged_pence",
    )  # fmt: skip


def pseudonym(person_id: int, key: bytes) -> str:
    """This returns how a made-up person is called in files for checking invoices, which is not how the analysis calls them."""
    return write_pseudonym(int(hmac.new(key, str(person_id).encode(), hashlib.sha256).hexdigest()[:15], 16))


TABLES = {INVOICES.name: INVOICES, INVOICE_LINES.name: INVOICE_LINES, LEDGER_ENTRIES.name: LEDGER_ENTRIES}


def about_a_twelfth(year_pence: int) -> int:
    """This returns a month on account: a twelfth, to the nearest thousand pounds.

    >>> about_a_twelfth(1_234_567_890)
    102900000
    """
    return round_half_up(year_pence // 12, to=100_000)
