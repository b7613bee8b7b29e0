"""Cost month by month as a reader may see it: months of a few contacts, or in which a few came late, are hidden for good."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pbc.periods import Month
from pbc.reports.hidden_rows import blank
from pbc.stats.small_numbers import SmallNumbers

Key = tuple[str, str, int]
COLUMNS = ("activity_count", "cost_pence")


def hide_months(
    frames: Mapping[Month, pl.DataFrame], months: Mapping[Month, set[tuple[str, str]]], *, rule: SmallNumbers
) -> pl.DataFrame:
    """This returns the newest of `frames`, the monthly_costs of statements, with hidden months.

    `months` names, by statement, practice and line of those whose own month is hidden there. A month stays hidden once a few
    contacts were added to it, and with it whatever else changed that time: what they came to together stands elsewhere. One
    hidden month alone would follow from the year to date, so the month before it is hidden too.
    """
    dark: set[Key] = set()
    before: dict[Key, int] = {}
    for month, frame in frames.items():
        now = {
            (code, line, at): count
            for code, line, at, count in frame.select("practice_code", "line", "month", "activity_count").iter_rows()
            if count is not None
        }
        dark |= {(code, line, month.number) for code, line in months.get(month, set())}
        dark |= {key for key, count in now.items() if rule.smallest_shown > count > 0}
        dark |= _changed(before, now, rule)
        before = now
    newest = list(frames)[-1]
    dark |= _beside(dark, before, newest)
    rows = frames[newest]
    flags = pl.DataFrame(
        sorted(dark), schema={"practice_code": pl.String, "line": pl.String, "month": pl.Int32}, orient="row"
    ).with_columns(is_dark=pl.lit(True))
    rows = rows.join(flags, on=["practice_code", "line", "month"], how="left", maintain_order="left")
    return blank(rows, COLUMNS, where=pl.col("is_dark").fill_null(False)).drop("is_dark")


def _changed(before: Mapping[Key, int], now: Mapping[Key, int], rule: SmallNumbers) -> set[Key]:
    changes = {key: now.get(key, 0) - count for key, count in before.items() if now.get(key, 0) != count}
    few = {key[:2] for key, change in changes.items() if abs(change) < rule.smallest_shown}
    return {key for key in changes if key[:2] in few}


def _beside(dark: set[Key], now: Mapping[Key, int], newest: Month) -> set[Key]:
    """Beside each month hidden alone in its year, another that counts anybody: the latest."""
    found: set[Key] = set()
    for code, line in {key[:2] for key in dark}:
        for year in (newest.financial_year, newest.financial_year.plus(-1)):
            of_year = [(code, line, month.number) for month in year.months()]
            hidden = [key for key in of_year if key in dark and now.get(key)]
            others = [key for key in of_year if key not in dark and now.get(key)]
            found |= {others[-1]} if len(hidden) == 1 and others else set()
    return found


def own_months(dark: pl.DataFrame) -> set[tuple[str, str]]:
    """This returns practice and line whose own month a statement hides, of the cells it hides."""
    names = {("sum", "hospital"): "hospital", ("service", "prescribing"): "prescribing"}
    rows = dark.filter(pl.col("period") == "month").select("unit", "cut", "item").rows()
    return {(unit, names[cut, item]) for unit, cut, item in rows if (cut, item) in names}
