"""The only writes of organisations, their relations and who takes part."""

from pbc_web.organisations.actions.by_hand import add_organisation, add_relation, end_relation, record_succession
from pbc_web.organisations.actions.changing import take_in_changes
from pbc_web.organisations.actions.importing import import_organisations
from pbc_web.organisations.actions.uptake import record_uptake

__all__ = [
    "add_organisation", "add_relation", "end_relation", "import_organisations", "record_succession", "record_uptake",
    "take_in_changes",
]  # fmt: skip
