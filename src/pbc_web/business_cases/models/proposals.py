"""A proposal: a plan, a business case or a use of a pot, who writes it, and what its sections say, version by version."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from pbc_web.accounts.models import Person
from pbc_web.accounts.scoping import ScopedManager
from pbc_web.business_cases.states import KINDS, STATES
from pbc_web.organisations.models import Organisation

DECIDED = ("approved", "refused")
ROUTES = {"light": "Light", "standard": "Standard", "full": "Full"}


class Proposal(models.Model):
    """A plan, a business case or a use of a pot. Its state changes by the moves of `states.py` alone, its sections by versions.

    `first_submitted_on` is the day the clock counts from (an earlier one where it came back), `due_on` is stored at submission
    and never moves. `yearly_pence` is the most it moves in any one year, by which its route was found.
    """

    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=12, choices=list(KINDS.items()))
    title = models.CharField(max_length=120)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    commissioner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    financial_year = models.CharField(max_length=7)  # 2009-10, in which it begins
    state = models.CharField(max_length=12, choices=list(STATES.items()), default="draft")
    is_quick_win = models.BooleanField(default=False)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="cases")
    earlier = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="later")
    replaced_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces")
    begun_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    yearly_pence = models.BigIntegerField(null=True, blank=True)
    risks = models.JSONField(default=list)
    route = models.CharField(max_length=10, choices=list(ROUTES.items()), blank=True)
    route_reasons = models.JSONField(default=list)
    submitted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    first_submitted_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)

    objects = ScopedManager("owner")
    everywhere = models.Manager()

    class Meta:
        ordering = ("-changed_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=("draft", "discarded"), submitted_at__isnull=True, due_on__isnull=True)
                | ~Q(state__in=("draft", "discarded"))
                & Q(submitted_at__isnull=False, first_submitted_on__isnull=False, due_on__isnull=False, route__gt=""),
                name="proposal_due_once_submitted",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(*DECIDED, "lapsed"), decided_on__isnull=False)
                | Q(state__in=("draft", "discarded", "submitted", "withdrawn"), decided_on__isnull=True)
                | Q(state="superseded"),
                name="proposal_decided_when_it_says",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(due_on__gt=F("first_submitted_on")), name="proposal_due_after"
            ),
            models.CheckConstraint(
                condition=Q(yearly_pence__isnull=True) | Q(yearly_pence__gte=0), name="proposal_not_below_nought"
            ),
        )
        indexes = (models.Index(fields=("commissioner", "state", "due_on")), models.Index(fields=("owner", "state")))

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Author(models.Model):
    """Somebody who writes a proposal: whoever began it, and whom they asked to write with them."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="authors")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("added_at", "id")
        constraints = (models.UniqueConstraint(fields=("proposal", "person"), name="author_once"),)


class SectionVersion(models.Model):
    """What a section says, as saved once; the highest number is what holds. Two people who save over the same one: one wins.

    `answers` are by the names of the section's questions. Never changed or removed; the database refuses it.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="sections")
    section = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    answers = models.JSONField()
    is_done = models.BooleanField(default=False)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("section", "number")
        constraints = (
            models.UniqueConstraint(fields=("proposal", "section", "number"), name="section_version_once"),
        )  # fmt: skip
