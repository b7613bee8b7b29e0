"""Where everybody who handles a proposal, or may judge an appeal, is kept away, whoever can mend it is told and may."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.web.business_cases.sittings import sitting
from tests.web.business_cases.test_conflicts import levels
from tests.web.business_cases.test_fair_appeals import JUDGE, appealed, colleague, refused, works_at_owner
from tests.web.business_cases.test_found_in_time import of
from tests.web.business_cases.test_stakes_kept import STAKE, live
from tests.web.business_cases.waiting import declared, on_day, submitted
from tests.web.governance.matrix import interest_of

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.models import Appointment
from pbc_web.business_cases.actions import afterwards, recusing
from pbc_web.business_cases.actions.looking import look_daily
from pbc_web.business_cases.watches import watch_appeals
from pbc_web.notices.clock import WATCHES
from pbc_web.notices.models import Notice

HANDLED_BY_NOBODY = "everybody who handles it is kept away"


def told(who: Actor, words: str) -> int:
    return Notice.objects.filter(person=who.person_id, subject__contains=words).count()


def tied(place: Any, *actors: Actor) -> None:
    for each in actors:
        interest_of(each, place["ZPA"], about=place["ZA0001"])


def test_the_chair_is_told_once_and_settles_it_where_every_handler_is_kept_away(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    handler, chair, board = (place.actor(role) for role in ("commissioning_manager", "non_executive", "board_member"))
    sitting(place)
    tied(place, handler)
    waits = submitted(place)
    tied(place, board)  # somebody else besides: it is not told again
    assert (told(chair, HANDLED_BY_NOBODY), told(board, HANDLED_BY_NOBODY)) == (1, 0)
    assert Notice.objects.get(person=chair.person_id).link == f"/proposals/{waits.code}/"
    declared(waits, chair)
    with time_machine.travel(on_day(2), tick=False):
        shown = sign_in("non_executive").get(f"/proposals/{waits.code}/").text
    assert f"end-recusal/{live(waits, handler).id}/" in shown
    recusing.end_recusal(live(waits, handler), reason="Another of that name.", by=chair, at=on_day(2))
    assert not of(waits, handler)


def test_where_there_is_no_chair_or_the_chair_is_tied_too_a_non_executive_settles_it(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    handler, other, member = (
        place.actor(role) for role in ("commissioning_manager", "non_executive", "committee_member")
    )
    waits = submitted(place)
    declared(waits, other, member)
    given = {"person_id": member.person_id, "level": "leaves", "reason": "A stake.", "by": other, "at": on_day(1)}
    with pytest.raises(RefusedInput, match="chair of the panel"):  # while the handler may take part
        recusing.keep_away(waits, **given)
    recusing.declare(waits, **STAKE, by=handler, at=on_day(1))  # found later, and at whatever level
    assert (told(other, HANDLED_BY_NOBODY), told(member, HANDLED_BY_NOBODY)) == (1, 0)
    with pytest.raises(RefusedInput, match="chair of the panel"):
        recusing.end_recusal(live(waits, handler), reason="Ours.", by=member, at=on_day(2))
    with time_machine.travel(on_day(2), tick=False):
        shown = sign_in("non_executive").get(f"/proposals/{waits.code}/").text
    assert f"end-recusal/{live(waits, handler).id}/" in shown
    recusing.keep_away(waits, **given)
    recusing.end_recusal(live(waits, handler), reason="Sold.", by=other, at=on_day(3))
    assert set(levels(waits)) == {member.name}


def test_it_is_told_on_the_day_the_only_other_handler_has_left_and_once(place: Any) -> None:
    handler, other = place.actor("commissioning_manager"), place.actor("non_executive")
    second = colleague(place, role_code="commissioning_manager", organisation=place["ZPA"])
    tied(place, handler)
    submitted(place)
    assert told(other, HANDLED_BY_NOBODY) == 0
    Appointment.objects.filter(person=second.person_id).update(ends_before=on_day(3).date())
    for day in (2, 3, 4):
        look_daily(on_day(day))
        assert told(other, HANDLED_BY_NOBODY) == (day > 2)


def test_a_chair_who_is_tied_is_told_nothing_and_the_other_non_executive_is(place: Any) -> None:
    handler, chair = place.actor("commissioning_manager"), place.actor("non_executive")
    sitting(place)
    person = place.appointment("committee_member").person
    Appointment.objects.filter(person=person).update(role_code="non_executive")
    tied(place, handler, chair)
    waits = submitted(place)
    assert of(waits, chair)
    assert told(chair, HANDLED_BY_NOBODY) == 0
    assert Notice.objects.filter(person=person, subject__contains=HANDLED_BY_NOBODY).count() == 1


def test_an_appeal_without_a_judge_says_so_to_both_sides_and_to_whoever_appoints(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    region, author, admin = (place.actor(r) for r in ("performance_manager", "practice_manager", "administrator"))
    handler = place.actor("commissioning_manager")
    works_at_owner(place, region)
    proposal = refused(place)
    with time_machine.travel(on_day(4), tick=False):
        page = f"/proposals/{proposal.code}/author/appeal/"
        shown = sign_in("practice_manager").post(page, {"reason": "It is cheap."}, follow=True).text
    assert "Nobody of the region is left who may judge it" in shown
    assert [told(each, "has no judge") for each in (author, handler, admin, region)] == [1, 1, 1, 0]
    assert Notice.objects.get(person=admin.person_id).link == "/people/ZSHA/"
    assert proposal.title not in Notice.objects.get(person=admin.person_id).body
    watch_appeals(on_day(5))
    assert told(admin, "has no judge") == 1


def test_the_last_judge_who_declares_a_stake_is_told_that_nobody_is_left_and_one_of_two_that_another_is(
    place: Any,
) -> None:
    (proposal, made), region, author = (
        appealed(place),
        place.actor("performance_manager"),
        place.actor("practice_manager"),
    )
    assert told(author, "has no judge") == 1  # nobody has that role yet, as they were made only now
    other = colleague(place)
    for each, says in ((region, "Somebody else of the region"), (other, "a judge has to be appointed")):
        recusing.declare(proposal, **STAKE, by=each, at=on_day(5))
        with pytest.raises(RefusedInput, match=says):
            afterwards.judge_appeal(made, **JUDGE, by=each, at=on_day(5))
    assert told(author, "has no judge") == 2
    third = colleague(place, "Third")
    declared(proposal, third)
    afterwards.judge_appeal(made, **JUDGE, by=third, at=on_day(6))


def test_an_appeal_is_reminded_of_and_told_once_when_it_is_overdue(place: Any) -> None:
    region, author = place.actor("performance_manager"), place.actor("practice_manager")
    proposal, made = appealed(place)
    subject = f"{proposal.code}: an answer to the appeal"
    watch_appeals(on_day(5))
    assert told(region, subject) == 0
    for day in (33, 34):
        watch_appeals(on_day(day))
    assert [told(each, f"{subject} was due") for each in (region, author, place.actor("commissioning_manager"))] == [
        1
    ] * 3
    declared(proposal, region)
    afterwards.judge_appeal(made, **JUDGE, by=region, at=on_day(35))
    Notice.objects.all().delete()
    watch_appeals(on_day(36))
    assert not Notice.objects.exists()
    assert WATCHES["appeals due"] is watch_appeals


def test_of_a_refusal_that_is_not_appealed_nobody_is_told(place: Any) -> None:
    proposal, handler = refused(place), place.actor("commissioning_manager")
    told_before = Notice.objects.count()
    recusing.declare(proposal, **STAKE, by=place.actor("committee_member"), at=on_day(5))
    tied(place, handler)
    assert Notice.objects.count() == told_before
