"""Appraising a business case from the rows its authors typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pbc.flows.appraise_case import appraise_case
from pbc.flows.case_rows import type_case
from pbc.flows.journey import Journey
from pbc.periods import FinancialYear
from pbc_web.accounts.roles import Duty
from pbc_web.runs.journeys.kind import Kind, Outcome, Site


def appraise(site: Site, parameters: Mapping[str, Any], journey: Journey) -> Outcome:
    """Appraise a case at the prices and contracts of its year: `rows` are its typed tables by name."""
    made = appraise_case(
        site.store, case=type_case(parameters["rows"]), year=FinancialYear.parse(parameters["year"]), policy=site.policy,
        journey=journey,
    )  # fmt: skip
    return Outcome(made.name, made.set_id)


APPRAISE = Kind("Appraise a business case", appraise, frozenset({Duty.PROPOSE}), is_apart=True)
