"""The published files of organisations in a folder, each read by its reader, and what is not there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pbc.errors import MissingFigure, RefusedInput
from pbc.flows.journey import Journey
from pbc.sources.layout import match_row
from pbc.sources.published.find import find_published
from pbc.sources.published.indicators import read_pct_ccg_overlap
from pbc.sources.published.organisations import (
    read_membership_history,
    read_practice_commissioners,
    read_practices,
    read_trusts,
)
from pbc.sources.published.reading import Published, layouts
from pbc.sources.published.tiers import read_hierarchy, read_pct_hierarchy, read_sub_icb_lookup
from pbc.sources.published.workbook import read_sheet

BOARDS_BEGAN = date(2022, 7, 1)  # integrated care boards, Health and Care Act 2022
LOOKED_AT_2010 = date(2010, 4, 1)  # the day for which the deprivation file of 2010 names PCTs and SHAs
Pair = tuple[Published, Published]
_MONTH = re.compile(r"(20\d\d)[_-](0[1-9]|1[0-2])(?!\d)")
_YEAR = re.compile(r"(20\d\d)[_-]\d\d(?!\d)")
WITHOUT = {
    "membership_history": "the membership history (epcmem), so nothing is known of practices before the register",
    "epraccur": "the register of practices (epraccur), so practices have neither names nor days",
    "practice_hierarchy": "a practice hierarchy, so there are no primary care networks",
    "sub_icb_lookup": "the sub-ICB lookup, so boards are those of the hierarchy",
    "pct_ccg_overlap": "the overlap of PCTs and CCGs, so who took over a PCT is told by where its practices went",
    "practice_deprivation": "the deprivation file of 2010, so PCTs have no names and no health authority",
    "trusts": "the list of trusts, so there are no hospitals",
}


@dataclass
class HierarchyFiles:
    """What each kind of file says; the register and the pictures from the oldest to the latest."""

    history: Published | None = None
    registers: list[Pair] = field(default_factory=list)  # practices, and their commissioners
    pictures: list[tuple[date, Published, Published]] = field(default_factory=list)  # day, memberships, organisations
    lookup: Pair | None = None
    overlap: Published | None = None
    deprivation: Pair | None = None
    trusts: Published | None = None
    fingerprints: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def heed(self, read: Published) -> Published:
        """This remembers the file's hash and notes, and returns it."""
        self.fingerprints[read.file_name] = read.fingerprint
        self.notes += [f"{read.file_name}: {note}" for note in read.notes]
        if read.rejected.height:
            self.notes.append(f"{read.file_name}: {read.rejected.height:,} rows were left out, since they cannot be.")
        return read

    def heed_pair(self, pair: Pair) -> Pair:
        """This remembers both halves of one file."""
        return self.heed(pair[0]), pair[1]


def read_hierarchy_files(folder: Path, *, journey: Journey) -> HierarchyFiles:
    """This returns every file of organisations under a folder, found by its headings; nothing to build on is a fault.

    The day of a hierarchy is the month or year in its name. Two files of one kind that do not come month after month
    are refused by name.
    """
    found = {name: find_published(folder, name) for name in WITHOUT if name != "sub_icb_lookup"}
    found["sub_icb_lookup"] = _workbooks(folder)
    if not (found["membership_history"] or found["epraccur"] or found["practice_hierarchy"]):
        raise MissingFigure(
            "There is no published file of organisations in the folder.", where=folder.name,
            expected="a membership history (epcmem), a register of practices (epraccur) or a practice hierarchy",
            remedy="Get them from their publisher (pbc fetch --list tells which) and put them into the folder.",
        )  # fmt: skip
    files = HierarchyFiles()
    journey.step("Reading the membership history", 0.0)
    if path := _one(found["membership_history"]):
        files.history = files.heed(read_membership_history(path))
    journey.step("Reading the registers of practices", 0.3)
    for path in sorted(found["epraccur"], key=lambda each: (_day_in(each), each.name)):
        files.registers.append((files.heed(read_practices(path)), read_practice_commissioners(path)))
    journey.step("Reading the tiers above", 0.7)
    for path in sorted(found["practice_hierarchy"], key=_day_in):
        files.pictures.append((_day_in(path), *files.heed_pair(read_hierarchy(path, as_at=_day_in(path)))))
    _read_tiers(files, found)
    files.notes += [f"The folder lacks {why}." for name, why in WITHOUT.items() if not found[name]]
    return files


def _read_tiers(files: HierarchyFiles, found: Mapping[str, list[Path]]) -> None:
    if path := _one(found["sub_icb_lookup"]):
        files.lookup = files.heed_pair(read_sub_icb_lookup(path, as_at=BOARDS_BEGAN))
    if path := _one(found["pct_ccg_overlap"]):
        files.overlap = files.heed(read_pct_ccg_overlap(path))
    if path := _one(found["practice_deprivation"]):
        files.deprivation = files.heed_pair(read_pct_hierarchy(path, as_at=LOOKED_AT_2010))
    if path := _one(found["trusts"]):
        files.trusts = files.heed(read_trusts(path))


def _one(paths: list[Path]) -> Path | None:
    if len(paths) > 1:
        raise RefusedInput(
            "Several files of organisations have one layout, and only one can be used.",
            found=", ".join(path.name for path in paths), remedy="Keep the one you want in the folder.",
        )  # fmt: skip
    return paths[0] if paths else None


def _day_in(path: Path) -> date:
    """The first day of the month in a name, or of the financial year."""
    if month := _MONTH.search(path.name):
        return date(int(month[1]), int(month[2]), 1)
    if year := _YEAR.search(path.name):
        return date(int(year[1]), 4, 1)
    raise RefusedInput(
        "The file is a picture of one day, and its name does not say which.", where=path.name,
        expected="a month or a financial year in the name, like 2023_12 or 2023_24", remedy="Put it into the name.",
    )  # fmt: skip


def _workbooks(folder: Path) -> list[Path]:
    """The workbooks whose first row fits the lookup; one that is no workbook is no candidate."""
    (layout,) = layouts("sub_icb_lookup")
    found = []
    for path in sorted(folder.rglob("*.xlsx")):
        try:
            first = read_sheet(path, 0)[0]
        except RefusedInput:
            continue
        if match_row([str(cell or "") for cell in first], layout).fits:
            found.append(path)
    return found
