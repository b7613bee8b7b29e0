"""What proposals need of somebody, for the home page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.tasks import Task
from pbc_web.business_cases import permissions
from pbc_web.business_cases.queries import work

MINUTES = 20


def proposal_tasks(actor: Actor, today: date) -> Iterator[Task]:
    """This yields what waits for somebody: proposals to see through, to score, to vote on, to confirm; questions and appeals to answer."""
    if permissions.may_handle_proposals(actor):
        yield from _handled(actor, today)
    if permissions.may_take_part(actor):
        yield from _taken_part_in(actor, today)
    if permissions.may_propose(actor):
        for asked in work.questions_to_answer(actor):
            href = reverse("business_cases:as_author_of_one", args=[asked.proposal.code, "answer", asked.id])
            yield Task(f"Answer a question about {asked.proposal.code}", href, None, MINUTES)
    if permissions.may_arbitrate(actor):
        for appeal in work.appeals_to_judge(actor):
            code = appeal.decision.proposal.code
            yield _task(
                f"Judge the appeal about {code}", reverse("business_cases:arbitrate", args=[code]), appeal.due_on, today
            )


def _handled(actor: Actor, today: date) -> Iterator[Task]:
    away = work.kept_away_from(actor)
    theirs = [each for each in work.waiting_for(actor) if each.id not in away]
    steps = work.next_steps(theirs, today)
    for waits in theirs:
        title = f"See {waits.code} decided: {steps[waits.id].lower()}"
        yield _task(title, reverse("business_cases:proposal", args=[waits.code]), waits.due_on, today)


def _taken_part_in(actor: Actor, today: date) -> Iterator[Task]:
    declared = work.declared_of(actor)
    for review in work.reviews_to_do(actor):
        code = review.proposal.code
        href = reverse("business_cases:take_part_in_one", args=[code, "score", review.id])
        yield _task(
            f"Score {code}",
            href if review.proposal_id in declared else reverse("business_cases:declare", args=[code]),
            review.due_on,
            today,
        )
    for item in work.to_vote_on(actor, today):
        href = reverse("business_cases:take_part_in_one", args=[item.proposal.code, "vote", item.id])
        yield _task(f"Vote on {item.proposal.code}", href, item.proposal.due_on, today)
    if permissions.may_decide_proposals(actor):
        for waits in work.to_confirm(actor):
            href = reverse("business_cases:take_part_in_one", args=[waits.proposal.code, "confirm", waits.id])
            yield _task(f"Confirm {waits.proposal.code} as the second person", href, waits.proposal.due_on, today)


def _task(title: str, href: str, due_on: date | None, today: date) -> Task:
    return Task(title, href, due_on, MINUTES, is_late=due_on is not None and due_on < today)
