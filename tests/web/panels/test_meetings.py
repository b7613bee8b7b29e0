"""Meetings: planned several at once, moved, cancelled with a reason, held with a quorum; and the eight weeks they leave."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.web.conftest import AT
from tests.web.panels.matrix import keeper, panel_in, seated
from tests.web.panels.test_panels import boxes

from pbc.errors import RefusedInput
from pbc_web.accounts.tasks import tasks_for
from pbc_web.audit.models import Entry
from pbc_web.panels import queries, shown
from pbc_web.panels.actions import cancel_meeting, hold_meeting, move_meeting, plan_meetings, undo_cancelling
from pbc_web.panels.forms import PlanForm
from pbc_web.panels.models import Attendance, Meeting, Panel
from pbc_web.panels.states import MOVES, STATES
from pbc_web.runs.case_readings import last_meeting_of
from pbc_web.shell import clock

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MEETS, PAPERS = date(2009, 6, 18), date(2009, 6, 4)
EVENING = datetime(2009, 6, 18, 18, 0, tzinfo=UTC)


def planned(place: Any, panel: Panel, *days: tuple[date, date]) -> list[Meeting]:
    return plan_meetings(panel, days or [(MEETS, PAPERS)], by=keeper(place), at=AT)


@pytest.mark.parametrize(
    ("typed", "lead", "found"),
    [
        ("18 June 2009, 4 June 2009", "", [(MEETS, PAPERS)]),
        ("18/6/2009;2009-06-04\n\n16 jul 2009\t2/7/2009", "", [(MEETS, PAPERS), (date(2009, 7, 16), date(2009, 7, 2))]),
        ("18 June 2009", "14", [(MEETS, PAPERS)]),
        ("18 June 2009", "", "and the last day for papers"),
        ("18 June 2009, 4 June 2009, 1 June 2009", "", "and the last day for papers"),
        ("31 June 2009, 4 June 2009", "", "must be a real date"),
        ("18 Jube 2009, 4 June 2009", "", "must be a real date"),
        ("soon, 4 June 2009", "", "must be a real date"),
        ("", "", "Enter at least one meeting"),
    ],
)
def test_several_meetings_are_typed_a_line_each(typed: str, lead: str, found: Any) -> None:
    form = PlanForm({"days": typed, "lead": lead})
    if isinstance(found, str):
        assert found in str(form.errors["days"])
    else:
        assert form.is_valid()
        assert form.cleaned_data["meetings"] == found


def test_meetings_are_planned_moved_cancelled_and_undone_on_pages(place: Any, sign_in: Callable[..., Client]) -> None:
    panel, manager = panel_in(place), sign_in("commissioning_manager")
    assert manager.get("/panels/ZPA/meetings/plan/").status_code == 200
    assert manager.post("/panels/ZPA/meetings/plan/", {"days": "soon"}).status_code == 400
    today = clock.today()
    typed = "\n".join(f"{today + n * DAY:%d/%m/%Y}, {today:%d/%m/%Y}" for n in (20, 40))
    assert manager.post("/panels/ZPA/meetings/plan/", {"days": typed}).status_code == 302
    first = Meeting.objects.all()[0]
    page = reverse("panels:meeting", args=["ZPA", first.id])
    addresses = {move: f"{page}{move}/" for move in ("move", "cancel", "undo", "hold")}
    shown_now = manager.get(page).content.decode()
    assert [each for each in addresses.values() if each in shown_now] == [addresses["move"], addresses["cancel"]]
    assert addresses["move"] not in sign_in("gp").get(page).content.decode()
    assert manager.get(addresses["undo"]).status_code == 404
    assert manager.get(addresses["move"]).status_code == 200
    moved = boxes(meets_on=today + 21 * DAY, papers_due_on=today)
    assert manager.post(addresses["move"], moved).status_code == 302
    assert manager.post(addresses["cancel"], {}).status_code == 400
    assert manager.post(addresses["cancel"], {"reason": "No paper came."}).status_code == 302
    assert "Cancelled: No paper came." in manager.get(page).content.decode()
    assert manager.get(addresses["undo"]).status_code == 200
    assert manager.post(addresses["undo"]).status_code == 302
    first.refresh_from_db()
    assert (first.state, first.reason, first.meets_on) == ("planned", "", today + 21 * DAY)
    assert list(queries.next_meetings(panel, today + 22 * DAY)) == [Meeting.objects.last()]
    verbs = Entry.objects.filter(subject_kind="meeting").order_by("number").values_list("verb", flat=True)
    assert list(verbs) == ["plan_meeting", "plan_meeting", "move_meeting", "cancel_meeting", "undo_meeting"]


def test_all_meetings_of_a_sending_are_planned_or_none(place: Any) -> None:
    panel = panel_in(place)
    for days, match in (
        ([(MEETS, PAPERS), (MEETS, PAPERS)], "stands on 2009-06-18 already"),
        ([(MEETS, PAPERS), (PAPERS, MEETS)], "Papers are due after the meeting"),
    ):
        with pytest.raises(RefusedInput, match=match), transaction.atomic():
            planned(place, panel, *days)
    assert not Meeting.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.create(panel=panel, meets_on=PAPERS, papers_due_on=MEETS)


def test_a_meeting_moves_as_its_states_permit_and_no_two_at_once(place: Any) -> None:
    panel = panel_in(place)
    (meeting,), told = planned(place, panel), {"by": keeper(place), "at": AT}
    assert set(MOVES) == set(STATES)
    stale = Meeting.objects.select_related("panel__commissioner").get(id=meeting.id)
    cancel_meeting(meeting, reason="None came.", **told)
    with pytest.raises(RefusedInput, match="changed this meeting meanwhile"):
        move_meeting(stale, meets_on=MEETS + DAY, papers_due_on=PAPERS, **told)
    with pytest.raises(RefusedInput, match="is cancelled"):
        cancel_meeting(meeting, reason="Again.", **told)
    planned(place, panel)
    with pytest.raises(RefusedInput, match="stands on 2009-06-18 already"):
        undo_cancelling(meeting, **told)
    with pytest.raises(RefusedInput, match="is planned"):
        undo_cancelling(Meeting.objects.select_related("panel__commissioner").get(state="planned"), **told)
    with pytest.raises(RefusedInput, match="kept by its commissioner's own"):
        cancel_meeting(meeting, reason="No.", by=keeper(place, "B"), at=AT)


def test_attendance_makes_the_quorum_and_is_corrected(place: Any, sign_in: Callable[..., Client]) -> None:
    panel = panel_in(place)
    people = [
        seated(place, panel, role, **how).person_id
        for role, how in (
            ("non_executive", {"is_chair": True}), ("board_member", {}), ("committee_member", {}),
            ("patient_representative", {"is_voting": False}),
        )
    ]  # fmt: skip
    (meeting,), told = planned(place, panel), {"by": keeper(place), "at": EVENING}
    with pytest.raises(RefusedInput, match="still to come"):
        hold_meeting(meeting, present=people, by=keeper(place), at=AT)
    with pytest.raises(RefusedInput, match="Only who sat on the panel"), transaction.atomic():
        hold_meeting(meeting, present=[0], **told)
    meeting.refresh_from_db()
    for present, met, words in (
        (people[1:], False, "without a quorum (2 voting members there, 3 needed, no chair)"),
        ([people[0], people[3]], False, "without a quorum (1 voting member there, 3 needed)"),
        (people[:3], True, "with a quorum (3 voting members there, 3 needed)"),
    ):
        hold_meeting(meeting, present=present, **told)
        assert queries.quorum_of(meeting).is_met is met
        assert shown.state_of(meeting) == f"Held, {words}"
    assert Attendance.objects.count() == 4
    manager = sign_in("commissioning_manager")
    address = reverse("panels:move_meeting", args=["ZPA", meeting.id, "correct"])
    assert manager.get(address).content.decode().count("checked") == 3
    assert manager.post(address, {"present": [str(people[0])]}).status_code == 302
    assert "not there" in manager.get(reverse("panels:meeting", args=["ZPA", meeting.id])).content.decode()
    verbs = Entry.objects.filter(verb__in=("hold_meeting", "correct_meeting")).values_list("verb", flat=True)
    assert sorted(verbs) == ["correct_meeting"] * 3 + ["hold_meeting"]


def test_the_calendar_says_what_the_meetings_make_impossible(place: Any) -> None:
    panel = panel_in(place)
    assert queries.calendar_ahead(place["ZPA"], AT.date()) is None
    assert shown.warning(None) == ""
    days = [(MEETS, PAPERS), (date(2009, 7, 16), date(2009, 7, 2)), (date(2009, 10, 15), date(2009, 10, 1))]
    *_, last = planned(place, panel, *days)
    found = queries.calendar_ahead(place["ZPA"], date(2009, 5, 1))
    assert shown.impossible_days(found) == 48  # docs/decision-clock.md
    assert "on 48 days" in shown.warning(found)
    assert shown.is_known(found)
    meetings = queries.meetings_of(place["ZPA"])
    assert last_meeting_of(meetings, submitted_on=date(2009, 6, 1)).meets_on == date(2009, 7, 16)
    cancel_meeting(last, reason="Half-term.", by=keeper(place), at=AT)
    assert len(queries.meetings_of(place["ZPA"])) == 2
    assert shown.warning(queries.calendar_ahead(place["ZPA"], date(2009, 5, 1))) == ""


def test_whoever_keeps_a_panel_is_told_what_its_calendar_lacks(place: Any) -> None:
    by = keeper(place)

    def waits(on: date) -> list[str]:
        return [each.title for each in tasks_for(by, on) if "meeting" in each.title or "panel" in each.title]

    assert waits(date(2009, 5, 1)) == []
    panel = panel_in(place)
    assert waits(date(2009, 5, 1)) == ["Plan the panel's next meetings"]
    days = [(MEETS, PAPERS), (date(2009, 7, 16), date(2009, 7, 2)), (date(2009, 10, 15), date(2009, 10, 1))]
    first, *_ = planned(place, panel, *days)
    assert waits(date(2009, 5, 1)) == ["Plan one more meeting: 48 days of submission without a decision in eight weeks"]
    assert waits(date(2009, 8, 20)) == [
        "Record who attended the panel of 16 July 2009", "Record who attended the panel of 18 June 2009",
    ]  # fmt: skip
    hold_meeting(first, present=[], by=by, at=EVENING)
    assert waits(date(2009, 8, 20)) == ["Record who attended the panel of 16 July 2009"]
    assert [each for each in tasks_for(place.actor("gp"), date(2009, 5, 1)) if "anel" in each.title] == []


def test_the_page_shows_the_year_and_hands_it_out(place: Any, sign_in: Callable[..., Client]) -> None:
    panel, today = panel_in(place), clock.today()
    gp = sign_in("gp")
    assert "Once meetings are planned" in gp.get("/panels/ZPA/").content.decode()
    planned(place, panel, (today - DAY, today - DAY))
    assert "No meeting is planned late enough" in gp.get("/panels/ZPA/").content.decode()
    planned(place, panel, (today + 30 * DAY, today + 16 * DAY))
    assert "Every day that can be told" in gp.get("/panels/ZPA/").content.decode()
    planned(place, panel, (today + 160 * DAY, today + 150 * DAY))
    assert "cannot be decided at a meeting" in gp.get("/panels/ZPA/").content.decode()
    csv = gp.get("/panels/ZPA/download/csv/?table=calendar").content.decode()
    assert "Made-up data" in csv
    book = openpyxl.load_workbook(BytesIO(gp.get("/panels/ZPA/download/xlsx/").content))
    assert any("cannot be decided" in str(cell) for sheet in book for row in sheet.values for cell in row)


def test_more_meetings_and_members_cost_no_more_queries(place: Any, sign_in: Callable[..., Client]) -> None:
    panel, client, counts = panel_in(place), sign_in("commissioning_manager"), []
    roles = ("board_member", "committee_member", "non_executive")
    for number, role in enumerate(roles):
        day = date(2009, 6, 1 + number)
        (meeting,) = planned(place, panel, (day, day))
        seated(place, panel, role)
        hold_meeting(meeting, present=[], by=keeper(place), at=EVENING)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get("/panels/ZPA/?year=2009-10").status_code == 200
        counts.append(len(asked))
    assert counts[1] == counts[2]
