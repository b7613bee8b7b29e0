"""Budgets handed over for real: proposed by one person, judged by another, ended with a reason; nothing said is changed."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from pbc_web.accounts.models import Person
from pbc_web.accounts.scoping import ScopedManager
from pbc_web.organisations.models import OPEN_END, Organisation


class Delegation(models.Model):
    """A commissioner hands budgets over for real, by a document; until it is approved today's budgets are not payable."""

    STATES = (("proposed", "Proposed"), ("approved", "Approved"), ("refused", "Not approved"))

    commissioner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="delegations_given")
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="delegations_held")
    document = models.CharField(max_length=120)
    decided_by = models.CharField(max_length=200)  # who made the decision that the document records
    starts_on = models.DateField()
    ends_before = models.DateField(default=OPEN_END)
    state = models.CharField(max_length=10, choices=STATES, default="proposed")
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    judged_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)

    objects = ScopedManager("commissioner", "held_by")
    everywhere = models.Manager()

    class Meta:
        ordering = ("-starts_on", "-id")
        constraints = (
            models.CheckConstraint(condition=Q(ends_before__gt=F("starts_on")), name="delegation_lasts"),
            models.CheckConstraint(
                condition=Q(judged_by__isnull=True) | ~Q(judged_by=F("proposed_by")), name="delegation_two_people"
            ),
            models.CheckConstraint(
                condition=Q(state="proposed") | Q(judged_by__isnull=False, judged_at__isnull=False),
                name="delegation_says_by_whom",
            ),
            models.UniqueConstraint(
                fields=("commissioner", "held_by", "starts_on"),
                condition=Q(state="proposed"),
                name="one_delegation_waits",
            ),
        )

    def __str__(self) -> str:
        return f"Delegation to {self.held_by.name} by {self.document}"

    @property
    def stops_on(self) -> date | None:
        """The first day on which it holds no more, by its document or by the earliest end; None while it is open."""
        first = min([self.ends_before, *(each.ends_before for each in self.ends.all())])
        return None if first == OPEN_END else first


class DelegationEnd(models.Model):
    """A delegation holds no more from a day on, for a reason. The earliest of several counts."""

    delegation = models.ForeignKey(Delegation, on_delete=models.PROTECT, related_name="ends")
    ends_before = models.DateField()
    reason = models.TextField()
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
