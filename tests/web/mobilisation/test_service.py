"""The day a service changed: recorded after approval, corrected with a reason, the second leg of the clock; quick wins and their days."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.web.business_cases.waiting import at, submitted
from tests.web.mobilisation.matrix import APPROVED, added, approved, author
from tests.web.panels.test_panels import boxes

from pbc.errors import RefusedInput
from pbc_web.accounts.tasks import tasks_for
from pbc_web.audit.models import Entry
from pbc_web.business_cases.actions.afterwards import lapse, supersede
from pbc_web.business_cases.models import ClockEvent
from pbc_web.business_cases.queries.clock import clock_on, story
from pbc_web.mobilisation import queries
from pbc_web.mobilisation.actions import move_milestone, record_service_change
from pbc_web.mobilisation.part import under_way
from pbc_web.mobilisation.watches import watch_quick_wins
from pbc_web.notices.models import Notice
from pbc_web.runs.actions import ask
from pbc_web.shell import clock

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
CHANGED, LATER = date(2009, 9, 1), at(date(2009, 10, 1))


def test_a_change_is_recorded_once_and_corrected_with_its_reason(place: Any) -> None:
    case, by = approved(place), author(place)
    for day in (APPROVED.date() - DAY, LATER.date() + DAY):
        with pytest.raises(RefusedInput, match="after its approval"):
            record_service_change(case, day, over=0, by=by, at=LATER)
    made = record_service_change(case, CHANGED, over=0, by=by, at=LATER)
    assert record_service_change(case, CHANGED, over=0, by=by, at=LATER) == made
    with pytest.raises(RefusedInput, match="recorded it meanwhile"):
        record_service_change(case, CHANGED + DAY, over=0, by=by, at=LATER)
    with pytest.raises(RefusedInput, match="says why"):
        record_service_change(case, CHANGED + DAY, over=made.id, by=by, at=LATER)
    with pytest.raises(RefusedInput, match="kept by the case's authors"):
        record_service_change(case, CHANGED, over=0, by=place.actor("gp"), at=LATER)
    handler = place.actor("commissioning_manager")
    record_service_change(
        case, CHANGED + DAY, over=made.id, reason="The first day was a holiday.", by=handler, at=LATER
    )
    assert ClockEvent.objects.filter(event="service_changed").count() == 2
    assert queries.changes_of([case]) == {case.id: CHANGED + DAY}
    assert [(each.event, each.happened_on) for each in story(case)][-1] == ("service_changed", CHANGED + DAY)
    assert clock_on(case, LATER.date()).state == "service_changed"
    verbs = Entry.objects.filter(verb__endswith="_service_change").order_by("number").values_list("verb", flat=True)
    assert list(verbs) == ["record_service_change", "correct_service_change"]
    with pytest.raises(RefusedInput, match="what was begun does not lapse"):
        lapse(case, reason="No.", by=handler, at=at(date(2012, 1, 1)))


def test_a_case_of_which_a_milestone_is_done_does_not_lapse(place: Any) -> None:
    case, handler, over = approved(place), place.actor("commissioning_manager"), at(date(2012, 1, 1))
    done = move_milestone(added(place, case), "finish", reason="", version=1, by=author(place), at=LATER)
    with pytest.raises(RefusedInput, match="what was begun does not lapse"):
        lapse(case, reason="No.", by=handler, at=over)
    assert not Entry.objects.filter(verb="lapse_proposal").exists()
    move_milestone(done, "reopen", reason="It was not.", version=2, by=author(place), at=LATER)
    assert lapse(case, reason="Never begun.", by=handler, at=over).state == "lapsed"


def test_a_change_is_recorded_on_its_page(place: Any, sign_in: Callable[..., Client]) -> None:
    case, manager = approved(place), sign_in("practice_manager")
    address = f"/mobilisation/{case.code}/service/"
    assert "cannot be taken back" in manager.get(address).content.decode()
    assert manager.post(address, {"version": "0"}).status_code == 400
    to_come = clock.today() + DAY
    for day in (to_come, APPROVED.date() - DAY):
        refused = manager.post(address, {"version": "0"} | boxes(happened_on=day))
        assert refused.status_code == 400
        assert "enter a day from 11 June 2009 to" in refused.content.decode()
        assert f'value="{day.year}"' in refused.content.decode()
    assert manager.post(address, {"version": "0"} | boxes(happened_on=CHANGED)).status_code == 302
    event = ClockEvent.objects.get(event="service_changed")
    assert "Correct when the service changed" in manager.get(address).content.decode()
    corrected = {"version": str(event.id), "reason": "A slip."} | boxes(happened_on=CHANGED + DAY)
    assert manager.post(address, corrected).status_code == 302
    assert "Service changed: 2 September 2009" in " ".join(
        manager.get(f"/proposals/{case.code}/").content.decode().split()
    )
    assert sign_in("gp").get(address).status_code == 409
    waiting = submitted(place, title="Not decided")
    assert manager.get(f"/mobilisation/{waiting.code}/service/").status_code == 404
    with pytest.raises(RefusedInput, match="settled in the meantime"):
        record_service_change(waiting, CHANGED, over=0, by=author(place), at=LATER)


def test_a_quick_win_has_ninety_days(place: Any, sign_in: Callable[..., Client]) -> None:
    case, manager = approved(place, is_quick_win=True), author(place)
    slow = approved(place, title="No quick win")
    due = APPROVED.date() + 90 * DAY
    assert (queries.quick_due_on(case), queries.quick_due_on(slow)) == (due, None)
    for day in (due, due + DAY, due + 4 * DAY):
        watch_quick_wins(at(day))
    told = Notice.objects.filter(key__endswith="quick-win-late")
    handler = place.actor("commissioning_manager")
    assert sorted(told.values_list("person_id", flat=True)) == sorted({manager.person_id, handler.person_id})
    title = f"Record when the service of {case.code} changed: a quick win"
    assert title not in [each.title for each in tasks_for(manager, due)]
    assert title in [each.title for each in tasks_for(manager, due + DAY)]
    client = sign_in("practice_manager")
    assert "1 quick win: 0 done in time, 1 late." in client.get("/mobilisation/").content.decode()
    made = record_service_change(case, due + DAY, over=0, by=manager, at=at(due + 9 * DAY))
    assert "0 done in time, 1 late." in client.get("/mobilisation/").content.decode()
    assert title not in [each.title for each in tasks_for(manager, due + 9 * DAY)]
    record_service_change(case, due, over=made.id, reason="A slip.", by=manager, at=at(due + 9 * DAY))
    assert "1 quick win: 1 done in time, 0 late." in client.get("/mobilisation/").content.decode()


def test_what_was_kept_stays_readable_once_it_is_over(place: Any) -> None:
    case, other = approved(place), approved(place, title="A better one")
    manager = author(place)
    assert under_way(manager, submitted(place, title="Not decided"), LATER) is None
    added(place, case)
    supersede(case, replacement=other, by=manager, at=LATER)
    case.refresh_from_db()
    part = under_way(manager, case, LATER)
    assert part is not None
    assert (part["keeps"], len(part["table"].rows)) == (False, 1)
    assert queries.keeps(manager, case) is False


def test_whoever_records_a_change_is_warned_that_nobody_is_chosen_to_compare_with(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    case, manager = approved(place), sign_in("practice_manager")
    service, benefit, page = (
        f"/mobilisation/{case.code}/service/",
        f"/mobilisation/{case.code}/benefit/",
        f"/proposals/{case.code}/",
    )
    shown = manager.get(service).content.decode()
    assert "Choose them first, under Promise and fact" in shown
    assert benefit in shown
    assert "is chosen yet" in manager.get(page).content.decode()
    record_service_change(case, CHANGED, over=0, by=author(place), at=LATER)
    for address in (benefit, page):
        told = manager.get(address).content.decode().lower()
        assert "nobody was chosen in time, so the promise cannot be held against fact" in told
        assert "chosen yet" not in told
    assert "Choose them first" not in manager.get(service).content.decode()
    being = approved(place, title="Being chosen")
    run = ask("choose_comparators", parameters={}, organisation=being.owner, by=author(place), at=LATER)
    being.benefit_work.create(after_months=0, said={}, chosen_on=CHANGED, run=run, asked_at=LATER)
    assert "Choose them first" not in manager.get(f"/mobilisation/{being.code}/service/").content.decode()
