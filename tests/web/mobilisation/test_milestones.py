"""Milestones: kept by authors and handlers, every slippage with its reason, no circles, late ones told once; recusal hides them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.web.business_cases.waiting import at, person_of
from tests.web.conftest import make_place
from tests.web.mobilisation.matrix import APPROVED, DUE, added, approved, author, planned
from tests.web.panels.test_panels import boxes

from pbc.errors import RefusedInput
from pbc_web.accounts.tasks import tasks_for
from pbc_web.audit.models import Entry
from pbc_web.business_cases.models import Proposal, Recusal
from pbc_web.mobilisation import queries
from pbc_web.mobilisation.actions import add_milestone, change_milestone, move_milestone
from pbc_web.mobilisation.models import Milestone, MilestoneVersion
from pbc_web.mobilisation.shown import state_of
from pbc_web.mobilisation.states import MOVES, STATES
from pbc_web.mobilisation.watches import watch_milestones
from pbc_web.notices.models import Notice
from pbc_web.shell import clock

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def keep_away(case: Proposal, actor: Any, level: str = "no_papers") -> None:
    """A recusal as the register finds one."""
    Recusal.objects.create(
        proposal=case, person_id=actor.person_id, level=level, reason="A tie.", source="detected", at=APPROVED
    )


def test_milestones_are_kept_on_pages(place: Any, sign_in: Callable[..., Client]) -> None:
    case, manager = approved(place), sign_in("practice_manager")
    nurse, page = place.appointment("practice_nurse").person, f"/proposals/{case.code}/"
    assert "No milestone is set yet. Say who does what" in manager.get(page).content.decode()
    assert "Its authors and whoever handles it" in sign_in("gp").get(page).content.decode()
    today = clock.today()
    said = {
        "title": "Train the nurses",
        "owner": str(nurse.id),
        "risk": "high",
        "risk_words": "Leave",
        "depends_on": "",
    }
    address = f"/mobilisation/{case.code}/"
    assert manager.get(f"{address}new/").status_code == 200
    assert manager.post(f"{address}new/", said).status_code == 400
    for answer in (302, 409):
        assert manager.post(f"{address}new/", said | boxes(due_on=today + 9 * DAY)).status_code == answer
    assert "Train the nurses" in manager.get(page).content.decode()
    csv = sign_in("gp").get(f"{address}milestones/csv/").content.decode()
    assert "Train the nurses" in csv
    book = openpyxl.load_workbook(BytesIO(manager.get("/mobilisation/download/xlsx/").content))
    assert any(case.code in map(str, row) for sheet in book for row in sheet.values)
    assert "Why is it moved" not in manager.get(f"{address}new/").content.decode()


def test_a_milestone_is_changed_and_moved_on_pages(place: Any, sign_in: Callable[..., Client]) -> None:
    case, manager, today = approved(place), sign_in("practice_manager"), clock.today()
    made, address = added(place, case), f"/mobilisation/{case.code}/"
    said = {"title": made.title, "owner": str(made.owner_id), "risk": "low", "risk_words": "", "depends_on": ""}
    changed = said | boxes(due_on=today + 12 * DAY) | {"version": "1"}
    assert manager.get(f"{address}1/change/").status_code == 200
    assert "Say why the day is moved" in manager.post(f"{address}1/change/", changed).content.decode()
    assert manager.post(f"{address}1/change/", changed | {"reason": "The trainer is ill."}).status_code == 302
    assert manager.post(f"{address}1/change/", changed | {"reason": "Again."}).status_code == 409
    assert manager.post(f"{address}1/finish/", {"version": "no number"}).status_code == 409
    assert manager.get(f"{address}1/finish/").status_code == 200
    assert manager.post(f"{address}1/finish/", {"version": "2"}).status_code == 302
    assert manager.get(f"{address}1/finish/").status_code == 404
    assert manager.post(f"{address}1/reopen/", {"version": "3"}).status_code == 400
    assert manager.post(f"{address}1/reopen/", {"version": "3", "reason": "Not all came."}).status_code == 302
    shown = manager.get(f"{address}1/").content.decode()
    for words in ("The trainer is ill.", "Not all came.", "Change it", "Drop it"):
        assert words in shown
    read = sign_in("gp").get(f"{address}1/").content.decode()
    assert "The trainer is ill." in read
    assert "Drop it" not in read
    assert sign_in("gp").post(f"{address}1/drop/", {"version": "4", "reason": "No."}).status_code == 409
    verbs = Entry.objects.filter(verb__endswith="_milestone").order_by("number").values_list("verb", flat=True)
    assert [each.removesuffix("_milestone") for each in verbs] == ["add", "change", "finish", "reopen"]


def test_every_slippage_has_its_reason_and_earlier_days_stay(place: Any) -> None:
    case = approved(place)
    made = added(place, case)
    later = planned(place, due_on=DUE + 10 * DAY)
    told = {"by": place.actor("commissioning_manager"), "at": APPROVED}
    with pytest.raises(RefusedInput, match="says why"):
        change_milestone(made, later, reason=" ", version=1, **told)
    moved = change_milestone(made, later, reason="The room is not ready.", version=1, **told)
    with pytest.raises(RefusedInput, match="changed this milestone meanwhile"):
        change_milestone(made, later, reason="Again.", version=1, **told)
    same = change_milestone(moved, replace(later, risk="high"), reason="", version=2, **told)
    days = [(each.due_on, each.reason) for each in made.versions.all()]
    assert days == [(DUE, ""), (later.due_on, "The room is not ready."), (later.due_on, "")]
    told_of = Notice.objects.filter(subject__contains="moved to")
    assert [each.person_id for each in told_of] == [author(place).person_id]
    for rows in (MilestoneVersion.objects.filter(milestone=made), MilestoneVersion.objects.filter(number=1)):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(reason="Nobody's fault.")
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()
    dropped = move_milestone(same, "drop", reason="Not needed.", version=3, **told)
    with pytest.raises(RefusedInput, match="Only an open milestone"):
        change_milestone(dropped, later, reason="", version=4, **told)
    assert set(MOVES) == set(STATES)
    with pytest.raises(IntegrityError), transaction.atomic():
        Milestone.objects.filter(id=made.id).update(depends_on=made)


def test_nobody_else_keeps_them_and_they_fit_the_case(place: Any) -> None:
    case, told = approved(place), {"by": author(place), "at": APPROVED}
    for by in (place.actor("gp"), place.actor("finance_manager"), place.actor("commissioning_manager", world="B")):
        with pytest.raises(RefusedInput, match="kept by the case's authors"):
            add_milestone(case, planned(place), by=by, at=APPROVED)
    stranger = place.appointment("gp", world="B").person
    with pytest.raises(RefusedInput, match="belongs to somebody"):
        add_milestone(case, planned(place, owner=stranger), **told)
    with pytest.raises(RefusedInput, match="That day is over"):
        add_milestone(case, planned(place, due_on=APPROVED.date() - DAY), **told)
    other = added(place, approved(place, title="Another case"))
    with pytest.raises(RefusedInput, match="of the same case"):
        add_milestone(case, planned(place, depends_on=other), **told)
    Proposal.everywhere.filter(id=case.id).update(kind="plan")
    with pytest.raises(RefusedInput, match="belong to a business case"):
        add_milestone(case, planned(place), **told)
    assert not case.milestones.exists()


def test_what_waits_for_another_is_done_after_it_and_never_in_a_circle(place: Any) -> None:
    case, told = approved(place), {"by": author(place), "at": APPROVED}
    first = added(place, case)
    second = added(place, case, "Open the clinic", depends_on=first)
    third = added(place, case, "Tell patients", depends_on=second)
    with pytest.raises(RefusedInput, match="wait for each other"):
        change_milestone(first, planned(place, depends_on=third), reason="", version=1, **told)
    with pytest.raises(RefusedInput, match="waits for another"):
        move_milestone(second, "finish", reason="", version=1, **told)
    first = move_milestone(first, "finish", reason="", version=1, **told)
    move_milestone(second, "finish", reason="All there.", version=1, **told)
    with pytest.raises(RefusedInput, match="Another that waits for it is done"):
        move_milestone(first, "reopen", reason="Not yet.", version=2, **told)
    with pytest.raises(RefusedInput, match="needs its reason"):
        move_milestone(third, "drop", reason="", version=1, **told)
    late = change_milestone(third, planned(place, "Tell patients", depends_on=first), reason="", version=1, **told)
    assert late.depends_on == first


def test_the_page_says_what_does_not_fit_together(place: Any, sign_in: Callable[..., Client]) -> None:
    case, told = approved(place), {"by": author(place), "at": APPROVED}
    first = added(place, case, due_on=DUE + 9000 * DAY)
    second = added(place, case, "Open the clinic", depends_on=first, due_on=DUE + 8999 * DAY)
    assert state_of(second, DUE) == "Open, due before what it waits for"
    move_milestone(first, "drop", reason="Not needed.", version=1, **told)
    manager = sign_in("practice_manager")
    form = manager.get(f"/mobilisation/{case.code}/2/change/").content.decode()
    assert "Train the nurses" in form  # what it waits for stays, dropped or not
    assert manager.get(f"/mobilisation/{case.code}/3/").status_code == 404
    administrator = place.actor("administrator")
    assert [each for each in tasks_for(administrator, DUE) if "/mobilisation/" in each.href] == []


def test_late_ones_are_told_once_and_wait_on_the_home_page(place: Any) -> None:
    case = approved(place)
    made = added(place, case)
    owner, handler = place.actor("practice_nurse"), place.actor("commissioning_manager")
    for days in (0, 3, 4, 9):  # stopped for days: one notice each
        watch_milestones(at(DUE + days * DAY))
    late = Notice.objects.filter(key__contains="-late-")
    everybody = {owner.person_id, author(place).person_id, handler.person_id}
    assert sorted(late.values_list("person_id", flat=True)) == sorted(everybody)
    today = DUE + 3 * DAY
    assert [each.title for each in tasks_for(owner, DUE) if "milestone" in each.href] == []
    for actor in (owner, author(place)):
        assert [each.is_late for each in tasks_for(actor, today) if f"/mobilisation/{case.code}/1/" in each.href] == [
            True
        ]
    assert "See 1 late milestone of approved cases" in [each.title for each in tasks_for(handler, today)]
    gp = place.actor("gp")
    assert [each for each in tasks_for(gp, today) if "/mobilisation/" in each.href] == []
    change_milestone(
        made, planned(place, due_on=DUE + 30 * DAY), reason="Ill.", version=1, by=author(place), at=at(today)
    )
    watch_milestones(at(DUE + 20 * DAY))
    assert late.count() == 3
    watch_milestones(at(DUE + 40 * DAY))
    assert late.count() == 6


def test_only_whoever_keeps_a_late_milestone_is_asked_to_finish_or_move_it(place: Any) -> None:
    case, handler = approved(place, is_quick_win=True), place.actor("commissioning_manager")
    for owner in (place.actor("practice_nurse"), handler):
        added(place, case, f"Of {owner.person_id}", owner=person_of(owner))
    today = APPROVED.date() + 200 * DAY

    def asked(actor: Any) -> set[str]:
        found = [each.title for each in tasks_for(actor, today) if f"/mobilisation/{case.code}/" in each.href]
        return {each.split(" “")[0].split(" when")[0] for each in found}

    tell, finish = "Tell the authors how far it is with", "Finish or move"
    assert (asked(author(place)), asked(place.actor("practice_nurse"))) == ({finish, "Record"}, {tell})
    assert asked(handler) == {finish}
    keep_away(case, handler, "may_speak")
    assert asked(handler) == {tell}
    assert not queries.keeps(handler, case)


def test_whoever_is_kept_away_finds_nothing_of_it(place: Any, sign_in: Callable[..., Client]) -> None:
    case, handler = approved(place), place.actor("commissioning_manager")
    added(place, case)
    board = place.actor("board_member")
    assert person_of(board) in queries.may_own(case, on=APPROVED.date())
    for actor in (handler, board):
        keep_away(case, actor)
    assert person_of(board) not in queries.may_own(case, on=APPROVED.date())
    watch_milestones(at(DUE + DAY))
    assert not Notice.objects.filter(person_id=handler.person_id, key__contains="-late-").exists()
    assert [each for each in tasks_for(handler, DUE + DAY) if "milestone" in each.title] == []
    client = sign_in("commissioning_manager")
    for path in ("new/", "1/", "1/change/", "1/drop/", "service/", "milestones/csv/"):
        assert client.get(f"/mobilisation/{case.code}/{path}").status_code == 404
    for path in ("/mobilisation/", "/mobilisation/download/csv/"):
        assert case.code not in client.get(path).content.decode()
    with pytest.raises(RefusedInput, match="kept by the case's authors"):
        add_milestone(case, planned(place, "Another"), by=handler, at=APPROVED)


def test_more_cases_and_milestones_cost_no_more_queries(place: Any, sign_in: Callable[..., Client]) -> None:
    client, counts = sign_in("commissioning_manager"), []
    for number in range(3):
        case = approved(place, title=f"Case {number}")
        added(place, case)
        added(place, case, "Another", due_on=date(2030, 1, 1))
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/mobilisation/").status_code == 200
        counts.append(len(asked))
    assert counts[1] == counts[2]


MOVE = st.tuples(st.integers(0, 3), st.sampled_from(["finish", "drop", "reopen", "wait"]), st.integers(0, 3))


class Any4(TestCase):
    """Whatever four milestones go through, none waits in a circle and none is done before what it waits for."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.place = make_place()
        cls.case = approved(cls.place)
        cls.ids = [added(cls.place, cls.case, f"Step {number}").id for number in range(4)]

    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(MOVE, max_size=12))
    def test_order_holds_whatever_is_done(self, moves: list[tuple[int, str, int]]) -> None:
        place, case, ids = self.place, self.case, self.ids
        for which, move, other in moves:
            row = Milestone.objects.select_related("proposal").get(id=ids[which])
            told = {"reason": "So.", "version": row.version, "by": author(place), "at": APPROVED}
            try:
                with transaction.atomic():
                    if move == "wait":
                        waits_for = Milestone.objects.get(id=ids[other])
                        change_milestone(row, planned(place, row.title, depends_on=waits_for), **told)
                    else:
                        move_milestone(row, move, **told)
            except RefusedInput:
                pass
        rows = {each.id: each for each in Milestone.objects.filter(proposal=case)}
        for each in rows.values():
            steps, before = 0, each.depends_on_id
            while before is not None and steps <= len(rows):
                steps, before = steps + 1, rows[before].depends_on_id
            assert before is None
            if each.state == "done" and each.depends_on_id:
                assert rows[each.depends_on_id].state != "open"
            assert each.versions.count() == each.version
