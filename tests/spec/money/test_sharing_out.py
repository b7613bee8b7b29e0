"""Sharing out money.

A sum is shared out in whole pence by largest remainder: each share is rounded down, and the pence left over go one each
to the largest remainders. Equal remainders are settled by the key (the practice code), never by the order of rows.
"""

import pytest

from pbc.money import share_out


@pytest.mark.parametrize(
    "pence, weights, shares",
    [
        (100, {"Z90001": 1, "Z90002": 1, "Z90003": 1}, {"Z90001": 34, "Z90002": 33, "Z90003": 33}),
        (100, {"Z90003": 1, "Z90002": 1, "Z90001": 1}, {"Z90001": 34, "Z90002": 33, "Z90003": 33}),
        (10, {"Z90001": 1, "Z90002": 2, "Z90003": 3}, {"Z90001": 2, "Z90002": 3, "Z90003": 5}),
        (10, {"Z90001": 0, "Z90002": 2}, {"Z90001": 0, "Z90002": 10}),
        (0, {"Z90001": 5, "Z90002": 2}, {"Z90001": 0, "Z90002": 0}),
    ],
)
def test_shares_are_whole_pence_that_sum_to_the_whole(
    pence: int, weights: dict[str, float], shares: dict[str, int]
) -> None:
    """Given a sum and weights, then each practice's pence; the rows' order is of no account."""
    parts = share_out(pence, list(weights.values()), keys=list(weights))
    assert dict(zip(weights, parts, strict=True)) == shares


@pytest.mark.parametrize(
    "pence, weights, shares",
    [(-100, [1, 1, 1], [-34, -33, -33]), (-7, [2, 1], [-5, -2])],
)
def test_a_sum_taken_back_is_shared_as_its_mirror_image(pence: int, weights: list[int], shares: list[int]) -> None:
    """Given a negative sum, then the shares of the same positive sum with their signs turned."""
    assert share_out(pence, weights, keys=range(len(weights))) == shares
