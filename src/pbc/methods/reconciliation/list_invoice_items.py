"""From invoices, their lines and their backing to items: everything about a charge that is not one record's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import polars as pl

from pbc.methods.reconciliation.items import list_rows
from pbc.methods.reconciliation.steps import DIFFERENCES, name_difference
from pbc.periods import Month

RECORDS, TOTALS, LINES = "records", "totals", "lines"
SIDE = ("commissioner_code", "provider_code")
Row = dict[str, Any]
Cell = tuple[str, str, int]
Kind = tuple[str, str, int, str]


@dataclass(frozen=True)
class Sides:
    """Both sides of a year to date. All frames name `commissioner_code, provider_code`; money in pence.

    `costed`: cells with `month, practice_code, point_of_delivery, activity_count, cost_pence`. `terms`: what contract terms
    add, with `point_of_delivery, is_whole, amount_pence`. `whole_lines`: kinds of activity held whole, whatever the records.
    `invoices` without settlements, and `invoice_lines`. `charged`: charges added up; `totals`: MONITORED_TOTALS;
    `repeats`: drugs and devices charged again. `records`: the records behind `costed`, added up by month and kind.
    """

    month: Month
    costed: pl.DataFrame
    terms: pl.DataFrame
    whole_lines: pl.DataFrame
    invoices: pl.DataFrame
    invoice_lines: pl.DataFrame
    charged: pl.DataFrame
    totals: pl.DataFrame
    repeats: pl.DataFrame
    records: pl.DataFrame

    @cached_property
    def whole(self) -> set[tuple[str, ...]]:
        """This returns who pays whom one sum for which kind of activity."""
        return set(self.whole_lines.select(*SIDE, "point_of_delivery").iter_rows())

    def is_whole(self, row: Row) -> bool:
        """This returns whether a row's kind of activity is paid one sum whatever the records."""
        return (row["commissioner_code"], row["provider_code"], row["point_of_delivery"]) in self.whole

    @cached_property
    def months(self) -> list[int]:
        """This returns the months of the year to date."""
        return [month.number for month in self.month.financial_year.months() if month <= self.month]


def find_basis(sides: Sides) -> dict[Cell, str]:
    """This returns, for each commissioner, provider and month invoiced by activity, what the invoice rests on.

    Records where monitoring came record by record, else totals where it came added up, else the invoice's own lines.
    A month that is not here has not been invoiced by activity yet. Source: decision methods/0184.
    """
    held = {RECORDS: _cells(_activity(sides.charged)), TOTALS: _cells(_activity(sides.totals))}
    found: dict[Cell, str] = {}
    for row in _rows(sides.invoice_lines):
        if row["line_kind"] == "activity" and not sides.is_whole(row) and row["month"] in sides.months:
            cell = _cell(row)
            found[cell] = RECORDS if cell in held[RECORDS] else TOTALS if cell in held[TOTALS] else LINES
    return found


def list_invoice_items(sides: Sides, *, basis: Mapping[Cell, str]) -> pl.DataFrame:
    """This returns every item that is not behind one record: with those behind records they lead from bill to invoiced.

    Months whose invoice rests on totals or lines are parted into how many and how dear. An invoice's line is held against
    its backing, the invoice against its lines, block sums and terms against the contract. On account stands against what
    the activity of its months costs, until they are invoiced by activity. What no rule names is unexplained, never left
    out. Grain out: items, pence. Source: rules.md 8.3; decision methods/0184.
    """
    found = [
        *_counted(sides, basis), *_backed(sides, basis), *_whole(sides), *_on_account(sides, basis), *_drugs(sides),
        *_adjusted(sides), *_heads(sides), *_outside(sides), *_cells_and_records(sides, basis),
    ]  # fmt: skip
    return list_rows(found)


def _rows(frame: pl.DataFrame) -> Iterator[Row]:
    return frame.iter_rows(named=True)


def _cell(row: Row) -> Cell:
    return row["commissioner_code"], row["provider_code"], row["month"]


def _kind(row: Row) -> Kind:
    return (*_cell(row), row["point_of_delivery"])


def _cells(frame: pl.DataFrame) -> set[Cell]:
    return set(map(_cell, _rows(frame)))


def _activity(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("charge_kind") == "activity")


def _sums(rows: Iterable[Row], amount: str, by: Any = _kind) -> dict[Any, int]:
    found: dict[Any, int] = defaultdict(int)
    for row in rows:
        found[by(row)] += row[amount] or 0
    return found


def _at(key: tuple[Any, ...]) -> Row:
    """The columns a key fills, in their order."""
    return dict(zip((*SIDE, "month", "point_of_delivery"), key, strict=False))


def _lines(sides: Sides, *kinds: str, inside: bool = True) -> Iterator[Row]:
    """Lines of some kinds, within the year to date or outside it; of activity only those not paid one sum."""
    for row in _rows(sides.invoice_lines):
        is_block = row["line_kind"] == "activity" and sides.is_whole(row)
        if row["line_kind"] in kinds and (row["month"] in sides.months) == inside and not is_block:
            yield row


def _counted(sides: Sides, basis: Mapping[Cell, str]) -> Iterator[Row]:
    """Months that rest on totals or lines: parted into more or fewer, and dearer or cheaper."""
    for name, rows in ((TOTALS, list(_rows(_activity(sides.totals)))), (LINES, list(_lines(sides, "activity")))):
        money = "charged_pence" if name == TOTALS else "amount_pence"
        theirs = [row for row in rows if basis.get(_cell(row)) == name and not sides.is_whole(row)]
        ours = [row for row in _rows(sides.costed) if basis.get(_cell(row)) == name and not sides.is_whole(row)]
        asked, cost = _sums(theirs, money), _sums(ours, "cost_pence")
        counted, held = _sums(theirs, "activity_count"), _sums(ours, "activity_count")
        for key in sorted({*asked, *cost}):
            yield from _parted(key, cost.get(key, 0), asked.get(key, 0), held.get(key, 0), counted.get(key, 0))


def _parted(key: Kind, ours: int, charged: int, held: int, counted: int) -> Iterator[Row]:
    if charged and not counted:
        yield {**_at(key), "step": "unexplained", "reason": "no_count_to_part_by", "item": f"{key[2]}.{key[3]}",
               "ours_pence": ours, "charged_pence": charged}  # fmt: skip
        return
    more = _nearest(Fraction(ours * (counted - held), held)) if held else charged
    step = "not_in_our_data" if counted >= held else "not_charged"
    item = f"{key[2]}.{key[3]}"
    if more:
        yield {
            **_at(key),
            "step": step,
            "reason": "counts_differ",
            "item": item,
            "ours_pence": ours,
            "charged_pence": ours + more,
        }
    if charged - ours - more:
        yield {**_at(key), "step": "price_difference", "reason": "average_price_differs", "item": item,
               "ours_pence": ours + more, "charged_pence": charged}  # fmt: skip


def _nearest(amount: Fraction) -> int:
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def _backed(sides: Sides, basis: Mapping[Cell, str]) -> Iterator[Row]:
    """An invoice's lines of a month and kind of activity against the records or totals behind them."""
    asked = _sums(_lines(sides, "activity"), "amount_pence")
    for name, frame in ((RECORDS, sides.charged), (TOTALS, sides.totals)):
        rows = [row for row in _rows(_activity(frame)) if basis.get(_cell(row)) == name and not sides.is_whole(row)]
        behind = _sums(rows, "charged_pence")
        for key in sorted({*behind, *(each for each in asked if basis.get(each[:3]) == name)}):
            if asked.get(key, 0) != behind.get(key, 0):
                yield {**_at(key), "step": "unexplained", "reason": "line_differs_from_its_backing",
                       "item": f"backing.{key[2]}.{key[3]}", "ours_pence": behind.get(key, 0),
                       "charged_pence": asked.get(key, 0)}  # fmt: skip


def _whole(sides: Sides) -> Iterator[Row]:
    """Each line of a contract held whole, against what was invoiced for it; other terms together, against theirs."""
    lines, terms = list(_rows(sides.invoice_lines)), list(_rows(sides.terms))
    blocks = [
        row for row in lines if row["line_kind"] == "block" or (row["line_kind"] == "activity" and sides.is_whole(row))
    ]
    asked = _sums(blocks, "amount_pence", _line)
    cost = _sums((row for row in _rows(sides.costed) if sides.is_whole(row)), "cost_pence", _line)
    effect = _sums((row for row in terms if row["is_whole"]), "amount_pence", _line)
    for key in sorted({*asked, *cost, *effect}):
        at = {**_at(key[:2]), "point_of_delivery": key[2]}
        yield from _of_terms(at, "block_sums_differ", cost.get(key, 0) + effect.get(key, 0), asked.get(key, 0))
    taken = _sums((row for row in lines if row["line_kind"] == "terms"), "amount_pence", _side)
    other = _sums((row for row in terms if not row["is_whole"]), "amount_pence", _side)
    for key in sorted({*taken, *other}):
        yield from _of_terms(_at(key), "terms_differ", other.get(key, 0), taken.get(key, 0))


def _side(row: Row) -> tuple[str, str]:
    return row["commissioner_code"], row["provider_code"]


def _line(row: Row) -> tuple[str, str, str]:
    return (*_side(row), row["point_of_delivery"])


def _of_terms(at: Row, reason: str, ours: int, charged: int) -> Iterator[Row]:
    if ours != charged:
        item = f"{reason}.{at['point_of_delivery']}" if "point_of_delivery" in at else reason
        yield {
            **at,
            "step": "terms_difference",
            "reason": reason,
            "item": item,
            "ours_pence": ours,
            "charged_pence": charged,
        }


def _on_account(sides: Sides, basis: Mapping[Cell, str]) -> Iterator[Row]:
    """On account against what the activity of its months costs; once a month is invoiced by activity it is to be taken back."""
    asked = _sums((row for row in _lines(sides, "on_account")), "amount_pence", _cell)
    cost = _sums(
        (row for row in _rows(sides.costed) if not sides.is_whole(row) and _cell(row) not in basis), "cost_pence", _cell
    )
    for key in sorted({*asked, *cost}):
        ours, charged = cost.get(key, 0), asked.get(key, 0)
        if ours != charged:
            reason = "not_taken_back" if key in basis else "not_yet_invoiced_by_activity"
            yield {
                **_at(key),
                "step": "on_account",
                "reason": reason,
                "item": f"{key[2]}",
                "ours_pence": ours,
                "charged_pence": charged,
            }


def _drugs(sides: Sides) -> Iterator[Row]:
    """Drugs and devices: what was charged for, what of it twice, and lines that differ from the records behind them."""

    def kind(row: Row) -> Kind:
        return (*_cell(row), row.get("charge_kind") or row["line_kind"])

    asked = _sums(
        (row for row in _rows(sides.invoice_lines) if row["line_kind"] in ("drug", "device")), "amount_pence", kind
    )
    behind = _sums((row for row in _rows(sides.charged) if row["charge_kind"] != "activity"), "charged_pence", kind)
    invoiced = {key: amount for key, amount in behind.items() if key in asked}
    again = _sums(_rows(sides.repeats), "charged_pence", kind)
    for key in sorted(asked):
        once = invoiced.get(key, asked[key]) - (again.get(key, 0) if key in invoiced else 0)
        item = f"{key[2]}.{key[3]}"
        base = _at(key[:3])
        if once:
            yield {
                **base,
                "step": "drugs_and_devices",
                "reason": "outside_the_tariff",
                "item": item,
                "charged_pence": once,
            }
        if invoiced.get(key, asked[key]) != asked[key]:
            yield {**base, "step": "unexplained", "reason": "line_differs_from_its_backing", "item": f"backing.{item}",
                   "ours_pence": invoiced[key], "charged_pence": asked[key]}  # fmt: skip
    for row in _rows(sides.repeats):
        if kind(row) in invoiced:
            yield {**_at(_cell(row)), "step": "billed_twice", "reason": f"{row['charge_kind']}_charged_again",
                   "item": f"{row['charge_kind']}.{row['record_number']}.{row['charge_id']}", "record_number": row["record_number"],
                   "charged_pence": row["charged_pence"]}  # fmt: skip


def _adjusted(sides: Sides) -> Iterator[Row]:
    """Adjustments: one that settles a difference of ours goes to its step, one both sides signed is agreed."""
    for row in _rows(sides.invoice_lines):
        if row["line_kind"] == "adjustment":
            step, reason = _what_it_settles(row, sides.month)
            yield {**_of_line(row), "step": step, "reason": reason}


def _what_it_settles(row: Row, month: Month) -> tuple[str, str]:
    named = row["settles_difference"]
    if named:
        start = name_difference(month.financial_year, (row["commissioner_code"], row["provider_code"]), step="")
        step = named.removeprefix(f"{start}.").split(".", 1)[0]
        known = named.startswith(f"{start}.") and step in DIFFERENCES
        return (step, "settled_by_invoice") if known else ("unexplained", "settles_no_difference_of_this_year")
    if row["agreement_reference"]:
        return "agreed_adjustment", "agreed_in_writing"
    return "unexplained", "adjustment_without_agreement"


def _of_line(row: Row) -> Row:
    named = {name: row[name] for name in (*SIDE, "month", "point_of_delivery", "invoice_number", "line_number")}
    practice = {"practice_code": row["practice_code"]} if row["practice_code"] else {}
    item = f"line.{row['invoice_number']}.{row['line_number']}"
    return {**named, **practice, "item": item, "charged_pence": row["amount_pence"]}


def _heads(sides: Sides) -> Iterator[Row]:
    """An invoice that asks for more or less than its lines add up to."""

    def number(row: Row) -> tuple[str, str, str]:
        return row["commissioner_code"], row["provider_code"], row["invoice_number"]

    lines = _sums(_rows(sides.invoice_lines), "amount_pence", number)
    for row in _rows(sides.invoices):
        ours = lines.get(number(row), 0)
        if ours != row["amount_pence"]:
            yield {**_at(number(row)[:2]), "month": row["invoice_month"], "invoice_number": row["invoice_number"],
                   "step": "unexplained", "reason": "invoice_differs_from_its_lines", "item": f"invoice.{row['invoice_number']}",
                   "ours_pence": ours, "charged_pence": row["amount_pence"]}  # fmt: skip


def _outside(sides: Sides) -> Iterator[Row]:
    """Lines for activity, or on account, of months that are not of the year to date."""
    for row in _lines(sides, "activity", "on_account", inside=False):
        yield {**_of_line(row), "step": "unexplained", "reason": "month_outside_the_year_to_date"}


def _cells_and_records(sides: Sides, basis: Mapping[Cell, str]) -> Iterator[Row]:
    """Records that do not add up to the cells statements are made of: nothing of ours should do so, and it is told."""
    rows = [[row for row in _rows(frame) if basis.get(_cell(row)) == RECORDS and not sides.is_whole(row)]
            for frame in (sides.costed, sides.records)]  # fmt: skip
    cells, records = (_sums(each, "cost_pence") for each in rows)
    for key in sorted({*cells, *records}):
        if cells.get(key, 0) != records.get(key, 0):
            yield {**_at(key), "step": "unexplained", "reason": "records_differ_from_cells", "item": f"cells.{key[2]}.{key[3]}",
                   "ours_pence": cells.get(key, 0), "charged_pence": records.get(key, 0)}  # fmt: skip
