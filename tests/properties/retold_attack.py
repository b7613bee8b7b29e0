"""A reader who keeps every statement of a year and takes one from another: years to date, months, and months told again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from pbc.stats.disclosure import Hidden, Statement
from pbc.stats.grid import Layout
from pbc.stats.retold import Retold
from pbc.stats.small_numbers import SmallNumbers

Names = tuple[int, ...]


@dataclass(frozen=True)
class Year:
    """Counts of one unit by statement, month and cell: what each statement knew of each month up to its own."""

    counts: NDArray[np.int64]
    layout: Layout
    again: Names  # cells of which every month is told again; of the other cells `kinds` those that changed
    kinds: Names

    @property
    def statements(self) -> list[Statement]:
        found = []
        for at, known in enumerate(self.counts):
            retold = [self._retold(at, month, cell) for month in range(at) for cell in (*self.again, *self.kinds)]
            told = tuple(each for each in retold if each is not None)
            found.append(Statement(known.sum(axis=0), known[at], at=at, retold=told))
        return found

    def _retold(self, at: int, month: int, cell: int) -> Retold | None:
        then, now = (int(self.counts[which, month, cell]) for which in (at - 1, at))
        if then == now:
            return Retold(cell, month, (now,)) if cell in self.again else None
        return Retold(cell, month, (then, now))


@dataclass(frozen=True)
class Comparer:
    """What follows by algebra from all that was shown; a figure has a number by statement, month and cell."""

    year: Year
    hidden: Sequence[Hidden]

    def place(self, at: int, month: int, cell: int) -> int:
        _, months, cells = self.year.counts.shape
        return (at * months + month) * cells + cell

    def row(self, plus: Sequence[int], minus: Sequence[int] = ()) -> NDArray[np.float64]:
        found = np.zeros(self.year.counts.size)
        np.add.at(found, list(plus), 1)
        np.add.at(found, list(minus), -1)
        return found

    def to_date(self, at: int, cells: Names) -> list[int]:
        return [self.place(at, month, cell) for month in range(at + 1) for cell in cells]

    def known(self) -> NDArray[np.float64]:
        counts, told = self.year.counts, []
        for at, dark in enumerate(self.hidden):
            for month in range(at + 1):
                for each in self.year.layout.sums:
                    parts = [self.place(at, month, part) for part in each.parts]
                    told.append(self.row(parts, [self.place(at, month, each.whole)]))
            for cell in range(counts.shape[2]):
                told += [self.row(self.to_date(at, (cell,)))] if not dark.to_date[cell] else []
                told += [self.row([self.place(at, at, cell)])] if not dark.month[cell] else []
            for cell in (*self.year.again, *self.year.kinds):
                for month in range(at):
                    told += self._again(at, month, cell, dark)
        return np.array(told)

    def _again(self, at: int, month: int, cell: int, dark: Hidden) -> Iterator[NDArray[np.float64]]:
        now, then = self.place(at, month, cell), self.place(at - 1, month, cell)
        moved = self.year.counts[at, month] != self.year.counts[at - 1, month]
        of_hospital = cell in self.year.again and moved[list(self.year.kinds)].any()
        if not moved[cell] and not (of_hospital and cell != self.year.again[-1]):
            yield self.row([now], [then])  # nobody says that it changed: neither it nor a kind of it
        if (cell, month) not in dark.retold:
            told = self.year._retold(at, month, cell)
            yield from (
                self.row([each]) for each in ([then, now] if told and len(told.counts) > 1 else [now] if told else [])
            )

    def told(self, rule: SmallNumbers) -> list[tuple[str, int, Names]]:
        """Sums of a few people that follow, be they of a month as any statement knew it, a year to date, or what changed."""
        known = self.known()
        _, sizes, turned = np.linalg.svd(known, full_matrices=True)
        free = turned[int((sizes > 1e-7).sum()) :]
        found = []
        for words, at, cells, count, wanted in self._targets():
            if 0 < abs(count) < rule.smallest_shown and (not free.size or np.abs(free @ wanted).max() < 1e-6):
                found.append((words, at, cells))
        return found

    def _targets(self) -> Iterator[tuple[str, int, Names, int, NDArray[np.float64]]]:
        counts = self.year.counts
        sets: list[Names] = [(cell,) for cell in range(counts.shape[2])]
        sets += [
            several for each in self.year.layout.sums for size in (2, 3) for several in combinations(each.parts, size)
        ]
        for cells in sets:
            held = counts[:, :, list(cells)].sum(axis=2)
            for at in range(len(counts)):
                yield "to date", at, cells, int(held[at].sum()), self.row(self.to_date(at, cells))
                for month in range(at + 1):
                    now = [self.place(at, month, cell) for cell in cells]
                    yield f"month {month}", at, cells, int(held[at, month]), self.row(now)
                for before in range(at):
                    change = int(held[at].sum() - held[before].sum())
                    since = self.row(self.to_date(at, cells), self.to_date(before, cells))
                    yield f"since {before}", at, cells, change, since
                    for month in range(before + 1):
                        now, then = ([self.place(which, month, cell) for cell in cells] for which in (at, before))
                        moved = int(held[at, month] - held[before, month])
                        yield f"month {month} since {before}", at, cells, moved, self.row(now, then)
