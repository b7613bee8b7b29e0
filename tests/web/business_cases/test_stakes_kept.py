"""A stake somebody declared, and what was weighed with a reason, outlast what the register finds, an end, and a new code."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.web.business_cases.test_conflicts import levels
from tests.web.business_cases.test_fair_appeals import appealed, colleague, works_at_owner
from tests.web.business_cases.test_found_in_time import LATER, of
from tests.web.business_cases.waiting import handler_of, on_day, person_of, submitted
from tests.web.conftest import BEGAN
from tests.web.governance.matrix import interest_of

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.actions import coming_back, recusing
from pbc_web.business_cases.actions.looking import look_daily
from pbc_web.business_cases.models import Author, Proposal, Recusal
from pbc_web.business_cases.queries.conflicts import kept_from
from pbc_web.business_cases.queries.in_sight import proposals_for
from pbc_web.business_cases.telling import tell
from pbc_web.governance.actions import InterestFacts, declare_interest
from pbc_web.notices.models import Notice

STAKE = {"says": "something", "words": "A share."}


def live(proposal: Proposal, who: Actor) -> Recusal:
    return Recusal.objects.get(proposal=proposal, person=who.person_id, ended_at__isnull=True)


def withdrawn(place: Any, proposal: Proposal) -> Proposal:
    coming_back.withdraw(proposal, reason="Not yet.", by=place.actor("practice_manager"), at=on_day(7))
    return Proposal.everywhere.get(id=proposal.id)


def came_back(place: Any, first: Proposal) -> Proposal:
    """It waits again under a new code, looked at as submission does."""
    made = coming_back.bring_back(first, by=place.actor("practice_manager"), at=on_day(10))
    waits = {
        name: getattr(first, name) for name in ("route", "yearly_pence", "submitted_by", "first_submitted_on", "due_on")
    }
    Proposal.everywhere.filter(id=made.id).update(state="submitted", submitted_at=on_day(11), **waits)
    made.refresh_from_db()
    recusing.find_as_submitted(made, on_day(11))
    return made


@pytest.mark.parametrize("is_declared_first", [True, False])
def test_a_wrong_tie_that_is_ended_leaves_the_stake_that_was_declared(place: Any, is_declared_first: bool) -> None:
    member, waits = place.actor("committee_member"), submitted(place)
    handler = handler_of(place, waits)
    if is_declared_first:
        recusing.declare(waits, **STAKE, by=member, at=on_day(1))
        interest_of(member, place["ZPA"], about=place["ZA0001"])
    else:
        interest_of(member, place["ZPA"], about=place["ZA0001"])
        recusing.declare(waits, **STAKE, by=member, at=on_day(1))
    found = live(waits, member)
    assert (found.level, found.source) == ("no_papers", "declared" if is_declared_first else "detected")
    assert ("Declared" in found.reason, "Is tied" in found.reason) == (is_declared_first, True)
    recusing.end_recusal(found, reason="Another of that name.", by=handler, at=on_day(2))
    left = live(waits, member)
    assert (left.level, left.source, left.because) == ("leaves", "declared", [])
    recusing.find_conflicts(waits, at=on_day(3))
    assert live(waits, member) == left
    recusing.end_recusal(left, reason="The share was sold.", by=handler, at=on_day(4))
    assert levels(waits) == {}
    interest_of(member, place["ZPA"], about=place["ZA0001"], tie="director")
    recusing.end_recusal(live(waits, member), reason="Nor that.", by=handler, at=on_day(6))
    assert levels(waits) == {}  # the stake was settled before


def test_a_level_set_by_hand_that_is_ended_leaves_a_stake_nobody_settled(place: Any) -> None:
    member, other, waits = place.actor("committee_member"), place.actor("board_member"), submitted(place)
    handler = handler_of(place, waits)
    for each in (member, other):
        recusing.declare(waits, **STAKE, by=each, at=on_day(1))
    interest_of(member, place["ZPA"], about=place["ZA0001"])
    for each in (member, other):
        made = recusing.keep_away(
            waits, person_id=each.person_id, level="may_speak", reason="Small.", by=handler, at=on_day(2)
        )
        recusing.end_recusal(made, reason="Nothing is left.", by=handler, at=on_day(3))
    assert levels(waits) == {member.name: "leaves"}  # of the other the stake itself was weighed as the level was set


def test_the_page_says_that_a_stake_is_left(place: Any, sign_in: Callable[..., Client]) -> None:
    member, waits = place.actor("committee_member"), submitted(place)
    handler_of(place, waits)
    recusing.declare(waits, **STAKE, by=member, at=on_day(1))
    interest_of(member, place["ZPA"], about=place["ZA0001"])
    with time_machine.travel(on_day(2), tick=False):
        client = sign_in("commissioning_manager")
        for left in (True, False):
            page = f"/proposals/{waits.code}/handle/end-recusal/{live(waits, member).id}/"
            told = client.post(page, {"reason": "Wrong."}, follow=True).text
            assert ("They declared a stake, and are kept away by that." in told) is left
            assert "This keeps them away no longer" in told


def test_a_wrong_finding_on_what_is_withdrawn_is_ended_by_its_link(place: Any, sign_in: Callable[..., Client]) -> None:
    member, waits = place.actor("committee_member"), submitted(place)
    handler_of(place, waits)
    interest_of(member, place["ZPA"], about=place["ZA0001"])
    withdrawn(place, waits)
    with time_machine.travel(on_day(8), tick=False):
        client = sign_in("commissioning_manager")
        end = f"/proposals/{waits.code}/handle/end-recusal/{live(waits, member).id}/"
        shown = client.get(f"/proposals/{waits.code}/").text
        assert (end in shown, "Keep somebody away" in shown) == (True, False)
        assert client.post(end, {"reason": "Another of that name."}).status_code == 302
    assert levels(waits) == {}


def test_what_keeps_the_regions_people_from_an_appeal_is_ended_by_nobody(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    region, member = place.actor("performance_manager"), place.actor("committee_member")
    works_at_owner(place, region)
    proposal, _ = appealed(place)
    interest_of(member, place["ZPA"], about=place["ZA0001"])
    kept = live(proposal, region)
    with pytest.raises(RefusedInput, match="neither side of an appeal"):
        recusing.end_recusal(kept, reason="Ours.", by=place.actor("commissioning_manager"), at=on_day(5))
    with time_machine.travel(on_day(5), tick=False):
        shown = sign_in("commissioning_manager").get(f"/proposals/{proposal.code}/").text
    assert f"end-recusal/{kept.id}/" not in shown
    assert f"end-recusal/{live(proposal, member).id}/" in shown


def test_what_was_ended_with_a_reason_stays_ended_under_a_new_code_until_a_new_tie(place: Any) -> None:
    member, waits = place.actor("committee_member"), submitted(place)
    handler = handler_of(place, waits)
    interest_of(member, place["ZPA"], about=place["ZA0001"])
    recusing.end_recusal(live(waits, member), reason="A tenth of a share.", by=handler, at=on_day(2))
    back = came_back(place, withdrawn(place, waits))
    assert levels(back) == {}
    interest_of(member, place["ZPA"], about=place["ZA0001"], tie="director")
    assert levels(back) == {member.name: "no_papers"}


def test_a_stake_declared_and_found_comes_along_to_a_new_code_and_a_tie_that_is_over_does_not(place: Any) -> None:
    member, other, waits = place.actor("committee_member"), place.actor("board_member"), submitted(place)
    recusing.declare(waits, **STAKE, by=member, at=on_day(1))
    for each in (member, other):
        interest_of(each, place["ZPA"], about=place["ZA0001"], ends_before=LATER)
    assert set(levels(waits).values()) == {"no_papers"}
    back = came_back(place, withdrawn(place, waits))
    assert levels(back) == {member.name: "leaves"}


def test_whoever_of_the_region_is_kept_away_is_so_under_the_new_code_too(place: Any) -> None:
    region, other = place.actor("performance_manager"), colleague(place)
    works_at_owner(place, region)
    proposal, _ = appealed(place)
    back = came_back(place, proposal)
    assert back not in proposals_for(region)
    assert back in proposals_for(other)
    works_at_owner(place, other)  # found in the appeal, which is open still, after it had come back
    assert of(proposal, other)
    look_daily(on_day(30))
    assert back not in proposals_for(other)


@pytest.mark.parametrize("came_back_times", [1, 2])
def test_nobody_who_is_kept_away_is_told_of_an_earlier_code_but_its_authors(place: Any, came_back_times: int) -> None:
    member, board, gp = (place.actor(role) for role in ("committee_member", "board_member", "gp"))
    first = last = submitted(place)
    Author.objects.create(proposal=first, person_id=gp.person_id, added_by_id=gp.person_id, added_at=on_day(1))
    for _ in range(came_back_times):
        last = came_back(place, withdrawn(place, last))
    for each, level in ((member, "no_papers"), (board, "leaves"), (gp, "no_papers")):
        told = {"level": level, "source": "chair", "reason": "A stake.", "at": on_day(12)}
        Recusal.objects.create(proposal=last, person_id=each.person_id, **told)
    Notice.objects.all().delete()
    people = [person_of(each) for each in (member, board, gp)]
    tell(people, first, subject="A file", body="A file was added.", key="file", at=on_day(13))
    assert set(Notice.objects.values_list("person", flat=True)) == {board.person_id, gp.person_id}
    with CaptureQueriesContext(connection) as seen:
        kept_from(first)
    assert len(seen) == came_back_times + 2  # one for each code, and who is kept away


def test_an_interest_declared_elsewhere_keeps_the_regions_people_from_appeals_at_once(place: Any) -> None:
    region = place.actor("performance_manager")
    place.organisations["ZPB"].upward.filter(relation="commissioner_region").update(parent=place["ZSHA"])
    proposal, _ = appealed(place)
    facts = InterestFacts("financial", "partner", place["ZA0001"], "A share.", BEGAN)
    declare_interest(
        facts, holder=person_of(region), register=place["ZPB"], declared_on=on_day(5).date(), at=on_day(5),
        by=place.actor("commissioning_manager", world="B"),
    )  # fmt: skip
    assert of(proposal, region)
