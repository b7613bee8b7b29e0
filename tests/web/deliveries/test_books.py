"""Contracts, invoices, what backs them and the ledger come in by pages: each in its own workspace, a hospital its own alone."""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.journeys.small_invoices import INVOICE_KEY
from tests.unit.deliveries.test_monitoring_readers import DRUGS
from tests.unit.test_receiving_invoices import CHARGE, ENTRY, HEAD, LINE, TOTALS, table
from tests.web.deliveries.conftest import AT, KEY
from tests.web.ledger import world
from tests.web.ledger.test_reading import pence, rows_of

from pbc.errors import RefusedInput
from pbc.flows.journey import Journey
from pbc.flows.named_in_file import named_in_file
from pbc.periods import Month
from pbc.policy import load_policy
from pbc.results import Receipt, Store
from pbc.sources.pseudonym import key_fingerprint
from pbc.sources.stamp import stamp_of, write_pseudonym
from pbc.tables import INVOICE_LINES, INVOICES, LEDGER_ENTRIES, MEMBERSHIPS, Table
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.tasks import tasks_for
from pbc_web.audit.models import Entry
from pbc_web.deliveries.actions import accept, end_feed, register_feed, reject, take_in, upload
from pbc_web.deliveries.models import Delivery, Feed
from pbc_web.notices.models import Notice
from pbc_web.runs.actions import cancel
from pbc_web.runs.journeys import Site
from pbc_web.runs.journeys.books import receive, require_sides
from pbc_web.runs.models import Run
from pbc_web.runs.worker import work_off

pytestmark = pytest.mark.django_db
MAY = "2010-05"  # nothing is held of it yet
OURS, THEIRS = key_fingerprint(INVOICE_KEY), key_fingerprint(KEY)


def of(hospital: str, number: str = "I1", **more: str) -> dict[str, str]:
    """An invoice or a line of it, or an entry of the ledger, from a hospital to PCT A."""
    return {"commissioner_code": "ZPA", "provider_code": hospital, "invoice_number": number, **more}


@dataclass
class Sender:
    """Sends files in the name of PCT A or of a hospital, and follows what becomes of them."""

    place: Any
    folder: Path

    def feed(self, layout: str, hospital: str = "", *, expires_on: date = date(2011, 3, 31)) -> Feed:
        """The feed of a layout: the hospital's own, or the commissioner's for all."""
        provider = self.place[hospital] if hospital else None
        found = Feed.everywhere.filter(layout=layout, provider=provider).first()
        return found or register_feed(
            self.place["ZPA"], by=self.place.actor("information_manager"), at=AT, name=f"{layout} {hospital}".strip(),
            layout=layout, supplier="Hospitals", purpose="Checking invoices", legal_basis="Made-up approval 2",
            controller="PCT A", starts_on=date(2009, 4, 1), expires_on=expires_on, provider=provider,
        )  # fmt: skip

    def by(self, hospital: str = "") -> Actor:
        """The contracts manager, or that of a hospital."""
        role = "provider_contract_manager" if hospital else "contracts_manager"
        actor: Actor = self.place.actor(role, self.place[hospital] if hospital else None)
        return actor

    def bytes(self, path: Path, layout: str, period: str = MAY, hospital: str = "") -> Delivery:
        """A file uploaded and checked."""
        chunks = [path.read_bytes()]
        made = upload(
            self.feed(layout, hospital), period=period, name=path.name, chunks=chunks, by=self.by(hospital), at=AT
        )
        work_off(at=AT)
        made.refresh_from_db()
        return made

    def rows(self, definition: Table, *rows: dict[str, str], period: str = MAY, hospital: str = "") -> Delivery:
        """A table uploaded and checked."""
        return self.bytes(table(self.folder, definition, *rows), definition.name, period, hospital)

    def frame(self, layout: str, rows: pl.DataFrame, period: str) -> Delivery:
        """A table that is held, uploaded and checked."""
        path = self.folder / f"{layout}.csv"
        rows.write_csv(path)
        return self.bytes(path, layout, period)

    def charges(self, *, key: str = OURS, hospital: str = "", text: str = "") -> Delivery:
        """Records behind invoices, hidden by the key of a fingerprint."""
        path = self.folder / "charged_activity.csv"
        path.write_text(text or charges_of("ZHA", key), encoding="utf-8")
        return self.bytes(path, "charged_activity", hospital=hospital)

    def drugs(self, hospital: str) -> Delivery:
        """Drugs a hospital charges, in the national layout."""
        path = self.folder / "drugs_monitoring.csv"
        path.write_text(drugs_of(hospital, OURS), encoding="utf-8")
        return self.bytes(path, "drugs_monitoring", hospital=hospital)

    def invoice(self, hospital: str, number: str = "I1", *, own: bool = True, period: str = MAY) -> list[Delivery]:
        """An invoice with its line, accepted: the hospital's own files, or the commissioner's."""
        sender, dates = hospital if own else "", {"invoice_month": "201003", "month": "201003"}
        files = [
            self.rows(INVOICES, {**HEAD, **of(hospital, number), **dates}, period=period, hospital=sender),
            self.rows(INVOICE_LINES, {**LINE, **of(hospital, number), **dates}, period=period, hospital=sender),
        ]
        return [accept(each, by=self.by(), at=AT) for each in files]

    def take_in(self, kind: str, period: str = MAY) -> Run:
        """What was accepted, taken in."""
        run = take_in(self.place["ZPA"], kind, period, by=self.by(), at=AT)
        work_off(at=AT)
        run.refresh_from_db()
        return run


def charges_of(hospital: str, key: str) -> str:
    text = CHARGE.replace("nhs_number", stamp_of(key)).replace("9434765919", write_pseudonym(17))
    return text.replace("ZP1,ZH1", f"ZPA,{hospital}")


def drugs_of(hospital: str, key: str) -> str:
    return f"{DRUGS.replace('NHS NUMBER', stamp_of(key))}\nZPA,{hospital},{write_pseudonym(17)},S1,,2009-04-03,Z90001,300,1,1.10\n"


@pytest.fixture
def send(place: Any, own_home: Path, clock: Any, settings: Any) -> Sender:
    """Somebody to send files to an empty store."""
    settings.PBC_INVOICE_KEY_FINGERPRINT = OURS
    (own_home / "files").mkdir()
    return Sender(place, own_home / "files")


@pytest.fixture
def charged(send: Sender, own_home: Path) -> Store:
    """In its place the charged store of world A, of this test's own."""
    shutil.copytree(world.held()[0], own_home / "store")
    return Store(own_home / "store")


def test_hospitals_own_files_and_the_commissioners_are_taken_in_as_one_month(
    send: Sender, charged: Store, sign_in: Callable[..., Client]
) -> None:
    send.invoice("ZHA")
    assert send.take_in("invoices").state == "done"
    send.invoice("ZHB")
    run = send.take_in("invoices")
    assert (run.state, run.set_name, run.told["rows"]["invoices"]) == ("done", f"invoices/{MAY}", 2)
    assert sorted(charged.current(f"invoices/{MAY}").frame("invoices")["provider_code"]) == ["ZHA", "ZHB"]
    assert Delivery.everywhere.filter(received_set="").count() == 0
    accept(send.charges(hospital="ZHA"), by=send.by(), at=AT)
    accept(send.rows(LEDGER_ENTRIES, {**ENTRY, **of("ZHA"), "month": "201005"}), by=send.by(), at=AT)
    assert [send.take_in(kind).state for kind in ("invoice-backing", "ledger")] == ["done", "done"]
    assert charged.current(f"invoice-backing/{MAY}").receipt.parameters["key"] == OURS
    page = sign_in("contracts_manager").get(reverse("ledger:listing")).content.decode()
    row = page.partition("</span>May 2010")[2].partition("</tr>")[0]
    assert (row.count("</span>In<"), "Needs its statement first" in row) == (3, True)
    assert "Reconciled; more came since" not in page
    march = page.partition("</span>March 2010")[2].partition("</tr>")[0]
    assert "Reconciled<" in march


def test_whoever_accepts_sees_the_money_and_is_led_on_to_taking_in_and_to_reconciling(
    send: Sender, charged: Store, sign_in: Callable[..., Client]
) -> None:
    """Pounds by hospital stand beside the month before, as held of this commissioner; a hospital sees its own file's alone."""
    client, before = sign_in("contracts_manager"), Month.parse(MAY).plus(-1)
    dates = {"invoice_month": "201003", "month": "201003"}
    heads = send.rows(INVOICES, *({**HEAD, **of(each, f"N{each}"), **dates} for each in ("ZHA", "ZHB")))
    address = reverse("deliveries:books:delivery", args=[heads.id])
    told = {row[0]: [pence(each) for each in row[1:]] for row in rows_of(client.get(address).content.decode(), "money")}
    held = charged.current(f"invoices/{before}").frame("invoices").filter(commissioner_code="ZPA")
    per = dict(held.group_by("provider_code").agg(pl.col("amount_pence").sum()).iter_rows())
    assert told["Together"] == [2 * pence_of(HEAD), sum(per.values())]
    assert told["Hospital A"] == [pence_of(HEAD), per["ZHA"]]
    accept(heads, by=send.by(), at=AT)
    page = client.get(address).content.decode()
    assert ("Still needed before that: Invoice lines" in page, "Take in invoices" in page) == (True, False)
    lines = send.rows(INVOICE_LINES, *({**LINE, **of(each, f"N{each}"), **dates} for each in ("ZHA", "ZHB")))
    accept(lines, by=send.by(), at=AT)
    page = client.get(address).content.decode()
    assert f'action="{reverse("deliveries:books:take_in")}"' in page
    assert send.take_in("invoices").state == "done"
    page = client.get(address).content.decode()
    assert reverse("ledger:reconcile") in page
    assert reverse("deliveries:books:take_in") not in page
    own = send.rows(INVOICES, {**HEAD, **of("ZHA", "N2"), **dates}, period="2010-04", hospital="ZHA")
    hospital = sign_in("provider_contract_manager", send.place["ZHA"])
    page = hospital.get(reverse("deliveries:books:delivery", args=[own.id])).content.decode()
    assert [[row[0], *map(pence, row[1:])] for row in rows_of(page, "money")] == [
        ["Hospital A", pence_of(HEAD)], ["Together", pence_of(HEAD)],
    ]  # fmt: skip


@pytest.mark.parametrize("layout", ["charged_activity", "drugs_monitoring"])
def test_whoever_accepts_charges_sees_what_they_come_to(
    send: Sender, charged: Store, sign_in: Callable[..., Client], layout: str
) -> None:
    """In our layout and a national one, a row each hospital, beside what was held of the month before of the same kind."""
    client, before = sign_in("contracts_manager"), Month.parse(MAY).plus(-1)
    write = charges_of if layout == "charged_activity" else drugs_of
    texts = [write(each, OURS) for each in ("ZHA", "ZHB")]
    path = send.folder / f"{layout}.csv"
    path.write_text("\n".join([*texts[0].splitlines(), *texts[1].splitlines()[1:]]) + "\n", encoding="utf-8")
    made = send.bytes(path, layout)
    page = client.get(reverse("deliveries:books:delivery", args=[made.id])).content.decode()
    told = {row[0]: [pence(each) for each in row[1:]] for row in rows_of(page, "money")}
    held = charged.current(f"invoice-backing/{before}").frame("charged_activity").filter(commissioner_code="ZPA")
    if layout != "charged_activity":
        held = held.filter(charge_kind="drug")
    sums = dict(held.group_by("provider_code").agg(pl.col("charged_pence").sum()).iter_rows())
    assert sum(row[0] for name, row in told.items() if name != "Together") == told["Together"][0] > 0
    assert told["Hospital A"][1:] == ([sums["ZHA"]] if sums else [])


def pence_of(row: dict[str, str]) -> int:
    return int(row["amount_pence"])


def test_what_came_since_a_month_was_reconciled_is_said(
    send: Sender, charged: Store, sign_in: Callable[..., Client]
) -> None:
    accept(
        send.rows(LEDGER_ENTRIES, {**ENTRY, **of("ZHA"), "entry_number": "E9"}, period="2010-03"), by=send.by(), at=AT
    )
    assert send.take_in("ledger", "2010-03").state == "done"
    page = sign_in("finance_manager").get(reverse("ledger:listing")).content.decode()
    assert "do it again" in page.partition("</span>March 2010")[2].partition("</tr>")[0]


def test_a_hospital_uploads_and_sees_its_own_and_decides_nothing(send: Sender, sign_in: Callable[..., Client]) -> None:
    own, theirs = send.feed("invoices", "ZHA"), send.feed("invoices", "ZHB")
    other = send.rows(INVOICES, {**HEAD, **of("ZHB")}, hospital="ZHB")
    client = sign_in("provider_contract_manager")
    page = client.get(reverse("deliveries:books:upload")).content.decode()
    assert (own.name in page, theirs.name in page) == (True, False)
    sent = table(send.folder, INVOICES, {**HEAD, **of("ZHA")}).read_bytes()
    asked = {"feed": own.id, "period": "May 2010", "file": SimpleUploadedFile("invoices.csv", sent)}
    answer = client.post(reverse("deliveries:books:upload"), asked)
    assert answer.status_code == 302
    work_off(at=AT)
    page = client.get(answer.url).content.decode()
    assert ("Nothing is wrong with it" in page, "Accept this file" in page) == (True, False)
    assert [client.get(reverse("deliveries:books:delivery", args=[other.id])).status_code] == [404]
    made = Delivery.everywhere.get(provider__code="ZHA")
    for view in ("accept", "reject", "headings"):
        assert client.post(reverse(f"deliveries:books:{view}", args=[made.id])).status_code == 403
    assert "Records behind" not in client.get(reverse("deliveries:books:overview")).content.decode()
    asked |= {"feed": theirs.id, "file": SimpleUploadedFile("invoices.csv", sent)}
    assert client.post(reverse("deliveries:books:upload"), asked).status_code == 200  # no such choice
    assert Delivery.everywhere.count() == 2


def test_a_hospital_that_names_another_is_refused_by_row(send: Sender) -> None:
    made = send.rows(INVOICES, {**HEAD, **of("ZHA")}, {**HEAD, **of("ZHB", "I2")}, hospital="ZHA")
    said = made.found["refused"]
    assert (made.state, said["where"], said["found"], said["expected"]) == ("unreadable", "row 3", "ZHB", "ZHA")
    assert "another hospital" in said["what"]
    assert send.charges(text=charges_of("ZHB", OURS), hospital="ZHA").state == "unreadable"
    with pytest.raises(RefusedInput, match=r"cannot be accepted now|Not one row"):
        accept(made, by=send.by(), at=AT)


def test_a_file_for_another_commissioner_is_refused_by_row(send: Sender) -> None:
    made = send.rows(INVOICES, {**HEAD, **of("ZHA"), "commissioner_code": "ZPB"})
    assert (made.found["refused"]["where"], made.found["refused"]["expected"]) == ("row 2", "ZPA")


@pytest.mark.parametrize("hospital", ["", "ZHA"])
def test_the_registers_key_and_a_strangers_hide_no_patient_here(send: Sender, own_home: Path, hospital: str) -> None:
    register_under(THEIRS, own_home)
    said = send.charges(key=THEIRS, hospital=hospital).found["refused"]
    assert "key of the register" in said["what"]
    said = send.charges(key="0" * 16, hospital=hospital).found["refused"]
    assert (said["found"], said["expected"]) == ("0" * 16, OURS)


def register_under(fingerprint: str, own_home: Path) -> None:
    """A register whose people are hidden by the key of a fingerprint."""
    receipt = Receipt("receive_register", {}, {"key": fingerprint}, regime="england-2005", is_made_up=True)
    Store(own_home / "store").publish("register", {"memberships": MEMBERSHIPS.empty()}, receipt)


def test_without_a_key_of_its_own_the_page_says_what_to_do(
    send: Sender, own_home: Path, settings: Any, sign_in: Callable[..., Client]
) -> None:
    overview = reverse("deliveries:books:overview")
    assert "PBC_INVOICE_KEY_FINGERPRINT" not in sign_in("contracts_manager").get(overview).content.decode()
    settings.PBC_INVOICE_KEY_FINGERPRINT = ""
    assert "PBC_INVOICE_KEY_FINGERPRINT" in sign_in("contracts_manager").get(overview).content.decode()
    with pytest.raises(RefusedInput, match="No key for checking invoices"):
        send.charges()
    register_under(OURS, own_home)
    settings.PBC_INVOICE_KEY_FINGERPRINT = OURS
    assert "would join these patients" in sign_in("contracts_manager").get(overview).content.decode()
    with pytest.raises(RefusedInput, match="key of the register"):
        send.charges()
    path = send.folder / "aggregate_monitoring.csv"
    path.write_text(TOTALS.replace("ZP1,ZH1", "ZPA,ZHA"), encoding="utf-8")
    assert send.bytes(path, "aggregate_monitoring").state == "checked"  # holds nobody, so it needs no key


def test_records_with_nhs_numbers_are_not_taken_in(send: Sender) -> None:
    said = send.charges(text=CHARGE.replace("ZP1,ZH1", "ZPA,ZHA")).found["refused"]
    assert ("not pseudonymised" in said["what"], "pbc pseudonymise" in said["remedy"]) == (True, True)


def test_a_right_that_ended_refuses_upload_and_run(send: Sender) -> None:
    send.feed("invoices", "ZHA", expires_on=date(2010, 5, 2))
    with pytest.raises(RefusedInput, match="does not hold today"):
        send.rows(INVOICES, {**HEAD, **of("ZHA")}, hospital="ZHA")
    send.invoice("ZHB")
    run = take_in(send.place["ZPA"], "invoices", MAY, by=send.by(), at=AT)
    work_off(at=datetime(2011, 4, 1, 9, 0, tzinfo=UTC))
    run.refresh_from_db()
    assert (run.state, run.fault["where"]) == ("failed", "invoice_lines ZHB")


def test_where_a_local_agreement_names_the_basis_of_checking_invoices_its_end_stops_the_run(tmp_path: Path) -> None:
    agreed = (("basis", "Minute 12 of the panel"), ("expires_on", "2026-03-31"))
    overlay = tmp_path / "basis.yaml"
    overlay.write_text("".join(
        f"workspaces.invoice_validation_{part}:\n  values:\n    - {{from: 2025-04-01, value: {value}, "
        "status: local_agreement, source: Register of uses}\n"
        for part, value in agreed
    ))  # fmt: skip
    site = Site(Store(tmp_path / "store"), load_policy("england-2025", overlays=[overlay]))
    wanted = {"kind": "invoice-backing", "period": "2026-04", "feeds": []}
    with pytest.raises(RefusedInput, match="basis of invoice validation has ended"):
        receive(site, wanted, Journey(made_at="2026-04-01T09:00:00Z"))


def test_the_same_invoice_again_is_refused_in_words(send: Sender) -> None:
    [head, _] = send.invoice("ZHA")
    with pytest.raises(RefusedInput, match="This very file was sent before"):
        send.bytes(head.path, "invoices", hospital="ZHA")
    with pytest.raises(RefusedInput, match="This very file was sent before"):
        send.bytes(head.path, "invoices", "2010-06", "ZHA")
    send.take_in("invoices")
    again = send.rows(INVOICES, {**HEAD, **of("ZHA"), "description": "again"}, period="2010-06", hospital="ZHA")
    fault = again.found["faults"][0]
    assert (fault["row_number"], fault["rule"], again.is_left_out_whole) == ("2", "already_held", True)
    assert f"held by invoices/{MAY}" in fault["value_found"]
    assert fault["remedy"]
    with pytest.raises(RefusedInput, match=r"Not one row|none of it is taken in"):
        accept(again, by=send.by(), at=AT)


def test_an_invoice_with_a_bad_row_is_refused_whole_and_the_page_says_so(
    send: Sender, sign_in: Callable[..., Client]
) -> None:
    made = send.rows(INVOICES, {**HEAD, **of("ZHA")}, {**HEAD, **of("ZHA", "I2"), "amount_pence": "1.50"})
    page = sign_in("contracts_manager").get(reverse("deliveries:books:delivery", args=[made.id])).content.decode()
    assert ("taken in whole or not at all" in page, "Accept this file" in page) == (True, False)
    with pytest.raises(RefusedInput, match="none of it is taken in"):
        accept(made, by=send.by(), at=AT)
    answer = sign_in("contracts_manager").get(reverse("deliveries:books:faults", args=[made.id]))
    assert "1.50" in answer.content.decode()
    charges = send.charges(
        text=charges_of("ZHA", OURS) + f"ZPA,ZHA,activity,2,S2,{write_pseudonym(1)},2009-04-03,,,300,X,1,7\n"
    )
    assert (charges.found["counts"]["refused"], accept(charges, by=send.by(), at=AT).state) == (1, "accepted")


@pytest.mark.database
def test_a_hospital_stands_in_one_file_of_a_month(send: Sender) -> None:
    send.invoice("ZHA", own=False)
    with pytest.raises(RefusedInput, match="stands in another accepted file"):
        send.invoice("ZHA", "I2")
    send.invoice("ZHB")  # beside it
    send.invoice("ZHA", "I3", own=False)  # in its place
    states = sorted(Delivery.everywhere.values_list("state", flat=True))
    assert (states.count("accepted"), states.count("replaced")) == (4, 2)


def test_taking_in_loses_no_hospital_that_is_held(send: Sender, charged: Store) -> None:
    before = charged.current("invoices/2010-04").set_id
    send.invoice("ZHA", "I7", period="2010-04")
    run = send.take_in("invoices", "2010-04")
    lost = "nothing of ZPA and ZHB in invoices, ZPA and ZHB in invoice_lines"
    assert (run.state, run.fault["found"]) == ("failed", lost)
    assert charged.current("invoices/2010-04").set_id == before


def test_a_file_is_withdrawn_with_a_reason_until_it_is_taken_in(send: Sender, sign_in: Callable[..., Client]) -> None:
    head, lines = send.invoice("ZHA")
    page = reverse("deliveries:books:delivery", args=[head.id])
    client = sign_in("contracts_manager")
    assert "Withdraw this file" in client.get(page).content.decode()
    run = take_in(send.place["ZPA"], "invoices", MAY, by=send.by(), at=AT)
    with pytest.raises(RefusedInput, match="being taken in now"):
        reject(head, reason="x", by=send.by(), at=AT)
    cancel(run, by=send.by(), at=AT)
    asked = client.post(reverse("deliveries:books:reject", args=[head.id]), {"reason": "Of another month"}, follow=True)
    said = asked.content.decode()
    assert ("withdrawn. The file itself is not kept" in said, "Of another month" in said) == (True, True)
    head.refresh_from_db()
    assert head.state == "rejected"
    assert Entry.objects.filter(verb="withdraw_delivery", subject=str(head.id)).count() == 1
    assert Notice.objects.get(person_id=send.by("ZHA").person_id).subject.startswith("Withdrawn: invoices ZHA")
    accept(send.rows(INVOICES, {**HEAD, **of("ZHA", "I1")}, hospital="ZHA"), by=send.by(), at=AT)
    assert send.take_in("invoices").state == "done"
    with pytest.raises(RefusedInput, match="has been taken in, so it is not withdrawn"):
        reject(lines, reason="x", by=send.by(), at=AT)
    assert "Withdraw this file" not in client.get(page.replace(str(head.id), str(lines.id))).content.decode()


def test_hospitals_choose_their_layout_each_for_itself(send: Sender) -> None:
    """A's choice of our layout leaves B the national ones; A in both is refused at accepting, until the one is withdrawn."""
    ours = accept(send.charges(hospital="ZHA"), by=send.by(), at=AT)
    accept(send.drugs("ZHB"), by=send.by(), at=AT)
    both = send.drugs("ZHA")
    with pytest.raises(RefusedInput, match=r"stands in another accepted file.*ZHA"):
        accept(both, by=send.by(), at=AT)
    run = send.take_in("invoice-backing")
    assert (run.fault, run.told["rows"]["charged_activity"]) == (None, 2)
    assert ours.place != both.place


def test_a_right_that_ended_since_stops_no_correction_of_another_hospital(send: Sender) -> None:
    send.invoice("ZHA")
    send.invoice("ZHB")
    assert send.take_in("invoices").state == "done"
    for layout in ("invoices", "invoice_lines"):
        end_feed(send.feed(layout, "ZHA"), on=date(2010, 5, 2), by=send.by(), at=AT)
    corrected = {**HEAD, **of("ZHB"), "invoice_month": "201003", "description": "corrected"}
    accept(send.rows(INVOICES, corrected, hospital="ZHB"), by=send.by(), at=AT)
    run = send.take_in("invoices")
    assert (run.fault, run.told["rows"]["invoices"]) == (None, 2)


@pytest.mark.database
def test_uploads_and_decisions_of_a_commissioner_wait_for_each_other(send: Sender) -> None:
    """The look-up of a file sent before begins by locking whose books they are."""
    with CaptureQueriesContext(connection) as asked:
        send.rows(INVOICES, {**HEAD, **of("ZHA")}, hospital="ZHA")
    texts = [each["sql"] for each in asked]
    looked_up = next(at for at, sql in enumerate(texts) if '"sha256" =' in sql)
    locked = texts[looked_up - 1]
    assert 'FROM "organisations_organisation"' in locked
    assert ("FOR UPDATE" in locked) == connection.features.has_select_for_update


def test_two_workspaces_show_nothing_of_each_other(send: Sender, sign_in: Callable[..., Client]) -> None:
    made = send.charges()
    informs, checks = sign_in("information_manager"), sign_in("contracts_manager")
    for address in ("delivery", "faults"):
        assert informs.get(reverse(f"deliveries:{address}", args=[made.id])).status_code == 404
        assert checks.get(reverse(f"deliveries:{address}", args=[made.id])).status_code == 404  # not at that address
    assert "Records behind" not in informs.get(reverse("deliveries:overview")).content.decode()
    run = reverse("runs:progress", args=[made.check_run_id])
    assert (informs.get(run).status_code, checks.get(run).status_code) == (404, 200)
    assert "Check a file of" not in informs.get(reverse("runs:listing")).content.decode()
    assert "Check a file of" in checks.get(reverse("runs:listing")).content.decode()
    page = checks.get(reverse("deliveries:books:overview")).content.decode()
    assert ("Records behind invoices of May 2010" in page, "Outpatient" in page) == (True, False)
    assert [task.title for task in tasks_for(send.by(), AT.date()) if "file" in task.title] == [
        "Accept or reject 1 file of contracts, invoices or the ledger"
    ]
    assert not [task for task in tasks_for(send.place.actor("information_manager"), AT.date()) if "file" in task.title]


def test_a_hospital_is_entered_for_its_own_kinds_alone(send: Sender, sign_in: Callable[..., Client]) -> None:
    with pytest.raises(RefusedInput, match="its own invoices"):
        send.feed("ledger_entries", "ZHA")
    client, entry = sign_in("information_manager"), {"name": "x", "supplier": "x", "purpose": "x", "legal_basis": "x"}
    parts = (("day", 1), ("month", 4), ("year", 2010))
    days = {f"{name}-{part}": value for name in ("starts_on", "expires_on") for part, value in parts}
    wrong = {**entry, **days, "controller": "x", "layout": "referrals", "provider": send.place["ZHA"].id}
    page = client.post(reverse("deliveries:new_feed"), wrong).content.decode()
    assert "A hospital sends invoices and the records behind them" in page
    assert client.post(reverse("deliveries:new_feed"), {**wrong, "layout": "invoices"}).status_code == 302
    assert (
        "Hospital A itself" in client.get(reverse("deliveries:feed", args=[Feed.everywhere.get().id])).content.decode()
    )


def test_pages_ask_the_database_alike_however_much_came(send: Sender, sign_in: Callable[..., Client]) -> None:
    client, counts = sign_in("contracts_manager"), []
    client.get(reverse("deliveries:books:overview"))
    for hospital in ("ZHA", "ZHB"):
        send.invoice(hospital)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("deliveries:books:overview")).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_rejected_file_may_come_again_and_its_hospital_is_told(send: Sender, sign_in: Callable[..., Client]) -> None:
    made = send.rows(INVOICES, {**HEAD, **of("ZHA")}, hospital="ZHA")
    path = shutil.copy(made.path, send.folder / "kept.csv")
    reject(made, reason="The wrong month", by=send.by(), at=AT)
    notice = Notice.objects.get(person_id=send.by("ZHA").person_id)
    assert (notice.subject, notice.link) == (
        "Rejected: invoices ZHA, Invoices of May 2010", reverse("deliveries:books:delivery", args=[made.id]),
    )  # fmt: skip
    assert "The wrong month" in sign_in("provider_contract_manager").get(notice.link).content.decode()
    assert send.bytes(Path(path), "invoices", hospital="ZHA").state == "checked"
    reject(send.charges(), reason="x", by=send.by(), at=AT)
    assert not Notice.objects.filter(person_id=send.by().person_id).exists()  # who rejects their own knows


def test_a_new_contract_is_taken_in_and_its_page_shows_it(
    send: Sender, charged: Store, sign_in: Callable[..., Client]
) -> None:
    """Of last year, whose line has a plan now."""
    tariff, contracts = charged.current("tariff/2008-09"), charged.current("contracts/2009-10").frame("contracts")
    tables = {name: tariff.frame(name) for name in tariff.tables}
    line = tables["contract_forms"].with_columns(plan_activity_count=pl.lit(10), plan_pence=pl.lit(500_00)).head(1)
    receipt = replace(tariff.receipt, inputs={"contract_forms.csv": "planned"})
    charged.publish(tariff.name, tables | {"contract_forms": line}, receipt)
    hospital = line["provider_code"][0]
    contract = contracts.head(1).with_columns(
        provider_code=pl.lit(hospital), financial_year=pl.lit("2008-09"), plan_pence=pl.lit(500_00),
        starts_on=pl.lit(date(2008, 4, 1)), ends_before=pl.lit(date(2009, 4, 1)), signed_on=pl.lit(date(2008, 3, 27)),
    )  # fmt: skip
    sent, client = send.frame("contracts", contract, "2008-09"), sign_in("contracts_manager")
    overview = client.get(reverse("deliveries:books:overview")).content.decode()
    assert overview.index("Contracts of 2008/09") < overview.index("Invoices of April 2010")  # what waits comes first
    accept(sent, by=send.by(), at=AT)
    run = send.take_in("contracts", "2008-09")
    assert (run.fault, run.state, run.title) == (None, "done", "Take in contracts of 2008/09")
    page = client.get(reverse("ledger:contract", args=["2008-09", "ZPA", hospital]))
    assert "27 March 2008" in page.content.decode()


def test_taking_in_contracts_loses_no_contract_plan_or_variation(send: Sender, charged: Store) -> None:
    """A file of all contracts but one, without plans and variations."""
    contracts = charged.current("contracts/2009-10").frame("contracts").sort("provider_code")
    accept(send.frame("contracts", contracts.head(-1), "2009-10"), by=send.by(), at=AT)
    lost = send.take_in("contracts", "2009-10")
    assert (lost.state, lost.fault["where"]) == ("failed", "contracts/2009-10")
    found = lost.fault["found"]
    assert f"nothing of ZPA and {contracts['provider_code'][-1]} in contracts, " in found
    assert set(re.findall(r"in (\w+)", found)) == {"contracts", "contract_plans", "contract_variations"}


@given(st.lists(st.sampled_from(("ZHA", "ZHB", " ZHA ", "", "zha")), min_size=1, max_size=6))
@settings(max_examples=25, deadline=None)
def test_no_row_of_another_hospital_gets_in_as_ones_own(codes: list[str]) -> None:
    """Whatever order rows come in, a file is the hospital's own where no row names anybody else."""
    with TemporaryDirectory() as folder:
        rows = [{**HEAD, **of(code, f"I{at}")} for at, code in enumerate(codes)]
        named = named_in_file(table(Path(folder), INVOICES, *rows))
    strange = [at for at, code in enumerate(codes, start=2) if code.strip() not in ("", "ZHA")]
    if strange:
        with pytest.raises(RefusedInput, match=f"row {strange[0]};"):
            require_sides(named, commissioner="ZPA", provider="ZHA")
    else:
        require_sides(named, commissioner="ZPA", provider="ZHA")
