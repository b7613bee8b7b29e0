"""A year end as its readers see it: what was freed up, whose it is, and how each position walks to the next."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import date, timedelta

from pbc.periods import FinancialYear, Month
from pbc.policy import Policy
from pbc.reports.year_end import YearEndView
from pbc_web.organisations.kinds import IN_GROUP
from pbc_web.organisations.queries import practices_of, relations_on
from pbc_web.runs.statement_reading import year_end_rows, year_end_view
from pbc_web.statements.actions.year_ends import Clock
from pbc_web.statements.models import YearEndPosition
from pbc_web.statements.models.year_ends import POSITIONS

BASES = {"price": "At the prices of activity", "bill": "In cash: the change in the bill this year"}


def view_of(
    positions: Iterable[YearEndPosition], year: FinancialYear, unit_code: str, practices: list[str]
) -> YearEndView:
    """This returns a unit's year in the positions published, with the walks of the practices given."""
    held: dict[str, str | None] = dict.fromkeys(POSITIONS)
    held |= {each.position: each.set_id for each in positions}
    return year_end_view(year, unit_code, practices, held)


def units_of(positions: Iterable[YearEndPosition]) -> list[str]:
    """This returns the codes of units with freed-up resources in any position."""
    return sorted({row["unit_code"] for each in positions for row in year_end_rows(each.set_name, each.set_id)})


def to_release(position: YearEndPosition) -> dict[str, tuple[int, int]]:
    """This returns what a position leaves each unit to be released once the pool is repaid, and how much is held back."""
    rows = year_end_rows(position.set_name, position.set_id, "year_end_releases")
    return {
        row["unit_code"]: (row["retained_pence"], min(row["held_back_pence"], row["retained_pence"]))
        for row in rows
        if row["position"] == position.position and row["retained_pence"] > 0
    }


def owed_to_pool(position: YearEndPosition, codes: Container[str]) -> dict[date, int]:
    """This returns what some holders owe the risk pool at the close of a position, in pence, by the last day for repaying it."""
    owed: dict[date, int] = {}
    for row in year_end_rows(position.set_name, position.set_id, "pool_movements"):
        if row["repay_on"] and row["unit_code"] in codes:
            owed[row["repay_on"]] = owed.get(row["repay_on"], 0) + row["owed_change_pence"]
    return {day: pence for day, pence in owed.items() if pence > 0}


def totals_of(positions: Iterable[YearEndPosition]) -> list[tuple[str, str, int, int, int, int]]:
    """This returns each position and basis added up over units: position, basis, gross, freed up, kept, the commissioner's.

    A set may hold other commissioners' units too: those are left out.
    """
    found = []
    for position in positions:
        own = _units_inside(position)
        rows = [row for row in year_end_rows(position.set_name, position.set_id) if row["unit_code"] in own]
        for basis, words in BASES.items():
            of_basis = [row for row in rows if row["basis"] == basis]
            sums = (
                sum(row[name] for row in of_basis)
                for name in ("gross_underspend_pence", "freed_up_pence", "retained_pence", "commissioner_pence")
            )
            found.append((POSITIONS[position.position], words, *sums))
    return found  # type: ignore[return-value]  # four sums


def _units_inside(position: YearEndPosition) -> set[str]:
    """The codes of a commissioner's practices and their groups, at the year's beginning or its end."""
    year, codes = FinancialYear.parse(position.financial_year), set()
    for day in (year.start, year.end):
        practices = practices_of(position.commissioner, on=day)
        groups = relations_on(day).filter(member__in=practices, relation__in=IN_GROUP)
        codes |= {*practices.values_list("code", flat=True), *groups.values_list("parent__code", flat=True)}
    return codes


def clock_of(year: FinancialYear, policy: Policy) -> Clock:
    """This returns by when a pot of a year is confirmed, made available and spent."""
    on, last = year.start, Month.of(year.end)
    confirm = last.plus(policy.whole("statements.reconciliation_months", on=on)).end
    release = confirm + timedelta(days=policy.whole("savings.release_days", on=on))
    return Clock(confirm, release, last.plus(policy.whole("savings.spend_months", on=on)).end)
