"""What readers do: acknowledge, and look at records with a purpose."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.audit.actions import record
from pbc_web.notices.actions import mark_read_about
from pbc_web.organisations.models import Organisation
from pbc_web.statements.models import Acknowledgement, Publication

PURPOSES = {
    "check_charge": "To check that the practice is charged for its own patients and for what was done",
    "review_care": "To review the care of the practice's own patients",
    "answer_query": "To prepare a query of a figure, or to understand its answer",
}


@transaction.atomic
def acknowledge(publication: Publication, practice: Organisation, *, by: Actor, at: datetime) -> Acknowledgement:
    """Say that one has read a practice's statement; said again, the first time stands."""
    if by.organisation.id != practice.id:
        raise RefusedInput("A statement is acknowledged by the practice it is for.", where=str(practice))
    told = {"month": publication.period.title, "practice": practice.name}
    found, is_new = Acknowledgement.everywhere.get_or_create(
        publication=publication, practice=practice, person_id=by.person_id, defaults={"at": at}
    )
    link = reverse("statements:practice", args=[publication.id, practice.code])
    mark_read_about(by.person_id, link=link, at=at)
    if is_new:
        record(by=by, verb="acknowledge_statement", about=("publication", publication.id), at=at, told=told)
    return found


@transaction.atomic
def open_records(
    practice: Organisation, *, figure_id: str, purpose: str, by: Actor, at: datetime, is_download: bool = False
) -> None:
    """Write down who looks at the records behind which figure of their practice and what for, before they are shown.

    A figure is told by its id, which holds no count.
    """
    if purpose not in PURPOSES:
        raise RefusedInput("Say what you need the records for.", expected="; ".join(PURPOSES.values()))
    if by.organisation.id != practice.id:
        raise RefusedInput("Records are shown to the practice they belong to only.", where=str(practice))
    verb = "download_records" if is_download else "open_records"
    words = PURPOSES[purpose]
    told = {"practice": practice.name, "figure": figure_id, "purpose": words[0].lower() + words[1:]}
    record(by=by, verb=verb, about=("organisation", practice.code), at=at, told=told)
