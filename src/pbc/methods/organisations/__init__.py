"""Organisations that merge, split or change their code: memberships and money carried across, as then or as now."""

from pbc.methods.organisations.carry import carry_amounts, find_heirs, place_practices
from pbc.methods.organisations.memberships import Carried, carry_memberships

__all__ = ["Carried", "carry_amounts", "carry_memberships", "find_heirs", "place_practices"]
