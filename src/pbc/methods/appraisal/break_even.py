"""How much of the promised change in activity makes a case worth nought."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

THOUSANDTHS = 1_000


def find_break_even_share(value_at: Callable[[Fraction], int], *, reach: int) -> Fraction | None:
    """This returns the share of the promised change at which a value turns, to a thousandth, on the side that is not a loss.

    `value_at` tells the value in pence at a share. Sought from nothing to the whole promise, then on to `reach` times it;
    None where the value has the same sign throughout: worth it even if nothing changes, or not worth it at any.

    >>> find_break_even_share(lambda share: int(1000 * share) - 600, reach=3)
    Fraction(3, 5)
    >>> find_break_even_share(lambda share: -100, reach=3) is None
    True
    """
    for low, high in ((0, THOUSANDTHS), (THOUSANDTHS, THOUSANDTHS * max(reach, 1))):
        is_loss_low, is_loss_high = (value_at(Fraction(at, THOUSANDTHS)) < 0 for at in (low, high))
        if is_loss_low != is_loss_high:
            return Fraction(_turn(value_at, low, high, is_loss_low=is_loss_low), THOUSANDTHS)
    return None


def _turn(value_at: Callable[[Fraction], int], low: int, high: int, *, is_loss_low: bool) -> int:
    while high - low > 1:
        middle = (low + high) // 2
        if (value_at(Fraction(middle, THOUSANDTHS)) < 0) == is_loss_low:
            low = middle
        else:
            high = middle
    return high if is_loss_low else low
