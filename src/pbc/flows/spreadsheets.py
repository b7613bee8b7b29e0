"""Workbooks among deliveries of invoices: the first sheet of each, as the CSV that every reader of ours takes."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pbc.engines.scratch import Scratch
from pbc.errors import RefusedInput
from pbc.flows.extract import Extract, Files, require_own_file
from pbc.sources.published.workbook import read_sheet


@contextmanager
def sheets_as_files(extract: Extract, places: Sequence[tuple[str, str, str]]) -> Iterator[Extract]:
    """This gives the same deliveries with each workbook's first sheet in the place of a CSV, kept no longer than it is read.

    A place with a workbook and another file is refused: nobody can tell which is meant. Days are written as year-month-day
    and whole numbers without a point, as layouts want them; what the sheet shows otherwise is no matter.
    """
    scratch = Scratch("sheets")
    try:
        found: dict[str, Files] = {}
        for place in places:
            path = _workbook(extract, place)
            if path is not None:
                if extract.find(*place):
                    raise RefusedInput(
                        "The same table is delivered twice, in two forms.", where="/".join(place),
                        found=f"{path.name} and {extract.find(*place)[0].name}", remedy="Keep one of them.",
                    )  # fmt: skip
                found["/".join(place)] = _as_csv(path, scratch.path.joinpath(*place))
        yield extract.with_files(found) if found else extract
    finally:
        scratch.close()


def _workbook(extract: Extract, place: tuple[str, str, str]) -> Path | None:
    if extract.folder is None:
        return None
    path = extract.folder.joinpath(*place[:-1], f"{place[-1]}.xlsx")
    if not path.exists():
        return None
    require_own_file(path, extract.folder)
    return path


def _as_csv(path: Path, place: Path) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    written = place.with_name(f"{place.name}.csv")
    rows = [[_plain(cell) for cell in row] for row in read_sheet(path, 0)]
    with written.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(row for row in rows if any(row))
    return written


def _plain(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)
