"""A published appraisal as people read it."""

from __future__ import annotations

from pbc.flows.gather_statement import with_ids
from pbc.periods import FinancialYear
from pbc.reports.appraisal import SHEETS, AppraisalReport
from pbc.results import PublishedSet


def show_appraisal(appraisal: PublishedSet) -> AppraisalReport:
    """This returns what a set appraisal/<case> holds, every published row with its figure id."""
    parameters = appraisal.receipt.parameters
    return AppraisalReport(
        case_code=parameters["case"],
        year=FinancialYear.parse(parameters["year"]),
        cited=f"{appraisal.name} ({appraisal.set_id})",
        is_made_up=appraisal.receipt.is_made_up,
        months_count=int(parameters["months_count"]),
        tables={name: with_ids(appraisal, name) for name in SHEETS},
    )
