"""Taking figures of published statements into a draft, frozen as they stand, and taking them off again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pbc_web.accounts.actor import Actor
from pbc_web.audit.actions import record
from pbc_web.business_cases.actions.writing import held_for_change, require_writer
from pbc_web.business_cases.evidence_read import read_figure
from pbc_web.business_cases.models import Evidence, Proposal


@transaction.atomic
def take_figure(proposal: Proposal, *, figure_text: str, shows: str, by: Actor, at: datetime) -> Evidence:
    """Take a figure that one may open oneself into a draft, with what it shows; taken twice, it stands once."""
    held = held_for_change(proposal)
    require_writer(by, held)
    read = read_figure(by, figure_text)
    made, is_new = Evidence.objects.get_or_create(
        proposal=held, figure_id=read.figure_id, taken_off_at=None,
        defaults={
            "title": read.title[:300], "said": read.said[:80], "set_name": read.set_name, "set_id": read.set_id, "shows": shows,
            "by_id": by.person_id, "at": at,
        },
    )  # fmt: skip
    if is_new:
        told = {"code": held.code, "figure": read.figure_id}
        record(by=by, verb="take_figure", about=("proposal", held.code), at=at, told=told)
    return made


@transaction.atomic
def drop_figure(evidence: Evidence, *, by: Actor, at: datetime) -> None:
    """Take a figure off a draft."""
    held = held_for_change(evidence.proposal)
    require_writer(by, held)
    if Evidence.objects.filter(id=evidence.id, taken_off_at=None).update(taken_off_at=at, taken_off_by_id=by.person_id):
        told = {"code": held.code, "figure": evidence.figure_id}
        record(by=by, verb="drop_figure", about=("proposal", held.code), at=at, told=told)
