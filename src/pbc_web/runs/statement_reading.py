"""A month's statement as pages read it: by the set that was put in force, never by what was made since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from pbc.flows.drill import Cell, drill
from pbc.flows.read_statements import StatementReader
from pbc.flows.records_behind import RecordsReader
from pbc.flows.records_file import write_records
from pbc.flows.show_year_end import show_year_end
from pbc.flows.trace import Archive
from pbc.flows.year_end_positions import position_name
from pbc.periods import FinancialYear, Month
from pbc.reports.drill import DrillView
from pbc.reports.year_end import YearEndView
from pbc.results import PublishedSet, Store
from pbc_web.runs.journeys.statements import told_of
from pbc_web.runs.reading import site_policy, site_store

KEPT = 24  # tables of year ends that are remembered


@dataclass(frozen=True)
class DeliveryHeld:
    """One month of one kind of data in the store: when it came, how many rows it has and how many were refused."""

    month: Month
    kind: str
    received_on: date | None
    rows_count: int
    refused_count: int
    is_missing: bool = False


def statement_reader() -> StatementReader:
    """This returns the reader of statements: one for all, which keeps what it read."""
    return _reader(site_store().path, site_policy().fingerprint)


@lru_cache(maxsize=2)
def _reader(path: Path, policy: str) -> StatementReader:
    return StatementReader(Store(path), policy=site_policy(), decisions=Path(settings.PBC_HOME) / "decisions")


def records_reader() -> RecordsReader:
    """This returns the reader of records behind figures."""
    return _records(site_store().path, site_policy().fingerprint)


@lru_cache(maxsize=2)
def _records(path: Path, policy: str) -> RecordsReader:
    return RecordsReader(Store(path), policy=site_policy())


def records_file(figure_text: str, *, practice_code: str) -> bytes:
    """This returns all records behind a figure of a practice's own as CSV for `pbc look-up`."""
    return write_records(records_reader(), site_store(), figure_id=figure_text, practice_code=practice_code)


@lru_cache(maxsize=4)
def archive_of(path: Path, sets: tuple[tuple[str, str], ...]) -> Archive:
    """One for each page's sets: a page of one figure leads to its parts, which are in the same tables."""
    return Archive(Store(path), reader=statement_reader())


def drilled(cell: Cell, *, set_name: str, set_id: str) -> DrillView:
    """This returns a cell of a published statement with its parts."""
    store = site_store()
    return drill(archive_of(store.path, ((set_name, set_id),)), store.at(set_name, set_id), cell=cell)


def deliveries_held(month: Month) -> list[DeliveryHeld]:
    """This returns the deliveries of the financial year to a month, newest month first; what is not held is named too."""
    store = site_store()
    months = [each for each in month.financial_year.months() if each.number <= month.number]
    found = []
    for each in reversed(months):
        for kind, table in (("activity", "activity_facts"), ("prescribing", "prescribing_cells")):
            held = store.find(f"{kind}/{each}")
            found.append(
                _delivery(held, each, kind, table) if held else DeliveryHeld(each, kind, None, 0, 0, is_missing=True)
            )
    return found


def _delivery(held: PublishedSet, month: Month, kind: str, table: str) -> DeliveryHeld:
    made = held.receipt.made_at[:10]
    refused = held.rows("rejected_rows") if "rejected_rows" in held.tables else 0
    return DeliveryHeld(month, kind, date.fromisoformat(made) if made else None, held.rows(table), refused)


def months_to_state() -> list[Month]:
    """This returns the months whose hospital data are held, newest first."""
    return sorted((Month.parse(name.partition("/")[2]) for name in site_store().names("cells")), reverse=True)


def months_stated() -> set[Month]:
    """This returns the months whose statement is worked out, published for readers or not."""
    return {Month.parse(name.partition("/")[2]) for name in site_store().names("statement")}


def month_made(month: Month) -> tuple[str, dict[str, Any]] | None:
    """This returns the id of the statement of a month made last, and what it tells before anybody opens it; or None."""
    held = site_store().find(f"statement/{month}")
    return None if held is None else (held.set_id, told_of(held))


def year_end_made(year: FinancialYear, position: str) -> PublishedSet | None:
    """This returns a position of a year as it was made last, published for readers or not, or None."""
    return site_store().find(position_name(year, position))


def year_end_view(
    year: FinancialYear, unit_code: str, practices: list[str], positions: Mapping[str, str | None]
) -> YearEndView:
    """This returns a budget holder's year in the positions published: `positions` gives the set of each, None for none."""
    return show_year_end(
        site_store(), year=year, unit_code=unit_code, practices=practices, policy=site_policy(), held=positions
    )


@lru_cache(maxsize=KEPT)
def _year_end_rows(path: Path, name: str, set_id: str, table: str) -> tuple[dict[str, Any], ...]:
    published = Store(path).at(name, set_id)
    return tuple(published.frame(table).to_dicts()) if table in published.tables else ()


def year_end_rows(name: str, set_id: str, table: str = "freed_up_resources") -> tuple[dict[str, Any], ...]:
    """This returns the rows of a table of a year end."""
    return _year_end_rows(site_store().path, name, set_id, table)
