"""What says that a file is pseudonymised, in the file itself: the heading of the column in which NHS numbers stood.

    person_id 3f2a91c04d7e5566        the sixteen digits are the fingerprint of the key, never the key

In that column a pseudonym is written in fifteen letters, a to p for the hexadecimal digits 0 to f: letters cannot be
taken for an NHS number, and a spreadsheet does not round them. `invalid` is a number that failed its check digit, an
empty cell a number that was missing: received either way the same rows are refused and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pbc.engines.step import literal
from pbc.errors import RefusedInput
from pbc.sources.layout import Layout, LayoutColumn, match_row
from pbc.sources.pseudonym import HEX_DIGITS, hexadecimal_sql

LETTERS, HEXADECIMAL = "abcdefghijklmnop", "0123456789abcdef"
WRITTEN = rf"[a-p]{{{HEX_DIGITS}}}"
INVALID_NUMBER = "invalid"
PERSON_KINDS = ("nhs_number", "person")
_STAMP = re.compile(r"\s*person_id ([0-9a-f]{16})\s*")


def stamp_of(fingerprint: str) -> str:
    """This returns the heading of a column of pseudonyms made with the key of this fingerprint."""
    return f"person_id {fingerprint}"


def fingerprint_in(heading: str) -> str:
    """This returns the fingerprint that a heading is stamped with; nothing where it is no stamp.

    >>> fingerprint_in("person_id 3f2a91c04d7e5566"), fingerprint_in("nhs_number")
    ('3f2a91c04d7e5566', '')
    """
    found = _STAMP.fullmatch(heading.replace("\ufeff", ""))
    return found[1] if found else ""


def write_pseudonym(person_id: int) -> str:
    """This returns a person_id as it is written in a file.

    >>> write_pseudonym(0), read_pseudonym(write_pseudonym(2**60 - 1)) == 2**60 - 1
    ('aaaaaaaaaaaaaaa', True)
    """
    return f"{person_id:0{HEX_DIGITS}x}".translate(str.maketrans(HEXADECIMAL, LETTERS))


def read_pseudonym(text: str) -> int | None:
    """This returns the person_id that was written so, as letters or as the whole number tables hold; None for any other.

    >>> read_pseudonym("aaaaaaaaaaaaabb"), read_pseudonym("17"), read_pseudonym("9,990"), read_pseudonym("1E+17")
    (17, 17, None, None)
    """
    if re.fullmatch(WRITTEN, text):
        return int(text.translate(str.maketrans(LETTERS, HEXADECIMAL)), 16)
    return int(text) if re.fullmatch("[0-9]{1,19}", text) and int(text) < 16**HEX_DIGITS else None


def write_pseudonym_sql(digits: str) -> str:
    """This returns SQL for the pseudonym of an identifier as it is written; its parameters are `pseudonym.pads(key)`."""
    return f"translate({hexadecimal_sql(digits)}, {literal(HEXADECIMAL)}, {literal(LETTERS)})"


def read_pseudonym_sql(text: str) -> str:
    """This returns SQL for the person_id of a cell of letters; null for any other."""
    digits = f"translate({text}, {literal(LETTERS)}, {literal(HEXADECIMAL)})"
    return f"CASE WHEN regexp_full_match({text}, {literal(WRITTEN)}) THEN CAST('0x' || {digits} AS BIGINT) END"


def person_column(layout: Layout) -> LayoutColumn | None:
    """This returns the column of a layout that says who it is, if there is one."""
    return next((column for column in layout.columns if column.kind in PERSON_KINDS), None)


def stamped_layouts(row: Sequence[str], layouts: Iterable[Layout], *, where: str) -> list[Layout]:
    """This returns the layouts as they are for a file with this first row: where it is stamped, the column that said who
    it is is known by the stamp, and holds pseudonyms. A file that has both, or two stamps, is refused."""
    stamps = [heading for heading in row if fingerprint_in(heading)]
    if not stamps:
        return list(layouts)
    if len(stamps) > 1:
        raise _refused("Two columns say that they hold pseudonyms.", where, f"{len(stamps)} columns", "one")
    found = list(layouts)
    for layout in found:
        person = person_column(layout)
        if person and "nhs_number" in match_row(row, Layout("", "", (replace(person, name="nhs_number"),))).positions:
            raise _refused(
                "This file says that it is pseudonymised, and has a column of NHS numbers as well.", where,
                f"{stamps[0].strip()} and {person.known_as[0]}", "the first alone",
            )  # fmt: skip
    return [_stamped(layout, stamps[0]) for layout in found]


def require_stamp(row: Sequence[str], *, where: str) -> None:
    """This refuses a first row that names pseudonyms without the fingerprint of the key they were made with."""
    plain = [heading.replace("\ufeff", "").strip().casefold() for heading in row]
    if "person_id" in plain and "nhs_number" not in plain and not any(map(fingerprint_in, row)):
        raise _refused(
            "The column person_id does not say with which key it was made, so this file is not pseudonymised.", where,
            "person_id alone", "person_id and the fingerprint of the key, as pbc pseudonymise writes it",
        )  # fmt: skip


def _stamped(layout: Layout, stamp: str) -> Layout:
    columns = (
        replace(column, headings=(stamp,), kind="pseudonym") if column.kind in PERSON_KINDS else column
        for column in layout.columns
    )
    return replace(layout, columns=tuple(columns))


def _refused(what: str, where: str, found: str, expected: str) -> RefusedInput:
    return RefusedInput(
        what, f"{where}, row 1", found, expected,
        "Make it again from the file as delivered: pbc pseudonymise FILE --key-file KEY.",
    )  # fmt: skip
