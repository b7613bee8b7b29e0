"""A cell of a practice's care with its parts, as tables whose rows lead further down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from pbc.periods import Month
from pbc.reference.activity import POINTS_OF_DELIVERY, SERVICES
from pbc.reference.specialties import SPECIALTIES
from pbc.reports.amounts import about, count, percent
from pbc.reports.material import MADE_UP_MARK
from pbc.reports.view import Head, PageTable
from pbc.tables import POOLED

COLUMNS = {
    "point_of_delivery": "point_of_delivery", "specialty": "treatment_function_code", "provider": "provider_code",
    "month": "month",
}  # fmt: skip
HEADS = {"point_of_delivery": "Kind of activity", "specialty": "Specialty", "provider": "Hospital", "month": "Month"}


@dataclass(frozen=True)
class DrillTable:
    """The parts of a cell by one measure, dearest first; `codes` name the rows, to narrow the cell by."""

    by: str
    codes: tuple[str, ...]
    costs_pence: tuple[int, ...]
    activity_counts: tuple[int, ...]
    table: PageTable


@dataclass(frozen=True)
class DrillView:
    """A cell of a practice's hospital care: what it is narrowed by, in words, what it comes to, and its parts."""

    practice_code: str
    practice_name: str
    title: str
    path: tuple[tuple[str, str, str], ...]
    cost_pence: int
    activity_count: int
    tables: tuple[DrillTable, ...]
    is_made_up: bool


def build_drill(
    rows: pl.DataFrame,
    *,
    practice_code: str,
    first: Month,
    last: Month,
    narrowed: Mapping[str, str],
    names: Mapping[str, str],
    is_made_up: bool,
) -> DrillView:
    """This returns the view of a cell: `rows` are its ACTIVITY_CELLS, `narrowed` measure to code.

    Each table's costs and counts add up to the cell's. Nothing is hidden: cells as fine as these are for those entitled in the
    practice alone.
    """
    path = tuple((by, code, title_of(by, code, names=names)) for by, code in narrowed.items())
    free = [by for by in COLUMNS if by not in narrowed and (by != "month" or first != last)]
    tables = [_table(rows, by, names) for by in free] if rows.height else []
    when = first.title if first == last else f"{first.title} to {last.title}"
    what = ", ".join(title for _, _, title in path) or "All hospital care"
    return DrillView(
        practice_code=practice_code,
        practice_name=_plain(names.get(practice_code, practice_code)),
        title=f"{what}, {when}",
        path=path,
        cost_pence=int(rows["cost_pence"].sum()),
        activity_count=int(rows["activity_count"].sum()),
        tables=tuple(tables),
        is_made_up=is_made_up,
    )


def title_of(by: str, code: str, *, names: Mapping[str, str]) -> str:
    """This returns what people call a code of a measure.

    >>> title_of("specialty", "100", names={}), title_of("month", "200909", names={}), title_of("provider", "ZH1", names={})
    ('General surgery', 'September 2009', 'ZH1')
    """
    if by == "month":
        return Month.from_number(int(code)).title
    if by == "specialty":
        return "Restricted kinds of care, pooled" if code == POOLED else SPECIALTIES.get(code, f"Specialty {code}")
    known = {pod.code: pod.title for pod in POINTS_OF_DELIVERY.values()} | {s.code: s.title for s in SERVICES.values()}
    return known.get(code) or _plain(names.get(code, code))


def _plain(name: str) -> str:
    return name.removesuffix(MADE_UP_MARK)


def _table(rows: pl.DataFrame, by: str, names: Mapping[str, str]) -> DrillTable:
    added = rows.group_by(pl.col(COLUMNS[by]).cast(pl.String).alias("code")).agg(
        pl.col("activity_count").sum(), pl.col("cost_pence").sum()
    )
    added = added.sort("code") if by == "month" else added.sort("cost_pence", "code", descending=[True, False])
    whole = int(added["cost_pence"].sum())
    body = tuple(
        (title_of(by, row["code"], names=names), count(row["activity_count"]), about(row["cost_pence"]),
         percent(row["cost_pence"] / whole) if whole else "Not set")
        for row in added.to_dicts()
    )  # fmt: skip
    heads = (Head(HEADS[by]), Head("Activity", True), Head("Cost", True), Head("Share of cost", True))
    codes = added["code"].to_list()
    if by == "month":
        codes = [str(Month.from_number(int(code))) for code in codes]
    return DrillTable(
        by, tuple(codes), tuple(added["cost_pence"].to_list()), tuple(added["activity_count"].to_list()),
        PageTable(f"drill-{by}".replace("_", "-"), f"By {HEADS[by].lower()}", heads, body),
    )  # fmt: skip
