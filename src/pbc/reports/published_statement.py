"""Real practices' prescribing against their fair shares, as a page, a workbook and CSV: years and sources on every row."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pbc.periods import Month
from pbc.reports.amounts import about, listed, percent
from pbc.reports.charts import bars, bars_in_rows
from pbc.reports.page import render
from pbc.reports.safe_csv import refusing_unwritable, write_safe_csv
from pbc.reports.view import Chart, Head, Headline, PageTable, Paragraph
from pbc.reports.whole_file import write_whole

BY_PLACE = "name+location"
MATCHES = {BY_PLACE: "place", "unique name only": "name alone"}
LICENCE = "Contains public sector information licensed under the Open Government Licence v3.0."


@dataclass(frozen=True)
class PublishedStatement:
    """What is shown: `practices` one row a practice, `months` one a practice and month, and the words beside them."""

    commissioner_code: str
    commissioner_name: str
    year: int
    need_year: str
    practices: pl.DataFrame
    months: pl.DataFrame
    sources: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def doubtful(self) -> pl.DataFrame:
        """Practices matched to their spending by name alone, unless nobody was matched better."""
        by_name = self.practices.filter(pl.col("matched_by") != BY_PLACE)
        return by_name if by_name.height < self.practices.height else by_name.clear()

    @property
    def sure(self) -> pl.DataFrame:
        """The other practices: those a headline may name."""
        return self.practices.join(self.doubtful, on="practice_code", how="anti", maintain_order="left")

    @property
    def total_pence(self) -> int:
        """What the practices really spent, which is also the sum of their fair shares."""
        return int(self.practices["actual_pence"].sum())


def write_published_statement(shown: PublishedStatement, *, folder: Path) -> list[Path]:
    """This writes the statement's page, workbook and two CSV files into a folder and returns their paths, page first."""
    stem = f"prescribing-{shown.commissioner_code}-{shown.year}"
    page, book = folder / f"{stem}.html", folder / f"{stem}.xlsx"
    tables = [
        write_safe_csv(shown.practices, folder / f"{stem}-practices.csv"),
        write_safe_csv(shown.months, folder / f"{stem}-months.csv"),
    ]
    downloads = {"Workbook": book.name, "By practice (CSV)": tables[0].name, "By month (CSV)": tables[1].name}
    with refusing_unwritable(folder):
        _write_workbook(shown, book)
        write_whole(render_published_statement(shown, downloads=downloads), path=page)
    return [page, book, *tables]


def render_published_statement(shown: PublishedStatement, *, downloads: dict[str, str]) -> str:
    """This returns the statement as one self-contained HTML page; `downloads` maps titles to addresses."""
    return render(
        "published_statement.html",
        shown=shown,
        is_made_up=False,
        facts=_facts(shown),
        headlines=_headlines(shown),
        reading=_reading(shown),
        chart_shown=_chart(shown),
        doubtful=_doubtful_table(shown),
        months=_month_table(shown),
        notes=Paragraph("about-figures", "About these figures", (*shown.sources, LICENCE, *shown.notes)),
        downloads=downloads,
    )


def _facts(shown: PublishedStatement) -> list[tuple[str, str]]:
    return [
        ("Commissioner", f"{shown.commissioner_name} ({shown.commissioner_code})"),
        ("Practices", f"{shown.practices.height}"),
        ("Prescribing", f"January to December {shown.year}, net ingredient cost"),
        ("Need", f"{shown.need_year} weighted lists"),
    ]


def _headlines(shown: PublishedStatement) -> list[Headline]:
    ordered = shown.sure.sort("variance_share")
    least, most = ordered.row(0, named=True), ordered.row(-1, named=True)
    among = "" if shown.doubtful.is_empty() else " of those matched by place"
    return [
        Headline("Spent on prescriptions", about(shown.total_pence), f"by {shown.practices.height} practices in {shown.year}"),
        Headline(f"Furthest above its share{among}", percent(most["variance_share"]), most["practice_name"]),
        Headline(f"Furthest below its share{among}", percent(least["variance_share"]), least["practice_name"]),
    ]  # fmt: skip


def _reading(shown: PublishedStatement) -> Paragraph:
    within = shown.sure.filter(pl.col("variance_share").abs() <= 0.1).height
    unsure = shown.doubtful["practice_name"].to_list()
    doubt = (
        f"The published spending names places, not codes. {listed(unsure)} could be matched by name alone: "
        "they stand in a table of their own and in no headline, for their spending may be another practice's."
    )
    known = "" if shown.doubtful.is_empty() else " matched by place"
    return Paragraph(
        "how-to-read", "How to read this",
        (
            f"A fair share is the practice's part of what all {shown.practices.height} practices really spent, divided by "
            f"the prescribing need of their lists. Shares and spending add up to the same {about(shown.total_pence)}.",
            f"{within} of {shown.sure.height} practices{known} spent within 10% of their share.",
            f"Need is of {shown.need_year} and spending of {shown.year}: lists have changed in between, so this is no "
            "financial year's ledger, and the fair shares are not budgets that anyone agreed.",
            "Being above a share is a question, not a finding: lists with care homes or students, and practices that "
            "dispense for others, differ for good reasons.",
            *([doubt] if unsure else []),
        ),
    )  # fmt: skip


def _chart(shown: PublishedStatement) -> Chart:
    ordered = shown.sure.sort("variance_pence", descending=True)
    rows = [
        {
            "name": row["practice_name"],
            "pounds": row["variance_pence"] / 100,
            "label": about(row["variance_pence"]),
        }
        for row in ordered.iter_rows(named=True)
    ]
    over = ordered.filter(pl.col("variance_pence") > 0).height
    caption = f"Prescribing of {shown.year} against fair share by need of {shown.need_year}, by practice"
    return Chart(
        "by-practice", f"{over} practices spent more than their share, {ordered.height - over} less",
        "Bars to the right are above the fair share, to the left below it; the table gives them in percent too.",
        f"Bars of spending less fair share for {ordered.height} practices; the table below holds every figure.",
        bars_in_rows(rows), "; ".join(shown.sources), _practice_table(shown, ordered, "by-practice", caption), narrow=bars(rows),
    )  # fmt: skip


def _doubtful_table(shown: PublishedStatement) -> PageTable | None:
    if shown.doubtful.is_empty():
        return None
    ordered = shown.doubtful.sort("variance_pence", descending=True)
    return _practice_table(shown, ordered, "doubtful", "Matched by name alone: doubt these first")


def _practice_table(shown: PublishedStatement, rows: pl.DataFrame, name: str, caption: str) -> PageTable:
    return PageTable(
        name, caption,
        (Head("Practice"), Head("Code"), Head("List", is_number=True), Head("Need", is_number=True), Head("Spent", is_number=True),
         Head("Fair share", is_number=True), Head("Above or below", is_number=True), Head("In percent", is_number=True),
         Head("Matched by")),
        (*(_practice_cells(row) for row in rows.iter_rows(named=True)), _total_cells(rows)),
        note=f"List: people registered, {shown.need_year}. Need: weighted people for prescribing over people, England 1. "
        "Pounds to the nearest £100; the downloads hold pence.",
        has_total=True,
    )  # fmt: skip


def _practice_cells(row: dict[str, object]) -> tuple[str, ...]:
    people, need, share = row["registered_population"], row["prescribing_need_index"], row["variance_share"]
    assert isinstance(people, float)
    assert isinstance(need, float)
    assert isinstance(share, float)
    money = [_pence(row, name) for name in ("actual_pence", "fair_share_pence", "variance_pence")]
    return (
        str(row["practice_name"]),
        str(row["practice_code"]),
        f"{people:,.0f}",
        f"{need:.2f}",
        *map(about, money),
        percent(share),
        MATCHES.get(str(row["matched_by"]), str(row["matched_by"])),
    )


def _total_cells(rows: pl.DataFrame) -> tuple[str, ...]:
    people = float(rows["registered_population"].sum())
    need = float(rows["prescribing_weighted_population"].sum()) / people
    spent, share = int(rows["actual_pence"].sum()), int(rows["fair_share_pence"].sum())
    return (
        f"These {rows.height} practices",
        "All",
        f"{people:,.0f}",
        f"{need:.2f}",
        about(spent),
        about(share),
        about(spent - share),
        percent((spent - share) / share),
        listed(sorted({MATCHES.get(str(matched), str(matched)) for matched in rows["matched_by"]})),
    )


def _month_table(shown: PublishedStatement) -> PageTable:
    by_month = shown.months.group_by("month").agg(
        pl.col("actual_pence").sum(),
        (pl.col("variance_pence") > 0).sum().alias("above"),
        pl.col("variance_pence").clip(lower_bound=0).sum().alias("moved_pence"),
    )
    rows = tuple(
        (
            Month.from_number(row["month"]).title,
            about(row["actual_pence"]),
            str(row["above"]),
            about(row["moved_pence"]),
        )
        for row in by_month.sort("month").iter_rows(named=True)
    )
    over = shown.practices["variance_pence"].clip(lower_bound=0)
    total = ("The year", about(shown.total_pence), str(int((over > 0).sum())), about(int(over.sum())))
    return PageTable(
        "by-month", f"Month by month, {shown.year}",
        (Head("Month"), Head("Spent", is_number=True), Head("Practices above their share", is_number=True),
         Head("Spent above shares", is_number=True)),
        (*rows, total),
        note="Spent above shares: what the practices above their share spent beyond it, equal to what the others spent less. "
        "Each practice's months are in the downloads.",
        has_total=True,
    )  # fmt: skip


def _pence(row: dict[str, object], name: str) -> int:
    value = row[name]
    assert isinstance(value, int)
    return value


def _write_workbook(shown: PublishedStatement, path: Path) -> None:
    import xlsxwriter  # wanted only where a workbook is written

    inert = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, inert) as book:
        title = book.add_format({"bold": True, "font_size": 16, "font_name": "Arial"})
        text = book.add_format({"text_wrap": True, "valign": "top", "font_name": "Arial"})
        page = book.add_worksheet("Notes")
        page.set_column(0, 0, 110)
        page.write_string(0, 0, f"Prescribing against fair shares: {shown.commissioner_name}, {shown.year}", title)
        for row, line in enumerate((*_reading(shown).sentences, *shown.sources, LICENCE, *shown.notes), start=1):
            page.write_string(row, 0, line, text)
        for name, frame in (("By practice", shown.practices), ("By month", shown.months)):
            _write_sheet(book, name, frame)


def _write_sheet(book: Any, name: str, frame: pl.DataFrame) -> None:
    page = book.add_worksheet(name)
    plain = {"font_name": "Arial"}
    formats = {
        "pounds": book.add_format({**plain, "num_format": "#,##0.00"}),
        "number": book.add_format({**plain, "num_format": "#,##0.00##"}),
        "text": book.add_format(plain),
        "head": book.add_format({**plain, "bold": True, "bottom": 1}),
    }
    money = [column for column in frame.columns if column.endswith("_pence")]
    shown = frame.with_columns((pl.col(column) / 100).alias(column.replace("_pence", "_pounds")) for column in money)
    for at, column in enumerate(shown.columns):
        page.set_column(at, at, 34 if shown.schema[column] == pl.String else 18)
        page.write_string(0, at, column, formats["head"])
        for row, value in enumerate(shown[column].to_list(), start=1):
            if isinstance(value, int | float):
                page.write_number(row, at, value, formats["pounds" if column.endswith("_pounds") else "number"])
            else:
                page.write_string(row, at, value or "", formats["text"])
    page.freeze_panes(1, 1)
