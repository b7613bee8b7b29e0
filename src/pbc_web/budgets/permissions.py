"""Who may do what with budgets: one predicate per question, asked of the acting role."""

from __future__ import annotations

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.roles import Duty, Sight
from pbc_web.organisations.kinds import COMMISSIONERS, GROUPS

OUTSIDE = (Sight.NAMED, Sight.NOTHING)


def may_follow_budgets(actor: Actor) -> bool:
    """Everyone who belongs to a commissioner's world follows how its budgets come to be agreed."""
    return actor.role.sight not in OUTSIDE


def may_set_budgets(actor: Actor) -> bool:
    """Budgets are drafted, offered and amended by the commissioner's finance manager."""
    return actor.may(Duty.SET_BUDGETS)


def may_read_drafts(actor: Actor) -> bool:
    """Drafts are read by the commissioner's own people, and by those who approve budgets."""
    return actor.sees(Sight.COMMISSIONER) or actor.may(Duty.APPROVE_BUDGETS)


def may_record_support(actor: Actor) -> bool:
    """Support is recorded by those at the commissioner who set budgets or work with practices."""
    return actor.may(Duty.SET_BUDGETS) or actor.may(Duty.RECORD_UPTAKE)


def may_open_offers(actor: Actor) -> bool:
    """An offer is opened by the practice, its group and its commissioner."""
    return actor.role.sight in (Sight.OWN_PRACTICE, Sight.OWN_GROUP, Sight.COMMISSIONER)


def may_query_budgets(actor: Actor) -> bool:
    """A line of a budget is queried by people of the practice, or of the group that answers for it."""
    return actor.may(Duty.QUERY_BUDGET)


def may_answer_queries(actor: Actor) -> bool:
    """Queries are answered by the commissioner's managers."""
    return actor.may(Duty.ANSWER_QUERIES)


def may_accept_budgets(actor: Actor) -> bool:
    """A budget is accepted by a GP or manager of the practice, or by the lead of the group that holds it."""
    return actor.may(Duty.ACCEPT_BUDGET)


def may_read_decisions(actor: Actor) -> bool:
    """Budget decisions are read by practices, groups, the commissioner and those who approve."""
    return may_open_offers(actor) or actor.may(Duty.APPROVE_BUDGETS)


def may_judge_decisions(actor: Actor) -> bool:
    """A budget decision is judged by somebody who approves budgets, or by the practice whose lines it moves."""
    return actor.may(Duty.APPROVE_BUDGETS) or actor.may(Duty.ACCEPT_BUDGET)


def may_delegate(actor: Actor) -> bool:
    """A delegation is proposed, judged and ended by those who approve budgets."""
    return actor.may(Duty.APPROVE_BUDGETS)


def may_escalate(actor: Actor) -> bool:
    """The region is called on by a GP or manager of the practice, or by the lead of its group."""
    return actor.may(Duty.ESCALATE)


def may_plan_neighbourhoods(actor: Actor) -> bool:
    """Pots are shared among neighbourhoods by people who act for a commissioner or a group of practices."""
    return actor.organisation.kind in (*COMMISSIONERS, *GROUPS)
