"""The proposals of the demonstration are written by real actions and stand in every state their authors bring about."""

from collections import Counter
from typing import Any

import pytest
from tests.web.conftest import AT

from pbc_web.business_cases import demonstration
from pbc_web.business_cases.models import Idea, Proposal

pytestmark = pytest.mark.django_db


def test_it_is_filled_with_proposals_and_ideas_in_every_state(place: Any) -> None:
    for role in ("practice_manager", "gp", "cluster_lead", "commissioning_manager"):
        place.actor(role)
    demonstration.fill(AT)
    assert Counter(each.state for each in Proposal.everywhere.all()) == {
        "draft": 2, "submitted": 5, "withdrawn": 1, "discarded": 1,
    }  # fmt: skip
    assert {each.route for each in Proposal.everywhere.filter(state="submitted")} == {"light", "standard"}
    assert Counter(each.state for each in Idea.everywhere.all()) == {"waiting": 1, "taken_up": 1, "declined": 1}
