"""The demonstration carries its approved case out: one milestone done, one late after it was moved, the service changed."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests.web.business_cases.waiting import on_day
from tests.web.mobilisation.matrix import APPROVED, approved

from pbc_web.mobilisation import demonstration, queries
from pbc_web.mobilisation.models import BenefitWork, Milestone
from pbc_web.shell.clock import day_of

pytestmark = pytest.mark.django_db


def test_a_promise_of_the_year_before_waits_to_be_held_against_fact(place: Any) -> None:
    for role in ("commissioning_manager", "cluster_lead"):
        place.actor(role)
    demonstration.fill(on_day(320))  # April 2010
    assert not Milestone.objects.exists()  # nothing else is approved
    asked = BenefitWork.objects.select_related("run").get()
    assert (asked.said["starts"], asked.chosen_on, asked.run.state) == ("2009-04", date(2009, 3, 15), "queued")
    assert [each.happened_on for each in queries.changes_recorded(asked.proposal)] == [date(2009, 4, 1)]


def test_an_approved_case_is_carried_out(place: Any) -> None:
    for role in ("commissioning_manager", "cluster_lead"):
        place.actor(role)
    case, now = approved(place), APPROVED + timedelta(days=90)
    demonstration.fill(now)
    found = queries.progress_of([case])[0]
    assert [each.state for each in found.milestones] == ["done", "open", "open"]
    assert [each.title for each in found.late(day_of(now))] == ["Fit out the room"]
    assert [each.reason != "" for each in found.late(day_of(now))[0].versions.all()] == [False, True]
    assert found.changed_on == day_of(now) - timedelta(days=45)
