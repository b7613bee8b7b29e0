"""A small world with two sides, ours and the hospitals', as plain rows; and both sides reconciled by the methods."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from pbc.engines import Engine
from pbc.methods.reconciliation import (
    Sides,
    add_up_charges,
    add_up_practices,
    add_up_records,
    add_up_steps,
    age_items,
    find_basis,
    find_repeats,
    list_invoice_items,
    list_ledger_items,
    list_record_items,
    match_charges,
    number_charges,
    place_ledger,
    place_records,
)
from pbc.methods.reconciliation.steps import NO_PROVIDER
from pbc.periods import Month
from pbc.tables import (
    CHARGED_ACTIVITY,
    COSTED_ACTIVITY,
    INVOICE_LINES,
    INVOICES,
    LEDGER_ENTRIES,
    MONITORED_TOTALS,
    RECONCILIATION_ITEMS,
    RECONCILIATION_STEPS,
)

Row = dict[str, Any]
SIDE = ("commissioner_code", "provider_code")
LINE = (*SIDE, "month", "practice_code", "point_of_delivery")
SETTING = {"DC": "APC", "EL": "APC", "NEL": "APC", "OPFA": "OP", "AE": "AE"}


def record(number: str, cost: int | None, **more: Any) -> Row:
    """A record of ours: a day case of April at ZH1 for practice Z90001 of ZP1 unless said otherwise; no cost is taken back.

    `first` is what its month first said otherwise of it: `month`, `point_of_delivery`.
    """
    return {
        "provider_code": "ZH1", "record_number": number, "month": 200904, "practice_code": "Z90001", "commissioner_code": "ZP1",
        "point_of_delivery": "DC", "hrg_code": "ZZA01", "cost_pence": cost, "first_pence": cost, **more,
    }  # fmt: skip


def charge(number: str, pence: int, **more: Any) -> Row:
    """A charge for such a record, in the delivery of May, at the practice that answers for it."""
    return {
        "commissioner_code": "ZP1", "provider_code": "ZH1", "charge_kind": "activity", "record_number": number, "month": 200904,
        "practice_code": "Z90001", "point_of_delivery": "DC", "treatment_function_code": "100", "hrg_code": "ZZA01",
        "activity_count": 1, "charged_pence": pence, "is_restricted": False, **more,
    }  # fmt: skip


@dataclass
class World:
    """Both sides of a year to date. Charges are numbered in their order; an invoice is made of its lines unless it says more."""

    month: Month = field(default_factory=lambda: Month(2009, 6))
    records: list[Row] = field(default_factory=list)
    charges: list[Row] = field(default_factory=list)
    terms: list[Row] = field(default_factory=list)
    whole: list[tuple[str, str, str]] = field(default_factory=list)
    invoices: list[Row] = field(default_factory=list)
    lines: list[Row] = field(default_factory=list)
    totals: list[Row] = field(default_factory=list)
    entries: list[Row] = field(default_factory=list)
    elsewhere: list[tuple[str, str]] = field(default_factory=list)

    def numbered(self) -> list[Row]:
        """Charges with the number and day they have."""
        return [
            {"activity_on": date(row["month"] // 100, row["month"] % 100, 5), **row, "charge_number": f"{at:05d}",
             "setting": SETTING.get(row["point_of_delivery"]), "charge_id": f"2009-05.{at:05d}"}
            for at, row in enumerate(self.charges)
        ]  # fmt: skip

    def invoice(self, number: str, *lines: Row, kind: str = "reconciliation", more: int = 0, **who: Any) -> None:
        """Adds an invoice of April with these lines, asking for `more` than they add up to."""
        head = {"commissioner_code": "ZP1", "provider_code": "ZH1", "invoice_number": number, **who}
        amount = sum(line["amount_pence"] for line in lines) + more
        self.invoices.append(
            {
                **head,
                "invoice_month": 200904,
                "invoice_kind": kind,
                "dated_on": date(2009, 5, 1),
                "amount_pence": amount,
            }
        )
        self.lines += [{"month": 200904, **line, **head, "line_number": at} for at, line in enumerate(lines, start=1)]

    def invoice_charges(self, number: str = "I1", *more: Row) -> None:
        """Adds the invoice of April that its charges back."""
        kinds = sorted({row["point_of_delivery"] for row in self.charges if row["charge_kind"] == "activity"})
        lines = [
            {"line_kind": "activity", "point_of_delivery": kind, "activity_count": 1, "amount_pence": sum(
                row["charged_pence"] for row in self.charges
                if row["point_of_delivery"] == kind and row["commissioner_code"] == "ZP1" and row["month"] == 200904)}
            for kind in kinds
        ]  # fmt: skip
        self.invoice(number, *lines, *more)

    def cells(self) -> list[Row]:
        """Our records as cells are: by month, practice, hospital and kind."""
        return [
            {**{name: row[name] for name in LINE}, "activity_count": 1, "cost_pence": row["cost_pence"]}
            for row in self.records
            if row["cost_pence"] is not None
        ]


@dataclass(frozen=True)
class Reconciled:
    """What the methods make of a world."""

    items: pl.DataFrame
    steps: pl.DataFrame
    practices: pl.DataFrame
    position: pl.DataFrame

    @property
    def charged(self) -> pl.DataFrame:
        """The items of charges alone: no invoice of these worlds is posted unless an entry says so."""
        return self.items.filter(pl.col("step") != "posting_difference")

    def step(self, name: str, provider: str = "ZH1", commissioner: str = "ZP1") -> int:
        """A step of a hospital's year to date."""
        wanted = {"step": name, "provider_code": provider, "commissioner_code": commissioner, "period": "year_to_date"}
        return int(self.steps.filter(**wanted)["amount_pence"].sum())

    def reasons(self, step: str) -> list[tuple[str, str, int]]:
        """Reason, practice and pence of each item behind a step."""
        rows = self.items.filter(step=step).select("reason", "practice_code", "difference_pence")
        return sorted(rows.iter_rows())


def frame(rows: list[Row], schema: dict[str, Any]) -> pl.DataFrame:
    """Rows as a frame of this schema."""
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema, orient="row")


def first_sent(row: Row) -> Row:
    """A record as its month first brought it."""
    return {**row, **row.get("first", {})}


def costed(records: list[Row], amount: str) -> pl.DataFrame:
    """Records as COSTED_ACTIVITY, where they have this amount."""
    return COSTED_ACTIVITY.from_rows([
        {**row, "setting": SETTING[row["point_of_delivery"]], "treatment_function_code": "100", "attribution": "registered",
         "excess_days": 0, "base_pence": 0, "short_stay_pence": 0, "excess_days_pence": 0, "top_up_pence": 0,
         "market_forces_pence": 0, "cost_pence": row[amount]}
        for row in (map(first_sent, records) if amount == "first_pence" else records) if row[amount] is not None
    ])  # fmt: skip


def sides_of(world: World, engine: Engine) -> tuple[Sides, Any, Any]:
    """Both sides as the methods take them, with our records and the charges inside the engine."""
    columns = COSTED_ACTIVITY.sql_columns
    now, first = (engine.adopt(costed(world.records, name), columns) for name in ("cost_pence", "first_pence"))
    ours = place_records(now, first=first)
    charges = number_charges(
        engine.adopt(CHARGED_ACTIVITY.from_rows(world.numbered()), CHARGED_ACTIVITY.sql_columns), delivery="2009-05"
    )
    text, number = pl.String, pl.Int64
    cells = {**dict.fromkeys(LINE, text), "month": pl.Int32, "activity_count": number, "cost_pence": number}
    terms = {
        **dict.fromkeys((*SIDE, "practice_code", "point_of_delivery"), text),
        "is_whole": pl.Boolean,
        "amount_pence": number,
    }
    whole = pl.DataFrame(world.whole, schema=dict.fromkeys((*SIDE, "point_of_delivery"), text), orient="row")
    invoices = INVOICES.from_rows(world.invoices)
    to_pay = invoices.filter(pl.col("invoice_kind") != "settlement")
    lines = INVOICE_LINES.from_rows(world.lines).join(to_pay, on=list(INVOICES.key), how="semi")
    sides = Sides(
        world.month, frame(world.cells(), cells), frame(world.terms, terms), whole, to_pay, lines, add_up_charges(charges),
        MONITORED_TOTALS.from_rows(world.totals), find_repeats(charges), add_up_records(ours),
    )  # fmt: skip
    return sides, ours, charges


def items_of(world: World, engine: Engine, earlier: pl.DataFrame | None = None) -> tuple[pl.DataFrame, Sides]:
    """The items of a world, and its sides."""
    sides, ours, charges = sides_of(world, engine)
    basis = find_basis(sides)
    scope = pl.DataFrame(
        sorted(cell for cell, found in basis.items() if found == "records"),
        schema={SIDE[0]: pl.String, SIDE[1]: pl.String, "month": pl.Int32}, orient="row",
    )  # fmt: skip
    matched = match_charges(ours, charges=charges, scope=scope, whole_lines=sides.whole_lines)
    elsewhere = pl.DataFrame(
        world.elsewhere, schema={"commissioner_code": pl.String, "practice_code": pl.String}, orient="row"
    )
    found = [
        list_record_items(matched, elsewhere=elsewhere), list_invoice_items(sides, basis=basis),
        list_ledger_items(INVOICES.from_rows(world.invoices), ledger_entries=LEDGER_ENTRIES.from_rows(world.entries)),
    ]  # fmt: skip
    before = RECONCILIATION_ITEMS.empty() if earlier is None else earlier
    return age_items(pl.concat(found), month=world.month, earlier=before), sides


def reconciled(
    world: World, engine: Engine, *, earlier: pl.DataFrame | None = None, before: pl.DataFrame | None = None
) -> Reconciled:
    """A world reconciled by the methods."""
    items, sides = items_of(world, engine, earlier)
    amounts = {**dict.fromkeys((*SIDE, "practice_code"), pl.String), "amount_pence": pl.Int64}
    cost, terms = (
        given.select(*SIDE, "practice_code", pl.col(name).alias("amount_pence")).cast(amounts)  # type: ignore[arg-type]
        for given, name in ((sides.costed, "cost_pence"), (sides.terms, "amount_pence"))
    )
    ledger = LEDGER_ENTRIES.from_rows(world.entries).select(
        SIDE[0], pl.col(SIDE[1]).fill_null(NO_PROVIDER), "amount_pence"
    )
    steps = add_up_steps(
        items, costed=cost, terms=terms, invoiced=sides.invoices.select(*SIDE, "amount_pence"), ledger=ledger,
        month=world.month, before=RECONCILIATION_STEPS.empty() if before is None else before,
    )  # fmt: skip
    return Reconciled(
        items, steps, add_up_practices(items, costed=cost, terms=terms, month=world.month),
        place_ledger(steps, stated={}, month=world.month),
    )  # fmt: skip
