"""What only its authors do to a draft, and saving its sections so that nobody's words are lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.audit.actions import record
from pbc_web.business_cases.models import Proposal, SectionVersion
from pbc_web.business_cases.permissions import may_propose
from pbc_web.business_cases.queries.in_sight import is_author
from pbc_web.business_cases.queries.sections import latest_of
from pbc_web.business_cases.routing import Latest, risks_of, yearly_of
from pbc_web.business_cases.sections import section_of


class Overtaken(RefusedInput):
    """Somebody saved the section meanwhile: `last` is what they saved."""

    def __init__(self, last: SectionVersion) -> None:
        super().__init__(
            "Somebody saved this section while you wrote.", found=f"version {last.number}, by {last.by.name}",
            remedy="Look at what both of you wrote, put it together, and save again.",
        )  # fmt: skip
        self.last = last


def require_writer(by: Actor, proposal: Proposal, section: str = "") -> None:
    """Refuse whoever does not write a proposal, and everybody once it is a draft no longer: but for a section its authors were
    asked about and have not answered for yet."""
    if proposal.state != "draft" and not is_asked_about(proposal, section):
        raise RefusedInput(
            f"This proposal is {proposal.get_state_display().lower()}: what it says cannot be changed now.",
            found=proposal.state, expected="a draft",
            remedy="Withdraw it and bring it back changed, or answer what the commissioner asks.",
        )  # fmt: skip
    require_author(by, proposal)


def is_asked_about(proposal: Proposal, section: str) -> bool:
    """Whether a question about a section of a proposal that waits is still to be answered."""
    asked = proposal.questions.filter(section=section, answered_at__isnull=True)
    return bool(section) and proposal.state == "submitted" and asked.exists()


def require_author(by: Actor, proposal: Proposal) -> None:
    """Refuse whoever is not among a proposal's authors."""
    if not (may_propose(by) and is_author(by, proposal)):
        raise RefusedInput(
            "You are not among those who write this.", expected="one of its authors",
            remedy="Ask one of them to add you, or join them where it is of your own organisation.",
        )  # fmt: skip


@transaction.atomic
def save_section(
    proposal: Proposal, *, section: str, answers: Mapping[str, Any], is_done: bool, over: int, by: Actor, at: datetime
) -> SectionVersion:
    """Save what a section says as its next version after number `over`; refused with the other's words where one came between.

    What is saved twice without a change stands once.
    """
    held = held_for_change(proposal)
    require_writer(by, held, section)
    if section_of(held.kind, section) is None:
        raise RefusedInput("There is no such section.", found=section)
    latest = latest_of(held)
    last = latest.get(section)
    if last is not None and (last.answers, last.is_done) == (dict(answers), is_done):
        return last
    if last is not None and last.number != over:
        raise Overtaken(last)
    number = last.number + 1 if last else 1
    try:
        with transaction.atomic():
            made = SectionVersion.objects.create(
                proposal=held, section=section, number=number, answers=dict(answers), is_done=is_done, by_id=by.person_id, at=at
            )  # fmt: skip
    except IntegrityError as refusal:
        raise Overtaken(latest_of(held)[section]) from refusal
    _require_same_route(held, latest, latest | {section: made})
    Proposal.everywhere.filter(id=held.id).update(changed_at=at)
    told = {"code": held.code, "section": section.replace("_", " "), "number": made.number}
    record(by=by, verb="save_section", about=("proposal", held.code), at=at, told=told)
    return made


def _require_same_route(held: Proposal, before: Latest, after: Latest) -> None:
    """Of what waits neither value nor risks change: by them its route was found, and by that who decides."""
    if held.state == "draft":
        return
    if any(find(held.kind, before) != find(held.kind, after) for find in (yearly_of, risks_of)):
        raise RefusedInput(
            "What it moves in a year, and its risks, cannot be changed while it waits: they decided its route.", where=held.code,
            remedy="Withdraw it and bring it back changed.",
        )  # fmt: skip


def held_for_change(proposal: Proposal) -> Proposal:
    """This returns the proposal as it stands now, locked until the transaction ends."""
    return Proposal.everywhere.select_for_update().get(id=proposal.id)
