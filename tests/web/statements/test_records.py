"""Records behind a figure: in one's own practice, for a purpose that is written down, never another's."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from tests.web.statements.published import Stated

from pbc.errors import RefusedInput
from pbc_web.audit.models import Entry
from pbc_web.shell import clock
from pbc_web.statements.actions.reading import open_records

pytestmark = pytest.mark.django_db
Figure = Callable[..., str]


def address(publication: Any, code: str, figure_text: str, view: str = "records") -> str:
    return f"{reverse(f'statements:{view}', args=[publication.id, code])}?id={figure_text}"


def test_records_are_shown_once_a_purpose_is_written_down(
    stated: Stated, figure_of: Figure, sign_in: Callable[..., Client]
) -> None:
    publication, client = stated.publish(), sign_in("gp")
    here = address(publication, "ZA0001", figure_of())
    asked = client.get(here).content.decode()
    assert "What do you need the records for?" in asked
    assert "ZZB01" not in asked
    assert "Say what you need the records for" in client.post(here, {}).content.decode()
    assert not Entry.objects.filter(verb="open_records").exists()
    shown = client.post(here, {"purpose": "check_charge"}, follow=True).content.decode()
    assert "ZZB01" in shown
    entry = Entry.objects.get(verb="open_records")
    assert (entry.organisation, entry.told["purpose"][:8]) == ("ZA0001", "to check")


def test_a_purpose_holds_for_one_session_and_a_while(
    stated: Stated, figure_of: Figure, sign_in: Callable[..., Client]
) -> None:
    publication, client = stated.publish(), sign_in("gp")
    here = address(publication, "ZA0001", figure_of())
    client.post(here, {"purpose": "review_care"})
    assert "What do you need" in sign_in("gp").get(here).content.decode()
    with time_machine.travel(clock.now() + timedelta(minutes=19, seconds=30)):
        assert "ZZB01" in client.get(here).content.decode()
    with time_machine.travel(clock.now() + timedelta(minutes=20, seconds=30)):
        assert "ZZB01" not in client.get(here, follow=True).content.decode()


def test_the_file_for_look_up_holds_pseudonyms_of_the_practice_alone(
    stated: Stated, figure_of: Figure, sign_in: Callable[..., Client]
) -> None:
    publication, client = stated.publish(), sign_in("gp")
    file = address(publication, "ZA0001", figure_of(), "records_file")
    assert client.post(file).status_code == 409
    client.post(address(publication, "ZA0001", figure_of()), {"purpose": "check_charge"})
    answer = client.post(file)
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["practice_code"] for row in rows} == {"ZA0001"}
    assert all(len(row["person_id"]) == 15 and set(row["person_id"]) <= set("abcdefghijklmnop") for row in rows)
    assert sum(int(row["cost_pence"]) for row in rows) > 0
    assert "records-for-look-up-ZA0001" in answer["Content-Disposition"]
    assert Entry.objects.filter(verb="download_records").count() == 1


def test_records_of_another_practice_are_not_found(
    stated: Stated, place: Any, figure_of: Figure, sign_in: Callable[..., Client]
) -> None:
    publication, client = stated.publish(), sign_in("gp")
    client.post(address(publication, "ZA0001", figure_of()), {"purpose": "check_charge"})
    for code in ("ZA0002", "ZB0001"):
        for view in ("records", "records_file"):
            for target in (
                address(publication, "ZA0001", figure_of(code), view),
                address(publication, code, figure_of(code), view),
            ):
                answer = client.post(target) if view == "records_file" else client.get(target)
                assert answer.status_code == 404
    for role in ("practice_manager", "cluster_lead", "finance_manager"):
        assert sign_in(role).get(address(publication, "ZA0001", figure_of())).status_code == 403
    with pytest.raises(RefusedInput, match="the practice they belong to only"):
        open_records(place["ZA0002"], figure_id="a", purpose="check_charge", by=place.actor("gp"), at=clock.now())
    with pytest.raises(RefusedInput, match="what you need"):
        open_records(place["ZA0001"], figure_id="a", purpose="curiosity", by=place.actor("gp"), at=clock.now())


def test_a_figure_without_records_says_so(stated: Stated, figure_of: Figure, sign_in: Callable[..., Client]) -> None:
    publication, client = stated.publish(), sign_in("gp")
    here = address(publication, "ZA0001", figure_of(item="RX"))
    assert client.post(here, {"purpose": "check_charge"}, follow=True).status_code == 409


def test_hospital_care_is_gone_down_step_by_step(stated: Stated, sign_in: Callable[..., Client]) -> None:
    publication, client = stated.publish(), sign_in("gp")
    here = reverse("statements:drill", args=[publication.id, "ZA0001"])
    assert "By hospital" in client.get(here).content.decode()
    page = client.get(here, {"point_of_delivery": "OPFA", "provider": "ZHA", "of_month": "2009-05"}).content.decode()
    assert "First attendances" in page or "Outpatient" in page or "irst" in page
    assert "By hospital" not in page
    for wrong in ({"point_of_delivery": "XX"}, {"of_month": "May"}):
        assert client.get(here, wrong).status_code == 404


def test_each_figure_opened_under_a_purpose_is_written_down_once(
    stated: Stated, figure_of: Figure, sign_in: Callable[..., Client]
) -> None:
    publication, client = stated.publish(), sign_in("gp")
    emergency, outpatients = figure_of(), figure_of(item="OPFA")
    client.post(address(publication, "ZA0001", emergency), {"purpose": "check_charge"}, follow=True)
    for figure_text in (outpatients, emergency, outpatients):
        client.get(address(publication, "ZA0001", figure_text))
    client.get(address(publication, "ZA0001", outpatients) + "&from=50")
    opened = Entry.objects.filter(verb="open_records").order_by("number")
    assert [entry.told["figure"] for entry in opened] == [emergency, outpatients]
    assert {entry.told["purpose"][:8] for entry in opened} == {"to check"}
    client.post(address(publication, "ZA0001", emergency), {"purpose": "review_care"}, follow=True)
    assert Entry.objects.filter(verb="open_records").count() == 3
    client.post(address(publication, "ZA0001", outpatients, "records_file"))
    assert Entry.objects.get(verb="download_records").told["figure"] == outpatients
