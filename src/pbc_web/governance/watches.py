"""What interests look at each minute: whose declaration of a year ago comes to its end."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from pbc_web.accounts.queries import appointments_on
from pbc_web.governance.queries import last_said_everywhere
from pbc_web.governance.rules import rules_of
from pbc_web.notices.actions import notify
from pbc_web.notices.reminders import OVERDUE, reminder_due
from pbc_web.organisations.models import Organisation
from pbc_web.shell.clock import day_of
from pbc_web.shell.words import day


def remind_to_declare(now: datetime) -> None:
    """Remind whoever declared a year ago, as the day comes near and once it is over; whoever never did has the task alone."""
    today, said = day_of(now), last_said_everywhere()
    registers = Organisation.objects.in_bulk({register for _, register in said})
    rules = {key: rules_of(each, on=today) for key, each in registers.items()}
    due = {key: rules[key[1]].due_on(last) for key, last in said.items()}
    near = {key: number for key, on in due.items() if (number := reminder_due(on, today=today)) is not None}
    people = {
        each.person_id: each.person for each in appointments_on(today).filter(person__in={key[0] for key in near})
    }
    for (person_id, register_id), number in near.items():
        if person_id in people:
            until, name = day(due[person_id, register_id]), registers[register_id].name
            ended = "no longer holds" if number == OVERDUE else f"holds until {until}"
            notify(
                people[person_id], kind="interests", subject="Declare your interests", link=reverse("governance:mine"), at=now,
                body=f"What you declared to {name} {ended}. Look at your entries and say that they are complete, or declare anew.",
                key=f"interests-{register_id}-{until}-{number}",
            )  # fmt: skip
