"""Whether the year to date is whole. A month that never came looks like a saving, so it is refused or, asked for, left out."""

from __future__ import annotations

from statistics import median
from typing import Literal

import polars as pl

from pbc.errors import MissingFigure, RefusedInput
from pbc.methods.statements.left_out import LeftOut, trace_left_out
from pbc.periods import Month
from pbc.reference.activity import HOSPITAL_SETTINGS
from pbc.results import PublishedSet

Missing = Literal["refuse", "leave_out"]
REFUSE, LEAVE_OUT = "refuse", "leave_out"
LEFT_OUT = "left_out"  # the parameter of a statement's receipt that tells what it leaves out
ENOUGH_TO_MISS = 50  # contacts a month: fewer than this may be none by chance in a small place
STRAGGLERS = 0.05  # of the usual: what late rows of other deliveries may hold of a month whose own file never came


def find_missing(delivered: list[Month], lines: pl.DataFrame, *, month: Month) -> tuple[LeftOut, ...]:
    """This returns the months of the year up to `month` that never came, or the kinds of hospital delivery in them.

    `delivered`: months of the deliveries held. `lines`: `month, point_of_delivery, activity_count` of the year to date
    and the year before, whole commissioner. A kind never came where a month holds next to nothing of what is usual in
    the months that came: a file of headings and no rows is read without a fault.
    """
    wanted = [each for each in month.financial_year.months() if each <= month]
    found = []
    for each in wanted:
        settings = tuple(HOSPITAL_SETTINGS) if each not in delivered else _settings_missing(lines, each)
        found += [LeftOut(each, settings)] if settings else []
    return tuple(found)


def _settings_missing(lines: pl.DataFrame, month: Month) -> tuple[str, ...]:
    return tuple(title for title in HOSPITAL_SETTINGS if _is_missing(*_count(lines, title, month)))


def _count(lines: pl.DataFrame, setting: str, month: Month) -> tuple[int, float]:
    """Contacts of a kind of delivery in a month, and how many are usual: the median of the other months that hold any."""
    held = lines.filter(pl.col("point_of_delivery").is_in(HOSPITAL_SETTINGS[setting]))
    counts = dict(held.group_by("month").agg(pl.col("activity_count").sum()).iter_rows())
    others = [count for number, count in counts.items() if number != month.number and count]
    return counts.get(month.number, 0), median(others) if others else 0.0


def _is_missing(count: int, usual: float) -> bool:
    return usual >= ENOUGH_TO_MISS and count <= usual * STRAGGLERS


def told_left_out(statement: PublishedSet) -> tuple[LeftOut, ...]:
    """This returns what a published statement leaves out, as its receipt tells; nothing of a whole one."""
    return trace_left_out(statement.receipt.parameters.get(LEFT_OUT, ""))


def choose(
    delivered: list[Month], lines: pl.DataFrame, *, month: Month, missing: Missing = "refuse"
) -> tuple[LeftOut, ...]:
    """This returns what a statement leaves out: nothing where the year to date is whole, what never came if so asked.

    `refuse` raises `MissingFigure` that names it.
    """
    if missing not in (REFUSE, LEAVE_OUT):
        raise RefusedInput(
            "This is no way to meet a missing month.", found=missing, expected=f"{REFUSE} or {LEAVE_OUT}"
        )
    found = find_missing(delivered, lines, month=month)
    if missing == LEAVE_OUT:
        return found
    require_deliveries(delivered, month=month)
    for each in found:
        _refuse_setting(lines, each.settings[0], each.month, stated=month)
    return ()


def require_deliveries(delivered: list[Month], *, month: Month) -> None:
    """This raises `MissingFigure` naming the months of the year up to `month` whose deliveries were never received."""
    wanted = [each for each in month.financial_year.months() if each <= month]
    missing = [each for each in wanted if each not in delivered]
    if missing:
        raise MissingFigure(
            "The year to date is not whole: its budget would be counted and its activity not, which looks like a saving.",
            where=f"statement of {month.title}", found=f"no delivery of {', '.join(each.title for each in missing)}",
            remedy="Receive those deliveries first (pbc receive FOLDER --month YYYY-MM), then state the month; or state it "
            "without them (pbc statement --without-missing), marked as partial.",
        )  # fmt: skip


def _refuse_setting(lines: pl.DataFrame, setting: str, month: Month, *, stated: Month) -> None:
    count, usual = _count(lines, setting, month)
    how_few = f"There is no {setting} at all" if not count else f"There is next to no {setting}"
    raise MissingFigure(
        f"{how_few} in {month.title}.", where=f"statement of {stated.title}",
        found=f"{count:,} contacts", expected=f"about {usual:,.0f}, as in other months",
        remedy="Ask the hospitals for the file again: it may have held headings and no rows. Or state the month without "
        "it (pbc statement --without-missing), marked as partial.",
    )  # fmt: skip
