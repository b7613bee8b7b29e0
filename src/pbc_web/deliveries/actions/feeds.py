"""Entering, renewing and ending feeds, and whether the right of one holds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from pbc.errors import RefusedInput
from pbc_web.audit.actions import Doer, record
from pbc_web.deliveries.models import Feed
from pbc_web.deliveries.permissions import HOSPITAL_KINDS
from pbc_web.organisations.models import Organisation
from pbc_web.runs.delivery_readings import kind_of, known_layouts


@transaction.atomic
def register_feed(commissioner: Organisation, *, by: Doer, at: datetime, **entry: Any) -> Feed:
    """Enter a feed: name, layout, supplier, purpose, legal basis, controller, first and last day."""
    feed = Feed(commissioner=commissioner, **entry)
    if feed.layout not in known_layouts():
        raise RefusedInput(
            "No feed brings files of this layout.", found=feed.layout, expected=", ".join(known_layouts())
        )
    if feed.provider is not None and kind_of(feed.layout) not in HOSPITAL_KINDS:
        raise RefusedInput(
            "A hospital sends its own invoices and what backs them, and nothing else.", where=feed.name, found=feed.layout,
        )  # fmt: skip
    if feed.expires_on < feed.starts_on:
        raise RefusedInput("A feed ends after it starts.", where=feed.name, found=feed.expires_on.isoformat())
    feed.save()
    _record(feed, "register_feed", by, at, until=feed.expires_on)
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
    _record(held, "renew_feed", by, at, until=expires_on)
    return held


@transaction.atomic
def end_feed(feed: Feed, *, on: date, by: Doer, at: datetime) -> Feed:
    """End a feed: nothing it brings is taken in or used after the day."""
    held = Feed.everywhere.select_for_update().get(id=feed.id)
    held.ended_on = on
    held.save()
    _record(held, "end_feed", by, at, on=on)
    return held


def _record(feed: Feed, verb: str, by: Doer, at: datetime, **days: date) -> None:
    told = {"name": feed.name} | {word: day.isoformat() for word, day in days.items()}
    record(by=by, verb=verb, about=("feed", feed.id), at=at, told=told)


def require_right(feed: Feed, day: date) -> None:
    """This refuses what a feed brings, where the right to use it does not hold on a day."""
    if not feed.holds_on(day):
        raise RefusedInput(
            "The right to use what this feed brings does not hold today.", where=feed.name,
            found=f"from {feed.starts_on.isoformat()} to {feed.last_day.isoformat()}", expected=f"a right that holds on {day.isoformat()}",
            remedy="Renew its entry in the register of feeds, with the legal basis.",
        )  # fmt: skip
