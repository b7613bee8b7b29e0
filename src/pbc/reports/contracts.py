"""What a commissioner owes each hospital under its contract: by line on a screen, in steps as CSV or workbook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from pbc.errors import RefusedInput
from pbc.money import MINUS, pounds
from pbc.periods import FinancialYear
from pbc.reference.activity import POINTS_OF_DELIVERY
from pbc.reference.payment_forms import PAYMENT_FORMS
from pbc.reports.aligned import aligned
from pbc.reports.hidden_rows import STAR, sum_or_none
from pbc.reports.material import StatementMaterial
from pbc.reports.protection import PROTECTED, Protection, star_means
from pbc.reports.safe_csv import write_safe_csv
from pbc.reports.sheets import sheet_title
from pbc.reports.shown_to import shown_to
from pbc.reports.view import Head, PageTable, Sheet
from pbc.reports.whole_file import write_whole
from pbc.reports.workbook import MADE_UP, Book
from pbc.tables import ALL

Row = dict[str, Any]
SHEETS = {
    "contract_bills": "Each contract's bill, year to date, step by step",
    "bill_changes": "What activity beside the plan does to the bill, this year and next",
}
HEADS = (Head("Line"), Head("Paid by"), Head("Priced", True), Head("Terms", True), Head("Bill", True))
CARRIES_SMALL = "For the commissioner's finance staff. It carries small counts: do not pass it on, do not publish it."
NO_CONTRACT = "Price, no contract"


@dataclass(frozen=True)
class ContractReport:
    """The bills of a month as a reader may see them: `bills` and `changes` are published rows with figure ids."""

    title: str
    notes: tuple[str, ...]
    made: datetime
    is_made_up: bool
    bills: pl.DataFrame
    changes: pl.DataFrame
    names: dict[str, str]

    @property
    def tables(self) -> tuple[PageTable, ...]:
        """One table a hospital, its lines and their sum last; with several hospitals a table of their sums."""
        found = [self._hospital(code) for code in self.bills["provider_code"].unique().sort()]
        return tuple(found) if len(found) < 2 else (*found, self._together())

    def _hospital(self, code: str) -> PageTable:
        rows = _by_line(self.bills.filter(pl.col("provider_code") == code), "point_of_delivery")
        body = [(POINTS_OF_DELIVERY[row["point_of_delivery"]].title, _form(row), *_money(row)) for row in rows]
        return PageTable(code, self.named(code), HEADS, (*body, ("All", "", *_money(_whole(rows)))), has_total=True)

    def _together(self) -> PageTable:
        rows = _by_line(self.bills, "provider_code")
        body = [(self.named(row["provider_code"]), "", *_money(row)) for row in rows]
        return PageTable("all", "All hospitals", HEADS, (*body, ("All", "", *_money(_whole(rows)))), has_total=True)

    def named(self, code: str) -> str:
        """This returns a hospital's name with its code."""
        return f"{self.names[code]} ({code})" if code in self.names else code


def build_contracts(
    material: StatementMaterial, *, provider_code: str | None = None, protection: Protection = PROTECTED
) -> ContractReport:
    """This returns the bills of a month's statement, of all hospitals or of one; a hospital without one is refused.

    Small numbers are protected unless `protection` says otherwise: a line of a few people is hidden with its money.
    """
    shown = shown_to(material, protection)
    bills, changes = shown.table("contract_bills"), shown.table("bill_changes")
    if provider_code is not None:
        _require_provider(bills, provider_code)
        bills, changes = (rows.filter(pl.col("provider_code") == provider_code) for rows in (bills, changes))
    if bills.is_empty():
        raise RefusedInput(
            "This statement holds no bills of contracts.", where=f"statement of {material.month.title}",
            remedy="It was made before contracts were billed: make it again with pbc statement.",
        )  # fmt: skip
    end = material.month.end
    codes = bills["provider_code"].unique().to_list()
    notes = [
        "Priced is what was done at the price list; terms are what the contract adds or takes; together they are the bill.",
        *([MADE_UP] if material.is_made_up else []),
        *([CARRIES_SMALL] if protection.shows_all else [star_means(shown.rule)]),
    ]
    return ContractReport(
        f"Contracts of {material.name_of(material.commissioner_code)}, year to date, {material.month.title}",
        tuple(notes), datetime(end.year, end.month, end.day, tzinfo=UTC), material.is_made_up, bills, changes,
        {code: material.names[code] for code in codes if code in material.names},
    )  # fmt: skip


def _require_provider(bills: pl.DataFrame, provider_code: str) -> None:
    known = bills["provider_code"].unique().sort().to_list()
    if provider_code not in known:
        raise RefusedInput(
            "No contract with this hospital is billed.", where="provider", found=provider_code, expected=", ".join(known),
            remedy="Give one of these codes.",
        )  # fmt: skip


def describe_changes(bill_changes: pl.DataFrame) -> tuple[str, ...]:
    """This returns a sentence a year: what activity beside the plan is worth, and what it does to the bill."""
    told = []
    for (year,), rows in bill_changes.sort("financial_year").group_by("financial_year", maintain_order=True):
        steps = {
            step: rows.filter(pl.col("step") == step).select(sum_or_none("amount_pence")).item()
            for step in ("priced", "not_paid", "rebased", "stranded")
        }
        if None not in steps.values():
            whole = sum(steps.values())
            told.append(
                f"{FinancialYear.parse(str(year))}: activity beside the contracts' plan is worth {_signed(steps['priced'])}; the bill "
                f"changes by {_signed(whole)}."
            )
    return tuple(told)


def contracts_text(report: ContractReport) -> str:
    """This returns the report for a terminal: a table a hospital, then what activity beside the plan does."""
    lines = [report.title, *report.notes]
    for table in report.tables:
        lines += ["", table.caption, *aligned(table)]
    told = describe_changes(report.changes)
    return "\n".join([*lines, *(["", *told] if told else [])]) + "\n"


def write_contracts(report: ContractReport, *, path: Path) -> Path:
    """This writes the report as .xlsx or .csv, by the file's ending, each row with its figure id, and returns the path."""
    writers = {".xlsx": _write_workbook, ".csv": _write_csv}
    if path.suffix.lower() not in writers:
        raise RefusedInput(
            "Bills of contracts are not written in a file of this kind.", where=f"--out {path}", found=path.suffix,
            expected="a name that ends in .xlsx or .csv", remedy="Give the file one of these endings.",
        )  # fmt: skip
    return writers[path.suffix.lower()](report, path)


def _write_csv(report: ContractReport, path: Path) -> Path:
    """Both tables below each other, in pence; `table` tells which."""
    both = pl.concat(
        [frame.with_columns(table=pl.lit(name)) for name, frame in zip(SHEETS, (report.bills, report.changes), strict=True)],
        how="diagonal",
    )  # fmt: skip
    named = both.with_columns(
        pl.col("provider_code").replace_strict(report.names, default="", return_dtype=pl.String).alias("provider_name"),
        pl.lit("yes" if report.is_made_up else "no").alias("is_made_up"),
    )
    last = ["is_made_up", "figure_id"]
    return write_safe_csv(named.select("table", pl.exclude("table", *last), *last), path)


def _write_workbook(report: ContractReport, path: Path) -> Path:
    frames = dict(zip(SHEETS, (report.bills, report.changes), strict=True))
    sheets = [Sheet(name, SHEETS[name], ALL[name], frame) for name, frame in frames.items() if frame.height]
    book = Book(title=report.title, made=report.made, is_made_up=report.is_made_up)
    listed = [f"{sheet_title(sheet.name)}: {sheet.title}" for sheet in sheets]
    cover = [report.title, *report.notes, *describe_changes(report.changes), "Sheets:"]
    book.words("Cover", [*cover, "Bill: priced activity, terms and bill by hospital and line", *listed])
    book.page_table(
        "Bill", _all_lines(report), note="Year to date, in pounds; the last row of each hospital is its sum."
    )
    for sheet in sheets:
        book.sheet(sheet)
    return write_whole(book.close(), path=path)


def _all_lines(report: ContractReport) -> PageTable:
    """The tables of all hospitals under each other, so that the sheet is one table."""
    rows = [(table.caption, *row) for table in report.tables for row in table.rows]
    return PageTable("bill", report.title, (Head("Hospital"), *HEADS), tuple(rows))


def _by_line(bills: pl.DataFrame, by: str) -> list[Row]:
    """Priced and terms by line or hospital; None where anything in it is hidden."""
    is_priced = pl.col("step") == "priced"
    money = pl.col("amount_pence")
    whole = [
        pl.when(money.filter(kept).null_count() == 0).then(money.filter(kept).sum()).alias(name)
        for name, kept in (("priced", is_priced), ("terms", ~is_priced))
    ]
    return bills.group_by(by).agg(pl.col("payment_form").first(), *whole).sort(by).to_dicts()


def _whole(rows: list[Row]) -> Row:
    return {
        name: None if any(row[name] is None for row in rows) else sum(row[name] for row in rows)
        for name in ("priced", "terms")
    }


def _form(row: Row) -> str:
    form = PAYMENT_FORMS.get(row["payment_form"])
    return form.title if form else NO_CONTRACT


def _money(row: Row) -> tuple[str, str, str]:
    priced, terms = row["priced"], row["terms"]
    whole = None if priced is None or terms is None else priced + terms
    return _said(priced), STAR if terms is None else _signed(terms), _said(whole)


def _said(amount: int | None) -> str:
    return STAR if amount is None else pounds(amount)


def _signed(amount: int) -> str:
    said = pounds(amount)
    return said if amount <= 0 or said.startswith(MINUS) else f"+{said}"
