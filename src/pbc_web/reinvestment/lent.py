"""What this app hangs on the pages of pots and of proposals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.models import Proposal
from pbc_web.business_cases.queries.conflicts import recusal_of
from pbc_web.business_cases.queries.in_sight import is_author
from pbc_web.business_cases.queries.sections import latest_of
from pbc_web.reinvestment import queries, shown
from pbc_web.reinvestment.models import Carried
from pbc_web.reinvestment.permissions import may_propose_uses, may_record_spending
from pbc_web.reinvestment.rules import meant_until, shares_of
from pbc_web.statements.actions.year_ends import reservable
from pbc_web.statements.models import Pot


def pot_part(actor: Actor, pot: Pot, today: date) -> Mapping[str, Any]:
    """The uses of a pot, what is free for new ones, how long each stage took, and how its year was shared."""
    uses = queries.uses_for(actor, pot)
    carried = Carried.objects.filter(pot=pot).select_related("by").first()
    is_own = may_propose_uses(actor) and pot.unit_id == actor.organisation.id
    may_carry = may_record_spending(actor) and pot.commissioner_id == actor.organisation.id
    return {
        "uses": shown.uses_table(uses, queries.links_for(actor, pot)) if uses else None,
        "stages": shown.stages_table(queries.stages_of(pot, uses, today=today)),
        "free_pence": max(reservable(pot), 0), "shares": shown.shares_words(shares_of(pot), queries.exception_of(pot)),
        "meant_until": meant_until(pot), "carried": carried, "begin": reverse("reinvestment:begin", args=[pot.id]) if is_own else "",
        "carry": reverse("reinvestment:carry", args=[pot.id])
        if may_carry and carried is None and pot.declared_pence > pot.spent_pence and today <= pot.spend_due_on else "",
    }  # fmt: skip


def proposal_part(actor: Actor, proposal: Proposal, at: datetime) -> Mapping[str, Any] | None:
    """What a use is paid from and what became of its money; while it is a draft its authors choose the pot."""
    if proposal.kind != "use_of_pot":
        return None
    use, named = queries.use_of(proposal), queries.pot_named(proposal)
    writes = proposal.state == "draft" and may_propose_uses(actor) and is_author(actor, proposal)
    pays = use is not None and use.left_pence > 0 and proposal.state == "approved" and _is_paying(actor, use.pot)
    records = pays and recusal_of(actor.person_id, proposal) is None
    facts = shown.explained(use, proposal) if use else [("Paid from", str(named) if named else "No pot is chosen yet")]
    if named and proposal.state in ("draft", "submitted"):
        facts.append(("Free for new uses", shown.free_words(reservable(named), _asked(proposal))))
    return {
        "facts": facts,
        "moves": list(use.moves.select_related("move__by").order_by("move__at", "id")) if use else [],
        "choose": reverse("reinvestment:choose", args=[proposal.code]) if writes else "",
        "spend": reverse("reinvestment:spend", args=[proposal.code]) if records else "",
        "finish": reverse("reinvestment:finish", args=[proposal.code]) if records else "",
    }  # fmt: skip


def free_money(proposal: Proposal, section: str) -> str:
    """What a use's pot has free, beside the section that says how much is asked for and before it is submitted."""
    pot = queries.pot_named(proposal) if proposal.kind == "use_of_pot" and section in ("", "use") else None
    return f"{pot} has free for new uses: {shown.free_words(reservable(pot), _asked(proposal))}" if pot else ""


def _asked(proposal: Proposal) -> int:
    latest = latest_of(proposal)
    return (latest["use"].answers.get("amount") or 0) if "use" in latest else 0


def _is_paying(actor: Actor, pot: Pot) -> bool:
    return may_record_spending(actor) and pot.commissioner_id == actor.organisation.id
