"""Which cells of tables that add up may be shown, so that no small count, nor the money of so few, can be worked out.

Cells stand on a grid of units (practices) and lines (services, hospitals, ...). Wholes add up parts both ways: a total is
the sum of its lines, a commissioner that of its practices. What was shown before stays known: taking an earlier year to
date from a later one must not give a small month away, nor must a month that a later statement tells again. A cell is one
decision: its count and its money go together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from pbc.stats.grid import Layout, still_unknown
from pbc.stats.retold import Retold, Told, decide_retold
from pbc.stats.small_numbers import Counts, Mask, SmallNumbers


@dataclass(frozen=True)
class Statement:
    """The counts of one statement by cell of a grid: of the year to date, and of its month alone.

    `follows` says that the statement before it in the sequence is that of the month before. `retold` are other months, by number
    as `at` is that of its own, which it tells of some cells again; `at` is needed with them alone.
    """

    to_date: Counts
    month: Counts
    follows: bool = True
    at: int = 0
    retold: tuple[Retold, ...] = ()


@dataclass(frozen=True)
class Hidden:
    """What a statement hides: cells of the year to date, and of its month; cells and months of those it tells again; and cells
    whose months told again, all together, may not be told to have changed by so much."""

    to_date: Mask
    month: Mask
    retold: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    moved: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Shown:
    """Counts that were published, which of them nobody can know from what was shown, and how many months make each."""

    counts: Counts
    unknown: Mask
    months: Counts


def protect(statements: Sequence[Statement], *, layout: Layout, rule: SmallNumbers) -> list[Hidden]:
    """This returns what each statement of a year hides, in the order they were shown, each knowing those before it.

    Grain: cells of the grid. No count too small, no difference so small between a cell and an earlier one, nor a rest so
    small that a sum leaves when all that is known is taken off, can be worked out. Source: HES analysis guide (2009, with
    secondary suppression) and NHS Digital's method of 2018; decision methods 0156.
    """
    hidden: list[Hidden] = []
    nobody = np.zeros_like(statements[0].to_date)
    last, shown = Shown(nobody, nobody > 0, nobody), list[Shown]()
    for statement in statements:
        if not statement.follows:  # the year to date of the month before follows from this one and its month
            before = statement.to_date - statement.month
            last, _ = _publish(before, before - last.counts, last, shown, layout, rule)
            shown.append(last)
        now, mask = _publish(statement.to_date, statement.month, last, shown, layout, rule)
        hidden.append(Hidden(mask, _month(statement, mask, now, last, layout, rule)))
        shown.append(now)
        last = now
    return _with_retold(statements, hidden, layout, rule)


def _with_retold(
    statements: Sequence[Statement], hidden: Sequence[Hidden], layout: Layout, rule: SmallNumbers
) -> list[Hidden]:
    """Decides months told again unit by unit; where an own month with them would tell what is hidden, the unit's gives way."""
    found = [replace(each, month=each.month.copy()) for each in hidden]
    width = layout.lines_count
    for unit in sorted({again.cell // width for each in statements for again in each.retold}):
        cells = slice(unit * width, (unit + 1) * width)
        year = [_of_unit(each, dark, cells) for each, dark in zip(statements, hidden, strict=True)]
        for at, decided in enumerate(decide_retold(year, layout=layout, rule=rule)):
            if decided.is_month_hidden:
                found[at].month[cells] |= statements[at].month[cells] != 0
            retold = {(cells.start + line, month) for line, month in decided.retold}
            moved = {cells.start + line for line in decided.moved}
            found[at] = replace(found[at], retold=found[at].retold | retold, moved=found[at].moved | moved)
    return found


def _of_unit(statement: Statement, hidden: Hidden, cells: slice) -> Told:
    own = tuple(
        replace(again, cell=again.cell - cells.start) for again in statement.retold if again.cell in range(cells.start, cells.stop)
    )  # fmt: skip
    return Told(
        statement.to_date[cells], statement.month[cells], hidden.to_date[cells], hidden.month[cells], statement.at, own
    )


def hide(counts: Counts, *, layout: Layout, rule: SmallNumbers) -> Mask:
    """This returns which cells of one table are hidden, so that none follows from the others.

    >>> from pbc.stats.grid import Whole
    >>> from pbc.stats.small_numbers import HES_2018
    >>> hide(np.array([55, 3, 12, 40]), layout=Layout(1, 4, lines=(Whole(0, (1, 2, 3)),)), rule=HES_2018).tolist()
    [False, True, True, False]
    """
    return _to_date(counts, (counts > 0).astype(np.int64), (), layout, rule)


def _publish(
    counts: Counts, month: Counts, last: Shown, shown: Sequence[Shown], layout: Layout, rule: SmallNumbers
) -> tuple[Shown, Mask]:
    """A year to date as published, and what it hides."""
    months = last.months + (month != 0)
    mask = _to_date(counts, months, shown, layout, rule)
    return Shown(counts, still_unknown(mask, layout=layout), months), mask


def _to_date(counts: Counts, months: Counts, earlier: Sequence[Shown], layout: Layout, rule: SmallNumbers) -> Mask:
    """Hides what is small in itself or against an earlier table, then more until none of it can be worked out."""
    nobody = np.zeros_like(counts)
    tables = [Shown(nobody, nobody > 0, nobody), *earlier]
    must = np.zeros(counts.shape, dtype=bool)
    for before in tables:
        must |= _is_telling(counts - before.counts, months - before.months, rule) & ~before.unknown
    mask = must.copy()
    while True:
        _spread(mask, counts, layout)
        now = Shown(counts, still_unknown(mask, layout=layout), months)
        choices = [*_told(must & ~now.unknown, mask, counts, layout)]
        for before in tables:
            choices += _rests_since(before, now, mask, layout, rule)
        if not _hide_one_of_each(mask, counts, choices, layout):
            return mask


def _is_telling(change: Counts, months: Counts, rule: SmallNumbers) -> Mask:
    """A few people, or one in each month that counts anybody and no more: then each of them is known to be one."""
    telling: Mask = rule.is_small(change) | ((change == months) & (months > 1))
    return telling


def _month(statement: Statement, mask: Mask, now: Shown, last: Shown, layout: Layout, rule: SmallNumbers) -> Mask:
    """A month is shown only where both years to date are known: it then tells nothing new but what was restated before it, and
    with it what the months before it come to now.

    Where nothing was restated a reader is taken to know that, and the month with the two years to date.
    """
    earlier = statement.to_date - statement.month
    restated = earlier - last.counts
    between = now.unknown | last.unknown
    must = rule.is_small(restated) | rule.is_small(earlier) | (rule.is_small(statement.month) & ~between)
    hidden = mask | between | must
    layout = layout.within_units()
    while True:
        unknown = still_unknown(hidden & (restated != 0), layout=layout)
        choices = [
            *_told(must & ~unknown & (restated != 0), hidden, restated, layout),
            *_rests(unknown, hidden, restated, layout, rule),
            *_rests(unknown, hidden, earlier, layout, rule),
            *_rests(unknown | between, hidden, statement.month, layout, rule, moved=restated),
        ]
        if not _hide_one_of_each(hidden, statement.month, choices, layout):
            return hidden


Choices = Iterator[tuple[int, ...]]


def _told(told: Mask, mask: Mask, counts: Counts, layout: Layout) -> Choices:
    """For each cell that follows although it must not: the shown cells that tell it."""
    for cell in np.flatnonzero(told).tolist():
        yield _telling(cell, mask, counts, layout)


def _telling(cell: int, mask: Mask, counts: Counts, layout: Layout) -> tuple[int, ...]:
    """The shown cells that share a sum with a cell, or with hidden ones that lead to it: those of sums that hide one cell alone,
    for such a sum tells it, or all of them where there is no such sum."""
    reached, edge = {cell}, [cell]
    found: set[int] = set()
    lone: set[int] = set()
    while edge:
        sums = [members for at in edge for members in layout.sums_of(at)]
        near = {member for members in sums for member in members if counts[member]} - reached
        shown = {member for member in near if not mask[member]}
        found |= shown
        lone |= {member for members in sums if mask[members].sum() == 1 for member in members if member in shown}
        reached |= near
        edge = list(near - shown)
    return tuple(sorted(lone or found))


def _rests(
    unknown: Mask, mask: Mask, counts: Counts, layout: Layout, rule: SmallNumbers, *, moved: Counts | None = None
) -> Choices:
    """For each sum whose rest counts a few: its shown cells that change the rest, or the whole where there is none."""
    small = rule.is_small(layout.parts @ np.where(unknown, counts, 0))
    yield from _shown_parts(small, unknown, mask, counts if moved is None else moved, layout)


def _rests_since(before: Shown, now: Shown, mask: Mask, layout: Layout, rule: SmallNumbers) -> Choices:
    """What a sum leaves now against what it left then: the same people but for a few, or one in each month and no more.

    Sums with no hidden cell in common can be compared by either's hidden cells.
    """
    change, months = now.counts - before.counts, now.months - before.months
    shared = (layout.parts @ (now.unknown & before.unknown).astype(np.int64)) > 0
    either = now.unknown | before.unknown
    is_known = ~either[layout.wholes]
    for dark, applies in ((either, shared), (now.unknown, ~shared), (before.unknown, ~shared)):
        rest, one_each = (layout.parts @ np.where(dark, sizes, 0) for sizes in (change, months))
        yield from _shown_parts(
            _is_telling(rest, one_each, rule) & applies & is_known, now.unknown, mask, change, layout
        )


def _shown_parts(bad: Mask, unknown: Mask, mask: Mask, counts: Counts, layout: Layout) -> Choices:
    """For each sum that leaves too little: its shown parts that change what it leaves, else the whole, else what tells that."""
    for row in np.flatnonzero(bad & ~unknown[layout.wholes]).tolist():
        each = layout.sums[row]
        parts = tuple(part for part in each.parts if not mask[part] and counts[part])
        yield parts or (_telling(each.whole, mask, counts, layout) if mask[each.whole] else (each.whole,))


def _spread(mask: Mask, counts: Counts, layout: Layout) -> None:
    """A hidden whole protects nothing while its parts are shown: all of them that count anybody are hidden with it."""
    before = -1
    while before != (before := int(mask.sum())):
        mask |= (layout.within @ mask.astype(np.int64) > 0) & (counts != 0)


def _hide_one_of_each(mask: Mask, counts: Counts, choices: Sequence[tuple[int, ...]], layout: Layout) -> bool:
    """Hides one cell of each choice, unless one of that choice was hidden a moment before: one that is not alone in its sums,
    for it would follow from them, and of such the smallest."""
    touching = layout.parts @ mask.astype(np.int64)
    new: set[int] = set()
    for cells in choices:
        open_cells = [cell for cell in cells if not mask[cell]]
        if open_cells and new.isdisjoint(cells):
            alone = layout.alone(open_cells, touching)
            new.add(min(zip(alone, counts[open_cells].tolist(), open_cells, strict=True))[2])
    mask[list(new)] = True
    return bool(new)
