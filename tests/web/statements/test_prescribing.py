"""Prescribing as money on a page: what is missing is told, shares by age and sex stand by practice, each its own."""

import shutil
from collections.abc import Callable
from html import unescape
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.web.ledger.test_reading import links_in, pence, rows_of
from tests.web.statements import world
from tests.web.statements.published import Stated

from pbc_web.runs.models import Run
from pbc_web.runs.worker import work_off
from pbc_web.shell import clock
from pbc_web.statements.models import Publication

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


def address(view: str = "prescribing", *more: str) -> str:
    return reverse(f"statements:{view}", args=[Publication.everywhere.get().id, *more])


def page(client: Client) -> str:
    answer = client.get(address())
    assert answer.status_code == 200
    return unescape(answer.content.decode())


@pytest.fixture
def weighed(stated: Stated, settings: Any, tmp_path: Any, sign_in: SignIn) -> Stated:
    """June in force in a store of its own, and its year's prescribing shared by age and sex from the page."""
    settings.PBC_STORE = shutil.copytree(world.held()[0], tmp_path / "store")
    stated.publish("2009-06")
    assert sign_in("finance_manager").post(address("weigh_prescribing")).status_code == 302
    work_off(at=clock.now())
    run = Run.everywhere.get(kind="weigh_prescribing")
    assert (run.state, run.title) == ("done", "Share prescribing of 2009/10 by age and sex"), run.fault
    return stated


def test_what_is_missing_is_told_with_who_brings_it(stated: Stated, sign_in: SignIn) -> None:
    stated.publish("2009-06")
    told = page(sign_in("board_member"))
    assert "It is not held against last year: products are not held" in told
    assert "pbc prescribing-budgets --year 2009-10" in told
    assert "Share by age and sex" not in told
    assert "Share by age and sex" in page(sign_in("finance_manager"))
    listing = sign_in("pharmacist").get(reverse("statements:listing")).content.decode()
    assert address() in listing
    bare = sign_in("board_member").get(address("prescribing_figure"))
    assert (bare.status_code, bare.url) == (302, address())


def test_shares_stand_by_practice_and_add_up_and_each_number_explains_itself(weighed: Stated, sign_in: SignIn) -> None:
    client = sign_in("finance_manager")
    rows = rows_of(page(client), "age-sex")
    assert rows[-1][0] == "Together"
    assert [sum(pence(row[at]) for row in rows[:-1]) for at in (2, 3, 4, 5)] == [pence(cell) for cell in rows[-1][2:]]
    links = links_in(page(client))
    assert len(links) >= 12
    assert [link for link in links if client.get(link).status_code != 200] == []
    book = client.get(address("prescribing_file", "xlsx")).content
    assert openpyxl.load_workbook(BytesIO(book)).sheetnames == ["Cover", "age-sex"]
    assert client.get(address("prescribing_file", "csv")).content.startswith(
        b"status,practice,people,by_age_and_sex_pence"
    )


def test_a_practice_sees_its_own_row_and_follows_no_others(weighed: Stated, sign_in: SignIn) -> None:
    whole, own = page(sign_in("finance_manager")), page(sign_in("practice_manager"))
    rows = rows_of(own, "age-sex")
    assert [row[0] for row in rows[1:]] == ["3 practices not shown to you one by one", "Together"]
    assert rows[-1] == rows_of(whole, "age-sex")[-1]
    mine = set(links_in(own))
    assert {sign_in("practice_manager").get(link).status_code for link in mine} == {200}
    others = set(links_in(whole)) - mine
    assert others
    assert {sign_in("practice_manager").get(link).status_code for link in others} == {404}
    assert links_in(page(sign_in("board_member"))) == []


def test_the_page_asks_the_database_alike_however_many_practices_it_names(
    weighed: Stated, place: Any, sign_in: SignIn
) -> None:
    counts = []
    for role, organisation in (("cluster_lead", "ZCA1"), ("cluster_lead", "ZCA2")):  # two practices, and one
        client = sign_in(role, place[organisation])
        page(client)
        with CaptureQueriesContext(connection) as asked:
            page(client)
        counts.append(len(asked))
    assert counts[0] == counts[1]
