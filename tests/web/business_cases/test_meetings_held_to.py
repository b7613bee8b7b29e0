"""What a meeting decided holds as it stands when it counts: on confirming, after declaring, when cancelled, and for what came back."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.web.business_cases.sittings import (
    MEETS,
    ON,
    PAPERS,
    VOTING,
    before_the_panel,
    held,
    sitting,
    state_of,
    voted,
)
from tests.web.business_cases.waiting import NO, YES, declared, on_day, submitted
from tests.web.panels.matrix import keeper

from pbc.errors import RefusedInput
from pbc_web.business_cases.actions import deciding, meetings, recusing
from pbc_web.business_cases.models import AgendaItem, Proposal, Recommendation
from pbc_web.business_cases.queries import work
from pbc_web.notices.models import Notice
from pbc_web.panels.actions import cancel_meeting, end_seat, move_meeting, undo_cancelling


def recommended(place: Any) -> tuple[AgendaItem, Recommendation, Any]:
    """Above the threshold, carried by three votes and declared."""
    item, handler = before_the_panel(place, sitting(place), route="full", pence=30_000_000)
    held(place, item.meeting, *VOTING)
    voted(place, item)
    made = meetings.decide_at_meeting(item, YES, by=place.actor("non_executive"), at=ON)
    assert isinstance(made, Recommendation)
    return item, made, handler


def test_whoever_is_kept_away_after_voting_carries_nothing_that_is_confirmed_later(place: Any) -> None:
    item, made, handler = recommended(place)
    member = place.actor("committee_member").person_id
    recusing.keep_away(item.proposal, person_id=member, level="leaves", reason="A stake.", by=handler, at=ON)
    with pytest.raises(RefusedInput, match="no quorum"):
        deciding.confirm(made, by=place.actor("board_member"), at=ON)
    assert (state_of(item.proposal), Recommendation.objects.get().state) == ("submitted", "waiting")


def test_once_declared_nobody_votes_and_not_confirmed_the_chair_declares_again(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    item, _ = before_the_panel(place, sitting(place), route="full", pence=30_000_000)
    held(place, item.meeting, *VOTING)
    voted(place, item)
    late = place.actor("committee_member")
    page, chair = f"/proposals/{item.proposal.code}/", sign_in("non_executive")
    assert "Declare what the meeting decided" in chair.get(page).text
    made = meetings.decide_at_meeting(item, YES, by=place.actor("non_executive"), at=ON)
    assert isinstance(made, Recommendation)
    assert "Declare what the meeting decided" not in chair.get(page).text
    with pytest.raises(RefusedInput, match="has declared"):
        meetings.vote(item, says="refuse", by=late, at=ON)
    deciding.turn_down(made, words="The price is not held.", by=place.actor("board_member"), at=ON)
    assert "Declare what the meeting decided" in chair.get(page).text


def test_a_cancelled_meeting_asks_for_no_vote_and_is_no_step_forward(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    item, _ = before_the_panel(place, sitting(place))
    board, today = place.actor("board_member"), ON.date()
    assert work.to_vote_on(board, today) == [item]
    cancel_meeting(item.meeting, reason="Snow.", by=keeper(place), at=on_day(3))
    assert work.to_vote_on(board, today) == []
    assert work.next_steps([item.proposal], on_day(4).date())[item.proposal_id] == "Have the chair decide it alone"
    assert "The meeting is cancelled." in sign_in("practice_manager").get(f"/proposals/{item.proposal.code}/").text


def test_a_meeting_on_which_votes_are_cast_is_neither_moved_nor_cancelled(place: Any) -> None:
    item, _ = before_the_panel(place, sitting(place))
    voted(place, item, "approve", "board_member")
    keeps, later = keeper(place), MEETS + timedelta(days=7)
    with pytest.raises(RefusedInput, match="Votes are cast"):
        move_meeting(item.meeting, meets_on=later, papers_due_on=PAPERS, by=keeps, at=ON)
    with pytest.raises(RefusedInput, match="Votes are cast"):
        cancel_meeting(item.meeting, reason="Snow.", by=keeps, at=ON)
    item.meeting.refresh_from_db()
    assert (item.meeting.meets_on, item.meeting.state) == (MEETS, "planned")
    assert not Notice.objects.filter(subject__contains="its meeting of").exists()


def test_authors_and_members_are_told_once_what_becomes_of_their_meeting(place: Any) -> None:
    item, _ = before_the_panel(place, sitting(place))
    off, handler = before_the_panel(place, item.meeting.panel, title="Taken off")
    meetings.take_off_agenda(off, by=handler, at=on_day(1))
    keeps, later, meeting = keeper(place), MEETS + timedelta(days=7), item.meeting
    for _ in range(2):  # pressed twice
        move_meeting(meeting, meets_on=later, papers_due_on=PAPERS, by=keeps, at=on_day(2))
    cancel_meeting(meeting, reason="Snow.", by=keeps, at=on_day(3))
    undo_cancelling(meeting, by=keeps, at=on_day(4))
    code, told = item.proposal.code, Notice.objects.filter(subject__contains="its meeting of")
    people = {place.actor(role).person_id for role in (*VOTING, "practice_manager")}
    assert {each.person_id for each in told} == people
    assert sorted(told.values_list("subject", flat=True).filter(person=place.actor("board_member").person_id)) == [
        f"{code}: its meeting of 18 June 2009 has moved",
        f"{code}: its meeting of 25 June 2009 is cancelled",
        f"{code}: its meeting of 25 June 2009 is held after all",
    ]
    assert told.count() == 3 * len(people)
    assert "is on 25 June 2009 now, and takes papers until 4 June 2009" in told.order_by("id")[0].body


def test_of_what_came_back_too_late_for_the_meeting_the_chair_decides_alone(place: Any) -> None:
    sitting(place)  # on 18 June; papers until 4 June
    waits, chair = submitted(place, route="standard", pence=10_000_000), place.actor("non_executive")
    declared(waits, chair)
    with pytest.raises(RefusedInput, match="no meeting falls inside"):
        meetings.act_as_chair(waits, NO, by=chair, at=on_day(20))
    Proposal.everywhere.filter(id=waits.id).update(submitted_at=on_day(20))  # brought back, with the day it had first
    meetings.act_as_chair(waits, NO, by=chair, at=on_day(20))
    assert state_of(waits) == "refused"


def test_a_seat_does_not_end_with_time_itself(place: Any) -> None:
    member = sitting(place).members.first()
    with pytest.raises(RefusedInput, match="end of time"):
        end_seat(member, last_day=date.max, by=keeper(place), at=ON)


def test_papers_are_not_due_before_time_itself(place: Any, sign_in: Callable[..., Client]) -> None:
    sitting(place)
    answer = sign_in("commissioning_manager").post("/panels/ZPA/meetings/plan/", {"days": "0001-01-01", "lead": "10"})
    assert (answer.status_code, "must be the day of a meeting" in answer.text) == (400, True)
