"""Show what a commissioner owes under its contracts, from the published statement of a month."""

from __future__ import annotations

from pbc.flows.gather_statement import gather_statement
from pbc.periods import Month
from pbc.reports import PROTECTED, Protection
from pbc.reports.contracts import ContractReport, build_contracts
from pbc.results import Store


def show_contracts(
    store: Store,
    *,
    month: Month,
    provider_code: str | None = None,
    commissioner_code: str | None = None,
    protection: Protection = PROTECTED,
) -> ContractReport:
    """This returns the bills of contracts, year to date, of the statement in force: of all hospitals, or of one.

    `commissioner_code` is needed where a store holds several. Refused where there is no statement of the month, it was
    made before contracts were billed, or no such hospital is billed.
    """
    material = gather_statement(store, month=month, commissioner_code=commissioner_code)
    return build_contracts(material, provider_code=provider_code, protection=protection)
