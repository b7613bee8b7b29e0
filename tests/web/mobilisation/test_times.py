"""Decision times from what happened: both legs, shares with their interval, open cases as what they are, nothing of what is kept away."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.web.business_cases.waiting import NO, SUBMITTED, at, handler_of, on_day, submitted
from tests.web.mobilisation.matrix import approved, author
from tests.web.mobilisation.test_milestones import keep_away

from pbc.reports.decision_pages import chart_spans, chart_within, shares_table
from pbc_web.business_cases.actions.clock import defer, withdraw_at_request
from pbc_web.business_cases.actions.coming_back import bring_back
from pbc_web.business_cases.actions.deciding import decide_as_officer
from pbc_web.business_cases.models import ClockEvent, Proposal
from pbc_web.mobilisation.actions import record_service_change
from pbc_web.mobilisation.times import counted_for, events_for
from pbc_web.organisations.models import Relation
from pbc_web.runs.decision_readings import decision_times_of
from pbc_web.shell import clock

pytestmark = pytest.mark.django_db
AS_AT = date(2010, 3, 1)


def told(place: Any, role: str = "commissioning_manager", as_at: date = AS_AT) -> Any:
    return decision_times_of(events_for(counted_for(place.actor(role), "case")), as_at=as_at)


def came_back(place: Any, case: Proposal) -> Proposal:
    """A case withdrawn at request and brought back under another code, on the same clock."""
    made = bring_back(case, by=author(place), at=on_day(40))
    made.state, made.route, made.yearly_pence, made.submitted_at = "submitted", "light", 1, on_day(41)
    made.submitted_by_id, made.first_submitted_on, made.due_on = (
        case.submitted_by_id,
        case.first_submitted_on,
        case.due_on,
    )
    made.save()
    ClockEvent.objects.create(
        proposal=made, event="resubmitted", happened_on=on_day(41).date(), by_id=case.submitted_by_id, at=on_day(41)
    )
    return made


def test_both_legs_are_measured_from_the_events_of_all_codes(place: Any) -> None:
    quick, slow = approved(place, title="Quick"), submitted(place, title="Slow")
    first = record_service_change(quick, date(2009, 7, 1), over=0, by=author(place), at=at(AS_AT))
    record_service_change(quick, date(2009, 9, 1), over=first.id, reason="A slip.", by=author(place), at=at(AS_AT))
    handler = handler_of(place, slow)
    for _ in range(2):  # twice on one day is told once
        defer(slow, reason="No room on the agenda.", by=handler, at=on_day(20))
    withdraw_at_request(slow, reason="Tell us more.", by=handler, at=on_day(30))
    again = came_back(place, slow)
    found = told(place).times.rows_by_key("case_code", named=True, unique=True)
    assert (found[quick.code]["gross_days"], found[quick.code]["change_days"]) == (10, 82)
    assert found[slow.code]["continued_by_code"] == again.code
    assert (found[again.code]["submitted_on"], found[again.code]["put_off_count"]) == (SUBMITTED, 2)
    assert found[again.code]["is_late"]
    decide_as_officer(again, NO, by=handler_of(place, again), at=at(date(2009, 12, 1)))
    shares = told(place).shares.filter(leg="decision", span="within_eight_weeks").row(0, named=True)
    assert (shares["measured_count"], shares["judged_count"], shares["waiting_count"]) == (1, 2, 0)
    assert told(place, as_at=SUBMITTED - timedelta(days=1)) is None


def test_nothing_of_what_is_kept_away_is_counted(place: Any, sign_in: Callable[..., Client]) -> None:
    seen, hidden = approved(place, title="Open"), submitted(place, title="Kept away")
    withdraw_at_request(hidden, reason="Tell us more.", by=handler_of(place, hidden), at=on_day(30))
    again = came_back(place, hidden)
    member = place.actor("board_member")
    keep_away(hidden, member)
    assert told(place, "board_member").times["case_code"].to_list() == [seen.code]  # what came back goes with it
    assert told(place).times.height == 3
    client = sign_in("board_member")
    for path in ("", "download/csv/", "download/csv/?table=cases", "?kind=case"):
        page = client.get(f"/mobilisation/times/{path}").content.decode()
        assert hidden.code not in page
        assert again.code not in page
    assert (
        "1 case: 1 decided (1 approved, 0 refused), 0 waiting." in client.get("/mobilisation/times/").content.decode()
    )


def test_the_page_shows_shares_beside_the_survey_and_hands_them_out(place: Any, sign_in: Callable[..., Client]) -> None:
    client = sign_in("commissioning_manager")
    assert "None that you may open is submitted yet" in client.get("/mobilisation/times/").content.decode()
    assert client.get("/mobilisation/times/download/xlsx/").status_code == 404
    case = approved(place)
    page = client.get("/mobilisation/times/").content.decode()
    for words in (
        case.code,
        "Decided within eight weeks",
        "approval to service change",
        "18% agree",
        "35% of those",
        "21% to 100%",
    ):
        assert words in page
    assert client.get("/mobilisation/times/?kind=nothing").status_code == 404
    assert "None that you may open" in client.get("/mobilisation/times/?kind=plan").content.decode()
    submitted(place, kind="plan", title="A plan of today", on=clock.today())
    plans = client.get("/mobilisation/times/?kind=plan").content.decode()
    assert "None old enough" in plans
    assert "approval to service change" not in plans
    book = openpyxl.load_workbook(BytesIO(client.get("/mobilisation/times/download/xlsx/?kind=case").content))
    assert any(case.code in map(str, row) for sheet in book for row in sheet.values)
    region = sign_in("performance_manager")
    assert case.code in region.get("/mobilisation/times/").content.decode()
    assert case.code not in sign_in("performance_manager", world="B").get("/mobilisation/times/").content.decode()


def test_a_region_sees_its_commissioners_side_by_side(place: Any, sign_in: Callable[..., Client]) -> None:
    Relation.objects.filter(parent=place["ZSHB"]).update(parent=place["ZSHA"])
    first = approved(place)
    other = approved(place, title="Of another")
    Proposal.everywhere.filter(id=other.id).update(commissioner=place["ZPB"])
    page = sign_in("performance_manager").get("/mobilisation/times/").content.decode()
    for words in (
        first.code,
        other.code,
        "PCT A: submission to decision",
        "PCT B: submission to decision",
        ">Commissioner</th>",
    ):
        assert words in page


def test_more_cases_cost_no_more_queries(place: Any, sign_in: Callable[..., Client]) -> None:
    client, counts = sign_in("commissioning_manager"), []
    for number in range(3):
        approved(place, title=f"Case {number}")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/mobilisation/times/").status_code == 200
        counts.append(len(asked))
    assert counts[1] == counts[2]


def test_a_late_case_still_waits_and_a_caption_says_what_is_drawn(place: Any) -> None:
    approved(place)
    submitted(place, title="Nobody decided")
    found = decision_times_of(events_for(counted_for(place.actor("commissioning_manager"), "case")), as_at=AS_AT)
    assert found is not None
    told: dict[str, Any] = {"commissioner": "ZPA", "name": "PCT A"}
    table = shares_table(found, leg="decision", **told)
    assert [table.rows[0][at] for at in (0, 1, 2, 5)] == ["Within eight weeks", "1", "2", "1"]
    assert "within eight weeks, of the others" in table.note
    bands = [row for row in table.rows if row[1] == "1"][1:]
    assert sorted(row[5] for row in bands)[0] == "0"  # the decided one waits no more
    drawn = [chart_within(found, names={"ZPA": "PCT A"})]
    drawn += [chart_spans(found, leg=leg, **told) for leg in ("decision", "service_change")]
    for chart in drawn:
        assert chart is not None
        marks = [each["survey"] is not None for each in chart.spec["data"]["values"]]
        assert ("dark mark" in chart.reading) is any(marks)
        assert ("where it printed anything" in chart.reading) is (any(marks) and not all(marks))
