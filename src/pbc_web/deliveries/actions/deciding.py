"""Accepting and rejecting files, and having the accepted ones of a period taken in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.deliveries.actions.feeds import require_right
from pbc_web.deliveries.actions.files import moved, one_at_a_time, record_delivery
from pbc_web.deliveries.models import Delivery
from pbc_web.deliveries.queries import maps_in_force, stands_in_store, title_of
from pbc_web.deliveries.sides import BOOKS, side_of
from pbc_web.deliveries.states import ACCEPTED, REJECTED, REPLACED
from pbc_web.notices.actions import notify
from pbc_web.organisations.models import Organisation
from pbc_web.runs.actions import ask
from pbc_web.runs.delivery_readings import places_beside
from pbc_web.runs.models import Run
from pbc_web.runs.states import QUEUED, RUNNING
from pbc_web.shell.clock import day_of
from pbc_web.shell.words import count_of


@transaction.atomic
def accept(delivery: Delivery, *, by: Actor, at: datetime, reason: str = "", is_sure: bool = False) -> Delivery:
    """Accept a checked file for its place. One accepted before for the same place is replaced, and keeps its history.

    A file of unusual size is accepted only by somebody who says to be sure, having been shown what is usual.
    """
    require_right(delivery.feed, day_of(at))
    if not delivery.found.get("counts", {}).get("accepted"):
        raise RefusedInput(
            "Not one row of this file can be used.", where=delivery.feed.name, found="0 rows accepted by the check",
            remedy="Reject it and ask the supplier for the file again.",
        )  # fmt: skip
    if delivery.is_left_out_whole:
        raise RefusedInput(
            "A row of this file cannot be read, so none of it is taken in.", where=delivery.feed.name,
            found=f"{count_of(delivery.found['counts']['refused'], 'row')} at fault", expected="every row as its layout has it",
            remedy="Reject it, and ask for the file with those rows corrected.",
        )  # fmt: skip
    if delivery.is_unusual and not is_sure:
        raise RefusedInput(
            "This file is far from its usual size.", where=delivery.feed.name, found=delivery.size_words,
            remedy="Look at it again, and say that you are sure if it is right.",
        )  # fmt: skip
    one_at_a_time(delivery.commissioner)
    standing = list(
        Delivery.everywhere.select_for_update()
        .filter(commissioner=delivery.commissioner, place__in=places_beside(delivery.place), state=ACCEPTED)
    )  # fmt: skip
    replaced = [each for each in standing if (each.place, each.provider_id) == (delivery.place, delivery.provider_id)]
    _refuse_charged_elsewhere(delivery, [each for each in standing if each not in replaced])
    for earlier in replaced:
        earlier.state, earlier.replaced_by = REPLACED, delivery
        earlier.save()
    held = _decided(delivery, ACCEPTED, reason, by, at)
    record_delivery(held, "accept_delivery", by=by, at=at)
    return held


def _refuse_charged_elsewhere(delivery: Delivery, standing: Iterable[Delivery]) -> None:
    """What a hospital charges stands in one file: its own, or one for several, in our layout or a national one."""
    own = set(delivery.found.get("hospitals", ()))
    for each in standing:
        both = sorted(own.intersection(each.found.get("hospitals", ())))
        if both:
            raise RefusedInput(
                "What this hospital charges stands in another accepted file too, so it would count twice.",
                where=each.feed.name, found=", ".join(both), expected="each hospital in one file",
                remedy="Withdraw that file, or have it sent again without this hospital and accept that first.",
            )  # fmt: skip


@transaction.atomic
def reject(delivery: Delivery, *, reason: str, by: Actor, at: datetime) -> Delivery:
    """Reject a file with a reason, or withdraw one that was accepted and not taken in. Its bytes are removed once that is
    certain; what the check found is kept.

    Whoever uploaded it is told, where somebody else rejected it.
    """
    one_at_a_time(delivery.commissioner)
    was_accepted = Delivery.everywhere.get(id=delivery.id).state == ACCEPTED
    if was_accepted:
        _refuse_taken_in(delivery)
    held = _decided(delivery, REJECTED, reason, by, at)
    record_delivery(held, "withdraw_delivery" if was_accepted else "reject_delivery", by=by, at=at)
    if held.uploaded_by_id != by.person_id:
        done = "Withdrawn" if was_accepted else "Rejected"
        notify(
            held.uploaded_by, kind="delivery", subject=f"{done}: {held.feed.name}, {title_of(held.kind, held.period)}"[:200],
            body=f"The file you uploaded was {done.lower()}. Its page says why, and what to send instead.", key=f"rejected-{held.id}",
            link=side_of(held.kind).address("delivery", held.id), at=at,
        )  # fmt: skip
    transaction.on_commit(lambda: held.path.unlink(missing_ok=True))
    return held


def _refuse_taken_in(delivery: Delivery) -> None:
    """A file that stands in a set, or is on its way into one, is replaced by another, never withdrawn."""
    received = Delivery.everywhere.get(id=delivery.id).received_set
    under_way = Run.everywhere.filter(
        kind=side_of(delivery.kind).receive, organisation=delivery.commissioner, state__in=(QUEUED, RUNNING)
    )
    if received or any(delivery.id in each.parameters.get("deliveries", ()) for each in under_way):
        raise RefusedInput(
            "This file has been taken in, so it is not withdrawn.", where=delivery.feed.name,
            found=received or "being taken in now", expected="a file not taken in",
            remedy="Accept a corrected file in its place, and take that in.",
        )  # fmt: skip


@transaction.atomic
def take_in(commissioner: Organisation, kind: str, period: str, *, by: Actor, at: datetime) -> Run:
    """Ask for the accepted files of a period to be taken in. Asked twice for the same files it is one run; after a file was
    replaced, a right renewed or a map saved, it is new work. What stands in the books already, from a hospital whose right
    has ended since, goes along unchanged: others may still correct theirs."""
    one_at_a_time(commissioner)
    held = list(
        Delivery.everywhere.filter(commissioner=commissioner, place__startswith=f"{kind}/", period=period, state=ACCEPTED)
        .select_related("feed").order_by("place", "id")
    )  # fmt: skip
    if not held:
        raise RefusedInput(
            "No file was accepted for this period.", where=title_of(kind, period), remedy="Accept its files first."
        )
    side = side_of(kind)
    coming = [each for each in held if each.feed.holds_on(day_of(at)) or not _goes_along(each)]
    for each in coming:
        require_right(each.feed, day_of(at))
    files: dict[str, Any] = {each.place: each.kept_at for each in held}
    if side is BOOKS:  # where each hospital sends its own
        files = {place: [each.kept_at for each in held if each.place == place] for place in files}
    parameters: dict[str, Any] = {
        "kind": kind, "period": period, "what": title_of(kind, period, within=True), "commissioners": [commissioner.code],
        "files": files, "is_made_up": commissioner.is_made_up,
        "maps": [each.text for each in maps_in_force(commissioner)],
        "feeds": [{"name": each.feed.name, "last_day": each.feed.last_day.isoformat()} for each in coming],
        "deliveries": [each.id for each in held],
    }  # fmt: skip
    told = hashlib.sha256(json.dumps(parameters, sort_keys=True).encode()).hexdigest()
    key = f"receive-{told}"
    return ask(side.receive, parameters=parameters, organisation=commissioner, by=by, at=at, key=key)


def _goes_along(delivery: Delivery) -> bool:
    """Whether the set the books hold now has a file in it, so that taking it in again beside others changes nothing of it."""
    return side_of(delivery.kind) is BOOKS and stands_in_store(delivery.received_set)


def note_taken_in(run: Run) -> None:
    """Note into which set accepted files went."""
    for delivery in Delivery.everywhere.filter(id__in=run.parameters["deliveries"]):
        delivery.received_set, delivery.received_at = f"{run.set_name} {run.set_id}", run.ended_at
        delivery.save()


def _decided(delivery: Delivery, state: str, reason: str, by: Actor, at: datetime) -> Delivery:
    held = moved(delivery, state)
    held.decided_by_id, held.decided_at, held.reason = by.person_id, at, reason
    held.save()
    return held
