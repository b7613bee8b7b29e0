"""A grid of units and lines whose wholes add up parts both ways, and what hidden cells of it follow from the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from pbc.stats.small_numbers import Counts, Mask

NOTHING = 1e-7


@dataclass(frozen=True)
class Whole:
    """A line, or unit, that is the sum of others."""

    whole: int
    parts: tuple[int, ...]


@dataclass(frozen=True)
class Layout:
    """What adds up on a grid: lines within each unit, units within each of the lines `summed_lines`.

    Cells are numbered unit by unit: cell = unit x lines_count + line.
    """

    units_count: int
    lines_count: int
    lines: tuple[Whole, ...] = ()
    units: tuple[Whole, ...] = ()
    summed_lines: tuple[int, ...] = ()

    def within_units(self) -> Layout:
        """This returns the layout without the sums over units."""
        return Layout(self.units_count, self.lines_count, self.lines)

    @cached_property
    def sums(self) -> tuple[Whole, ...]:
        """This returns every sum on the grid by the numbers of its cells, those within a unit first."""
        width = self.lines_count
        within = [
            Whole(unit * width + each.whole, tuple(unit * width + part for part in each.parts))
            for unit in range(self.units_count)
            for each in self.lines
        ]
        across = [
            Whole(each.whole * width + line, tuple(part * width + line for part in each.parts))
            for each in self.units
            for line in self.summed_lines
        ]
        return (*within, *across)

    @cached_property
    def wholes(self) -> Counts:
        """This returns the cell of the whole of each sum."""
        return np.array([each.whole for each in self.sums], dtype=np.int64)

    @cached_property
    def parts(self) -> Any:
        """This returns sums by cells: 1 where the cell is a part of the sum."""
        pairs = [(row, part) for row, each in enumerate(self.sums) for part in each.parts]
        shape = (len(self.sums), self.units_count * self.lines_count)
        return _sparse(
            (np.ones(len(pairs), dtype=np.int64), ([row for row, _ in pairs], [part for _, part in pairs])), shape=shape
        )

    @cached_property
    def cells(self) -> Any:
        """This returns sums by cells: 1 for a part, -1 for the whole."""
        size = len(self.sums)
        whole = _sparse((np.ones(size, dtype=np.int64), (np.arange(size), self.wholes)), shape=self.parts.shape)
        return self.parts - whole

    @cached_property
    def within(self) -> Any:
        """This returns cells by cells: 1 where the row is a part of the column, within a unit."""
        rows = self.units_count * len(self.lines)
        held = self.parts[:rows].tocoo()
        shape = (self.parts.shape[1],) * 2
        return _sparse((np.ones(held.nnz, dtype=np.int64), (held.col, self.wholes[held.row])), shape=shape)

    def sums_of(self, cell: int) -> list[list[int]]:
        """This returns the sums that a cell is in, each by its cells."""
        rows = self._sums_of.indices[self._sums_of.indptr[cell] : self._sums_of.indptr[cell + 1]]
        return [[*self.sums[row].parts, self.sums[row].whole] for row in rows.tolist()]

    def alone(self, cells: Sequence[int], touching: Counts) -> list[int]:
        """This returns in how many of its sums each cell would be the only part hidden; `touching` counts those hidden now."""
        return (self._parts_of[list(cells)] @ (touching == 0).astype(np.int64)).tolist()  # type: ignore[no-any-return]

    @cached_property
    def _sums_of(self) -> Any:
        return _sparse(abs(self.cells).T)

    @cached_property
    def _parts_of(self) -> Any:
        return _sparse(self.parts.T)


def still_unknown(hidden: Mask, *, layout: Layout) -> Mask:
    """This returns which hidden cells do not follow from the shown ones, however many sums are put together.

    >>> layout = Layout(1, 4, lines=(Whole(0, (1, 2, 3)),))
    >>> still_unknown(np.array([False, True, False, False]), layout=layout).tolist()
    [False, False, False, False]
    >>> still_unknown(np.array([False, True, True, False]), layout=layout).tolist()
    [False, True, True, False]
    """
    unknown = hidden.copy()
    touching = abs(layout.cells)
    while True:  # a sum with one unknown cell tells it
        lone = np.flatnonzero(touching @ unknown.astype(np.int64) == 1)
        if not lone.size:
            break
        told = np.unique(touching[lone].indices)
        unknown[told] = False
    for rows, cells in _rings(touching, unknown):
        held = layout.cells[rows][:, cells].toarray().astype(float)
        _, sizes, turned = np.linalg.svd(held)
        moves = np.abs(turned[int((sizes > NOTHING).sum()) :]).max(axis=0, initial=0.0)
        unknown[cells] = moves > NOTHING
    return unknown


def _sparse(content: Any, shape: tuple[int, ...] | None = None) -> Any:
    from scipy.sparse import csr_array  # loaded with the first grid: most commands hide nothing

    return csr_array(content, shape=shape)


def _rings(touching: Any, unknown: Mask) -> Iterator[tuple[Counts, Counts]]:
    """Sums that share unknown cells in a ring: only there can several tell together what none tells alone."""
    from scipy.sparse.csgraph import connected_components

    cells = np.flatnonzero(unknown)
    held = touching[:, cells]
    rows = np.flatnonzero(held @ np.ones(len(cells), dtype=np.int64))
    held = held[rows].tocoo()
    size = len(rows) + len(cells)
    graph = _sparse((np.ones(held.nnz), (held.row, held.col + len(rows))), shape=(size, size))
    _, labels = connected_components(graph, directed=False)
    edges = np.bincount(labels[held.row], minlength=labels.max(initial=0) + 1)
    nodes = np.bincount(labels, minlength=len(edges))
    for label in np.flatnonzero(edges >= nodes).tolist():
        members = np.flatnonzero(labels == label)
        yield rows[members[members < len(rows)]], cells[members[members >= len(rows)] - len(rows)]
