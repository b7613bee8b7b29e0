"""From a practice's total down: to kinds of activity, specialties, hospitals and months, each cell with its parts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from pbc.errors import RefusedInput
from pbc.flows.trace import Archive, Query
from pbc.periods import Month
from pbc.reference.activity import HOSPITAL_PODS, POINTS_OF_DELIVERY
from pbc.reports.drill import DrillView, build_drill
from pbc.results import PublishedSet

PERIODS = ("month", "year_to_date")


@dataclass(frozen=True)
class Cell:
    """A cell of a practice's hospital care as a month's statement knows it: that month or the year to date, narrowed by
    what is not empty.

    `of_month` narrows the year to date to one of its months. `service` or `point_of_delivery`, `specialty` (treatment
    function, or `pooled`) and `provider` are codes.
    """

    practice_code: str
    month: Month
    period: str = "year_to_date"
    service: str = ""
    point_of_delivery: str = ""
    specialty: str = ""
    provider: str = ""
    of_month: Month | None = None

    @property
    def query(self) -> Query:
        """The activity records the cell is made of; a code that is none is refused."""
        if self.period not in PERIODS:
            raise RefusedInput("This is no period of a statement.", found=self.period, expected=" or ".join(PERIODS))
        pods = tuple(pod for pod in HOSPITAL_PODS if self._holds(pod))
        if not pods:
            raise RefusedInput(
                "There is no such kind of hospital care.", found=self.point_of_delivery or self.service,
                expected=", ".join(HOSPITAL_PODS),
            )  # fmt: skip
        one = self.month if self.period == "month" else self.of_month
        first, last = (one, one) if one else (next(self.month.financial_year.months()), self.month)
        return Query(self.practice_code, first, last, pods, self.provider, self.specialty)

    def _holds(self, pod: str) -> bool:
        return self.point_of_delivery in ("", pod) and self.service in ("", POINTS_OF_DELIVERY[pod].service)


def drill(archive: Archive, published: PublishedSet, *, cell: Cell) -> DrillView:
    """This returns a cell of a published statement with its parts by every measure it is not yet narrowed by.

    Parts of each table add up to the cell, to the penny. Read are the deliveries the statement's receipt names, placed
    with who answers for them, without what a partial statement leaves out. Pence and counts.
    """
    query = cell.query
    rows = archive.of_practice(published, "activity_cells", cell.practice_code).filter(
        ~pl.col("year_later")
        & pl.col("month").is_between(query.first.number, query.last.number)
        & pl.col("point_of_delivery").is_in(query.pods)
    )
    if query.provider_code:
        rows = rows.filter(pl.col("provider_code") == query.provider_code)
    if query.treatment_function_code:
        rows = rows.filter(pl.col("treatment_function_code") == query.treatment_function_code)
    narrowed = {
        "service": cell.service, "point_of_delivery": cell.point_of_delivery, "specialty": cell.specialty,
        "provider": cell.provider,
    }  # fmt: skip
    return build_drill(
        rows,
        practice_code=cell.practice_code,
        first=query.first,
        last=query.last,
        narrowed={name: code for name, code in narrowed.items() if code},
        names=archive.names(published),
        is_made_up=published.receipt.is_made_up,
    )


def narrow(cell: Cell, *, by: str, code: str) -> Cell:
    """This returns the cell narrowed by a row of one of its tables: `by` is the table's measure, `code` the row's.

    >>> narrow(Cell("Z90001", Month(2009, 9)), by="provider", code="ZH1").provider
    'ZH1'
    >>> narrow(Cell("Z90001", Month(2009, 9)), by="month", code="2009-08").of_month.title
    'August 2009'
    """
    if by == "month":
        return replace(cell, of_month=Month.parse(code))
    names = {"point_of_delivery": cell.point_of_delivery, "specialty": cell.specialty, "provider": cell.provider} | {
        by: code
    }
    return replace(
        cell, point_of_delivery=names["point_of_delivery"], specialty=names["specialty"], provider=names["provider"]
    )
