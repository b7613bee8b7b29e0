"""How large a file of a month usually is, from the months a store holds: a few rows are not taken for a month's by mistake."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

import polars as pl

from pbc.flows.look_up import PRESCRIBING, SETTING_OF
from pbc.periods import Month
from pbc.results import PublishedSet, Store

MONTHS = 12
# Months differ by a tenth or two; half or double is another file, a part of one, or several months in one.
LEAST, MOST = 0.5, 2.0


@dataclass(frozen=True)
class Size:
    """The rows of a month that the store holds already, and what is usual: the middle one of the other months held."""

    held_count: int | None = None
    usual_count: int | None = None
    months_count: int = 0

    def is_unusual(self, rows_count: int) -> bool:
        """This returns whether so many rows are far from usual; where no month is held, nobody can tell."""
        return bool(self.usual_count) and not LEAST <= rows_count / (self.usual_count or 1) <= MOST


def usual_size(store: Store, layout: str, *, month: Month) -> Size:
    """This returns how many rows of a layout's files are held of a month and of the twelve nearest others, counted as held.

    Hospital care is counted in stays and attendances, which is less than a file's rows where stays have several episodes.
    Layouts that no month is delivered in have no size. Grain: one file of one month.

    >>> Size(usual_count=400_000).is_unusual(2), Size(usual_count=400_000).is_unusual(380_000), Size().is_unusual(2)
    (True, False, False)
    """
    kind = "prescribing" if layout in PRESCRIBING else "activity"
    if kind == "activity" and layout not in (*SETTING_OF, "referrals"):
        return Size()
    own = store.find(f"{kind}/{month}")
    others = sorted(
        (Month.parse(name.partition("/")[2]) for name in store.names(kind)), key=lambda each: _apart(each, month)
    )
    counts = [
        _rows(store.current(f"{kind}/{each}"), layout) for each in [each for each in others if each != month][:MONTHS]
    ]
    return Size(_rows(own, layout) if own else None, round(median(counts)) if counts else None, len(counts))


def _apart(one: Month, other: Month) -> int:
    return abs((one.start - other.start).days)


def _rows(held: PublishedSet, layout: str) -> int:
    if layout in PRESCRIBING:
        return held.rows("prescriptions")
    if layout == "referrals":
        return held.rows("referrals")
    facts = held.lazy("activity_facts").filter(pl.col("setting") == SETTING_OF[layout])
    return int(facts.select(pl.len()).collect().item())
