"""Deciding in a real browser: its pages at 320 pixels, a member with a stake stands aside, a chair declares what a meeting decided."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from tests.web.browser.conftest import NARROW, looked_at
from tests.web.business_cases.sittings import VOTING, state_of
from tests.web.business_cases.test_reviewing import MARKS
from tests.web.business_cases.waiting import NO, at, declared, handler_of, person_of, submitted
from tests.web.panels.matrix import keeper, panel_in, seated

from pbc_web.business_cases import watches
from pbc_web.business_cases.actions import afterwards, deciding, meetings, recusing, reviewing
from pbc_web.business_cases.models import AgendaItem, Decision, Recusal
from pbc_web.panels.actions import hold_meeting, plan_meetings
from pbc_web.shell import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def before_the_panel(place: Any, began: date) -> AgendaItem:
    """A standard case before today's meeting of a panel of three."""
    panel = panel_in(place)
    for role in VOTING:
        seated(place, panel, role, is_chair=role == "non_executive")
    today = began + timedelta(days=10)
    meeting = plan_meetings(panel, [(today, began + timedelta(days=3))], by=keeper(place), at=at(began))[0]
    waits = submitted(place, on=began, route="standard", pence=10_000_000)
    return meetings.put_on_agenda(waits, meeting=meeting, by=handler_of(place, waits), at=at(began))


def test_pages_of_deciding_fit_and_are_accessible(
    place: Any, sign_in: Callable[..., Client], open_browser: Callable[..., Page]
) -> None:
    began = clock.today() - timedelta(days=10)
    item, reviewer = before_the_panel(place, began), place.actor("public_health")
    waits, handler = item.proposal, place.actor("commissioning_manager")
    declared(waits, reviewer)
    review = reviewing.assign(waits, person=person_of(reviewer), by=handler, at=at(began))
    reviewing.score(review, marks=MARKS, by=reviewer, at=at(began))
    reviewing.ask(waits, section="need", words="Whose need?", by=reviewer, at=at(began))
    recusing.name_concerned(waits, about=place["ZHA"], how="rivals", by=handler, at=at(began))
    recusing.keep_away(waits, person_id=reviewer.person_id, level="leaves", reason="A stake.", by=handler, at=at(began))
    refused, fresh = submitted(place, on=began, title="Refused"), submitted(place, on=began, title="Fresh")
    declared(refused, handler)
    deciding.decide_as_officer(refused, NO, by=handler, at=at(began))
    page = open_browser(sign_in("commissioning_manager"), width=NARROW)
    at_waits = f"/proposals/{waits.code}/"
    addresses = (
        "/proposals/due/", at_waits, f"{at_waits}handle/keep-away/", f"/proposals/{refused.code}/outcome/",
        f"/proposals/{fresh.code}/declare/",
    )  # fmt: skip
    assert looked_at(page, addresses) == dict.fromkeys(addresses, ([], 0))


def test_a_member_with_a_stake_stands_aside_and_the_chair_declares_the_result(
    place: Any, sign_in: Callable[..., Client], open_browser: Callable[..., Page]
) -> None:
    began = clock.today() - timedelta(days=10)
    item = before_the_panel(place, began)
    waits = item.proposal
    aside = open_browser(sign_in("board_member"))
    aside.goto(f"/proposals/{waits.code}/")
    aside.get_by_label("I have something to declare").check()
    aside.get_by_label("If so, what is it?").fill("My brother works for them.")
    aside.get_by_role("button", name="Declare").click()
    expect(aside.locator("main")).to_contain_text("You take no part in deciding on it.")
    expect(aside.get_by_role("link", name="Vote")).to_have_count(0)
    recusing.end_recusal(
        Recusal.objects.get(), reason="He left.", by=place.actor("commissioning_manager"), at=clock.now()
    )
    hold_meeting(
        item.meeting, present=[place.actor(each).person_id for each in VOTING], by=keeper(place), at=clock.now()
    )
    declared(waits, place.actor("committee_member"))
    for role in ("board_member", "committee_member"):
        meetings.vote(item, says="approve", by=place.actor(role), at=clock.now())
    chair = open_browser(sign_in("non_executive"))
    chair.goto(f"/proposals/{waits.code}/")
    chair.get_by_label("I have nothing to declare").check()
    chair.get_by_role("button", name="Declare").click()
    chair.get_by_role("link", name="Vote", exact=True).click()
    chair.get_by_label("Approve").check()
    chair.get_by_role("button", name="Vote").click()
    chair.get_by_role("link", name="Declare what the meeting decided").click()
    chair.get_by_label("Approved").check()
    chair.get_by_label("Reasons", exact=True).fill("It meets a need.")
    chair.get_by_role("button", name="Declare it").click()
    expect(chair.locator("main")).to_contain_text("3 to approve, 0 to refuse")
    assert state_of(waits) == "approved"


def test_a_reviewer_declares_scores_and_asks(
    place: Any, sign_in: Callable[..., Client], open_browser: Callable[..., Page]
) -> None:
    began = clock.today() - timedelta(days=10)
    waits, reviewer = submitted(place, on=began), place.actor("public_health")
    reviewing.assign(waits, person=person_of(reviewer), by=handler_of(place, waits), at=at(began))
    page = open_browser(sign_in("public_health"))
    page.goto("/")
    page.get_by_role("link", name=f"Score {waits.code}").click()
    page.get_by_label("I have nothing to declare").check()
    page.get_by_role("button", name="Declare").click()
    page.get_by_role("link", name="Score it").click()
    for question in page.get_by_role("group").all():
        question.get_by_role("radio").nth(1).check()
    for box in page.get_by_role("textbox").all():
        box.fill("It is well shown.")
    page.get_by_role("button", name="Give the scores").click()
    expect(page.locator("main")).to_contain_text("of 100")
    page.get_by_role("link", name="Ask the authors").click()
    page.get_by_label("What do you ask?").fill("Whose need is it?")
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("main")).to_contain_text("Whose need is it?")
    assert (waits.reviews.get().done_at is not None, waits.questions.get().words) == (True, "Whose need is it?")


def test_the_region_sees_who_is_late_and_judges_an_appeal(
    place: Any, sign_in: Callable[..., Client], open_browser: Callable[..., Page]
) -> None:
    began = clock.today() - timedelta(days=70)
    refused, late = submitted(place, on=began, title="Refused"), submitted(place, on=began, title="Forgotten")
    deciding.decide_as_officer(refused, NO, by=handler_of(place, refused), at=clock.now())
    afterwards.appeal(
        Decision.objects.get(proposal=refused),
        words="The price was right.",
        by=place.actor("practice_manager"),
        at=clock.now(),
    )
    watches.watch_due_dates(clock.now())
    page = open_browser(sign_in("performance_manager"))
    page.goto("/")
    expect(page.locator("main")).to_contain_text(late.code)
    page.get_by_role("link", name=f"Judge the appeal about {refused.code}").click()
    page.get_by_label("I have nothing to declare").check()
    page.get_by_role("button", name="Declare").click()
    page.get_by_role("link", name="Judge the appeal").click()
    page.get_by_label("Dismissed").check()
    page.get_by_label("Reasons").fill("It was too dear.")
    page.get_by_role("button", name="Give the judgement").click()
    page.goto("/mobilisation/times/")
    expect(page.locator("main")).to_contain_text("Within eight weeks")
    assert state_of(refused) == "refused"
