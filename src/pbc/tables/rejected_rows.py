"""Rows refused, each with its reason: nothing is dropped quietly, and no value is shown that could be an NHS number."""

from __future__ import annotations

import polars as pl

from pbc.tables.contract import Table, code, count, text

SHOWN_CHARACTERS = 60
TEN_DIGITS = r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}"
HIDDEN = "(ten digits, not shown)"
FORMULA = "^([=+@]|-[^0-9.£])"  # what a spreadsheet would run

REJECTED_ROWS = Table(
    name="rejected_rows",
    grain="one refused row, column and rule",
    key=(
        "delivery",
        "row_number",
        "column_name",
        "rule",
    ),
    columns=(
        code("delivery", "name of the delivery"),
        code("table_name", "table it was meant for"),
        count("row_number", "row in the file, the heading being row 1"),
        code("column_name", "column at fault"),
        code("rule", "check that failed"),
        text("value_found", "what stood there, shortened; never an NHS number", nullable=True),
        text("value_expected", "what would have been accepted"),
        text("remedy", "what to do"),
    ),
)


def safe_value(value: pl.Expr) -> pl.Expr:
    """This returns a text as it may stand in `value_found`: shortened, on one line, without control characters, never with
    ten digits that could be an NHS number, and marked by an apostrophe if a spreadsheet would run it as a formula.

    Null stays null. Where a value is made of several, each is made safe by itself: two codes side by side are no number.

    >>> pl.select(safe_value(pl.lit(pl.Series(["943 476 5919", "=1+1", "A" * 70])))).to_series().str.slice(0, 23).to_list()
    ['(ten digits, not shown)', "'=1+1", 'AAAAAAAAAAAAAAAAAAAAAAA']
    """
    plain = value.str.replace_all("[[:cntrl:]]", " ")
    shown = pl.when(value.str.contains(FORMULA)).then(pl.concat_str(pl.lit("'"), plain)).otherwise(plain)
    short = pl.format("{}... ({} characters)", shown.str.slice(0, SHOWN_CHARACTERS), value.str.len_chars())
    is_long = value.str.len_chars() > SHOWN_CHARACTERS
    return pl.when(value.str.contains(TEN_DIGITS)).then(pl.lit(HIDDEN)).when(is_long).then(short).otherwise(shown)
