"""Whom proposals tell what. Nobody is told of a proposal they are kept away from without papers, but its authors always are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pbc_web.accounts.models import Person
from pbc_web.accounts.roles import Duty
from pbc_web.business_cases.models import Author, Idea, Proposal
from pbc_web.business_cases.queries.conflicts import kept_from
from pbc_web.notices.actions import notify, take_back
from pbc_web.notices.models import Escalation
from pbc_web.notices.queries import people_with
from pbc_web.shell.clock import day_of


def link_to(proposal: Proposal) -> str:
    """The address of a proposal's page."""
    return f"/proposals/{proposal.code}/"


def authors_of(proposal: Proposal) -> list[Person]:
    """Who writes a proposal."""
    found = Author.objects.filter(proposal=proposal, left_at__isnull=True).select_related("person")
    return [each.person for each in found]


def handlers_of(proposal: Proposal, at: datetime) -> list[Person]:
    """Who sees the commissioner's proposals through."""
    return people_with(Duty.HANDLE_PROPOSALS, organisations=[proposal.commissioner], on=day_of(at))


def tell(
    people: Iterable[Person], proposal: Proposal, *, subject: str, body: str, key: str, at: datetime, link: str = ""
) -> None:
    """Tell people about a proposal, each once under the key, but whoever is kept away from its papers under this code or a later one."""
    kept = kept_from(proposal) - {each.id for each in authors_of(proposal)}
    for person in {each.id: each for each in people}.values():
        if person.id not in kept:
            notify(
                person, kind="proposal", subject=subject[:200], body=body, link=link or link_to(proposal),
                key=f"proposal-{proposal.id}-{key}", at=at,
            )  # fmt: skip


def take_back_from(person_id: int, proposal: Proposal) -> None:
    """Take back what somebody was told of a proposal whose papers they see no longer, of those it came back from, of the idea it was
    before, and of what was put to the region about it."""
    here: Proposal | None = proposal
    while here is not None:
        take_back(person_id, link=link_to(here))
        for idea in Idea.everywhere.filter(proposal=here):
            take_back(person_id, link=f"/proposals/ideas/{idea.id}/")
        for each in Escalation.everywhere.filter(about_kind="proposal", about_key=here.code):
            take_back(person_id, link=f"/notices/escalations/{each.id}/")
        here = here.earlier
