"""Freed-up resources: what a year released against budget, at price and in the bill, and whose it is."""

from pbc.methods.savings.agreement import NO_AGREEMENT, Split, find_split
from pbc.methods.savings.gain import GAIN_SHARE, GainFacts, apply_gain, share_gain
from pbc.methods.savings.gain_terms import AGREED, GainAgreement, GainTerms, find_gain_agreement
from pbc.methods.savings.release import POSITIONS, split_release
from pbc.methods.savings.split import count_people_of_units, find_deficit_first, split_freed_up_resources
from pbc.methods.savings.walk import trace_positions

__all__ = [
    "AGREED",
    "GAIN_SHARE",
    "NO_AGREEMENT",
    "POSITIONS",
    "GainAgreement",
    "GainFacts",
    "GainTerms",
    "Split",
    "apply_gain",
    "count_people_of_units",
    "find_deficit_first",
    "find_gain_agreement",
    "find_split",
    "share_gain",
    "split_freed_up_resources",
    "split_release",
    "trace_positions",
]
