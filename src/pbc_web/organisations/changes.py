"""A file of organisation changes: which code took over which, from when, and what share. Checked row by row, nothing written.

Columns old_code, new_code, on (2013-04-01) and share (a part of 1; empty means all). Shares of one old code add up to 1.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pbc_web.organisations.kinds import may_follow
from pbc_web.organisations.models import Organisation, Relation

HEADINGS = ("old_code", "new_code", "on", "share")
MOST_ROWS = 2_000
_SHARE = re.compile(r"0?\.[0-9]{1,6}|0|1(\.0{1,6})?")


@dataclass(frozen=True)
class ChangeFault:
    """What is wrong with a row: where, what was found and expected, and what to do."""

    row: int
    column: str
    what: str
    found: str
    expected: str
    remedy: str


@dataclass(frozen=True)
class Change:
    """A row that can be used: `new` takes over a share of `old` from a day."""

    row: int
    old: Organisation
    new: Organisation
    on: date
    share: Decimal


@dataclass(frozen=True)
class Checked:
    """The changes of a file, and every fault in it; they are taken in only where there is none."""

    changes: tuple[Change, ...]
    faults: tuple[ChangeFault, ...]


def check_changes(text: str, *, keeps: Callable[[Organisation], bool]) -> Checked:
    """Every change and every fault of a file, in order of rows. `keeps`: whether somebody keeps the organisation taken over."""
    try:
        rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=_between(text)))
    except csv.Error:
        return Checked((), (_no_table("a cell that cannot be read"),))
    if not rows or tuple(cell.strip().lower() for cell in rows[0]) != HEADINGS:
        return Checked((), (_no_table(", ".join(rows[0]) if rows else "nothing"),))
    filled = [(at, row) for at, row in enumerate(rows[1:], start=2) if any(cell.strip() for cell in row)]
    if not filled or len(filled) > MOST_ROWS:
        told = f"1 to {MOST_ROWS:,} rows under the headings"
        return Checked(
            (),
            (
                ChangeFault(
                    1, "", "The file has no rows, or too many.", f"{len(filled):,} rows", told, "Send it in parts."
                ),
            ),
        )
    named = {cell.strip().upper() for _, row in filled for cell in row[:2]}
    known = {each.code: each for each in Organisation.objects.filter(code__in=named)}
    faults: list[ChangeFault] = []
    changes = [change for at, row in filled if (change := _read(at, row, known, faults)) is not None]
    faults += [
        ChangeFault(each.row, "old_code", "It is kept by somebody else.", each.old.code, "an organisation you keep", "Ask who keeps it.")
        for each in changes
        if not keeps(each.old)
    ]  # fmt: skip
    if not faults:  # sums and circles are told of rows that all can be read
        faults += [*_of_the_whole(changes), *_circles(changes)]
    return Checked(tuple(changes), tuple(sorted(faults, key=lambda each: (each.row, each.column))))


def _between(text: str) -> str:
    return "\t" if "\t" in text.partition("\n")[0] else ","


def _no_table(found: str) -> ChangeFault:
    return ChangeFault(
        1, "", "The headings are not those of a file of changes.", found[:200], ", ".join(HEADINGS), "Put them in the first row."
    )  # fmt: skip


def _read(at: int, row: list[str], known: Mapping[str, Organisation], faults: list[ChangeFault]) -> Change | None:
    """One row as a change; whatever is wrong with it is added to the faults."""
    cells = [cell.strip() for cell in row]
    if len(cells) not in (3, 4):
        faults.append(
            ChangeFault(
                at, "", "The row has another number of cells.", str(len(cells)), "4", "Give each heading its cell."
            )
        )
        return None
    before = len(faults)
    old, new = (_named(at, column, cell, known, faults) for column, cell in zip(HEADINGS[:2], cells[:2], strict=True))
    on, share = _day(cells[2]), ([*cells, ""][3]) or "1"
    if on is None:
        faults.append(
            ChangeFault(
                at, "on", "This is not a day.", cells[2][:40], "a day like 2013-04-01", "Write year, month and day."
            )
        )
    if not _SHARE.fullmatch(share) or not Decimal(share):
        faults.append(
            ChangeFault(
                at, "share", "This is not a share.", share[:40], "above 0, at most 1, like 0.25", "Write a part of 1."
            )
        )
    if old is None or new is None:
        return None
    faults += _of_the_pair(at, old, new)
    return Change(at, old, new, on, Decimal(share)) if on and len(faults) == before else None


def _named(
    at: int, column: str, cell: str, known: Mapping[str, Organisation], faults: list[ChangeFault]
) -> Organisation | None:
    found = known.get(cell.upper())
    if found is None:
        faults.append(
            ChangeFault(
                at, column, "No organisation has this code.", cell[:40], "a known code", "Correct it, or add it first."
            )
        )
    return found


def _of_the_pair(at: int, old: Organisation, new: Organisation) -> list[ChangeFault]:
    if old.id == new.id:
        return [
            ChangeFault(at, "new_code", "It would take itself over.", new.code, "another code", "Correct the code.")
        ]
    if may_follow(old.kind, new.kind):
        return []
    told, expected = f"{new.code}, {new.get_kind_display()}", old.get_kind_display()
    return [ChangeFault(at, "new_code", "It cannot follow one of another kind.", told, expected, "Correct the code.")]


def _day(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell) if re.fullmatch(r"\d{4}-\d\d-\d\d", cell) else None
    except ValueError:
        return None


def _of_the_whole(changes: Iterable[Change]) -> list[ChangeFault]:
    """What is wrong with all rows of one old code together, told at the last of them."""
    groups: dict[int, list[Change]] = defaultdict(list)
    for each in changes:
        groups[each.old.id].append(each)
    taken = set(Relation.objects.filter(relation="succeeds", parent__in=groups).values_list("parent_id", flat=True))
    found = []
    for rows in groups.values():
        old, last = rows[0].old, rows[-1].row
        total, days = sum((each.share for each in rows), Decimal(0)), {each.on.isoformat() for each in rows}
        if old.id in taken:
            found.append(
                ChangeFault(
                    last, "old_code", "It was taken over already.", old.code, "one that still stands", "Leave it out."
                )
            )
        if len({each.new.id for each in rows}) < len(rows):
            found.append(
                ChangeFault(
                    last, "new_code", "The same two stand twice.", old.code, "each pair once", "Add the shares up."
                )
            )
        if total != 1:
            found.append(
                ChangeFault(
                    last,
                    "share",
                    f"Shares of {old.code} do not add up to 1.",
                    f"{total.normalize():f}",
                    "1",
                    "Correct them.",
                )
            )
        if len(days) > 1:
            found.append(
                ChangeFault(
                    last, "on", f"{old.code} ends on two days.", ", ".join(sorted(days)), "one day", "Correct them."
                )
            )
    return found


def _circles(changes: list[Change]) -> list[ChangeFault]:
    """The rows by which an organisation would, one after another, take itself over."""
    heirs: dict[int, set[int]] = defaultdict(set)
    for parent, member in Relation.objects.filter(relation="succeeds").values_list("parent_id", "member_id"):
        heirs[parent].add(member)
    found = []
    for each in changes:
        if each.old.id in _reached(heirs, each.new.id):
            what, expected = "Each would have taken over the other.", "a later organisation"
            found.append(ChangeFault(each.row, "new_code", what, each.new.code, expected, "Correct the code."))
        heirs[each.old.id].add(each.new.id)
    return found


def _reached(heirs: Mapping[int, set[int]], first: int) -> set[int]:
    reached, layer = {first}, {first}
    while layer := {heir for each in layer for heir in heirs.get(each, ())} - reached:
        reached |= layer
    return reached
