"""Appointments last for a period; a colleague may cover; an administrator may look as somebody sees, without touching."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from tests.web.conftest import AT, TESTS

from pbc.errors import RefusedInput
from pbc_web.accounts.actions import arrange_cover, end_appointment, renew_appointment
from pbc_web.accounts.models import Person
from pbc_web.accounts.queries import VIEWING, acting_as, appointments_on
from pbc_web.accounts.roles import Duty
from pbc_web.audit.models import Entry
from pbc_web.audit.queries import as_sentences

TODAY = AT.date()


def box(name: str, day: date) -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def test_an_appointment_is_ended_and_renewed_on_its_page(sign_in: Callable[..., Client], place: Any) -> None:
    nurse = place.appointment("practice_nurse")
    with time_machine.travel(AT, tick=False):
        client = sign_in("practice_manager")
        assert client.post(reverse("end_appointment", args=[nurse.id]), box("on", date(2009, 4, 19))).status_code == 400
        assert client.post(reverse("end_appointment", args=[nurse.id]), box("on", date(2009, 4, 30))).status_code == 302
        nurse.refresh_from_db()
        assert nurse.last_day == date(2009, 4, 30)
        page = client.get(reverse("appointment", args=[nurse.id])).text
        assert "30 April 2009" in page
        assert (
            client.post(reverse("renew_appointment", args=[nurse.id]), box("until", date(2010, 3, 31))).status_code
            == 302
        )
        assert (
            client.post(reverse("renew_appointment", args=[nurse.id]), box("until", date(2009, 12, 31))).status_code
            == 409
        )
        assert client.get(reverse("renew_appointment", args=[nurse.id])).status_code == 200
    nurse.refresh_from_db()
    assert nurse.last_day == date(2010, 3, 31)


def test_nobody_ends_or_renews_their_own_appointment(sign_in: Callable[..., Client], place: Any) -> None:
    own = place.appointment("practice_manager")
    assert sign_in("practice_manager").get(reverse("end_appointment", args=[own.id])).status_code == 404


def test_a_commissioner_does_not_end_a_role_it_may_not_give(sign_in: Callable[..., Client], place: Any) -> None:
    gp = place.appointment("gp")
    assert sign_in("commissioning_manager").get(reverse("end_appointment", args=[gp.id])).status_code == 404


def test_an_appointment_holds_from_its_first_day_until_before_its_end(place: Any) -> None:
    nurse = place.appointment("practice_nurse")
    end_appointment(nurse, on=date(2009, 4, 30), by=TESTS, at=AT)
    held = [
        nurse in appointments_on(day)
        for day in (date(2004, 3, 31), date(2004, 4, 1), date(2009, 4, 30), date(2009, 5, 1))
    ]
    assert held == [False, True, True, False]


def test_ending_ends_the_cover_too(place: Any) -> None:
    gp, colleague = place.appointment("gp"), place.appointment("practice_nurse").person
    cover = arrange_cover(gp, colleague=colleague, starts_on=TODAY, until=date(2009, 6, 1), by=TESTS, at=AT)
    later = arrange_cover(gp, colleague=colleague, starts_on=date(2009, 7, 1), until=date(2009, 7, 9), by=TESTS, at=AT)
    end_appointment(gp, on=date(2009, 5, 1), by=TESTS, at=AT)
    cover.refresh_from_db(), later.refresh_from_db()
    assert (cover.last_day, later.last_day) == (date(2009, 5, 1), date(2009, 7, 1))
    with pytest.raises(RefusedInput, match="ends by then already"):
        end_appointment(gp, on=date(2009, 5, 1), by=TESTS, at=AT)


def test_a_colleague_covers_with_all_duties_and_every_deed_says_for_whom(
    sign_in: Callable[..., Client], place: Any
) -> None:
    gp, nurse = place.appointment("gp"), place.appointment("practice_nurse").person
    with time_machine.travel(AT, tick=False):
        said = {"colleague": nurse.id, **box("starts_on", TODAY), **box("until", TODAY + timedelta(days=9))}
        assert sign_in("gp").post(reverse("arrange_cover", args=[gp.id]), said).status_code == 302
        cover = gp.covered_by.get()
        client = sign_in("practice_nurse")
        client.post(reverse("choose_role"), {"appointment": cover.id})
        actor = acting_as(nurse, client.session)
        assert actor is not None
        assert actor.may(Duty.ACCEPT_BUDGET)
        assert "as cover for GP ZA0001" in client.get(reverse("second_factor")).text
    entry = Entry.objects.filter(verb="change_role").get()
    assert entry.told["as_cover_for"] == str(gp.person.number)
    assert as_sentences([entry])[0][2] == (
        "Practice nurse ZA0001, as cover for GP ZA0001, began to act as GP of Practice A1."
    )


def test_cover_is_by_a_colleague_within_the_appointment_and_never_of_a_cover(place: Any) -> None:
    gp, nurse = place.appointment("gp"), place.appointment("practice_nurse").person
    stranger = place.appointment("practice_nurse", world="B").person
    days = {"starts_on": TODAY, "until": TODAY, "by": TESTS, "at": AT}
    with pytest.raises(RefusedInput, match="by a colleague"):
        arrange_cover(gp, colleague=stranger, **days)
    with pytest.raises(RefusedInput, match="by a colleague"):
        arrange_cover(gp, colleague=gp.person, **days)
    with pytest.raises(RefusedInput, match="within the appointment"):
        arrange_cover(gp, colleague=nurse, **days | {"until": TODAY - timedelta(days=1)})
    cover = arrange_cover(gp, colleague=nurse, **days)
    with pytest.raises(RefusedInput, match="cannot be covered"):
        arrange_cover(cover, colleague=gp.person, **days)


def test_cover_gives_nobody_what_an_appointment_could_not(sign_in: Callable[..., Client], place: Any) -> None:
    """A commissioner gives no role that reads records, and nobody gives one to themselves: neither by way of a cover."""
    gp, nurse = place.appointment("gp"), place.appointment("practice_nurse").person
    manager = place.appointment("practice_manager").person
    address = reverse("arrange_cover", args=[gp.id])
    with time_machine.travel(AT, tick=False):
        days = box("starts_on", TODAY) | box("until", TODAY)
        payer = sign_in("commissioning_manager")
        assert payer.post(address, {"colleague": nurse.id, **days}).status_code == 404
        assert "Arrange cover" not in payer.get(reverse("appointment", args=[gp.id])).text
        assert sign_in("practice_manager").post(address, {"colleague": manager.id, **days}).status_code == 400
    with pytest.raises(RefusedInput, match="Nobody appoints themselves"):
        arrange_cover(gp, colleague=manager, starts_on=TODAY, until=TODAY, by=place.actor("practice_manager"), at=AT)
    assert not gp.covered_by.exists()


def test_cover_begins_today_or_later_and_ends_after_it_begins(sign_in: Callable[..., Client], place: Any) -> None:
    gp, nurse = place.appointment("gp"), place.appointment("practice_nurse").person
    with time_machine.travel(AT, tick=False):
        said = {"colleague": nurse.id, **box("starts_on", date(2009, 4, 1)), **box("until", date(2009, 3, 1))}
        page = sign_in("gp").post(reverse("arrange_cover", args=[gp.id]), said)
    assert "First day must be today or later" in page.text
    assert "on or after the first day" in page.text


def test_where_nobody_else_is_the_page_says_who_can_help(sign_in: Callable[..., Client], place: Any) -> None:
    lead = place.appointment("cluster_lead")
    assert "Nobody else holds a role" in sign_in("cluster_lead").get(reverse("arrange_cover", args=[lead.id])).text


def test_viewing_as_somebody_shows_their_pages_changes_nothing_and_is_told(
    sign_in: Callable[..., Client], place: Any
) -> None:
    viewed = place.appointment("gp")
    client = sign_in("administrator")
    address = reverse("view_as", args=[viewed.id])
    assert client.post(address, {}).status_code == 400  # a reason is required
    assert client.post(address, {"reason": "they asked for help"}).status_code == 302
    page = client.get("/account/")
    assert "You see what GP ZA0001 (GP, Practice A1) sees" in page.text
    administrator = place.appointment("administrator").person
    actor = acting_as(administrator, {VIEWING: viewed.id})
    assert actor is not None
    assert (actor.may(Duty.ACCEPT_BUDGET), actor.may(Duty.READ_RECORDS)) == (True, False)
    assert actor.audit_name == str(administrator.number)
    refused = client.post(reverse("sign_out_everywhere"))
    assert (refused.status_code, "nothing can be changed" in refused.text) == (403, True)
    assert client.post(reverse("stop_viewing_as")).url == "/"
    assert "You see what" not in client.get("/account/").text
    told = as_sentences(
        Entry.objects.filter(person=str(administrator.number)).exclude(verb="sign_in").order_by("number")
    )
    assert [said for _, _, said in told] == [
        "Administrator ZSERVICE began to view as GP ZA0001 (GP, Practice A1) because they asked for help.",
        "Administrator ZSERVICE was refused sign_out_everywhere.",
        "Administrator ZSERVICE stopped viewing as GP ZA0001.",
    ]


def test_signing_out_is_allowed_while_viewing_as(sign_in: Callable[..., Client], place: Any) -> None:
    client = sign_in("administrator")
    client.post(reverse("view_as", args=[place.appointment("gp").id]), {"reason": "an auditor asked"})
    assert client.post(reverse("account_logout")).status_code == 302
    assert client.get("/account/").status_code == 302


def test_nobody_but_an_administrator_views_as_by_a_session_value(place: Any) -> None:
    manager: Person = place.appointment("finance_manager").person
    actor = acting_as(manager, {VIEWING: place.appointment("gp").id})
    assert actor is not None
    assert (actor.role_code, actor.seen_by) == ("finance_manager", "")


def test_an_appointment_that_was_viewed_and_ended_is_viewed_no_more(place: Any) -> None:
    viewed, administrator = place.appointment("gp"), place.appointment("administrator").person
    end_appointment(viewed, on=TODAY, by=TESTS, at=AT)
    actor = acting_as(administrator, {VIEWING: viewed.id})
    assert actor is not None
    assert actor.role_code == "administrator"


def test_renewing_is_to_a_later_day(place: Any) -> None:
    nurse = place.appointment("practice_nurse")
    end_appointment(nurse, on=TODAY, by=TESTS, at=AT)
    with pytest.raises(RefusedInput, match="later day"):
        renew_appointment(nurse, until=TODAY, by=TESTS, at=AT)


def test_a_role_is_refused_where_it_is_not_held(place: Any) -> None:
    with pytest.raises(RefusedInput, match="not held in an organisation of this kind"):
        place.appointment("gp", place["ZPA"])
