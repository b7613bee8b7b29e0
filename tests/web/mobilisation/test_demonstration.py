"""The demonstration carries its approved case out: one milestone done, one late after it was moved, the service changed."""

from datetime import timedelta
from typing import Any

import pytest
from tests.web.mobilisation.matrix import APPROVED, approved

from pbc_web.mobilisation import demonstration, queries
from pbc_web.mobilisation.models import Milestone
from pbc_web.shell.clock import day_of

pytestmark = pytest.mark.django_db


def test_an_approved_case_is_carried_out(place: Any) -> None:
    place.actor("commissioning_manager")
    demonstration.fill(APPROVED)
    assert not Milestone.objects.exists()  # nothing is approved
    case, now = approved(place), APPROVED + timedelta(days=90)
    demonstration.fill(now)
    found = queries.progress_of([case])[0]
    assert [each.state for each in found.milestones] == ["done", "open", "open"]
    assert [each.title for each in found.late(day_of(now))] == ["Fit out the room"]
    assert [each.reason != "" for each in found.late(day_of(now))[0].versions.all()] == [False, True]
    assert found.changed_on == day_of(now) - timedelta(days=45)
