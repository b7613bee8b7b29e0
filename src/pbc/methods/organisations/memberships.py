"""Who belongs to whom once organisations have merged, split or changed their code."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from pbc.tables import MEMBERSHIPS, OPEN_END, ORGANISATION_CHANGES

SUCCEEDS = "succeeds"
UNPLACED = {
    "member_code": pl.String, "relation": pl.String, "old_code": pl.String, "changed_on": pl.Date, "reason": pl.String,
}  # fmt: skip
Row = dict[str, Any]
Heirs = dict[str, list[str]]
Wanted = dict[tuple[str, str, date], list[tuple[str, date, str]]]


@dataclass(frozen=True)
class Carried:
    """Memberships with the changes in them, and who belongs to nobody since, because nothing says to whom."""

    memberships: pl.DataFrame
    unplaced: pl.DataFrame


def carry_memberships(memberships: pl.DataFrame, *, changes: pl.DataFrame) -> Carried:
    """This returns the memberships with every change carried through: what ended is cut on its day and goes on with the heir.

    Grain in and out: MEMBERSHIPS and ORGANISATION_CHANGES. Whoever belonged to a code that became one other belongs to that
    from the day on; whoever belonged to one that was split does so only where a membership names a part, else stands in
    `unplaced`. A new code is under what its old codes were under if that is one; what is said of it already stands. Each
    change is a membership `succeeds`. What was on any day before stays as it was. Source: decision architecture/0240.
    """
    rows = MEMBERSHIPS.conform(memberships).to_dicts()
    unplaced: list[Row] = []
    by_day = ORGANISATION_CHANGES.conform(changes).sort("changed_on", "old_code", "new_code").partition_by("changed_on")
    for group in by_day:
        day = group["changed_on"][0]
        heirs = {old: sorted(mine["new_code"]) for (old,), mine in group.group_by("old_code")}
        rows = _one_day(rows, heirs, day, unplaced)
    ordered = pl.DataFrame(unplaced, schema=UNPLACED, orient="row").sort(
        "changed_on", "old_code", "member_code", "relation"
    )
    return Carried(
        MEMBERSHIPS.from_rows(rows).unique(MEMBERSHIPS.key, keep="first", maintain_order=True).sort(MEMBERSHIPS.key),
        ordered,
    )


def _one_day(rows: list[Row], heirs: Heirs, day: date, unplaced: list[Row]) -> list[Row]:
    moved = [row for row in rows if _is_moved(row, heirs, day)]
    kept = [row for row in rows if not _is_moved(row, heirs, day)]
    kept += [row | {"ends_before": day} for row in moved if row["starts_on"] < day]
    for (member, relation, starts_on), wanted in sorted(_wanted(moved, heirs, day).items()):
        if any(_holds(row, member, relation, starts_on) for row in kept):
            continue
        parents = sorted({parent for parent, _, _ in wanted})
        if len(parents) == 1:
            kept.append(_row(member, relation, parents[0], starts_on, max(ends for _, ends, _ in wanted)))
            continue
        unplaced.append(
            {
                "member_code": member, "relation": relation, "old_code": min(old for _, _, old in wanted), "changed_on": day,
                "reason": f"in one of {', '.join(parents)}, and nothing says which",
            }
        )  # fmt: skip
    forever = date.fromisoformat(OPEN_END)
    return kept + [_row(new, SUCCEEDS, old, day, forever) for old, news in sorted(heirs.items()) for new in news]


def _is_moved(row: Row, heirs: Heirs, day: date) -> bool:
    return row["relation"] != SUCCEEDS and row["ends_before"] > day and not heirs.keys().isdisjoint(_codes(row))


def _wanted(moved: list[Row], heirs: Heirs, day: date) -> Wanted:
    """For each member, relation and first day under new codes: the parents it may have, until when, and the old code."""
    found: Wanted = defaultdict(list)
    for row in moved:
        old = next(each for each in _codes(row) if each in heirs)
        for member in heirs.get(row["member_code"], [row["member_code"]]):
            for parent in heirs.get(row["parent_code"], [row["parent_code"]]):
                key = (member, row["relation"], max(day, row["starts_on"]))
                found[key].append((parent, row["ends_before"], old))
    return found


def _holds(row: Row, member: str, relation: str, on: date) -> bool:
    return (row["member_code"], row["relation"]) == (member, relation) and row["starts_on"] <= on < row["ends_before"]


def _codes(row: Row) -> tuple[str, str]:
    return row["member_code"], row["parent_code"]


def _row(member: str, relation: str, parent: str, starts_on: date, ends_before: date) -> Row:
    return {
        "member_code": member, "relation": relation, "parent_code": parent, "starts_on": starts_on, "ends_before": ends_before,
    }  # fmt: skip
