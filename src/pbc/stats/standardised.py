"""Observed against expected on plain arrays: limits of a count by Byar's method, widened where people make it lumpy."""

from __future__ import annotations

import numpy as np

from pbc.stats.bands import Z_95, Numbers
from pbc.stats.cheques import require_finite


def byar_limits(observed: Numbers, *, cheque: Numbers | float = 1.0, z: float = Z_95) -> tuple[Numbers, Numbers]:
    """This returns the lower and upper limit of what stands behind an observed sum, in its own unit.

    `cheque` is the size of one independent event in that unit: 1 for a plain count of events that know nothing of each
    other, more where the same people come back (cheques.py). A sum of O then counts as O / cheque events. Nought has nought
    below it. Source: Breslow and Day 1987 by way of methods.md 3.1.

    >>> low, high = byar_limits(np.array([65.0]))
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (50.1632, 82.8491)
    """
    require_finite(observed=observed, size_of_one_cheque=cheque)
    events = np.asarray(observed, dtype=np.float64) / cheque
    some = np.where(events > 0, events, 1.0)
    below = np.where(events > 0, _byar(some, -z), 0.0)
    return np.maximum(below, 0.0) * cheque, _byar(events + 1, z) * cheque


def _byar(events: Numbers, z: float) -> Numbers:
    limits: Numbers = events * (1 - 1 / (9 * events) + z / (3 * np.sqrt(events))) ** 3
    return limits
