"""A commissioner's intentions for a year, the lines of proposals they came from, the lines left out, and the year's calendar."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from pbc_web.accounts.models import Person
from pbc_web.accounts.scoping import ScopedManager
from pbc_web.business_cases.models.proposals import Proposal
from pbc_web.business_cases.states import INTENTIONS
from pbc_web.organisations.models import Organisation


class Intention(models.Model):
    """What a commissioner intends to do in a year, with the budget line and the money where they are known."""

    commissioner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    financial_year = models.CharField(max_length=7)  # 2010-11
    words = models.CharField(max_length=400)
    service = models.CharField(max_length=40, blank=True)  # the budget line, by its code; empty where it is none
    pence = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=list(INTENTIONS.items()), default="proposed")
    dropped_because = models.TextField(blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = ScopedManager("commissioner")
    everywhere = models.Manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(state="dropped") | Q(dropped_because__gt=""), name="intention_dropped_why"
            ),
        )
        indexes = (models.Index(fields=("commissioner", "financial_year")),)


class IntentionSource(models.Model):
    """A line of an approved proposal that an intention came from; `line` is its place in the proposal, `words` what it says there."""

    intention = models.ForeignKey(Intention, on_delete=models.PROTECT, related_name="sources")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="intended")
    line = models.CharField(max_length=40)
    words = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("intention", "proposal", "line"),
                condition=Q(ended_at__isnull=True),
                name="source_of_intention_once",
            ),
        )


class LineLeftOut(models.Model):
    """The answer to a line of an approved plan that the commissioner's plan leaves out; ended where it was taken up after all."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="left_out")
    line = models.CharField(max_length=40)
    words = models.TextField()
    reason = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("proposal", "line"), condition=Q(ended_at__isnull=True), name="line_answered_once"
            ),
            models.CheckConstraint(condition=Q(reason__gt=""), name="line_left_out_with_reason"),
        )  # fmt: skip


class YearStep(models.Model):
    """A step of a commissioner's year that is done, and since which day."""

    commissioner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    financial_year = models.CharField(max_length=7)
    step = models.CharField(max_length=40)
    done_on = models.DateField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = ScopedManager("commissioner")
    everywhere = models.Manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("commissioner", "financial_year", "step"), name="year_step_once"),
        )  # fmt: skip
