"""Proposals on the agenda of a panel's meeting, and the votes of its members."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from pbc_web.accounts.models import Person
from pbc_web.business_cases.models.decisions import Decision, Recommendation
from pbc_web.business_cases.models.proposals import Proposal
from pbc_web.panels.models import Meeting

VOTES = {"approve": "Approve", "refuse": "Refuse", "abstain": "Abstain"}


class AgendaItem(models.Model):
    """A proposal set before a meeting; `why_alternate` where another commissioner's panel stands in. It has no number: whoever may not
    see one item could count the gap."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="items")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    why_alternate = models.CharField(max_length=400, blank=True)
    taken_off_at = models.DateTimeField(null=True, blank=True)
    recommendation = models.OneToOneField(
        Recommendation, on_delete=models.PROTECT, null=True, blank=True, related_name="item"
    )
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="item")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("proposal", "meeting"), condition=Q(taken_off_at__isnull=True), name="once_on_an_agenda"
            ),
        )


class Vote(models.Model):
    """A member's vote on a proposal at a meeting: once, and never changed; the database refuses one of whoever takes no part."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="votes")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="votes")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    says = models.CharField(max_length=8, choices=list(VOTES.items()))
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("item", "person"), name="voted_once"),)
