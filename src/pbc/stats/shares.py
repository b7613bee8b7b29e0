"""How far a share seen in a few cases can be trusted: the Wilson score interval, on plain arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from pbc.stats.bands import Z_95, Numbers


def wilson_interval(count: ArrayLike, of: ArrayLike, *, z: float = Z_95) -> tuple[Numbers, Numbers]:
    """This returns the lower and upper limit of each share `count` / `of`; none of none gives no number (NaN).

    The shares p for which a count as far from p n as the one seen is no rarer than `z` says: the roots of
    (count - p n)^2 = z^2 n p (1 - p). They stay within 0 and 1; none seen begins at 0 and all seen ends at 1, exactly.
    Source: methods.md 3.1 (Wilson 1927), checked there against the test workbooks of Public Health England.

    >>> low, high = wilson_interval([65, 0], [100, 12])
    >>> low.round(6).tolist(), high.round(6).tolist()
    ([0.552544, 0.0], [0.736358, 0.242494])
    """
    seen, base = np.asarray(count, dtype=np.float64), np.asarray(of, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = 2 * seen + z**2
        half = z * np.sqrt(z**2 + 4 * seen * (1 - seen / base))
        low, high = (middle - half) / (2 * (base + z**2)), (middle + half) / (2 * (base + z**2))
    low, high = np.where(seen == 0, 0.0, low), np.where(seen == base, 1.0, high)
    return np.where(base > 0, low, np.nan), np.where(base > 0, high, np.nan)
