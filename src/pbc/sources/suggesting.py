"""Suggesting a map for a stranger's file: its headings beside our columns, how sure, and how its days and codes are written.

Nothing is decided here: a person looks at the suggestion and at the first rows read through it, and saves the map.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from pbc.engines.connection import fetch_frame
from pbc.errors import RefusedInput, shorten
from pbc.policy.strict_yaml import read_yaml
from pbc.sources.delimited import Recognised, look_at, looking, position_sql, refusing_bad_rows, table_sql
from pbc.sources.headings import DATES, ColumnMap, HeadingMap
from pbc.sources.layout import LONGEST_HEADING, Layout, LayoutColumn
from pbc.sources.mapping import TIME
from pbc.sources.stamp import PERSON_KINDS, fingerprint_in
from pbc.tables.rejected_rows import safe_value

SAID, EXACT, KNOWN, NEAR, NONE = "said", "exact", "known", "near", "none"
MOST_HEADINGS, ROWS_LOOKED_AT, MOST_CODES, NEAR_ENOUGH = 300, 1_000, 60, 0.8
PERSON = "person_id"


@dataclass(frozen=True)
class ColumnMatch:
    """One of our columns, and what of their file is suggested for it.

    `confidence`: said (by a person), exact (our own heading), known (a name suppliers use), near (spelt alike), none.
    `doubt` is what a person should look at; `unknown_codes` are theirs that nobody has translated, as they may be shown.
    """

    column: LayoutColumn
    heading: str = ""
    confidence: str = NONE
    dates: str = ""
    codes: tuple[tuple[str, str], ...] = ()
    unknown_codes: tuple[str, ...] = ()
    doubt: str = ""


@dataclass(frozen=True)
class Suggested:
    """A suggestion for a whole file; `unused` are their headings that no column of ours takes."""

    layout: Layout
    matches: tuple[ColumnMatch, ...]
    unused: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Our columns that are needed and have no heading of theirs."""
        return tuple(m.column.name for m in self.matches if not m.heading and m.column.is_required)

    def to_map(
        self, *, supplier: str, saved_by: str, starts_on: date, given: Mapping[str, str] | None = None
    ) -> HeadingMap:
        """This returns the suggestion as a map, with values `given` for columns the file has not; not checked yet."""
        columns = {
            m.column.name: ColumnMap(m.heading, "", m.dates, m.codes) for m in self.matches if m.heading
        } | {name: ColumnMap(given=value) for name, value in (given or {}).items()}  # fmt: skip
        return HeadingMap(self.layout.name, columns, supplier, saved_by, starts_on)


@dataclass
class _Pairing:
    """Headings still free, by their plain words, and who took which."""

    free: dict[str, str]
    taken: dict[str, tuple[str, str]] = field(default_factory=dict)

    def take(self, name: str, words: Iterable[str], confidence: str) -> None:
        for each in words:
            if name not in self.taken and each in self.free:
                self.taken[name] = (self.free.pop(each), confidence)


def suggest_headings(path: Path, layout: Layout, *, said: Mapping[str, str] | None = None) -> Suggested:
    """This returns what is suggested for a file, after the same pass over its bytes as `recognise` makes.

    A file whose first row looks like records is refused, as is one of very many columns. Each heading is suggested once.
    `said` leads from our columns to the headings a person chose for them, nothing for a column to be left out.
    """
    found = look_at(path)
    if len(found.headings) > MOST_HEADINGS or any(map(_looks_like_data, found.headings)):
        raise RefusedInput(
            "The first row of this file does not look like headings.", f"{path.name}, row 1",
            f"{len(found.headings):,} columns, not shown", f"up to {MOST_HEADINGS} headings in words",
            "Export it again with its headings.",
        )  # fmt: skip
    paired = _pair(found.headings, layout, said or {}, where=path.name)
    with refusing_bad_rows(found):
        sample = _sample(found)
        matches = tuple(_match(found, column, paired.taken.get(column.name), sample) for column in layout.columns)
    return Suggested(layout, matches, tuple(paired.free.values()))


def _looks_like_data(heading: str) -> bool:
    return not fingerprint_in(heading) and bool(re.search(r"\d{6}|\d{3}[ -]\d{3}[ -]\d{4}", heading))


def _pair(headings: Sequence[str], layout: Layout, said: Mapping[str, str], *, where: str) -> _Pairing:
    pairing = _Pairing({plain_words(heading): heading.strip() for heading in reversed(headings)})
    for name, chosen in said.items():
        if name not in layout.names or (chosen and plain_words(chosen) not in pairing.free):
            raise RefusedInput(
                "This column or heading is not there, or was said twice.", where, f"{name}={shorten(chosen)}",
                f"one of {', '.join(layout.names)}, and a heading of the file",
            )  # fmt: skip
        pairing.taken[name] = (pairing.free.pop(plain_words(chosen)) if chosen else "", SAID if chosen else NONE)
    for heading in headings:
        person = next((column.name for column in layout.columns if column.kind in PERSON_KINDS), "")
        if fingerprint_in(heading) and person and person not in said:
            pairing.taken[person] = (PERSON, EXACT)
            pairing.free.pop(plain_words(heading), None)
    for column in layout.columns:
        pairing.take(column.name, [*map(plain_words, column.known_as), plain_words(column.name)], EXACT)
    for column in layout.columns:
        pairing.take(column.name, known_words(column.name), KNOWN)
    for _, name, words in sorted(_alike(pairing, layout), reverse=True):
        pairing.take(name, [words], NEAR)
    return pairing


def _alike(pairing: _Pairing, layout: Layout) -> Iterable[tuple[float, str, str]]:
    for column in layout.columns:
        names = {*map(plain_words, column.known_as), plain_words(column.name), *known_words(column.name)}
        for words in pairing.free:
            if len(words) <= LONGEST_HEADING and column.name not in pairing.taken:
                likeness = max(SequenceMatcher(None, words, each).ratio() for each in names)
                if likeness >= NEAR_ENOUGH:
                    yield likeness, column.name, words


def known_words(column: str) -> list[str]:
    """This returns the names that suppliers use for one of our columns, as plain words."""
    return list(_known()["headings"].get(column, ()))


@cache
def _known() -> dict[str, Any]:
    held: dict[str, Any] = read_yaml(Path(__file__).with_name("known_headings.yaml").read_text(encoding="utf-8"))
    return held


def plain_words(heading: str) -> str:
    """This returns a heading as its words in small letters, however it is parted.

    >>> plain_words("NHS_No.")
    'nhs no'
    """
    return re.sub(r"[^a-z0-9]+", " ", heading.casefold()).strip()


def _sample(found: Recognised) -> pl.DataFrame:
    cells = (
        f"NULLIF(trim(CAST({position_sql(found, at)} AS VARCHAR)), '') AS c{at}" for at in range(len(found.headings))
    )
    with looking().cursor() as connection:
        return fetch_frame(connection, f"SELECT {', '.join(cells)} FROM {table_sql(found)} LIMIT {ROWS_LOOKED_AT}")


def _match(found: Recognised, column: LayoutColumn, taken: tuple[str, str] | None, sample: pl.DataFrame) -> ColumnMatch:
    if taken is None or not taken[0]:
        return ColumnMatch(column)
    heading, confidence = taken
    if column.kind in PERSON_KINDS:
        return ColumnMatch(column, heading, confidence)
    at = [each.strip() for each in found.headings].index(heading)
    if column.kind == "date":
        dates, doubt = _dates_in(sample[f"c{at}"].drop_nulls().to_list())
        return ColumnMatch(column, heading, confidence, dates, doubt=doubt)
    if column.allowed:
        codes, unknown = _codes_in(_distinct(found, at), column)
        return ColumnMatch(column, heading, confidence, codes=codes, unknown_codes=unknown)
    return ColumnMatch(column, heading, confidence)


def _dates_in(texts: Sequence[str]) -> tuple[str, str]:
    """How days are written, and what to look at: nothing where they are written as ours, or there is none to see."""
    if not texts or all(_is_day(text, "yyyy-mm-dd", time="") for text in texts):
        return "", ""
    fitting = [form for form in DATES if all(_is_day(text, form) for text in texts)]
    if not fitting:
        return "", "days are written in no one way that is known"
    if {"dd/mm/yyyy", "mm/dd/yyyy"} <= set(fitting):
        return "dd/mm/yyyy", "the first rows could also be month first"
    return fitting[0], ""


def _is_day(text: str, form: str, *, time: str = TIME) -> bool:
    pattern, written = DATES[form]
    found = re.fullmatch(f"({pattern}){time}", text)
    try:
        return bool(found and datetime.strptime(found[1], written).replace(tzinfo=UTC))
    except ValueError:
        return False


def _distinct(found: Recognised, at: int) -> list[str]:
    cell = f"COALESCE(trim(CAST({position_sql(found, at)} AS VARCHAR)), '')"
    sql = f"SELECT DISTINCT {cell} AS code FROM {table_sql(found)} ORDER BY code LIMIT {MOST_CODES}"
    with looking().cursor() as connection:
        return [str(code) for code in fetch_frame(connection, sql)["code"]]


def _codes_in(theirs: Sequence[str], column: LayoutColumn) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    known = {word: ours for ours, words in _known()["codes"].get(column.name, {}).items() for word in map(str, words)}
    foreign = [code for code in theirs if code not in column.allowed and code]
    codes = tuple((code, str(known[plain_words(code)])) for code in foreign if plain_words(code) in known)
    translated = {code for code, _ in codes}
    unknown = pl.DataFrame({"code": [code for code in foreign if code not in translated]}, schema={"code": pl.String})
    return codes, tuple(unknown.select(safe_value(pl.col("code"))).to_series())
