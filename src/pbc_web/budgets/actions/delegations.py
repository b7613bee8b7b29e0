"""Delegating budgets: proposed by one person, judged by another; ended by anybody who may approve, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.roles import Duty
from pbc_web.audit.actions import record
from pbc_web.budgets.models import Delegation, DelegationEnd
from pbc_web.budgets.telling import tell_delegation_proposed
from pbc_web.organisations.models import OPEN_END, Organisation
from pbc_web.shell.clock import day_of


@dataclass(frozen=True)
class Document:
    """What hands budgets over: its reference, who decided it, and from when until when it holds."""

    reference: str
    decided_by: str
    starts_on: date
    ends_before: date = OPEN_END


@transaction.atomic
def propose_delegation(
    commissioner: Organisation, document: Document, *, held_by: Organisation, by: Actor, at: datetime
) -> Delegation:
    """Propose that a commissioner's budgets be real for somebody. Until another person approves it nothing is payable."""
    Organisation.objects.select_for_update().get(id=commissioner.id)
    _require_ours(commissioner, by)
    if document.ends_before <= document.starts_on:
        raise RefusedInput(
            "A delegation ends after it begins.", where=document.reference, found=document.ends_before.isoformat(),
            expected=f"a day after {document.starts_on.isoformat()}",
        )  # fmt: skip
    waiting = Delegation.everywhere.filter(commissioner=commissioner, held_by=held_by, state="proposed")
    if waiting.filter(starts_on=document.starts_on).exists():
        raise RefusedInput(
            "A delegation to the same from the same day waits to be judged already.",
            where=held_by.name,
            remedy="Have that one judged first.",
        )
    made = Delegation.everywhere.create(
        commissioner=commissioner, held_by=held_by, document=document.reference, decided_by=document.decided_by,
        starts_on=document.starts_on, ends_before=document.ends_before, proposed_by_id=by.person_id, proposed_at=at,
    )  # fmt: skip
    _record(made, "propose_delegation", by, at)
    tell_delegation_proposed(made, at=at)
    return made


@transaction.atomic
def judge_delegation(
    delegation: Delegation, *, is_approved: bool, answer: str, by: Actor, at: datetime
) -> Delegation:  # fmt: skip
    """Approve or refuse what another person proposed, once; a refusal says why."""
    found = _taken(delegation, by)
    if found.state != "proposed":
        raise RefusedInput("This was judged in the meantime.", where=str(found), found=found.get_state_display())
    if by.person_id == found.proposed_by_id:
        raise RefusedInput(
            "One person cannot propose and decide.", where=str(found), remedy="Ask a colleague who may approve budgets."
        )
    if not is_approved and not answer.strip():
        raise RefusedInput("A refusal needs its reason.", where=str(found))
    found.state, found.answer = "approved" if is_approved else "refused", answer
    found.judged_by_id, found.judged_at = by.person_id, at
    found.save(update_fields=["state", "answer", "judged_by", "judged_at"])
    _record(found, "approve_delegation" if is_approved else "refuse_delegation", by, at)
    return found


@transaction.atomic
def end_delegation(
    delegation: Delegation, *, ends_before: date, reason: str, by: Actor, at: datetime
) -> DelegationEnd:  # fmt: skip
    """End a delegation from a day on, today or later, with the reason. Budgets are not payable again from that day."""
    found = _taken(delegation, by)
    if found.state != "approved":
        raise RefusedInput(
            "Only a delegation that was approved is ended.", where=str(found), found=found.get_state_display()
        )
    if not reason.strip():
        raise RefusedInput("Ending a delegation needs its reason.", where=str(found))
    today, stops_on = day_of(at), found.stops_on or OPEN_END
    if not today <= ends_before < stops_on:
        raise RefusedInput(
            "A delegation is ended from today or a later day, before it ends by itself.", where=str(found),
            found=ends_before.isoformat(), expected=f"{today.isoformat()} or later, before {stops_on.isoformat()}",
        )  # fmt: skip
    made = DelegationEnd.objects.create(
        delegation=found, ends_before=ends_before, reason=reason, ended_by_id=by.person_id, ended_at=at
    )
    _record(found, "end_delegation", by, at, ends=ends_before.isoformat())
    return made


def _taken(delegation: Delegation, by: Actor) -> Delegation:
    """Whoever comes second sees what the first did."""
    found: Delegation = Delegation.everywhere.select_for_update().get(id=delegation.id)
    _require_ours(found.commissioner, by)
    return found


def _require_ours(commissioner: Organisation, by: Actor) -> None:
    if not by.may(Duty.APPROVE_BUDGETS) or by.organisation.id != commissioner.id:
        raise RefusedInput(
            "Budgets are delegated at the commissioner, by those who approve budgets.", where=commissioner.name,
            found=f"somebody acting for {by.organisation_name}",
        )  # fmt: skip


def _record(delegation: Delegation, verb: str, by: Actor, at: datetime, **more: str) -> None:
    told = {
        "document": delegation.document,
        "to": delegation.held_by.name,
        "on": delegation.starts_on.isoformat(),
        **more,
    }
    record(by=by, verb=verb, about=("organisation", delegation.commissioner.code), at=at, told=told)
