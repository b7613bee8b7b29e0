"""Attaching a file to a draft, and taking it off again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.audit.actions import record
from pbc_web.business_cases.actions.writing import held_for_change, require_writer
from pbc_web.business_cases.attaching import keep
from pbc_web.business_cases.models import Attachment, Proposal

MOST = 20


@transaction.atomic
def attach(proposal: Proposal, *, chunks: Iterable[bytes], name: str, by: Actor, at: datetime) -> Attachment:
    """Attach a file that was checked; the same bytes attached twice stand once."""
    held = held_for_change(proposal)
    require_writer(by, held)
    attached = held.attachments.filter(taken_off_at__isnull=True)
    if attached.count() >= MOST:
        raise RefusedInput(f"{MOST} files are attached already.", remedy="Take one off, or put several into one.")
    kept = keep(chunks, name=name)
    made, is_new = Attachment.objects.get_or_create(
        proposal=held, sha256=kept.sha256, taken_off_at=None,
        defaults={"name": kept.name, "kind": kept.kind, "size_bytes": kept.size_bytes, "by_id": by.person_id, "at": at},
    )  # fmt: skip
    if is_new:
        told = {"code": held.code, "kind": kept.kind, "digest": kept.sha256[:12]}
        record(by=by, verb="attach_file", about=("proposal", held.code), at=at, told=told)
    return made


@transaction.atomic
def take_off(attachment: Attachment, *, by: Actor, at: datetime) -> None:
    """Take a file off a draft; what was attached, and by whom, stays for the record."""
    held = held_for_change(attachment.proposal)
    require_writer(by, held)
    now = Attachment.objects.select_for_update().get(id=attachment.id)
    if now.taken_off_at is None:
        now.taken_off_by_id, now.taken_off_at = by.person_id, at
        now.save()
        told = {"code": held.code, "kind": now.kind, "digest": now.sha256[:12]}
        record(by=by, verb="take_off_file", about=("proposal", held.code), at=at, told=told)
