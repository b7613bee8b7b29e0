"""A reconciliation as tables of a page, each number with the id of its figure: the ledger, hospitals, steps and the lines behind one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from pbc.money import pounds_and_pence
from pbc.periods import Month
from pbc.reference.activity import POINTS_OF_DELIVERY
from pbc.reports.cell_figures import Cells
from pbc.reports.reconciliation import POSITION, SUMS, JournalMaterial, ReconciliationMaterial
from pbc.reports.view import Head, PageTable

Row = dict[str, Any]
TO_DATE, MONTH = "year_to_date", "month"
TITLES = {
    "bill": "Bill by contract",
    "invoiced": "Invoiced",
    "ledger": "Ledger",
    "posting_difference": "Posted otherwise",
}
OWNED = frozenset({"unexplained", "posting_difference"})  # differences without a name, and those in the ledger
HOSPITALS = ("bill", "unexplained", "invoiced", "ledger")
NOBODY = "not-attributed"
ELSEWHERE = "posted_to_another_provider"


@dataclass(frozen=True)
class Shown:
    """A table, the figure in each of its cells by row and column, and its rows that are sums of those above them."""

    table: PageTable
    figures: Cells
    sums: tuple[int, ...] = ()


@dataclass(frozen=True)
class Difference:
    """A difference between bill and invoice, or between invoice and ledger, as it stands at the end of a month."""

    difference_id: str
    commissioner_code: str
    provider_code: str
    step: str
    reason: str
    amount_pence: int
    items_count: int
    first_seen: Month | None
    months_old: int
    figure_id: str
    set_name: str

    @property
    def title(self) -> str:
        """This returns what people call it."""
        return step_title(self.step)


def step_title(step: str) -> str:
    """This returns a step as people say it.

    >>> step_title("billed_twice"), step_title("bill")
    ('Billed twice', 'Bill by contract')
    """
    return TITLES.get(step, step.replace("_", " ").capitalize())


def position_table(material: ReconciliationMaterial, *, commissioner: str) -> Shown | None:
    """This returns the page of the ledger, from statements down; None where the reconciliation knows no such commissioner."""
    rows = material.positions.filter(pl.col("commissioner_code") == commissioner).to_dicts()
    if not rows:
        return None
    held = rows[0]
    body = tuple((words.removeprefix("= "), pounds_and_pence(held[name])) for name, words in POSITION)
    figures = {(at, 1): f"{held['figure_id']}:{name}" for at, (name, _) in enumerate(POSITION)}
    caption = f"{material.named(commissioner)}: from statements to the ledger, year to date, {material.month.title}"
    sums = tuple(at for at, (_, words) in enumerate(POSITION) if words.startswith("= "))
    return Shown(PageTable("position", caption, (Head("Step"), Head("Amount", is_number=True)), body), figures, sums)


def hospitals_table(material: ReconciliationMaterial, *, commissioner: str, hospitals: Collection[str]) -> Shown:
    """This returns where each of some hospitals stands at the end of the month, a row each."""
    rows, figures = [], dict[tuple[int, int], str]()
    for at, provider in enumerate(sorted(hospitals)):
        steps = {row["step"]: row for row in _steps(material, commissioner, provider, TO_DATE)}
        rows.append((material.named(provider), *(pounds_and_pence(steps[name]["amount_pence"]) for name in HOSPITALS)))
        figures |= {(at, column): steps[name]["figure_id"] for column, name in enumerate(HOSPITALS, start=1)}
    heads = (Head("Hospital"), *(Head(step_title(name), is_number=True) for name in HOSPITALS))
    caption = f"Hospitals, year to date, {material.month.title}"
    return Shown(PageTable("hospitals", caption, heads, tuple(rows)), figures)


def journal_table(journal: JournalMaterial) -> PageTable:
    """This returns a journal's lines as a page shows them before they are loaded, with the totals of both sides."""
    heads = (
        Head("Account"), Head("Hospital"), Head("Debit", is_number=True), Head("Credit", is_number=True), Head("What it is"),
    )  # fmt: skip
    body: list[tuple[str, ...]] = [
        (row["account_code"], journal.source.named(row["provider_code"]), *_either(row), _capital(row["description"]))
        for row in journal.lines.to_dicts()
    ]
    body.append(("Total", "", *(pounds_and_pence(each) for each in journal.totals), ""))
    return PageTable("journal", f"Journal {journal.journal_number}", heads, tuple(body), has_total=True)


def _either(row: Row) -> tuple[str, str]:
    debit, credit = (pounds_and_pence(row[name]) if row[name] else "" for name in ("debit_pence", "credit_pence"))
    return debit, credit


def _capital(description: str) -> str:
    said = description.partition(": ")[2]
    return said[:1].upper() + said[1:]


def hospitals_of(material: ReconciliationMaterial, *, commissioner: str) -> list[str]:
    """This returns the codes of the hospitals a commissioner pays, and `none` where entries name no hospital."""
    own = material.steps.filter(pl.col("commissioner_code") == commissioner)
    return own["provider_code"].unique().sort().to_list()


def steps_table(material: ReconciliationMaterial, *, commissioner: str, provider: str, last: str = "ledger") -> Shown:
    """This returns a hospital's steps as far as the step `last`: what changed since the month before, and the year to date.

    Steps of nothing, with nothing behind them, are left out; sums never are. A reconciliation that reads later deliveries on
    tells the year to date alone.
    """
    moved = {row["step"]: row for row in _steps(material, commissioner, provider, MONTH)}
    kept = [row for row in _as_far_as(_steps(material, commissioner, provider, TO_DATE), last) if _says(row, moved)]
    columns = ([(f"Since {material.month.plus(-1).title}", moved)] if moved else []) + [
        ("Year to date", {row["step"]: row for row in kept})
    ]
    heads = (
        Head("Step"),
        *(Head(title, is_number=True) for title, _ in columns),
        Head("Behind it", is_number=True),
    )
    body, figures = [], dict[tuple[int, int], str]()
    for at, row in enumerate(kept):
        cells = [held[row["step"]] for _, held in columns]
        counted = f"{row['items_count']:,}" if row["items_count"] else "Sum" if row["step"] in SUMS else "None"
        body.append((step_title(row["step"]), *(pounds_and_pence(cell["amount_pence"]) for cell in cells), counted))
        figures |= {(at, column): cell["figure_id"] for column, cell in enumerate(cells, start=1)}
    caption = f"{material.named(provider)}, paid by {material.named(commissioner)}, {material.month.title}"
    sums = tuple(at for at, row in enumerate(kept) if row["step"] in SUMS)
    return Shown(PageTable("steps", caption, heads, tuple(body)), figures, sums)


def _says(row: Row, moved: dict[str, Row]) -> bool:
    has_moved = bool(moved) and bool(moved[row["step"]]["amount_pence"])
    return bool(row["amount_pence"] or row["items_count"] or row["step"] in SUMS or has_moved)


def differences_of(
    material: ReconciliationMaterial, *, commissioner: str, provider: str | None = None, last: str = "ledger"
) -> list[Difference]:
    """This returns what differs between bill and invoice, and invoice and ledger, of a commissioner's hospitals or of one.

    The largest first. Accruals and other entries that are no difference are left out, as is what is nothing and has nothing
    behind it.
    """
    codes = hospitals_of(material, commissioner=commissioner) if provider is None else [provider]
    found = [
        _difference(material, row)
        for code in codes
        for row in _as_far_as(_steps(material, commissioner, code, TO_DATE), last)
        if _is_difference(material, row)
    ]
    return sorted(found, key=lambda each: (-abs(each.amount_pence), each.difference_id))


def _is_difference(material: ReconciliationMaterial, row: Row) -> bool:
    rank = dict(material.steps.select("step", "sequence").unique().iter_rows())
    is_named = rank["bill"] < row["sequence"] < rank["invoiced"]
    return (is_named or row["step"] in OWNED) and bool(row["amount_pence"] or row["items_count"])


def _difference(material: ReconciliationMaterial, row: Row) -> Difference:
    seen = Month.from_number(row["first_seen_month"]) if row["first_seen_month"] else None
    return Difference(
        row["difference_id"], row["commissioner_code"], row["provider_code"], row["step"], row["reason"], row["amount_pence"],
        row["items_count"], seen, _months_between(seen, material.month) if seen else 0, row["figure_id"],
        material.set_name,
    )  # fmt: skip


def _months_between(first: Month, last: Month) -> int:
    """Months from one to another: September is three after June."""
    return (last.start.year - first.start.year) * 12 + last.start.month - first.start.month


def lines_table(
    material: ReconciliationMaterial, *, difference: Difference, offset: int = 0, most: int | None = None
) -> Shown:
    """This returns the lines behind a difference, the largest first: both sides, what they differ by, and since when."""
    own = {
        "commissioner_code": difference.commissioner_code, "provider_code": difference.provider_code, "step": difference.step,
    }  # fmt: skip
    size = pl.col("difference_pence").abs()
    rows = (
        material.items.filter(pl.all_horizontal(pl.col(name) == value for name, value in own.items()))
        .sort(size, "difference_id", "practice_code", descending=[True, False, False])
        .slice(offset, most)
        .to_dicts()
    )
    heads = (
        Head("Line"), Head("Why"), Head("Month"), Head("Practice"), Head("Ours", is_number=True),
        Head("Charged", is_number=True), Head("Difference", is_number=True), Head("First seen"),
    )  # fmt: skip
    body = tuple(_line(row) for row in rows)
    figures = {(at, 6): row["figure_id"] for at, row in enumerate(rows)}
    return Shown(PageTable("lines", f"Lines behind it: {difference.title.lower()}", heads, body), figures)


def other_halves(material: ReconciliationMaterial, *, difference: Difference) -> list[str]:
    """This returns the hospitals at which the other half of an invoice posted to the wrong one stands, by code."""
    posted = material.items.filter(
        (pl.col("commissioner_code") == difference.commissioner_code)
        & (pl.col("step") == "posting_difference")
        & (pl.col("reason") == ELSEWHERE)
    )
    is_own = pl.col("provider_code") == difference.provider_code
    if difference.step != "posting_difference":
        return []
    numbers = posted.filter(is_own)["invoice_number"].to_list()
    return posted.filter(~is_own & pl.col("invoice_number").is_in(numbers))["provider_code"].unique().sort().to_list()


def count_lines(material: ReconciliationMaterial, *, difference: Difference) -> int:
    """This returns how many lines stand behind a difference."""
    return material.items.filter(
        (pl.col("commissioner_code") == difference.commissioner_code)
        & (pl.col("provider_code") == difference.provider_code)
        & (pl.col("step") == difference.step)
    ).height


def _line(row: Row) -> tuple[str, ...]:
    month = Month.from_number(row["month"]).title if row["month"] else "Year to date"
    practice = "None" if row["practice_code"] == NOBODY else row["practice_code"]
    money = (pounds_and_pence(row[name]) for name in ("ours_pence", "charged_pence", "difference_pence"))
    why = row["reason"].replace("_", " ").capitalize()
    return (_what(row), why, month, practice, *money, Month.from_number(row["first_seen_month"]).title)


def _what(row: Row) -> str:
    kind = POINTS_OF_DELIVERY[row["point_of_delivery"]].title if row["point_of_delivery"] else ""
    if row["record_number"]:
        return f"Record {row['record_number']}" + (f", {kind.lower()}" if kind else "")
    if row["entry_number"]:
        return f"Entry {row['entry_number']}"
    if row["invoice_number"]:
        line = f", line {row['line_number']}" if row["line_number"] else ""
        return f"Invoice {row['invoice_number']}{line}"
    return kind or "All activity"


def _steps(material: ReconciliationMaterial, commissioner: str, provider: str, period: str) -> list[Row]:
    own = material.steps.filter(
        (pl.col("commissioner_code") == commissioner)
        & (pl.col("provider_code") == provider)
        & (pl.col("period") == period)
    )
    return own.sort("sequence").to_dicts()


def _as_far_as(steps: list[Row], last: str) -> Iterator[Row]:
    for row in steps:
        yield row
        if row["step"] == last:
            return
