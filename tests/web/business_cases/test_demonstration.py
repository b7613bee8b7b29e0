"""The proposals of the demonstration are written by real actions and stand in every state their authors bring about."""

from collections import Counter
from typing import Any

import pytest
from tests.web.business_cases.waiting import person_of
from tests.web.conftest import AT, BEGAN

from pbc_web.business_cases import deciding_demonstration, demonstration
from pbc_web.business_cases.models import Appeal, Idea, Proposal, Question, Recusal
from pbc_web.governance.actions import InterestFacts, declare_interest
from pbc_web.panels import demonstration as panels

pytestmark = pytest.mark.django_db


def test_it_is_filled_with_proposals_and_ideas_in_every_state(place: Any) -> None:
    for role in ("practice_manager", "gp", "cluster_lead", "commissioning_manager"):
        place.actor(role)
    demonstration.fill(AT)
    assert Counter(each.state for each in Proposal.everywhere.all()) == {
        "draft": 3, "submitted": 4, "withdrawn": 1, "discarded": 1,
    }  # fmt: skip
    assert {each.route for each in Proposal.everywhere.filter(state="submitted")} == {"light", "standard"}
    assert Counter(each.state for each in Idea.everywhere.all()) == {"waiting": 1, "taken_up": 1, "declined": 1}


def test_some_are_decided_and_who_has_a_stake_is_kept_away(place: Any) -> None:
    roles = (
        "practice_manager", "gp", "cluster_lead", "commissioning_manager", "public_health", "board_member", "committee_member",
        "non_executive", "lmc_representative", "patient_representative", "performance_manager",
    )  # fmt: skip
    people = {role: place.actor(role) for role in roles}
    board = people["board_member"]
    interest = InterestFacts("financial", "employer", place["ZHA"], "Works there.", BEGAN)
    declare_interest(interest, holder=person_of(board), register=place["ZPA"], declared_on=AT.date(), by=board, at=AT)
    for each in (panels, demonstration, deciding_demonstration):
        each.fill(AT)
    states = Counter(each.state for each in Proposal.everywhere.all())
    assert (states["approved"], states["refused"], states["submitted"]) == (1, 1, 4)
    assert Recusal.objects.get().person_id == board.person_id
    assert Question.objects.get().answer
    assert Appeal.objects.get().state == "open"
    assert Proposal.everywhere.get(title__startswith="Our year").items.exists()
