"""Reconciliations as pages: sums to the penny, planted errors under their names, each role its own; nobody reads another's lines."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.web.ledger.world import held
from tests.web.statements.published import Stated

from pbc_web.audit.models import Entry
from pbc_web.runs.ledger_readings import Reconciled, reconciliation_of
from pbc_web.runs.models import Run
from pbc_web.runs.worker import work_off
from pbc_web.shell import clock

pytestmark = pytest.mark.django_db
JUNE, END = ("2009-06", "ZPA"), ("2010-03-to-2010-04", "ZPA")
CODES = {"expenditure": "52110", "accruals": "21400", "prepayments": "13200", "payables": "21100", "disputes": "13900"}
MONEY = re.compile(r"(−?)£([\d,]+)\.(\d\d)")
Look = Callable[..., str]


def pence(said: str) -> int:
    sign, pounds, rest = MONEY.fullmatch(said).groups()  # type: ignore[union-attr]
    return (-1 if sign else 1) * (int(pounds.replace(",", "")) * 100 + int(rest))


def rows_of(page: str, table: str) -> list[list[str]]:
    """The cells of a table of the page, as words."""
    body = re.search(rf'id="table-{table}".*?<tbody[^>]*>(.*?)</tbody>', page, re.S)
    assert body, table
    found = re.findall(r"<tr[^>]*>(.*?)</tr>", body[1], re.S)
    hidden = re.compile(r'<span class="nhsuk-(?:table-responsive__heading|u-visually-hidden)[^>]*>.*?</span>', re.S)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in found]
    return [[unescape(re.sub("<[^>]+>", "", hidden.sub("", cell))).strip() for cell in row] for row in cells]


def links_in(page: str) -> list[str]:
    return sorted({unescape(each) for each in re.findall(r'class="pbc-figure-link" href="([^"]+)"', page)})


def test_ledger_leads_from_statements_down_with_nothing_over(look: Look) -> None:
    """Statements, not attributed and terms are the bill; with differences the invoices; with postings the ledger."""
    page = look("position", *JUNE, by="board_member")
    assert re.search(r"£[\d,.]+ is owed and £[\d,.]+ is in the ledger", page)
    rows = {row[0]: pence(row[1]) for row in rows_of(page, "position")}
    bill = sum(
        rows[name]
        for name in (
            "Hospital care in practices' statements", "Care no practice answers for", "Contract terms", "Since those statements",
        )
    )  # fmt: skip
    assert rows["Bill by contract"] == bill > 0
    invoiced = bill + rows["Differences with a name"] + rows["Unexplained"]
    assert rows["Invoiced"] == invoiced
    entries = ("Posted otherwise than invoiced", "Accrued", "Prepaid", "Settlements", "Other journals")
    assert rows["Ledger"] == invoiced + sum(rows[name] for name in entries)
    assert rows["Left over"] == 0


def test_hospitals_and_their_steps_add_up_to_the_page_of_the_ledger(look: Look) -> None:
    page = look("position", *END)
    hospitals = rows_of(page, "hospitals")
    told = {row[0]: pence(row[1]) for row in rows_of(page, "position")}
    assert sum(pence(row[1]) for row in hospitals) == told["Bill by contract"]
    assert sum(pence(row[3]) for row in hospitals) == told["Invoiced"]
    steps = {row[0]: pence(row[1]) for row in rows_of(look("hospital", *END, "ZHB"), "steps")}
    sums = {"Bill by contract", "Invoiced", "Ledger"}
    between = list(steps)[list(steps).index("Bill by contract") + 1 : list(steps).index("Invoiced")]
    assert steps["Invoiced"] == steps["Bill by contract"] + sum(steps[name] for name in between)
    assert sums <= set(steps)


def test_each_planted_error_stands_under_its_name_with_its_size_and_its_lines(look: Look) -> None:
    planted = held()[1]
    steps = {row[0]: pence(row[1]) for row in rows_of(look("hospital", *END, "ZHB"), "steps")}
    for name, step in (
        ("unexplained", "Unexplained"),
        ("price_difference", "Price difference"),
        ("not_in_our_data", "Not in our data"),
    ):
        assert steps[step] == sum(errors.get(name, 0) for errors in planted.values())
    twice = sum(errors.get(name, 0) for errors in planted.values() for name in ("billed_twice", "drug_charged_again"))
    assert steps["Billed twice"] == twice
    page = look("difference", "2009-10.ZPA.ZHB.billed_twice")
    lines = rows_of(page, "lines")
    assert sum(pence(row[6]) for row in lines) == twice
    assert all(pence(row[5]) - pence(row[4]) == pence(row[6]) for row in lines if "Record" in row[0])


def test_months_are_what_moved_since_the_month_before(look: Look) -> None:
    rows = rows_of(look("hospital", *JUNE, "ZHB"), "steps")
    before = rows_of(look("hospital", "2009-05", "ZPA", "ZHB"), "steps")
    now, then = ({row[0]: pence(row[2]) for row in each} for each in (rows, before))
    assert {row[0]: pence(row[1]) for row in rows} == {name: now[name] - then.get(name, 0) for name in now}


def test_every_number_of_the_pages_leads_to_how_it_came_about(look: Look, sign_in: Callable[..., Client]) -> None:
    client = sign_in("contracts_manager")
    pages = [
        look("position", *JUNE), look("hospital", *JUNE, "ZHB"), look("differences"),
        look("difference", "2009-10.ZPA.ZHB.on_account", query="?period=2009-06"),
    ]  # fmt: skip
    found = {link for page in pages for link in links_in(page)}
    assert len(found) > 40
    for link in found:
        assert client.get(link).status_code == 200, link
    step = next(link for link in found if "year_to_date~ZPA~ZHB~on_account" in unquote(link))
    assert "Differences behind it" in client.get(step).content.decode()


def test_a_hospital_sees_its_own_lines_to_the_invoice_and_nothing_of_another(
    look: Look, sign_in: Callable[..., Client]
) -> None:
    """The attacker types: another hospital's page, its difference, its figures, the commissioner's ledger and its accruals."""
    page = look("hospital", *JUNE, "ZHA", by="provider_contract_manager")
    assert [row[0] for row in rows_of(page, "steps")][-1] == "Invoiced"
    client = sign_in("provider_contract_manager")
    assert all(client.get(link).status_code == 200 for link in links_in(page))
    for view, args in (
        ("hospital", (*JUNE, "ZHB")), ("difference", ("2009-10.ZPA.ZHB.on_account",)), ("hospital", ("2009-05", "ZPA", "ZHA")),
        ("hospital", (*END, "ZHA")), ("contract", ("2009-10", "ZPA", "ZHB")),
    ):  # fmt: skip
        assert client.get(reverse(f"ledger:{view}", args=args)).status_code == 404, (view, args)
    material = reconciliation_of(Reconciled.parse("2009-06"))
    assert material is not None
    theirs = material.steps.filter(provider_code="ZHB", period="year_to_date")["figure_id"].to_list()
    theirs += material.items.filter(provider_code="ZHB")["figure_id"].to_list()[:20]
    inner = material.steps.filter(provider_code="ZHA", step="ledger")["figure_id"].to_list()
    whole = [f"{material.positions['figure_id'][0]}:bill_pence"]
    for text in (*theirs, *inner, *whole):
        answer = client.get(reverse("ledger:figure", args=JUNE), {"id": text})
        assert answer.status_code == 404, text


def test_a_board_member_sees_the_ledger_and_no_hospital_behind_it(look: Look, sign_in: Callable[..., Client]) -> None:
    page = look("position", *JUNE, by="board_member")
    assert 'id="table-hospitals"' not in page
    client = sign_in("board_member")
    links = links_in(page)
    assert len(links) == 17
    assert all(client.get(link).status_code == 200 for link in links)
    material = reconciliation_of(Reconciled.parse("2009-06"))
    assert material is not None
    for text in (*material.steps["figure_id"].to_list()[:5], *material.items["figure_id"].to_list()[:5]):
        assert client.get(reverse("ledger:figure", args=JUNE), {"id": text}).status_code == 404
    assert client.get(reverse("ledger:position", args=END)).status_code == 404  # its statement is not published


def test_nobody_follows_the_books_into_one_persons_record(look: Look, sign_in: Callable[..., Client]) -> None:
    """A line tells both sides' numbers and amounts; the records themselves, with pseudonyms, open to nobody here."""
    material = reconciliation_of(Reconciled.parse("2010-03-to-2010-04"))
    assert material is not None
    line = material.items.filter(provider_code="ZHB", step="price_difference")["figure_id"][0]
    client = sign_in("contracts_manager")
    page = client.get(reverse("ledger:figure", args=END), {"id": line}).content.decode()
    assert "charged activity" in page
    assert re.findall(r'href="[^"]*(?:charged_activity|activity_facts)', page) == []
    assert (
        client.get(reverse("ledger:figure", args=END), {"id": "activity/2009-06@0:activity_facts:x"}).status_code == 404
    )


def test_pages_ask_the_database_alike_however_much_they_show(look: Look, sign_in: Callable[..., Client]) -> None:
    client, counts = sign_in("contracts_manager"), []
    client.get(reverse("ledger:listing"))  # the first page of a session writes it
    for period in ("2009-04", "2010-03"):
        for view, args in (("position", (period, "ZPA")), ("hospital", (period, "ZPA", "ZHB"))):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(reverse(f"ledger:{view}", args=args)).status_code == 200
            counts.append((view, len(asked)))
    assert counts[:2] == counts[2:]


def test_journal_balances_and_the_trail_says_who_took_it(books: Stated, sign_in: Callable[..., Client]) -> None:
    client = sign_in("finance_manager")
    accounts = CODES
    answer = client.post(reverse("ledger:journal", args=[*JUNE, "csv"]), accounts)
    rows = [line.split(",") for line in answer.content.decode("utf-8-sig").splitlines()]
    debit, credit = rows[0].index("debit"), rows[0].index("credit")
    debits, credits_ = (sum(round(float(row[at]) * 100) for row in rows[1:]) for at in (debit, credit))
    assert debits == credits_ > 0
    sheet = openpyxl.load_workbook(
        BytesIO(client.post(reverse("ledger:journal", args=[*JUNE, "xlsx"]), accounts).content)
    )
    assert sheet.sheetnames[0] == "Cover"
    assert Entry.objects.filter(verb="export").count() == 2
    assert client.post(reverse("ledger:journal", args=[*JUNE, "csv"]), {"expenditure": "="}).status_code == 400
    assert client.post(reverse("ledger:journal", args=[*JUNE, "pdf"]), accounts).status_code == 404
    page = client.get(reverse("ledger:position", args=JUNE)).content.decode()
    shown = rows_of(page, "journal")
    assert [row[2:4] for row in shown[:-1]] == [
        [f"£{float(row[at]):,.2f}" if float(row[at]) else "" for at in (debit, credit)] for row in rows[1:]
    ]
    assert pence(shown[-1][2]) == pence(shown[-1][3]) == debits
    assert "A later month is reconciled" in page


def test_no_journal_is_offered_of_a_reading_that_a_later_one_replaced(
    look: Look, sign_in: Callable[..., Client]
) -> None:
    """March as it stood in March: its page leads to what took its place, and what is asked for all the same is refused."""
    page = look("position", "2010-03", "ZPA", by="finance_manager")
    assert "A later reading took this one’s place" in page
    assert reverse("ledger:position", args=END) in page
    assert "Download the journal" not in page
    answer = sign_in("finance_manager").post(reverse("ledger:journal", args=["2010-03", "ZPA", "csv"]), CODES)
    assert answer.status_code == 409
    assert "a later reading took its place" in answer.content.decode()
    assert "Download the journal" in look("position", *END, by="finance_manager")


def test_where_nothing_is_to_be_posted_the_page_says_so(
    look: Look, sign_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    material = reconciliation_of(Reconciled.parse("2009-06"))
    assert material is not None
    square = replace(material, items=material.items.clear())
    monkeypatch.setattr("pbc_web.ledger.queries.reconciliation_of", lambda period: square)
    page = look("position", *JUNE, by="finance_manager")
    assert "Nothing is to be posted" in page
    assert "Download the journal" not in page
    answer = sign_in("finance_manager").post(reverse("ledger:journal", args=[*JUNE, "csv"]), CODES)
    assert (answer.status_code, "nothing is to be posted" in answer.content.decode()) == (409, True)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_reconciliation_is_a_file_of_the_commissioners_own(
    form: str, books: Stated, sign_in: Callable[..., Client]
) -> None:
    answer = sign_in("contracts_manager").get(reverse("ledger:download", args=[*JUNE, form]))
    assert answer.headers["Content-Disposition"] == f'attachment; filename="reconciliation-ZPA-2009-06.{form}"'
    assert sign_in("contracts_manager").get(reverse("ledger:download", args=[*JUNE, "pdf"])).status_code == 404


def test_a_month_is_reconciled_from_its_page(books: Stated, sign_in: Callable[..., Client]) -> None:
    client = sign_in("contracts_manager")
    address = reverse("ledger:reconcile")
    for wrong in (
        {"month": "2009-06", "read_to": "soon"},
        {"month": "2009-06", "read_to": "2009-06"},
        {"month": "1999-01"},
    ):
        assert client.post(address, wrong).status_code == 400
    assert client.post(address, {"month": "2009-06"}).status_code == 302
    work_off(at=clock.now())
    run = Run.everywhere.get(kind="reconcile")
    assert (run.state, run.set_name, run.title) == ("done", "reconciliation/2009-06", "Reconcile June 2009")
    assert "Reconcile June 2009" in client.get(address).content.decode()


def test_before_anything_is_reconciled_pages_say_who_does_the_next_thing(
    place: Any, settings: Any, tmp_path: Any, sign_in: Callable[..., Client]
) -> None:
    settings.PBC_STORE = tmp_path
    for role, said in (
        ("contracts_manager", "reconcile it here"), ("board_member", "you can read"), ("provider_contract_manager", "you can read"),
    ):  # fmt: skip
        assert said in sign_in(role).get(reverse("ledger:listing")).content.decode()
    client = sign_in("contracts_manager")
    assert "No month has a statement yet" in client.get(reverse("ledger:reconcile")).content.decode()
    assert "Nothing is reconciled yet" in client.get(reverse("ledger:differences")).content.decode()
    for period in ("2009-06", "nonsense", "2009-06-to-x"):
        assert client.get(reverse("ledger:position", args=[period, "ZPA"])).status_code == 404


def test_lists_lead_on(look: Look) -> None:
    for role in ("contracts_manager", "information_manager", "board_member", "provider_contract_manager"):
        page = look("listing", by=role)
        assert ("Reconcile a month" in page) == (role == "contracts_manager")
        assert "Contracts of 2009/10" in page or role == "board_member"


def test_a_hospital_is_led_to_its_own_page_and_a_figure_without_a_name_to_the_ledger(
    books: Stated, sign_in: Callable[..., Client]
) -> None:
    own = sign_in("provider_contract_manager").get(reverse("ledger:position", args=JUNE))
    assert (own.status_code, own.url) == (302, reverse("ledger:hospital", args=[*JUNE, "ZHA"]))
    bare = sign_in("board_member").get(reverse("ledger:figure", args=JUNE))
    assert (bare.status_code, bare.url) == (302, reverse("ledger:position", args=JUNE))
    answer = sign_in("contracts_manager").get(reverse("ledger:hospital", args=[*JUNE, "ZH9"]))
    assert answer.status_code == 404
