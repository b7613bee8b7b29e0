"""What was agreed with hospitals for a year, as a store holds it: forms with the tariff, the register of contracts beside it."""

from __future__ import annotations

from datetime import date

from pbc.flows.cells_held import tariff_frame
from pbc.methods.ledger import Agreed
from pbc.periods import FinancialYear
from pbc.results import Store
from pbc.tables import CONTRACT_FORMS

KNOWN_ON = "contracts_known_on"  # the parameter of a year end's receipt that tells by when variations counted
REGISTER = ("contracts", "contract_plans", "contract_variations")


def contracts_of(year: FinancialYear) -> str:
    """This returns the name of the set that holds a year's register of contracts."""
    return f"contracts/{year.slug}"


def agreed_held(store: Store, *, year: FinancialYear, known_on: date | None = None) -> Agreed:
    """This returns what was agreed for a year, as known at the end of a day; forms alone where no register is held."""
    forms = tariff_frame(store, slug=year.slug, table="contract_forms")
    lines = CONTRACT_FORMS.empty() if forms is None else forms
    held = store.find(contracts_of(year))
    if held is None:
        return Agreed(lines, known_on=known_on)
    contracts, plans, variations = (held.frame(table) for table in REGISTER)
    return Agreed(lines, contracts, plans, variations, known_on)
