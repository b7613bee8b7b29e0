"""What pages of deliveries ask of the engine: layouts, which files are needed, and how strange headings are matched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from pbc.flows.files_needed import (
    FOLDERS,
    FORM_NAMES,
    MONTHLY,
    FileNeeded,
    files_charged,
    files_of_contracts,
    files_of_month,
    files_of_register,
    files_of_year,
    place_of,
)
from pbc.flows.match_headings import (
    layouts_to_match,
    match_headings,
    preview_headings,
    read_heading_map,
)
from pbc.flows.receive_invoices import BACKING, LOCAL, PLACES, TOTALS
from pbc.periods import FinancialYear, Month

__all__ = ["FORM_NAMES", "FileNeeded", "match_headings"]


@lru_cache(maxsize=1)
def known_layouts() -> dict[str, str]:
    """This returns the layouts a feed may bring, by name with their titles: those that some flow takes in."""
    return {each.name: in_words(each.title) for each in layouts_to_match() if each.name in FOLDERS}


def in_words(title: str) -> str:
    """This returns the title of a layout as people read it.

    >>> in_words("Table of tariff_prices"), in_words("Register of patients")
    ('Tariff prices', 'Register of patients')
    """
    return title.removeprefix("Table of ").replace("_", " ").capitalize() if title.startswith("Table of ") else title


def kind_of(layout: str) -> str:
    """This returns what a file of a layout belongs to: activity, invoices, what backs them or the ledger (of a month); tariff,
    need or contracts (of a year); or the register."""
    return FOLDERS.get(layout, "")


def is_monthly(kind: str) -> bool:
    """This returns whether a kind of delivery comes by months; all others but the register come by years."""
    return kind in MONTHLY


def parsed(kind: str, period: str) -> Month | FinancialYear | None:
    """This returns the period of a kind of delivery: a month, a financial year, or None for the register."""
    if kind == "register":
        return None
    return Month.parse(period) if is_monthly(kind) else FinancialYear.parse(period)


def place_for(layout: str, period: str) -> str:
    """This returns where a file stands among deliveries."""
    return place_of(layout, period=parsed(kind_of(layout), period))


def places_beside(place: str) -> tuple[str, ...]:
    """This returns the places that may charge the same as a place does, so that a hospital stands in one of them: itself, and
    the national layouts beside our own.

    >>> places_beside("invoice-backing/2009-09/drugs_monitoring")
    ('invoice-backing/2009-09/drugs_monitoring', 'invoice-backing/2009-09/charged_activity')
    """
    period, _, layout = place.rpartition("/")
    if layout == LOCAL:
        return tuple(f"{period}/{each}" for each in PLACES[BACKING] if each != TOTALS)
    return (place, f"{period}/{LOCAL}") if layout in PLACES[BACKING] and layout != TOTALS else (place,)


def needed_for(kind: str, period: str) -> list[FileNeeded]:
    """This returns the files that a month or a year of a kind, or the register, is made of."""
    match parsed(kind, period):
        case Month() as month:
            return files_of_month(month) if kind == "activity" else files_charged(kind, month)
        case FinancialYear() as year if kind == "contracts":
            return files_of_contracts(year)
        case FinancialYear() as year:
            return [each for each in files_of_year(year) if each.place.startswith(f"{kind}/")]
        case None:
            return files_of_register()


def map_of(
    layout: str, columns: Mapping[str, Mapping[str, Any]], *, supplier: str, saved_by: str, starts_on: date
) -> str:
    """This returns a checked map as text: for each of our columns a heading or a given value, how days and codes are written."""
    said = {"layout": layout, "supplier": supplier, "saved_by": saved_by, "starts_on": starts_on, "columns": columns}
    return read_heading_map(yaml.safe_dump(said, allow_unicode=True, sort_keys=False)).to_yaml()


def preview_of(path: Path, text: str, *, rows: int = 5) -> pl.DataFrame:
    """This returns the first rows of a file as a saved map reads them; who they are about is not shown."""
    return preview_headings(path, read_heading_map(text), rows=rows)


def fingerprints(texts: Sequence[str]) -> list[str]:
    """This returns the fingerprints of maps."""
    return [read_heading_map(text).fingerprint for text in texts]
