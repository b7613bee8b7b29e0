"""What people cost, added up by practice so that no person is left in it: the ingredients of the size of one cheque."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from pbc.engines import Relation, read_step
from pbc.methods.risk.stop_loss import cap_pence
from pbc.periods import FinancialYear
from pbc.policy.policy import Policy
from pbc.reference.activity import HOSPITAL_PODS
from pbc.tables import PERSON_PAIRS, PERSON_SPREAD, REGISTRATIONS, UNPLACED

_SUCCESSIONS = (
    ("predecessor_code", "VARCHAR"),
    ("successor_code", "VARCHAR"),
    ("starts_on", "DATE"),
    ("ends_before", "DATE"),
)


def measure_spread(
    costed_activity: Relation,
    registrations: Relation,
    *,
    year: FinancialYear,
    policy: Policy,
    points_of_delivery: tuple[str, ...] = HOSPITAL_PODS,
    successions: pl.DataFrame | None = None,
) -> Relation:
    """This returns PERSON_SPREAD of one year: sums over people on each practice's list, with or without any cost.

    Grain in: COSTED_ACTIVITY by contact (other years and unplaced activity are left aside) and REGISTRATIONS by period.
    Grain out: one row per practice. A person counts in each practice for the days on its list; cost follows the
    practice that answered for it. Cost above the stop-loss, where the policy has one, is ceded; a person whose
    adjustments exceed the cost counts as none, and is counted. `points_of_delivery` are the lines shown together: never
    add bands of lines. `successions` (as `trace_successions` gives) moves people the register left with a practice taken
    over to its successor, from the day on, as their cost was. Source: chance.md 5.1 and 5.2, formula 1; methods/0141.
    """
    after = year.plus(1).start
    return costed_activity.engine.run(
        read_step(__file__, "measure_spread"),
        inputs={"costed_activity": costed_activity, "registrations": _follow(registrations, successions)},
        parameters={
            "financial_year": year.slug,
            "first_month": year.starts_in * 100 + 4,
            "last_month": (year.starts_in + 1) * 100 + 3,
            "first_day": year.start,
            "day_after": after,
            "points_of_delivery": points_of_delivery,
            "unplaced": UNPLACED,
            "cap_pence": cap_pence(policy, on=year.start),
            "years_per_day": 1 / (after - year.start).days,
            "pounds_per_penny": 0.01,
        },
        columns=PERSON_SPREAD.sql_columns,
        keep=True,
    )


def measure_persistence(
    costed_activity: Relation,
    registrations: Relation,
    *,
    year: FinancialYear,
    policy: Policy,
    points_of_delivery: tuple[str, ...] = HOSPITAL_PODS,
    successions: pl.DataFrame | None = None,
) -> Relation:
    """This returns PERSON_PAIRS: sums over people who stood on a practice's list both in the year and in the one before.

    Grain in: COSTED_ACTIVITY of both years and REGISTRATIONS. Grain out: one row per practice. Prices of the two years
    need not be alike: a correlation does not feel them. `successions` as in `measure_spread`: who went over in the year
    before counts as a mover does. Source: chance.md 5.2, formula 2; decision methods/0141.
    """
    before = year.plus(-1)
    return costed_activity.engine.run(
        read_step(__file__, "measure_persistence"),
        inputs={"costed_activity": costed_activity, "registrations": _follow(registrations, successions)},
        parameters={
            "financial_year": year.slug,
            "first_month_before": before.starts_in * 100 + 4,
            "first_month": year.starts_in * 100 + 4,
            "last_month": (year.starts_in + 1) * 100 + 3,
            "first_day_before": before.start,
            "first_day": year.start,
            "day_after": year.end + timedelta(days=1),
            "points_of_delivery": points_of_delivery,
            "cap_pence": cap_pence(policy, on=year.start),
            "pounds_per_penny": 0.01,
        },
        columns=PERSON_PAIRS.sql_columns,
        keep=True,
    )


def _follow(registrations: Relation, successions: pl.DataFrame | None) -> Relation:
    """REGISTRATIONS read as costs are: a practice taken over answers for what came before, its successor from then."""
    if successions is None or successions.is_empty():
        return registrations
    engine = registrations.engine
    links = engine.adopt(successions.select(name for name, _ in _SUCCESSIONS), _SUCCESSIONS)
    return engine.run(
        read_step(__file__, "follow_successions"),
        inputs={"registrations": registrations, "successions": links},
        parameters={},
        columns=REGISTRATIONS.sql_columns,
    )
