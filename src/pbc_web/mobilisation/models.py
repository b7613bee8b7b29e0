"""Milestones of an approved case: each as it stands, and as it ever stood. Read only through proposals in sight."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from pbc_web.accounts.models import Person
from pbc_web.business_cases.models import Proposal
from pbc_web.mobilisation.states import AFTER, RISKS, STATES
from pbc_web.runs.models import Run


class Milestone(models.Model):
    """A step towards the changed service, as it stands now: whose it is, by when, and which other it waits for."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="milestones")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    depends_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="dependents")
    risk = models.CharField(max_length=8, choices=list(RISKS.items()))
    risk_words = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=8, choices=list(STATES.items()), default="open")
    version = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ("due_on", "number")
        constraints = (
            models.UniqueConstraint(fields=("proposal", "number"), name="milestone_number_once"),
            models.UniqueConstraint(fields=("proposal", "title"), name="milestone_title_once"),
            models.CheckConstraint(
                condition=Q(depends_on__isnull=True) | ~Q(depends_on=F("id")), name="milestone_waits_for_another"
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class MilestoneVersion(models.Model):
    """A milestone as it stood after somebody changed it, with the reason they gave. Never changed or removed."""

    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    depends_on = models.ForeignKey(Milestone, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    risk = models.CharField(max_length=8, choices=list(RISKS.items()))
    risk_words = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=8, choices=list(STATES.items()))
    reason = models.TextField(blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("milestone", "number"), name="milestone_version_once"),
            models.CheckConstraint(condition=~Q(state="dropped") | Q(reason__gt=""), name="dropped_with_its_reason"),
        )  # fmt: skip


class BenefitWork(models.Model):
    """What was asked of the engine about a case's benefit: a choice of comparators (after 0 months), or a comparison. Done, it names
    its set. `said` is the promise as declared, of a choice alone."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="benefit_work")
    after_months = models.PositiveSmallIntegerField()
    said = models.JSONField(null=True, blank=True)
    chosen_on = models.DateField(null=True, blank=True)
    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # None: the clock
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    set_name = models.CharField(max_length=160, blank=True)
    set_id = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(after_months__in=(0, *AFTER)), name="benefit_at_set_times"),
            models.CheckConstraint(
                condition=Q(after_months=0, said__isnull=False, chosen_on__isnull=False)
                | Q(after_months__gt=0, said__isnull=True, chosen_on__isnull=True),
                name="benefit_promise_of_a_choice",
            ),
        )
