"""What a business case is worth: activity priced, costs and the bill stacked, discounted, held against doing nothing, varied."""

from pbc.methods.appraisal.break_even import find_break_even_share
from pbc.methods.appraisal.budget_effects import share_budget_effects
from pbc.methods.appraisal.changes import add_up_line_changes, price_changes
from pbc.methods.appraisal.check import require_case
from pbc.methods.appraisal.payers import compare_money
from pbc.methods.appraisal.prices import price_activity
from pbc.methods.appraisal.results import measure_results
from pbc.methods.appraisal.rules import AppraisalRules, Scenario, find_appraisal_rules
from pbc.methods.appraisal.sensitivities import measure_sensitivities
from pbc.methods.appraisal.stack import stack_appraisal
from pbc.methods.appraisal.years import add_up_years

__all__ = [
    "AppraisalRules",
    "Scenario",
    "add_up_line_changes",
    "add_up_years",
    "compare_money",
    "find_appraisal_rules",
    "find_break_even_share",
    "measure_results",
    "measure_sensitivities",
    "price_activity",
    "price_changes",
    "require_case",
    "share_budget_effects",
    "stack_appraisal",
]
