"""A map of need without coordinates: tiles of practices, grouped as they work together, shaded in few steps.

It is data for a grid of HTML and not a drawing: the value stands in every tile as text, so that it reads aloud, can be
enlarged and copied, prints in grey, and breaks into as many columns as a page of 320 pixels has room for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pbc.reports.budgets.material import BudgetMaterial
from pbc.reports.budgets.tables import FigureColumn, FigureTable, figure, index, lay_out
from pbc.reports.view import Head

Row = Mapping[str, Any]


@dataclass(frozen=True)
class TileStep:
    """A step of shading: from `low` to under `high`, its words, and colours that differ in lightness alone as in hue."""

    low: float
    high: float
    words: str
    background: str
    ink: str


@dataclass(frozen=True)
class Tile:
    """One practice: its value as text, the place of its step, the whole said in words, and its figure id."""

    code: str
    name: str
    value: str
    step: int | None
    words: str
    figure_id: str


@dataclass(frozen=True)
class TileGroup:
    """Practices that work together, in order of code."""

    name: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class TileMap:
    """A map of tiles: the finding is its title; `steps` is its key; `table` says the same in rows."""

    name: str
    title: str
    reading: str
    description: str
    steps: tuple[TileStep, ...]
    groups: tuple[TileGroup, ...]
    table: FigureTable


STEPS = (
    TileStep(0.0, 0.8, "under 0.80: much less need", "#ffffff", "#212b32"),
    TileStep(0.8, 0.95, "0.80 to 0.94: less need", "#d2e2f1", "#212b32"),
    TileStep(0.95, 1.05, "0.95 to 1.04: about average", "#9dc0e0", "#212b32"),
    TileStep(1.05, 1.2, "1.05 to 1.19: more need", "#2b6aa8", "#ffffff"),
    TileStep(1.2, float("inf"), "1.20 and over: much more need", "#0a2f57", "#ffffff"),
)
UNKNOWN = "not known"


def map_need(material: BudgetMaterial) -> TileMap:
    """This returns the need of every practice as tiles by cluster: against England where known of all, else the commissioner."""
    rows = material.units("practice")
    is_england = all(row["need_index_england"] is not None for row in rows)
    column = "need_index_england" if is_england else "need_index_commissioner"
    whom = "England" if is_england else f"the {material.tiers.commissioner_short}"
    known = [value for row in rows if (value := _value(row, column)) is not None]
    more = sum(value >= STEPS[2].high for value in known)
    have = "has" if more == 1 else "have"
    groups = _grouped(material, rows, column)
    told = "; ".join(f"{group.name}: {', '.join(tile.words for tile in group.tiles)}" for group in groups)
    columns = (FigureColumn(f"Need ({whom} is 1)", column, index(column)),)
    return TileMap(
        name="need-map",
        title=f"{more} of {len(rows)} practices {have} people who need clearly more care than {whom}'s average",
        reading=f"Each tile is a practice, beside those of its {material.tiers.cluster}. {whom} is 1; a darker tile needs more.",
        description=f"Need of each practice by {material.tiers.cluster}. {told}.",
        steps=STEPS,
        groups=groups,
        table=lay_out(
            rows, name="need-map", caption=f"Need of each practice ({whom} is 1)", columns=columns, first=Head("Practice"),
            label=lambda row: material.name_of(str(row["unit_code"])),
        ),
    )  # fmt: skip


def _value(row: Row, column: str) -> float | None:
    value: float | None = row[column]
    return value


def _grouped(material: BudgetMaterial, rows: Sequence[Row], column: str) -> tuple[TileGroup, ...]:
    clusters = sorted({row["cluster_code"] or "" for row in rows}, key=lambda code: (code == "", code))
    return tuple(
        TileGroup(
            material.name_of(code) if code else f"In no {material.tiers.cluster}",
            tuple(_tile(material, row, column) for row in rows if (row["cluster_code"] or "") == code),
        )
        for code in clusters
    )


def _tile(material: BudgetMaterial, row: Row, column: str) -> Tile:
    value, code = _value(row, column), str(row["unit_code"])
    name = material.name_of(code)
    if value is None:
        return Tile(code, name, UNKNOWN, None, f"{name}: {UNKNOWN}", "")
    step = step_of(value)
    words = f"{name}: {value:.2f}, {STEPS[step].words.partition(': ')[2]}"
    return Tile(code, name, f"{value:.2f}", step, words, figure(row, column))


def step_of(value: float) -> int:
    """This returns the place of the step a need index falls in, as it is printed: to two decimals.

    >>> [step_of(value) for value in (0.5, 0.7999, 0.95, 1.0, 1.049, 1.2, 3.0)]
    [0, 1, 2, 2, 3, 4, 4]
    """
    printed = round(value, 2)
    return next(at for at, step in enumerate(STEPS) if step.low <= printed < step.high)
