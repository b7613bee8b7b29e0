"""A reader who puts together everything that was ever shown: by algebra for money, by whole numbers for counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from pbc.stats.disclosure import Hidden, Statement
from pbc.stats.grid import Layout
from pbc.stats.small_numbers import SmallNumbers

MANY = 100_000
Names = tuple[int, ...]


@dataclass(frozen=True)
class Reader:
    """What a reader knows: figures shown, sums that hold, and that a year to date grows by the month where nothing was restated.

    A figure has a number: years to date by statement and cell first, then months.
    """

    statements: Sequence[Statement]
    hidden: Sequence[Hidden]
    layout: Layout

    @property
    def width(self) -> int:
        return self.layout.units_count * self.layout.lines_count

    def place(self, at: int, cell: int, *, is_month: bool = False) -> int:
        return (int(is_month) * len(self.statements) + at) * self.width + cell

    @property
    def values(self) -> NDArray[np.int64]:
        return np.concatenate([each.to_date for each in self.statements] + [each.month for each in self.statements])

    @property
    def is_dark(self) -> NDArray[np.bool_]:
        return np.concatenate([each.to_date for each in self.hidden] + [each.month for each in self.hidden])

    def equations(self) -> NDArray[np.float64]:
        found = []
        for at, statement in enumerate(self.statements):
            for is_month, sums in ((False, self.layout.sums), (True, self.layout.within_units().sums)):
                for each in sums:
                    row = np.zeros(2 * len(self.statements) * self.width)
                    row[self.place(at, each.whole, is_month=is_month)] = -1
                    row[[self.place(at, part, is_month=is_month) for part in each.parts]] = 1
                    found.append(row)
            before = self.statements[at - 1].to_date if at else np.zeros(self.width, dtype=np.int64)
            for cell in np.flatnonzero(statement.to_date == before + statement.month).tolist():
                row = np.zeros(2 * len(self.statements) * self.width)
                row[self.place(at, cell)] = 1
                row[self.place(at, cell, is_month=True)] = -1
                if at:
                    row[self.place(at - 1, cell)] = -1
                found.append(row)
        return np.array(found).reshape(len(found), -1)

    def told_money(self, rule: SmallNumbers) -> list[tuple[str, int, Names, int]]:
        """Sums of money over so few people that follow from what is shown, whatever the prices: those over one cell, or over
        two or three of one sum, in a month, a year to date or between two of them."""
        dark = np.flatnonzero(self.is_dark)
        if not dark.size:
            return []
        held = self.equations()[:, dark]
        _, sizes, turned = np.linalg.svd(held)
        moves = turned[int((sizes > 1e-7).sum()) :]
        column = {name: at for at, name in enumerate(dark.tolist())}
        told = []
        for at, words, count, plus, minus in self._targets():
            if not 0 < abs(count) < rule.smallest_shown:
                continue
            wanted = np.zeros(len(dark))
            for names, sign in ((plus, 1.0), (minus, -1.0)):
                for name in names:
                    if name in column:
                        wanted[column[name]] += sign
            if not moves.size or np.abs(moves @ wanted).max() < 1e-6:
                told.append((words, at, plus, count))
        return told

    def _targets(self) -> Iterator[tuple[int, str, int, Names, Names]]:
        within = self.layout.within_units().sums
        sets = [(cell,) for cell in range(self.width)]
        sets += [several for each in within for size in (2, 3) for several in combinations(each.parts, size)]
        for cells in sets:
            for at, statement in enumerate(self.statements):
                now = tuple(self.place(at, cell) for cell in cells)
                month = tuple(self.place(at, cell, is_month=True) for cell in cells)
                yield at, "month", int(statement.month[list(cells)].sum()), month, ()
                yield at, "year to date", int(statement.to_date[list(cells)].sum()), now, ()
                yield at, "months before", int((statement.to_date - statement.month)[list(cells)].sum()), now, month
                for before in range(at):
                    then = tuple(self.place(before, cell) for cell in cells)
                    change = statement.to_date[list(cells)] - self.statements[before].to_date[list(cells)]
                    yield at, f"since statement {before}", int(change.sum()), now, then

    def told_counts(self, rule: SmallNumbers) -> list[tuple[int, int]]:
        """Small counts that have one possible value: a * is 1 or more, a rounded count within half of `nearest`."""
        values, dark = self.values, self.is_dark
        low, high = values.astype(float), values.astype(float)
        for at, value in enumerate(values.tolist()):
            if dark[at]:
                low[at], high[at] = 1, MANY
            elif value:
                near = rule.rounded(value) or 0
                low[at], high[at] = max(rule.smallest_shown, near - rule.nearest // 2), near + rule.nearest // 2
        low[dark & (values == 0)] = 0
        sums = LinearConstraint(self.equations(), 0, 0)
        told = []
        for at in np.flatnonzero(dark & rule.is_small(values)).tolist():
            wanted = np.zeros(len(values))
            wanted[at] = 1
            ends = [
                milp(sign * wanted, constraints=sums, bounds=Bounds(low, high), integrality=np.ones(len(values)))
                for sign in (1, -1)
            ]
            assert all(end.status in (0, 3) for end in ends), "what is shown is true, so it can be solved"
            if ends[1].status == 0 and round(ends[0].fun) == round(-ends[1].fun):
                told.append((at, int(values[at])))
        return told
