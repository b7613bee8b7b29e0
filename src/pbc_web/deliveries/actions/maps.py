"""Saving a map of headings made from a file, and ending one."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from pbc_web.accounts.actor import Actor
from pbc_web.audit.actions import record
from pbc_web.deliveries.actions.files import check_again
from pbc_web.deliveries.models import Delivery, SavedMap
from pbc_web.runs.delivery_readings import fingerprints


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
