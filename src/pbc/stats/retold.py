"""Months that a later statement tells again: which of them may be shown, given all that statements of the year showed.

A statement tells the year to date, its own month and, of some lines, earlier months again: as they are now and, where they
changed, as they were. One statement taken from another then tells what changed in a month. Here all of it is put together:
each line is a sum of its finest lines by month, each version of such a month is an atom that nobody knows, and a figure is
shown only where no secret follows from it by algebra.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

import numpy as np

from pbc.stats.grid import Layout
from pbc.stats.known import Known, Vectors
from pbc.stats.small_numbers import Counts, Mask, SmallNumbers

Atom = tuple[str, int, int, int]  # what of a month it is, line, month, count: the same count is the same atom
Sum = Counter[Atom]
MOST_TOGETHER = 3


@dataclass(frozen=True)
class Retold:
    """The counts a statement tells of another month of a cell: as it was where it changed, and as it is now, last."""

    cell: int
    month: int
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Told:
    """What one statement tells of one unit, line by line, and what is hidden of it so far."""

    to_date: Counts
    month: Counts
    hidden_to_date: Mask
    hidden_month: Mask
    at: int
    retold: tuple[Retold, ...]


@dataclass(frozen=True)
class Decided:
    """Whether the own month is hidden whole, which months told again are hidden, and of which lines what changed in all."""

    is_month_hidden: bool
    retold: frozenset[tuple[int, int]]
    moved: frozenset[int]


@dataclass
class _Figures:
    """The figures of one statement as sums of atoms, with their counts, and what a reader knows to hold among them."""

    to_date: dict[int, tuple[Sum, int]] = field(default_factory=dict)
    month: dict[int, tuple[Sum, int]] = field(default_factory=dict)
    moved: dict[int, tuple[Sum, int]] = field(default_factory=dict)
    retold: dict[Retold, list[Sum]] = field(default_factory=dict)
    secrets: list[Sum] = field(default_factory=list)
    equations: list[Sum] = field(default_factory=list)


def decide_retold(year: Sequence[Told], *, layout: Layout, rule: SmallNumbers) -> list[Decided]:
    """This returns for each statement of one unit, in the order they were shown, what is hidden of months told again.

    Grain: lines of the unit. The months of the whole come first, then those of its parts, the largest first. No month of a few
    people, no change so small between two versions of one, and nothing that statements hide follows from what is shown.
    Decision methods 0156.
    """
    told = _Year(layout, rule, {each.cell for statement in year for each in statement.retold})
    figures = [told.read(statement) for statement in year]
    atoms: dict[Atom, int] = {}
    for each in figures:
        for added in _all_of(each):
            for atom in added:
                atoms.setdefault(atom, len(atoms))
    known = Known(len(atoms))
    decided = []
    for statement, each in zip(year, figures, strict=True):
        known, found = _decide(statement, each, known, atoms, told.finest)
        decided.append(found)
    return decided


def _all_of(each: _Figures) -> Iterator[Sum]:
    for held in (each.to_date, each.month, each.moved):
        yield from (added for added, _ in held.values())
    for several in (*each.retold.values(), each.secrets, each.equations):
        yield from several


def _decide(
    statement: Told, each: _Figures, known: Known, atoms: Mapping[Atom, int], finest: Mapping[int, tuple[int, ...]]
) -> tuple[Known, Decided]:
    def row(added: Sum) -> Vectors:
        vector = np.zeros(len(atoms))
        for atom, times in added.items():
            vector[atoms[atom]] = times
        return vector

    if each.secrets:
        known.guard(np.array([row(added) for added in each.secrets]))
    shown = [added for line, (added, _) in each.to_date.items() if not statement.hidden_to_date[line]]
    for added in (*each.equations, *shown):
        known.learn(row(added))
    tried = known.copy()
    own = [added for line, (added, _) in each.month.items() if not statement.hidden_month[line]]
    is_hidden = not all(tried.may_learn(row(added)) for added in own)
    known = known if is_hidden else tried
    hidden = set()
    for again in sorted(each.retold, key=lambda one: (len(finest[one.cell]) == 1, -max(one.counts))):
        if not all([known.may_learn(row(added)) for added in each.retold[again]]):
            hidden.add((again.cell, again.month))
    told = {line for line, (added, _) in each.moved.items() if known.may_learn(row(added))}
    moved = {again.cell for again in each.retold} - told
    return known, Decided(is_hidden, frozenset(hidden), frozenset(moved))


class _Year:
    """Reads a unit's statements one after the other, knowing each finest line's months as they were told last."""

    def __init__(self, layout: Layout, rule: SmallNumbers, again: set[int]) -> None:
        self.layout, self.rule, self.again = layout, rule, again
        self.now: dict[tuple[int, int], int] = {}  # finest line and month: count
        self.versions: dict[tuple[int, int], list[tuple[Sum, int]]] = {}
        self.before: list[dict[int, tuple[Sum, int]]] = []
        self.kept: set[frozenset[tuple[Atom, int]]] = set()

    @cached_property
    def finest(self) -> dict[int, tuple[int, ...]]:
        """This returns the finest lines of each line that is told again or adds up such lines only."""
        parts: dict[int, tuple[int, ...]] = {}
        for each in self.layout.lines:
            parts.setdefault(
                each.whole, each.parts
            )  # the first sum of a line; others split the same contacts otherwise

        def of(line: int) -> tuple[int, ...]:
            return tuple(leaf for part in parts[line] for leaf in of(part)) if line in parts else (line,)

        found = {line: of(line) for line in range(self.layout.lines_count)}
        known = {leaf for line in self.again for leaf in found[line]}
        return {line: leaves for line, leaves in found.items() if known.issuperset(leaves)}

    def read(self, statement: Told) -> _Figures:
        """This returns a statement's figures as sums of atoms."""
        each, then = _Figures(), dict(self.now)
        leaves = {leaf for found in self.finest.values() for leaf in found}
        for again in statement.retold:
            if self.finest[again.cell] == (again.cell,):
                self.now[again.cell, again.month] = again.counts[-1]
                if len(again.counts) > 1:
                    then[again.cell, again.month] = again.counts[0]
        self.now |= {(leaf, statement.at): int(statement.month[leaf]) for leaf in leaves}
        for line, found in self.finest.items():
            each.month[line] = self._month(found, statement.at, self.now), int(statement.month[line])
            to_date = sum(
                (self._to_date(leaf, int(statement.to_date[leaf]), statement.at) for leaf in found), Counter()
            )
            each.to_date[line] = to_date, int(statement.to_date[line])
        for again in statement.retold:
            sides = [then] * (len(again.counts) - 1) + [self.now]
            each.retold[again] = [
                self._version(again, count, held) for count, held in zip(again.counts, sides, strict=True)
            ]
        self._tie(statement, each)
        self._guard(statement, each, then)
        self.before.append(each.to_date)
        return each

    @staticmethod
    def _month(leaves: tuple[int, ...], at: int, held: Mapping[tuple[int, int], int]) -> Sum:
        return Counter({("month", leaf, at, held[leaf, at]): 1 for leaf in leaves if held.get((leaf, at))})

    def _to_date(self, leaf: int, count: int, last: int) -> Sum:
        months = {at: held for (line, at), held in self.now.items() if line == leaf and held and at <= last}
        added: Sum = Counter({("month", leaf, at, held): 1 for at, held in months.items()})
        if rest := count - sum(months.values()):  # of months that no statement told
            added["rest", leaf, 0, rest] = 1
        return added

    def _version(self, again: Retold, count: int, held: Mapping[tuple[int, int], int]) -> Sum:
        """A month as told: the sum of its finest lines where they make it up, else an atom of its own."""
        leaves = self.finest[again.cell]
        if len(leaves) > 1 and sum(held.get((leaf, again.month), 0) for leaf in leaves) == count:
            return self._month(leaves, again.month, held)
        return Counter({("month", again.cell, again.month, count): 1} if count else {})

    def _tie(self, statement: Told, each: _Figures) -> None:
        """The months of a line told again add up to its year to date, and changes of its finest lines to its own; an atom of its
        own is its finest lines once they are told."""
        for line in {again.cell for again in statement.retold}:
            told = [again for again in statement.retold if again.cell == line and again.month < statement.at]
            added = _plus(each.month[line][0], each.to_date[line][0], times=-1)
            for again in told:
                added = _plus(added, each.retold[again][-1])
            if sum(again.counts[-1] for again in told) + each.month[line][1] == each.to_date[line][1]:
                each.equations.append(added)
            for again in told:
                each.equations += self._same_change(again, each)
            own = Counter({("month", line, statement.at, each.month[line][1]): 1})
            each.equations.append(_plus(own, each.month[line][0], times=-1))

    def _same_change(self, again: Retold, each: _Figures) -> list[Sum]:
        parts = [
            part
            for part in each.retold
            if part.month == again.month and part.cell != again.cell and part.cell in self.finest[again.cell]
        ]
        by = again.counts[-1] - again.counts[0]
        if sum(part.counts[-1] - part.counts[0] for part in parts) != by or not by:
            return []
        added = _plus(each.retold[again][-1], each.retold[again][0], times=-1)
        for part in parts:
            added = _plus(_plus(added, each.retold[part][-1], times=-1), each.retold[part][0])
        return [added]

    def _guard(self, statement: Told, each: _Figures, then: Mapping[tuple[int, int], int]) -> None:
        """Names what must not follow: what is hidden, what is small, and what changed by so few."""
        for line in self.finest:
            to_date, month = each.to_date[line], each.month[line]
            hidden = ((to_date, statement.hidden_to_date), (month, statement.hidden_month))
            each.secrets += [added for (added, _), mask in hidden if mask[line] and added]
            since = [(_plus(to_date[0], was[line][0], times=-1), to_date[1] - was[line][1]) for was in self.before]
            if since:
                each.moved[line] = (_plus(since[-1][0], month[0], times=-1), since[-1][1] - month[1])
                since.append(each.moved[line])
            each.secrets += [added for added, count in (to_date, month, *since) if self._is_small(count)]
        each.moved = {line: moved for line, moved in each.moved.items() if line in self.again}
        for again, added in each.retold.items():
            for version, count in zip(added, again.counts, strict=True):
                each.secrets += self._new_version((again.cell, again.month), version, count)
        moved = {leaf_at for leaf_at, count in self.now.items() if then.get(leaf_at) != count}
        for line, leaves in self.finest.items():
            for at in sorted({at for leaf, at in moved if leaf in leaves}):
                count = sum(self.now.get((leaf, at), 0) for leaf in leaves)
                each.secrets += self._new_version((line, at), self._month(leaves, at, self.now), count)
            each.secrets += self._few_months(line)
        each.secrets += self._few_together(then)
        new = {frozenset(added.items()): added for added in each.secrets}
        each.secrets = [added for key, added in new.items() if key not in self.kept]
        self.kept |= new.keys()

    def _is_small(self, count: int) -> bool:
        return 0 < abs(count) < self.rule.smallest_shown

    def _new_version(self, at: tuple[int, int], version: Sum, count: int) -> list[Sum]:
        """A version of a line's month that was not known before: itself and its difference from each other, where small."""
        held = self.versions.setdefault(at, [])
        if any(version == other for other, _ in held):
            return []
        found = [version] if self._is_small(count) else []
        found += [_plus(version, other, times=-1) for other, was in held if self._is_small(count - was)]
        held.append((version, count))
        return found

    def _few_months(self, line: int) -> list[Sum]:
        """Two or three months of a line that count a few together, as they were known last."""
        last = [held[-1] for (of, _), held in self.versions.items() if of == line]
        few = [(version, count) for version, count in last if self._is_small(count)]
        sets = [several for size in range(2, MOST_TOGETHER + 1) for several in combinations(few, size)]
        small = [several for several in sets if self._is_small(sum(count for _, count in several))]
        return [sum((version for version, _ in several), Counter()) for several in small]

    def _few_together(self, then: Mapping[tuple[int, int], int]) -> list[Sum]:
        """Changes in one month of finest lines that come to a few together, where one of them is of a few itself."""
        moved = {key: self.now[key] - was for key, was in then.items() if self.now[key] != was}
        found = []
        for month in {at for _, at in moved}:
            lines = [leaf for leaf, at in moved if at == month]
            for several in (each for size in range(1, MOST_TOGETHER + 1) for each in combinations(lines, size)):
                by = [moved[leaf, month] for leaf in several]
                if self._is_small(sum(by)) and any(map(self._is_small, by)):
                    now, was = (self._month(several, month, held) for held in (self.now, then))
                    found.append(_plus(now, was, times=-1))
        return found


def _plus(one: Sum, other: Sum, *, times: int = 1) -> Sum:
    added = Counter(one)
    for atom, held in other.items():
        added[atom] += times * held
    return Counter({atom: held for atom, held in added.items() if held})
