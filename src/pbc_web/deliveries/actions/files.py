"""Keeping an uploaded file, having it checked, and noting what the check found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.audit.actions import Doer, record
from pbc_web.deliveries import keeping
from pbc_web.deliveries.actions.feeds import require_right
from pbc_web.deliveries.models import Delivery, Feed
from pbc_web.deliveries.queries import maps_in_force, title_of
from pbc_web.deliveries.sides import BOOKS, side_of
from pbc_web.deliveries.states import CHECKED, CHECKING, REJECTED, REPLACED, STATES, UNREADABLE, may_move
from pbc_web.organisations.models import Organisation
from pbc_web.runs.actions import ask
from pbc_web.runs.delivery_readings import FORM_NAMES, kind_of, place_for
from pbc_web.runs.invoice_key import require_invoice_key
from pbc_web.runs.models import Run
from pbc_web.shell.clock import day_of
from pbc_web.shell.words import day

FORMS = tuple(FORM_NAMES.values())
SWEPT_AFTER = timedelta(days=1)


def upload(feed: Feed, *, period: str, name: str, chunks: Iterable[bytes], by: Actor, at: datetime) -> Delivery:
    """Keep an uploaded file and ask for its check. When this returns, the bytes and the row are on the disk.

    `name` gives the form alone, by its ending; what the file truly is the check finds out.
    """
    require_right(feed, day_of(at))
    require_invoice_key(feed.layout)
    place = place_for(feed.layout, period)
    ending = next((form for form in FORMS if name.lower().endswith(form)), "")
    if not ending:
        raise RefusedInput(
            "Files of this kind are not taken in.", found=name.rpartition(".")[2][:20] or "no ending",
            expected=" or ".join(FORMS), remedy="Save it as CSV in UTF-8, and pseudonymise it.",
        )  # fmt: skip
    with keeping.kept(chunks, name=place.rpartition("/")[2] + ending) as kept, transaction.atomic():
        _refuse_sent_before(feed, place, kept.sha256)
        delivery = Delivery.everywhere.create(
            feed=feed, commissioner=feed.commissioner, provider=feed.provider, period=period, place=place, folder=kept.folder,
            file_name=kept.path.name, size_bytes=kept.size_bytes, sha256=kept.sha256, uploaded_by_id=by.person_id,
            uploaded_at=at,
        )  # fmt: skip
        record_delivery(delivery, "upload_delivery", by=by, at=at)
        ask_for_check(delivery, by=by, at=at)
    return delivery


def _refuse_sent_before(feed: Feed, place: str, sha256: str) -> None:
    """The same bytes of an invoice again are a mistake, of a month's or of another's: what was rejected may come anew."""
    if side_of(kind_of(feed.layout)) is not BOOKS:
        return
    one_at_a_time(feed.commissioner)
    own = Delivery.everywhere.filter(commissioner=feed.commissioner, provider=feed.provider, sha256=sha256)
    held = own.exclude(state__in=(REJECTED, REPLACED)).filter(place__endswith=f"/{place.rpartition('/')[2]}").first()
    if held is not None:
        raise RefusedInput(
            "This very file was sent before.", where=title_of(held.kind, held.period),
            found=f"{STATES[held.state].lower()}, uploaded {day(held.uploaded_at)}", expected="a file not sent yet",
            remedy="Nothing, if it is for that month. Else look whether the export is of the right month.",
        )  # fmt: skip


@transaction.atomic
def check_again(delivery: Delivery, *, by: Actor, at: datetime) -> Delivery:
    """Check a file again, as after its headings were matched."""
    held = moved(delivery, CHECKING)
    ask_for_check(held, by=by, at=at)
    return held


def ask_for_check(delivery: Delivery, *, by: Actor, at: datetime) -> None:
    feed = delivery.feed
    parameters: dict[str, Any] = {
        "file": delivery.kept_at, "kind": delivery.kind, "period": delivery.period, "title": feed.name,
        "layouts": [feed.layout], "maps": [each.text for each in maps_in_force(delivery.commissioner)],
    }  # fmt: skip
    side = side_of(delivery.kind)
    if side is BOOKS:
        parameters |= {
            "commissioner": delivery.commissioner.code,
            "provider": feed.provider.code if feed.provider else "",
        }
    delivery.check_run = ask(side.check, parameters=parameters, organisation=delivery.commissioner, by=by, at=at)
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


def sweep(now: datetime) -> None:
    """Remove uploaded bytes that no row speaks of: what was cut off on the way in."""
    keeping.sweep(Delivery.everywhere.values_list("folder", flat=True), before=now - SWEPT_AFTER)


def one_at_a_time(commissioner: Organisation) -> None:
    """Wait for whoever uploads or decides for a commissioner now: what is looked up next stays so until this is done."""
    Organisation.objects.select_for_update().get(id=commissioner.id)


def moved(delivery: Delivery, to: str) -> Delivery:
    """This returns a delivery, locked and moved to a state but not yet saved, or refuses the move."""
    held = Delivery.everywhere.select_for_update().select_related("feed", "commissioner").get(id=delivery.id)
    if not may_move(held.state, to):
        raise RefusedInput(
            f"This file is {STATES[held.state].lower()}, so it cannot be {STATES[to].lower()} now.", where=held.feed.name,
            remedy="Open its page again: somebody may have decided meanwhile.",
        )  # fmt: skip
    held.state = to
    return held


def record_delivery(delivery: Delivery, verb: str, *, by: Doer, at: datetime) -> None:
    """This writes in the trail what was done with a file."""
    told = {"feed": delivery.feed.name, "period": delivery.period or "the register"}
    record(by=by, verb=verb, about=("delivery", delivery.id), at=at, told=told)
