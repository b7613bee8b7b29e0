"""How far luck alone moves a budget: the size of one cheque measured on people, bands, own position, pooling.

A year end reads: `measure_spread`, `measure_persistence`, `measure_cheque`, `add_up_positions`, `measure_formula_error`,
`list_own_years` of earlier year ends, `measure_own_history`, `band_chance`. A monthly statement may use the cheque of the
last year end.
"""

from pbc.methods.risk.bands import band_chance, measure_formula_error
from pbc.methods.risk.ceding import cede_costs, cede_excess, keep_paid_by_activity, list_ceded_costs
from pbc.methods.risk.cheque import Cheque, default_cheque, measure_cheque
from pbc.methods.risk.own_history import list_own_years, measure_own_history
from pbc.methods.risk.positions import add_up_positions, complete_positions
from pbc.methods.risk.spread import measure_persistence, measure_spread
from pbc.methods.risk.stop_loss import find_stop_loss

__all__ = [
    "Cheque",
    "add_up_positions",
    "band_chance",
    "cede_costs",
    "cede_excess",
    "complete_positions",
    "default_cheque",
    "find_stop_loss",
    "keep_paid_by_activity",
    "list_ceded_costs",
    "list_own_years",
    "measure_cheque",
    "measure_formula_error",
    "measure_own_history",
    "measure_persistence",
    "measure_spread",
]
