"""Walking back from a reconciliation: from a step to its differences, and from each to the records of both sides."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from pbc.flows.trace import NOTHING, PENCE, Found, Row, Trace, published_part, total_of
from pbc.methods.reconciliation.steps import SEQUENCE, STEPS
from pbc.periods import Month
from pbc.reference.activity import POINTS_OF_DELIVERY
from pbc.reports.explanation import Part
from pbc.results import Figure, PublishedSet
from pbc.tables import ALL

SHOWN = 40  # differences of a step shown one by one, the largest first
SUMS = ("bill", "invoiced", "ledger")
POSITION = (
    "statements_pence", "not_attributed_pence", "adjustments_pence", "since_statement_pence", "named_pence", "unexplained_pence",
    "posting_pence", "accrued_pence", "prepaid_pence", "settlement_pence", "journals_pence",
)  # fmt: skip
ENDS = {"bill_pence": 4, "invoiced_pence": 6, "ledger_pence": len(POSITION)}  # how many of these a sum is made of


def trace_step(found: Found) -> Trace:
    """This returns how a step came about: a sum by the steps before it, a difference by what is behind it."""
    row = found.row
    if found.column.name != "amount_pence":
        return NOTHING
    said = (str(row["reason"]),)
    if row["period"] == "month":
        return _movement(found, said)
    if row["step"] in SUMS:
        return Trace("The steps before it", tuple(_before(found)), is_sum=True, sentences=said)
    if row["step"] == "costed_activity":
        return Trace("By kind of activity", tuple(_kinds(found)), is_sum=True, sentences=said)
    if row["step"] == "contract_terms":
        return Trace("In the statements", tuple(_terms(found)), sentences=said, rules=(f"Rule {row['rule']}.",))
    own = {name: row[name] for name in ("commissioner_code", "provider_code", "step")}
    return Trace("Differences behind it", tuple(_items(found, own)), is_sum=True, sentences=said, rules=_rules(row))


def _rules(row: Row) -> tuple[str, ...]:
    rule = STEPS[str(row["step"])].rule
    return () if rule == "none" else (f"Rule {rule}.",)


def _movement(found: Found, said: tuple[str, ...]) -> Trace:
    before = found.archive.input(found.published, "reconciliation")
    parts = [found.part("amount_pence", "year to date", period="year_to_date")]
    month = Month.from_number(found.row["statement_month"]).plus(-1)
    key = [str(found.row[name]) for name in ("commissioner_code", "provider_code", "step")]
    then = before and found.archive.row(before, "reconciliation_steps", (str(month.number), "year_to_date", *key))
    if before and then:
        part = published_part(
            before, "reconciliation_steps", row=then, column="amount_pence", label=f"less at the end of {month.title}"
        )
        parts.append(Part(part.label, -then["amount_pence"], part.kind, part.figure_id))
    return Trace("What changed since the month before", tuple(parts), is_sum=True, sentences=said)


def _before(found: Found) -> Iterator[Part]:
    """The sum before, where there is one, and the steps since."""
    at = SEQUENCE[found.row["step"]]
    last = max((SEQUENCE[name] for name in SUMS if SEQUENCE[name] < at), default=1)
    for name in STEPS:
        if last <= SEQUENCE[name] < at:
            yield found.part("amount_pence", name.replace("_", " "), step=name)


def _kinds(found: Found) -> Iterator[Part]:
    """What the cells of each delivery add up to, by kind of activity, in the months of the year to date."""
    row = found.row
    reached = Month.from_number(row["statement_month"])
    first = next(reached.financial_year.months())
    frames = [
        found.archive.frame(each, "activity_cells") for each in found.archive.deliveries(found.published, "cells")
    ]
    own = pl.concat([ALL["activity_cells"].empty(), *frames]).filter(
        pl.col("month").is_between(first.number, reached.number)
        & (pl.col("commissioner_code") == row["commissioner_code"])
        & (pl.col("provider_code") == row["provider_code"])
    )
    for (kind,), part in sorted(own.partition_by("point_of_delivery", as_dict=True).items()):
        yield Part(POINTS_OF_DELIVERY[str(kind)].title.lower(), int(total_of(part, "cost_pence")), PENCE)


def _terms(found: Found) -> Iterator[Part]:
    statement = found.archive.input(found.published, "statement")
    rows = found.archive.frame(statement, "bill_adjustments") if statement else ALL["bill_adjustments"].empty()
    for each in rows.filter(pl.col("provider_code") == found.row["provider_code"]).to_dicts() if statement else ():
        label = f"{str(each['kind']).replace('_', ' ')}, {each['practice_code']}"
        yield published_part(statement, "bill_adjustments", row=each, column="amount_pence", label=label)  # type: ignore[arg-type]


def _items(found: Found, own: Row) -> Iterator[Part]:
    held = found.archive.frame(found.published, "reconciliation_items")
    rows = held.filter(pl.all_horizontal(pl.col(name) == value for name, value in own.items()))
    ordered = rows.sort(
        pl.col("difference_pence").abs(), "difference_id", "practice_code", descending=[True, False, False]
    )
    for each in ordered.head(SHOWN).to_dicts():
        seen = Month.from_number(each["first_seen_month"]).title
        label = f"{str(each['reason']).replace('_', ' ')}, {_what(each)}, first seen {seen}"
        yield published_part(found.published, "reconciliation_items", row=each, column="difference_pence", label=label)
    rest = ordered.slice(SHOWN)
    if rest.height:
        yield Part(f"{rest.height:,} more, each smaller", int(total_of(rest, "difference_pence")), PENCE)


def _what(item: Row) -> str:
    if item["record_number"]:
        return f"record {item['record_number']}"
    if item["entry_number"]:
        return f"entry {item['entry_number']}"
    if item["invoice_number"]:
        return f"invoice {item['invoice_number']}"
    return (
        f"{Month.from_number(item['month']).title} {item['point_of_delivery'] or ''}".strip()
        if item["month"]
        else "the year to date"
    )


def trace_item(found: Found) -> Trace:
    """This returns both sides of a difference: our record and the charge, or the invoice, its line and the ledger's entry."""
    row = found.row
    parts = [found.part("charged_pence", "the other side"), Part("less ours", -row["ours_pence"], PENCE)]
    sides = [*_our_record(found), *_their_records(found)]
    said = (f"{str(row['reason']).replace('_', ' ').capitalize()}. {STEPS[str(row['step'])].reason}",)
    if (
        found.column.name == "difference_pence"
        and row["charged_pence"] - row["ours_pence"] == row["difference_pence"]
        and not sides
    ):
        return Trace("Both sides", tuple(parts), is_sum=True, sentences=said, rules=_rules(row))
    return Trace("Both sides, and the records behind them", (*parts, *sides), sentences=said, rules=_rules(row))


def _our_record(found: Found) -> Iterator[Part]:
    row = found.row
    if row["record_number"] and row["setting"]:
        key = (row["setting"], row["provider_code"], row["record_number"])
        for delivery in found.archive.deliveries(found.published, "activity"):
            held = found.archive.row(delivery, "activity_facts", key)
            if held is not None:
                figure = Figure(delivery.name, delivery.set_id, "activity_facts", key)
                label = f"our record {row['record_number']}, delivered with {delivery.name.partition('/')[2]}, {held['attribution']}"
                yield Part(label, row["ours_pence"], PENCE, str(figure))


def _their_records(found: Found) -> Iterator[Part]:
    """Charges of the record, the invoice and its line, the entries posted under its number."""
    row = found.row
    looked = (
        (
            "invoice-backing",
            "charged_activity",
            "charged_pence",
            ("provider_code", "record_number", "setting"),
            "record_number",
        ),
        ("invoices", "invoices", "amount_pence", ("provider_code", "invoice_number"), "invoice_number"),
        (
            "invoices",
            "invoice_lines",
            "amount_pence",
            ("provider_code", "invoice_number", "line_number"),
            "line_number",
        ),
        ("ledger", "ledger_entries", "amount_pence", ("provider_code", "invoice_number"), "invoice_number"),
        ("ledger", "ledger_entries", "amount_pence", ("entry_number",), "entry_number"),
    )
    told: set[str] = set()
    for kind, table, column, key, wanted in looked:
        for published in _sets(found, kind) if row[wanted] else ():
            for part in _rows_of(published, table, column, {name: row[name] for name in key}):
                if part.figure_id not in told:
                    told.add(part.figure_id)
                    yield part


def _sets(found: Found, kind: str) -> list[PublishedSet]:
    return found.archive.deliveries(found.published, kind)


def _rows_of(published: PublishedSet, table: str, column: str, wanted: Row) -> Iterator[Part]:
    same = pl.all_horizontal(pl.col(name).eq_missing(value) for name, value in wanted.items())
    for each in published.where(table, same).sort(ALL[table].key).to_dicts():
        label = f"{table.replace('_', ' ')}, {published.name.partition('/')[2]}"
        yield published_part(published, table, row=each, column=column, label=label)


def trace_reconciled_practice(found: Found) -> Trace:
    """This returns how a practice's step came about: a sum by the steps before it, a difference by what the practice carries."""
    row = found.row
    if row["step"] in SUMS:
        return Trace("The steps before it", tuple(_before(found)), is_sum=True)
    if row["step"] in ("costed_activity", "contract_terms"):
        return Trace(
            sentences=(STEPS[str(row["step"])].reason, "It is what the practice's statement says of hospital care.")
        )
    own = {name: row[name] for name in ("commissioner_code", "practice_code", "step")}
    return Trace("Differences it carries", tuple(_items(found, own)), is_sum=True, rules=_rules(row))


def trace_position(found: Found) -> Trace:
    """This returns how a sum of the ledger's page came about, from the statements down."""
    name = found.column.name
    if name in ENDS:
        parts = tuple(
            found.part(each, each.removesuffix("_pence").replace("_", " ")) for each in POSITION[: ENDS[name]]
        )
        return Trace("From the statements down", parts, is_sum=True)
    if name == "to_accrue_pence":
        parts = (found.part("due_pence", "owed"), Part("less in the ledger", -found.row["ledger_pence"], PENCE))
        return Trace("What is owed and not yet in the ledger", parts, is_sum=True)
    return NOTHING
