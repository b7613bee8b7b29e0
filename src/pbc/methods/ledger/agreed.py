"""What was agreed with hospitals for a year, and what of it was known by a day: the contract as varied."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from pbc.periods import FinancialYear, Month
from pbc.tables import CONTRACT_FORMS, CONTRACT_PLANS, CONTRACT_VARIATIONS, CONTRACTS

LINE = ("commissioner_code", "provider_code", "point_of_delivery")
LineKey = tuple[str, str, str]


@dataclass(frozen=True)
class Variation:
    """One change of one line: what is gained or lost over its months, from its first to the contract's last."""

    months: tuple[Month, ...]
    baseline_pence: int
    plan_pence: int
    plan_activity: int


@dataclass(frozen=True)
class Agreed:
    """Contracts of any years with their lines, plans and variations, as known at the end of `known_on`; empty: all of it.

    Only `contract_forms` must be there: a commissioner that delivers no register of contracts is billed by its forms.
    """

    contract_forms: pl.DataFrame
    contracts: pl.DataFrame = field(default_factory=CONTRACTS.empty)
    contract_plans: pl.DataFrame = field(default_factory=CONTRACT_PLANS.empty)
    contract_variations: pl.DataFrame = field(default_factory=CONTRACT_VARIATIONS.empty)
    known_on: date | None = None

    def forms(self, year: FinancialYear) -> pl.DataFrame:
        """This returns the lines of a year as first agreed, in order: CONTRACT_FORMS."""
        held = CONTRACT_FORMS.conform(self.contract_forms.filter(pl.col("financial_year") == year.slug))
        return held.sort(LINE)

    def of_year(self, year: FinancialYear) -> list[dict[str, Any]]:
        """This returns the contracts of a year, row by row."""
        return self.contracts.filter(pl.col("financial_year") == year.slug).to_dicts()

    def spans(self, year: FinancialYear) -> dict[tuple[str, str], tuple[Month, ...]]:
        """This returns the months each contract of a year holds in, by commissioner and hospital: what is agreed for the year
        is spread over them."""
        return {
            (row["commissioner_code"], row["provider_code"]): tuple(
                month for month in year.months() if row["starts_on"] <= month.end and month.start < row["ends_before"]
            )
            for row in self.of_year(year)
        }

    def within(self, activity_cells: pl.DataFrame, *, year: FinancialYear, years_before: int = 0) -> pl.DataFrame:
        """This returns the activity that a year's contracts speak of: all but that of months a contract does not hold in.

        `years_before`: the activity is of the same months so many years earlier. What no contract names at all is kept.
        """
        outside = [
            (*side, month.number - 100 * years_before)
            for side, months in self.spans(year).items() for month in year.months() if month not in months
        ]  # fmt: skip
        key = ["commissioner_code", "provider_code", "month"]
        rows = pl.DataFrame(outside, schema=dict(zip(key, (pl.String, pl.String, pl.Int32), strict=True)), orient="row")
        return activity_cells.join(rows.cast({"month": activity_cells.schema["month"]}), on=key, how="anti")

    def variations(self, year: FinancialYear) -> dict[LineKey, list[Variation]]:
        """This returns what was varied on each line of a year by the day known; the order of delivery tells nothing."""
        coded, spans = self.contracts.select("contract_code", "commissioner_code", "provider_code"), self.spans(year)
        held = self.contract_variations.filter(pl.col("financial_year") == year.slug).join(coded, on="contract_code")
        if self.known_on is not None:
            held = held.filter(pl.col("agreed_on") <= self.known_on)
        found: dict[LineKey, list[Variation]] = {}
        for row in held.sort("contract_code", "variation_number", "point_of_delivery").iter_rows(named=True):
            line = line_of(row)
            months = tuple(month for month in spans[line[:2]] if month.number >= row["from_month"])
            change = Variation(
                months, row["baseline_change_pence"], row["plan_change_pence"], row["plan_activity_change"]
            )
            found.setdefault(line, []).append(change)
        return found


def line_of(row: dict[str, object]) -> LineKey:
    """This returns the line of a contract that a row speaks of: commissioner, hospital, kind of activity."""
    commissioner, provider, kind = (str(row[name]) for name in LINE)
    return commissioner, provider, kind


def amend_contract_forms(agreed: Agreed, *, year: FinancialYear) -> pl.DataFrame:
    """This returns CONTRACT_FORMS of a year as varied by the day known: sums of the whole year, one row per line.

    A corridor moves with its baseline, so that its width stays as agreed. Amounts in pence.
    Source: decision methods/0179; the table contract_variations.
    """
    variations, rows = agreed.variations(year), []
    for row in agreed.forms(year).iter_rows(named=True):
        changes = variations.get(line_of(row), [])
        more = sum(change.baseline_pence for change in changes)
        moved = {name: _plus(row[name], more) for name in ("baseline_pence", "floor_pence", "ceiling_pence")}
        moved["plan_pence"] = _plus(row["plan_pence"], sum(change.plan_pence for change in changes))
        count = sum(change.plan_activity for change in changes)
        moved["plan_activity_count"] = _plus(row["plan_activity_count"], count)
        rows.append(row | moved)
    return CONTRACT_FORMS.from_rows(rows)


def _plus(amount: int | None, more: int) -> int | None:
    return None if amount is None else amount + more
