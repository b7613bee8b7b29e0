"""Who may not take part in what: a row for each person kept away from a proposal, how far, and why in one sentence."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from pbc_web.accounts.models import Person
from pbc_web.business_cases.models.proposals import Proposal
from pbc_web.business_cases.states import LEVELS

SOURCES = {"detected": "Found in the register of interests", "declared": "Declared", "chair": "Set by the chair"}


class Recusal(models.Model):
    """A person kept away from a proposal. `reason` is one sentence everybody may read; `because` the ties found, for its keepers."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="recusals")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=10, choices=[(code, code) for code in LEVELS])
    source = models.CharField(max_length=10, choices=list(SOURCES.items()))
    reason = models.CharField(max_length=200)
    because = models.JSONField(default=list)
    by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # None: found by itself
    at = models.DateTimeField()
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.TextField(blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("proposal", "person"), condition=Q(ended_at__isnull=True), name="one_recusal_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False, ended_reason__gt=""),
                name="recusal_ended_with_reason",
            ),
        )  # fmt: skip
