"""A stranger's way from an integrated care board to a workbook, on made-up England; and what stands in the way told in words."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.web.budgets.rounds import AT

from pbc.periods import FinancialYear
from pbc_web.audit.models import Entry
from pbc_web.budgets.actions.neighbourhoods import add_pot, begin_plan, place_practices, remove_pot
from pbc_web.budgets.models import Plan
from pbc_web.budgets.queries.payable import NOT_PAYABLE
from pbc_web.runs.models import Run
from pbc_web.runs.worker import work_off
from pbc_web.shell import clock

LISTED = "practice_code,neighbourhood\n" + "".join(
    f"Z{90001 + at},{'Northside' if at % 4 else 'Quay'}\n" for at in range(0, 40, 2)
)
POT = {"name": "Community nursing", "amount": "5,000,000", "measure": "CS WP"}


@pytest.fixture
def england(made_up_england: Path, settings: Any, tmp_path: Path) -> Path:
    settings.PBC_PUBLISHED_DATA = str(made_up_england)
    settings.PBC_STORE = tmp_path / "store"
    return made_up_england


def begun(client: Client) -> Plan:
    client.post(reverse("budgets:neighbourhood_start"), {"commissioner": "ZI1"})
    return Plan.everywhere.get()


def at(view: str, plan: Plan, **more: str) -> str:
    return reverse(f"budgets:neighbourhood_{view}", kwargs={"plan_id": plan.id, **more})


def said(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_group_sees_how_far_its_own_work_is(england: Path, sign_in: Callable[..., Client]) -> None:
    client = sign_in("cluster_lead")
    plan = begun(client)
    client.post(at("places", plan), {"source": "typed", "pasted": LISTED})
    client.post(at("pots", plan), POT)
    client.post(at("check", plan))
    address = re.search(r'data-progress="([^"]+)"', said(client.get(at("result", plan))))
    assert address
    assert client.get(address[1], headers={"Accept": "application/json"}).json()["is_over"] is False
    assert sign_in("cluster_lead", world="B").get(address[1]).status_code == 404


def test_a_stranger_gets_from_a_board_to_a_workbook(england: Path, sign_in: Callable[..., Client]) -> None:
    client = sign_in("finance_manager")
    assert 'value="ZI1"' in said(client.get(reverse("budgets:neighbourhood_start")))
    plan = begun(client)
    sent = {"source": "typed", "file": SimpleUploadedFile("places.csv", LISTED.encode())}
    assert client.post(at("places", plan), sent).url == at("pots", plan)  # type: ignore[attr-defined]
    assert client.post(at("pots", plan), POT).status_code == 302
    client.post(at("pots", plan), {**POT, "name": "Prescribing", "measure": "Prescr WP"})
    assert "2 neighbourhoods" in said(client.get(at("check", plan)))
    assert client.post(at("check", plan)).url == at("result", plan)  # type: ignore[attr-defined]
    assert "data-progress" in said(client.get(at("result", plan)))
    assert work_off(at=clock.now()) == 1
    page = said(client.get(at("result", plan)))
    for words in ("£10,000,000", "Northside", "Quay", NOT_PAYABLE, "How far luck goes", "Unusual lists", "Social care"):
        assert words in page
    book = openpyxl.load_workbook(BytesIO(client.get(at("file", plan, kind="xlsx")).content))
    assert book["Cover"]["A2"].value == NOT_PAYABLE
    assert all(NOT_PAYABLE in str(book[name]["A1"].value) for name in book.sheetnames if name.startswith("Pots"))
    lines = client.get(at("file", plan, kind="csv")).content.decode().splitlines()
    assert all(line.startswith(f'"{NOT_PAYABLE}"') or line.startswith(NOT_PAYABLE) for line in lines[1:])


def test_the_same_answers_again_are_the_same_work_and_other_pots_are_new(
    england: Path, sign_in: Callable[..., Client]
) -> None:
    client = sign_in("finance_manager")
    plan = begun(client)
    client.post(at("places", plan), {"source": "typed", "pasted": LISTED.replace(",", "\t")})
    client.post(at("pots", plan), POT)
    client.post(at("check", plan))
    work_off(at=clock.now())
    client.post(at("check", plan))
    assert (Run.everywhere.count(), bool(Plan.everywhere.get().set_id)) == (1, True)
    pot = plan.pots.get()
    client.post(at("pots", plan), {"remove": str(pot.id)})
    client.post(at("pots", plan), {**POT, "amount": "7"})
    client.post(at("check", plan))
    assert Run.everywhere.count() == 2


def test_faults_name_the_row_and_the_remedy(england: Path, sign_in: Callable[..., Client]) -> None:
    client = sign_in("finance_manager")
    plan = begun(client)
    twice = "Z90001,North\nZ90001,South\nZ90002,\n"
    page = said(client.post(at("places", plan), {"source": "typed", "pasted": twice}))
    assert "There is a problem" in page
    assert "Row 2" in page
    assert "End the first the day before the second begins." in page
    assert "Row 3, neighbourhood: found nothing" in page
    for sent, words in (
        ({"source": "typed"}, "Upload a file or paste a list"),
        ({}, "Say which neighbourhoods to use"),
        ({"source": "typed", "file": SimpleUploadedFile("x.csv", b"\xff\xfe\x00")}, "CSV in UTF-8"),
        ({"source": "typed", "file": SimpleUploadedFile("x.csv", b"a" * 1_000_001)}, "smaller than 1 MB"),
    ):
        assert words in said(client.post(at("places", plan), sent))
    many = "".join(f"Z9{number:04d},\n" for number in range(20))
    assert "more rows are at fault" in said(client.post(at("places", plan), {"source": "typed", "pasted": many}))


def test_pots_are_refused_in_words(england: Path, sign_in: Callable[..., Client]) -> None:
    client = sign_in("finance_manager")
    plan = begun(client)
    assert "more than £0" in said(client.post(at("pots", plan), {**POT, "amount": "0"}))
    assert "amount in pounds" in said(client.post(at("pots", plan), {**POT, "amount": "lots"}))
    assert "Choose the need" in said(client.post(at("pots", plan), {**POT, "measure": "CS"}))
    client.post(at("pots", plan), POT)
    again = client.post(at("pots", plan), {**POT, "name": "community NURSING"})
    assert (again.status_code, "There is a pot of this name" in said(again)) == (409, True)
    for number in range(11):
        client.post(at("pots", plan), {**POT, "name": f"Pot {number}"})
    assert client.post(at("pots", plan), {**POT, "name": "One more"}).status_code == 409
    refused = client.post(at("check", plan))
    assert (refused.status_code, "no neighbourhoods" in said(refused)) == (409, True)


def test_without_published_files_the_page_says_how_to_get_them(
    sign_in: Callable[..., Client], settings: Any, tmp_path: Path
) -> None:
    settings.PBC_PUBLISHED_DATA, settings.PBC_STORE = "", tmp_path / "store"
    page = said(sign_in("finance_manager").get(reverse("budgets:neighbourhood_start")))
    assert "pbc fetch" in page
    assert "<select" not in page
    (tmp_path / "store" / "published").mkdir(parents=True)
    assert "pbc fetch" in said(sign_in("finance_manager").get(reverse("budgets:neighbourhood_start")))


def test_a_run_that_fails_says_why_and_can_be_tried_again(england: Path, sign_in: Callable[..., Client]) -> None:
    client = sign_in("finance_manager")
    plan = begun(client)
    client.post(at("places", plan), {"source": "pcn"})  # there is no published hierarchy in this folder
    client.post(at("pots", plan), POT)
    client.post(at("check", plan))
    work_off(at=clock.now())
    assert "no published hierarchy" in said(client.get(at("result", plan)))
    assert client.get(at("file", plan, kind="csv")).status_code == 302
    client.post(at("check", plan))
    assert Run.everywhere.count() == 2


def test_what_a_budget_does_not_know_is_named(sign_in: Callable[..., Client]) -> None:
    page = said(sign_in("practice_manager").get(reverse("budgets:not_known")))
    for words in ("Unmet need.", "Temporary residents", "Social care.", "Housing"):
        assert words in page
    assert "third of practices" in said(sign_in("finance_manager").get(reverse("budgets:not_known")))


def test_every_change_of_a_plan_is_in_the_trail_once(place: Any) -> None:
    by = {"by": place.actor("finance_manager"), "at": AT}
    plan = begin_plan(commissioner_code="ZI1", commissioner_name="Made-up board", year=FinancialYear(2025), **by)
    place_practices(plan, source="typed", rows=[{"practice_code": "ZA0001", "neighbourhood": "Quay"}], **by)
    pot = add_pot(plan, name="Nursing", amount_pence=5_000_01, measure="CS WP", **by)
    remove_pot(plan, pot_id=pot.id, **by)
    remove_pot(plan, pot_id=pot.id, **by)  # gone already: nothing done, nothing told
    told = [
        (entry.verb, entry.told.get("amount"))
        for entry in Entry.objects.filter(subject_kind="neighbourhood_plan").order_by("number")
    ]
    assert told == [
        ("plan_neighbourhoods", None), ("place_practices", None), ("add_neighbourhood_pot", "£5,000.01"),
        ("remove_neighbourhood_pot", "£5,000.01"),
    ]  # fmt: skip
