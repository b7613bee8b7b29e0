"""What budgets ask of somebody, for the home page; and how the round stands, for who sees it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.standing import Standing
from pbc_web.accounts.tasks import Task
from pbc_web.budgets import permissions
from pbc_web.budgets.queries import listings
from pbc_web.budgets.queries.standing import standings_of, tally
from pbc_web.shell.words import count_of, day


def budget_tasks(actor: Actor, today: date) -> Iterator[Task]:
    """This returns what waits for an actor in budgets."""
    if permissions.may_accept_budgets(actor):
        yield from _offers(actor, today)
    if permissions.may_answer_queries(actor):
        for query in listings.queries_waiting(actor):
            title = f"Answer {query.offer.practice.name} about its budget"
            yield Task(title, reverse("budgets:answer", args=[query.id]), query.answer_by, 10, query.answer_by < today)
    if permissions.may_judge_decisions(actor):
        for decision in listings.decisions_to_judge(actor):
            title = f"Decide: {decision.get_kind_display().lower()} ({decision.reference})"
            yield Task(title, reverse("budgets:decision", args=[decision.id]), None, 10)
    if permissions.may_delegate(actor):
        for delegation in listings.delegations_to_judge(actor):
            title = f"Decide: delegate budgets to {delegation.held_by.name}"
            yield Task(title, reverse("budgets:judge_delegation", args=[delegation.id]), None, 10)


def _offers(actor: Actor, today: date) -> Iterator[Task]:
    for offer in listings.offers_to_answer(actor):
        if offer.state == "queried" or (offer.is_provisional and offer.state != "issued"):
            continue
        verb = "Look at the provisional budget" if offer.is_provisional else "Agree the budget"
        due = offer.round.agreed_by
        yield Task(f"{verb} of {offer.practice.name}", reverse("budgets:offer", args=[offer.id]), due, 20, due < today)


def budget_standing(actor: Actor, today: date) -> Iterator[Standing]:
    """This returns how many budgets of the newest round in sight are agreed."""
    newest = listings.rounds_seen_by(actor).first() if permissions.may_follow_budgets(actor) else None
    if newest is not None:
        found = tally(standings_of(newest, on=today))
        late = f"{count_of(found.late, 'practice')} late" if found.late else f"the day is {day(newest.agreed_by)}"
        yield Standing(
            f"Budgets of {newest.financial_year} agreed", f"{found.agreed} of {found.practices}", late,
            reverse("budgets:round", args=[newest.id]), 20,
        )  # fmt: skip
