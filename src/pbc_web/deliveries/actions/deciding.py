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
from pbc_web.deliveries.actions.files import moved, record_delivery
from pbc_web.deliveries.models import Delivery
from pbc_web.deliveries.queries import maps_in_force, title_of
from pbc_web.deliveries.sides import BOOKS, side_of
from pbc_web.deliveries.states import ACCEPTED, REJECTED, REPLACED
from pbc_web.notices.actions import notify
from pbc_web.organisations.models import Organisation
from pbc_web.runs.actions import ask
from pbc_web.runs.models import Run
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
    Organisation.objects.select_for_update().get(
        id=delivery.commissioner_id
    )  # one decision at a time for a commissioner
    standing = list(
        Delivery.everywhere.select_for_update()
        .filter(commissioner=delivery.commissioner, place=delivery.place, state=ACCEPTED)
    )  # fmt: skip
    _refuse_charged_elsewhere(delivery, standing)
    for earlier in (each for each in standing if each.provider_id == delivery.provider_id):
        earlier.state, earlier.replaced_by = REPLACED, delivery
        earlier.save()
    held = _decided(delivery, ACCEPTED, reason, by, at)
    record_delivery(held, "accept_delivery", by=by, at=at)
    return held


def _refuse_charged_elsewhere(delivery: Delivery, standing: Iterable[Delivery]) -> None:
    """What a hospital charges stands in one file of a place: its own, or one for several; in both it would count twice."""
    own = set(delivery.found.get("hospitals", ()))
    for each in standing:
        both = sorted(own.intersection(each.found.get("hospitals", ())))
        if both and each.provider_id != delivery.provider_id:
            raise RefusedInput(
                "What this hospital charges stands in another accepted file too, so it would count twice.",
                where=each.feed.name, found=", ".join(both), expected="each hospital in one file",
                remedy="Have one of the two files sent again without it, and accept that first.",
            )  # fmt: skip


@transaction.atomic
def reject(delivery: Delivery, *, reason: str, by: Actor, at: datetime) -> Delivery:
    """Reject a file with a reason. Its bytes are removed once that is certain; what the check found is kept.

    Whoever uploaded it is told, where somebody else rejected it.
    """
    held = _decided(delivery, REJECTED, reason, by, at)
    record_delivery(held, "reject_delivery", by=by, at=at)
    if held.uploaded_by_id != by.person_id:
        notify(
            held.uploaded_by, kind="delivery", subject=f"Rejected: {held.feed.name}, {title_of(held.kind, held.period)}"[:200],
            body="The file you uploaded was rejected. Its page says why, and what to send instead.", key=f"rejected-{held.id}",
            link=side_of(held.kind).address("delivery", held.id), at=at,
        )  # fmt: skip
    transaction.on_commit(lambda: held.path.unlink(missing_ok=True))
    return held


@transaction.atomic
def take_in(commissioner: Organisation, kind: str, period: str, *, by: Actor, at: datetime) -> Run:
    """Ask for the accepted files of a period to be taken in. Asked twice for the same files it is one run; after a file was
    replaced, a right renewed or a map saved, it is new work."""
    held = list(
        Delivery.everywhere.filter(commissioner=commissioner, place__startswith=f"{kind}/", period=period, state=ACCEPTED)
        .select_related("feed").order_by("place", "id")
    )  # fmt: skip
    if not held:
        raise RefusedInput(
            "No file was accepted for this period.", where=title_of(kind, period), remedy="Accept its files first."
        )
    for each in held:
        require_right(each.feed, day_of(at))
    side = side_of(kind)
    files: dict[str, Any] = {each.place: each.kept_at for each in held}
    if side is BOOKS:  # where each hospital sends its own
        files = {place: [each.kept_at for each in held if each.place == place] for place in files}
    parameters: dict[str, Any] = {
        "kind": kind, "period": period, "what": title_of(kind, period, within=True), "commissioners": [commissioner.code],
        "files": files, "is_made_up": commissioner.is_made_up,
        "maps": [each.text for each in maps_in_force(commissioner)],
        "feeds": [{"name": each.feed.name, "last_day": each.feed.last_day.isoformat()} for each in held],
        "deliveries": [each.id for each in held],
    }  # fmt: skip
    if side is BOOKS:
        parameters["hospitals"] = sorted({code for each in held for code in each.found.get("hospitals", ())})
    told = hashlib.sha256(json.dumps(parameters, sort_keys=True).encode()).hexdigest()
    key = f"receive-{told}"
    return ask(side.receive, parameters=parameters, organisation=commissioner, by=by, at=at, key=key)


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
