"""A tie is found and stands though the act in which it shows is refused, and on the day it begins though nobody acts."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.web.business_cases.sittings import ON, before_the_panel, neighbours, sitting, state_of
from tests.web.business_cases.waiting import YES, declared, handler_of, on_day, person_of, submitted
from tests.web.governance.matrix import interest_of

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.models import Appointment
from pbc_web.business_cases.actions import deciding, meetings, recusing, reviewing
from pbc_web.business_cases.actions.looking import look_daily
from pbc_web.business_cases.models import Decision, Proposal, Recommendation, Recusal, Review, Score, Vote
from pbc_web.business_cases.queries.in_sight import proposals_for
from pbc_web.notices.clock import WATCHES

LATER = date(2009, 6, 10)  # nine days after it was submitted


def of(proposal: Proposal, who: Actor) -> bool:
    return Recusal.objects.filter(proposal=proposal, person=who.person_id, ended_at__isnull=True).exists()


def tied_later(place: Any, *actors: Actor) -> None:
    """Each declares today shares that they take on a day to come."""
    for each in actors:
        interest_of(each, place["ZPA"], about=place["ZA0001"], starts_on=LATER)


def test_an_officer_who_may_not_decide_is_kept_away_from_then_on(place: Any) -> None:
    waits = submitted(place)
    handler = handler_of(place, waits)
    tied_later(place, handler)
    with pytest.raises(RefusedInput, match="kept away"):
        deciding.decide_as_officer(waits, YES, by=handler, at=on_day(9))
    assert (of(waits, handler), Decision.objects.exists()) == (True, False)


def test_a_reviewer_who_may_not_be_asked_and_one_who_may_not_score(place: Any) -> None:
    waits, asked, other = submitted(place), place.actor("public_health"), place.actor("contracts_manager")
    handler = handler_of(place, waits)
    declared(waits, asked)
    review = reviewing.assign(waits, person=person_of(asked), by=handler, at=on_day(1))
    tied_later(place, asked, other)
    marks = {name: (2, "So.") for name in ("need", "benefit", "money", "safety", "fairness")}
    with pytest.raises(RefusedInput, match="kept away"):
        reviewing.score(review, marks=marks, by=asked, at=on_day(9))
    assert (of(waits, asked), Score.objects.exists()) == (True, False)
    Recusal.objects.all().delete()
    with pytest.raises(RefusedInput):
        reviewing.assign(waits, person=person_of(other), by=handler, at=on_day(9))
    assert (of(waits, other), Review.objects.count()) == (True, 1)


def test_a_member_who_may_not_vote_and_a_chair_who_may_not_declare_the_result(place: Any) -> None:
    item, _ = before_the_panel(place, sitting(place))
    board, chair = place.actor("board_member"), place.actor("non_executive")
    declared(item.proposal, board, chair)
    tied_later(place, board)
    with pytest.raises(RefusedInput, match="kept away"):
        meetings.vote(item, says="approve", by=board, at=ON)
    assert (of(item.proposal, board), Vote.objects.exists()) == (True, False)
    tied_later(place, chair)
    with pytest.raises(RefusedInput):
        meetings.decide_at_meeting(item, YES, by=chair, at=ON)
    with pytest.raises(RefusedInput, match="no meeting falls"):
        meetings.act_as_chair(item.proposal, YES, by=chair, at=ON)
    assert (of(item.proposal, chair), state_of(item.proposal)) == (True, "submitted")


def test_a_second_person_and_whoever_recommended(place: Any) -> None:
    waits, board = submitted(place, pence=30_000_000), place.actor("board_member")
    handler = handler_of(place, waits)
    declared(waits, board)
    made = deciding.decide_as_officer(waits, YES, by=handler, at=on_day(1))
    assert isinstance(made, Recommendation)
    tied_later(place, handler)
    Appointment.objects.filter(person=handler.person_id).update(
        ends_before=LATER
    )  # and left, so that only the deed ties
    with pytest.raises(RefusedInput, match="kept away"):
        deciding.confirm(made, by=board, at=on_day(9))
    assert (of(waits, handler), of(waits, board)) == (True, False)


def test_the_panel_that_would_stand_in_and_nobody_of_a_practice(place: Any) -> None:
    panel = sitting(place)
    neighbours(place, panel)
    away, waits = place.actor("board_member", world="B"), submitted(place, route="standard", pence=10_000_000)
    interest_of(away, place["ZPB"], about=place["ZA0001"])
    with pytest.raises(RefusedInput, match="cannot be set before"):
        meetings.put_on_agenda(waits, meeting=panel.meetings.get(), by=handler_of(place, waits), at=on_day(30))
    assert of(waits, away)
    gp = place.actor("gp")
    with pytest.raises(RefusedInput, match="handles the commissioner"):
        deciding.decide_as_officer(waits, YES, by=gp, at=on_day(1))
    assert not of(waits, gp)


def test_each_day_all_that_waits_is_looked_at_once_and_again_after_days_without_a_look(place: Any) -> None:
    waits, member, later = submitted(place), place.actor("committee_member"), place.actor("board_member")
    look_daily(on_day(0))
    tied_later(place, member)
    look_daily(on_day(0) + timedelta(hours=2))
    look_daily(on_day(8))
    assert not of(waits, member)
    look_daily(
        on_day(9) - timedelta(hours=9, minutes=59)
    )  # a minute past midnight in London, and still the day before elsewhere
    assert of(waits, member)
    interest_of(later, place["ZPA"], about=place["ZA0001"], starts_on=date(2009, 6, 12))
    look_daily(on_day(30))
    assert of(waits, later)
    assert WATCHES["ties"] is look_daily


def test_whoever_declared_a_stake_sees_no_papers_either_once_a_tie_is_found(place: Any) -> None:
    waits, member, set_by_hand = submitted(place), place.actor("committee_member"), place.actor("board_member")
    for each in (member, set_by_hand):
        recusing.declare(waits, says="something", words="A share, soon.", by=each, at=on_day(1))
    handler = handler_of(place, waits)
    given = {"level": "may_speak", "reason": "A small one.", "by": handler, "at": on_day(2)}
    recusing.keep_away(waits, person_id=set_by_hand.person_id, **given)
    assert waits in proposals_for(member)
    tied_later(place, member, set_by_hand)
    look_daily(on_day(9))
    assert waits not in proposals_for(member)
    row = Recusal.objects.get(person=member.person_id)
    assert (row.level, row.source, row.at, len(row.because)) == ("no_papers", "declared", on_day(1), 1)
    assert waits in proposals_for(set_by_hand)  # somebody weighed it, and it is theirs to weigh again
    look_daily(on_day(10))
    assert Recusal.objects.filter(person=member.person_id).count() == 1


def test_what_is_decided_is_left_and_each_that_waits_takes_few_questions(place: Any) -> None:
    first, member = submitted(place), place.actor("committee_member")
    deciding.decide_as_officer(first, YES, by=handler_of(place, first), at=on_day(1))
    tied_later(place, member)

    def asked(act: Callable[[], Any]) -> int:
        with CaptureQueriesContext(connection) as seen:
            act()
        return len(seen)

    none = asked(lambda: look_daily(on_day(2)))
    for number in range(3):
        submitted(place, title=f"Clinic {number}")
    three = asked(lambda: look_daily(on_day(3)))
    assert three - none <= 3 * 22
    look_daily(on_day(9))
    assert not of(first, member)
    assert Recusal.objects.count() == 3
