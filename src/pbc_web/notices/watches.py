"""What notices themselves look at each minute: escalations whose answer is due or overdue."""

from __future__ import annotations

from datetime import datetime

from pbc_web.accounts.roles import Duty
from pbc_web.notices.actions import notify
from pbc_web.notices.models import Escalation
from pbc_web.notices.queries import people_with
from pbc_web.notices.reminders import OVERDUE, reminder_due
from pbc_web.notices.words import words_of_escalation
from pbc_web.shell.clock import day_of

BEFORE = (7, 1)


def remind_of_answers(now: datetime) -> None:
    """Remind the region of answers that come due; once one is overdue tell also the commissioner and who raised it."""
    today = day_of(now)
    waiting = Escalation.everywhere.filter(closed_at__isnull=True).select_related("region", "commissioner", "raised_by")
    for escalation in waiting:
        due = reminder_due(escalation.answer_due_on, today=today, days_before=BEFORE)
        if due is not None:
            _remind(escalation, due, now)


def _remind(escalation: Escalation, due: int, now: datetime) -> None:
    parties = [escalation.region]
    subject = f"An answer is due: {escalation.title}"
    if due == OVERDUE:
        parties += [escalation.commissioner, *([escalation.raised_by] if escalation.raised_by else [])]
        subject = f"The answer is overdue: {escalation.title}"
    duties = (Duty.ANSWER_ESCALATION, Duty.SET_BUDGETS, Duty.ESCALATE)
    for person in people_with(*duties, organisations=parties, on=day_of(now)):
        notify(
            person, kind="escalation", subject=subject[:200], body=words_of_escalation(escalation),
            link=f"/notices/escalations/{escalation.id}/", key=f"escalation-{escalation.id}-due-{due}", at=now,
        )  # fmt: skip
