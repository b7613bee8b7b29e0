"""What deliveries come to, as pages read it."""

from __future__ import annotations

from pbc.flows.charged_sums import sums_held
from pbc.periods import Month
from pbc_web.runs.delivery_readings import is_monthly, kind_of
from pbc_web.runs.reading import site_store


def month_before(layout: str, period: str, *, commissioner: str) -> tuple[str, dict[str, int]]:
    """This returns the month before one in words, and what a commissioner's file of a layout came to then, in pence by
    hospital; of what comes by years nothing."""
    if not is_monthly(kind_of(layout)):
        return "", {}
    before = Month.parse(period).plus(-1)
    return before.title, sums_held(
        site_store(), f"{kind_of(layout)}/{before}", layout=layout, commissioner=commissioner
    )
