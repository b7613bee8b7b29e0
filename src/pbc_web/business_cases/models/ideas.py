"""Ideas: one paragraph put to a commissioner, answered by somebody there who sponsors it or says why not."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from pbc_web.accounts.models import Person
from pbc_web.accounts.scoping import ScopedManager
from pbc_web.business_cases.models.proposals import Proposal
from pbc_web.business_cases.states import IDEA_STATES
from pbc_web.organisations.models import Organisation


class Idea(models.Model):
    """An idea, and its answer: taken up, it became a draft of whoever had it."""

    title = models.CharField(max_length=120)
    words = models.TextField()
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    commissioner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=list(IDEA_STATES.items()), default="waiting")
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, null=True, blank=True, related_name="idea")

    objects = ScopedManager("owner", "commissioner")
    everywhere = models.Manager()

    class Meta:
        ordering = ("-at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(state="waiting", answered_at__isnull=True, proposal__isnull=True)
                | Q(state="taken_up", answered_at__isnull=False, answered_by__isnull=False, proposal__isnull=False)
                | Q(state="declined", answered_at__isnull=False, answered_by__isnull=False, proposal__isnull=True)
                & ~Q(answer=""),
                name="idea_answered_as_it_says",
            ),
        )  # fmt: skip
