"""The right to use a feed ends on a day; a stranger's headings are matched once; two who decide at once have one outcome."""

import gzip
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from tests.web.deliveries.conftest import AT, MONTH

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.tasks import tasks_for
from pbc_web.deliveries.actions import (
    accept,
    end_feed,
    end_map,
    note_check,
    note_no_check,
    register_feed,
    renew_feed,
    take_in,
    upload,
)
from pbc_web.deliveries.models import Delivery, Feed, SavedMap
from pbc_web.deliveries.states import CHECKED, CHECKING, MOVES, STATES, TAGS, UNREADABLE
from pbc_web.runs.worker import work_off

pytestmark = pytest.mark.django_db
THEIRS = {
    "provider_code": "Trust",
    "referral_number": "Our Ref",
    "referral_date": "Date Received",
    "referral_source": "Src",
}


@pytest.fixture
def strange(hidden: Path, tmp_path: Path) -> Path:
    """Referrals with a supplier's own headings and days."""
    text = gzip.decompress(next((hidden / "activity" / MONTH).glob("referrals.*")).read_bytes()).decode()
    head, *rows = text.splitlines()
    names = head.split(",")
    at = names.index("referral_date")
    parted = [row.split(",") for row in rows]
    for row in parted:
        row[at] = "/".join(reversed(row[at].split("-")))
    path = tmp_path / "strange" / "referrals.csv"
    path.parent.mkdir()
    path.write_text("\n".join([",".join(THEIRS.get(n, n) for n in names), *(",".join(row) for row in parted)]) + "\n")
    return path


def test_every_state_has_a_name_a_colour_and_moves() -> None:
    assert set(STATES) == set(TAGS) == set(MOVES)
    assert all(to in STATES for moves in MOVES.values() for to in moves)


def test_a_right_ends_at_midnight_in_london(feed_of: Callable[..., Feed], manager: Actor) -> None:
    feed = feed_of("referrals", expires_on=date(2010, 6, 30))
    past_midnight = datetime(2010, 6, 30, 23, 30, tzinfo=UTC)  # summer time: it is July there
    with pytest.raises(RefusedInput, match="does not hold today"):
        upload(feed, period=MONTH, name="x.csv", chunks=[b"x"], by=manager, at=past_midnight)


def test_nothing_is_uploaded_under_a_right_that_ended(feed_of: Callable[..., Feed], manager: Actor) -> None:
    feed = feed_of("referrals", expires_on=date(2010, 5, 2))
    with pytest.raises(RefusedInput, match="does not hold today"):
        upload(feed, period=MONTH, name="x.csv", chunks=[b"x"], by=manager, at=AT)


def test_nothing_is_accepted_or_taken_in_under_a_right_that_ended(
    hidden: Path, delivered: Callable[..., Delivery], manager: Actor, place: Any
) -> None:
    made = delivered(next((hidden / "activity" / MONTH).glob("referrals.*")), "referrals", MONTH)
    accept(made, by=manager, at=AT)
    later = datetime(2011, 4, 1, 9, 0, tzinfo=UTC)
    with pytest.raises(RefusedInput, match="does not hold today"):
        take_in(place["ZPA"], "activity", MONTH, by=manager, at=later)


def test_a_run_refuses_a_right_that_ended_while_it_waited(
    hidden: Path, delivered: Callable[..., Delivery], manager: Actor, place: Any
) -> None:
    accept(delivered(next((hidden / "activity" / MONTH).glob("referrals.*")), "referrals", MONTH), by=manager, at=AT)
    run = take_in(place["ZPA"], "activity", MONTH, by=manager, at=AT)
    work_off(at=datetime(2011, 4, 1, 9, 0, tzinfo=UTC))
    run.refresh_from_db()
    assert (run.state, run.fault["what"]) == (
        "failed",
        "The right to use what a feed brings has ended, so it is not taken in.",
    )


def test_a_right_is_renewed_to_a_later_day_and_ended_once(feed_of: Callable[..., Feed], manager: Actor) -> None:
    feed = feed_of("referrals")
    with pytest.raises(RefusedInput, match="until a later day"):
        renew_feed(feed, expires_on=feed.expires_on, legal_basis="x", by=manager, at=AT)
    renewed = renew_feed(feed, expires_on=date(2012, 3, 31), legal_basis="Direction 2", by=manager, at=AT)
    ended = end_feed(renewed, on=date(2010, 6, 30), by=manager, at=AT)
    assert (ended.last_day, ended.legal_basis) == (date(2010, 6, 30), "Direction 2")
    with pytest.raises(RefusedInput, match="until a later day"):
        renew_feed(ended, expires_on=date(2013, 3, 31), legal_basis="x", by=manager, at=AT)


def test_entries_that_cannot_be_are_refused(place: Any, manager: Actor) -> None:
    entry = {"name": "x", "supplier": "x", "purpose": "x", "legal_basis": "x", "controller": "x"}
    for layout, starts_on in (("no_such", date(2009, 4, 1)), ("referrals", date(2012, 4, 1))):
        with pytest.raises(RefusedInput):
            register_feed(
                place["ZPA"],
                by=manager,
                at=AT,
                layout=layout,
                starts_on=starts_on,
                expires_on=date(2011, 3, 31),
                **entry,
            )


def test_a_right_that_ends_soon_is_a_task(feed_of: Callable[..., Feed], manager: Actor) -> None:
    feed_of("referrals", expires_on=date(2010, 5, 31))
    found = [task for task in tasks_for(manager, AT.date()) if "Feed of referrals" in task.title]
    assert [(task.due_on, task.is_late) for task in found] == [(date(2010, 5, 31), False)]


def test_headings_are_matched_once_and_used_again(
    strange: Path, delivered: Callable[..., Delivery], feed_of: Callable[..., Feed], sign_in: Callable[..., Client]
) -> None:
    feed = feed_of("referrals")
    made = delivered(strange, "referrals", MONTH, feed)
    assert made.state == "unreadable"
    client, address = sign_in("information_manager"), f"/deliveries/{made.id}/headings/"
    page = client.get(address).content.decode()
    assert "Our Ref" in page
    chosen = {f"heading-{ours}": theirs for ours, theirs in THEIRS.items()} | {
        f"heading-{name}": name for name in ("practice_code", "treatment_function_code")
    }
    previewed = client.post(address, chosen | {"preview": "yes"}).content.decode()
    assert "The first rows as the map reads them" in previewed
    assert "2009-09-" in previewed
    client.post(address, chosen | {"save": "yes"})
    work_off(at=AT)
    made.refresh_from_db()
    assert (made.state, SavedMap.everywhere.get().starts_on) == ("checked", date(2009, 9, 1))
    again = delivered(strange, "referrals", MONTH, feed)
    assert again.state == "checked"
    Delivery.everywhere.filter(id=again.id).update(state=UNREADABLE)
    client.post(f"/deliveries/{again.id}/headings/", chosen | {"save": "yes"})
    again.refresh_from_db()
    assert (again.state, SavedMap.everywhere.count()) == (CHECKING, 1)  # what is said twice is one map


def test_a_map_that_leaves_out_what_is_needed_is_refused_by_name(
    strange: Path, delivered: Callable[..., Delivery], sign_in: Callable[..., Client]
) -> None:
    made = delivered(strange, "referrals", MONTH)
    page = (
        sign_in("information_manager")
        .post(f"/deliveries/{made.id}/headings/", {"preview": "yes", "heading-referral_date": ""})
        .content.decode()
    )
    assert "There is a problem" in page
    assert "referral_date" in page


def test_an_ended_map_is_used_no_more(place: Any, manager: Actor) -> None:
    saved = SavedMap.everywhere.create(
        commissioner=place["ZPA"], layout="referrals", supplier="x", text="x", fingerprint="x", starts_on=date(2009, 4, 1),
        saved_by_id=manager.person_id, saved_at=AT,
    )  # fmt: skip
    assert end_map(saved, by=manager, at=AT).ended_at == AT
    assert end_map(saved, by=manager, at=AT + timedelta(days=1)).ended_at == AT


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_files_accepted_at_once_for_one_place_leave_one_in_force(
    hidden: Path, delivered: Callable[..., Delivery], feed_of: Callable[..., Feed], manager: Actor
) -> None:
    path, feed = next((hidden / "activity" / MONTH).glob("referrals.*")), feed_of("referrals")
    files = [delivered(path, "referrals", MONTH, feed) for _ in range(6)]
    start, told = threading.Barrier(len(files)), []

    def decide(file: Delivery) -> None:
        start.wait()
        try:
            told.append(accept(file, by=manager, at=AT).state)
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=(file,)) for file in files]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    states = sorted(Delivery.everywhere.values_list("state", flat=True))
    assert (len(told), states.count("accepted"), states.count("replaced")) == (6, 1, 5)


def test_a_check_is_noted_once_and_one_that_stopped_says_so(
    hidden: Path, delivered: Callable[..., Delivery], manager: Actor
) -> None:
    made = delivered(next((hidden / "activity" / MONTH).glob("referrals.*")), "referrals", MONTH)
    found, run = made.found, made.check_run
    note_check(run)
    note_no_check(run)
    made.refresh_from_db()
    assert (made.state, made.found) == (CHECKED, found)
    Delivery.everywhere.filter(id=made.id).update(state=CHECKING)
    note_no_check(run)
    made.refresh_from_db()
    assert (made.state, made.found["refused"]["what"]) == (UNREADABLE, "The check was stopped.")
