"""Write what made-up hospitals charge for a year that was received: invoices, the records behind them, and the ledger."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from pbc.engines import Engine
from pbc.errors import RefusedInput
from pbc.flows.cost_delivery import cost_year, take_prices
from pbc.flows.journey import Journey
from pbc.flows.receive_invoices import BACKING, INVOICED, LEDGER
from pbc.flows.reconcile import SIDE, reconciliation_name, whole_lines
from pbc.periods import FinancialYear, Month
from pbc.policy import Policy
from pbc.results import PublishedSet, Store
from pbc.sources.pseudonym import key_fingerprint
from pbc.sources.stamp import stamp_of
from pbc.sources.synthetic.invoices import (
    TABLES,
    Bill,
    about_a_twelfth,
    ask_block,
    ask_for_records,
    ask_on_account,
    charge_file,
    settle,
)
from pbc.sources.synthetic.posting import WRONGLY_IN, accrue, post_right, post_wrongly
from pbc.sources.synthetic.writing import write_rows
from pbc.tables import ACTIVITY_FACTS, UNPLACED

ERRORS_IN = (2, 6)  # months of the year, from 1, whose records are charged wrongly by the second hospital
Side = tuple[str, str]


@dataclass(frozen=True)
class Made:
    """What stands beside a made-up store: where files go, the key of their pseudonyms, the seed of errors, and what is told
    of it: errors by month and hospital, what each month's end has accrued and prepaid, and how much of it is standing."""

    folder: Path
    key: bytes
    seed: int
    planted: dict[str, dict[str, int]] = field(default_factory=dict)
    month_ends: dict[str, dict[str, int]] = field(default_factory=dict)
    standing: dict[Side, int] = field(default_factory=dict)

    def plant(self, month: Month, provider: str, errors: dict[str, int]) -> None:
        """This tells errors of a month and hospital, beside those told of it already."""
        self.planted[f"{month} {provider}"] = self.planted.get(f"{month} {provider}", {}) | errors


def make_up_invoices(
    store: Store, folder: Path, *, years: Sequence[FinancialYear], key: bytes, seed: int, policy: Policy, engine: Engine,
    journey: Journey | None = None,
) -> dict[str, Any]:  # fmt: skip
    """This returns the errors planted, in pence by month and hospital, having written the invoices of years into `folder`.

    Each month asks on account and for its block sums, and reconciles the month before to the records as they were first
    sent. So a late or restated delivery is not charged for. A year's last reconciles in the April after. A few invoices are
    posted wrongly, and each month's end accrues what was not invoiced yet. Only a made-up store is charged for: nobody is
    to take such invoices for real ones.
    """
    store, journey = store.steady(), journey or Journey()
    made = Made(folder, key, seed)
    months = [month for year in years for month in year.months() if store.find(f"cells/{month}")]
    before: dict[Side, pl.DataFrame] = {}
    asked: dict[Side, int] = {}
    for position, month in enumerate(months):
        journey.step(f"Making up the invoices of {month.title}", position / len(months))
        bill, last = Bill(), month.plus(-1)
        records = _records(store, month, engine=engine, policy=policy)
        begins = not before or last.financial_year != month.financial_year
        if before and begins:
            _close(bill, before, asked, last, made)
        if begins:
            asked = {side: about_a_twelfth(12 * int(rows["cost_pence"].sum())) for side, rows in records.items()}
        for side in sorted(asked):
            ask_on_account(bill, month=month, side=side, amount=asked[side])
        _ask_terms(bill, store, month)
        if not begins:
            _reconcile(bill, before, asked, last, month, made)
        _post(bill, made, month, month, _not_invoiced(records, asked))
        _write(bill, made, month)
        before = records
    after = Bill()
    _close(after, before, asked, months[-1], made)
    _write(after, made, months[-1].next)
    path, told = folder / "invoice-truths.json", {"planted": made.planted, "month_ends": made.month_ends}
    path.write_text(json.dumps({"is_made_up": True} | told, indent=1) + "\n", encoding="utf-8")
    return made.planted


def make_up_settlement(
    store: Store, folder: Path, *, month: Month, read_to: Month, delivered: Month, key: bytes
) -> None:
    """This writes the settlement of a year into the month delivered: for each hospital what is owed less what was invoiced.

    Beside it whatever was posted wrongly is put right, so that the ledger comes to what is owed.
    """
    held = store.current(reconciliation_name(month, read_to=read_to))
    bill = Bill()
    for side, part in held.frame("reconciliation_steps").group_by(*SIDE, maintain_order=True):
        amounts = dict(part.select("step", "amount_pence").iter_rows())
        owed = amounts["bill"] + amounts["drugs_and_devices"] + amounts["agreed_adjustment"]
        if owed != amounts["invoiced"]:
            settle(bill, month=month, side=(str(side[0]), str(side[1])), amount=owed - amounts["invoiced"])
    wrong = held.frame("reconciliation_items").filter(pl.col("step") == "posting_difference")
    for (payer, provider, number), part in wrong.group_by(*SIDE, "invoice_number", maintain_order=True):
        out_by = int(part["difference_pence"].sum())
        post_right(bill, month=month, side=(str(payer), str(provider)), invoice_number=str(number), amount=-out_by)
    made = Made(folder, key, 0)
    for name, path in _places(made, delivered).items():
        getattr(bill, name)[:0] = _rows_in(path)
    _write(bill, made, delivered)


def _records(store: Store, month: Month, *, engine: Engine, policy: Policy) -> dict[Side, pl.DataFrame]:
    """A month's records as first delivered with it, at what they cost, by who pays and hospital; block lines left out."""
    year = month.financial_year
    first = store.history(f"activity/{month}")[0]
    if not first.receipt.is_made_up:
        raise RefusedInput(
            "Invoices are made up for made-up activity alone.", where=first.name, found="a real delivery"
        )
    tariff = store.current(f"tariff/{year.slug}")
    facts = engine.scan(first.files(ACTIVITY_FACTS.name), ACTIVITY_FACTS.sql_columns)
    costed = cost_year(facts, take_prices(engine, tariff), year=year, policy=policy).frame()
    days = facts.frame().select("setting", "provider_code", "record_number", "activity_on", "recorded_practice_code")
    whole = whole_lines(tariff.frame("contract_forms"), year)
    line, placed = ["commissioner_code", "provider_code", "point_of_delivery"], pl.col("practice_code") != UNPLACED
    rows = (
        costed.filter(pl.col("month") == month.number)
        .join(whole, on=line, how="anti")
        .join(days, on=["setting", "provider_code", "record_number"])
        .with_columns(practice_code=pl.coalesce("recorded_practice_code", pl.when(placed).then("practice_code")))
    )
    return {
        (str(payer), str(provider)): part.sort("setting", "record_number")
        for (payer, provider), part in sorted(rows.partition_by(line[:2], as_dict=True).items())
    }


def _ask_terms(bill: Bill, store: Store, month: Month) -> None:
    """What the month adds to lines held whole, and to other terms, as the bills of its statement and the one before have it."""
    whole = _whole_of(store.current(f"tariff/{month.financial_year.slug}"))
    now, then = (_bills(store, each, month.financial_year) for each in (month, month.plus(-1)))
    added = {line: [a - b for a, b in zip(sums, then.get(line, (0, 0)), strict=True)] for line, sums in now.items()}
    for side in sorted({line[:2] for line in added}):
        own = {line: sums for line, sums in sorted(added.items()) if line[:2] == side}
        ask_block(
            bill, month=month, side=side, sums={line[2]: sums[0] for line, sums in own.items() if line in whole},
            terms_pence=sum(sums[1] for line, sums in own.items() if line not in whole),
        )  # fmt: skip


def _whole_of(tariff: PublishedSet) -> set[tuple[str, ...]]:
    year = FinancialYear.parse(tariff.name.partition("/")[2])
    return set(whole_lines(tariff.frame("contract_forms"), year).iter_rows())


def _bills(store: Store, month: Month, year: FinancialYear) -> dict[tuple[str, str, str], tuple[int, int]]:
    """By line of a contract, year to date: the whole bill, and of it what terms add to the price; nothing without a statement."""
    held = store.find(f"statement/{month}")
    if held is None or month.financial_year != year:
        return {}
    sums = (
        held.frame("contract_bills")
        .group_by("commissioner_code", "provider_code", "point_of_delivery")
        .agg(
            pl.col("amount_pence").sum().alias("bill"),
            pl.col("amount_pence").filter(pl.col("step") != "priced").sum().alias("terms"),
        )
    )
    return {row[:3]: row[3:] for row in sums.iter_rows()}


def _reconcile(
    bill: Bill, records: dict[Side, pl.DataFrame], asked: dict[Side, int], month: Month, reached: Month, made: Made
) -> None:  # fmt: skip
    wrong = sorted({side[1] for side in records})[-1]
    for side, rows in records.items():
        errors = side[1] == wrong and month.month_of_year in ERRORS_IN
        bill.planted = {}
        ask_for_records(
            bill, month=month, side=side, rows=rows, on_account=asked.get(side, 0), errors=errors, reached=reached,
            seed=made.seed + month.number,
        )  # fmt: skip
        if errors:
            made.plant(month, side[1], bill.planted)


def _close(bill: Bill, records: dict[Side, pl.DataFrame], asked: dict[Side, int], last: Month, made: Made) -> None:
    """What comes of a year in the month after: its last month invoiced by activity, nothing accrued any more."""
    _reconcile(bill, records, asked, last, last, made)
    _post(bill, made, last, last.next, {})


def _not_invoiced(records: dict[Side, pl.DataFrame], asked: dict[Side, int]) -> dict[Side, int]:
    """What a month's records cost beyond what was asked on account of it."""
    cost = {side: int(rows["cost_pence"].sum()) for side, rows in records.items()}
    return {side: cost.get(side, 0) - asked.get(side, 0) for side in sorted({*cost, *asked})}


def _post(bill: Bill, made: Made, month: Month, delivered: Month, owed: dict[Side, int]) -> None:
    """What the ledger holds beside invoices as they are: one posted wrongly, and the month's end, hospital by hospital.

    Every other hospital's accrual is reversed the month after; of the rest only what changed is posted, and left.
    """
    sides = sorted({*owed, *made.standing})
    how = WRONGLY_IN.get(month.month_of_year)
    if how and delivered == month:
        others = [provider for payer, provider in sides if payer == sides[0][0] and provider != sides[0][1]]
        wrong = post_wrongly(bill, side=sides[0], how=how, other=others[-1] if others else None)
        for provider, pence in wrong.items():
            made.plant(month, provider, {how: pence})
    for position, side in enumerate(sides):
        then, now = made.standing.get(side, 0), owed.get(side, 0)
        made.month_ends[f"{delivered} {side[1]}"] = accrue(
            bill, month=month, delivered=delivered, side=side, owed=now, standing=then, is_reversed=position % 2 == 0
        )
        made.standing[side] = now


def _write(bill: Bill, made: Made, month: Month) -> None:
    for name, path in _places(made, month).items():
        write_rows(path, TABLES[name], rows=getattr(bill, name))
    if bill.charges:
        place = made.folder / BACKING / str(month) / "charged_activity.csv"
        place.parent.mkdir(parents=True, exist_ok=True)
        charge_file(bill.charges, key=made.key, stamp=stamp_of(key_fingerprint(made.key))).write_csv(place)


def _places(made: Made, month: Month) -> dict[str, Path]:
    kinds = {"invoices": INVOICED, "invoice_lines": INVOICED, "ledger_entries": LEDGER}
    return {name: made.folder / kind / str(month) / f"{name}.csv" for name, kind in kinds.items()}


def _rows_in(path: Path) -> list[dict[str, str | None]]:
    """What a file holds already, as it is to be written again; nothing where there is none."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return [{name: value or None for name, value in row.items()} for row in csv.DictReader(stream)]
