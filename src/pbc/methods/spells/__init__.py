"""Episodes to spells: what a stay is, and how it is counted."""

from pbc.methods.spells.build_spells import build_spells

__all__ = ["build_spells"]
