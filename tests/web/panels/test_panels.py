"""A panel: set up and seated by whoever handles proposals, read by its practices; one non-executive in the chair at a time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from tests.web.conftest import AT, BEGAN
from tests.web.panels.matrix import FACTS, keeper, panel_in, seated

from pbc.errors import RefusedInput
from pbc_web.audit.models import Entry
from pbc_web.organisations.models import OPEN_END, Organisation, Relation
from pbc_web.panels import queries
from pbc_web.panels.actions import Seat, end_seat, seat_member, set_up_panel
from pbc_web.panels.models import Member, Panel
from pbc_web.shell import clock

pytestmark = pytest.mark.django_db
TODAY, DAY = AT.date(), timedelta(days=1)


def boxes(**days: date) -> dict[str, int]:
    return {f"{name}-{part}": getattr(day, part) for name, day in days.items() for part in ("day", "month", "year")}


def test_a_panel_is_set_up_and_seated_on_pages(place: Any, sign_in: Callable[..., Client]) -> None:
    manager, gp = sign_in("commissioning_manager"), sign_in("gp")
    assert gp.get("/panels/").url == "/panels/ZPA/"
    assert "Whoever handles PCT A" in gp.get("/panels/ZPA/").content.decode()
    assert gp.get("/panels/ZPA/download/csv/").status_code == gp.get("/panels/ZPB/").status_code == 404
    assert "Set up the panel" in manager.get("/panels/ZPA/").content.decode()
    sent = {"name": "The panel", "quorum": "3", "alternate": ""} | boxes(starts_on=BEGAN)
    assert manager.post("/panels/ZPA/set-up/", sent | {"quorum": ""}).status_code == 400
    assert manager.post("/panels/ZPA/set-up/", sent | {"quorum": "2"}).status_code == 409
    assert manager.post("/panels/ZPA/set-up/", sent).status_code == 302
    assert "The panel" in manager.get("/panels/ZPA/set-up/").content.decode()
    assert manager.post("/panels/ZPA/set-up/", sent | {"name": "The committee"}).status_code == 302
    chair = place.appointment("non_executive")
    page = manager.get("/panels/ZPA/members/add/").content.decode()
    assert chair.person.name in page
    taken = {"person": chair.id, "seat": "chair"} | boxes(starts_on=BEGAN)
    assert manager.post("/panels/ZPA/members/add/", taken).status_code == 302
    shown = gp.get("/panels/ZPA/").content.decode()
    assert shown.count(chair.person.name) == 2
    assert "End this seat" not in shown
    member = Member.objects.get()
    address = reverse("panels:end_seat", args=["ZPA", member.id])
    assert address in manager.get("/panels/ZPA/").content.decode()
    assert manager.get(address).status_code == 200
    assert manager.post(address, {}).status_code == 400
    assert manager.post(address, boxes(last_day=clock.today() - DAY)).status_code == 302
    shown = gp.get("/panels/ZPA/").content.decode()
    assert "Nobody yet" in shown
    assert "Who sat on it before" in shown
    verbs = Entry.objects.filter(subject_kind="panel").order_by("number").values_list("verb", flat=True)
    assert list(verbs) == ["set_up_panel", "change_panel", "seat_panel_member", "end_panel_seat"]


def test_nobody_but_its_own_keeper_changes_a_panel(place: Any) -> None:
    for by in (place.actor("finance_manager"), place.actor("non_executive"), keeper(place, "B")):
        with pytest.raises(RefusedInput, match="kept by its commissioner's own"):
            set_up_panel(place["ZPA"], FACTS, by=by, at=AT)
    panel = panel_in(place)
    with pytest.raises(RefusedInput, match="kept by its commissioner's own"):
        seat_member(panel, place.appointment("board_member"), Seat(BEGAN), by=keeper(place, "B"), at=AT)


def test_a_region_reads_the_panels_of_the_commissioners_below_it(place: Any, sign_in: Callable[..., Client]) -> None:
    Relation.objects.filter(parent=place["ZSHB"]).update(parent=place["ZSHA"])
    panel_in(place)
    region = sign_in("performance_manager")
    shown = region.get("/panels/").content.decode()
    assert "/panels/ZPA/" in shown
    assert "/panels/ZPB/" in shown
    assert region.get("/panels/ZPA/").status_code == 200
    assert region.get("/panels/ZPA/?year=2009-10").status_code == 200
    assert region.get("/panels/ZPA/?year=never").status_code == 404
    Relation.objects.filter(parent=place["ZSHA"]).delete()
    assert "No panel is yours to read" in region.get("/panels/").content.decode()


def test_the_alternate_is_the_panel_of_a_neighbour(place: Any) -> None:
    panel, other = panel_in(place), panel_in(place, world="B")
    with pytest.raises(RefusedInput, match="of the same region"):
        set_up_panel(place["ZPA"], replace(FACTS, alternate=other), by=keeper(place), at=AT)
    Relation.objects.filter(parent=place["ZSHB"]).update(parent=place["ZSHA"])
    assert list(queries.neighbours_of(place["ZPA"], TODAY)) == [other]
    with pytest.raises(RefusedInput, match="of the same region"):
        set_up_panel(place["ZPA"], replace(FACTS, alternate=panel), by=keeper(place), at=AT)
    changed = set_up_panel(place["ZPA"], replace(FACTS, alternate=other), by=keeper(place), at=AT)
    assert (changed.id, changed.alternate) == (panel.id, other)
    with pytest.raises(IntegrityError), transaction.atomic():
        Panel.everywhere.filter(id=panel.id).update(alternate=panel)


def test_a_panel_decides_from_its_first_day(place: Any) -> None:
    panel = panel_in(place, facts=replace(FACTS, starts_on=TODAY))
    assert queries.panel_of(place["ZPA"], TODAY) == panel
    assert queries.panel_of(place["ZPA"], TODAY - DAY) is None
    assert queries.panel_of(place["ZPB"], TODAY) is None


def test_the_chair_is_one_non_executive_at_a_time(place: Any) -> None:
    panel = panel_in(place)
    with pytest.raises(RefusedInput, match="The chair is a non-executive"):
        seated(place, panel, "board_member", is_chair=True)
    with pytest.raises(RefusedInput, match="The chair is a non-executive"):
        seated(place, panel, "non_executive", is_chair=True, is_voting=False)
    chair = seated(place, panel, "non_executive", is_chair=True)
    other = place.appointment("committee_member")
    other.role_code = "non_executive"
    other.save()
    with pytest.raises(RefusedInput, match="one chair at a time"):
        seat_member(panel, other, Seat(BEGAN, is_chair=True), by=keeper(place), at=AT)
    end_seat(chair, last_day=TODAY, by=keeper(place), at=AT)
    with pytest.raises(RefusedInput, match="one chair at a time"):
        seat_member(panel, other, Seat(TODAY, is_chair=True), by=keeper(place), at=AT)
    seat_member(panel, other, Seat(TODAY + DAY, is_chair=True), by=keeper(place), at=AT)
    chairs = [queries.chair_of(panel, day) for day in (TODAY, TODAY + DAY)]
    assert [each and each.person for each in chairs] == [chair.person, other.person]
    for wrong in ({"role_code": "board_member"}, {"is_voting": False}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Member.objects.filter(person=other.person).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.filter(id=chair.id).update(ends_before=OPEN_END)


def test_a_vote_is_for_roles_that_decide_and_a_seat_for_the_commissioners_own(place: Any) -> None:
    panel = panel_in(place)
    with pytest.raises(RefusedInput, match="does not decide proposals"):
        seated(place, panel, "patient_representative")
    seated(place, panel, "patient_representative", is_voting=False)
    with pytest.raises(RefusedInput, match="or has a seat"):
        seated(place, panel, "patient_representative", is_voting=False)
    with pytest.raises(RefusedInput, match="no role with the commissioner"):
        seat_member(panel, place.appointment("gp"), Seat(BEGAN, is_voting=False), by=keeper(place), at=AT)
    voter = seated(place, panel, "board_member", starts_on=TODAY)
    assert [each.person for each in queries.members_on(panel, TODAY - DAY)] != [voter.person]
    assert voter in queries.members_on(panel, TODAY)
    voter.appointment.ends_before = TODAY
    voter.appointment.save()
    assert voter not in queries.members_on(panel, TODAY)  # whoever left the commissioner sits no more
    assert len(queries.members_ever(panel)) == 2


def test_a_seat_ends_once_and_not_before_it_began(place: Any) -> None:
    member = seated(place, panel_in(place), "board_member", starts_on=TODAY)
    with pytest.raises(RefusedInput, match="ends after it begins"):
        end_seat(member, last_day=TODAY - 2 * DAY, by=keeper(place), at=AT)
    end_seat(member, last_day=TODAY - DAY, by=keeper(place), at=AT)  # never sat
    assert not queries.members_on(member.panel, TODAY).exists()
    with pytest.raises(RefusedInput, match="has ended"):
        end_seat(member, last_day=TODAY, by=keeper(place), at=AT)


def test_two_panels_at_once_are_one(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    panel_in(place)
    monkeypatch.setattr("pbc_web.panels.actions.panel_at", lambda commissioner: None)  # both looked before either wrote
    with pytest.raises(RefusedInput, match="set up meanwhile"):
        panel_in(place)
    assert Panel.everywhere.count() == 1


def test_nobody_opens_what_is_not_there_or_keeps_what_is_not_theirs(place: Any, sign_in: Callable[..., Client]) -> None:
    manager = sign_in("commissioning_manager")
    for address in ("members/add/", "meetings/plan/", "members/1/end/", "meetings/1/"):
        assert manager.get(f"/panels/ZPA/{address}").status_code == 404
    panel_in(place)
    for address in ("members/1/end/", "meetings/1/cancel/"):
        assert manager.get(f"/panels/ZPA/{address}").status_code == 404
    place["ZPA"].kind = "icb"
    place["ZPA"].save()
    Relation.objects.filter(member=place["ZPA"]).delete()
    Relation.objects.create(
        member=place["ZPB"], relation="sub_icb_icb", parent=place["ZPA"], starts_on=BEGAN, ends_before=OPEN_END
    )
    assert manager.get("/panels/ZPB/").status_code == 200
    assert manager.get("/panels/ZPB/set-up/").status_code == 404


def test_panels_are_read_by_whom_they_concern_alone(place: Any) -> None:
    panel = panel_in(place)
    seen = [place.actor("gp", world=world) for world in "AB"] + [place.actor("performance_manager")]
    assert [list(Panel.objects.visible_to(each, sums=True)) for each in seen] == [[panel], [], [panel]]
    assert queries.commissioners_for(place.actor("cluster_lead")) == [Organisation.objects.get(code="ZPA")]
