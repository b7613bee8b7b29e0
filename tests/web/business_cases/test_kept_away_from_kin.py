"""Whoever is kept away from a proposal learns of it by none of its kin: what it came back from, what it replaces, whom it names."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.web.business_cases.matrix import AT
from tests.web.business_cases.sittings import ON, VOTING, before_the_panel, held, neighbours, sitting, voted
from tests.web.business_cases.test_kept_away_everywhere import kept_away, told_in_trail
from tests.web.business_cases.waiting import YES, declared, handler_of, on_day, submitted
from tests.web.conftest import BEGAN, TESTS
from tests.web.governance.matrix import interest_of
from tests.web.panels.matrix import seated

from pbc.errors import RefusedInput
from pbc_web.accounts.actions import appoint
from pbc_web.accounts.models import Person
from pbc_web.business_cases.actions import afterwards, coming_back, deciding, meetings, recusing
from pbc_web.business_cases.actions.ideas import answer_idea, put_idea
from pbc_web.business_cases.models import Concerned, Proposal, Recusal
from pbc_web.business_cases.queries.conflicts import withheld_codes
from pbc_web.business_cases.queries.ideas import ideas_for
from pbc_web.business_cases.queries.in_sight import proposals_for
from pbc_web.business_cases.watches import watch_due_dates
from pbc_web.notices.models import Notice
from pbc_web.notices.queries import escalations_seen_by

WAITS = ("state", "route", "submitted_at", "first_submitted_on", "due_on", "yearly_pence", "submitted_by_id")


def came_back(place: Any, before: Proposal, *, day: int) -> Proposal:
    """Withdrawn and brought back under a new code, on the same clock."""
    author = place.actor("practice_manager")
    held = {name: getattr(before, name) for name in WAITS}
    made = coming_back.bring_back(
        coming_back.withdraw(before, reason="Not yet.", by=author, at=on_day(day)), by=author, at=on_day(day)
    )
    Proposal.everywhere.filter(id=made.id).update(**held)
    return Proposal.everywhere.get(id=made.id)


def test_what_it_came_back_from_is_hidden_with_it_however_often(place: Any, sign_in: Callable[..., Client]) -> None:
    finance, handler, gp = place.actor("finance_manager"), place.actor("commissioning_manager"), place.actor("gp")
    place.actor("performance_manager")
    first = submitted(place, title="Feet of all")
    idea = put_idea(title="Feet of all", words="A clinic.", commissioner=place["ZPA"], by=gp, at=AT)
    answer_idea(idea, move="take_up", answer="", by=handler, at=AT)
    type(idea).everywhere.filter(id=idea.id).update(proposal=first)
    watch_due_dates(on_day(57))
    told = Notice.objects.filter(person=finance.person_id, link__startswith="/notices/escalations/")
    assert told.exists()
    third = came_back(place, came_back(place, first, day=58), day=59)
    codes = [each.code for each in Proposal.everywhere.filter(owner=place["ZA0001"]).exclude(state="draft")]
    client = sign_in("finance_manager")
    assert [code in client.get("/proposals/").text for code in codes] == [True, True, True]
    assert escalations_seen_by(finance).exists()
    row = Recusal(proposal=third, person_id=finance.person_id, level="no_papers", source="chair", reason="A stake.")
    recusing._kept_away(row, by=recusing.REGISTER, at=on_day(60))
    assert withheld_codes(finance.person_id) == sorted(codes)
    for code in codes:
        assert code not in client.get("/proposals/").text
        assert client.get(f"/proposals/{code}/").status_code == 404
        assert code not in told_in_trail(finance)
    assert not escalations_seen_by(finance).exists()
    assert not told.exists()
    assert not ideas_for(finance).exists()
    assert set(proposals_for(gp).values_list("code", flat=True)) >= set(codes)


def test_by_which_it_is_replaced_is_told_to_whoever_sees_that_one(place: Any, sign_in: Callable[..., Client]) -> None:
    waits, better = submitted(place), submitted(place, title="Quiet better")
    handler = handler_of(place, waits)
    deciding.decide_as_officer(waits, YES, by=handler, at=on_day(1))
    finance = place.actor("finance_manager")
    declared(waits, finance)
    kept_away(better, handler.person_id)
    afterwards.supersede(waits, replacement=better, by=place.actor("practice_manager"), at=on_day(3))
    said = " ".join(f"{each.subject} {each.body}" for each in Notice.objects.filter(person=handler.person_id))
    assert "is replaced" in said
    for each in (better.code, better.title):
        assert each not in said
    for page in ("", "outcome/"):
        assert better.code in sign_in("finance_manager").get(f"/proposals/{waits.code}/{page}").text
        shown = sign_in("commissioning_manager").get(f"/proposals/{waits.code}/{page}").text
        assert "It is replaced by another." in shown
        assert better.code not in shown


def test_of_a_neighbour_that_stands_in_nobody_but_its_panel_is_told_that_it_waits_for_a_second(place: Any) -> None:
    panel = sitting(place)
    interest_of(place.actor("non_executive"), place["ZPA"], about=place["ZA0001"])
    waits = submitted(place, route="full", pence=30_000_000)
    other, seats = neighbours(place, panel), ("board_member", "committee_member", "non_executive")
    item = meetings.put_on_agenda(waits, meeting=other.meetings.get(), by=handler_of(place, waits), at=on_day(1))
    for each in (panel, other):
        seated(place, each, "public_health", is_voting=False)
    outside = Person.objects.create_user("outside@example.invalid", name="Outside")
    appoint(outside, role_code="board_member", organisation=place["ZPB"], starts_on=BEGAN, by=TESTS, at=on_day(0))
    held(place, item.meeting, *seats, world="B")
    voted(place, item, world="B")
    meetings.decide_at_meeting(item, YES, by=place.actor("non_executive", world="B"), at=ON)
    told = set(Notice.objects.filter(subject__contains="second person").values_list("person_id", flat=True))
    assert place.actor("board_member", world="B").person_id in told
    assert not told & {outside.id, *(place.actor("public_health", world=world).person_id for world in "AB")}


def test_of_the_commissioners_own_panel_nobody_is_told_who_may_not_confirm(place: Any) -> None:
    panel = sitting(place)
    seated(place, panel, "public_health", is_voting=False)
    item, _ = before_the_panel(place, panel, route="full", pence=30_000_000)
    held(place, item.meeting, *VOTING)
    voted(place, item)
    meetings.decide_at_meeting(item, YES, by=place.actor("non_executive"), at=ON)
    told = Notice.objects.filter(subject__contains="second person").values_list("person_id", flat=True)
    assert sorted(told) == sorted(place.actor(each).person_id for each in VOTING if each != "non_executive")


def test_whoever_is_kept_away_names_nobody_whom_it_concerns(place: Any) -> None:
    waits = submitted(place)
    handler, board = handler_of(place, waits), place.actor("board_member")
    recusing.declare(waits, says="nothing", by=board, at=on_day(1))
    Recusal.objects.create(
        proposal=waits, person_id=handler.person_id, level="may_speak", source="chair", reason="So.", at=on_day(1)
    )
    with pytest.raises(RefusedInput, match="kept away"):
        recusing.name_concerned(waits, about=place["ZA0003"], how="rivals", by=handler, at=on_day(3))
    assert not Concerned.objects.exists()
    recusing.name_concerned(
        waits, about=place["ZA0003"], how="rivals", by=place.actor("practice_manager"), at=on_day(3)
    )
    assert Concerned.objects.exists()
