"""NHS numbers for made-up people: valid check digits, all in the range beginning 9 that has never been issued."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CAPACITY = 90_000_000  # ten million eight-digit beginnings with nine numbers each
FIRST_BEGINNINGS = 100_000  # those beginning 999 come first: the range kept for tests
WEIGHTS_OF_BEGINNING = (10, 9, 8, 7, 6, 5, 4, 3)


def made_up_nhs_numbers(person_index: NDArray[np.int64]) -> NDArray[np.int64]:
    """This returns a ten-digit NHS number for each person index from 0 to 89,999,999, a different one for each.

    The tenth digit is the modulus-11 check digit of the NHS data dictionary. For each first eight digits at most
    one ninth digit would need the impossible check digit 10; it is stepped over, so nine are used of every ten.

    >>> made_up_nhs_numbers(np.array([0, 1, 900_000])).tolist()
    [9990000018, 9990000026, 9000000009]
    """
    order, slot = np.divmod(np.asarray(person_index, dtype=np.int64), 9)
    if len(order) and (order.min() < 0 or order.max() >= CAPACITY // 9):
        raise ValueError(f"a person index lies outside 0 to {CAPACITY - 1}")
    beginning = np.where(order < FIRST_BEGINNINGS, 99_900_000 + order, 90_000_000 + order - FIRST_BEGINNINGS)
    weighted = np.zeros(len(beginning), dtype=np.int64)
    rest = beginning.copy()
    for weight in reversed(WEIGHTS_OF_BEGINNING):
        rest, digit = np.divmod(rest, 10)
        weighted += weight * digit
    impossible = (6 * (1 - weighted)) % 11  # 2 x ninth + weighted = 1 (mod 11) would need check digit 10; 6 x 2 = 1
    ninth = slot + (slot >= impossible)
    check = (-(weighted + 2 * ninth)) % 11
    numbers: NDArray[np.int64] = beginning * 100 + ninth * 10 + check
    return numbers


def spoilt(nhs_numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """This returns the numbers with a wrong check digit, as a slip of the pen would leave them.

    >>> spoilt(np.array([9990000018])).tolist()
    [9990000019]
    """
    wrong: NDArray[np.int64] = nhs_numbers // 10 * 10 + (nhs_numbers % 10 + 1) % 10
    return wrong
