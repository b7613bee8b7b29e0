"""What was decided, by whom and why; what waits for a second person; conditions; and appeals to the region."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from pbc_web.accounts.models import Person
from pbc_web.business_cases.models.proposals import Proposal

OUTCOMES = {"approved": "Approved", "refused": "Refused"}
HOW = {"officer": "By a delegated officer", "committee": "At a meeting", "chairs_action": "By the chair's action"}
SECOND = {"waiting": "Waits for a second person", "confirmed": "Confirmed", "turned_down": "Not confirmed"}
CONDITION = {"open": "Open", "met": "Met", "not_met": "Not met"}
APPEAL = {"open": "Waiting for the region", "upheld": "Upheld", "dismissed": "Dismissed", "sent_back": "Sent back"}


class Recommendation(models.Model):
    """What one person would approve above the threshold, until a second confirms it or does not. It decides nothing by itself."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="recommendations")
    how = models.CharField(max_length=14, choices=list(HOW.items()))
    reasons = models.TextField()
    conditions = models.JSONField(default=list)  # pairs of words and the day they are due
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=list(SECOND.items()), default="waiting")
    judged_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    judged_at = models.DateTimeField(null=True, blank=True)
    words = models.TextField(blank=True)  # why it was not confirmed

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("proposal",), condition=Q(state="waiting"), name="one_waits_for_a_second"),
            models.CheckConstraint(
                condition=Q(judged_by__isnull=True) | ~Q(judged_by=F("by")), name="recommendation_two_people"
            ),
        )


class Decision(models.Model):
    """The decision on a proposal: one, with its reasons, by people who declared and are not kept away. Never changed."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=10, choices=list(OUTCOMES.items()))
    how = models.CharField(max_length=14, choices=list(HOW.items()))
    reasons = models.TextField()
    would_resolve = models.TextField(blank=True)  # of a refusal: what would resolve its reasons
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    seconded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(reasons__gt=""), name="decision_has_reasons"),
            models.CheckConstraint(
                condition=Q(outcome="approved") | Q(would_resolve__gt=""), name="refusal_says_what_would_resolve_it"
            ),
            models.CheckConstraint(
                condition=Q(seconded_by__isnull=True) | ~Q(seconded_by=F("decided_by")), name="seconded_by_another"
            ),
        )


class Condition(models.Model):
    """What an approval asks for by a day, and whether it was met, with the evidence."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="conditions")
    words = models.TextField()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=list(CONDITION.items()), default="open")
    evidence = models.TextField(blank=True)
    judged_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    judged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("due_on", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(state="open", judged_by__isnull=True)
                | (~Q(state="open") & Q(judged_by__isnull=False, evidence__gt="")),
                name="condition_judged_on_evidence",
            ),
        )


class Appeal(models.Model):
    """A refusal put to the region by its authors, once; the region upholds the appeal, dismisses it, or sends the case back."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="appeal")
    words = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=list(APPEAL.items()), default="open")
    reasons = models.TextField(blank=True)
    judged_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    judged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("due_on", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(state="open", judged_by__isnull=True)
                | (~Q(state="open") & Q(judged_by__isnull=False, reasons__gt="")),
                name="appeal_judged_with_reasons",
            ),
        )

    @property
    def proposal(self) -> Proposal:
        """What it is about."""
        return self.decision.proposal
