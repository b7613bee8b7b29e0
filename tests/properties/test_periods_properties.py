"""The calendar's arithmetic holds for every month and year there is."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pbc.periods import FinancialYear, Month

MONTHS = st.builds(Month, st.integers(1955, 2095), st.integers(1, 12))
STEPS = st.integers(-20, 20)
DAYS = st.dates(date(1950, 1, 1), date(2098, 12, 31))


@given(MONTHS, STEPS, STEPS)
def test_steps_between_months_add_up(month: Month, one: int, two: int) -> None:
    assert month.plus(one).plus(two) == month.plus(one + two)
    assert month.plus(one).plus(-one) == month
    assert (month.plus(one) > month) == (one > 0)


@given(MONTHS)
def test_every_spelling_reads_back(month: Month) -> None:
    assert Month.parse(str(month)) == Month.from_number(month.number) == Month.parse(str(month.number)) == month


@given(MONTHS)
def test_months_follow_without_gap_or_overlap(month: Month) -> None:
    assert month.end + timedelta(days=1) == month.next.start
    assert Month.of(month.start) == Month.of(month.end) == month


@given(DAYS)
def test_a_day_lies_in_its_month_and_its_year(day: date) -> None:
    year = FinancialYear.of(day)
    assert Month.of(day).start <= day <= Month.of(day).end
    assert year.start <= day <= year.end
    assert list(year.months())[Month.of(day).month_of_year - 1] == Month.of(day)


@given(st.integers(1950, 2098))
def test_financial_years_tile_the_calendar_and_read_back(starts_in: int) -> None:
    year = FinancialYear(starts_in)
    assert year.end + timedelta(days=1) == year.plus(1).start
    assert FinancialYear.parse(str(year)) == FinancialYear.parse(year.slug) == year
