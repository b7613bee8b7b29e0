"""NHS numbers where none may stand: every column but the declared one is searched, and the file refused by column.

Ten digits count wherever they stand in a cell (`P9990000018`, `GP 999 000 0018`), unless they are part of a longer number.

One ten-digit number in eleven passes modulus 11 by luck, so a column of local record numbers must not be refused for it:
a column is refused when more than one in four of its ten-digit values pass, or, where most of its long numbers have
another length, when most of at least ten do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pbc.engines.step import literal
from pbc.errors import RefusedInput
from pbc.sources.delimited import Recognised, position_sql, table_sql
from pbc.sources.deliveries.judging import typed_columns
from pbc.sources.deliveries.shape import Shape
from pbc.sources.pseudonym import passes_check_sql
from pbc.stats.nhs_numbers import holds_nhs_number

SUSPICIOUS_SHARE = 4
TEN_ANYWHERE = "(^|[^0-9])[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}($|[^0-9])"
TEN_APART = "(?:^|[^0-9])([0-9]{3}(?:  |--)?[0-9]{3}(?:  |--)?[0-9]{4})(?:$|[^0-9])"  # the same, every sign doubled
ENOUGH_AMONG_OTHER_NUMBERS = 10


def declared_columns(recognised: Recognised, shape: Shape) -> dict[str, str]:
    """This returns the layout's columns that could hide a number, by name, as SQL over staged rows."""
    columns = [recognised.layout.column(name) for name in typed_columns(recognised, shape)]
    return {c.name: f'"{c.name}"' for c in columns if c.kind in ("code", "text") and not c.allowed}


def typed_cells(recognised: Recognised, person: str) -> dict[str, str]:
    """This returns the layout's other columns but the one that says who it is, by name, as SQL over the file: days,
    numbers and codes of a list. A ten-digit number there is never right, so a single one is enough."""
    kept = [c for c in recognised.layout.columns if c.name != person and c.name in recognised.positions]
    return {
        c.name: f"trim(CAST({position_sql(recognised, recognised.positions[c.name])} AS VARCHAR))"
        for c in kept
        if c.allowed or c.kind not in ("code", "text")
    }


def refuse_in_typed(recognised: Recognised, person: str, *, ask: Callable[[str], tuple[Any, ...]]) -> None:
    """This raises the refusal of a file with an NHS number in such a column, as a row slipped sideways has."""
    columns = typed_cells(recognised, person)
    if not columns:
        return
    tests = (f"strlen({text}) >= 10 AND {stray_tests(text)[0]}" for text in columns.values())
    counts = ask(
        f"SELECT {', '.join(f'count(*) FILTER (WHERE {test})' for test in tests)} FROM {table_sql(recognised)}"
    )
    for name, count in zip(columns, counts, strict=True):
        if count:
            raise _strays(f"{recognised.path.name}, column {name}", f"{count:,} cells that pass the NHS number check")


def undeclared_columns(recognised: Recognised) -> dict[str, str]:
    """This returns the file's columns that the layout does not name, by heading, as SQL over the file."""
    return {
        heading: f"trim(CAST({position_sql(recognised, place)} AS VARCHAR))"
        for heading, place in recognised.others.items()
    }


def looks_like_numbers(columns: Mapping[str, str]) -> list[str]:
    """This returns SQL that is true, for each column, of a value in which ten digits stand, parted or not, among whatever
    else but more digits. Only longer values are looked into: most codes are shorter."""
    return [f"(strlen({text}) >= 10 AND regexp_matches({text}, {literal(TEN_ANYWHERE)}))" for text in columns.values()]


def stray_tests(text: str) -> tuple[str, str]:
    """This returns SQL that is true of a value that holds a number passing the NHS number check, and of a long number of
    another length than ten. A value of ten digits and nothing else, as millions of record numbers are, is not taken apart."""
    apart = rf"regexp_replace({text}, '([^0-9])', '\1\1', 'g')"  # so that two numbers never share the sign between them
    tens = f"regexp_extract_all({apart}, {literal(TEN_APART)}, 1)"
    number = "CAST(regexp_replace(ten, '[ -]', '', 'g') AS BIGINT)"
    anywhere = f"len(list_filter({tens}, lambda ten: {passes_check_sql(number)})) > 0"
    plain = f"regexp_full_match({text}, '[0-9]{{10}}')"
    as_it_is = passes_check_sql(f"CASE WHEN {plain} THEN CAST({text} AS BIGINT) END")
    passes = f"CASE WHEN {plain} THEN {as_it_is} ELSE {anywhere} END"
    other = f"strlen({text}) > 7 AND strlen({text}) <> 10 AND regexp_full_match({text}, '[0-9]{{8,40}}')"
    return passes, other


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
        passes, other = stray_tests(text)
        looks = looks_like_numbers({heading: text})[0]
        passing, other_numbers = ask(
            f"SELECT count(*) FILTER (WHERE is_ten AND is_passing), count(*) FILTER (WHERE is_other) "
            f"FROM (SELECT {looks} AS is_ten, {other} AS is_other, {passes} AS is_passing FROM {source})"
        )
        if other_numbers > ten_count:
            is_stray = passing >= ENOUGH_AMONG_OTHER_NUMBERS and passing * 2 > ten_count
        else:
            is_stray = passing * SUSPICIOUS_SHARE > ten_count
        if is_stray:
            raise _strays(
                f"{recognised.path.name}, column {heading}", f"{passing:,} cells that pass the NHS number check"
            )


def refuse_numbered_headings(recognised: Recognised) -> None:
    """This raises the same refusal of a file one of whose headings holds an NHS number, naming its place alone."""
    for at, heading in enumerate(recognised.headings, start=1):
        if not recognised.layout.is_headless and holds_nhs_number(heading):
            raise _strays(f"{recognised.path.name}, row 1, column {at}", "a heading that passes the NHS number check")


def _strays(where: str, found: str) -> RefusedInput:
    return RefusedInput(
        "This file holds NHS numbers outside the column declared for them.", where, found,
        "no NHS number there", "Take them out of that column and send the file again; delete this copy.",
    )  # fmt: skip
