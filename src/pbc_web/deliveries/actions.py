"""The only writes of deliveries and of the register of feeds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.audit.actions import Doer, record
from pbc_web.deliveries import keeping
from pbc_web.deliveries.models import Delivery, Feed, SavedMap
from pbc_web.deliveries.queries import maps_in_force, title_of
from pbc_web.deliveries.states import ACCEPTED, CHECKED, CHECKING, REJECTED, REPLACED, STATES, UNREADABLE, may_move
from pbc_web.organisations.models import Organisation
from pbc_web.runs.actions import ask
from pbc_web.runs.delivery_readings import FORM_NAMES, fingerprints, kind_of, known_layouts, place_for
from pbc_web.runs.models import Run
from pbc_web.shell.clock import day_of

FORMS = tuple(FORM_NAMES.values())
SWEPT_AFTER = timedelta(days=1)


# --- feeds ---------------------------------------------------------------------------------------------------------------
@transaction.atomic
def register_feed(commissioner: Organisation, *, by: Doer, at: datetime, **entry: Any) -> Feed:
    """Enter a feed: name, layout, supplier, purpose, legal basis, controller, first and last day."""
    feed = Feed(commissioner=commissioner, **entry)
    if feed.layout not in known_layouts():
        raise RefusedInput(
            "No feed brings files of this layout.", found=feed.layout, expected=", ".join(known_layouts())
        )
    if feed.expires_on < feed.starts_on:
        raise RefusedInput("A feed ends after it starts.", where=feed.name, found=feed.expires_on.isoformat())
    feed.save()
    record(
        by=by,
        verb="register_feed",
        about=("feed", feed.id),
        at=at,
        told={"name": feed.name, "until": feed.expires_on.isoformat()},
    )
    return feed


@transaction.atomic
def renew_feed(feed: Feed, *, expires_on: date, legal_basis: str, by: Doer, at: datetime) -> Feed:
    """Renew the right to use what a feed brings until a later day, on a legal basis named anew."""
    held = Feed.everywhere.select_for_update().get(id=feed.id)
    if held.ended_on or expires_on <= held.expires_on:
        raise RefusedInput(
            "A feed is renewed until a later day, while it has not been ended.", where=held.name,
            found=expires_on.isoformat(), expected=f"after {held.last_day.isoformat()}",
        )  # fmt: skip
    held.expires_on, held.legal_basis = expires_on, legal_basis
    held.save()
    record(
        by=by,
        verb="renew_feed",
        about=("feed", held.id),
        at=at,
        told={"name": held.name, "until": expires_on.isoformat()},
    )
    return held


@transaction.atomic
def end_feed(feed: Feed, *, on: date, by: Doer, at: datetime) -> Feed:
    """End a feed: nothing it brings is taken in or used after the day."""
    held = Feed.everywhere.select_for_update().get(id=feed.id)
    held.ended_on = on
    held.save()
    record(by=by, verb="end_feed", about=("feed", held.id), at=at, told={"name": held.name, "on": on.isoformat()})
    return held


# --- files ---------------------------------------------------------------------------------------------------------------
def upload(feed: Feed, *, period: str, name: str, chunks: Iterable[bytes], by: Actor, at: datetime) -> Delivery:
    """Keep an uploaded file and ask for its check. When this returns, the bytes and the row are on the disk.

    `name` gives the form alone, by its ending; what the file truly is the check finds out.
    """
    _require_right(feed, day_of(at))
    place = place_for(feed.layout, period)
    ending = next((form for form in FORMS if name.lower().endswith(form)), "")
    if not ending:
        raise RefusedInput(
            "Files of this kind are not taken in.", found=name.rpartition(".")[2][:20] or "no ending",
            expected=" or ".join(FORMS), remedy="Save it as CSV in UTF-8, and pseudonymise it.",
        )  # fmt: skip
    with keeping.kept(chunks, name=place.rpartition("/")[2] + ending) as kept, transaction.atomic():
        delivery = Delivery.everywhere.create(
            feed=feed, commissioner=feed.commissioner, period=period, place=place, folder=kept.folder,
            file_name=kept.path.name, size_bytes=kept.size_bytes, sha256=kept.sha256, uploaded_by_id=by.person_id,
            uploaded_at=at,
        )  # fmt: skip
        _record(delivery, "upload_delivery", by=by, at=at)
        _ask_for_check(delivery, by=by, at=at)
    return delivery


@transaction.atomic
def check_again(delivery: Delivery, *, by: Actor, at: datetime) -> Delivery:
    """Check a file again, as after its headings were matched."""
    held = _moved(delivery, CHECKING)
    _ask_for_check(held, by=by, at=at)
    return held


def _ask_for_check(delivery: Delivery, *, by: Actor, at: datetime) -> None:
    feed = delivery.feed
    parameters = {
        "file": delivery.kept_at, "kind": kind_of(feed.layout), "period": delivery.period, "title": feed.name,
        "layouts": [feed.layout], "maps": [each.text for each in maps_in_force(delivery.commissioner)],
    }  # fmt: skip
    delivery.check_run = ask("check_delivery", parameters=parameters, organisation=delivery.commissioner, by=by, at=at)
    delivery.save()


@transaction.atomic
def note_check(run: Run) -> None:
    """Note what a check found; a file that cannot be read says why. Safe to do again."""
    delivery = Delivery.everywhere.select_for_update().filter(check_run=run, state=CHECKING).first()
    if delivery is not None:
        delivery.found = run.told if run.state != "failed" else {"refused": run.fault}
        delivery.state = UNREADABLE if "refused" in delivery.found else CHECKED
        delivery.save()


def note_no_check(run: Run) -> None:
    """Note that a check failed or was stopped: it may be asked for again."""
    delivery = Delivery.everywhere.filter(check_run=run, state=CHECKING).first()
    if delivery is not None:
        delivery.state, delivery.found = UNREADABLE, {"refused": run.fault or {"what": "The check was stopped."}}
        delivery.save()


@transaction.atomic
def accept(delivery: Delivery, *, by: Actor, at: datetime, reason: str = "", is_sure: bool = False) -> Delivery:
    """Accept a checked file for its place. One accepted before for the same place is replaced, and keeps its history.

    A file of unusual size is accepted only by somebody who says to be sure, having been shown what is usual.
    """
    _require_right(delivery.feed, day_of(at))
    if not delivery.found.get("counts", {}).get("accepted"):
        raise RefusedInput(
            "Not one row of this file can be used.", where=delivery.feed.name, found="0 rows accepted by the check",
            remedy="Reject it and ask the supplier for the file again.",
        )  # fmt: skip
    if delivery.is_unusual and not is_sure:
        raise RefusedInput(
            "This file is far from its usual size.", where=delivery.feed.name, found=delivery.size_words,
            remedy="Look at it again, and say that you are sure if it is right.",
        )  # fmt: skip
    Organisation.objects.select_for_update().get(
        id=delivery.commissioner_id
    )  # one decision at a time for a commissioner
    earlier = (
        Delivery.everywhere.select_for_update()
        .filter(commissioner=delivery.commissioner, place=delivery.place, state=ACCEPTED)
        .first()
    )
    if earlier is not None:
        earlier.state, earlier.replaced_by = REPLACED, delivery
        earlier.save()
    held = _decided(delivery, ACCEPTED, reason, by, at)
    _record(held, "accept_delivery", by=by, at=at)
    return held


@transaction.atomic
def reject(delivery: Delivery, *, reason: str, by: Actor, at: datetime) -> Delivery:
    """Reject a file with a reason. Its bytes are removed once that is certain; what the check found is kept."""
    held = _decided(delivery, REJECTED, reason, by, at)
    _record(held, "reject_delivery", by=by, at=at)
    transaction.on_commit(lambda: held.path.unlink(missing_ok=True))
    return held


@transaction.atomic
def take_in(commissioner: Organisation, kind: str, period: str, *, by: Actor, at: datetime) -> Run:
    """Ask for the accepted files of a period to be taken in. Asked twice for the same files it is one run; after a file was
    replaced, a right renewed or a map saved, it is new work."""
    held = list(
        Delivery.everywhere.filter(commissioner=commissioner, place__startswith=f"{kind}/", period=period, state=ACCEPTED)
        .select_related("feed").order_by("place")
    )  # fmt: skip
    if not held:
        raise RefusedInput(
            "No file was accepted for this period.", where=title_of(kind, period), remedy="Accept its files first."
        )
    for each in held:
        _require_right(each.feed, day_of(at))
    parameters = {
        "kind": kind, "period": period, "what": title_of(kind, period), "commissioners": [commissioner.code],
        "files": {each.place: each.kept_at for each in held}, "is_made_up": commissioner.is_made_up,
        "maps": [each.text for each in maps_in_force(commissioner)],
        "feeds": [{"name": each.feed.name, "last_day": each.feed.last_day.isoformat()} for each in held],
        "deliveries": [each.id for each in held],
    }  # fmt: skip
    told = hashlib.sha256(json.dumps(parameters, sort_keys=True).encode()).hexdigest()
    key = f"receive-{told}"
    return ask("receive_accepted", parameters=parameters, organisation=commissioner, by=by, at=at, key=key)


def note_taken_in(run: Run) -> None:
    """Note into which set accepted files went."""
    for delivery in Delivery.everywhere.filter(id__in=run.parameters["deliveries"]):
        delivery.received_set, delivery.received_at = f"{run.set_name} {run.set_id}", run.ended_at
        delivery.save()


# --- maps ----------------------------------------------------------------------------------------------------------------
@transaction.atomic
def save_map(delivery: Delivery, *, text: str, starts_on: date, by: Actor, at: datetime) -> SavedMap:
    """Save a map made from a file, to be used for every file with the same headings from a day on; that file is checked again."""
    fingerprint = fingerprints([text])[0]
    saved, is_new = SavedMap.everywhere.get_or_create(
        commissioner=delivery.commissioner, fingerprint=fingerprint, starts_on=starts_on,
        defaults={
            "layout": delivery.feed.layout, "supplier": delivery.feed.supplier, "text": text, "saved_by_id": by.person_id,
            "saved_at": at,
        },
    )  # fmt: skip
    if is_new:
        told = {"supplier": saved.supplier, "from": starts_on.isoformat()}
        record(by=by, verb="save_map", about=("map", saved.id), at=at, told=told)
    check_again(delivery, by=by, at=at)
    return saved


@transaction.atomic
def end_map(saved: SavedMap, *, by: Actor, at: datetime) -> SavedMap:
    """Use a map no longer; what was read through it stays as it is."""
    if SavedMap.everywhere.filter(id=saved.id, ended_at=None).update(ended_at=at):
        record(by=by, verb="end_map", about=("map", saved.id), at=at, told={"supplier": saved.supplier})
    saved.refresh_from_db()
    return saved


def sweep(now: datetime) -> None:
    """Remove uploaded bytes that no row speaks of: what was cut off on the way in."""
    keeping.sweep(Delivery.everywhere.values_list("folder", flat=True), before=now - SWEPT_AFTER)


def _require_right(feed: Feed, day: date) -> None:
    if not feed.holds_on(day):
        raise RefusedInput(
            "The right to use what this feed brings does not hold today.", where=feed.name,
            found=f"from {feed.starts_on.isoformat()} to {feed.last_day.isoformat()}", expected=f"a right that holds on {day.isoformat()}",
            remedy="Renew its entry in the register of feeds, with the legal basis.",
        )  # fmt: skip


def _moved(delivery: Delivery, to: str) -> Delivery:
    held = Delivery.everywhere.select_for_update().select_related("feed", "commissioner").get(id=delivery.id)
    if not may_move(held.state, to):
        raise RefusedInput(
            f"This file is {STATES[held.state].lower()}, so it cannot be {STATES[to].lower()} now.", where=held.feed.name,
            remedy="Open its page again: somebody may have decided meanwhile.",
        )  # fmt: skip
    held.state = to
    return held


def _decided(delivery: Delivery, state: str, reason: str, by: Actor, at: datetime) -> Delivery:
    held = _moved(delivery, state)
    held.decided_by_id, held.decided_at, held.reason = by.person_id, at, reason
    held.save()
    return held


def _record(delivery: Delivery, verb: str, *, by: Doer, at: datetime) -> None:
    told = {"feed": delivery.feed.name, "period": delivery.period or "the register"}
    record(by=by, verb=verb, about=("delivery", delivery.id), at=at, told=told)
