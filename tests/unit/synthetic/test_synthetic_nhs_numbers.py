"""Made-up NHS numbers pass the check of modulus 11, begin with 9, and belong to one person each."""

from __future__ import annotations

import nhs_number
import numpy as np
import pytest

from pbc.sources.synthetic.nhs_numbers import CAPACITY, made_up_nhs_numbers, spoilt

SOME = np.unique(np.concatenate([np.arange(3000), np.linspace(0, CAPACITY - 1, 5000).astype(np.int64)]))


def test_made_up_nhs_numbers_pass_modulus_11_by_another_hand() -> None:
    assert all(nhs_number.is_valid(str(number)) for number in made_up_nhs_numbers(SOME).tolist())


def test_made_up_nhs_numbers_are_different_for_different_people() -> None:
    numbers = made_up_nhs_numbers(np.arange(880_000, 1_300_000))
    assert len(np.unique(numbers)) == len(numbers)
    assert len(np.unique(made_up_nhs_numbers(SOME))) == len(SOME)


def test_made_up_nhs_numbers_begin_with_999_and_then_9() -> None:
    numbers = made_up_nhs_numbers(SOME)
    assert numbers.min() >= 9_000_000_000
    assert numbers.max() <= 9_999_999_999
    assert (made_up_nhs_numbers(np.arange(0, 900_000, 7)) // 10_000_000 == 999).all()


def test_spoilt_numbers_never_pass() -> None:
    wrong = spoilt(made_up_nhs_numbers(SOME))
    assert not any(nhs_number.is_valid(str(number)) for number in wrong.tolist())


def test_made_up_nhs_numbers_refuse_a_person_too_many() -> None:
    with pytest.raises(ValueError, match="person index"):
        made_up_nhs_numbers(np.array([CAPACITY]))
