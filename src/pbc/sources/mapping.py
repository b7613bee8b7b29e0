"""A file read through a map of its headings: which map fits it, and the SQL that turns its cells into ours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from pbc.engines.step import literal
from pbc.errors import RefusedInput
from pbc.sources.headings import DATES, ColumnMap, HeadingMap
from pbc.sources.layout import Layout, Match, match_row

NOWHERE = "\x00"  # a heading no file has: text with it is refused
TIME = r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"


def choose_map(
    row: Sequence[str], layouts: Iterable[Layout], *, maps: Sequence[HeadingMap], on: date | None, where: str
) -> tuple[Match, HeadingMap] | None:
    """This returns the map whose headings all stand in a file's first row, with the match through it; None if none does.

    Of several the one with the most columns, then the latest begun by the day `on`. Two alike in that which read
    differently are refused: which of them is meant is not guessed.
    """
    known = {layout.name: layout for layout in layouts}
    fitting = []
    for each in maps:
        if each.layout in known and (on is None or each.starts_on <= on):
            match = match_row(row, through(known[each.layout], each))
            if match.fits and not match.doubled:
                fitting.append((match, each))
    if not fitting:
        return None
    best = max(_rank(each) for _, each in fitting)
    chosen = [(match, each) for match, each in fitting if _rank(each) == best]
    if len({each.fingerprint for _, each in chosen}) > 1:
        raise RefusedInput(
            "Two maps of headings fit this file and read it differently.", where,
            ", ".join(f"{each.supplier} from {each.starts_on}" for _, each in chosen), "one",
            "Leave one of them out, or begin one later.",
        )  # fmt: skip
    return chosen[0]


def _rank(each: HeadingMap) -> tuple[int, date]:
    return len(each.columns), each.starts_on


def through(layout: Layout, each: HeadingMap) -> Layout:
    """This returns a layout known by the headings of a map; columns whose value is given are not looked for.

    The column of a stamped file that holds pseudonyms is known by its stamp, whatever the map calls it.
    """
    columns = []
    for column in layout.columns:
        said = each.columns.get(column.name, ColumnMap())
        if column.kind == "pseudonym":
            columns.append(column)
        elif said.heading:
            columns.append(replace(column, headings=(said.heading,), is_required=True))
        else:
            columns.append(replace(column, headings=(NOWHERE,), is_required=False))
    return replace(layout, columns=tuple(columns))


def cell_sql(said: ColumnMap, raw: str) -> str:
    """This returns SQL for a cell as ours: text, translated where the map says how, else as it stands."""
    text = f"trim(CAST({raw} AS VARCHAR))"
    if said.codes:
        cases = " ".join(f"WHEN {literal(theirs)} THEN {literal(ours)}" for theirs, ours in said.codes)
        return f"CASE COALESCE({text}, '') {cases} ELSE {text} END"
    pattern, form = DATES[said.dates]
    day = f"regexp_extract({text}, {literal(f'^({pattern}){TIME}$')}, 1)"
    return f"COALESCE(strftime(try_strptime(NULLIF({day}, ''), {literal(form)}), '%Y-%m-%d'), {text})"
