"""What every reader of a published file does: recognise, read as text, cast with refusals, name the source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pbc.engines.connection import connect
from pbc.errors import RefusedInput
from pbc.sources.delimited import Recognised, recognise, refusing_bad_rows, require_every_row, source_sql
from pbc.sources.layout import Layout, read_layouts
from pbc.tables import REJECTED_ROWS

HERE = Path(__file__).parent / "layouts"
NUMBERS = {"decimal": pl.Float64, "whole": pl.Int64, "pounds": pl.Float64}
DATE_FORMS = ("%Y%m%d", "%Y-%m-%d", "%d-%b-%y")
PRACTICE_CODE = r"^[A-Z]\d{5}$"


@dataclass(frozen=True)
class Published:
    """A published file as read: rows, what was left out and why, and words to stand beside any figure made of it."""

    rows: pl.DataFrame
    rejected: pl.DataFrame
    layout: str
    source: str
    file_name: str
    fingerprint: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Text:
    """A recognised file read as text, with `row_number`."""

    recognised: Recognised
    rows: pl.DataFrame

    @property
    def layout(self) -> Layout:
        """Its layout."""
        return self.recognised.layout

    def published(
        self, rows: pl.DataFrame, *, rejected: Sequence[pl.DataFrame] = (), notes: Sequence[str] = ()
    ) -> Published:
        """This returns the reader's answer about this file."""
        form = self.recognised.form
        left_out = pl.concat([REJECTED_ROWS.empty(), *rejected])
        publisher = self.layout.publisher or self.layout.title
        return Published(
            rows, left_out, self.layout.name, publisher, form.path.name, form.sha256, tuple(note for note in notes if note)
        )  # fmt: skip


def layouts(*names: str) -> list[Layout]:
    """This returns layouts of published files by name, or all of them."""
    return read_layouts(*names, folder=HERE)


def read_text(path: Path, *names: str) -> Text:
    """This returns a file recognised as one of the named layouts, as text columns in file order; others are refused."""
    recognised = recognise(path, layouts(*names))
    with refusing_bad_rows(recognised), connect() as connection:
        arrow = connection.sql(source_sql(recognised, with_row_number=True)).to_arrow_table()
    frame = pl.from_arrow(arrow)
    assert isinstance(frame, pl.DataFrame)
    require_every_row(recognised, rows_count=frame.height)
    return Text(recognised, frame)


def cast_columns(text: Text, *, empty: Sequence[str] = ()) -> pl.DataFrame:
    """This returns the rows with numbers and dates in their types, by the kinds of the layout.

    Words in `empty` stand for nothing known. Any other cell that is not of its kind is refused by row, column and value.
    """
    frame = text.rows
    for column in text.layout.columns:
        cell = pl.col(column.name)
        known = pl.when(~cell.is_in(list(empty))).then(cell) if empty else cell
        if column.kind in NUMBERS:
            cast = known.cast(NUMBERS[column.kind], strict=False)
            cast = pl.when(cast.cast(pl.Float64).is_finite()).then(cast)
        elif column.kind == "date":
            cast = pl.coalesce(known.str.to_date(form, strict=False) for form in DATE_FORMS)
        else:
            continue
        _require_cast(text, frame.select("row_number", found=known, value=cast), column.name, column.kind)
        frame = frame.with_columns(cast.alias(column.name))
    return frame


def _require_cast(text: Text, cells: pl.DataFrame, name: str, kind: str) -> None:
    bad = cells.filter(pl.col("found").is_not_null() & pl.col("value").is_null())
    if bad.height:
        expected = {"date": "a date like 2019-04-01"}.get(kind, "a plain number like 1204.5")
        raise RefusedInput(
            "A cell does not hold what its column promises.", where=_place(text, bad["row_number"][0], name),
            found=str(bad["found"][0]), expected=expected, remedy="Use the file as its publisher made it, or correct the cell.",
        )  # fmt: skip


def require_filled(text: Text, rows: pl.DataFrame, *names: str, least: float | None = None) -> None:
    """This raises `RefusedInput` for the first empty cell of these columns, or the first below `least`."""
    for name in names:
        wrong = pl.col(name).is_null() if least is None else pl.col(name).is_null() | (pl.col(name) < least)
        bad = rows.filter(wrong)
        if bad.height:
            raise RefusedInput(
                "A cell is empty." if bad[name][0] is None else "A number is too small to be true.",
                where=_place(text, bad["row_number"][0], name), found=str(bad[name][0] if bad[name][0] is not None else ""),
                expected="a value" if least is None else f"{least:g} or more",
            )  # fmt: skip


def require_once(text: Text, rows: pl.DataFrame, *, key: str) -> None:
    """This raises `RefusedInput` when a key stands twice in a file where each is published once."""
    doubled = rows.filter(pl.col(key).is_duplicated())
    if doubled.height:
        raise RefusedInput(
            "A key stands twice in this file.", where=_place(text, doubled["row_number"][1], key),
            found=str(doubled[key][0]), expected="each once", remedy="Keep the row that is right.",
        )  # fmt: skip


def reject(text: Text, rows: pl.DataFrame, *, column: str, rule: str, expected: str, remedy: str) -> pl.DataFrame:
    """This returns REJECTED_ROWS for rows left out, so that nothing is dropped quietly."""
    return REJECTED_ROWS.conform(
        rows.select(
            pl.lit(text.recognised.path.name).alias("delivery"),
            pl.lit(text.layout.table or text.layout.name).alias("table_name"),
            pl.col("row_number"),
            pl.lit(column).alias("column_name"),
            pl.lit(rule).alias("rule"),
            pl.col(column).cast(pl.String).str.slice(0, 80).alias("value_found"),
            pl.lit(expected).alias("value_expected"),
            pl.lit(remedy).alias("remedy"),
        )
    )


def _place(text: Text, row: int, name: str) -> str:
    column = text.layout.column(name)
    heading = column.headings[0] if not text.layout.is_headless else f"{name} (column {column.position})"
    return f"{text.recognised.path.name}, row {row:,}, column {heading}"
