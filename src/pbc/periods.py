"""The NHS calendar as value types: months, and financial years that run from 1 April to 31 March."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pbc.errors import RefusedInput

EARLIEST_YEAR, LATEST_YEAR = 1948, 2100


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month. `number` is the integer 200909 that tables carry.

    >>> Month.parse("2009-09").next, Month(2009, 9).financial_year, Month(2009, 9).month_of_year
    (Month(2009, 10), FinancialYear(2009), 6)
    """

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (EARLIEST_YEAR <= self.year <= LATEST_YEAR and 1 <= self.month <= 12):
            raise RefusedInput("This is not a month.", found=f"{self.year}-{self.month}", expected="like 2009-09")

    @classmethod
    def parse(cls, text: str) -> Month:
        """This returns the month written as 2009-09 or 200909, refusing anything else."""
        match = re.fullmatch(r"(\d{4})-?(\d{2})", text.strip(), re.ASCII)
        if match is None:
            raise RefusedInput("This is not a month.", found=text, expected="like 2009-09")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Month:
        """This returns the month in which a date falls."""
        return cls(day.year, day.month)

    @classmethod
    def from_number(cls, number: int) -> Month:
        """This returns the month that tables write as the integer 200909."""
        return cls(number // 100, number % 100)

    @property
    def number(self) -> int:
        """The month as the integer tables carry, 200909."""
        return self.year * 100 + self.month

    @property
    def start(self) -> date:
        """The first day."""
        return date(self.year, self.month, 1)

    @property
    def end(self) -> date:
        """The last day."""
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    @property
    def next(self) -> Month:
        """The month after."""
        return self.plus(1)

    def plus(self, months: int) -> Month:
        """This returns the month so many months later, or earlier if negative."""
        index = self.year * 12 + self.month - 1 + months
        return Month(index // 12, index % 12 + 1)

    @property
    def financial_year(self) -> FinancialYear:
        """The financial year it belongs to: April starts one."""
        return FinancialYear(self.year if self.month >= 4 else self.year - 1)

    @property
    def month_of_year(self) -> int:
        """1 for April to 12 for March."""
        return (self.month - 4) % 12 + 1

    @property
    def title(self) -> str:
        """The month as people write it, September 2009."""
        return f"{MONTH_NAMES[self.month - 1]} {self.year}"

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    def __repr__(self) -> str:
        return f"Month({self.year}, {self.month})"


@dataclass(frozen=True, order=True)
class FinancialYear:
    """An NHS financial year, named for the calendar year it starts in; prints as 2009/10, spelled 2009-10 in filenames.

    >>> str(FinancialYear.parse("2009-10")), FinancialYear(1999).slug, FinancialYear(2009).start.isoformat()
    ('2009/10', '1999-00', '2009-04-01')
    """

    starts_in: int

    def __post_init__(self) -> None:
        if not EARLIEST_YEAR <= self.starts_in <= LATEST_YEAR:
            raise RefusedInput("This is not a financial year.", found=str(self.starts_in), expected="like 2009-10")

    @classmethod
    def parse(cls, text: str) -> FinancialYear:
        """This returns the year written 2009-10 or 2009/10, refusing one whose halves do not follow each other."""
        match = re.fullmatch(r"(\d{4})[-/](\d{2}|\d{4})", text.strip(), re.ASCII)
        following = str(int(match[1]) + 1) if match else ""
        if match is None or match[2] not in (following, following[2:]):
            raise RefusedInput("This is not a financial year.", found=text, expected="like 2009-10")
        return cls(int(match[1]))

    @classmethod
    def of(cls, day: date) -> FinancialYear:
        """This returns the financial year in which a date falls."""
        return Month.of(day).financial_year

    @property
    def start(self) -> date:
        """1 April."""
        return date(self.starts_in, 4, 1)

    @property
    def end(self) -> date:
        """31 March."""
        return date(self.starts_in + 1, 3, 31)

    @property
    def slug(self) -> str:
        """The year as filenames and tables spell it, 2009-10."""
        return f"{self.starts_in}-{(self.starts_in + 1) % 100:02d}"

    def months(self) -> Iterator[Month]:
        """This yields the twelve months, April first."""
        first = Month(self.starts_in, 4)
        return (first.plus(offset) for offset in range(12))

    def plus(self, years: int) -> FinancialYear:
        """This returns the financial year so many years later, or earlier if negative."""
        return FinancialYear(self.starts_in + years)

    def __str__(self) -> str:
        return f"{self.starts_in}/{(self.starts_in + 1) % 100:02d}"

    def __repr__(self) -> str:
        return f"FinancialYear({self.starts_in})"


MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
