"""Whom budgets tell what: in the pages and by e-mail, each message complete in itself and without a patient."""

from __future__ import annotations

from datetime import datetime

from pbc.money import pounds
from pbc_web.accounts.roles import Duty
from pbc_web.budgets.models import Decision, Delegation, Offer, Query
from pbc_web.budgets.names import service_title
from pbc_web.notices.actions import notify
from pbc_web.notices.queries import people_with
from pbc_web.organisations.models import Organisation
from pbc_web.shell.clock import day_of
from pbc_web.shell.words import day


def tell_offered(offer: Offer, *, at: datetime) -> None:
    """Tell who answers for an offer, and the practice it is about."""
    kind = (
        f"It is provisional: it waits for {offer.waits_for}. You can look at it and ask about it, but not agree it yet."
    )
    words = (
        f"{offer.commissioner.name} offers {offer.practice.name} a budget of {pounds(offer.amount_pence)} for "
        f"{offer.round.financial_year}. {kind if offer.is_provisional else 'You can ask about any line of it, and agree it.'} "
        f"Budgets and support are to be agreed by {day(offer.round.agreed_by)}."
    )
    subject = f"A budget of {pounds(offer.amount_pence)} is offered to {offer.practice.name}"
    key = f"offer-{offer.id}-{'provisional' if offer.is_provisional else 'firm'}"
    _tell(
        (Duty.ACCEPT_BUDGET,), [offer.holder, offer.practice], subject, words, f"/budgets/offers/{offer.id}/", key, at
    )


def tell_accepted(offer: Offer, *, at: datetime) -> None:
    """Tell the commissioner's budget setters, and the practice, that a budget is agreed."""
    words = (
        f"The budget of {offer.practice.name} for {offer.round.financial_year}, {pounds(offer.amount_pence)}, is agreed "
        f"(reference {offer.reference}). It is frozen now: changes in the year are decisions with reasons."
    )
    people = [offer.commissioner, offer.practice, offer.holder]
    _tell(
        (Duty.SET_BUDGETS, Duty.ACCEPT_BUDGET), people, f"Agreed: the budget of {offer.practice.name}", words,
        f"/budgets/offers/{offer.id}/", f"offer-{offer.id}-accepted", at,
    )  # fmt: skip


def tell_asked(query: Query, *, at: datetime) -> None:
    """Tell the commissioner's people that a question waits, and by when."""
    words = (
        f"{query.offer.practice.name} asks about its budget for {query.offer.round.financial_year}: {service_title(query.service)}. "
        f"An answer is due by {day(query.answer_by)}."
    )
    _tell(
        (Duty.SET_BUDGETS,), [query.offer.commissioner], f"{query.offer.practice.name} asks about its budget", words,
        f"/budgets/offers/{query.offer_id}/#query-{query.id}", f"query-{query.id}-{query.version}", at,
    )  # fmt: skip


def tell_answered(query: Query, *, at: datetime) -> None:
    """Tell who asked that the answer is there."""
    words = (
        f"{query.offer.commissioner.name} has answered what was asked about the budget of {query.offer.practice.name}: "
        f"{service_title(query.service)}. You can ask further, or close the query and agree the budget."
    )
    _tell(
        (Duty.ACCEPT_BUDGET,), [query.offer.practice, query.offer.holder], f"Answered: the budget of {query.offer.practice.name}",
        words, f"/budgets/offers/{query.offer_id}/#query-{query.id}", f"query-{query.id}-{query.version}", at,
    )  # fmt: skip


def tell_proposed(decision: Decision, *, at: datetime) -> None:
    """Tell those who may approve, and practices whose lines would move, that a proposal waits."""
    words = f"{decision.get_kind_display()}, proposed with the reason: {decision.reason}"
    practices = [line.practice for line in decision.lines.select_related("practice")]
    subject = f"To decide: {decision.get_kind_display().lower()} ({decision.reference})"
    link, key = f"/budgets/decisions/{decision.id}/", f"decision-{decision.id}-proposed"
    _tell((Duty.APPROVE_BUDGETS,), [decision.commissioner], subject, words, link, key, at)
    if decision.kind == "virement":
        _tell((Duty.ACCEPT_BUDGET,), practices, subject, words, link, key, at)


def tell_decided(decision: Decision, *, at: datetime) -> None:
    """Tell the budget setters and the practices concerned how a proposal ended."""
    words = f"{decision.get_kind_display()} ({decision.reference}): {decision.get_state_display().lower()}. {decision.answer}"
    parties = [decision.commissioner, *(line.practice for line in decision.lines.select_related("practice"))]
    _tell(
        (Duty.SET_BUDGETS, Duty.ACCEPT_BUDGET), parties, f"{decision.get_state_display()}: {decision.reference}", words,
        f"/budgets/decisions/{decision.id}/", f"decision-{decision.id}-{decision.version}", at,
    )  # fmt: skip


def tell_delegation_proposed(delegation: Delegation, *, at: datetime) -> None:
    """Tell those who may approve that a delegation waits for a second person."""
    words = (
        f"It is proposed that budgets be payable for {delegation.held_by.name} from {day(delegation.starts_on)}, by "
        f"{delegation.document} ({delegation.decided_by}). Somebody other than who proposed it is to approve or refuse it."
    )
    _tell(
        (Duty.APPROVE_BUDGETS,), [delegation.commissioner], f"To decide: delegate budgets to {delegation.held_by.name}", words,
        f"/budgets/delegations/{delegation.id}/judge/", f"delegation-{delegation.id}-proposed", at,
    )  # fmt: skip


def _tell(
    duties: tuple[Duty, ...], organisations: list[Organisation], subject: str, body: str, link: str, key: str, at: datetime
) -> None:  # fmt: skip
    on = day_of(at)
    people = {each.id: each for duty in duties for each in people_with(duty, organisations=organisations, on=on)}
    for person in people.values():
        notify(person, kind="budgets", subject=subject[:200], body=body, link=link, key=key, at=at)
