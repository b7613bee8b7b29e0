"""How practices differ: each beside those most like it, never ranked; and what a changed service did, beside its like."""

from pbc.methods.variation.benefits import (
    Judged,
    carry_baseline,
    compare_with_comparators,
    measure_spread_of_ratios,
    price_benefit,
)
from pbc.methods.variation.cases import CHECKPOINTS, BenefitCase, Measure, build_case
from pbc.methods.variation.comparators import Choice, find_comparators, find_nearness
from pbc.methods.variation.count_measure import count_measure, measure_lumps
from pbc.methods.variation.peers import CRITERIA, compare_with_peers, find_peers
from pbc.methods.variation.standardise import (
    band_ratios,
    count_person_months,
    measure_rates,
    place_ages,
    standardise,
)

__all__ = [
    "CHECKPOINTS",
    "CRITERIA",
    "BenefitCase",
    "Choice",
    "Judged",
    "Measure",
    "band_ratios",
    "build_case",
    "carry_baseline",
    "compare_with_comparators",
    "compare_with_peers",
    "count_measure",
    "count_person_months",
    "find_comparators",
    "find_nearness",
    "find_peers",
    "measure_lumps",
    "measure_rates",
    "measure_spread_of_ratios",
    "place_ages",
    "price_benefit",
    "standardise",
]
