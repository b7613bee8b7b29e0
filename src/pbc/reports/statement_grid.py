"""The counts of statements on a grid of practices and lines, and what adds up on it: for deciding what small numbers hide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
import polars as pl

from pbc.periods import Month
from pbc.reference.activity import POINTS_OF_DELIVERY
from pbc.reports.decisions import Decisions
from pbc.stats.disclosure import Hidden, Statement
from pbc.stats.grid import Layout, Whole
from pbc.stats.retold import Retold
from pbc.stats.small_numbers import Counts, SmallNumbers

Line = tuple[str, str]
Again = tuple[
    str, Line, int, tuple[int, ...]
]  # practice, line, month, its counts as they were if they changed, and as now
WHOLE: Line = ("total", "all")
HOSPITAL, INSIDE, OUTSIDE = (("sum", name) for name in ("hospital", "inside", "outside"))
PRESCRIBING: Line = ("service", "prescribing")
SPLIT = ("specialty", "provider")
SUMMED_CUTS = ("total", "sum", "service", "provider")  # whose sums over practices pages show, whatever a practice hides
COMMISSIONER = "commissioner"


@dataclass(frozen=True)
class StatementGrid:
    """Practices, then clusters, then the commissioner, by lines. `frames` are budget_statements by month, oldest first.

    The total adds up services with a budget; hospital care also those without, and is split by specialty and by hospital.
    `again` is what each statement tells of other months, by the number that the month has in the year of `frames`.
    """

    frames: Mapping[Month, pl.DataFrame]
    clusters: Mapping[str, str]
    measure: str = "activity_count"
    again: Mapping[Month, Sequence[Again]] = field(default_factory=dict)

    @cached_property
    def counted(self) -> pl.DataFrame:
        """This returns the rows that count anybody."""
        rows = [
            frame.filter(pl.col(self.measure).is_not_null() & (pl.col("cut") != "total"))
            .select("practice_code", "period", "cut", "item", self.measure, is_in=pl.col("budget_pence").is_not_null())
            .with_columns(at=pl.lit(month.number))
            for month, frame in self.frames.items()
        ]
        return pl.concat(rows)

    @cached_property
    def practices(self) -> list[str]:
        """This returns the codes of the practices."""
        told = {code for each in self.again.values() for code, *_ in each}
        return sorted(told.union(self.counted["practice_code"]))

    @cached_property
    def units(self) -> dict[str, int]:
        """This returns the place of each unit: practices by code, clusters by `cluster` and code, the commissioner."""
        groups = sorted({self.clusters[code] for code in self.practices if code in self.clusters})
        named = [*self.practices, *(f"cluster {code}" for code in groups), COMMISSIONER]
        return {name: at for at, name in enumerate(named)}

    @cached_property
    def lines(self) -> dict[Line, int]:
        """This returns the place of each line."""
        found = self.counted.select("cut", "item").unique().sort("cut", "item").rows()
        is_told = any(line == PRESCRIBING for each in self.again.values() for _, line, _, _ in each)
        medicines = [PRESCRIBING] if is_told and PRESCRIBING not in found else []
        return {line: at for at, line in enumerate([WHOLE, HOSPITAL, INSIDE, OUTSIDE, *found, *medicines])}

    @cached_property
    def outside(self) -> list[int]:
        """This returns the hospital services that no practice has a budget for: they stay out of the total, if any is in it."""
        if not self.counted["is_in"].any():
            return []
        rows = self.counted.filter(pl.col("cut") == "service").group_by("item").agg(pl.col("is_in").any())
        return [self.lines["service", item] for item, is_in in rows.rows() if not is_in and item != PRESCRIBING[1]]

    @cached_property
    def layout(self) -> Layout:
        """This returns what adds up."""
        services = [at for (cut, _), at in self.lines.items() if cut == "service"]
        kinds: dict[int, list[int]] = {}
        for (cut, item), at in self.lines.items():
            if cut == "point_of_delivery" and item in POINTS_OF_DELIVERY:
                kinds.setdefault(self.lines["service", POINTS_OF_DELIVERY[item].service], []).append(at)
        medicines = self.lines.get(PRESCRIBING)
        inside = [at for at in services if at not in self.outside and at != medicines]
        sums = {self.lines[WHOLE]: [self.lines[INSIDE], *([] if medicines is None else [medicines])]}
        sums |= {self.lines[HOSPITAL]: [self.lines[INSIDE], self.lines[OUTSIDE]]}
        sums |= {self.lines[INSIDE]: inside, self.lines[OUTSIDE]: self.outside, **kinds}
        wholes = [Whole(whole, tuple(parts)) for whole, parts in sums.items() if parts]
        for cut in SPLIT:
            parts = tuple(at for (each, _), at in self.lines.items() if each == cut)
            wholes += [Whole(self.lines[HOSPITAL], parts)] if parts else []
        summed = [at for (cut, _), at in self.lines.items() if cut in SUMMED_CUTS]
        return Layout(len(self.units), len(self.lines), tuple(wholes), self._unit_sums(), tuple(summed))

    def _unit_sums(self) -> tuple[Whole, ...]:
        places = self.units
        groups: dict[int, list[int]] = {}
        for code in self.practices:
            if code in self.clusters:
                groups.setdefault(places[f"cluster {self.clusters[code]}"], []).append(places[code])
        whole = Whole(places[COMMISSIONER], tuple(places[code] for code in self.practices))
        return (*(Whole(at, tuple(parts)) for at, parts in groups.items()), whole)

    def counts(self, month: Month, *, period: str) -> Counts:
        """This returns the counts of one statement, cell by cell."""
        grid = np.zeros((len(self.units), len(self.lines)), dtype=np.int64)
        rows = self.counted.filter((pl.col("at") == month.number) & (pl.col("period") == period))
        for code, cut, item, count in rows.select("practice_code", "cut", "item", self.measure).iter_rows():
            grid[self.units[code], self.lines[cut, item]] = count
        inside = [
            at for at in (self.lines[line] for line in self.lines if line[0] == "service") if at not in self.outside
        ]
        medicines = [self.lines[PRESCRIBING]] if PRESCRIBING in self.lines else []
        grid[:, self.lines[WHOLE]] = grid[:, inside].sum(axis=1)
        grid[:, self.lines[OUTSIDE]] = grid[:, self.outside].sum(axis=1)
        grid[:, self.lines[INSIDE]] = grid[:, self.lines[WHOLE]] - grid[:, medicines].sum(axis=1)
        grid[:, self.lines[HOSPITAL]] = grid[:, [self.lines[INSIDE], self.lines[OUTSIDE]]].sum(axis=1)
        for each in self._unit_sums():
            grid[each.whole] = grid[list(each.parts)].sum(axis=0)
        return grid.ravel()

    def dark(self, hidden: Hidden) -> pl.DataFrame:
        """This returns the cells that are hidden: `unit`, `period`, `cut`, `item`."""
        units, lines = list(self.units), list(self.lines)
        found = [
            (units[cell // len(lines)], period, *lines[cell % len(lines)])
            for period, mask in (("year_to_date", hidden.to_date), ("month", hidden.month))
            for cell in np.flatnonzero(mask).tolist()
        ]
        return pl.DataFrame(found, schema=dict.fromkeys(("unit", "period", "cut", "item"), pl.String), orient="row")

    def hidden(self, rule: SmallNumbers, decisions: Decisions) -> dict[Month, Hidden]:
        """This returns what each statement hides, those before it being known."""
        months = list(self.frames)
        follows = [True, *(later == earlier.plus(1) for earlier, later in pairwise(months))]
        follows[0] = months[0].month_of_year == 1
        statements = [
            Statement(
                self.counts(month, period="year_to_date"),
                self.counts(month, period="month"),
                is_next,
                month.number,
                self._retold(month),
            )
            for month, is_next in zip(months, follows, strict=True)
        ]
        return dict(zip(months, decisions.protect(statements, layout=self.layout, rule=rule), strict=True))

    def _retold(self, month: Month) -> tuple[Retold, ...]:
        told = self.again.get(month, ())
        places = [
            (self._cell(code, line), at, counts)
            for code, line, at, counts in told
            if code in self.units and line in self.lines
        ]
        return tuple(Retold(*each) for each in places)

    def _cell(self, practice_code: str, line: Line) -> int:
        return self.units[practice_code] * len(self.lines) + self.lines[line]

    def shows_again(self, hidden: Hidden, told: Again) -> bool:
        """This returns whether what a statement tells of another month is shown."""
        code, line, month, _ = told
        is_held = code in self.units and line in self.lines
        return is_held and (self._cell(code, line), month) not in hidden.retold

    def shows_moved(self, hidden: Hidden, practice_code: str, line: Line) -> bool:
        """This returns whether it is shown by how much the other months of a line changed, all together."""
        is_held = practice_code in self.units and line in self.lines
        return is_held and self._cell(practice_code, line) not in hidden.moved
