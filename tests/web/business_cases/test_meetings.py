"""Deciding at a meeting: its agenda, its quorum after exclusion, its votes, the panel that stands in, and the chair's action."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from tests.web.business_cases.sittings import MEETS, ON, before_the_panel, held, neighbours, sitting, state_of, voted
from tests.web.business_cases.waiting import NO, YES, declared, handler_of, on_day, submitted
from tests.web.governance.matrix import interest_of
from tests.web.panels.matrix import keeper

from pbc.errors import RefusedInput
from pbc_web.business_cases.actions import deciding, meetings, recusing
from pbc_web.business_cases.models import AgendaItem, Decision, Vote
from pbc_web.business_cases.queries.in_sight import proposals_for
from pbc_web.business_cases.queries.meetings import (
    agenda_for,
    agenda_told,
    meetings_for,
    organisations_deciding,
    panels_for,
)
from pbc_web.notices.models import Notice
from pbc_web.panels.actions import cancel_meeting, hold_meeting
from pbc_web.panels.agendas import agendas_of, lend_agenda


def test_a_meeting_decides_by_the_votes_of_a_quorum_as_its_chair_declares(place: Any) -> None:
    item, _ = before_the_panel(place, sitting(place))
    assert Notice.objects.filter(
        person=place.actor("board_member").person_id, subject__contains="18 June 2009"
    ).exists()
    held(place, item.meeting, "non_executive", "committee_member", "board_member")
    voted(place, item, "approve", "non_executive", "committee_member")
    chair = place.actor("non_executive")
    with pytest.raises(RefusedInput, match="do not carry") as few:
        meetings.decide_at_meeting(item, YES, by=chair, at=ON)
    assert few.value.found == "2 approve, 0 refuse, 0 abstain"
    voted(place, item, "refuse", "board_member")
    with pytest.raises(RefusedInput, match="do not carry"):
        meetings.decide_at_meeting(item, NO, by=chair, at=ON)
    with pytest.raises(RefusedInput, match="chair of the panel declares"):
        meetings.decide_at_meeting(item, YES, by=place.actor("board_member"), at=ON)
    meetings.decide_at_meeting(item, YES, by=chair, at=ON)
    assert (state_of(item.proposal), AgendaItem.objects.get().decision) == ("approved", Decision.objects.get())


def test_who_votes_when_and_once(place: Any) -> None:
    item, _ = before_the_panel(place, sitting(place))
    board = place.actor("board_member")
    declared(item.proposal, board)
    refusals = (
        (place.actor("public_health"), "approve", ON, "with a vote"),
        (board, "approve", on_day(2), "still to come"),
        (board, "perhaps", ON, "no such vote"),
        (place.actor("committee_member"), "approve", ON, "before they have declared"),
    )
    for by, says, at, match in refusals:
        with pytest.raises(RefusedInput, match=match):
            meetings.vote(item, says=says, by=by, at=at)
    meetings.vote(item, says="abstain", by=board, at=ON)
    with pytest.raises(RefusedInput, match="voted already"):
        meetings.vote(item, says="approve", by=board, at=ON)
    with pytest.raises(RefusedInput, match="somebody has voted"):
        meetings.take_off_agenda(item, by=place.actor("commissioning_manager"), at=ON)


@pytest.mark.database
def test_the_database_refuses_a_vote_of_whoever_is_kept_away_and_keeps_votes(place: Any) -> None:
    item, handler = before_the_panel(place, sitting(place))
    board = place.actor("board_member")
    voted(place, item, "approve", "board_member")
    with pytest.raises(Exception, match="only added to"), transaction.atomic():
        Vote.objects.update(says="refuse")
    member = place.actor("committee_member")
    declared(item.proposal, member)
    recusing.keep_away(
        item.proposal, person_id=member.person_id, level="may_speak", reason="A stake.", by=handler, at=ON
    )
    with pytest.raises(IntegrityError, match="takes no part"), transaction.atomic():
        Vote.objects.create(item=item, proposal=item.proposal, person_id=member.person_id, says="approve", at=ON)
    assert Vote.objects.get().person_id == board.person_id


def test_no_quorum_no_decision(place: Any) -> None:
    item, handler = before_the_panel(place, sitting(place))
    voted(place, item)
    chair = place.actor("non_executive")
    with pytest.raises(RefusedInput, match="no quorum"):
        meetings.decide_at_meeting(item, YES, by=chair, at=ON)
    held(place, item.meeting, "non_executive", "committee_member", "board_member")
    recusing.keep_away(
        item.proposal,
        person_id=place.actor("board_member").person_id,
        level="leaves",
        reason="A stake.",
        by=handler,
        at=ON,
    )
    with pytest.raises(RefusedInput, match="no quorum"):
        meetings.decide_at_meeting(item, YES, by=chair, at=ON)
    hold_meeting(item.meeting, present=[place.actor("committee_member").person_id], by=keeper(place), at=ON)
    with pytest.raises(RefusedInput, match="no quorum"):
        meetings.decide_at_meeting(item, YES, by=chair, at=ON)
    assert state_of(item.proposal) == "submitted"


def test_above_the_threshold_a_meeting_recommends_and_a_second_person_confirms(place: Any) -> None:
    item, _ = before_the_panel(place, sitting(place), route="full", pence=30_000_000)
    held(place, item.meeting, "non_executive", "committee_member", "board_member")
    voted(place, item)
    made = meetings.decide_at_meeting(item, YES, by=place.actor("non_executive"), at=ON)
    assert AgendaItem.objects.get().recommendation == made
    deciding.confirm(made, by=place.actor("board_member"), at=ON)
    assert AgendaItem.objects.get().decision == Decision.objects.get()


def test_where_the_chair_may_not_take_part_a_neighbours_panel_stands_in(place: Any) -> None:
    panel = sitting(place)
    waits = submitted(place, route="standard", pence=10_000_000)
    interest_of(place.actor("non_executive"), place["ZPA"], about=place["ZA0001"])
    handler = handler_of(place, waits)
    with pytest.raises(RefusedInput, match="cannot be set") as refused:
        meetings.put_on_agenda(waits, meeting=panel.meetings.get(), by=handler, at=on_day(1))
    assert "The chair of Panel A may not take part" in str(refused.value.found)
    other = neighbours(place, panel)
    item = meetings.put_on_agenda(waits, meeting=other.meetings.get(), by=handler, at=on_day(1))
    assert item.why_alternate == "The chair of Panel A may not take part, or there is none."
    theirs = place.actor("board_member", world="B")
    assert waits in proposals_for(theirs)
    assert waits not in proposals_for(place.actor("finance_manager", world="B"))
    assert organisations_deciding(waits) == {place["ZPA"].id, place["ZPB"].id}
    held(place, item.meeting, "non_executive", "committee_member", "board_member", world="B")
    voted(place, item, world="B")
    meetings.decide_at_meeting(item, YES, by=place.actor("non_executive", world="B"), at=ON)
    assert state_of(waits) == "approved"


def test_too_few_of_both_panels_is_told_and_a_stake_of_the_neighbours_member_is_found(place: Any) -> None:
    panel = sitting(place)
    waits = submitted(place, route="standard", pence=10_000_000)
    interest_of(place.actor("board_member"), place["ZPA"], about=place["ZA0001"])
    other = neighbours(place, panel)
    interest_of(place.actor("committee_member", world="B"), place["ZPB"], about=place["ZA0001"])
    with pytest.raises(RefusedInput, match="cannot be set") as refused:
        meetings.put_on_agenda(waits, meeting=other.meetings.get(), by=handler_of(place, waits), at=on_day(1))
    assert str(refused.value.found).count("2 members with a vote may take part; 3 are needed.") == 2


def test_a_stake_declared_to_the_neighbour_later_keeps_away_too(place: Any) -> None:
    panel = sitting(place)
    waits = submitted(place, route="standard", pence=10_000_000)
    interest_of(place.actor("non_executive"), place["ZPA"], about=place["ZA0001"])
    other = neighbours(place, panel)
    meetings.put_on_agenda(waits, meeting=other.meetings.get(), by=handler_of(place, waits), at=on_day(1))
    member = place.actor("committee_member", world="B")
    interest_of(member, place["ZPB"], about=place["ZA0001"])
    assert waits not in proposals_for(member)


def test_agendas_take_what_comes_in_time_once_and_hide_what_somebody_may_not_see(place: Any) -> None:
    panel = sitting(place)
    late = submitted(place, title="Late", route="standard")
    handler = handler_of(place, late)
    assert panels_for(submitted(place, title="B"), date(2003, 1, 1)) == []
    assert meetings_for(late, on_day(4).date()) == []
    with pytest.raises(RefusedInput, match="cannot be set"):
        meetings.put_on_agenda(late, meeting=panel.meetings.get(), by=handler, at=on_day(4))
    item, _ = before_the_panel(place, panel)
    with pytest.raises(RefusedInput, match="on this agenda already"):
        meetings.put_on_agenda(item.proposal, meeting=item.meeting, by=handler, at=on_day(2))
    member = place.actor("committee_member")
    assert agenda_for(member, item.meeting) == [item]
    recusing.keep_away(
        item.proposal, person_id=member.person_id, level="no_papers", reason="A stake.", by=handler, at=on_day(2)
    )
    assert agenda_for(member, item.meeting) == []
    meetings.take_off_agenda(item, by=handler, at=on_day(3))
    taken = AgendaItem.objects.get()
    declared(item.proposal, place.actor("board_member"))
    with pytest.raises(RefusedInput, match="with a vote"):
        meetings.vote(taken, says="approve", by=place.actor("board_member"), at=ON)
    with pytest.raises(RefusedInput, match="chair of the panel declares"):
        meetings.decide_at_meeting(taken, YES, by=place.actor("non_executive"), at=ON)
    with pytest.raises(RefusedInput, match="taken off already"):
        meetings.take_off_agenda(taken, by=handler, at=on_day(3))


def test_a_cancelled_meeting_takes_no_votes(place: Any) -> None:
    item, _ = before_the_panel(place, sitting(place))
    cancel_meeting(item.meeting, reason="Snow.", by=keeper(place), at=on_day(3))
    declared(item.proposal, place.actor("board_member"))
    with pytest.raises(RefusedInput, match="is cancelled"):
        meetings.vote(item, says="approve", by=place.actor("board_member"), at=ON)


def test_the_chair_acts_alone_only_where_no_meeting_falls_inside_the_clock(place: Any) -> None:
    none = submitted(place, title="No panel yet", route="standard")
    chair = place.actor("non_executive")
    with pytest.raises(RefusedInput, match="Only the chair"):
        meetings.act_as_chair(none, YES, by=chair, at=on_day(1))
    sitting(place)
    late = submitted(place, title="Late", on=date(2009, 6, 5), route="standard", pence=10_000_000)
    light = submitted(place, title="Light", on=date(2009, 6, 5))
    declared(late, chair, place.actor("board_member"))
    for waits, by, match in (
        (none, chair, "only where no meeting"), (light, chair, "only where no meeting"),
        (late, place.actor("board_member"), "Only the chair"),
    ):  # fmt: skip
        with pytest.raises(RefusedInput, match=match):
            meetings.act_as_chair(waits, YES, by=by, at=on_day(8))
    made = meetings.act_as_chair(late, YES, by=chair, at=on_day(8))
    assert (made.how, state_of(late), late.due_on > MEETS) == ("chairs_action", "approved", True)


def test_a_meetings_page_shows_its_agenda_and_says_what_stands_before_it(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    panel = sitting(place)
    before_the_panel(place, panel)
    meeting, manager = panel.meetings.get(), sign_in("commissioning_manager")
    page = reverse("panels:meeting", args=["ZPA", meeting.id])
    link, words = reverse("business_cases:agenda", args=[meeting.id]), "1 proposal stands before it."
    shown = manager.get(page).content.decode()
    assert link in shown
    assert words in shown
    assert [words in manager.get(f"{page}{move}/").content.decode() for move in ("move", "cancel", "hold")] == [
        True,
        True,
        False,
    ]
    for role in ("gp", "performance_manager"):  # whoever may not open the agenda
        read = sign_in(role).get(page)
        assert read.status_code == 200
        assert link not in read.content.decode()
    neighbour = place.actor("commissioning_manager", world="B")
    assert agenda_told(neighbour, meeting) is None
    assert lend_agenda(agenda_told) is None
    assert len(agendas_of(place.actor("commissioning_manager"), meeting)) == 1  # lent twice, asked once
