"""What happened to a proposal on its clock, event by event: the facts behind every due date and decision time."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from pbc.reference.case_events import CASE_EVENTS
from pbc_web.accounts.models import Person
from pbc_web.business_cases.models.proposals import Proposal


class ClockEvent(models.Model):
    """An event by the words of the engine's table `case_events`, in the order of ids. Never changed or removed."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="events")
    event = models.CharField(max_length=24, choices=[(kind.code, kind.title) for kind in CASE_EVENTS.values()])
    happened_on = models.DateField()  # in London
    missing_item = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # None: the clock itself
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("proposal",), condition=Q(event__in=("approved", "refused")), name="one_decision_a_proposal"
            ),
            models.UniqueConstraint(
                fields=("proposal",), condition=Q(event__in=("submitted", "resubmitted")), name="submitted_once"
            ),
            models.CheckConstraint(
                condition=~Q(event="stopped") | Q(missing_item__gt=""), name="stop_names_what_is_missing"
            ),
        )  # fmt: skip
