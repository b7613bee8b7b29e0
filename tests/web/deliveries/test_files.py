"""A file's way: uploaded, checked row by row, accepted or rejected, taken in; and what never gets in."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.deliveries.conftest import AT, KEY, MONTH

from pbc.engines import open_engine
from pbc.errors import RefusedInput
from pbc.flows.receive_delivery import receive_delivery
from pbc.flows.receive_register import receive_register
from pbc.flows.receive_tables import receive_need, receive_tariff
from pbc.periods import FinancialYear, Month
from pbc.policy import load_policy
from pbc.results import Store
from pbc_web.accounts.actor import Actor
from pbc_web.audit.queries import broken_at
from pbc_web.deliveries.actions import accept, reject, renew_feed, sweep, take_in, upload
from pbc_web.deliveries.models import Delivery, Feed
from pbc_web.runs.worker import work_off

pytestmark = pytest.mark.django_db
FILES = {
    ("register", ""): ("organisations", "practices", "memberships", "registrations"),
    ("tariff", "2009-10"): ("tariff_prices", "provider_factors", "contract_forms"),
    ("need", "2009-10"): ("weighted_lists", "commissioner_resources"),
    ("activity", "2009-04"): ("admitted_care", "outpatients", "accident_and_emergency", "referrals"),
}


def found(folder: Path, kind: str, period: str, name: str) -> Path:
    return next((folder / kind / period).glob(f"{name}.*"))


def test_a_world_uploaded_file_by_file_is_the_world_received_at_once(
    hidden: Path, own_home: Path, delivered: Callable[..., Delivery], manager: Actor, place: Any
) -> None:
    where = place["ZPA"]
    where.code = json.loads((hidden / "world.json").read_text())["commissioner_code"]
    where.save()
    for (kind, period), names in FILES.items():
        for name in names:
            accept(delivered(found(hidden, kind, period, name), name, period), by=manager, at=AT)
        run = take_in(where, kind, period, by=manager, at=AT)
        work_off(at=AT)
        run.refresh_from_db()
        assert (run.state, run.fault) == ("done", None)
    apart = Store(own_home / "apart")
    policy = load_policy("england-2005")
    with open_engine() as engine:
        receive_register(apart, hidden, key=None, engine=engine)
        receive_tariff(apart, hidden, year=FinancialYear(2009))
        receive_need(apart, hidden, year=FinancialYear(2009))
        receive_delivery(apart, hidden, month=Month(2009, 4), key=None, engine=engine, policy=policy)
    mine = Store(own_home / "store")
    for name in ("activity/2009-04", "cells/2009-04"):
        for table in apart.current(name).tables:
            assert mine.current(name).rows(table) == apart.current(name).rows(table)
    assert Delivery.everywhere.filter(received_set="").count() == 0
    assert broken_at() is None


def test_a_file_with_nhs_numbers_is_not_taken_in(raw: Path, delivered: Callable[..., Delivery]) -> None:
    made = delivered(found(raw, "activity", MONTH, "outpatients"), "outpatients", MONTH)
    assert made.state == "unreadable"
    assert "pbc pseudonymise" in made.found["refused"]["remedy"]


def test_a_check_tells_every_fault_with_row_and_remedy(
    hidden: Path, delivered: Callable[..., Delivery], tmp_path: Path
) -> None:
    lines = gzip.decompress(found(hidden, "activity", MONTH, "outpatients").read_bytes()).decode().splitlines()
    at = lines[0].split(",").index("attendance_date")
    spoilt = lines[1].split(",")
    spoilt[at] = "2009-02-30"
    path = tmp_path / "outpatients.csv"
    path.write_text("\n".join([lines[0], ",".join(spoilt), *lines[2:]]) + "\n")
    made = delivered(path, "outpatients", MONTH)
    fault = next(each for each in made.found["faults"] if each["column_name"] == "attendance_date")
    assert (made.state, fault["row_number"], fault["value_found"]) == ("checked", "2", "2009-02-30")
    assert fault["remedy"]
    assert "2009-02-30" in made.faults_path.read_text()


def test_a_file_of_two_rows_is_not_taken_for_a_month(
    hidden: Path, own_home: Path, delivered: Callable[..., Delivery], feed_of: Callable[..., Feed], manager: Actor,
    tmp_path: Path, sign_in: Callable[..., Client],
) -> None:  # fmt: skip
    received(hidden, Store(own_home / "store"), "2009-08", MONTH)
    feed, whole = feed_of("pdpi"), found(hidden, "activity", MONTH, "prescribing")
    lines = gzip.decompress(whole.read_bytes()).decode().splitlines()
    few = tmp_path / "prescribing.csv"
    few.write_text("\n".join(lines[:3]) + "\n")
    made, client = delivered(few, "pdpi", MONTH, feed), sign_in("information_manager")
    page = client.get(reverse("deliveries:delivery", args=[made.id])).content.decode()
    assert (
        f"2 rows of this file can be used. Usually it is about {len(lines_of(hidden, '2009-08')) - 1:,}, in 1 other month."
        in page
    )
    assert f"It would take the place of {len(lines) - 1:,} held now." in page
    assert "Month already delivered" not in page
    assert "Nothing is wrong with it" in page
    assert "Rows accepted and doubted" not in page
    with pytest.raises(RefusedInput, match="usual size"):
        accept(made, by=manager, at=AT)
    address = reverse("deliveries:accept", args=[made.id])
    assert "Say that the file is right, or reject it" in client.post(address).content.decode()
    assert client.post(address, {"is_sure": "on"}).status_code == 302
    assert Delivery.everywhere.get(id=made.id).state == "accepted"
    right = delivered(whole, "pdpi", MONTH, feed)
    assert (right.is_unusual, "It would take the place of" in right.size_words) == (False, True)
    assert client.post(reverse("deliveries:accept", args=[right.id])).status_code == 302


def test_faults_name_the_files_own_headings_and_what_was_expected(
    hidden: Path, delivered: Callable[..., Delivery], tmp_path: Path, sign_in: Callable[..., Client]
) -> None:
    lines = lines_of(hidden, MONTH)
    at = lines[0].split(",").index("NIC")
    spoilt = lines[1].split(",")
    spoilt[at] = "£7"
    path = tmp_path / "prescribing.csv"
    path.write_text("\n".join([lines[0], ",".join(spoilt), *lines[2:]]) + "\n")
    made = delivered(path, "pdpi", MONTH)
    page = sign_in("information_manager").get(reverse("deliveries:delivery", args=[made.id])).content.decode()
    row = page.partition("What is wrong, row by row")[2].partition("</tbody>")[0]
    assert all(words in row for words in ("</span>NIC<", "</span>digits alone<", "Currency sign"))
    assert "net_ingredient_cost" not in row
    assert "without a person" not in page


def lines_of(folder: Path, month: str) -> list[str]:
    return gzip.decompress(found(folder, "activity", month, "prescribing").read_bytes()).decode().splitlines()


def received(folder: Path, store: Store, *months: str) -> None:
    with open_engine() as engine:
        receive_register(store, folder, key=None, engine=engine)
        receive_tariff(store, folder, year=FinancialYear(2009))
        for month in months:
            receive_delivery(
                store, folder, month=Month.parse(month), key=None, engine=engine, policy=load_policy("england-2005")
            )


def test_a_file_without_its_stamp_is_told_to_be_pseudonymised(
    raw: Path, delivered: Callable[..., Delivery], tmp_path: Path
) -> None:
    path = tmp_path / "outpatients.csv"
    text = gzip.decompress(found(raw, "activity", MONTH, "outpatients").read_bytes()).decode()
    path.write_text(text.replace("nhs_number", "person_id", 1))
    said = delivered(path, "outpatients", MONTH).found["refused"]
    assert "not pseudonymised" in said["what"]
    assert "fingerprint of the key" in said["expected"]
    assert "pbc pseudonymise" in said["remedy"]


def test_a_replaced_file_keeps_its_history(
    hidden: Path, delivered: Callable[..., Delivery], feed_of: Callable[..., Feed], manager: Actor
) -> None:
    path, feed = found(hidden, "activity", MONTH, "referrals"), feed_of("referrals")
    first, second = (delivered(path, "referrals", MONTH, feed) for _ in range(2))
    accept(first, by=manager, at=AT)
    accept(second, by=manager, at=AT)
    first.refresh_from_db()
    assert (first.state, first.replaced_by_id, first.path.exists()) == ("replaced", second.id, True)
    assert Delivery.everywhere.get(state="accepted").id == second.id


def test_a_rejected_file_is_not_kept_but_its_reason_is(
    hidden: Path, delivered: Callable[..., Delivery], manager: Actor, django_capture_on_commit_callbacks: Any
) -> None:
    made = delivered(found(hidden, "activity", MONTH, "referrals"), "referrals", MONTH)
    with django_capture_on_commit_callbacks(execute=True):
        reject(made, reason="The wrong month", by=manager, at=AT)
    made.refresh_from_db()
    assert (made.state, made.reason, made.path.exists()) == ("rejected", "The wrong month", False)
    with pytest.raises(RefusedInput, match="cannot be accepted now"):
        accept(made, by=manager, at=AT)


@pytest.mark.parametrize("name", ["x.html", "x.svg", "x.xlsm", "x.exe", "..\\..\\x", "csv", "x.csv.zip"])
def test_files_of_other_kinds_are_refused_by_their_ending(
    name: str, feed_of: Callable[..., Feed], manager: Actor
) -> None:
    with pytest.raises(RefusedInput, match="not taken in"):
        upload(feed_of("referrals"), period=MONTH, name=name, chunks=[b"x"], by=manager, at=AT)
    assert Delivery.everywhere.count() == 0


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script>",
        b"PK\x03\x04" + b"\0" * 200,
        b"\x89PNG\r\n\x1a\n",
        b"PAR1",
        b"\x1f\x8b",
        b"\xff\xfe\0",
        b"=cmd|' /C calc'!A0\n",
    ],
)
def test_content_is_judged_by_what_it_is(content: bytes, delivered: Callable[..., Delivery], tmp_path: Path) -> None:
    path = tmp_path / "referrals.csv"
    path.write_bytes(content)
    assert delivered(path, "referrals", MONTH).state == "unreadable"


def test_a_file_that_unpacks_without_end_does_not_fill_the_disk(
    delivered: Callable[..., Delivery], tmp_path: Path, own_home: Path
) -> None:
    path = tmp_path / "referrals.csv.gz"
    path.write_bytes(gzip.compress(b"a" * 50_000_000))
    assert delivered(path, "referrals", MONTH).state == "unreadable"
    assert sum(each.stat().st_size for each in (own_home / "uploads").rglob("*") if each.is_file()) < 1_000_000


@pytest.mark.parametrize("name", ["../../../etc/cron.d/x.csv", "/etc/x.csv", "a\x00b.csv", "naïve\u202e.csv"])
def test_the_senders_name_leads_nowhere(
    name: str, feed_of: Callable[..., Feed], manager: Actor, own_home: Path
) -> None:
    made = upload(feed_of("referrals"), period=MONTH, name=name, chunks=[b"x"], by=manager, at=AT)
    assert made.file_name == "referrals.csv"
    assert made.path.resolve().is_relative_to((own_home / "uploads" / "deliveries").resolve())


def test_too_large_and_empty_files_leave_nothing(
    feed_of: Callable[..., Feed], manager: Actor, settings: Any, own_home: Path
) -> None:
    settings.PBC_LARGEST_UPLOAD = 10
    for chunks, words in (([b"123456", b"789012"], "too large"), ([], "empty")):
        with pytest.raises(RefusedInput, match=words):
            upload(feed_of("referrals"), period=MONTH, name="x.csv", chunks=chunks, by=manager, at=AT)
    assert (Delivery.everywhere.count(), list((own_home / "uploads" / "deliveries").iterdir())) == (0, [])


def test_an_upload_cut_off_leaves_nothing(feed_of: Callable[..., Feed], manager: Actor, own_home: Path) -> None:
    def cut_off() -> Any:
        yield b"provider_code,"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        upload(feed_of("referrals"), period=MONTH, name="x.csv", chunks=cut_off(), by=manager, at=AT)
    assert (Delivery.everywhere.count(), list((own_home / "uploads" / "deliveries").iterdir())) == (0, [])


def test_bytes_that_no_row_speaks_of_are_swept_after_a_day(
    hidden: Path, delivered: Callable[..., Delivery], own_home: Path
) -> None:
    made = delivered(found(hidden, "activity", MONTH, "referrals"), "referrals", MONTH)
    lost = own_home / "uploads" / "deliveries" / "lost"
    lost.mkdir()
    sweep(datetime.now(UTC))
    assert lost.exists()
    sweep(datetime(2100, 1, 1, tzinfo=UTC))
    assert (lost.exists(), made.path.exists()) == (False, True)


def test_another_layout_than_the_feeds_is_told(
    hidden: Path, delivered: Callable[..., Delivery], feed_of: Callable[..., Feed]
) -> None:
    made = delivered(found(hidden, "activity", MONTH, "outpatients"), "referrals", MONTH, feed_of("referrals"))
    assert made.found["refused"]["what"].startswith("This is another kind of file")


def test_a_file_of_which_no_row_can_be_used_is_not_accepted(
    delivered: Callable[..., Delivery], hidden: Path, tmp_path: Path, manager: Actor
) -> None:
    lines = gzip.decompress(found(hidden, "activity", MONTH, "referrals").read_bytes()).decode().splitlines()
    path = tmp_path / "referrals.csv"
    path.write_text(lines[0] + "\n" + "," * lines[0].count(",") + "\n")
    made = delivered(path, "referrals", MONTH)
    with pytest.raises(RefusedInput, match="Not one row"):
        accept(made, by=manager, at=AT)


def test_a_key_is_never_asked_for_nor_kept(own_home: Path, hidden: Path, delivered: Callable[..., Delivery]) -> None:
    delivered(found(hidden, "activity", MONTH, "referrals"), "referrals", MONTH)
    held = b"".join(each.read_bytes() for each in own_home.rglob("*") if each.is_file())
    assert KEY not in held
    assert KEY.hex().encode() not in held


def test_nothing_is_taken_in_before_it_is_accepted(place: Any, manager: Actor) -> None:
    with pytest.raises(RefusedInput, match="No file was accepted"):
        take_in(place["ZPA"], "activity", MONTH, by=manager, at=AT)


def test_asked_twice_it_is_one_run(
    hidden: Path, delivered: Callable[..., Delivery], manager: Actor, place: Any
) -> None:
    accept(delivered(found(hidden, "activity", MONTH, "referrals"), "referrals", MONTH), by=manager, at=AT)
    runs = {take_in(place["ZPA"], "activity", MONTH, by=manager, at=AT).id for _ in range(2)}
    assert len(runs) == 1


def test_the_same_bytes_accepted_anew_and_a_right_renewed_are_new_work(
    hidden: Path, delivered: Callable[..., Delivery], feed_of: Callable[..., Feed], manager: Actor, place: Any
) -> None:
    """Else the run of the first time is found: what replaced the file would stay, or the right that ended be held against it."""
    feed, path = feed_of("referrals"), found(hidden, "activity", MONTH, "referrals")
    runs = []
    for _ in range(2):
        accept(delivered(path, "referrals", MONTH, feed), by=manager, at=AT)
        runs.append(take_in(place["ZPA"], "activity", MONTH, by=manager, at=AT).id)
    later = feed.expires_on + timedelta(days=30)
    renew_feed(feed, expires_on=later, legal_basis="Renewed", by=manager, at=AT)
    runs.append(take_in(place["ZPA"], "activity", MONTH, by=manager, at=AT).id)
    assert len(set(runs)) == 3


def test_a_day_of_expiry_is_dated(feed_of: Callable[..., Feed]) -> None:
    feed = feed_of("referrals", expires_on=date(2010, 5, 3))
    assert (feed.holds_on(date(2010, 5, 3)), feed.holds_on(date(2010, 5, 4))) == (True, False)
