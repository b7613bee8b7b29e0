"""Which practice answers for each contact, as at its date."""

from pbc.methods.attribution.already_held import drop_already_held, find_already_held, name_holders, reject_already_held
from pbc.methods.attribution.attribute_activity import Register, attribute_activity, reattribute_activity
from pbc.methods.attribution.restricted import generalise_restricted
from pbc.methods.attribution.successions import trace_successions

__all__ = [
    "Register",
    "attribute_activity",
    "drop_already_held",
    "find_already_held",
    "generalise_restricted",
    "name_holders",
    "reattribute_activity",
    "reject_already_held",
    "trace_successions",
]
