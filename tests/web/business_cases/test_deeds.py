"""A proposal as a whole: its title, who writes it, put aside and taken up, withdrawn and brought back on the clock it had."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.web.business_cases.matrix import AT, SUBMITTED_AT, draft_of, submitted_by
from tests.web.governance.matrix import person_of

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc_web.audit.models import Entry
from pbc_web.business_cases.actions import authors, coming_back, drafting
from pbc_web.business_cases.actions.submitting import seen_of, submit
from pbc_web.business_cases.models import ClockEvent, Proposal
from pbc_web.business_cases.queries.authors import authors_of, may_be_asked
from pbc_web.business_cases.queries.quick_wins import QuickWins, quick_wins_of
from pbc_web.business_cases.queries.sections import latest_of
from pbc_web.business_cases.reading_parts import head
from pbc_web.business_cases.routing import meeting_for
from pbc_web.notices.models import Notice
from pbc_web.panels.models import Meeting, Panel

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


def test_authors_are_added_join_and_leave_and_one_stays(place: Any) -> None:
    manager, gp, nurse = (place.actor(role) for role in ("practice_manager", "gp", "practice_nurse"))
    neighbour, stranger = place.actor("gp", place["ZA0002"]), place.actor("gp", world="B")
    draft = draft_of(manager, place["ZPA"])
    asked = {each.id for each in may_be_asked(draft, on=AT.date())}
    assert {gp.person_id, nurse.person_id, neighbour.person_id} <= asked
    assert not {manager.person_id, stranger.person_id} & asked
    authors.add_author(draft, person=person_of(neighbour), by=manager, at=AT)
    assert Notice.objects.get().person_id == neighbour.person_id
    authors.join(draft, by=gp, at=AT)
    assert len(authors_of(draft)) == 3
    for who, to in ((manager, stranger), (manager, gp)):
        with pytest.raises(RefusedInput, match="in your organisation or your group"):
            authors.add_author(draft, person=person_of(to), by=who, at=AT)
    with pytest.raises(RefusedInput, match="not among those who write"):
        authors.add_author(draft, person=person_of(nurse), by=nurse, at=AT)
    for outsider in (place.actor("gp", place["ZA0003"]), place.actor("pharmacist")):
        with pytest.raises(RefusedInput, match="of your own organisation"):
            authors.join(draft, by=outsider, at=AT)
    authors.leave(draft, by=manager, at=AT)
    authors.leave(draft, by=gp, at=AT)
    with pytest.raises(RefusedInput, match="the last who writes"):
        authors.leave(draft, by=neighbour, at=AT)
    verbs = list(Entry.objects.filter(verb__contains="author").values_list("verb", flat=True).order_by("number"))
    assert verbs == ["add_author", "join_authors", "leave_authors", "leave_authors"]


def test_a_co_author_of_another_practice_opens_the_draft(place: Any, sign_in: Callable[..., Client]) -> None:
    manager, neighbour = place.actor("practice_manager"), sign_in("gp", place["ZA0002"])
    draft = draft_of(manager, place["ZPA"])
    page = f"/proposals/{draft.code}/"
    assert neighbour.get(page).status_code == 404
    chosen = {"person": place.appointment("gp", place["ZA0002"]).person_id}
    client = sign_in("practice_manager")
    assert client.post(f"{page}authors/", {}).status_code == 400
    assert "writes it with you now" in client.post(f"{page}authors/", chosen, follow=True).content.decode()
    assert "Write it no longer" in neighbour.get(page).content.decode()
    neighbour.post(f"{page}leave/")
    assert neighbour.get(page).status_code == 404
    assert "Write it with them" in sign_in("gp").get(page).content.decode()
    assert "You write it with your colleagues now" in sign_in("gp").post(f"{page}join/", follow=True).content.decode()


def test_it_is_renamed_discarded_and_taken_up_again(place: Any, sign_in: Callable[..., Client]) -> None:
    manager, client = place.actor("practice_manager"), sign_in("practice_manager")
    plan, draft = draft_of(manager, place["ZPA"], kind="plan"), draft_of(manager, place["ZPA"])
    page = f"/proposals/{draft.code}/"
    assert client.post(f"{page}title/", {"title": ""}).status_code == 400
    client.post(f"{page}title/", {"title": "Feet", "parent": plan.code, "is_quick_win": "on"})
    renamed = Proposal.everywhere.get(id=draft.id)
    assert (renamed.title, renamed.parent, renamed.is_quick_win, renamed.financial_year) == (
        "Feet",
        plan,
        True,
        "2009-10",
    )
    assert 'value="Feet"' in client.get(f"{page}title/").content.decode()
    assert "Take it up again" in client.post(f"{page}move/discard/", follow=True).content.decode()
    assert client.post(f"{page}title/", {"title": "x"}).status_code == 409
    with pytest.raises(RefusedInput, match="not among those who write"):
        drafting.put_aside(renamed, move="restore", by=place.actor("gp"), at=AT)
    assert "It is a draft again" in client.post(f"{page}move/restore/", follow=True).content.decode()
    assert client.post(f"{page}move/submit/").status_code == 404
    sent = submitted_by(manager, place["ZPA"])
    with pytest.raises(RefusedInput, match="cannot be changed in this way"):
        drafting.put_aside(sent, move="discard", by=manager, at=AT)


def test_withdrawn_in_time_and_brought_back_it_keeps_its_first_day(place: Any, sign_in: Callable[..., Client]) -> None:
    manager, client = place.actor("practice_manager"), sign_in("practice_manager")
    place.actor("commissioning_manager")
    sent = submitted_by(manager, place["ZPA"])
    page = f"/proposals/{sent.code}/"
    assert client.post(f"{page}withdraw/", {}).status_code == 400
    with pytest.raises(RefusedInput, match="not among those who write"):
        coming_back.withdraw(sent, reason="No.", by=place.actor("gp"), at=AT)
    coming_back.withdraw(sent, reason="We forgot something.", by=manager, at=SUBMITTED_AT + WEEK)
    with pytest.raises(RefusedInput, match="cannot be changed in this way"):
        coming_back.withdraw(sent, reason="Twice.", by=manager, at=SUBMITTED_AT + WEEK)
    assert [each.event for each in ClockEvent.objects.all()] == ["submitted", "withdrawn_by_author"]
    assert Notice.objects.filter(subject=f"Withdrawn: {sent.code}").count() == 1
    made = coming_back.bring_back(sent, by=manager, at=SUBMITTED_AT + 2 * WEEK)
    assert (made.code, made.earlier, made.state) == ("ZPA-2009-002", sent, "draft")
    assert latest_of(made)["need"].answers == latest_of(sent)["need"].answers
    assert (
        "it keeps the day it was first submitted, 30 April 2009"
        in client.get(f"/proposals/{made.code}/check/").content.decode()
    )
    again = submit(made, seen=seen_of(latest_of(made)), by=manager, at=SUBMITTED_AT + 3 * WEEK)
    assert (again.first_submitted_on, again.due_on) == (date(2009, 4, 30), date(2009, 6, 25))
    assert ClockEvent.objects.last().event == "resubmitted"  # type: ignore[union-attr]  # there are three
    with pytest.raises(RefusedInput, match="cannot be brought back"):
        coming_back.bring_back(sent, by=manager, at=SUBMITTED_AT + 3 * WEEK)
    assert "Came back from" in client.get(f"/proposals/{made.code}/").content.decode()


def test_what_was_refused_comes_back_on_a_new_clock(place: Any, sign_in: Callable[..., Client]) -> None:
    manager, client = place.actor("practice_manager"), sign_in("practice_manager")
    sent = submitted_by(manager, place["ZPA"])
    with pytest.raises(RefusedInput, match="cannot be brought back"):
        coming_back.bring_back(sent, by=manager, at=SUBMITTED_AT)
    refused_on = date(2009, 5, 28)
    Proposal.everywhere.filter(id=sent.id).update(state="refused", decided_on=refused_on)
    ClockEvent.objects.create(proposal=sent, event="refused", happened_on=refused_on, at=SUBMITTED_AT + 4 * WEEK)
    assert "Bring it back under a new code" in client.get(f"/proposals/{sent.code}/").content.decode()
    client.post(f"/proposals/{sent.code}/again/")
    made = Proposal.everywhere.get(earlier=sent)
    again = submit(made, seen=seen_of(latest_of(made)), by=manager, at=SUBMITTED_AT + 5 * WEEK)
    assert (again.first_submitted_on, again.due_on) == (date(2009, 6, 4), date(2009, 7, 30))
    assert "Bring it back" not in client.get(f"/proposals/{sent.code}/").content.decode()


def test_it_is_withdrawn_on_the_page(place: Any, sign_in: Callable[..., Client]) -> None:
    sent = submitted_by(place.actor("practice_manager"), place["ZPA"])
    client, page = sign_in("practice_manager"), f"/proposals/{sent.code}/"
    assert "keeps the day it was first submitted" in client.get(f"{page}withdraw/").content.decode()
    assert "It is withdrawn" in client.post(f"{page}withdraw/", {"reason": "Not now."}, follow=True).content.decode()


def test_the_last_meeting_in_time_is_shown_or_what_is_done_instead(place: Any, sign_in: Callable[..., Client]) -> None:
    pct, day = place["ZPA"], date(2009, 4, 30)
    panel = Panel.everywhere.create(commissioner=pct, name="Panel", quorum=2, starts_on=date(2009, 4, 1))
    due = day + timedelta(days=56)
    assert meeting_for(pct, submitted_on=day, due_on=due).answer == "not_known"
    for meets_on in (date(2009, 5, 20), date(2009, 6, 18), date(2009, 9, 1)):
        Meeting.objects.create(panel=panel, meets_on=meets_on, papers_due_on=meets_on - timedelta(days=14))
    assert meeting_for(pct, submitted_on=day, due_on=due).meets_on == date(2009, 6, 18)
    assert meeting_for(pct, submitted_on=day, due_on=date(2009, 6, 1)).meets_on == date(2009, 5, 20)
    late = meeting_for(pct, submitted_on=date(2009, 5, 20), due_on=date(2009, 6, 1))
    assert (late.answer, late.otherwise) == ("impossible", "chairs_action")
    sent = submitted_by(place.actor("practice_manager"), pct, answers={"yearly": 10_000_000})
    page = sign_in("practice_manager").get(f"/proposals/{sent.code}/submitted/").content.decode()
    assert "18 June 2009" in page
    assert "papers for it are taken until 4 June 2009" in page


def test_a_title_without_a_year_keeps_the_year(place: Any) -> None:
    manager = place.actor("practice_manager")
    draft = draft_of(manager, place["ZPA"])
    named = drafting.Named("Other", FinancialYear(2009))
    assert drafting.rename(draft, named, by=manager, at=AT).code == draft.code


def test_quick_wins_are_counted_by_whether_they_were_done_in_time(place: Any, sign_in: Callable[..., Client]) -> None:
    manager, approved_on = place.actor("practice_manager"), date(2009, 5, 11)
    made = [submitted_by(manager, place["ZPA"], is_quick_win=True) for _ in range(4)]
    approved = Proposal.everywhere.filter(id__in=[each.id for each in made[1:]])
    approved.update(state="approved", decided_on=approved_on)
    for proposal, days in ((made[1], 90), (made[2], 91)):
        changed_on = approved_on + timedelta(days=days)
        ClockEvent.objects.create(proposal=proposal, event="service_changed", happened_on=changed_on, at=AT)
    last = approved_on + timedelta(days=90)
    counted = {day: quick_wins_of(manager, today=day) for day in (last, last + timedelta(days=1))}
    assert counted[last] == QuickWins(waiting=1, in_time=1, done_late=1, not_yet=1, late=0)
    assert counted[last + timedelta(days=1)] == QuickWins(waiting=1, in_time=1, done_late=1, not_yet=0, late=1)
    page = sign_in("gp").get("/proposals/").content.decode()
    assert (
        "1 waiting for a decision, 3 approved, of which 1 done in time, 1 done late, 0 not yet due and 1 late" in page
    )
    facts = head(manager, Proposal.everywhere.get(id=made[1].id), AT)["facts"]
    assert ("Quick win", "To be done by 9 August 2009") in facts
    assert (
        "within 90 days of its approval (assumed)" in sign_in("gp").get(f"/proposals/{made[0].code}/").content.decode()
    )
