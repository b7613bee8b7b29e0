"""What contracts make of priced activity: terms as varied, the bill in steps, whose it is, and what a change does to it."""

from pbc.methods.ledger.agreed import Agreed, amend_contract_forms
from pbc.methods.ledger.bill import apply_forms
from pbc.methods.ledger.changes import compare_with_plan, measure_changes, measure_years
from pbc.methods.ledger.checks import require_contracts
from pbc.methods.ledger.forecast import forecast_lines
from pbc.methods.ledger.plans import profile_plans
from pbc.methods.ledger.shares import share_bill
from pbc.methods.ledger.terms import Terms, find_terms

__all__ = [
    "Agreed",
    "Terms",
    "amend_contract_forms",
    "apply_forms",
    "compare_with_plan",
    "find_terms",
    "forecast_lines",
    "measure_changes",
    "measure_years",
    "profile_plans",
    "require_contracts",
    "share_bill",
]
