"""The shares printed by King's Fund and NHS Alliance, Practice-based commissioning two years on (2009): 18 per cent agree that decisions
come within eight weeks; 29 per cent waited 25 weeks or more for approval, 35 per cent 25 weeks or more again for the service to change.

The report prints shares of people, and of its bands (up to 9, 10 to 19, 20 or more weeks) no values. Here a hundred made-up cases are
spread over those bands so that each printed share is one of cases: the same numbers must come out. The sizes of the bands are made up.
"""

from datetime import date, timedelta

import polars as pl

from pbc.methods.business_cases import measure_decision_shares, measure_decision_times
from pbc.policy import load_policy
from pbc.tables import CASE_EVENTS

# Days to approval, and from approval to the change of service, with how many of a hundred cases took so many.
TO_APPROVAL = {28: 10, 56: 8, 57: 7, 69: 5, 70: 20, 139: 11, 140: 6, 174: 4, 175: 19, 260: 10}
TO_CHANGE = {30: 21, 69: 9, 70: 14, 139: 10, 160: 11, 175: 15, 300: 20}
FIRST, AS_AT = date(2007, 1, 1), date(2010, 3, 31)


def a_hundred_cases() -> pl.DataFrame:
    decided = [days for days, cases in TO_APPROVAL.items() for _ in range(cases)]
    changed = [days for days, cases in TO_CHANGE.items() for _ in range(cases)]
    rows = []
    for at, (to_approval, to_change) in enumerate(zip(decided, changed, strict=True)):
        approved = to_approval
        for event, day in (("submitted", 0), ("approved", approved), ("service_changed", approved + to_change)):
            rows.append(
                {"case_code": f"CASE{at:03}", "commissioner_code": "ZC1", "event": event,
                 "happened_on": FIRST + timedelta(days=at + day)}
            )  # fmt: skip
    return CASE_EVENTS.from_rows(rows)


def test_published_shares_come_out_of_cases_spread_over_the_bands() -> None:
    times = measure_decision_times(a_hundred_cases(), as_at=AS_AT, policy=load_policy("england-2005"))
    shares = measure_decision_shares(times)
    found = {(row["leg"], row["span"]): row for row in shares.to_dicts()}
    counted = {name: row["measured_count"] for name, row in found.items()}
    assert {row["judged_count"] for row in found.values()} == {100}
    assert counted == {
        ("decision", "within_eight_weeks"): 18,
        ("decision", "up_to_9_weeks"): 30,
        ("decision", "from_10_to_19_weeks"): 31,
        ("decision", "from_20_weeks"): 39,
        ("decision", "from_25_weeks"): 29,
        ("service_change", "up_to_9_weeks"): 30,
        ("service_change", "from_10_to_19_weeks"): 24,
        ("service_change", "from_20_weeks"): 46,
        ("service_change", "from_25_weeks"): 35,
    }
    printed = {name: row["survey_share"] for name, row in found.items() if row["survey_share"] is not None}
    assert printed == {
        ("decision", "within_eight_weeks"): 0.18,
        ("decision", "from_25_weeks"): 0.29,
        ("service_change", "from_25_weeks"): 0.35,
    }
    assert {name: found[name]["measured_share"] for name in printed} == printed
