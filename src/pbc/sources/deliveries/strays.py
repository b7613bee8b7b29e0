"""NHS numbers where none may stand: every column but the declared one is searched, and the file refused by column.

One ten-digit number in eleven passes modulus 11 by luck, so a column of local record numbers must not be refused for it:
a column is refused when more than one in four of its ten-digit values pass, or, where most of its long numbers have
another length, when most of at least ten do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pbc.errors import RefusedInput
from pbc.sources.delimited import Recognised, position_sql
from pbc.sources.deliveries.judging import ten_digits_sql, typed_columns
from pbc.sources.deliveries.shape import Shape
from pbc.sources.pseudonym import passes_check_sql

SUSPICIOUS_SHARE = 4
ENOUGH_AMONG_OTHER_NUMBERS = 10


def declared_columns(recognised: Recognised, shape: Shape) -> dict[str, str]:
    """This returns the layout's columns that could hide a number, by name, as SQL over staged rows."""
    columns = [recognised.layout.column(name) for name in typed_columns(recognised, shape)]
    return {c.name: f'"{c.name}"' for c in columns if c.kind in ("code", "text") and not c.allowed}


def undeclared_columns(recognised: Recognised) -> dict[str, str]:
    """This returns the file's columns that the layout does not name, by heading, as SQL over the file."""
    return {
        heading: f"trim(CAST({position_sql(recognised, place)} AS VARCHAR))"
        for heading, place in recognised.others.items()
    }


def looks_like_numbers(columns: Mapping[str, str]) -> list[str]:
    """This returns SQL that is true, for each column, of a value of ten digits, parted or not."""
    return [
        f"(strlen({text}) BETWEEN 10 AND 12 AND regexp_full_match({text}, '[0-9]{{3}}[ -]?[0-9]{{3}}[ -]?[0-9]{{4}}'))"
        for text in columns.values()
    ]


def stray_counts(columns: Mapping[str, str]) -> list[str]:
    """This returns SQL counting the ten-digit values of each column, to stand in one select list."""
    return [f"count(*) FILTER (WHERE {test})" for test in looks_like_numbers(columns)]


def refuse_strays(
    recognised: Recognised, *, columns: Mapping[str, str], ten_counts: tuple[int, ...], source: str,
    ask: Callable[[str], tuple[Any, ...]],
) -> None:  # fmt: skip
    """This raises a refusal of a file whose other columns hold NHS numbers, naming the column and never the number.

    `ten_counts` are the results of `stray_counts`; only columns with ten-digit values at all are looked at closely.
    """
    for (heading, text), ten_count in zip(columns.items(), ten_counts, strict=True):
        if not ten_count:
            continue
        others = f"strlen({text}) > 7 AND strlen({text}) <> 10 AND regexp_full_match({text}, '[0-9]{{8,40}}')"
        passing, other_numbers = ask(
            f"SELECT count(*) FILTER (WHERE {passes_check_sql('number')}), count(*) FILTER (WHERE is_other) "
            f"FROM (SELECT {ten_digits_sql(text)} AS number, {others} AS is_other FROM {source})"
        )
        if other_numbers > ten_count:
            is_stray = passing >= ENOUGH_AMONG_OTHER_NUMBERS and passing * 2 > ten_count
        else:
            is_stray = passing * SUSPICIOUS_SHARE > ten_count
        if is_stray:
            raise RefusedInput(
                "This file holds NHS numbers outside the column declared for them.",
                f"{recognised.path.name}, column {heading}", f"{passing:,} cells that pass the NHS number check",
                "no NHS number there", "Take them out of that column and send the file again; delete this copy.",
            )  # fmt: skip
