"""Freed-up resources: what a year released against budget, at price and in the bill, and whose it is."""

from pbc.methods.savings.agreement import Split, find_split, require_agreement
from pbc.methods.savings.split import split_freed_up_resources

__all__ = ["Split", "find_split", "require_agreement", "split_freed_up_resources"]
