"""What each contact costs under the tariff of its year, and what the contract adds or takes."""

from pbc.methods.costing.add_up_cells import add_up_cells, list_not_attributed
from pbc.methods.costing.add_up_prescribing import add_up_prescribing
from pbc.methods.costing.apply_contract_forms import apply_block_sums, apply_marginal_rate
from pbc.methods.costing.cost_activity import cost_activity, find_unpriced, reject_unpriced
from pbc.methods.costing.list_years import list_years

__all__ = [
    "add_up_cells",
    "add_up_prescribing",
    "apply_block_sums",
    "apply_marginal_rate",
    "cost_activity",
    "find_unpriced",
    "list_not_attributed",
    "list_years",
    "reject_unpriced",
]
