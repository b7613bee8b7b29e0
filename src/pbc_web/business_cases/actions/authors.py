"""Who writes a proposal: added by one of its authors, joined by colleagues, left by themselves; somebody always writes it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.models import Person
from pbc_web.audit.actions import record
from pbc_web.business_cases.actions.drafting import told_of
from pbc_web.business_cases.actions.writing import held_for_change, require_author
from pbc_web.business_cases.models import Author, Proposal
from pbc_web.business_cases.permissions import may_propose
from pbc_web.business_cases.queries.authors import may_be_asked
from pbc_web.notices.actions import notify
from pbc_web.shell.clock import day_of


@transaction.atomic
def add_author(proposal: Proposal, *, person: Person, by: Actor, at: datetime) -> Author:
    """Have somebody write with one: of the owner, its group or that group's practices; they are told."""
    held = held_for_change(proposal)
    require_author(by, held)
    if person not in may_be_asked(held, on=day_of(at)):
        raise RefusedInput(
            "Only those who may propose, in your organisation or your group, write with you.", found=person.name,
            expected="a colleague, or somebody of your group",
        )  # fmt: skip
    made = _stand(held, person, by, at)
    words = f"{by.name} asks you to write {held.code}, {held.title}, with them. You can read and change it now."
    notify(
        person, kind="proposal", subject=f"You write {held.code} with {by.name}", body=words, link=f"/proposals/{held.code}/",
        key=f"author-{held.id}-{person.id}-{at.isoformat()}", at=at,
    )  # fmt: skip
    record(
        by=by, verb="add_author", about=("proposal", held.code), at=at, told=told_of(held) | {"who": str(person.number)}
    )
    return made


@transaction.atomic
def join(proposal: Proposal, *, by: Actor, at: datetime) -> Author:
    """Write with one's colleagues what is of one's own organisation, so that no draft is left without anybody."""
    held = held_for_change(proposal)
    if not may_propose(by) or held.owner_id != by.organisation.id:
        raise RefusedInput(
            "You can join what is of your own organisation.", found=by.organisation_name, expected=held.owner.name
        )
    made = _stand(held, Person.objects.get(id=by.person_id), by, at)
    record(by=by, verb="join_authors", about=("proposal", held.code), at=at, told=told_of(held))
    return made


@transaction.atomic
def leave(proposal: Proposal, *, by: Actor, at: datetime) -> None:
    """Write a proposal no longer; the last of its authors stays."""
    held = held_for_change(proposal)
    require_author(by, held)
    if held.authors.filter(left_at__isnull=True).count() == 1:
        raise RefusedInput(
            "You are the last who writes it.",
            expected="somebody else besides you",
            remedy="Add somebody first, or discard it.",
        )
    held.authors.filter(person_id=by.person_id).update(left_at=at)
    record(by=by, verb="leave_authors", about=("proposal", held.code), at=at, told=told_of(held))


def _stand(held: Proposal, person: Person, by: Actor, at: datetime) -> Author:
    given = {"added_by_id": by.person_id, "added_at": at, "left_at": None}
    return Author.objects.update_or_create(proposal=held, person=person, defaults=given)[0]
