"""A store holds one commissioner's budgets: adopting them adopts all it holds, and nobody adopts another's."""

from __future__ import annotations

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc_web.organisations.models import Organisation
from pbc_web.organisations.queries import commissioners_below
from pbc_web.runs.reading import site_commissioners


def require_alone(commissioner: Organisation, year: FinancialYear) -> None:
    """This refuses the budgets of a year where the store would budget practices of others than a commissioner and its parts."""
    ours = {commissioner.code, *commissioners_below(commissioner, on=year.start).values_list("code", flat=True)}
    held = site_commissioners(year)
    if len(held) > 1 or not ours.issuperset(held):
        raise RefusedInput(
            "The store of this service holds practices of more than one commissioner, or of another. Budgets agreed here "
            "would be agreed for all of them.",
            where=f"budgets of {year}, {commissioner.name}", found=", ".join(held), expected="one commissioner's budgets a store",
            remedy="Ask your administrator to run a service and a store for each commissioner.",
        )  # fmt: skip
