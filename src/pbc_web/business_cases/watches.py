"""What proposals look at each minute: due dates that come near, and those that have passed."""

from __future__ import annotations

from datetime import datetime

from pbc_web.business_cases.actions.nobody_left import tell_without_judge
from pbc_web.business_cases.models import Appeal, Condition, Review
from pbc_web.business_cases.queries.clock import waiting
from pbc_web.business_cases.queries.who_is_left import left_to_judge
from pbc_web.business_cases.rules import rules_of
from pbc_web.business_cases.telling import authors_of, handlers_of, tell
from pbc_web.business_cases.watching import put_to_region
from pbc_web.notices.reminders import OVERDUE, reminder_due
from pbc_web.shell.clock import day_of
from pbc_web.shell.words import day


def watch_due_dates(now: datetime) -> None:
    """Remind handlers and authors before the due date, tell them once it has passed, and put what is late to the region."""
    today = day_of(now)
    for proposal in waiting():
        days = rules_of(proposal.commissioner, on=today).remind_days
        number = reminder_due(proposal.due_on, today=today, days_before=days)
        if number is None:
            continue
        late = number == OVERDUE
        due = day(proposal.due_on)
        body = f"{proposal.title}, of {proposal.owner.name}, {'was to be' if late else 'is to be'} decided by {due}."
        tell(
            [*handlers_of(proposal, now), *authors_of(proposal)], proposal, at=now, key=f"due-{number}",
            subject=f"{proposal.code} {'is late: it was' if late else 'is'} due on {due}",
            body=f"{body} The region is told." if late else body,
        )  # fmt: skip
        if late:
            put_to_region(proposal, at=now)


def watch_reviews(now: datetime) -> None:
    """Remind reviewers of what they have not scored yet."""
    today = day_of(now)
    for each in Review.objects.filter(done_at__isnull=True, proposal__state="submitted").select_related(
        "person", "proposal__owner", "proposal__commissioner"
    ):
        number = reminder_due(
            each.due_on, today=today, days_before=(rules_of(each.proposal.commissioner, on=today).remind_days[1],)
        )
        if number is not None:
            tell(
                [each.person], each.proposal, subject=f"Score {each.proposal.code} by {day(each.due_on)}", at=now,
                body=f"You were asked to score {each.proposal.title} by {day(each.due_on)}.", key=f"review-{each.id}-{number}",
            )  # fmt: skip


def watch_conditions(now: datetime) -> None:
    """Remind handlers and authors of the conditions of an approval that nobody has judged yet."""
    today = day_of(now)
    for each in Condition.objects.filter(state="open", decision__proposal__state="approved").select_related(
        "decision__proposal__owner", "decision__proposal__commissioner"
    ):
        proposal = each.decision.proposal
        number = reminder_due(
            each.due_on, today=today, days_before=rules_of(proposal.commissioner, on=today).remind_days
        )
        if number is not None:
            tell(
                [*handlers_of(proposal, now), *authors_of(proposal)], proposal, at=now, key=f"condition-{each.id}-{number}",
                subject=f"{proposal.code}: a condition {'was' if number == OVERDUE else 'is'} due on {day(each.due_on)}",
                body=f"{proposal.title} was approved on the condition: {each.words}",
            )  # fmt: skip


def watch_appeals(now: datetime) -> None:
    """Remind both sides, and who may judge it, of an appeal nobody has judged yet; where nobody may, whoever can mend it is told."""
    today = day_of(now)
    for each in Appeal.objects.filter(state="open").select_related(
        "decision__proposal__owner", "decision__proposal__commissioner"
    ):
        proposal = each.decision.proposal
        tell_without_judge(proposal, now)
        number = reminder_due(
            each.due_on, today=today, days_before=rules_of(proposal.commissioner, on=today).remind_days
        )
        if number is not None:
            is_late, due = number == OVERDUE, day(each.due_on)
            tell(
                [*left_to_judge(proposal, today), *handlers_of(proposal, now), *authors_of(proposal)], proposal, at=now,
                subject=f"{proposal.code}: an answer to the appeal {'was' if is_late else 'is'} due by {due}", key=f"appeal-{number}",
                body=f"{proposal.title}: the appeal against its refusal {'was' if is_late else 'is'} to be judged by {due}.",
            )  # fmt: skip
