"""Months that never came, left out of a partial statement on both sides, so that none of them looks like a saving."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from pbc.periods import Month
from pbc.reference.activity import HOSPITAL_SETTINGS, POINTS_OF_DELIVERY

Places = frozenset[tuple[int, str]]
NOTHING: Places = frozenset()


@dataclass(frozen=True)
class LeftOut:
    """A month of hospital care, or some kinds of delivery in it, that never came."""

    month: Month
    settings: tuple[str, ...] = tuple(HOSPITAL_SETTINGS)

    @property
    def is_whole(self) -> bool:
        """Whether no hospital care of the month came at all."""
        return set(self.settings) == set(HOSPITAL_SETTINGS)

    @property
    def places(self) -> Places:
        """Month and kind of activity of what is left out, with the service lines that are made of nothing else."""
        kinds = [kind for setting in self.settings for kind in HOSPITAL_SETTINGS[setting]]
        services = {POINTS_OF_DELIVERY[kind].service for kind in kinds}
        return frozenset((self.month.number, name) for name in [*kinds, *services])

    def __str__(self) -> str:
        return f"{self.month} {', '.join(self.settings)}"


def list_places(left_out: Iterable[LeftOut]) -> Places:
    """This returns month and kind of activity of all that is left out."""
    return frozenset().union(*(each.places for each in left_out))


def flag_left_out(places: Places, *, years_before: int = 0) -> pl.Expr:
    """This returns whether a row (`month`, `point_of_delivery`) is left out, or stands for what is, so many years before.

    >>> rows = pl.DataFrame({"month": [200908, 200808, 200908], "point_of_delivery": ["AE", "AE", "RX"]})
    >>> rows.filter(flag_left_out(LeftOut(Month(2009, 8)).places)).rows()
    [(200908, 'AE')]
    >>> rows.filter(flag_left_out(LeftOut(Month(2009, 8)).places, years_before=1)).rows()
    [(200808, 'AE')]
    """
    found = pl.lit(False)
    for number in sorted({number for number, _ in places}):
        kinds = [kind for month, kind in places if month == number]
        here = (pl.col("month") == number - 100 * years_before) & pl.col("point_of_delivery").is_in(sorted(kinds))
        found = found | here
    return found


def write_left_out(left_out: Iterable[LeftOut]) -> str:
    """This returns what is left out as a receipt tells it; `trace_left_out` reads it back.

    >>> write_left_out([LeftOut(Month(2009, 7), ("outpatients",)), LeftOut(Month(2009, 8))])
    '2009-07 outpatients; 2009-08 admitted care, outpatients, accident and emergency'
    """
    return "; ".join(str(each) for each in left_out)


def trace_left_out(told: str) -> tuple[LeftOut, ...]:
    """This returns what a receipt tells is left out; nothing for no words.

    >>> trace_left_out("2009-07 outpatients")[0].month.title, trace_left_out("")
    ('July 2009', ())
    """
    parts = [part.partition(" ") for part in told.split("; ") if part]
    return tuple(LeftOut(Month.parse(month), tuple(settings.split(", "))) for month, _, settings in parts)
