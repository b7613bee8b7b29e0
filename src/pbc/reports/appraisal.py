"""What a case is worth, as a terminal, a workbook and a CSV show it: a sentence first, then tables, every row with its figure id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from pbc.errors import RefusedInput
from pbc.money import pounds
from pbc.periods import FinancialYear
from pbc.reports.aligned import aligned
from pbc.reports.appraisal_tables import activity_table, budgets_table, payers_table, sensitivities_table, steps_table
from pbc.reports.safe_csv import write_safe_csv
from pbc.reports.view import PageTable, Sheet
from pbc.reports.whole_file import write_whole
from pbc.reports.workbook import MADE_UP, Book
from pbc.tables import ALL

Row = dict[str, Any]
SHEETS = {
    "appraisal_results": "What each option is worth against doing nothing",
    "appraisal_lines": "Each option year by year, step by step",
    "appraisal_years": "What each year leaves, added up and discounted",
    "appraisal_sensitivities": "What moves it most, and all against it",
    "bill_changes": "What the hospitals' bill does, line by line",
    "appraisal_payers": "What each who pays is asked for, beside the money named",
    "appraisal_budgets": "What is charged to each line of each practice's budget",
    "appraisal_changes": "What each promised change comes to in each year",
    "appraisal_prices": "What one stay, attendance or item is paid at",
    "case_options": "The case's options",
    "case_costs": "The case's costs",
    "case_activity_changes": "The case's changes of activity",
    "case_money": "The money the case names",
}
READING = (
    "Above nought an option leaves the commissioner better off. All at prices of the year appraised, its money not discounted. "
    "The bill falls later than activity: notice, baselines and what stays stand in the steps."
)


@dataclass(frozen=True)
class AppraisalReport:
    """A case as appraised: `tables` are its published rows with figure ids, `months_count` the months its prices are averaged of."""

    case_code: str
    year: FinancialYear
    cited: str
    is_made_up: bool
    tables: Mapping[str, pl.DataFrame]
    months_count: int = 12

    @property
    def title(self) -> str:
        """What stands above it."""
        return f"Case {self.case_code}, appraised at the prices of {self.year}"

    @property
    def options(self) -> list[Row]:
        """Results of the options beside doing nothing, best first."""
        rows = self.tables["appraisal_results"].filter(~pl.col("is_do_nothing"))
        return rows.sort("net_present_value_pence", "option_code", descending=[True, False]).to_dicts()

    @property
    def pages(self) -> tuple[PageTable, ...]:
        """The tables a reader needs: what activity each option changes, its steps, what moves it, whose money, whose budget."""
        builds = (partial(activity_table, months_count=self.months_count), *PAGES)
        return tuple(self._of(option, build) for option in self.options for build in builds)

    def _of(self, option: Row, build: Callable[..., PageTable]) -> PageTable:
        own = {
            name: rows.filter(pl.col("option_code") == option["option_code"]) if "option_code" in rows.columns else rows
            for name, rows in self.tables.items()
        }  # fmt: skip
        return build(own, caption=option["option_name"])


PAGES = (steps_table, sensitivities_table, payers_table, budgets_table)


def describe_options(report: AppraisalReport) -> tuple[str, ...]:
    """This returns a paragraph an option, best first: what it saves, when, and under what conditions."""
    against = {
        row["option_code"]: row["low_present_value_pence"]
        for row in report.tables["appraisal_sensitivities"].filter(pl.col("driver") == "all_against").to_dicts()
    }
    return tuple(
        " ".join([_worth(row), _paid_back(row), _condition(row), _bill(row, report), _every_year(row),
                  f"With all against it, it leaves {pounds(against[row['option_code']])}.", _money(row)])
        for row in report.options
    )  # fmt: skip


def appraisal_text(report: AppraisalReport) -> str:
    """This returns the report for a terminal: sentences, then tables."""
    lines = [report.title, *([MADE_UP] if report.is_made_up else [])]
    for said in describe_options(report):
        lines += ["", said]
    lines += ["", READING]
    for table in report.pages:
        if table.rows:
            lines += ["", table.caption, *aligned(table), *([table.note] if table.note else [])]
    return "\n".join([*lines, "", f"Kept as {report.cited}."]) + "\n"


def write_appraisal(report: AppraisalReport, *, path: Path) -> Path:
    """This writes the report as .xlsx or .csv, by the file's ending, each row with its figure id, and returns the path."""
    if path.suffix.lower() not in WRITERS:
        raise RefusedInput(
            "An appraisal is not written in a file of this kind.", where=f"--out {path}", found=path.suffix,
            expected="a name that ends in .xlsx or .csv", remedy="Give the file one of these endings.",
        )  # fmt: skip
    return WRITERS[path.suffix.lower()](report, path)


def _write_csv(report: AppraisalReport, path: Path) -> Path:
    """All tables below each other, in pence; `table` tells which."""
    frames = [report.tables[name].with_columns(table=pl.lit(name)) for name in SHEETS]
    both = pl.concat(frames, how="diagonal")
    named = both.with_columns(pl.lit("yes" if report.is_made_up else "no").alias("is_made_up"))
    last = ["is_made_up", "figure_id"]
    return write_safe_csv(named.select("table", pl.exclude("table", *last), *last), path)


def _write_workbook(report: AppraisalReport, path: Path) -> Path:
    day = report.year.start
    made = datetime(day.year, day.month, day.day, tzinfo=UTC)
    book = Book(title=report.title, made=made, is_made_up=report.is_made_up)
    marked = [MADE_UP] if report.is_made_up else []
    book.words("Cover", [report.title, *marked, *describe_options(report), READING, f"Kept as {report.cited}."])
    held = {name: report.tables[name] for name in SHEETS if report.tables[name].height}
    for name, frame in held.items():
        book.sheet(Sheet(name, SHEETS[name], ALL[name], _in_order(name, frame)))
    return write_whole(book.close(), path=path)


def _in_order(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Rows as they are read: steps by their place among the steps, not by their names."""
    return frame.sort(*ALL[name].key[:-1], "sequence") if "sequence" in frame.columns else frame


def _worth(row: Row) -> str:
    worth = row["net_present_value_pence"]
    first, last = (row[name].replace("-", "/") for name in ("first_year", "last_year"))
    way = "better off" if worth >= 0 else "worse off"
    return (
        f"{row['option_name']} ({row['option_code']}) leaves the commissioner {pounds(abs(worth))} {way} than doing nothing, "
        f"from {first} to {last}, in money of {first}."
    )


def _paid_back(row: Row) -> str:
    year, months = row["break_even_year"], row["payback_months_count"]
    if year is None:
        return "It does not pay for itself in these years."
    if months == 0:
        return "It never costs more than it has saved."
    return f"It has paid for itself in {year.replace('-', '/')}, after {months} months."


def _condition(row: Row) -> str:
    share, worth = row["break_even_activity_ratio"], row["net_present_value_pence"]
    if share is None:
        return (
            f"It is worth {'it' if worth >= 0 else 'nothing'} whatever part of the promised change in activity comes."
        )
    if (worth >= 0) == (share <= 1):
        asked = "needs at least" if worth >= 0 else "would need"
        return f"It {asked} {share:.1%} of the promised change in activity."
    return f"It bears at most {share:.1%} of the promised change in activity."


def _bill(row: Row, report: AppraisalReport) -> str:
    lines = report.tables["appraisal_lines"]
    results = report.tables["appraisal_results"]
    nothing = results.filter("is_do_nothing")["option_code"][0]
    priced = lines.filter(pl.col("step") == "priced")
    worth = sum(
        sign * int(priced.filter(pl.col("option_code") == code)["amount_pence"].sum())
        for code, sign in ((row["option_code"], 1), (nothing, -1))
    )
    if worth == 0 and row["bill_pence"] == 0:
        return "It changes no bill of a hospital."
    return f"What changes in activity is worth {pounds(worth)} at contract prices; the bill follows {pounds(row['bill_pence'])} of it."


def _every_year(row: Row) -> str:
    return (
        f"In {row['last_year'].replace('-', '/')}, without what comes once, it leaves {pounds(row['recurrent_pence'])}."
    )


def _money(row: Row) -> str:
    if row["is_affordable"] is None:
        return "The case names no money to pay it from."
    return f"Its costs are {'' if row['is_affordable'] else 'not '}within the money named."


WRITERS: Mapping[str, Callable[[AppraisalReport, Path], Path]] = {".xlsx": _write_workbook, ".csv": _write_csv}
