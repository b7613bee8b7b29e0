"""Months and financial years as people write them, and what is refused."""

from datetime import date

import pytest

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear, Month


@pytest.mark.parametrize("written", ["2009-09", "200909", " 2009-09 "])
def test_month_is_read_in_both_spellings(written: str) -> None:
    assert Month.parse(written) == Month(2009, 9)


@pytest.mark.parametrize(
    "written", ["", "2009-13", "2009-00", "2009/09", "09-2009", "1947-12", "2101-01", "2009-9", "٢٠٠٩-09"]
)
def test_month_refuses_what_is_not_one(written: str) -> None:
    with pytest.raises(RefusedInput, match="not a month"):
        Month.parse(written)


@pytest.mark.parametrize(
    "month, year, place",
    [(Month(2009, 3), FinancialYear(2008), 12), (Month(2009, 4), FinancialYear(2009), 1), (Month(2009, 12), FinancialYear(2009), 9)],
)  # fmt: skip
def test_month_belongs_to_the_year_that_begins_in_april(month: Month, year: FinancialYear, place: int) -> None:
    assert (month.financial_year, month.month_of_year) == (year, place)


def test_month_is_told_in_every_spelling_people_meet() -> None:
    month = Month(2008, 2)
    assert (str(month), month.number, month.title, repr(month)) == (
        "2008-02",
        200802,
        "February 2008",
        "Month(2008, 2)",
    )
    assert (month.start, month.end) == (date(2008, 2, 1), date(2008, 2, 29))


@pytest.mark.parametrize("written", ["2009-10", "2009/10", "2009-2010", " 2009/10 "])
def test_financial_year_is_read_in_the_spellings_people_use(written: str) -> None:
    assert FinancialYear.parse(written) == FinancialYear(2009)


def test_financial_year_at_the_turn_of_the_century_wraps() -> None:
    assert (str(FinancialYear(1999)), FinancialYear.parse("1999-00").slug) == ("1999/00", "1999-00")


@pytest.mark.parametrize(
    "written", ["", "2009", "2009-11", "2009-09", "10/2009", "2009-2011", "2009-2110", "1900-01", "2009–10"]
)
def test_financial_year_refuses_halves_that_do_not_follow(written: str) -> None:
    with pytest.raises(RefusedInput, match="not a financial year"):
        FinancialYear.parse(written)


def test_financial_year_runs_from_april_to_march() -> None:
    year = FinancialYear(2009)
    months = list(year.months())
    assert (year.start, year.end) == (date(2009, 4, 1), date(2010, 3, 31))
    assert (months[0], months[-1], len(months)) == (Month(2009, 4), Month(2010, 3), 12)
    assert repr(year.plus(-1)) == "FinancialYear(2008)"


def test_the_last_month_there_is_still_has_an_end() -> None:
    assert Month(2100, 12).end == date(2100, 12, 31)
