"""The numbers an appraisal rests on, taken from policy once, and what one look at a case supposes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc.policy import Policy

DISCOUNT_RATE, HORIZON = "appraisal.discount_rate", "appraisal.horizon_years"
OPTIMISM, ACTIVITY_RANGE = "appraisal.optimism_share", "appraisal.activity_range_share"
COST_LOWER, COST_UPPER = "appraisal.cost_lower_share", "appraisal.cost_upper_share"
DELAY, REACH, LEAST_COUNT = "appraisal.delay_months", "appraisal.break_even_reach", "appraisal.least_priced_count"
LONGEST = 30  # years for which the rate was found; it is another beyond
EXPECTED, LEAST, MOST = "expected", "least", "most"


@dataclass(frozen=True)
class AppraisalRules:
    """Shares as exact fractions. `years` are those looked at; money of the first is not discounted."""

    years: tuple[FinancialYear, ...]
    discount_rate: Fraction
    optimism_share: Fraction
    activity_range: Fraction
    cost_lower: Fraction
    cost_upper: Fraction
    delay_months: int
    break_even_reach: int
    least_priced_count: int

    def worth(self, year: FinancialYear) -> Fraction:
        """This returns what a pound of a year is worth in the first year."""
        return 1 / (1 + self.discount_rate) ** self.years.index(year)


@dataclass(frozen=True)
class Scenario:
    """What one look at a case supposes. `estimate` is expected, least or most; `activity_share` how much of the promised change
    comes; `cost_share` how much of their size costs come out higher; `delay_months` how much later activity changes;
    `is_rebased` whether any baseline is set anew."""

    estimate: str = EXPECTED
    activity_share: Fraction = Fraction(1)
    cost_share: Fraction = Fraction(0)
    delay_months: int = 0
    is_rebased: bool = True


AS_EXPECTED = Scenario()


def find_appraisal_rules(policy: Policy, *, year: FinancialYear) -> AppraisalRules:
    """This returns the rules of an appraisal whose first year is `year`; more years than the rate was found for are refused.

    Years, shares and months as policy has them on the first day of the year. Source: the values' own; decisions
    methods/0254 and methods/0255.
    """
    day = year.start
    count = policy.whole(HORIZON, on=day)
    if not 1 <= count <= LONGEST:
        raise RefusedInput(
            "An appraisal cannot look so many years ahead.", where=HORIZON, found=str(count), expected=f"1 to {LONGEST}",
            remedy="Choose a horizon for which the discount rate is known.",
        )  # fmt: skip
    shares = (DISCOUNT_RATE, OPTIMISM, ACTIVITY_RANGE, COST_LOWER, COST_UPPER)
    exact = [Fraction(str(policy.ratio(name, on=day))) for name in shares]
    wholes = [policy.whole(name, on=day) for name in (DELAY, REACH, LEAST_COUNT)]
    rate, optimism, activity, lower, upper = exact
    delay, reach, least = wholes
    years = tuple(year.plus(ahead) for ahead in range(count))
    return AppraisalRules(years, rate, optimism, activity, lower, upper, delay, reach, least)
