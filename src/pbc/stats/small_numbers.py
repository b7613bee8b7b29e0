"""The two rules for small numbers: which counts of people are shown, and as what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]
HIDDEN = "*"


@dataclass(frozen=True)
class SmallNumbers:
    """A rule for small numbers: counts from 1 up to below `smallest_shown` are hidden, others rounded to `nearest`."""

    mode: str
    smallest_shown: int
    nearest: int

    def is_small(self, counts: Counts) -> Mask:
        """This returns which counts, or differences of counts, are too small to show; 0 is nobody and no secret."""
        sizes = np.abs(counts)
        return (sizes > 0) & (sizes < self.smallest_shown)

    def rounded(self, count: int) -> int | None:
        """This returns a count as it may be shown, or None where it is too small. Halves cannot occur with 5.

        >>> [HES_2018.rounded(count) for count in (0, 3, 7, 8, 12, 13, 1204)]
        [0, None, None, 10, 10, 15, 1205]
        >>> [HES_2009.rounded(count) for count in (0, 5, 6, 1204)]
        [0, None, 6, 1204]
        """
        if count and count < self.smallest_shown:
            return None
        return (count + self.nearest // 2) // self.nearest * self.nearest


HES_2018 = SmallNumbers("hes2018", 8, 5)
HES_2009 = SmallNumbers("hes2009", 6, 1)
RULES = {rule.mode: rule for rule in (HES_2018, HES_2009)}


def shown_count(count: int | None, *, rule: SmallNumbers) -> str:
    """This returns a count in the words of a table: `*` where it is too small, with commas where it is shown.

    >>> shown_count(7, rule=HES_2018), shown_count(1204, rule=HES_2018), shown_count(0, rule=HES_2018)
    ('*', '1,205', '0')
    >>> shown_count(None, rule=HES_2018)
    'Not counted'
    """
    if count is None:
        return "Not counted"
    shown = rule.rounded(count)
    return HIDDEN if shown is None else f"{shown:,}"


def shown_share(part: int, whole: int, *, rule: SmallNumbers) -> float | None:
    """This returns the share of one count in another, both as they are shown; None where either is hidden or nobody.

    >>> shown_share(41, 163, rule=HES_2018), shown_share(3, 163, rule=HES_2018), shown_share(0, 0, rule=HES_2018)
    (0.24242424242424243, None, None)
    """
    above, below = rule.rounded(part), rule.rounded(whole)
    return None if above is None or not below else above / below
