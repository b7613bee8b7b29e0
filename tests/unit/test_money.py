"""Amounts read from files and people, written for pages, rounded and shared out."""

import numpy as np
import pytest

from pbc.errors import RefusedInput
from pbc.money import (
    LARGEST_PENCE,
    pence_from_pounds,
    pence_typed_by_a_person,
    pounds,
    pounds_and_pence,
    pounds_to_nearest_hundred,
    round_half_up,
    share_out,
    share_out_many,
)


@pytest.mark.parametrize(
    "written, pence",
    [("0", 0), ("12", 1200), ("12.5", 1250), ("12.05", 1205), ("-0.07", -7), (" 3.10 ", 310), ("−4", -400)],
)
def test_pence_from_pounds_reads_plain_decimals(written: str, pence: int) -> None:
    assert pence_from_pounds(written) == pence


@pytest.mark.parametrize("written", ["", "£12", "1,200", "1e3", "nan", "12.", ".5", "--3", "12p", "1 200", "+5", "٣"])
def test_pence_from_pounds_refuses_what_is_not_in_a_data_layout(written: str) -> None:
    with pytest.raises(RefusedInput):
        pence_from_pounds(written)


def test_pence_from_pounds_refuses_more_decimals_than_the_layout_has() -> None:
    with pytest.raises(RefusedInput, match="too many decimals"):
        pence_from_pounds("1.005")


@pytest.mark.parametrize("written, pence", [("1.005", 101), ("-1.005", -101), ("1.0049", 100), ("2.675", 268)])
def test_pence_from_pounds_rounds_longer_decimals_half_up_where_a_layout_has_them(written: str, pence: int) -> None:
    assert pence_from_pounds(written, places=5) == pence


@pytest.mark.parametrize(
    "typed, pence",
    [("£12,500", 1_250_000), ("12500.00", 1_250_000), ("−£30", -3_000), ("-£30.5", -3_050), ("£1 000", 100_000)],
)
def test_pence_typed_by_a_person_accepts_signs_and_separators(typed: str, pence: int) -> None:
    assert pence_typed_by_a_person(typed) == pence


@pytest.mark.parametrize("typed", ["", "£", "12,50", "1,2500", "12.345", "£-30", "twelve", "12,500,00", "1.5.2"])
def test_pence_typed_by_a_person_refuses_what_cannot_be_read_one_way(typed: str) -> None:
    with pytest.raises(RefusedInput):
        pence_typed_by_a_person(typed)


@pytest.mark.parametrize("read", [pence_from_pounds, pence_typed_by_a_person])
def test_amounts_beyond_a_whole_double_are_absurd(read) -> None:  # type: ignore[no-untyped-def]
    assert read(str(LARGEST_PENCE // 100)) == LARGEST_PENCE // 100 * 100
    with pytest.raises(RefusedInput, match="absurdly large"):
        read(str(LARGEST_PENCE))


@pytest.mark.parametrize(
    "pence, whole, hundred, exact",
    [
        (0, "£0", "£0", "£0.00"),
        (49, "£0", "£0", "£0.49"),
        (50, "£1", "£0", "£0.50"),
        (-49, "£0", "£0", "−£0.49"),
        (-50, "−£1", "£0", "−£0.50"),
        (123_456_789, "£1,234,568", "£1,234,600", "£1,234,567.89"),
        (-123_456_789, "−£1,234,568", "−£1,234,600", "−£1,234,567.89"),
    ],
)
def test_amounts_are_written_as_people_read_them(pence: int, whole: str, hundred: str, exact: str) -> None:
    assert (pounds(pence), pounds_to_nearest_hundred(pence), pounds_and_pence(pence)) == (whole, hundred, exact)


def test_round_half_up_sends_halves_away_from_zero_not_to_even() -> None:
    assert [round_half_up(amount, to=100) for amount in (50, 150, 250, -50, -150, 49, -49)] == [
        100, 200, 300, -100, -200, 0, 0,
    ]  # fmt: skip


def test_share_out_refuses_a_group_in_which_nobody_has_a_weight() -> None:
    for share in (lambda: share_out(10, [0, 0], keys=["a", "b"]), lambda: share_out_many(10, np.zeros(2))):
        with pytest.raises(RefusedInput, match="nobody to share"):
            share()


@pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf")])
def test_share_out_refuses_a_weight_that_is_no_weight_and_names_its_owner(weight: float) -> None:
    with pytest.raises(RefusedInput, match="Z90002"):
        share_out(10, [1.0, weight], keys=["Z90001", "Z90002"])
    with pytest.raises(RefusedInput):
        share_out_many(10, np.array([1.0, weight]))


def test_share_out_refuses_keys_that_do_not_match_the_weights() -> None:
    with pytest.raises(ValueError, match="2 weights but 1 keys"):
        share_out(10, [1, 1], keys=["a"])


def test_share_out_many_refuses_more_money_than_a_double_can_hold() -> None:
    with pytest.raises(RefusedInput, match="absurdly large"):
        share_out_many(LARGEST_PENCE + 1, np.array([1.0, 1.0]))


def test_share_out_many_goes_the_exact_way_where_doubles_lose_whole_pence() -> None:
    """Near the largest sum the rounded quotas of these weights add up to a penny too many."""
    weights = [0.19061756040401823, 0.8629499985831945]
    total = 9_007_199_254_740_712
    parts = share_out_many(total, np.array(weights), order=np.array([1, 0]))
    assert parts.tolist() == share_out(total, weights, keys=[1, 0])
    assert int(parts.sum()) == total
