"""Reviews of a proposal, their scores, and what was asked of its authors."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from pbc_web.accounts.models import Person
from pbc_web.business_cases.models.proposals import Proposal


class Review(models.Model):
    """Somebody was asked to score a proposal by a day; `done_at` once they did."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="reviews")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True, blank=True)
    words = models.TextField(blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("proposal", "person"), name="reviewed_once_by_each"),)


class Score(models.Model):
    """A reviewer's mark for one criterion with its reason, its weight as it was then. Never changed; the database refuses it."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="scores")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="scores")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    criterion = models.CharField(max_length=20)
    mark = models.PositiveSmallIntegerField()
    most = models.PositiveSmallIntegerField()
    weight = models.PositiveSmallIntegerField()
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("review", "criterion"), name="scored_once_a_criterion"),
            models.CheckConstraint(
                condition=Q(mark__lte=models.F("most")) & Q(reason__gt=""), name="score_within_with_reason"
            ),
        )


class Question(models.Model):
    """A question to the authors, about a section or about all of it; `number_then` is the version of the section it was asked of."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="questions")
    section = models.CharField(max_length=40, blank=True)
    number_then = models.PositiveIntegerField(default=0)
    words = models.TextField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False, answer__gt=""),
                name="question_answered_whole",
            ),
        )
