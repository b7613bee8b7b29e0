"""What every action on a submitted proposal begins with: the row is locked, and whoever acts may take part."""

from __future__ import annotations

from datetime import datetime

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.audit.actions import Doer, record
from pbc_web.business_cases.models import Proposal
from pbc_web.business_cases.permissions import may_handle_proposals
from pbc_web.business_cases.queries.conflicts import declaration_of, recusal_of, wrote
from pbc_web.business_cases.states import STATES


def locked(proposal: Proposal, *states: str) -> Proposal:
    """This returns the row as it stands now, held until the transaction ends; refused in a state the deed does not fit."""
    found = Proposal.everywhere.select_for_update().select_related(None).get(id=proposal.id)
    if states and found.state not in states:
        raise RefusedInput(
            "This was settled in the meantime, or is not ready for that.", where=found.code, found=STATES[found.state],
            expected=" or ".join(STATES[each] for each in states), remedy="Open the page again and see how it stands now.",
        )  # fmt: skip
    return found


def require_handler(by: Actor, proposal: Proposal) -> None:
    """Refuse whoever does not see this commissioner's proposals through."""
    if not may_handle_proposals(by) or by.organisation.id != proposal.commissioner_id:
        raise RefusedInput(
            "This is done by whoever handles the commissioner's proposals.", where=proposal.code, found=by.organisation_name,
            expected=proposal.commissioner.name,
        )  # fmt: skip


def require_fair(by: Actor, proposal: Proposal) -> None:
    """Refuse whoever wrote a proposal, is kept away from it, or did not declare: they take no part in deciding on it."""
    require_fair_person(by.person_id, proposal)


def require_fair_person(person_id: int, proposal: Proposal) -> None:
    """Refuse a person who may take no part."""
    if wrote(person_id, proposal):
        raise RefusedInput("An author takes no part in deciding on their own proposal.", where=proposal.code)
    require_not_kept_away(person_id, proposal)
    if declaration_of(person_id, proposal) is None:
        raise RefusedInput(
            "Nobody takes part before they have declared whether they have a stake in it.", where=proposal.code,
            remedy="Open the proposal and declare.",
        )  # fmt: skip


def require_not_kept_away(person_id: int, proposal: Proposal, *, remedy: str = "") -> None:
    """Refuse a person who is kept away from a proposal, at whatever level: what follows a decision asks no more than this."""
    recusal = recusal_of(person_id, proposal)
    if recusal is not None:
        raise RefusedInput(
            "You are kept away from this proposal.", where=proposal.code, found=recusal.reason, remedy=remedy
        )


def told(proposal: Proposal, verb: str, *, by: Doer, at: datetime, **more: object) -> None:
    """Append the entry of the trail: a proposal is named by its code, and nobody's words are kept in it."""
    record(by=by, verb=verb, about=("proposal", proposal.code), at=at, told={"code": proposal.code, **more})
