"""`look-up`: at the practice alone, which of its own patients stand behind records. Nothing leaves the machine."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import dataclass
from pathlib import Path

from pbc.errors import RefusedInput
from pbc.flows.look_up_log import add_entry, read_log
from pbc.sources.delimited import Recognised, look_at
from pbc.sources.layout import Layout, LayoutColumn, match_row
from pbc.sources.pseudonym import key_fingerprint, pseudonym_of, require_key
from pbc.sources.stamp import fingerprint_in, read_pseudonym
from pbc.sources.suggesting import known_words, plain_words
from pbc.stats.nhs_numbers import holds_nhs_number

MOST_ROWS = 200_000  # a practice's list, many times over: more is not one practice's
SHORTEST_PURPOSE = 10
PERSON, NUMBER = "person_id", "nhs_number"


@dataclass(frozen=True)
class LookedUp:
    """What one look-up found: counts, and where the matches were written. No patient is named in it."""

    path: Path
    records_count: int
    matched_count: int
    unmatched_count: int
    list_count: int
    unusable_count: int


def find_patients(
    own_list: Path, records: Path, *, key: bytes, out: Path, log: Path, purpose: str, by: str, at: str
) -> LookedUp:
    """This returns what was found: rows of `records` with the row of the practice's `own_list` of the same person beside.

    `own_list` is a CSV with a column of NHS numbers and whatever else the practice keeps; `records` one with a column
    `person_id`, as downloaded. The matches are written to `out`, which only its owner can read; an entry with purpose,
    who, when and counts goes to the chained `log` first, so that no look-up is without one. No network is used. Grain
    of the matches: one record. Refused: an empty or idle purpose, a broken log, an `out` that is there already.
    """
    require_key(key)
    purpose = require_purpose(purpose)
    if out.exists():
        raise RefusedInput("There is a file of matches already.", str(out), remedy="Name another --out, or delete it.")
    read_log(log)
    list_headings, list_rows = _table(own_list)
    number_at = _find_column(own_list, list_headings, NUMBER)
    record_headings, record_rows = _table(records)
    person_at = _find_person(records, record_headings, key)
    people, unusable = _people(list_rows, number_at, key)
    persons = [_person_of(row, person_at, records, line) for line, row in enumerate(record_rows, start=2)]
    found = [
        (row, None if person is None else people.get(person)) for row, person in zip(record_rows, persons, strict=True)
    ]
    matched = [(row, mine) for row, mine in found if mine is not None]
    told = LookedUp(out, len(found), len(matched), len(found) - len(matched), len(list_rows), unusable)
    add_entry(log, by=by, at=at, purpose=purpose, counts=_counts(told))
    headings = [*(f"list: {each}" for each in list_headings), *(f"record: {each}" for each in record_headings)]
    _write_private(out, [headings, *([*mine, *row] for row, mine in matched)])
    return told


def require_purpose(purpose: str) -> str:
    """This returns a purpose, refusing one that is empty, idle or names a patient by number: it is kept and read."""
    plain = " ".join(purpose.split())
    if len(plain) < SHORTEST_PURPOSE or len(plain) > 500 or holds_nhs_number(plain):
        raise RefusedInput(
            "A look-up needs a purpose that somebody else can understand later.", found="words that are too few, too many, "
            "or hold an NHS number", expected="a sentence like: review of emergency admissions in September, asked for by Dr A",
            remedy="Say it with --purpose. It stands in the log of look-ups.",
        )  # fmt: skip
    return plain


def _counts(told: LookedUp) -> dict[str, int]:
    return {
        "records": told.records_count, "matched": told.matched_count, "unmatched": told.unmatched_count,
        "list": told.list_count, "unusable": told.unusable_count,
    }  # fmt: skip


def _table(path: Path) -> tuple[list[str], list[list[str]]]:
    """A small CSV in memory, after the same look at its bytes that a delivery gets."""
    found: Recognised = look_at(path)
    if found.form.kind != "csv":
        raise RefusedInput("This is not a plain CSV file.", path.name, found.form.kind, "CSV in UTF-8")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = [row for row in csv.reader(stream, strict=True) if row]
    if len(rows) - 1 > MOST_ROWS:
        raise RefusedInput(
            "This file has more rows than a practice has.", path.name, f"{len(rows) - 1:,}", f"{MOST_ROWS:,}"
        )
    for line, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            raise RefusedInput(
                "A row has the wrong number of cells.", f"{path.name}, row {line:,}", f"{len(row)}", f"{len(rows[0])}"
            )
    return rows[0], rows[1:]


def _find_column(path: Path, headings: list[str], name: str) -> int:
    """Where a column stands: under our name for it, or one that suppliers use."""
    match = match_row(headings, Layout("", "", (LayoutColumn(name),)))
    known = {plain_words(name), *known_words(name)}
    at = match.positions.get(name, next((at for at, each in enumerate(headings) if plain_words(each) in known), None))
    if at is None:
        raise RefusedInput(
            "A column is missing.", path.name, expected=f"a column {name}",
            remedy=f"Give the column that holds it the heading {name}.",
        )  # fmt: skip
    return at


def _find_person(path: Path, headings: list[str], key: bytes) -> int:
    """Where the pseudonyms stand; a stamp says whose key they were made with, which must be this one."""
    for at, heading in enumerate(headings):
        stamp = fingerprint_in(heading)
        if stamp and stamp != key_fingerprint(key):
            raise RefusedInput(
                "These records were pseudonymised with another key.", path.name, stamp, key_fingerprint(key),
                "Use the key they were made with.",
            )  # fmt: skip
        if stamp:
            return at
    return _find_column(path, headings, PERSON)


def _people(rows: list[list[str]], number_at: int, key: bytes) -> tuple[dict[int, list[str]], int]:
    """Each person of the list by pseudonym, worked out here; and how many rows have no usable NHS number."""
    people: dict[int, list[str]] = {}
    unusable = 0
    for row in rows:
        digits = row[number_at].strip().replace(" ", "").replace("-", "")
        if len(digits) == 10 and digits.isascii() and holds_nhs_number(digits):
            people.setdefault(pseudonym_of(digits, key=key), row)
        else:
            unusable += 1
    return people, unusable


def _person_of(row: list[str], at: int, path: Path, line: int) -> int | None:
    text = row[at].strip()
    person = read_pseudonym(text)
    if text and person is None and text != "invalid":
        raise RefusedInput(
            "This is no pseudonym.", f"{path.name}, row {line:,}", "a cell that is neither letters a to p nor a whole number",
            "the person_id as it was downloaded",
            "Download it again; a spreadsheet that saved it may have rounded the numbers.",
        )  # fmt: skip
    return person


def _write_private(path: Path, rows: list[list[str]]) -> None:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([[_safe(cell) for cell in row] for row in rows])
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        file.write(stream.getvalue())
        file.flush()
        os.fsync(file.fileno())


def _safe(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula stands with a mark before it."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
