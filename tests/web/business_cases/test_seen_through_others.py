"""Whoever views as somebody sees what both may see: what is kept from either is hidden, and they declare themselves."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.test import Client
from django.urls import reverse
from tests.web.business_cases.matrix import AT
from tests.web.business_cases.opened import decided, lines
from tests.web.business_cases.test_kept_away_everywhere import kept_away
from tests.web.business_cases.waiting import declared, on_day, submitted
from tests.web.conftest import TESTS

from pbc.periods import FinancialYear
from pbc_web.accounts.actions import appoint
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.queries import VIEWING, acting_as
from pbc_web.business_cases.actions.ideas import answer_idea, put_idea
from pbc_web.business_cases.models import Declaration, Proposal
from pbc_web.business_cases.queries.conflicts import must_declare, withheld_codes
from pbc_web.business_cases.queries.ideas import ideas_for
from pbc_web.business_cases.queries.intentions import waiting_lines
from pbc_web.business_cases.watches import watch_due_dates
from pbc_web.notices.actions import notify
from pbc_web.notices.queries import escalations_seen_by, not_read
from pbc_web.notices.tasks import notice_tasks


def through(place: Any, role: str) -> Actor:
    """The administrator, viewing as somebody."""
    seen = acting_as(place.appointment("administrator").person, {VIEWING: place.appointment(role).id})
    assert seen is not None
    return seen


def viewing(place: Any, sign_in: Callable[..., Client], role: str) -> Client:
    client = sign_in("administrator")
    client.post(reverse("view_as", args=[place.appointment(role).id]), {"reason": "they asked for help"})
    return client


def test_trail_and_escalations_hide_what_is_kept_from_the_viewer(place: Any, sign_in: Callable[..., Client]) -> None:
    waits, administrator = submitted(place), place.appointment("administrator").person
    declared(waits, place.actor("board_member"))
    place.actor("performance_manager")
    watch_due_dates(on_day(57))
    board, seen = viewing(place, sign_in, "board_member"), through(place, "commissioning_manager")
    assert waits.code in board.get("/audit/").text
    assert escalations_seen_by(seen).exists()
    kept_away(waits, administrator.id)
    assert waits.code not in board.get("/audit/").text
    assert waits.code not in board.post("/audit/csv/").text
    assert not escalations_seen_by(seen).exists()
    assert waits.code in sign_in("board_member").get("/audit/").text


def test_what_is_kept_from_the_person_viewed_is_hidden_too(place: Any) -> None:
    waits = submitted(place)
    kept_away(waits, place.actor("board_member").person_id)
    assert withheld_codes(*through(place, "board_member").eyes) == [waits.code]
    assert withheld_codes(*through(place, "finance_manager").eyes) == []


def test_ideas_and_lines_of_plans_hide_it_too_of_its_own_organisation_as_well(place: Any) -> None:
    handler, gp, administrator = (
        place.actor("commissioning_manager"),
        place.actor("gp"),
        place.appointment("administrator"),
    )
    idea = put_idea(title="Feet of all", words="A clinic.", commissioner=place["ZPA"], by=gp, at=AT)
    taken = answer_idea(idea, move="take_up", answer="", by=handler, at=AT)
    made, year = decided(place, kind="plan", title="Year", answers=lines("Feet")), FinancialYear(2009)
    seen = through(place, "commissioning_manager")
    assert waiting_lines(seen, place["ZPA"], year)
    assert ideas_for(through(place, "gp")).exists()
    kept_away(made, administrator.person_id)
    kept_away(Proposal.everywhere.get(id=taken.proposal_id), administrator.person_id)
    assert waiting_lines(seen, place["ZPA"], year) == []
    assert not ideas_for(through(place, "gp")).exists()
    assert ideas_for(gp).exists()


def test_whoever_views_as_somebody_who_declared_has_declared_nothing(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    waits, finance = submitted(place, title="Quiet title"), place.actor("finance_manager")
    administrator = place.appointment("administrator").person
    declared(waits, finance)
    assert not must_declare(finance, waits)
    assert must_declare(through(place, "finance_manager"), waits)
    page = viewing(place, sign_in, "finance_manager").get(f"/proposals/{waits.code}/")
    assert (page.status_code, "have not declared themselves" in page.text) == (409, True)
    assert "opens no proposal through somebody of its commissioner, unless they hold a role of their own" in page.text
    Declaration.objects.create(proposal=waits, person=administrator, says="nothing", at=on_day(1))
    assert not must_declare(through(place, "finance_manager"), waits)
    assert viewing(place, sign_in, "finance_manager").get(f"/proposals/{waits.code}/").status_code == 200
    assert must_declare(through(place, "board_member"), waits)  # who has not declared


def test_through_the_eyes_of_a_practice_only_who_works_for_the_commissioner_declares(place: Any) -> None:
    waits, administrator = submitted(place), place.appointment("administrator").person
    assert not must_declare(through(place, "gp"), waits)
    appoint(
        administrator,
        role_code="finance_manager",
        organisation=place["ZPA"],
        starts_on=date(2005, 1, 1),
        by=TESTS,
        at=AT,
    )
    assert must_declare(through(place, "gp"), waits)


def test_what_somebody_was_told_is_for_their_own_eyes(place: Any) -> None:
    gp, told = place.actor("gp"), {"kind": "proposal", "body": "So.", "link": "/proposals/", "at": on_day(1)}
    notify(place.appointment("gp").person, subject="Answered: your question about it", key="one", **told)
    seen = through(place, "gp")
    assert (not_read(gp), not_read(seen)) == (1, 0)
    assert [len(list(notice_tasks(each, on_day(1).date()))) for each in (gp, seen)] == [1, 0]
