"""Cost month by month, and what changed in months already told, as a reader may see them: decided with all else of a year."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce

import polars as pl

from pbc.periods import Month
from pbc.reference.activity import HOSPITAL_PODS, PRESCRIBING_POD
from pbc.reports.hidden_rows import blank, small
from pbc.reports.statement_grid import HOSPITAL, PRESCRIBING, Again, Line, StatementGrid
from pbc.stats.disclosure import Hidden
from pbc.stats.small_numbers import SmallNumbers

LINES: dict[str, Line] = {"hospital": HOSPITAL, "prescribing": PRESCRIBING}
LINE_OF = {**dict.fromkeys(HOSPITAL_PODS, HOSPITAL), PRESCRIBING_POD: PRESCRIBING}
COLUMNS = ("activity_count", "cost_pence")
RESTATED = ("activity_before", "activity_now", "before_pence", "now_pence")
A_YEAR = 100  # between the numbers of a month and of the same a year before
CAME_LATE = "late delivery"
Frames = Mapping[Month, pl.DataFrame]


@dataclass(frozen=True)
class Decision:
    """What a statement hides of one year: cells of its grid, and of what it tells of other months."""

    grid: StatementGrid
    hidden: Hidden
    month: Month

    @property
    def cells(self) -> pl.DataFrame:
        """This returns the cells that are hidden: `unit`, `period`, `cut`, `item`."""
        return self.grid.dark(self.hidden)

    def own_months(self) -> set[tuple[str, Line]]:
        """This returns practices and lines whose own month is hidden."""
        rows = self.cells.filter(pl.col("period") == "month").select("unit", "cut", "item").rows()
        return {(unit, (cut, item)) for unit, cut, item in rows}

    def again(self) -> set[tuple[str, Line, int]]:
        """This returns practices, lines and other months that are shown."""
        told = self.grid.again.get(self.month, ())
        return {each[:3] for each in told if self.grid.shows_again(self.hidden, each)}


def told_again(costs: Frames, changes: Frames) -> dict[Month, list[Again]]:
    """This returns what each statement tells of earlier months of its year: what care cost, and kinds of activity that changed."""
    return {month: _of_statement(month, frame, changes.get(month)) for month, frame in costs.items()}


def told_of_last_year(costs: Frames) -> dict[Month, list[Again]]:
    """This returns what each statement tells of last year's months but its own, by the numbers of this year's."""
    return {month: [
        (code, LINES[line], at + A_YEAR, (count,))
        for code, line, at, count in _counted(frame).filter(pl.col("month") < _first(month)).iter_rows()
        if at + A_YEAR != month.number
    ] for month, frame in costs.items()}  # fmt: skip


def _first(month: Month) -> int:
    return Month.of(month.financial_year.start).number


def _counted(costs: pl.DataFrame) -> pl.DataFrame:
    return costs.select("practice_code", "line", "month", "activity_count").drop_nulls()


def _of_statement(month: Month, costs: pl.DataFrame, changes: pl.DataFrame | None) -> list[Again]:
    is_earlier = pl.col("month").is_between(_first(month), month.number, closed="left")
    found: dict[tuple[str, Line, int], tuple[int, ...]] = {}
    moved: dict[tuple[str, Line, int], int] = {}
    rows = [] if changes is None else changes.filter(is_earlier).select(
        "practice_code", "point_of_delivery", "month", "activity_before", "activity_now"
    ).rows()  # fmt: skip
    for code, kind, at, then, now in rows:
        found[code, ("point_of_delivery", kind), at] = (then, now)
        if kind in LINE_OF:
            key = (code, LINE_OF[kind], at)
            moved[key] = moved.get(key, 0) + now - then
    for code, line, at, count in _counted(costs).filter(is_earlier).iter_rows():
        before = count - moved.get((code, LINES[line], at), 0)
        found[code, LINES[line], at] = (count,) if before == count or before < 0 else (before, count)
    return [(*key, counts) for key, counts in found.items()]


def hide_months(rows: pl.DataFrame, *, now: Decision, before: Decision) -> pl.DataFrame:
    """This returns monthly_costs of a statement with hidden months: those of a few contacts or in which a few changed since
    any statement, and those from which these would follow."""
    dark, sides = [], ((0, now, now.own_months(), now.again()), (A_YEAR, before, before.own_months(), before.again()))
    for code, name, at, count in _counted(rows).iter_rows():
        later, year, own, again = sides[at < _first(now.month)]
        line, month = LINES[name], at + later
        is_shown = (code, line) not in own if month == year.month.number else (code, line, month) in again
        dark += [] if is_shown or not count else [(code, name, at)]
    flags = pl.DataFrame(
        dark, schema={"practice_code": pl.String, "line": pl.String, "month": pl.Int32}, orient="row"
    ).with_columns(is_dark=pl.lit(True))
    found = rows.join(flags, on=["practice_code", "line", "month"], how="left", maintain_order="left")
    return blank(found, COLUMNS, where=pl.col("is_dark").fill_null(False)).drop("is_dark")


def hide_changes(rows: pl.DataFrame, *, now: Decision, rule: SmallNumbers) -> pl.DataFrame:
    """This returns restated_months with what is hidden of it, kind by kind: a change of a few, and from what it would follow.

    Of a year that ended its statements are not at hand: where a few changed, all changes of the practice are hidden.
    """
    again = now.again()
    shown = [
        (code, ("point_of_delivery", kind), at) in again or ((code, LINE_OF.get(kind), at) in again and kind == PRESCRIBING_POD)
        for code, kind, at in rows.select("practice_code", "point_of_delivery", "month").iter_rows()
    ]  # fmt: skip
    is_ended = pl.col("month") < _first(now.month)
    marked = rows.with_columns(is_dark=~pl.Series(shown, dtype=pl.Boolean), is_few=_is_of_few(rule))
    return blank(marked, RESTATED, where=pl.when(is_ended).then("is_few").otherwise("is_dark")).drop(
        "is_dark", "is_few"
    )


def hide_all_changes(rows: pl.DataFrame, *, rule: SmallNumbers) -> pl.DataFrame:
    """This returns restated_months where no year of statements is at hand: with a few, all changes of the practice are hidden."""
    marked = rows.with_columns(is_few=_is_of_few(rule))
    return blank(marked, RESTATED, where=pl.col("is_few")).drop("is_few")


def _is_of_few(rule: SmallNumbers) -> pl.Expr:
    """Whether a practice has a count or a change of a few, in one line or all together."""
    change = pl.col("activity_now") - pl.col("activity_before")
    tests = [small(name, rule=rule) for name in RESTATED[:2]] + [(change != 0) & (change.abs() < rule.smallest_shown)]
    together = change.sum().over("practice_code")
    few = reduce(lambda one, other: one | other, tests).any().over("practice_code")
    return few | ((together != 0) & (together.abs() < rule.smallest_shown))


def moved_by_practice(rows: pl.DataFrame, *, shown: pl.DataFrame, now: Decision | None = None) -> pl.DataFrame:
    """This returns by how much what came late, and what changed otherwise, moved each practice: `practice_code, is_late,
    change_count, total_pence, change_pence`, of which the last, for readers, is empty where it is hidden.

    They are told where every kind is, and where the months of hospital care and prescribing that changed tell them anyway.
    """
    if rows.is_empty():
        return pl.DataFrame(schema=MOVED)
    tells = _telling(rows, now) if now is not None else None
    is_late = (rows["reason"] == CAME_LATE).alias("is_late")
    held = rows.with_columns(is_late, is_dark=shown["now_pence"].is_null())
    found = []
    for (code, late), part in held.group_by("practice_code", "is_late", maintain_order=True):
        is_told = not part["is_dark"].any() or (tells is not None and tells(str(code), bool(late), part))
        pence = int((part["now_pence"] - part["before_pence"]).sum())
        count = int((part["activity_now"] - part["activity_before"]).sum())
        found.append((code, late, count, pence, pence if is_told else None))
    return pl.DataFrame(found, schema=MOVED, orient="row")


MOVED = {
    "practice_code": pl.String, "is_late": pl.Boolean, "change_count": pl.Int64, "total_pence": pl.Int64, "change_pence": pl.Int64,
}  # fmt: skip
Tells = Callable[[str, bool, pl.DataFrame], bool]


def _telling(rows: pl.DataFrame, now: Decision) -> Tells:
    """Whether a practice's lines tell what came late, or what changed otherwise: alone in its months, or in its year."""
    again = now.again()
    reasons: dict[tuple[str, Line | None, int], set[bool]] = {}
    for code, kind, at, why in rows.select("practice_code", "point_of_delivery", "month", "reason").iter_rows():
        for month in (at, 0):
            reasons.setdefault((code, LINE_OF.get(kind), month), set()).add(why == CAME_LATE)

    def tells(code: str, late: bool, part: pl.DataFrame) -> bool:
        if part["month"].min() < _first(now.month):  # type: ignore[operator]  # there are rows
            return False
        places = {(LINE_OF.get(kind), at) for kind, at in part.select("point_of_delivery", "month").rows()}
        lines = {line for line, _ in places}
        if None in lines:
            return False
        by_month = all((code, line, at) in again and reasons[code, line, at] == {late} for line, at in places)
        return by_month or all(
            line is not None and now.grid.shows_moved(now.hidden, code, line) and reasons[code, line, 0] == {late}
            for line in lines
        )

    return tells
