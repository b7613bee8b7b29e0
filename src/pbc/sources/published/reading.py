"""What every reader of a published file does: recognise, read as text, cast with refusals, name the source.

A reader stops at the first fault. A check runs the same reader on a `Text` that gathers `Faults` instead, and so applies
the same rules to every row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from pbc.engines.connection import connect, fetch_frame
from pbc.errors import RefusedInput
from pbc.sources.delimited import Recognised, recognise, refusing_bad_rows, require_every_row, source_sql
from pbc.sources.layout import Layout, read_layouts
from pbc.tables import REJECTED_ROWS
from pbc.tables.rejected_rows import safe_value

HERE = Path(__file__).parent / "layouts"
NUMBERS = {"decimal": pl.Float64, "whole": pl.Int64, "pounds": pl.Float64}
LARGEST_NUMBER = 1e12  # a million million people, pounds or days: a shifted column, not a figure
DATE_FORMS = ("%Y%m%d", "%Y-%m-%d", "%d-%b-%y")
OWN = "local"  # the publisher of layouts of files that people write themselves
OWN_DATE_FORMS = (*DATE_FORMS, "%d/%m/%Y")  # as a spreadsheet saves it here: the day first
MONTH_FORM = r"^(19|20)\d\d-?(0[1-9]|1[0-2])$"
PRACTICE_CODE = r"^[A-Z]\d{5}$"
EXPECTED = {"date": "a date like 2019-04-01", "month": "a month like 2019-04", "whole": "a whole number like 1204"}
BROKEN = {"date": "not_a_date", "month": "not_a_month"}
AS_MADE = "Use the file as its publisher made it, or correct the cell."
AS_WRITTEN = "Correct the cell; where a spreadsheet rewrites what you type, make the column Text first."
UNSEEN = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]"  # breaks of lines, escapes, marks that turn the way of writing


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


@dataclass
class Faults:
    """The faults a check gathers of one file, as REJECTED_ROWS, and the keys met in the blocks of it read so far."""

    told: list[pl.DataFrame] = field(default_factory=list)
    _met: dict[str, dict[int, pl.Series]] = field(default_factory=dict)

    @property
    def rows(self) -> pl.DataFrame:
        """Every fault once: of two of one cell, the one found first."""
        every = pl.concat([REJECTED_ROWS.empty(), *self.told])
        return every.unique(["row_number", "column_name"], keep="first", maintain_order=True).sort(REJECTED_ROWS.key)

    def met_before(self, rows: pl.DataFrame, key: Sequence[str], *, block: int) -> pl.Series:
        """This returns which rows have a key met in an earlier block, and remembers theirs, eight bytes each."""
        marks = rows.select(pl.struct(key).hash(seed=1).alias("mark"))["mark"]
        met = self._met.setdefault("/".join(key), {})
        before = [earlier for at, earlier in met.items() if at < block]
        met[block] = marks
        return marks.is_in(pl.concat(before).implode()) if before else pl.repeat(value=False, n=marks.len(), eager=True)


@dataclass(frozen=True)
class Text:
    """A recognised file, or a block of its rows, read as text, with `row_number`. `faults`: where a check gathers them."""

    recognised: Recognised
    rows: pl.DataFrame
    faults: Faults | None = None
    block: int = 0

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


def read_text(source: Path | Text, *names: str) -> Text:
    """This returns a file recognised as one of the named layouts, as text columns in file order; others are refused.

    A text already read is returned as it is: so a check hands a reader the rows it should judge.
    """
    if isinstance(source, Text):
        return source
    recognised = recognise(source, layouts(*names))
    with refusing_bad_rows(recognised), connect() as connection:
        frame = fetch_frame(connection, source_sql(recognised, with_row_number=True))
    require_every_row(recognised, rows_count=frame.height)
    return Text(recognised, frame)


def read_blocks(recognised: Recognised, faults: Faults, *, rows_count: int) -> Iterator[Text]:
    """This yields a file in blocks of at most `rows_count` rows, one at a time, so that any size needs the same memory.

    A file without rows yields one empty block.
    """
    schema = {"row_number": pl.Int64, **dict.fromkeys(recognised.layout.names, pl.String)}
    held, seen, block = pl.DataFrame(schema=schema), 0, 0
    with refusing_bad_rows(recognised), connect() as connection:
        for batch in connection.sql(source_sql(recognised, with_row_number=True)).to_arrow_reader(rows_count):
            arrived = pl.from_arrow(batch)
            assert isinstance(arrived, pl.DataFrame)
            seen += arrived.height
            held.vstack(arrived.select(pl.col(name).cast(kind) for name, kind in schema.items()), in_place=True)
            while held.height > rows_count:
                yield Text(recognised, held.head(rows_count), faults, block)
                held, block = held.slice(rows_count), block + 1
    require_every_row(recognised, rows_count=seen)
    yield Text(recognised, held, faults, block)


def refuse(
    text: Text, bad: pl.DataFrame, *, column: str, rule: str, what: str, expected: str, remedy: str = "",
    found: str | None = None,
) -> None:  # fmt: skip
    """This raises `RefusedInput` for the first of the bad rows, or where a check gathers faults adds a row for each.

    Grain: rows of the file, with `row_number` and the column named `found` (by default the column at fault).
    """
    if bad.is_empty():
        return
    remedy = remedy or (AS_WRITTEN if text.layout.publisher == OWN else AS_MADE)
    shown = reject(text, bad, column=column, rule=rule, expected=expected, remedy=remedy, found=found)
    if text.faults is not None:
        text.faults.told.append(shown)
        return
    first = shown.row(0, named=True)
    raise RefusedInput(
        what, where=_place(text, first["row_number"], column), found=first["value_found"] or "", expected=expected,
        remedy=remedy,
    )  # fmt: skip


def cast_columns(text: Text, *, empty: Sequence[str] = ()) -> pl.DataFrame:
    """This returns the rows with numbers and dates in their types, by the kinds of the layout.

    Words in `empty` stand for nothing known. Any other cell that is not of its kind is refused by row, column and value.
    """
    frame = text.rows
    forms = OWN_DATE_FORMS if text.layout.publisher == OWN else DATE_FORMS
    for column in text.layout.columns:
        cell = pl.col(column.name)
        known = pl.when(~cell.is_in(list(empty))).then(cell) if empty else cell
        if column.kind in NUMBERS:
            cast = known.cast(NUMBERS[column.kind], strict=False)
            cast = pl.when(cast.cast(pl.Float64).abs() <= LARGEST_NUMBER).then(cast)
        elif column.kind == "date":
            cast = pl.coalesce(known.str.to_date(form, strict=False) for form in forms)
        elif column.kind == "month":
            cast = pl.when(known.str.contains(MONTH_FORM)).then(known)
        else:
            continue
        cells = frame.select("row_number", found=known, value=cast)
        refuse(
            text, cells.filter(pl.col("found").is_not_null() & pl.col("value").is_null()), column=column.name,
            rule=BROKEN.get(column.kind, "not_a_number"), what="A cell does not hold what its column promises.",
            expected=EXPECTED.get(column.kind, "a plain number like 1204.5"), found="found",
        )  # fmt: skip
        frame = frame.with_columns(cast.alias(column.name))
    return frame


def require_filled(text: Text, rows: pl.DataFrame, *names: str, least: float | None = None) -> None:
    """This refuses empty cells of these columns, and numbers below `least`."""
    for name in names:
        refuse(
            text, rows.filter(pl.col(name).is_null()), column=name, rule="missing_value", what="A cell is empty.",
            expected="a value" if least is None else f"{least:g} or more",
        )  # fmt: skip
    if least is not None:
        require_least(text, rows, *names, least=least)


def require_one_line(text: Text, rows: pl.DataFrame, *names: str) -> None:
    """This refuses text with a break of lines or a character that is not seen: it would be printed as another's, or as a command."""
    for name in names:
        refuse(
            text, rows.filter(pl.col(name).str.contains(UNSEEN)), column=name, rule="unknown_code",
            what="A cell holds a character that is not seen.", expected="one line of letters, figures and marks",
            remedy="Write the cell anew by hand.",
        )  # fmt: skip


def require_least(text: Text, rows: pl.DataFrame, *names: str, least: float = 0) -> None:
    """This refuses numbers below `least`; an empty cell is none."""
    for name in names:
        refuse(
            text, rows.filter(pl.col(name) < least), column=name, rule="too_small",
            what="A number is too small to be true.", expected=f"{least:g} or more",
        )  # fmt: skip


def note_fractions(text: Text, rows: pl.DataFrame, *names: str) -> str:
    """This returns words for the cells of these columns that count a fraction, as some published do; else nothing."""
    odd = [
        f"{rows['row_number'][at]:,} ({heading_of(text.layout, name)}, {rows[name][at]:g})"
        for name in names
        for at in (rows[name] != rows[name].round(0)).fill_null(value=False).arg_true()
    ]
    where = ", ".join(odd[:6]) + (", ..." if len(odd) > 6 else "")
    counted = "1 cell counts" if len(odd) == 1 else f"{len(odd)} cells count"
    return f"{counted} a fraction, of which the whole part is used: row {where}." if odd else ""


def require_whole(text: Text, rows: pl.DataFrame, *names: str) -> None:
    """This refuses fractions in columns that count; what is written 12.0 is whole."""
    for name in names:
        refuse(
            text, rows.filter(pl.col(name) != pl.col(name).round(0)), column=name, rule="not_a_number",
            what="A count is not a whole number.", expected=EXPECTED["whole"],
        )  # fmt: skip


def require_once(text: Text, rows: pl.DataFrame, *, key: str, also: Sequence[str] = (), what: str = "") -> None:
    """This refuses every row but the first of a key that stands twice; the key is `key`, with `also` where it is wider."""
    columns = [key, *also]
    keyed = rows.filter(pl.all_horizontal(pl.col(columns).is_not_null()))
    again = ~pl.struct(columns).is_first_distinct()
    if text.faults is not None:
        again = again | text.faults.met_before(keyed, columns, block=text.block)
    named = keyed.filter(again).with_columns(pl.concat_str(columns, separator=" ").alias("found"))
    refuse(
        text, named, column=key, rule="duplicate_key", what=what or "A key stands twice in this file.", expected="each once",
        remedy="Keep the row that is right.", found="found",
    )  # fmt: skip


def reject(
    text: Text, rows: pl.DataFrame, *, column: str, rule: str, expected: str, remedy: str, found: str | None = None
) -> pl.DataFrame:
    """This returns REJECTED_ROWS for rows left out, so that nothing is dropped quietly; ten digits are never shown."""
    return REJECTED_ROWS.conform(
        rows.select(
            pl.lit(text.recognised.path.name).alias("delivery"),
            pl.lit(text.layout.table or text.layout.name).alias("table_name"),
            pl.col("row_number"),
            pl.lit(column).alias("column_name"),
            pl.lit(rule).alias("rule"),
            safe_value(pl.col(found or column).cast(pl.String)).alias("value_found"),
            pl.lit(expected).alias("value_expected"),
            pl.lit(remedy).alias("remedy"),
        )
    )


def _place(text: Text, row: int, name: str) -> str:
    return f"{text.recognised.path.name}, row {row:,}, column {heading_of(text.layout, name)}"


def heading_of(layout: Layout, name: str) -> str:
    """This returns what a column is called in the file: its heading, or its place in a file without headings."""
    if name not in layout.names:
        return name
    column = layout.column(name)
    return column.known_as[0] if not layout.is_headless else f"{name} (column {column.position})"


def number_columns(text: Text) -> list[str]:
    """This returns our names of the columns that hold numbers."""
    return [column.name for column in text.layout.columns if column.kind in NUMBERS]
