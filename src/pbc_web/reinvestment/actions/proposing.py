"""A proposal names the pot it is paid from while it is a draft; submitted, its use and amount are kept with it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pbc.errors import RefusedInput
from pbc.money import pounds_and_pence
from pbc_web.accounts.actor import Actor
from pbc_web.audit.actions import record
from pbc_web.business_cases.actions.drafting import Named, begin, untouched
from pbc_web.business_cases.actions.writing import held_for_change, require_writer
from pbc_web.business_cases.models import Proposal
from pbc_web.business_cases.queries.sections import latest_of
from pbc_web.reinvestment.models import UseOfPot
from pbc_web.reinvestment.queries import pot_named
from pbc_web.reinvestment.rules import require_permitted
from pbc_web.shell.clock import day_of
from pbc_web.statements.actions.year_ends import reservable
from pbc_web.statements.models import Pot

KIND = "use_of_pot"


@transaction.atomic
def begin_use(pot: Pot, named: Named, *, by: Actor, at: datetime) -> Proposal:
    """Begin the use of a pot by whose it is, from the pot's page; sent twice, it is begun once."""
    before = untouched(KIND, named, pot.commissioner, by).filter(use_of_pot__pot=pot).first()
    if before is not None:
        return before
    made = begin(KIND, named, commissioner=pot.commissioner, by=by, at=at)
    name_pot(made, pot, by=by, at=at)
    return made


@transaction.atomic
def name_pot(proposal: Proposal, pot: Pot, *, by: Actor, at: datetime) -> UseOfPot:
    """Say which pot a draft is paid from: one of the practice or group it is of."""
    held = held_for_change(proposal)
    require_writer(by, held)
    if held.kind != KIND:
        raise RefusedInput("Only the use of a pot is paid from one.", found=held.get_kind_display())
    if (pot.unit_id, pot.commissioner_id) != (held.owner_id, held.commissioner_id):
        raise RefusedInput(
            "A pot is used by the practice or group whose it is.",
            found=str(pot),
            expected=f"a pot of {held.owner.name}",
        )
    made, _ = UseOfPot.everywhere.update_or_create(proposal=held, defaults={"pot": pot})
    told = {"code": held.code, "unit": pot.unit.name, "year": pot.financial_year}
    record(by=by, verb="name_pot", about=("proposal", held.code), at=at, told=told)
    return made


def keep_as_submitted(proposal: Proposal, at: datetime) -> None:
    """Keep what the submitted use of a pot is for, and how much it is; refused where it names no pot, what is not
    permitted, or more than the pot has free.

    Called in the transaction that submits it. What came back is paid from the pot it named before.
    """
    if proposal.kind != KIND:
        return
    pot = pot_named(proposal)
    if pot is None:
        raise RefusedInput(
            "This does not say which pot it is paid from.", where=proposal.code, remedy="Choose the pot on its page."
        )
    said = latest_of(proposal)["use"].answers
    require_permitted(said["use"], proposal.commissioner, day_of(at))
    if said["amount"] <= 0:
        raise RefusedInput("A use of a pot spends something.", where=proposal.code, expected="an amount above nothing")
    free = max(reservable(pot), 0)
    if said["amount"] > free:
        raise RefusedInput(
            "This asks for more than the pot has free.", where=proposal.code, found=pounds_and_pence(said["amount"]),
            expected=f"at most {pounds_and_pence(free)} of {pot}",
            remedy="Ask for less under “What for”, or wait until the commissioner confirms more of the pot.",
        )  # fmt: skip
    kept = {"pot": pot, "use": said["use"], "pence": said["amount"]}
    UseOfPot.everywhere.update_or_create(proposal=proposal, defaults=kept)
