"""Rule values.

A value of a rule has a day from which it is in force, a status and a source. A local agreement is laid over the national
value from its own day on; before that day the national value stands.
"""

from datetime import date
from pathlib import Path

import pytest

from pbc.errors import MissingPolicy
from pbc.policy import Policy, PolicyValue, load_policy

NATIONAL = tuple(
    PolicyValue("savings.kept", "Share kept", "share", "R4.1", kept, starts_on, "found", "made up for this page")
    for kept, starts_on in ((0.5, date(2004, 10, 5)), (0.7, date(2006, 4, 1)))
)


@pytest.mark.parametrize(
    "day, kept",
    [(date(2004, 10, 5), 0.5), (date(2006, 3, 31), 0.5), (date(2006, 4, 1), 0.7), (date(2010, 3, 31), 0.7)],
)
def test_the_latest_value_that_has_begun_is_in_force(day: date, kept: float) -> None:
    """Given 0.5 from 5 October 2004 and 0.7 from 1 April 2006, then the value on a day."""
    assert Policy("england-2005", {"savings.kept": NATIONAL}).ratio("savings.kept", on=day) == kept


def test_no_value_before_the_first_day_is_guessed() -> None:
    """Given values from 5 October 2004, then the day before is refused, and the refusal names the days there are."""
    with pytest.raises(MissingPolicy, match="2004-10-05, 2006-04-01"):
        Policy("england-2005", {"savings.kept": NATIONAL}).value("savings.kept", on=date(2004, 10, 4))


@pytest.mark.parametrize("day, title", [(date(2024, 3, 31), "neighbourhood"), (date(2024, 4, 1), "locality")])
def test_a_local_agreement_stands_from_its_own_day(day: date, title: str, tmp_path: Path) -> None:
    """Given neighbourhoods nationally, and localities by a board's paper from 1 April 2024, then the word on a day."""
    agreement = tmp_path / "agreement.yaml"
    agreement.write_text(
        "regime.cluster_title:\n"
        "  values:\n"
        "    - {from: 2024-04-01, value: locality, status: local_agreement, source: Board paper 7}\n",
        encoding="utf-8",
    )
    policy = load_policy("england-2025", overlays=[agreement])
    assert policy.text("regime.cluster_title", on=day) == title
