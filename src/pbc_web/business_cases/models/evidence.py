"""What the engine said for a case: its appraisals, each of the rows as they stood, and figures of published results, frozen."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from pbc_web.accounts.models import Person
from pbc_web.business_cases.models.proposals import Proposal
from pbc_web.runs.models import Run


class Appraisal(models.Model):
    """An appraisal asked for: `made_of` says which version of each section its rows are from. Done, it names a set that never changes."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="appraisals")
    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="+")
    made_of = models.JSONField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    set_name = models.CharField(max_length=120, blank=True)
    set_id = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, set_id="") | Q(done_at__isnull=False) & ~Q(set_id=""),
                name="appraisal_names_its_set",
            ),
        )  # fmt: skip


class Evidence(models.Model):
    """A figure of a published result as it stood when it was taken into a proposal: its id, what it is and what it said."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="evidence")
    figure_id = models.CharField(max_length=400)
    title = models.CharField(max_length=300)
    said = models.CharField(max_length=80)
    set_name = models.CharField(max_length=120)
    set_id = models.CharField(max_length=40)
    shows = models.CharField(max_length=300)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    taken_off_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    taken_off_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("proposal", "figure_id"), condition=Q(taken_off_at__isnull=True), name="figure_taken_once"
            ),
        )  # fmt: skip
