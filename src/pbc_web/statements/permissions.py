"""One predicate per question, each about the role alone; which rows a role sees is judged where they are read."""

from __future__ import annotations

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.roles import Duty, Sight

IN_DETAIL = (Sight.OWN_PRACTICE, Sight.OWN_GROUP, Sight.COMMISSIONER)
AS_SUMS = (*IN_DETAIL, Sight.SUMS, Sight.REGION)


def may_read_statements(actor: Actor) -> bool:
    """Statements are for those whose role sees figures."""
    return actor.role.sight is not Sight.NOTHING


def may_read_practices(actor: Actor) -> bool:
    """A practice's statement is for the practice, its group and those who work for its commissioner."""
    return actor.role.sight in IN_DETAIL


def may_read_sums(actor: Actor) -> bool:
    """The commissioner's and groups' pages are for all who see sums."""
    return actor.role.sight in AS_SUMS


def may_follow_sums(actor: Actor) -> bool:
    """Figures of groups, commissioners, regions and hospitals explain themselves to those who may open such a page."""
    return may_read_sums(actor) or may_read_own_lines(actor)


def may_read_regions(actor: Actor) -> bool:
    """A region's page is for the region."""
    return actor.sees(Sight.REGION)


def may_read_own_lines(actor: Actor) -> bool:
    """A hospital's page is for the hospital it names, and for the commissioner."""
    return actor.role.sight in (Sight.NAMED, Sight.COMMISSIONER)


def may_see_readers(actor: Actor) -> bool:
    """Who has read a statement is shown to the practices' own group only."""
    return actor.sees(Sight.OWN_GROUP)


def may_publish(actor: Actor) -> bool:
    """Statements are published by those answerable for them."""
    return actor.may(Duty.PUBLISH_STATEMENTS)


def may_see_whole_bill(actor: Actor) -> bool:
    """What is billed is known in full to those who check invoices: the ledger and the bills of contracts say it."""
    return actor.may(Duty.RECONCILE)


def may_comment(actor: Actor) -> bool:
    """The commissioner's comment is signed by those entitled to speak for it."""
    return actor.may(Duty.COMMENT_STATEMENT)


def may_prepare(actor: Actor) -> bool:
    """What is not yet published is for those who publish it or sign its comment."""
    return may_publish(actor) or may_comment(actor)


def may_acknowledge(actor: Actor) -> bool:
    """A statement is acknowledged by those it is for."""
    return actor.may(Duty.ACKNOWLEDGE_STATEMENT)


def may_query(actor: Actor) -> bool:
    """A figure is queried by the practice or its group."""
    return actor.may(Duty.QUERY_FIGURE)


def may_answer(actor: Actor) -> bool:
    """Queries are answered by those who work for the commissioner."""
    return actor.may(Duty.ANSWER_QUERIES)


def may_read_records(actor: Actor) -> bool:
    """Records behind a figure are for those entitled in their own practice."""
    return actor.may(Duty.READ_RECORDS)


def may_read_year_ends(actor: Actor) -> bool:
    """Year ends and pots are for all who see figures of a commissioner."""
    return may_read_sums(actor)


def may_decide_pots(actor: Actor) -> bool:
    """Pots are declared, made available and spent by those who close the year."""
    return actor.may(Duty.PUBLISH_STATEMENTS)


def may_confirm_pots(actor: Actor) -> bool:
    """A pot is confirmed by a second pair of eyes."""
    return actor.may(Duty.APPROVE_BUDGETS)


def may_move_pots(actor: Actor) -> bool:
    """Decisions about pots are for those who close the year and those who confirm it."""
    return may_decide_pots(actor) or may_confirm_pots(actor)


def may_draft_gain_share(actor: Actor) -> bool:
    """A gain-share agreement is drafted by those who set the commissioner's budgets."""
    return actor.may(Duty.SET_BUDGETS)


def may_sign_gain_share(actor: Actor) -> bool:
    """It is signed by those who approve the commissioner's decisions, and by those who accept budgets for its partner."""
    return actor.may(Duty.APPROVE_BUDGETS) or actor.may(Duty.ACCEPT_BUDGET)


def may_weigh_prescribing(actor: Actor) -> bool:
    """Prescribing is shared by age and sex, beside need, by those who set budgets."""
    return actor.may(Duty.SET_BUDGETS)
