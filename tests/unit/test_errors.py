"""Faults read as a person needs them: what, where, found, expected, remedy, and nothing of what was not given."""

import pickle

import pytest

from pbc.errors import Cancelled, Fault, MissingPolicy, RefusedInput, shorten


@pytest.mark.parametrize(
    "fault, told",
    [
        (Fault("Wrong."), "Wrong."),
        (Fault("Wrong.", remedy="Mend it."), "Wrong. Mend it."),
        (Fault("Wrong.", where="row 7", expected="a date"), "Wrong. (row 7; expected a date)"),
        (Fault("Wrong.", "row 7", "x", "a date", "Mend it."), "Wrong. (row 7; found x; expected a date) Mend it."),
    ],
)
def test_fault_tells_only_what_is_known(fault: Fault, told: str) -> None:
    assert str(fault) == told


def test_fault_keeps_a_huge_value_readable() -> None:
    assert len(str(RefusedInput("Wrong.", found="x" * 10_000_000))) < 200
    assert shorten("x" * 80) == "x" * 80


def test_every_fault_is_caught_as_one_kind_and_survives_a_process_boundary() -> None:
    for kind in (RefusedInput, MissingPolicy, Cancelled):
        fault = kind("Wrong.", where="row 7", remedy="Mend it.")
        assert isinstance(fault, Fault)
        assert str(pickle.loads(pickle.dumps(fault))) == str(fault)
