"""The price level of a cheque.

The size of one cheque is money, and prices grow: years measured together are first brought to the price level of the year
that is judged.
"""

from typing import Any

import pytest

from pbc.methods.risk import Cheque, measure_cheque
from pbc.periods import FinancialYear
from pbc.policy.policy import load_policy
from pbc.tables import PERSON_SPREAD

POLICY = load_policy("england-2005")
LEVELS = {"2007-08": 0.84, "2008-09": 0.86, "2009-10": 0.87}


def spread(slug: str, *, level: float = 1.0, weight: int = 1) -> dict[str, Any]:
    """60,000 people a year, of whom one in ten costs 8,000 pounds at a price level of 1; one event each; 100 ceded."""
    n, cost = 60_000 * weight, 8_000 * level
    costly, ceded = n // 10, 100 * level
    return dict(
        financial_year=slug, practice_code="Z90001", persons_count=n, person_years=float(n), exposure_squared_years=float(n),
        cost_pounds=costly * cost, cost_squared_pounds=costly * cost**2, cost_exposure_pounds=costly * cost,
        event_cost_pounds=costly * cost, event_cost_squared_pounds=costly * cost**2,
        ceded_pounds=costly * ceded, ceded_squared_pounds=costly * ceded**2, ceded_exposure_pounds=costly * ceded,
        negative_persons_count=0,
    )  # fmt: skip


def measured(year: FinancialYear, *rows: dict[str, Any]) -> Cheque:
    return measure_cheque(PERSON_SPREAD.from_rows(list(rows)), year=year, policy=POLICY)


@pytest.mark.parametrize("slug, index", LEVELS.items())
def test_years_alike_but_for_prices_give_the_cheque_of_the_year_judged(slug: str, index: float) -> None:
    """Given the same people each year at that year's prices, then the cheque judged with is that at this year's prices."""
    year = FinancialYear.parse(slug)
    held = [then for then in LEVELS if then <= slug]
    pooled = measured(year, *[spread(then, level=LEVELS[then]) for then in held])
    one = measured(year, spread(slug, level=index))
    names = ("cheque_pounds", "event_cheque_pounds", "pool_cheque_pounds", "ceded_share")
    assert [getattr(pooled, name) for name in names] == pytest.approx([getattr(one, name) for name in names], rel=1e-4)
    assert (pooled.years, pooled.person_years) == (tuple(held), 60_000.0 * len(held))


def test_last_years_cheque_is_judged_with_at_this_years_prices() -> None:
    """Given only earlier year ends, as a month's statement has, then their cheque grown by the index, 0.87 over 0.84."""
    then, now = (measured(FinancialYear(starts), spread("2007-08", level=0.84)) for starts in (2007, 2009))
    assert now.cheque_source == then.cheque_source == "estimated"
    assert now.cheque_pounds == pytest.approx(then.cheque_pounds * 0.87 / 0.84, rel=1e-9)
    assert now.pool_cheque_pounds == pytest.approx((then.pool_cheque_pounds or 0) * 0.87 / 0.84, rel=1e-9)


def test_year_judged_is_not_repriced() -> None:
    """Given the year's own people alone, then its cheque as measured, to the last bit, and years later left aside."""
    rows = [spread("2008-09", level=0.86), spread("2009-10", level=0.87)]
    alone = measured(FinancialYear(2008), rows[0])
    assert measured(FinancialYear(2008), *rows) == alone
    mean, square = 8_000 * 0.86 / 10, (8_000 * 0.86) ** 2 / 10
    assert alone.cheque_pounds == pytest.approx((square - mean**2) / mean, rel=1e-4)


def test_event_cheque_follows_prices_where_nobody_is_known() -> None:
    """Given events of last year and no person key, then 1.7 times their cheque at this year's prices."""
    nobody = dict(persons_count=0, person_years=0.0, cost_pounds=0.0, ceded_pounds=0.0)
    found = measured(FinancialYear(2009), spread("2008-09") | nobody)
    assert found.cheque_source == "spells"
    assert found.cheque_pounds == pytest.approx(1.7 * 8_000 * 0.87 / 0.86)
