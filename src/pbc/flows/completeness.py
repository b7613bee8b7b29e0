"""Whether the year to date is whole. A month that never came looks like a saving, so it is refused, never stated."""

from __future__ import annotations

import polars as pl

from pbc.errors import MissingFigure
from pbc.periods import Month

HOSPITAL_SETTINGS = {
    "admitted care": ("DC", "EL", "NEL", "NELNE"),
    "outpatients": ("OPFA", "OPFUP", "OPPROC"),
    "accident and emergency": ("AE",),
}
ENOUGH_TO_MISS = 50  # contacts a month: fewer than this may be none by chance in a small place


def require_deliveries(delivered: list[Month], *, month: Month) -> None:
    """This raises `MissingFigure` naming the months of the year up to `month` whose deliveries were never received."""
    wanted = [each for each in month.financial_year.months() if each <= month]
    missing = [each for each in wanted if each not in delivered]
    if missing:
        raise MissingFigure(
            "The year to date is not whole: its budget would be counted and its activity not, which looks like a saving.",
            where=f"statement of {month.title}", found=f"no delivery of {', '.join(each.title for each in missing)}",
            remedy="Receive those deliveries first (pbc receive FOLDER --month YYYY-MM), then state the month.",
        )  # fmt: skip


def require_every_setting(lines: pl.DataFrame, *, month: Month) -> None:
    """This raises `MissingFigure` where a kind of hospital care that came every month has not one contact in `month`.

    `lines`: `month, point_of_delivery, activity_count` of the year to date and the year before, whole commissioner.
    A file of headings and no rows is read without a fault; a year to date that rests on it would mislead.
    """
    for title, kinds in HOSPITAL_SETTINGS.items():
        held = lines.filter(pl.col("point_of_delivery").is_in(kinds))
        counts = dict(held.group_by("month").agg(pl.col("activity_count").sum()).iter_rows())
        earlier = [count for number, count in counts.items() if number < month.number]
        usual = sum(earlier) / len(earlier) if earlier else 0
        if usual >= ENOUGH_TO_MISS and not counts.get(month.number, 0):
            raise MissingFigure(
                f"There is no {title} at all in {month.title}.", where=f"statement of {month.title}",
                found="0 contacts", expected=f"about {usual:,.0f}, as in the months before",
                remedy="Ask the hospitals for the file again: it may have held headings and no rows.",
            )  # fmt: skip
