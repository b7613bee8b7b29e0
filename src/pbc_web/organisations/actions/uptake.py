"""Who takes part."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from pbc.errors import RefusedInput
from pbc_web.audit.actions import Doer, record
from pbc_web.organisations.models import Organisation, Uptake

UPTAKE_VERBS = {"offered": "offer_commissioning", "active": "take_part", "declined": "decline"}


@transaction.atomic
def record_uptake(practice: Organisation, *, state: str, on: date, by: Doer, at: datetime, reason: str = "") -> Uptake:
    """Record that a practice is offered practice-based commissioning, takes part or declines from a day on.

    Said again for the same day it replaces what was said; a practice is first offered.
    """
    earlier = Uptake.objects.filter(practice=practice, starts_on__lte=on)
    if state != "offered" and not earlier.exists():
        raise RefusedInput(
            "This practice was never offered practice-based commissioning.", where=str(practice), found=state,
            expected="an offer first", remedy="Record the offer and its date, then the answer.",
        )  # fmt: skip
    uptake, _ = Uptake.objects.update_or_create(
        practice=practice, starts_on=on, defaults={"state": state, "reason": reason}
    )
    told = {"practice": practice.name, "on": on.isoformat()}
    record(by=by, verb=UPTAKE_VERBS[state], about=("organisation", practice.code), at=at, told=told)
    return uptake
