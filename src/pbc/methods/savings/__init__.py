"""Freed-up resources: what a year released against budget, at price and in the bill, and whose it is."""

from pbc.methods.savings.agreement import Split, find_split, require_agreement
from pbc.methods.savings.release import POSITIONS, split_release
from pbc.methods.savings.split import split_freed_up_resources
from pbc.methods.savings.walk import trace_positions

__all__ = [
    "POSITIONS",
    "Split",
    "find_split",
    "require_agreement",
    "split_freed_up_resources",
    "split_release",
    "trace_positions",
]
