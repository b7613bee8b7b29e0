"""From registrations to lists: how many people of each age and sex a practice had on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from pbc.engines import Relation, read_step
from pbc.tables import REGISTERED_LISTS

LIST_DAYS = (("as_at_on", "DATE"),)


def count_lists(registrations: Relation, *, days: Sequence[date]) -> Relation:
    """This returns REGISTERED_LISTS: people on each list on each of the days, by sex and five-year age band to 95+.

    Grain in: REGISTRATIONS, periods [starts_on, ends_before). A person counts on the first day of a period and no longer
    on `ends_before`. Age is the year of the day less the year of birth, as no day of birth is held.
    Source: contract of REGISTRATIONS; age bands of the published list sizes.
    """
    engine = registrations.engine
    wanted = pl.DataFrame({"as_at_on": sorted(set(days))}, schema={"as_at_on": pl.Date})
    return engine.run(
        read_step(__file__, "count_lists"),
        inputs={"registrations": registrations, "list_days": engine.adopt(wanted, LIST_DAYS)},
        parameters={},
        columns=REGISTERED_LISTS.sql_columns,
    )
