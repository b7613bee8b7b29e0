"""A stranger's headings matched once: a dated map from their headings to our columns, kept as strict YAML and used again.

    layout: outpatients
    supplier: Made-up Hospital
    saved_by: A. Analyst
    starts_on: 2009-04-01
    columns:
      attendance_number: {heading: "Appt Ref"}
      attendance_date: {heading: "Date Seen", dates: dd/mm/yyyy}
      attendance_type: {heading: "First or FU", codes: {"1": first, "2": follow_up}}
      provider_code: {given: ZH1}

A map says what a cell means, never what it should be: what it does not translate is read as it stands and judged as ever.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from pbc.errors import RefusedInput, shorten
from pbc.policy.strict_yaml import read_yaml, require_shallow
from pbc.sources.file_form import require_plain
from pbc.sources.layout import Layout, LayoutColumn
from pbc.sources.stamp import PERSON_KINDS
from pbc.stats.nhs_numbers import holds_nhs_number

LARGEST_BYTES, MOST_CODES, LONGEST_TEXT = 256 * 1024, 1_000, 200
DATES: Mapping[str, tuple[str, str]] = {  # how days are written: pattern, and its form for strptime
    "yyyy-mm-dd": ("[0-9]{4}-[0-9]{2}-[0-9]{2}", "%Y-%m-%d"),
    "dd/mm/yyyy": ("[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}", "%d/%m/%Y"),
    "dd-mm-yyyy": ("[0-9]{1,2}-[0-9]{1,2}-[0-9]{4}", "%d-%m-%Y"),
    "dd.mm.yyyy": (r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}", "%d.%m.%Y"),
    "mm/dd/yyyy": ("[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}", "%m/%d/%Y"),
    "yyyy/mm/dd": ("[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}", "%Y/%m/%d"),
    "yyyymmdd": ("[0-9]{8}", "%Y%m%d"),
    "dd-mmm-yyyy": ("[0-9]{1,2}-[A-Za-z]{3}-[0-9]{4}", "%d-%b-%Y"),
    "dd mmm yyyy": ("[0-9]{1,2} [A-Za-z]{3} [0-9]{4}", "%d %b %Y"),
}
_KEYS = {"layout", "supplier", "saved_by", "starts_on", "columns"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_PLAIN = re.compile(r"(?!true$|false$|null$|yes$|no$|on$|off$)[a-z]{2,}(_[a-z]+)*")


class _Quoting(yaml.SafeDumper):
    """Writes every word in quotation marks but plain names, so that all versions of YAML read it alike."""

    def word(self, text: str) -> yaml.Node:
        """This returns a word as it is written."""
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=None if _PLAIN.fullmatch(text) else '"')


_Quoting.add_representer(str, _Quoting.word)


@dataclass(frozen=True)
class ColumnMap:
    """How one of our columns is found: under `heading`, or `given` once for every row; how its days and codes are written."""

    heading: str = ""
    given: str = ""
    dates: str = ""
    codes: tuple[tuple[str, str], ...] = ()

    def to_plain(self) -> dict[str, Any]:
        """This returns what is said of it, as plain values."""
        kept = {"heading": self.heading, "given": self.given, "dates": self.dates, "codes": dict(self.codes)}
        return {name: value for name, value in kept.items() if value}


@dataclass(frozen=True)
class HeadingMap:
    """Their headings for the columns of one layout, from a day on, with whose they are and who saved it."""

    layout: str
    columns: Mapping[str, ColumnMap]
    supplier: str
    saved_by: str
    starts_on: date

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of all in it that decides how a file is read: it stands in receipts."""
        columns = {name: each.to_plain() for name, each in self.columns.items()}
        return hashlib.sha256(json.dumps([self.layout, columns], sort_keys=True).encode()).hexdigest()

    def to_yaml(self) -> str:
        """This returns the map as the text that `parse_map` reads."""
        said = {
            "layout": self.layout, "supplier": self.supplier, "saved_by": self.saved_by, "starts_on": self.starts_on,
            "columns": {name: each.to_plain() for name, each in self.columns.items()},
        }  # fmt: skip
        return yaml.dump(said, Dumper=_Quoting, sort_keys=False, allow_unicode=True, width=1_000)


def read_maps(*paths: Path, layouts: Sequence[Layout]) -> list[HeadingMap]:
    """This returns the maps in files, or in the .yaml files of folders, each checked against its layout."""
    files = [each for path in paths for each in (sorted(path.glob("*.yaml")) if path.is_dir() else [path])]
    return [parse_map(_text_of(path), layouts=layouts, where=path.name) for path in files]


def _text_of(path: Path) -> str:
    require_plain(path)
    try:
        with path.open("rb") as file:
            held = file.read(LARGEST_BYTES + 1)
        if len(held) <= LARGEST_BYTES:
            return held.decode("utf-8")
    except OSError as error:
        raise _odd(path.name, error.strerror or "a file that cannot be read") from None
    except UnicodeDecodeError:
        raise _odd(path.name, "bytes that are not UTF-8 text") from None
    raise _odd(path.name, f"more than {LARGEST_BYTES:,} bytes")


def parse_map(text: str, *, layouts: Sequence[Layout], where: str = "the map") -> HeadingMap:
    """This returns the map a YAML text holds; anything in it that is unknown, doubled or unfit for its layout is refused."""
    try:
        require_shallow(text)
        said = read_yaml(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        at = f", line {mark.line + 1}" if mark else ""
        raise _odd(f"{where}{at}", "text that is not plain YAML, or a name given twice") from None
    if not isinstance(said, dict) or set(said) != _KEYS or not isinstance(said["columns"], dict):
        raise _odd(where, "other names than these, or fewer")
    if type(said["starts_on"]) is not date:
        raise _odd(f"{where}, starts_on", "no day", "a day like 2009-04-01")
    columns = {_word(name, where): _column(entry, f"{where}, {name}") for name, entry in said["columns"].items()}
    words = (_word(said[name], f"{where}, {name}") for name in ("layout", "supplier", "saved_by"))
    layout, supplier, saved_by = words
    return require_map(HeadingMap(layout, columns, supplier, saved_by, said["starts_on"]), layouts=layouts, where=where)


def _column(entry: Any, where: str) -> ColumnMap:
    if not isinstance(entry, dict) or not set(entry) <= {"heading", "given", "dates", "codes"}:
        raise _odd(where, "something other than heading, given, dates and codes")
    codes = entry.get("codes", {})
    if not isinstance(codes, dict) or len(codes) > MOST_CODES:
        raise _odd(where, f"codes that are no list of theirs and ours, or more than {MOST_CODES:,}")
    heading, given, dates = (_word(entry.get(name, ""), where) for name in ("heading", "given", "dates"))
    return ColumnMap(
        heading, given, dates,
        tuple((_word(theirs, where), _word(ours, where)) for theirs, ours in codes.items()),
    )  # fmt: skip


def _word(value: Any, where: str) -> str:
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise _odd(where, "a value that is no word; put it in quotation marks")
    return str(value)


def require_map(found: HeadingMap, *, layouts: Sequence[Layout], where: str = "the map") -> HeadingMap:
    """This returns the map if it fits its layout: known columns, none needed left out, and nothing in it that cannot be."""
    layout = next((each for each in layouts if each.name == found.layout), None)
    if layout is None or layout.is_headless:
        known = ", ".join(sorted(each.name for each in layouts if not each.is_headless))
        raise _odd(f"{where}, layout", found.layout, f"one of {known}")
    for text in (found.supplier, found.saved_by):
        _require_text(text, where)
    for name, each in found.columns.items():
        if name not in layout.names:
            raise _odd(f"{where}, columns", name, f"columns of {layout.title}: {', '.join(layout.names)}")
        _require_column(each, layout.column(name), f"{where}, {name}")
    used = [_same(each.heading) for each in found.columns.values() if each.heading]
    if len(set(used)) < len(used):
        raise _odd(where, "one heading for two columns", "each heading once")
    if missing := [c.name for c in layout.columns if c.is_required and c.name not in found.columns]:
        raise _odd(where, f"nothing for {', '.join(missing)}", "a heading, or a value given, for every column needed")
    return found


def _require_column(each: ColumnMap, column: LayoutColumn, where: str) -> None:
    for text in (each.heading, each.given, *(word for pair in each.codes for word in pair)):
        _require_text(text, where)
    if bool(each.heading.strip()) == bool(each.given.strip()):
        raise _odd(where, "both a heading and a given value, or neither", "one of the two")
    if column.kind in (*PERSON_KINDS, "pseudonym") and (each.given or each.codes):
        raise _odd(where, "a value for who the patient is", "the heading of that column")
    if each.dates and (column.kind != "date" or each.dates not in DATES):
        raise _odd(where, each.dates, f"for a day, one of {', '.join(DATES)}")
    unknown = [ours for _, ours in each.codes if column.allowed and ours not in column.allowed]
    if unknown:
        raise _odd(where, unknown[0], f"one of {', '.join(column.allowed)}")


def _require_text(text: str, where: str) -> None:
    if len(text) > LONGEST_TEXT or _CONTROL.search(text) or holds_nhs_number(text):
        raise _odd(where, "a text that is too long, holds a control character, or could hold an NHS number")


def _same(heading: str) -> str:
    return " ".join(heading.split()).casefold()


def _odd(where: str, found: str, expected: str = "") -> RefusedInput:
    return RefusedInput(
        "This map of headings cannot be used.", where, shorten(found),
        expected or "layout, supplier, saved_by, starts_on and columns, as docs/matching-headings.md describes",
        "Correct it, or make it anew with pbc match-headings.",
    )  # fmt: skip
