"""What each contact costs under the tariff of its year."""

from pbc.methods.costing.add_up_cells import add_up_cells, list_not_attributed
from pbc.methods.costing.add_up_prescribing import add_up_prescribing
from pbc.methods.costing.cost_activity import cost_activity, find_unpriced, reject_unpriced
from pbc.methods.costing.list_years import list_years

__all__ = [
    "add_up_cells",
    "add_up_prescribing",
    "cost_activity",
    "find_unpriced",
    "list_not_attributed",
    "list_years",
    "reject_unpriced",
]
