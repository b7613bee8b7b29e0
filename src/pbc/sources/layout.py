"""What a delivered file looks like, as data: our names for its columns and every heading publishers have given them.

A layout is a YAML file in `layouts/` (a reader may keep its own folder and pass it). Another year's headings for the
same columns go under `also`, never into code. Headed files are recognised by their headings, headless ones by their
width and by patterns that the first row must fit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pbc.errors import RefusedInput, shorten

LAYOUTS = Path(__file__).parent / "layouts"
LONGEST_HEADING, SHORTEST_RESEMBLING = 60, 4  # characters
SHOWN_ALIKE = 3  # layouts named to somebody whose file fits none
KINDS = (
    "text",
    "code",
    "date",
    "month",
    "whole",
    "decimal",
    "pounds",
    "signed_pounds",
    "nhs_number",
    "person",
    "pseudonym",
    "flag",
    "number",
    "pence",
    "signed",
)


@dataclass(frozen=True)
class LayoutColumn:
    """One column: `headings` are the labels it is known by, today's first; headless files give `position`, from 1.

    `may_be_empty`, `allowed` values, `pattern` and `most` (the largest number) are what a delivery reader checks.
    """

    name: str
    headings: tuple[str, ...] = ()
    kind: str = "text"
    is_required: bool = True
    position: int = 0
    pattern: str = ""
    meaning: str = ""
    may_be_empty: bool = False
    allowed: tuple[str, ...] = ()
    most: int = 0

    @property
    def known_as(self) -> tuple[str, ...]:
        """Every heading it is known by; our own name where none is given."""
        return self.headings or (self.name,)


@dataclass(frozen=True)
class Layout:
    """The shape of one kind of file. `width` is set for files without a heading row and is their number of columns."""

    name: str
    title: str
    columns: tuple[LayoutColumn, ...]
    publisher: str = ""
    table: str = ""
    width: int = 0

    @property
    def is_headless(self) -> bool:
        """Whether the file starts with data, without a row of headings."""
        return self.width > 0

    @property
    def names(self) -> list[str]:
        """Our names of the columns, in order."""
        return [column.name for column in self.columns]

    def column(self, name: str) -> LayoutColumn:
        """This returns the column of that name."""
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True)
class Match:
    """How the first row of a file fits a layout: our name to position from 0; what is missing, and what stands twice."""

    layout: Layout
    positions: Mapping[str, int]
    missing: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether every required column was found."""
        return not self.missing


def read_layouts(*names: str, folder: Path = LAYOUTS) -> list[Layout]:
    """This returns the layouts of these names (file stems) in the folder, or with no name all of them, by name."""
    paths = [folder / f"{name}.yaml" for name in names] or sorted(folder.glob("*.yaml"))
    return [read_layout(path) for path in paths]


@cache
def read_layout(path: Path) -> Layout:
    """This returns the layout written in a YAML file; a mistake in it is ours and raises ValueError."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    columns = tuple(_column(name, entry or {}) for name, entry in content["columns"].items())
    unknown = {column.kind for column in columns} - set(KINDS)
    if unknown:
        raise ValueError(f"layout {path.stem}: unknown kinds {unknown}; there are {KINDS}")
    return Layout(
        path.stem, content["title"], columns, content.get("publisher", ""), content.get("table", ""),
        int(content.get("width", 0)),
    )  # fmt: skip


def _column(name: str, entry: Mapping[str, Any]) -> LayoutColumn:
    also = entry.get("also", {})
    others = list(also.values() if isinstance(also, dict) else also)
    return LayoutColumn(
        name, (str(entry.get("heading", name)), *map(str, others)), entry.get("kind", "text"),
        bool(entry.get("required", True)), int(entry.get("position", 0)), entry.get("pattern", ""),
        entry.get("meaning", ""), bool(entry.get("may_be_empty", False)), tuple(map(str, entry.get("allowed", ()))),
        int(entry.get("most", 0)),
    )  # fmt: skip


def match_row(row: Sequence[str], layout: Layout) -> Match:
    """This returns how a file's first row fits a layout: headings compared without case, edges or doubled spaces.

    >>> quantities = Layout("x", "X", (LayoutColumn("items", ("ITEMS", "TOTAL_ITEMS")),))
    >>> match_row(["PERIOD", "Items  "], quantities).positions
    {'items': 1}
    """
    return _match_headless(row, layout) if layout.is_headless else _match_headings(row, layout)


def _match_headings(row: Sequence[str], layout: Layout) -> Match:
    places: dict[str, list[int]] = {}
    for position, heading in enumerate(row):
        places.setdefault(_plain(heading), []).append(position)
    found = {
        column.name: [at for heading in dict.fromkeys(map(_plain, column.known_as)) for at in places.get(heading, [])]
        for column in layout.columns
    }
    return Match(
        layout,
        {name: at[0] for name, at in found.items() if at},
        tuple(c.known_as[0] for c in layout.columns if c.is_required and not found[c.name]),
        tuple(row[at[1]].strip() for at in found.values() if len(at) > 1),
    )


def _match_headless(row: Sequence[str], layout: Layout) -> Match:
    if len(row) != layout.width:
        return Match(layout, {}, (f"{layout.width} columns without headings",))
    strange = [
        f"{c.name} in column {c.position}"
        for c in layout.columns
        if c.pattern and not re.fullmatch(c.pattern, row[c.position - 1].strip())
    ]
    return Match(layout, {} if strange else {c.name: c.position - 1 for c in layout.columns}, tuple(strange))


def _plain(heading: str) -> str:
    return " ".join(heading.replace("\ufeff", "").split()).casefold()


def choose(row: Sequence[str], layouts: Iterable[Layout], *, where: str) -> Match:
    """This returns the match with the most columns among the layouts that fit, and refuses a row that none fits.

    The refusal names what was found, and what is missing for the layout that comes nearest. A heading that stands
    twice is refused: which of the two is meant is not ours to guess.
    """
    matches = sorted((match_row(row, layout) for layout in layouts), key=lambda m: (not m.fits, -len(m.positions)))
    best = matches[0]
    if not best.fits:
        known = [heading for match in matches for column in match.layout.columns for heading in column.known_as]
        raise RefusedInput(_why_unknown(best), where, listed_headings(row, known), _wanted(matches), _remedy(best))
    if best.doubled:
        raise RefusedInput(
            "A column stands twice.", f"{where}, row 1, column {best.doubled[0]}", best.doubled[0],
            "each column once", "Delete or rename one of the two, so that which one is meant is not guessed.",
        )  # fmt: skip
    return best


def _why_unknown(nearest: Match) -> str:
    if len(nearest.positions) * 2 < len(nearest.layout.columns):
        return "No known layout has these headings."
    return f"A column is missing: {', '.join(nearest.missing[:5])}."


def _wanted(matches: Sequence[Match]) -> str:
    nearest = matches[0]
    if len(matches) > 1 and len(nearest.positions) * 2 < len(nearest.layout.columns):
        alike = sorted(
            (match for match in matches if match.positions), key=lambda m: -len(m.positions) / len(m.layout.columns)
        )
        if alike:
            others = len(matches) - len(alike[:SHOWN_ALIKE])
            return f"{'; or '.join(map(_described, alike[:SHOWN_ALIKE]))}; or one of {others} kinds less like it"
        return "one of " + ", ".join(sorted(match.layout.title for match in matches))
    return _described(nearest)


def _described(nearest: Match) -> str:
    if nearest.layout.is_headless:
        return f"{nearest.layout.title}: {nearest.layout.width} columns, no heading row"
    needed = [c.known_as[0] for c in nearest.layout.columns if c.is_required]
    return shorten(f"{nearest.layout.title}: {', '.join(needed)}", limit=600)


def _remedy(nearest: Match) -> str:
    if nearest.layout.is_headless:
        return "Send the file as the publisher made it, without a heading row."
    return "Add the column, or give it its usual heading. If a publisher changed a heading, add it to the layout."


def listed_headings(row: Sequence[str], known: Iterable[str]) -> str:
    """This returns what may be shown of a first row that no layout fits: how wide it is, and the cells that resemble known
    headings. The rest may be a person's record, a password or a key, since anything can be delivered by mistake.

    >>> listed_headings(["Practice code", "Items ", "root:x:0", "Jane Smith"], ["PRACTICE_CODE", "ITEMS"])
    '4 columns; like known headings: Practice code, Items'
    """
    count = f"{len(row):,} column{'s' if len(row) != 1 else ''}"
    if any(re.search(r"\d{6}|\d{3}[ -]\d{3}[ -]\d{4}", cell) for cell in row):
        return f"a first row that looks like data, not headings ({count}, not shown)"
    names = {re.sub(r"[^a-z0-9]+", " ", _plain(heading)).strip() for heading in known}
    alike = [cell.strip() for cell in row[:200] if _resembles(cell, names)]
    if not alike:
        return f"{count}, none of them like a known heading, so none is shown"
    return f"{count}; like known headings: {shorten(', '.join(alike), limit=200)}"


def _resembles(cell: str, names: set[str]) -> bool:
    """Whether a cell is made of the words of a known heading, but for a sign or two: its own secrets cannot be."""
    plain = re.sub(r"[^a-z0-9]+", " ", _plain(cell)).strip()
    if len(cell) > LONGEST_HEADING or re.search(r"[:/=@]", cell):
        return False
    return plain in names or bool(len(plain) >= SHORTEST_RESEMBLING and get_close_matches(plain, names, 1, 0.8))
