"""Who writes a proposal, and who could be asked to."""

from __future__ import annotations

from datetime import date

from pbc_web.accounts.models import Person
from pbc_web.accounts.roles import Duty
from pbc_web.business_cases.models import Author, Proposal
from pbc_web.notices.queries import people_with
from pbc_web.organisations.kinds import IN_GROUP
from pbc_web.organisations.queries import members_of, parents_of


def authors_of(proposal: Proposal) -> list[Author]:
    """Those who write a proposal now, whoever began it first."""
    return list(proposal.authors.filter(left_at__isnull=True).select_related("person"))


def may_be_asked(proposal: Proposal, *, on: date) -> list[Person]:
    """The people who may propose in the owner, its group and the group's practices, and do not write it yet."""
    owner = proposal.owner
    groups = list(parents_of(owner, on=on, relations=IN_GROUP)) or [owner]
    near = [each for group in groups for each in members_of(group, on=on, relations=IN_GROUP)]
    found = people_with(Duty.PROPOSE, organisations=[owner, *groups, *near], on=on)
    writing = {each.person_id for each in authors_of(proposal)}
    return sorted((each for each in found if each.id not in writing), key=lambda each: (each.name, each.id))
