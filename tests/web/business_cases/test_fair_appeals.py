"""Whoever judges an appeal declares first and is tied to nothing it concerns; somebody else of the region judges it otherwise."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from tests.web.business_cases.test_found_in_time import of
from tests.web.business_cases.test_seen_through_others import through
from tests.web.business_cases.waiting import NO, declared, handler_of, on_day, person_of, submitted
from tests.web.conftest import BEGAN, TESTS
from tests.web.governance.matrix import interest_of

from pbc.errors import RefusedInput
from pbc_web.accounts.actions import appoint
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.models import Person
from pbc_web.accounts.queries import acting_as
from pbc_web.business_cases.actions import afterwards, deciding
from pbc_web.business_cases.actions.looking import look_daily
from pbc_web.business_cases.models import Appeal, Decision, Declaration, Proposal, Recusal
from pbc_web.business_cases.queries.conflicts import must_declare
from pbc_web.business_cases.queries.work import appeals_to_judge
from pbc_web.notices.models import Notice

JUDGE = {"state": "upheld", "reasons": "The price was right."}
LATER = date(2009, 6, 10)


def refused(place: Any) -> Proposal:
    waits = submitted(place)
    deciding.decide_as_officer(waits, NO, by=handler_of(place, waits), at=on_day(3))
    return Proposal.everywhere.get(id=waits.id)


def appealed(place: Any) -> tuple[Proposal, Appeal]:
    proposal = refused(place)
    made = Decision.objects.get(proposal=proposal)
    return proposal, afterwards.appeal(made, words="It is cheap.", by=place.actor("practice_manager"), at=on_day(4))


def colleague(place: Any, name: str = "Second", **other: Any) -> Actor:
    """Another person of the region who judges appeals, or in another role."""
    person = Person.objects.create_user(f"{name}@example.invalid", name=name)
    told = {"role_code": "performance_manager", "organisation": place["ZSHA"]} | other
    appoint(person, **told, starts_on=BEGAN, by=TESTS, at=on_day(-9))
    actor = acting_as(person, {})
    assert actor is not None
    return actor


def works_at_owner(place: Any, who: Actor, *, starts_on: date = BEGAN) -> None:
    """They are also a GP of the practice whose case it is."""
    told = {"role_code": "gp", "organisation": place["ZA0001"], "starts_on": starts_on}
    appoint(person_of(who), **told, by=TESTS, at=on_day(-1))


def test_papers_of_what_is_appealed_open_to_the_region_after_declaring(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    proposal, region = refused(place), place.actor("performance_manager")
    with time_machine.travel(on_day(5), tick=False):
        client = sign_in("performance_manager")
        page, arbitrate, declare = (f"/proposals/{proposal.code}/{each}" for each in ("", "arbitrate/", "declare/"))
        assert client.get(page).status_code == 200  # nothing is put to them yet
        afterwards.appeal(proposal.decision, words="Why?", by=place.actor("practice_manager"), at=on_day(4))
        for each in (page, arbitrate):
            assert client.get(each).headers["Location"] == declare
        with pytest.raises(RefusedInput, match="declared whether they have a stake"):
            afterwards.judge_appeal(Appeal.objects.get(), **JUDGE, by=region, at=on_day(5))
        assert client.post(arbitrate, JUDGE).headers["Location"] == declare
        assert "Whose it is" in client.get(declare).text
        assert client.post(declare, {"says": "nothing", "words": ""}).headers["Location"] == page
        assert arbitrate in client.get(page).text
        assert client.post(arbitrate, JUDGE).status_code == 302
    assert Appeal.objects.get().state == "upheld"
    assert not must_declare(place.actor("performance_manager", world="B"), refused(place))
    assert must_declare(colleague(place), proposal)  # of what was judged too
    assert must_declare(through(place, "performance_manager"), proposal)


def test_whoever_declares_a_stake_has_no_task_and_does_not_judge_and_another_does(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    (proposal, made), region, other = appealed(place), place.actor("performance_manager"), colleague(place)
    declared(proposal, other)
    arbitrate = f"/proposals/{proposal.code}/arbitrate/"
    with time_machine.travel(on_day(5), tick=False):
        client = sign_in("performance_manager")
        assert arbitrate in client.get("/").text
        said = {"says": "something", "words": "My sister is a partner."}
        told = client.post(f"/proposals/{proposal.code}/declare/", said, follow=True).text
        assert "You take no part in deciding on it." in told
        assert arbitrate not in told
        assert arbitrate not in client.get("/").text
        refusal = client.post(arbitrate, JUDGE)
    assert refusal.status_code == 409
    assert "Somebody else of the region judges it." in refusal.text
    assert not appeals_to_judge(region)
    assert list(appeals_to_judge(other)) == [made]
    afterwards.judge_appeal(made, **JUDGE, by=other, at=on_day(6))
    assert Appeal.objects.get().judged_by_id == other.person_id


def test_whoever_is_tied_is_told_nothing_of_the_appeal_and_opens_no_papers(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    region, other = place.actor("performance_manager"), colleague(place)
    works_at_owner(place, other)
    proposal, _ = appealed(place)
    assert of(proposal, other)
    told = Notice.objects.filter(link=f"/proposals/{proposal.code}/", subject__startswith="Appeal against")
    assert {each.person_id for each in told} == {region.person_id, place.actor("commissioning_manager").person_id}
    assert not of(proposal, region)


def test_a_tie_that_begins_before_it_is_judged_is_found_and_stands(place: Any) -> None:
    region = place.actor("performance_manager")
    proposal, made = appealed(place)
    declared(proposal, region)
    works_at_owner(place, region, starts_on=LATER)
    assert not of(proposal, region)
    with pytest.raises(RefusedInput, match="kept away"):
        afterwards.judge_appeal(made, **JUDGE, by=region, at=on_day(9))
    assert (of(proposal, region), Appeal.objects.get().state) == (True, "open")
    other = colleague(place)
    declared(proposal, other)
    afterwards.judge_appeal(made, **JUDGE, by=other, at=on_day(9))


def test_ties_are_found_once_a_day_and_with_a_new_role_or_interest_until_it_is_judged(place: Any) -> None:
    region, other, handler = place.actor("performance_manager"), colleague(place), place.actor("commissioning_manager")
    proposal, made = appealed(place)
    works_at_owner(place, other, starts_on=BEGAN)
    assert of(proposal, other)
    interest_of(handler, place["ZPA"], about=place["ZA0001"])
    assert of(proposal, handler)
    works_at_owner(place, region, starts_on=LATER)
    look_daily(on_day(8))
    assert not of(proposal, region)
    look_daily(on_day(9))
    assert of(proposal, region)
    third = colleague(place, "Third")
    declared(proposal, third)
    afterwards.judge_appeal(made, **JUDGE, by=third, at=on_day(9))
    Recusal.objects.all().delete()
    look_daily(on_day(10))
    assert not Recusal.objects.exists()


@pytest.mark.database
def test_the_database_refuses_a_judgement_of_whoever_takes_no_part(place: Any) -> None:
    (proposal, made), region = appealed(place), place.actor("performance_manager")
    judged = {"state": "upheld", "reasons": "So.", "judged_by_id": region.person_id, "judged_at": on_day(5)}
    with pytest.raises(IntegrityError, match="takes no part"), transaction.atomic():
        Appeal.objects.filter(id=made.id).update(**judged)
    Declaration.objects.create(proposal=proposal, person_id=region.person_id, says="nothing", at=on_day(4))
    kept = Recusal.objects.create(
        proposal=proposal, person_id=region.person_id, level="may_speak", source="chair", reason="So.", at=on_day(4)
    )
    with pytest.raises(IntegrityError, match="takes no part"), transaction.atomic():
        Appeal.objects.filter(id=made.id).update(**judged)
    kept.delete()
    assert Appeal.objects.filter(id=made.id).update(**judged) == 1
