"""The register of contracts as pages: lines, months, variations, the bill of the statement in force, what a change does."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.ledger.test_reading import links_in, pence, rows_of
from tests.web.statements.published import Stated

from pbc.reports.contracts import build_contracts
from pbc_web.ledger.doors import CHECKING
from pbc_web.statements.models import Publication
from pbc_web.statements.shown import material_of

pytestmark = pytest.mark.django_db
YEAR, ZHA, ZHB = "2009-10", ("2009-10", "ZPA", "ZHA"), ("2009-10", "ZPA", "ZHB")
Look = Callable[..., str]


def test_contracts_of_a_year_stand_with_their_plans_and_a_hospital_sees_its_own(look: Look) -> None:
    page = look("contracts", YEAR, by="information_manager")
    assert "ZPA-ZHA" in page
    assert "ZPA-ZHB" in page
    assert "£120,000" in page
    own = look("contracts", YEAR, by="provider_contract_manager")
    assert "ZPA-ZHA" in own
    assert "ZPA-ZHB" not in own


def test_a_contract_shows_its_months_variations_and_bill_in_steps_that_add_up(look: Look) -> None:
    page = unescape(look("contract", *ZHB))
    months = rows_of(page, "plan-AE")
    assert (len(months), sum(pence(row[2]) for row in months)) == (12, 6_000_00)
    *lines, whole = rows_of(page, "lines")
    assert lines[0][1:3] == ["Block", "£6,000"]
    told = {row[0]: [pence(cell) for cell in row[-2:]] for row in (*lines, whole)}
    assert told.pop("All") == [sum(each) for each in zip(*told.values(), strict=True)]
    assert told[lines[0][0]] == [6_000_00, sum(pence(month[2]) for month in months[:3])]
    assert "Planned to June 2009" in page
    assert "No contract is held from 1 April 2010 on" in page
    assert rows_of(page, "variations")[0][2:4] == ["10 September 2009", "October 2009"]
    steps = rows_of(page, "steps")
    bills = build_contracts(material_of(Publication.everywhere.get()), provider_code="ZHB", protection=CHECKING).bills
    assert sum(pence(row[2]) for row in steps) == int(bills["amount_pence"].sum())
    for year in ("2009-10", "2010-11"):
        for row in rows_of(page, f"changes-{year}"):
            assert pence(row[5]) == sum(pence(cell) for cell in row[1:5])
        *lines, whole = rows_of(page, f"changes-{year}")
        assert whole[0] == "All"
        assert [pence(cell) for cell in whole[1:]] == [sum(pence(row[at]) for row in lines) for at in range(1, 6)]
    assert "Bill of 2009/10 to June 2009: activity beside the plan" in page
    assert "Bill of the whole of 2010/11, if these terms go on: activity beside the plan" in page
    assert "182 days, as the rules have it" in page
    assert "activity beside the contracts' plan is worth" in page


def test_every_number_of_a_contract_leads_to_how_it_came_about(look: Look, sign_in: Callable[..., Client]) -> None:
    for role, world, least in (
        ("contracts_manager", "A", 34), ("information_manager", "A", 26), ("provider_contract_manager", "B", 26),
    ):  # fmt: skip
        links = links_in(look("contract", *ZHB, by=role, world=world))
        assert len(links) >= least, role
        client = sign_in(role, world=world)
        assert [link for link in links if client.get(link).status_code != 200] == []


def test_a_contract_whose_year_has_no_statement_in_force_says_so(place: Any, books: Stated, look: Look) -> None:
    Publication.everywhere.update(state="withdrawn")
    page = look("contract", *ZHA)
    assert "No statement of the year that bills this contract is published yet" in page
    steps = rows_of(look("hospital", "2010-03-to-2010-04", *ZHA[1:]), "steps")
    bill = next(row[1] for row in steps if row[0] == "Bill by contract")
    assert f"Worked out, and not published: {bill} to March 2010" in page
    assert "Worked out, and not published" not in look("contract", *ZHA, by="information_manager")


def test_addresses_of_no_contract_are_not_found(books: Stated, sign_in: Callable[..., Client]) -> None:
    client = sign_in("contracts_manager")
    for view, args in (
        ("contracts", ("nonsense",)), ("contract", ("1999-00", "ZPA", "ZHA")), ("contract", (YEAR, "ZPA", "ZH9")),
        ("contract", (YEAR, "ZPB", "ZHA")), ("contract", ("2008-09", "ZPA", "ZHA")),
    ):  # fmt: skip
        assert client.get(reverse(f"ledger:{view}", args=args)).status_code == 404, args
    assert (
        "No contract of 2008/09 is held" in client.get(reverse("ledger:contracts", args=["2008-09"])).content.decode()
    )
    bare = client.get(reverse("ledger:contract_figure", args=[YEAR, "ZPA"]))
    assert (bare.status_code, bare.url) == (302, reverse("ledger:contracts", args=[YEAR]))
