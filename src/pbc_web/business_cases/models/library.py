"""What authors open of a decided proposal to others, and which proposals were started from another."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from pbc_web.accounts.models import Person
from pbc_web.business_cases.models.proposals import Proposal


class Opening(models.Model):
    """Who may read what of a decided proposal, beside those who may open its papers: as its author said last.

    `is_open`: whoever reads the library anywhere finds it, with the sections named. `is_agreed`: its author agrees that the commissioner
    shows it to anyone; `is_public`: the commissioner does. The trail keeps what was said before.
    """

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="opening")
    is_open = models.BooleanField(default=False)
    sections = models.JSONField(default=list)
    is_anonymous = models.BooleanField(default=False)
    is_agreed = models.BooleanField(default=False)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    is_public = models.BooleanField(default=False)
    shown_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    shown_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(is_public=False) | Q(is_agreed=True, shown_by__isnull=False, shown_at__isnull=False),
                name="public_once_author_agreed",
            ),
        )


class StartedFrom(models.Model):
    """A proposal that was started from another, with the sections copied. It stays when that one is closed. Never changed."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="started_from")
    source = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="started")
    sections = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(proposal=F("source")), name="started_from_another"),
        )  # fmt: skip
