"""A year as the books close it, as pages: the commissioner's, a practice's own, totals for who sees sums; nobody another's."""

import csv
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.web.ledger import world as charged
from tests.web.ledger.test_reading import links_in, pence, rows_of
from tests.web.statements.published import AT, Stated

from pbc.reports.year_bridge import BILL, BOOKS, OWED
from pbc.results import Store
from pbc.tables import CEDED_COSTS, POOL_MOVEMENTS
from pbc_web.accounts.tasks import tasks_for
from pbc_web.audit.models import Entry
from pbc_web.statements.actions.year_ends import publish_position
from pbc_web.statements.models import YearEndPosition

pytestmark = pytest.mark.django_db
YEAR = "2009-10"
NAME = f"year-end/{YEAR}/closing-estimate"
Look = Callable[..., str]


@pytest.fixture
def look(stated: Stated, place: Any, sign_in: Callable[..., Client]) -> Look:
    """A page of the year once its closing estimate is published, which must open."""
    publish_position(
        place["ZPA"], financial_year=YEAR, position="closing_estimate", set_name=NAME, set_id=stated.sets["year_end"],
        by=place.actor("finance_manager"), at=AT,
    )  # fmt: skip

    def at(code: str, by: str = "finance_manager", **who: Any) -> str:
        answer = sign_in(by, **who).get(reverse("statements:year_books", args=[YEAR, code]))
        assert answer.status_code == 200, (code, by)
        return answer.content.decode()

    return at


def test_commissioner_walks_from_budget_to_release_and_each_practice_to_its_own(look: Look) -> None:
    whole = {row[0]: pence(row[1]) for row in rows_of(look("ZPA"), "walk")}
    freed, kept = whole["Freed up"], whole["Practices keep"]
    assert freed + whole["The PCT's part"] == kept
    page = look("ZPA")
    holders = rows_of(page, "holders")
    assert sum(pence(row[3]) for row in holders) == freed
    own = {row[0]: pence(row[1]) for row in rows_of(look("ZA0001"), "walk")}
    assert own["Freed up"] == pence(holders[0][3])
    assert "Rules of the pool" in page


def test_a_practice_sees_its_own_year_and_no_other(look: Look, sign_in: Callable[..., Client]) -> None:
    """The attacker types: another practice, the group, the commissioner, their files and their figures."""
    page = look("ZA0001", by="practice_manager")
    assert 'id="table-holders"' not in page
    assert 'id="table-pool-walk"' not in page
    client = sign_in("practice_manager")
    links = links_in(page)
    assert links
    assert [link for link in links if client.get(link).status_code != 200] == []
    for code in ("ZA0002", "ZCA1", "ZPA", "ZB0001", "ZHA", "nonsense"):
        for view, more in (("year_books", []), ("year_books_file", ["xlsx"]), ("year_figure", [])):
            assert client.get(reverse(f"statements:{view}", args=[YEAR, code, *more])).status_code == 404, (view, code)
    theirs = [link.partition("?id=")[2] for link in links_in(look("ZPA")) if "ZA0001" not in link]
    own = reverse("statements:year_figure", args=[YEAR, "ZA0001"])
    assert theirs
    assert {client.get(f"{own}?id={each}").status_code for each in theirs} == {404}
    assert client.get(own).url == reverse("statements:year_books", args=[YEAR, "ZA0001"])


def test_those_who_see_sums_see_totals_and_name_nobody(look: Look, sign_in: Callable[..., Client]) -> None:
    for role in ("board_member", "performance_manager"):
        page = look("ZPA", by=role)
        assert rows_of(page, "walk")
        assert 'id="table-holders"' not in page
        assert 'id="table-pool-accounts"' not in page
        assert links_in(page) == []
        assert sign_in(role).get(reverse("statements:year_books", args=[YEAR, "ZA0001"])).status_code == 404
        year = sign_in(role).get(reverse("statements:year_end", args=[YEAR])).content.decode()
        assert reverse("statements:year_books", args=[YEAR, "ZPA"]) in year


def test_every_number_leads_to_how_it_came_about(look: Look, sign_in: Callable[..., Client]) -> None:
    client = sign_in("finance_manager")
    for code in ("ZPA", "ZCA1", "ZA0001"):
        links = links_in(look(code))
        assert links, code
        assert [link for link in links if client.get(link).status_code != 200] == []


def test_tables_are_files_with_what_is_shown(look: Look, sign_in: Callable[..., Client]) -> None:
    page, client = look("ZPA"), sign_in("finance_manager")
    address = reverse("statements:year_books_file", args=[YEAR, "ZPA", "csv"])
    rows = list(csv.DictReader(client.get(address).content.decode().splitlines()))
    shown = rows_of(page, "walk")
    assert [(row["step"], int(row["closing_estimate_pence"])) for row in rows] == [
        (row[0], pence(row[1])) for row in shown
    ]
    book = client.get(reverse("statements:year_books_file", args=[YEAR, "ZPA", "xlsx"])).content
    assert openpyxl.load_workbook(BytesIO(book)).sheetnames[:2] == ["Cover", "walk"]
    assert Entry.objects.filter(verb="export").count() == 2
    assert client.get(f"{address}?table=nonsense").status_code == 404
    assert client.get(reverse("statements:year_books_file", args=[YEAR, "ZPA", "pdf"])).status_code == 404


def test_pages_ask_the_database_alike_however_much_they_show(look: Look, sign_in: Callable[..., Client]) -> None:
    client, counts = sign_in("finance_manager"), []
    client.get(reverse("statements:listing"))  # the first page of a session writes it
    for code in ("ZA0001", "ZA0002", "ZPA"):
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("statements:year_books", args=[YEAR, code]))
        counts.append(len(asked))
    assert len(set(counts[:2])) == 1
    assert counts[2] <= counts[0] + 1


def test_the_books_lead_to_the_ledger_for_those_who_work_for_the_commissioner(
    place: Any, settings: Any, sign_in: Callable[..., Client]
) -> None:
    settings.PBC_STORE, _, sets = charged.held()
    publish_position(
        place["ZPA"], financial_year=YEAR, position="closing_estimate", set_name=NAME, set_id=sets["year_end"],
        by=place.actor("finance_manager"), at=AT,
    )  # fmt: skip
    address, ledger = reverse("statements:year_books", args=[YEAR, "ZPA"]), "reconciliation/2010-03/to-2010-04"
    page = sign_in("finance_manager").get(address).content.decode()
    told = {row[0]: pence(row[1]) for row in rows_of(page, "bridge")}
    positions = Store(settings.PBC_STORE).current(ledger).frame("ledger_positions")
    held = positions.row(by_predicate=pl.col("commissioner_code") == "ZPA", named=True)
    assert (told[BILL], told[OWED]) == (held["bill_pence"], held["due_pence"])
    walk = {row[0]: pence(row[1]) for row in rows_of(page, "walk")}
    spent = ("Hospital care, at the prices of the budget", "Contract terms, such as marginal rates")
    assert told[BOOKS] == -sum(walk.get(each, 0) for each in spent)
    assert f'href="{reverse("ledger:position", args=["2010-03-to-2010-04", "ZPA"])}"' in page
    for role, code in (("board_member", "ZPA"), ("practice_manager", "ZA0001"), ("finance_manager", "ZA0001")):
        seen = sign_in(role).get(reverse("statements:year_books", args=[YEAR, code])).content.decode()
        assert "table-bridge" not in seen
    back = sign_in("finance_manager").get(reverse("ledger:position", args=["2010-03-to-2010-04", "ZPA"]))
    assert f'href="{address}"' in back.content.decode()


def test_a_year_that_is_final_opens_its_march_in_the_ledger_to_board_and_hospital(
    place: Any, settings: Any, sign_in: Callable[..., Client]
) -> None:
    """Whether a statement of March was published or not; before the year is final nobody but the commissioner's own reads it."""
    settings.PBC_STORE, _, sets = charged.held()
    Stated(charged.held()[2], place).publish("2009-06")  # so that the hospital knows its commissioner
    board = ("board_member", reverse("ledger:position", args=["2010-03-to-2010-04", "ZPA"]))
    hospital = ("provider_contract_manager", reverse("ledger:hospital", args=["2010-03-to-2010-04", "ZPA", "ZHA"]))
    for position, status in (("closing_estimate", 404), ("frozen", 404), ("final", 200)):
        publish_position(
            place["ZPA"], financial_year=YEAR, position=position, set_name=NAME, set_id=sets["year_end"],
            by=place.actor("finance_manager"), at=AT,
        )  # fmt: skip
        assert [sign_in(role).get(address).status_code for role, address in (board, hospital)] == [status] * 2
    assert "Ledger" in sign_in(board[0]).get(board[1]).content.decode()
    assert sign_in(hospital[0]).get(hospital[1].replace("ZHA", "ZHB")).status_code == 404


HIDDEN, NOTHING = "so few people that its account is not shown", "was paid into the pool or drawn from it"


@pytest.mark.parametrize(
    "persons, said", [(None, NOTHING), (3, HIDDEN), (400, "")], ids=["nothing moved", "of few people", "of many"]
)
def test_a_pool_that_is_hidden_is_not_said_to_be_empty(
    stated: Stated,
    place: Any,
    settings: Any,
    tmp_path: Path,
    sign_in: Callable[..., Client],
    persons: int | None,
    said: str,
) -> None:
    """The commissioner's own people read which of the two it is, and so do those who see sums."""
    settings.PBC_STORE = shutil.copytree(settings.PBC_STORE, tmp_path / "store")
    store = Store(settings.PBC_STORE)
    end = store.at(NAME, stated.sets["year_end"])
    tables = {name: end.frame(name) for name in end.tables} | pool_of(persons)
    made = store.publish(NAME, tables, replace(end.receipt, inputs={**end.receipt.inputs, "pool": str(persons)}))
    publish_position(
        place["ZPA"], financial_year=YEAR, position="closing_estimate", set_name=NAME, set_id=made.set_id,
        by=place.actor("finance_manager"), at=AT,
    )  # fmt: skip
    for role in ("finance_manager", "board_member"):
        page = sign_in(role).get(reverse("statements:year_books", args=[YEAR, "ZPA"])).content.decode()
        assert [each for each in (HIDDEN, NOTHING) if each in page] == [each for each in (said,) if each]
        assert ('id="table-pool-walk"' in page) == (persons == 400)


LENT = {
    "financial_year": YEAR, "commissioner_code": "ZPA", "sequence": 1, "kind": "overspend_cover", "unit_kind": "practice",
    "unit_code": "ZA0001", "amount_pence": -5_000, "balance_pence": 0, "owed_change_pence": 5_000, "owed_pence": 5_000,
    "drawn_year": YEAR, "repay_on": date(2011, 3, 31), "rule": "r", "parameter": "p", "reason": "Why.",
}  # fmt: skip


def test_what_the_pool_lent_and_nobody_repaid_in_time_is_overdue_on_the_page_and_waits_for_finance(
    stated: Stated, place: Any, settings: Any, tmp_path: Path, sign_in: Callable[..., Client]
) -> None:
    settings.PBC_STORE = shutil.copytree(settings.PBC_STORE, tmp_path / "store")
    store, finance = Store(settings.PBC_STORE), place.actor("finance_manager")
    end = store.at(NAME, stated.sets["year_end"])
    tables = {name: end.frame(name) for name in end.tables} | {"pool_movements": POOL_MOVEMENTS.from_rows([LENT])}
    made = store.publish(NAME, tables, replace(end.receipt, inputs={**end.receipt.inputs, "pool": "lent"}))
    publish_position(
        place["ZPA"], financial_year=YEAR, position="closing_estimate", set_name=NAME, set_id=made.set_id, by=finance, at=AT,
    )  # fmt: skip
    for day, is_late in ((31, False), (32, True)):
        on = date(2011, 3, 1) + timedelta(days=day - 1)
        with time_machine.travel(datetime.combine(on, time(9), UTC), tick=False):
            address = reverse("statements:year_books", args=[YEAR, "ZPA"])
            page = sign_in("finance_manager").get(address).content.decode()
        owed = [(each.title, each.is_late) for each in tasks_for(finance, on) if each.title.startswith("Close")]
        assert rows_of(page, "pool-accounts")[0][-1] == ("31 March 2011: overdue" if is_late else "31 March 2011")
        assert owed == [("Close 2010/11: £50.00 lent by the risk pool was due back", True)][: int(is_late)]


def test_a_position_is_looked_at_before_it_is_published_by_those_who_publish_it(
    stated: Stated, place: Any, sign_in: Callable[..., Client]
) -> None:
    address, year = (reverse(f"statements:{view}", args=[YEAR]) for view in ("preview_position", "year_end"))
    finance = sign_in("finance_manager")
    assert address in finance.get(year).content.decode()
    page = finance.get(address).content.decode()
    assert "closing estimate is not published" in page
    assert [row[0] for row in rows_of(page, "walk")][:1] == ["Budget of hospital care paid by activity"]
    assert rows_of(page, "payer")[0][0] == "The PCT's part of what was freed up"
    assert links_in(page) == []
    assert {sign_in(role).get(address).status_code for role in ("board_member", "practice_manager")} == {403}
    publish = reverse("statements:publish_position", args=[YEAR])
    seen = re.findall(r'name="set_id" value="(\w+)"', page)
    for sent in ({}, {"set_id": "anothersetid"}):  # what stands there is not what was looked at
        assert "worked out again since" in finance.post(publish, sent).content.decode()
    assert not YearEndPosition.everywhere.exists()
    assert seen == [stated.sets["year_end"]]
    finance.post(publish, {"set_id": seen[0]})
    assert finance.get(address).url == year


def pool_of(persons: int | None) -> dict[str, pl.DataFrame]:
    """A pool that bore £50 of some people, or nothing of any."""
    if persons is None:
        return {"pool_movements": POOL_MOVEMENTS.empty(), "ceded_costs": CEDED_COSTS.empty()}
    moved = {
        "financial_year": YEAR, "commissioner_code": "ZPA", "sequence": 1, "kind": "high_cost", "unit_kind": "commissioner",
        "unit_code": "ZPA", "amount_pence": -5_000, "balance_pence": -5_000, "owed_change_pence": 0, "owed_pence": 0, "rule": "r",
        "parameter": "p", "reason": "Why.",
    }  # fmt: skip
    amounts = {name: 0 for name in CEDED_COSTS.names if name.endswith("_pence")}
    ceded = [
        {
            **amounts, "financial_year": YEAR, "statement_month": 201003, "unit_kind": kind, "unit_code": code, "commissioner_code": "ZPA",
            "persons_count": persons, "expected_ceded_share": 0.1, "basis": "held_back", "rule": "r", "parameter": "p",
        }
        for kind, code in (("practice", "ZA0001"), ("risk_pool", "ZPA"))
    ]  # fmt: skip
    return {"pool_movements": POOL_MOVEMENTS.from_rows([moved]), "ceded_costs": CEDED_COSTS.from_rows(ceded)}


def test_before_a_position_is_published_there_is_nothing_to_find(
    stated: Stated, sign_in: Callable[..., Client]
) -> None:
    client = sign_in("finance_manager")
    for year, code in ((YEAR, "ZPA"), ("1999-00", "ZPA"), ("nonsense", "ZPA")):
        assert client.get(reverse("statements:year_books", args=[year, code])).status_code == 404
