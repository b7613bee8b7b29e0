"""Money and practices of organisations that changed, under the codes that stand on a day: as then, or as now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl

from pbc.errors import RefusedInput
from pbc.money import share_out
from pbc.tables import ORGANISATION_CHANGES

WHOLE = 1_000_000
Heirs = Mapping[str, Mapping[str, Fraction]]


def find_heirs(changes: pl.DataFrame, *, on: date) -> dict[str, dict[str, Fraction]]:
    """This returns, for each code that ended by a day, the codes that stand in its place and their parts, which add up to 1.

    Grain in: ORGANISATION_CHANGES. Chains are followed to their end on that day; a circle is refused.

    >>> rows = pl.DataFrame({"old_code": ["A"], "new_code": ["B"], "changed_on": [date(2026, 4, 1)], "share_millionths": [10**6]})
    >>> find_heirs(rows, on=date(2026, 3, 31)), find_heirs(rows, on=date(2026, 4, 1))
    ({}, {'A': {'B': Fraction(1, 1)}})
    """
    steps: dict[str, dict[str, Fraction]] = defaultdict(dict)
    begun = ORGANISATION_CHANGES.conform(changes).filter(pl.col("changed_on") <= on).sort(ORGANISATION_CHANGES.key)
    for row in begun.iter_rows(named=True):
        steps[row["old_code"]][row["new_code"]] = Fraction(row["share_millionths"], WHOLE)
    return {code: _standing(code, steps, ()) for code in sorted(steps)}


def _standing(code: str, steps: Heirs, passed: tuple[str, ...]) -> dict[str, Fraction]:
    if code in passed:
        raise RefusedInput(
            "Codes become each other in a circle.", where="organisation changes", found=" to ".join((*passed, code))
        )
    if code not in steps:
        return {code: Fraction(1)}
    found: dict[str, Fraction] = defaultdict(Fraction)
    for heir, part in steps[code].items():
        for standing, share in _standing(heir, steps, (*passed, code)).items():
            found[standing] += part * share
    return dict(sorted(found.items()))


def carry_amounts(
    amounts: pl.DataFrame, *, changes: pl.DataFrame, on: date, code_column: str = "commissioner_code"
) -> pl.DataFrame:
    """This returns amounts under the codes that stand on a day; every column of pence keeps its sum, to the penny.

    Grain in: any; columns that end in `_pence` are amounts, all others but the code keep apart what they tell apart. Grain
    out: one row for each code and the other columns. A day before every change gives the rows as then, a later one as
    now. Parts by largest remainder; an amount not known stays so. Source: decision architecture/0240.
    """
    heirs = find_heirs(changes, on=on)
    money = [name for name in amounts.columns if name.endswith("_pence")]
    rows = [part for row in amounts.iter_rows(named=True) for part in _parts(row, heirs, money, code_column)]
    carried = pl.DataFrame(rows, schema=amounts.schema, orient="row")
    keys = [name for name in amounts.columns if name not in money]
    known = [pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name) for name in money]
    return carried.group_by(keys).agg(known).select(amounts.columns).sort(keys)


def _parts(row: dict[str, Any], heirs: Heirs, money: list[str], code_column: str) -> list[dict[str, Any]]:
    into = heirs.get(row[code_column])
    if into is None:
        return [row]
    names = list(into)
    shared = {
        name: [None] * len(names) if row[name] is None else share_out(row[name], list(into.values()), keys=names)
        for name in money
    }
    return [
        row | {code_column: heir} | {name: parts[at] for name, parts in shared.items()} for at, heir in enumerate(names)
    ]


def place_practices(
    practices: pl.DataFrame, *, changes: pl.DataFrame, on: date, memberships: pl.DataFrame | None = None
) -> pl.DataFrame:
    """This returns the practices under the commissioner that stands in place of theirs on a day.

    Grain in and out: one practice, with practice_code and commissioner_code. Where one code took over the whole, its
    practices are there. Where one was split, `memberships` (relation practice_commissioner, in force on the day) must
    say under which of its heirs each practice is; one of which they do not is refused, for a share is of money, not
    of practices. Source: decision architecture/0240.
    """
    heirs = find_heirs(changes, on=on)
    told = {} if memberships is None else _told(memberships, on)
    codes = [_under(row, heirs, told) for row in practices.select("practice_code", "commissioner_code").iter_rows()]
    return practices.with_columns(pl.Series("commissioner_code", codes, dtype=pl.String))


def _told(memberships: pl.DataFrame, on: date) -> dict[str, str]:
    in_force = memberships.filter(
        (pl.col("relation") == "practice_commissioner") & (pl.col("starts_on") <= on) & (pl.col("ends_before") > on)
    )
    return dict(in_force.select("member_code", "parent_code").iter_rows())


def _under(row: tuple[str, str], heirs: Heirs, told: Mapping[str, str]) -> str:
    practice, commissioner = row
    into = list(heirs.get(commissioner, {commissioner: Fraction(1)}))
    if len(into) == 1:
        return into[0]
    if told.get(practice) in into:
        return told[practice]
    raise RefusedInput(
        "A commissioner was split, and nothing says which part a practice is in.", where=f"practice {practice}",
        found=f"{commissioner}, split into {', '.join(into)}", expected="a membership that names one of them",
        remedy="Give the memberships of its practices (practice_commissioner) from the day of the split on.",
    )  # fmt: skip
