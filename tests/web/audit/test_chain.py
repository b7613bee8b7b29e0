"""The trail is only added to, holds under 20 writers, and tells where it was tampered with, on either database."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client
from django.urls import reverse
from tests.web.conftest import AT, TESTS

from pbc.errors import Fault
from pbc_cli.verify_audit import command as verify_audit
from pbc_web.audit import names, queries
from pbc_web.audit.actions import check_trail, check_trail_daily, record
from pbc_web.audit.chain import FIRST, find_break, hash_entry
from pbc_web.audit.models import Check, Entry, Head

pytestmark = pytest.mark.database


def write(count: int = 3) -> list[dict[str, Any]]:
    with transaction.atomic():
        for at in range(count):
            record(by=TESTS, verb="sign_in", about=("person", at), at=AT)
    return list(queries.plain_entries())


@contextmanager
def without_triggers() -> Iterator[Any]:
    """A thief who owns the database: the triggers stand aside."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER audit_entry_kept_UPDATE")
            cursor.execute("DROP TRIGGER audit_entry_kept_DELETE")
        yield cursor


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE audit_entry SET verb = 'nothing' WHERE number = 2",
        "UPDATE audit_entry SET person = '' WHERE number = 2",
        "DELETE FROM audit_entry WHERE number = 3",
        "DELETE FROM audit_entry",
    ],
)
def test_the_database_refuses_to_change_or_remove_an_entry(attack: str, db: Any) -> None:
    before = write()
    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)
    assert list(queries.plain_entries()) == before


def test_an_entry_is_not_replaced_either(db: Any) -> None:
    """SQLite would take the old row away without asking; PostgreSQL has no such word and calls it an update."""
    before = write()
    columns = ", ".join(field.column for field in Entry._meta.concrete_fields)
    changed = columns.replace("person", "'nobody'")
    attack = f"INSERT OR REPLACE INTO audit_entry ({columns}) SELECT {changed} FROM audit_entry WHERE number = 2"
    if connection.vendor == "postgresql":
        attack = (
            f"INSERT INTO audit_entry ({columns}) SELECT {changed} FROM audit_entry WHERE number = 2 "
            "ON CONFLICT (number) DO UPDATE SET person = 'nobody'"
        )
    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)
    assert list(queries.plain_entries()) == before


def test_the_database_refuses_the_models_own_ways_too(db: Any) -> None:
    write()
    for attack in (
        lambda: Entry.objects.update(verb=""),
        lambda: Entry.objects.all().delete(),
        Entry(number=1, verb="").save,
    ):
        with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
            attack()


@pytest.mark.parametrize(
    "attack, told",
    [
        ("UPDATE audit_entry SET verb = 'sign_out' WHERE number = 2", "entry 2 was changed after it was written"),
        ("DELETE FROM audit_entry WHERE number = 2", "entry 2 is missing: entry 3 stands in its place"),
        ("DELETE FROM audit_entry WHERE number = 3", "entries after 2 are missing: 3 were written"),
        ("DELETE FROM audit_entry", "entries after 0 are missing: 3 were written"),
        ("UPDATE audit_entry SET at = '2001-01-01' WHERE number = 1", "entry 1 was changed after it was written"),
    ],
)
def test_tampering_by_the_databases_owner_is_told_with_its_place(attack: str, told: str, db: Any) -> None:
    write()
    with without_triggers() as cursor:
        cursor.execute(attack)
    assert queries.broken_at() == told
    assert check_trail(at=AT).broken == told


def test_an_entry_forged_whole_does_not_fit_the_one_after(db: Any) -> None:
    entries = write()
    entries[1]["verb"] = "sign_out"
    entries[1]["hash"] = hash_entry(entries[1])
    assert find_break(entries) == "entry 3 does not follow entry 2"
    entries[2]["previous_hash"] = entries[1]["hash"]
    entries[2]["hash"] = hash_entry(entries[2])
    assert find_break(entries) is None
    head = Head.objects.get()
    assert find_break(entries, last=(head.number, head.hash)) == "entry 3 is not the one that was written last"


def test_an_empty_trail_holds(db: Any) -> None:
    assert queries.broken_at() is None
    assert find_break([], last=(0, FIRST)) is None


@pytest.mark.django_db(transaction=True)
def test_20_threads_write_one_chain() -> None:
    barrier, faults = threading.Barrier(20), []

    def writer(number: int) -> None:
        barrier.wait()
        try:
            for at in range(5):
                with transaction.atomic():
                    record(by=TESTS, verb="sign_in", about=("thread", f"{number}-{at}"), at=AT)
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=writer, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert queries.broken_at() is None
    assert len(set(Entry.objects.values_list("subject", flat=True))) == Entry.objects.count() == 100


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_no_entry_and_no_gap() -> None:
    write(1)
    with transaction.atomic():
        record(by=TESTS, verb="sign_in", about=("person", 1), at=AT)
        transaction.set_rollback(True)
    write(1)
    assert [each["number"] for each in queries.plain_entries()] == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_the_transaction_of_its_deed_is_refused() -> None:
    with pytest.raises(RuntimeError, match="in the transaction of its deed"):
        record(by=TESTS, verb="sign_in", about=("person", 1), at=AT)


def test_a_verb_without_a_sentence_is_refused(db: Any) -> None:
    with pytest.raises(KeyError, match="no sentence says"):
        record(by=TESTS, verb="do_nothing_known", about=("person", 1), at=AT)


# --- checking it: by the clock, by the button, anywhere -----------------------------------------------------------------------
def test_the_clock_checks_once_a_day(db: Any) -> None:
    for hours in (0, 1, 23, 24, 25, 49):
        check_trail_daily(AT + timedelta(hours=hours))
    assert [each.checked_at for each in Check.objects.order_by("id")] == [
        AT,
        AT + timedelta(days=1),
        AT + timedelta(hours=49),
    ]


def test_the_page_says_when_it_was_checked_and_where_it_broke(sign_in: Callable[..., Client], place: Any) -> None:
    client = sign_in("administrator")
    assert "has not been checked yet" in client.get(reverse("audit:trail")).text
    assert "Every entry was checked" in client.post(reverse("audit:check"), follow=True).text
    with without_triggers() as cursor:
        cursor.execute("UPDATE audit_entry SET verb = 'sign_out' WHERE number = 1")
    page = client.post(reverse("audit:check"), follow=True).text
    assert "The trail does not hold" in page
    assert "entry 1 was changed after it was written" in page


def checked(*words: str, refused: bool = False) -> str:
    done = CliRunner().invoke(verify_audit, list(words))
    if refused:
        assert isinstance(done.exception, Fault)
        return str(done.exception)
    assert done.exception is None, done.exception
    return done.output


def test_a_copy_is_checked_anywhere_by_command(db: Any, tmp_path: Path) -> None:
    entries = write()
    copy = tmp_path / "trail.jsonl"
    assert f"stands in {copy}" in checked("--export", str(copy))
    told = checked(str(copy))
    assert "3 entries checked" in told
    assert entries[-1]["hash"] in told
    assert "3 entries checked" in checked(str(copy), "--head", entries[-1]["hash"])
    assert "3 entries checked" in checked()
    lines = copy.read_text().splitlines(keepends=True)
    copy.write_text("".join(lines[:2]))
    assert "2 entries checked" in checked(str(copy))
    assert "later entries may be missing" in checked(str(copy), "--head", entries[-1]["hash"], refused=True)
    copy.write_text(lines[0] + lines[1].replace("sign_in", "sign_out"))
    assert "entry 2 was changed" in checked(str(copy), refused=True)
    copy.write_text(lines[0] + json.dumps({"number": 2}) + "\n")
    assert f"{copy}, line 2" in checked(str(copy), refused=True)


def test_the_databases_own_trail_is_checked_by_command(db: Any) -> None:
    write()
    with without_triggers() as cursor:
        cursor.execute("DELETE FROM audit_entry WHERE number = 3")
    assert "entries after 2 are missing" in checked(refused=True)


# --- reading it ----------------------------------------------------------------------------------------------------------------
def test_the_trail_is_narrowed_by_organisation_verb_person_and_days_of_london(
    sign_in: Callable[..., Client], place: Any
) -> None:
    gp = place.appointment("gp").person
    with transaction.atomic():
        for moment, verb in (
            (datetime(2009, 5, 1, 22, 59, tzinfo=UTC), "sign_in"),
            (datetime(2009, 5, 1, 23, 1, tzinfo=UTC), "sign_out"),
        ):
            record(by=place.actor("gp"), verb=verb, about=("person", gp.number), at=moment)

    def numbers(**asked: Any) -> list[str]:
        found = queries.narrowed(queries.entries_of(None), **asked)
        return [each.verb for each in found.exclude(role="process")]

    assert numbers(organisation="za0001", last=date(2009, 5, 1)) == ["sign_in"]
    assert numbers(organisation="ZA0001", first=date(2009, 5, 2)) == ["sign_out"]
    assert numbers(verb="sign_out") == ["sign_out"]
    assert numbers(who="gp za") == numbers(who=str(gp.number)) == ["sign_out", "sign_in"]
    assert numbers(who="nobody") == []
    page = sign_in("administrator").get(reverse("audit:trail"), {"who": "GP", "verb": "sign_in"}).text
    assert "1 May 2009 at 11:59pm" in page
    assert "signed out" not in page.split("<tbody")[1]


def test_others_read_their_own_organisations_entries_alone(sign_in: Callable[..., Client], place: Any) -> None:
    for world in "AB":
        with transaction.atomic():
            record(by=place.actor("finance_manager", world=world), verb="sign_in", about=("person", 1), at=AT)
    page = sign_in("board_member").get(reverse("audit:trail")).text
    assert "Finance manager ZPA signed in" in page
    assert "ZPB" not in page
    sheet = sign_in("board_member").post(reverse("audit:trail_csv")).content.decode("utf-8-sig")
    assert "ZPB" not in sheet
    assert "Finance manager ZPA signed in" in sheet


def test_a_trail_that_cannot_be_narrowed_so_shows_nothing_and_says_why(sign_in: Callable[..., Client]) -> None:
    page = (
        sign_in("administrator")
        .get(reverse("audit:trail"), {"first-day": "31", "first-month": "2", "first-year": "2009"})
        .text
    )
    assert "From must be a real date" in page
    assert "No entry is like that" in page


def test_the_trail_takes_as_many_queries_for_25_entries_as_for_5(
    sign_in: Callable[..., Client], django_assert_num_queries: Any, place: Any
) -> None:
    client = sign_in("administrator")
    client.get(reverse("audit:trail"))
    for more in (5, 20):
        write(more)
        with django_assert_num_queries(13):
            assert client.get(reverse("audit:trail")).status_code == 200


def test_numbers_of_people_are_told_from_other_words(db: Any) -> None:
    number = "0e94d1ca-5c4d-4f29-83f6-e2f70071608e"
    assert names.numbers_in({"person": number, "role": "GP", "count": 3}) == [number]
    assert names.names_of(["worker"]) == {}
