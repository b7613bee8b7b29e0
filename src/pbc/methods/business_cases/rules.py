"""The rules of the clock in force on a day, and the due date they fix at submission."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from pbc.errors import RefusedInput
from pbc.policy import Policy

UNLESS_DECIDED = "unless_decided"


@dataclass(frozen=True)
class ClockRules:
    """How long a decision may take, and which stops of the clock are permitted. Days are calendar days."""

    limit_days: int
    stop_before_days: int
    stops_count: int
    keeps_first_date_after_decision: bool

    def due_on(self, submitted_on: date) -> date:
        """This returns the last day of the promise; a day of submission at the end of the calendar is refused, being none."""
        if (date.max - submitted_on).days < self.limit_days:
            raise RefusedInput(
                "No calendar goes as far as this case's last day.", where=f"submitted on {submitted_on}",
                expected="the day on which it was submitted", remedy="Correct the day.",
            )  # fmt: skip
        return submitted_on + timedelta(days=self.limit_days)


def find_clock_rules(policy: Policy, *, on: date) -> ClockRules:
    """This returns the rules of the clock on the day of a submission. Source: rules.md E4 and R7.1, decision methods/0250."""
    return ClockRules(
        policy.whole("business_cases.decision_limit_days", on=on),
        policy.whole("business_cases.stop_before_days", on=on),
        policy.whole("business_cases.stops_count", on=on),
        policy.text("business_cases.first_date_kept", on=on) != UNLESS_DECIDED,
    )


def find_due_date(submitted_on: date, *, policy: Policy) -> date:
    """This returns the last day of the eight weeks of a case submitted on a day; nothing moves it afterwards, a stop neither.

    The day of submission is day 0. Source: rules.md E4, T25.

    >>> from pbc.policy import load_policy
    >>> find_due_date(date(2009, 4, 30), policy=load_policy("england-2005")).isoformat()
    '2009-06-25'
    """
    return find_clock_rules(policy, on=submitted_on).due_on(submitted_on)
