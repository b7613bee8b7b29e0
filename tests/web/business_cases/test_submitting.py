"""Submitting: once and whole, by its route, with the due date stored; what the clock says across the calendar."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.web.business_cases.matrix import AT, SUBMITTED_AT, draft_of, submitted_by, write_all

from pbc.errors import RefusedInput
from pbc_web.audit.models import Entry
from pbc_web.business_cases.actions import submitting
from pbc_web.business_cases.actions.submitting import clock_if_submitted, seen_of, submit
from pbc_web.business_cases.models import ClockEvent, Proposal, Recusal
from pbc_web.business_cases.queries.sections import latest_of
from pbc_web.business_cases.routing import way_of
from pbc_web.notices.models import Notice
from pbc_web.shell.clock import day_of

pytestmark = pytest.mark.django_db


def test_submitted_on_30_april_2009_it_is_due_on_25_june(place: Any) -> None:
    place.actor("commissioning_manager")
    sent = submitted_by(place.actor("practice_manager"), place["ZPA"])
    assert (sent.first_submitted_on, sent.due_on) == (date(2009, 4, 30), date(2009, 6, 25))
    assert (sent.state, sent.route, sent.yearly_pence) == ("submitted", "light", 4_000_000)
    assert sent.route_reasons == ["£40,000 a year is below £50,000."]
    event = ClockEvent.objects.get()
    assert (event.event, event.happened_on) == ("submitted", date(2009, 4, 30))
    assert Notice.objects.get().subject == f"Submitted: {sent.code}"
    assert Entry.objects.filter(verb="submit_proposal").count() == 1


def test_a_double_click_submits_once(place: Any, sign_in: Callable[..., Client]) -> None:
    manager, client = place.actor("practice_manager"), sign_in("practice_manager")
    draft = draft_of(manager, place["ZPA"])
    write_all(draft, manager)
    page, seen = f"/proposals/{draft.code}/check/", seen_of(latest_of(draft))
    assert f'value="{seen}"' in client.get(page).content.decode()
    for _ in range(2):
        answer = client.post(page, {"seen": seen}, follow=True).content.decode()
        assert f"Your reference is {draft.code}" in answer
    assert ClockEvent.objects.count() == Entry.objects.filter(verb="submit_proposal").count() == 1
    assert "Your reference" in client.get(page, follow=True).content.decode()


def test_what_is_not_whole_or_not_as_seen_is_refused(place: Any, sign_in: Callable[..., Client]) -> None:
    manager = place.actor("practice_manager")
    draft = draft_of(manager, place["ZPA"])
    with pytest.raises(RefusedInput, match="Not every section"):
        submit(draft, seen=seen_of({}), by=manager, at=AT)
    page = sign_in("practice_manager").get(f"/proposals/{draft.code}/check/").content.decode()
    assert "Not yet: complete" in page
    write_all(draft, manager)
    with pytest.raises(RefusedInput, match="changed it since you looked"):
        submit(draft, seen="", by=manager, at=AT)
    assert Proposal.everywhere.get().state == "draft"
    assert sign_in("practice_manager").get(f"/proposals/{draft.code}/submitted/").status_code == 302


def test_only_an_author_submits(place: Any) -> None:
    manager, gp = place.actor("practice_manager"), place.actor("gp")
    draft = draft_of(manager, place["ZPA"])
    write_all(draft, manager)
    seen = seen_of(latest_of(draft))
    with pytest.raises(RefusedInput, match="not among those who write"):
        submit(draft, seen=seen, by=gp, at=AT)
    submit(draft, seen=seen, by=manager, at=AT)
    with pytest.raises(RefusedInput, match="not among those who write"):
        submit(draft, seen=seen, by=gp, at=AT)


def test_a_quick_win_goes_the_light_route_or_is_none(place: Any, sign_in: Callable[..., Client]) -> None:
    manager = place.actor("practice_manager")
    draft = draft_of(manager, place["ZPA"], is_quick_win=True)
    write_all(draft, manager, yearly=6_000_000)
    assert "Take that off" in sign_in("practice_manager").get(f"/proposals/{draft.code}/check/").content.decode()
    with pytest.raises(RefusedInput, match="goes the light route"):
        submit(draft, seen=seen_of(latest_of(draft)), by=manager, at=AT)
    assert submitted_by(manager, place["ZPA"], is_quick_win=True).is_quick_win


def test_value_and_risks_find_the_route_and_the_sections_it_asks_for(place: Any) -> None:
    manager = place.actor("practice_manager")
    draft = draft_of(manager, place["ZPA"])
    on = day_of(AT)
    unknown = way_of(draft, {}, on=on)
    assert (unknown.route, unknown.yearly_pence, len(unknown.open)) == (None, None, 13)
    write_all(draft, manager, risks=["stops_a_service"])
    risky = way_of(draft, latest_of(draft), on=on)
    assert risky.route is not None
    assert (risky.route.code, "stopping" in [each.code for each in risky.asked], risky.open) == ("full", True, ())
    plan = draft_of(manager, place["ZPA"], kind="plan")
    assert way_of(plan, {}, on=on).yearly_pence is None
    rows = {
        "lines": [{"line": "A", "pounds": "30,000"}, {"line": "B", "pounds": "-20,000"}],
        "items": [{"pounds": "5,000"}],
    }
    write_all(plan, manager, **rows)
    assert way_of(plan, latest_of(plan), on=on).yearly_pence == 5_500_000
    pot = draft_of(manager, place["ZPA"], kind="use_of_pot")
    write_all(pot, manager, amount=900_000)
    way = way_of(pot, latest_of(pot), on=on)
    assert (way.yearly_pence, way.route and way.route.code, way.risks) == (900_000, "light", ())


def costing(*rows: tuple[str, str, str, str]) -> dict[str, Any]:
    """Cost rows of a case, each an option, a year, whether every year, and pounds."""
    options = [{"option": "A", "do_nothing": "yes"}, {"option": "B", "do_nothing": "no"}]
    names = ("option", "year", "every_year", "pounds")
    return {"options": options, "costs": [dict(zip(names, row, strict=True)) for row in rows]}


@pytest.mark.parametrize(("rows", "moves", "route"), [
    ((("B", "2009-10", "no", "500,000"),), 50_000_000, "full"),
    ((("B", "2009-10", "yes", "30,000"), ("B", "2010-11", "no", "25,000")), 5_500_000, "standard"),
    ((("B", "2009-10", "no", "-60,000"), ("B", "2009-10", "no", "50,000")), 6_000_000, "standard"),
    ((("A", "2009-10", "no", "500,000"), ("B", "2009-10", "no", "1,000")), 4_000_000, "light"),
    ((("B", "2009-10", "no", "39,000"), ("B", "2010-11", "no", "39,000")), 4_000_000, "light"),
])  # fmt: skip
def test_a_case_that_understates_itself_goes_the_route_of_its_cost_rows(
    place: Any, rows: Any, moves: int, route: str
) -> None:
    manager = place.actor("practice_manager")
    draft = draft_of(manager, place["ZPA"])
    write_all(draft, manager, yearly=4_000_000, **costing(*rows))
    way = way_of(draft, latest_of(draft), on=day_of(AT))
    assert (way.yearly_pence, way.route and way.route.code) == (moves, route)


def test_the_check_page_says_whether_what_is_written_or_the_cost_rows_decided(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    manager, client = place.actor("practice_manager"), sign_in("practice_manager")
    draft = draft_of(manager, place["ZPA"])
    write_all(draft, manager, **costing(("B", "2009-10", "no", "60,000.50")))
    page = f"/proposals/{draft.code}/check/"
    rows_decide = "Its cost rows come to £60,000.50 in 2009-10: that decides, not the £40,000 written"
    assert rows_decide in client.get(page).content.decode()
    assert "£60,000.50 a year is from £50,000 to £250,000." in client.get(page).content.decode()
    sent = submit(draft, seen=seen_of(latest_of(draft)), by=manager, at=AT)
    assert rows_decide in sent.route_reasons[-1]
    other = draft_of(manager, place["ZPA"], title="Feet")
    write_all(other, manager, **costing(("B", "2009-10", "no", "6,000")))
    page = f"/proposals/{other.code}/check/"
    assert "The £40,000 written as the most in a year decides" in client.get(page).content.decode()
    two = {"options": [{"option": each, "do_nothing": "yes"} for each in "AB"]}
    write_all(other, manager, **(costing(("B", "2009-10", "no", "60,000")) | two))
    assert way_of(other, latest_of(other), on=day_of(AT)).yearly_pence == 6_000_000


def test_rows_that_cannot_be_read_in_sections_done_before_are_told_before_it_is_submitted(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    manager, client = place.actor("practice_manager"), sign_in("practice_manager")
    options = [
        {"option": "A", "name": "None", "do_nothing": "yes"}, {"option": "B", "name": "Clinic", "do_nothing": "no"},
    ]  # fmt: skip
    cost = {
        "option": "B", "year": "2009-10", "kind": "running", "paid_from": "partner", "every_year": "no", "pounds": "100",
        "what_for": "Rooms",
    }  # fmt: skip
    whole = {"options": options, "costs": [cost], "changes": [], "money": []}
    whole["heard"] = [{"who": "Patients", "on": "2009-03-01", "said": "Yes."}]
    later = [whole["heard"][0] | {"on": "2131-01-01"}]

    def shown(**answers: Any) -> str:
        draft = draft_of(manager, place["ZPA"])
        write_all(draft, manager, **(whole | answers))
        return unescape(client.get(f"/proposals/{draft.code}/check/").content.decode())

    for answers, told in (
        ({"costs": [cost | {"option": "Z"}]}, "activity and money</a>: Row 1, Option: no option has the letter Z. The section"),
        ({"costs": [cost | {"what_for": ""}]}, "activity and money</a>: Row 1 says nothing under What for."),
        ({"heard": later}, "patients' view</a>: Row 1, On which day: "),
    ):  # fmt: skip
        assert f">{told}" in shown(**answers)
    assert "Rows that cannot be read" not in shown()


def test_nobody_kept_away_is_told_and_what_was_lent_comes_first(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = place.actor("commissioning_manager")
    monkeypatch.setattr(submitting, "_submitted", [])

    def keep_away(proposal: Proposal, at: datetime) -> None:
        Recusal.objects.create(
            proposal=proposal, person_id=handler.person_id, level="no_papers", source="detected", reason="A tie.", at=at
        )

    submitting.on_submit(keep_away)
    submitting.on_submit(keep_away)
    submitted_by(place.actor("practice_manager"), place["ZPA"])
    assert Recusal.objects.count() == 1
    assert not Notice.objects.exists()


def test_near_midnight_it_is_the_day_in_london(place: Any) -> None:
    late = datetime(2009, 6, 1, 23, 30, tzinfo=UTC)  # half past midnight on 2 June in London
    sent = submitted_by(place.actor("practice_manager"), place["ZPA"], at=late)
    assert (sent.first_submitted_on, sent.due_on) == (date(2009, 6, 2), date(2009, 7, 28))


@settings(max_examples=25, deadline=None)
@given(st.dates(min_value=date(2004, 4, 1), max_value=date(2032, 12, 31)))
def test_eight_weeks_are_56_days_across_leap_days_and_changes_of_the_clock(day: date) -> None:
    clock = clock_if_submitted(Proposal(), day)
    assert (clock.first_submitted_on, clock.due_on) == (day, day + timedelta(days=56))
    assert day.weekday() == clock.due_on.weekday()


def test_submitted_at_is_a_day_of_the_year_it_says(place: Any) -> None:
    assert day_of(SUBMITTED_AT) == submitted_by(place.actor("practice_manager"), place["ZPA"]).first_submitted_on
