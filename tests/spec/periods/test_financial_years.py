"""Financial years.

An NHS financial year runs from 1 April to 31 March, prints as 2009/10 and is spelled 2009-10 in filenames and tables.
"""

from datetime import date

import pytest

from pbc.periods import FinancialYear


@pytest.mark.parametrize(
    "day, year",
    [
        (date(2009, 3, 31), "2008/09"),
        (date(2009, 4, 1), "2009/10"),
        (date(2010, 3, 31), "2009/10"),
        (date(2000, 1, 1), "1999/00"),
    ],
)
def test_a_day_belongs_to_the_year_that_began_the_april_before(day: date, year: str) -> None:
    """Given a day, then the financial year it falls in."""
    assert str(FinancialYear.of(day)) == year
