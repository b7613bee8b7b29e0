"""The usual error of a budget formula (tau), estimated from how far practices lie from budget beyond luck."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pbc.errors import RefusedInput
from pbc.stats.cheques import require_finite

PRACTICES_BEHIND_DEFAULT = 10  # the default counts as much as this many practices


@dataclass(frozen=True)
class FormulaError:
    """`estimated` is DerSimonian and Laird's tau of these practices alone, `used` the same shrunk to the default."""

    mean: float
    excess: float
    estimated: float
    used: float
    practices: int


def estimate_formula_error(
    variances: NDArray[np.float64], *, chance_variances: NDArray[np.float64], default: float
) -> FormulaError:
    """This returns tau of practices' relative variances, each with the variance phi / B that luck alone would give.

    Source: DerSimonian and Laird 1986 by way of chance.md 5.2, formula 7.

    >>> found = estimate_formula_error(np.array([-0.2, 0.2]), chance_variances=np.array([0.01, 0.01]), default=0.09)
    >>> round(found.excess, 6), round(found.estimated, 4), round(found.used, 4)
    (8.0, 0.2646, 0.1172)
    """
    require_finite(variances=variances, chance_variances=chance_variances, default=default)
    others = len(variances) - 1
    if others < 1 or np.any(chance_variances <= 0):
        raise RefusedInput(
            "The error of the formula cannot be estimated.", found=f"{len(variances)} practices",
            expected="two or more practices, each with a chance variance above zero",
        )  # fmt: skip
    weights = 1 / chance_variances
    mean = float((weights * variances).sum() / weights.sum())
    excess = float((weights * (variances - mean) ** 2).sum())
    scale = float(weights.sum() - (weights**2).sum() / weights.sum())
    squared = max(0.0, (excess - others) / scale)
    used = (PRACTICES_BEHIND_DEFAULT * default**2 + others * squared) / (PRACTICES_BEHIND_DEFAULT + others)
    return FormulaError(mean, excess, float(np.sqrt(squared)), float(np.sqrt(used)), others + 1)
