"""Who is left to settle, handle or judge a proposal where some are kept away from it or wrote it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.models import Person
from pbc_web.accounts.queries import appointments_on
from pbc_web.accounts.roles import Duty
from pbc_web.business_cases.models import Proposal
from pbc_web.business_cases.permissions import may_handle_proposals
from pbc_web.business_cases.queries.meetings import kept_out
from pbc_web.notices.queries import people_with
from pbc_web.organisations.kinds import WATCHED_BY
from pbc_web.organisations.queries import parents_of
from pbc_web.panels.queries import chair_of, panel_of
from pbc_web.panels.states import CHAIRS


def settles_who_is_kept_away(actor: Actor, proposal: Proposal, *, on: date) -> bool:
    """Whether somebody settles who is kept away from a proposal: whoever handles it, who chairs the commissioner's panel that day, and
    whoever is left to where none of these may."""
    if actor.organisation.id != proposal.commissioner_id:
        return False
    if may_handle_proposals(actor) or actor.person_id in {each.id for each in _chair(proposal, on)}:
        return True
    return actor.role_code == CHAIRS and actor.person_id in {each.id for each in left_to_settle(proposal, on)}


def handlers_on(proposal: Proposal, on: date) -> list[Person]:
    """Who sees the proposals of its commissioner through."""
    return people_with(Duty.HANDLE_PROPOSALS, organisations=[proposal.commissioner], on=on)


def left_to_settle(proposal: Proposal, on: date) -> list[Person]:
    """Who settles who is kept away once everybody who handles a proposal is: who chairs the panel that day, where they may not the
    non-executives. Nobody while one who handles it may take part."""
    handlers = handlers_on(proposal, on)
    if not handlers or _left_of(handlers, proposal):
        return []
    others = appointments_on(on).filter(organisation=proposal.commissioner, role_code=CHAIRS).order_by("person_id")
    return _left_of(_chair(proposal, on), proposal) or _left_of((each.person for each in others), proposal)


def judges_on(proposal: Proposal, on: date) -> list[Person]:
    """Who of the region judges appeals against refusals of the commissioner."""
    regions = parents_of(proposal.commissioner, on=on, relations=WATCHED_BY)
    return people_with(Duty.ARBITRATE, organisations=list(regions), on=on)


def left_to_judge(proposal: Proposal, on: date) -> list[Person]:
    """Who of them may judge one about this proposal."""
    return _left_of(judges_on(proposal, on), proposal)


def _chair(proposal: Proposal, on: date) -> list[Person]:
    panel = panel_of(proposal.commissioner, on)
    chair = chair_of(panel, on) if panel else None
    return [chair.person] if chair else []


def _left_of(people: Iterable[Person], proposal: Proposal) -> list[Person]:
    """Some people without those who take no part, each once."""
    out = kept_out(proposal)
    return list({each.id: each for each in people if each.id not in out}.values())
