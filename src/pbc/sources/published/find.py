"""Finding published files in a folder by what stands in their first row, whatever they are called."""

from __future__ import annotations

import csv
import gzip
import io
import re
from datetime import date
from pathlib import Path

from pbc.errors import RefusedInput
from pbc.sources.delimited import recognise
from pbc.sources.layout import Layout, Match, match_row
from pbc.sources.published.reading import layouts

_MONTH = re.compile(r"(20\d\d)[_-](0[1-9]|1[0-2])(?!\d)")
FIRST = 1 << 16  # characters in which a heading row must end


def find_published(folder: Path, name: str) -> list[Path]:
    """This returns the files under a folder whose first row fits a layout, by path; none is an empty list.

    A file that stands there both plain and gzipped counts once, plain.
    """
    layout = layouts(name)[0]
    fitting = [path for path in _candidates(folder) if (match := _look(path, layout)) is not None and match.fits]
    return [path for path in fitting if path.suffix != ".gz" or path.with_suffix("") not in fitting]


def find_one_published(folder: Path, name: str, *, year: str = "") -> Path:
    """This returns the one file of a layout under a folder (or the file itself), preferring a name that holds the year.

    None is refused with the nearest file and what it lacks; several that cannot be told apart are refused by name.
    """
    layout = layouts(name)[0]
    found = find_published(folder, name)
    if not found:
        raise _nothing_found(folder, layout)
    named = [path for path in found if year and any(form in path.name for form in _year_forms(year))]
    chosen = named or found
    if len(chosen) > 1:
        raise RefusedInput(
            "Several files have this layout and cannot be told apart.", where=folder.name,
            found=", ".join(path.name for path in chosen), expected=layout.title,
            remedy="Keep one of them in the folder, or name the file itself.",
        )  # fmt: skip
    return chosen[0]


def find_latest_published(folder: Path, name: str, *, by: date) -> Path | None:
    """This returns the file of a layout whose name holds the latest month up to a day, else the earliest, or None.

    For registers published month after month under one layout, the month standing only in the name (`..._2023_12`).
    """
    found = find_published(folder, name)
    dated = sorted((int(month[1]) * 100 + int(month[2]), path) for path in found if (month := _MONTH.search(path.name)))
    earlier = [path for month, path in dated if month <= by.year * 100 + by.month]
    return earlier[-1] if earlier else next((path for _, path in dated), found[0] if found else None)


def _nothing_found(folder: Path, layout: Layout) -> RefusedInput:
    looked = [(path, match) for path in _candidates(folder) if (match := _look(path, layout)) is not None]
    near = sorted(looked, key=lambda pair: -len(pair[1].positions))
    if near and len(near[0][1].positions) * 2 >= len(layout.columns):
        try:
            recognise(near[0][0], [layout])
        except RefusedInput as refusal:
            return refusal
    names = ", ".join(path.name for path, _ in looked[:8]) or "no CSV file"
    return RefusedInput(
        "The published file that is needed is not here.", where=str(folder.name), found=names,
        expected=f"{layout.title} ({layout.publisher}), with columns {', '.join(c.headings[0] for c in layout.columns[:6])} ...",
        remedy="Get it from its publisher (pbc fetch --list tells which) and put it into the folder.",
    )  # fmt: skip


def _candidates(folder: Path) -> list[Path]:
    if folder.is_file():
        return [folder]
    if not folder.is_dir():
        raise RefusedInput("There is no such folder.", found=str(folder), remedy="Name the folder of published files.")
    return sorted(path for pattern in ("*.csv", "*.csv.gz") for path in folder.rglob(pattern) if path.is_file())


def _look(path: Path, layout: Layout) -> Match | None:
    """The match of the first row; a file that cannot be opened as text is no candidate here and is refused when read."""
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as stream:
            start = stream.read(FIRST).decode("utf-8-sig", errors="ignore")
        return match_row(next(csv.reader(io.StringIO(start, newline="")), []), layout)
    except (OSError, EOFError, csv.Error):
        return None


def _year_forms(year: str) -> tuple[str, ...]:
    first = int(year[:4])
    return (f"{first}_{first + 1}", f"{first}-{first + 1}", f"{first}_{year[-2:]}", f"{first}-{year[-2:]}")
