"""Drafts of a round: what was asked of the engine, and the set it published."""

from __future__ import annotations

from django.db import models

from pbc_web.accounts.models import Person
from pbc_web.accounts.scoping import ScopedManager
from pbc_web.budgets.models.rounds import Round


class Draft(models.Model):
    """One way to set the year's budgets. A new try has a new row; what was once drafted is never changed."""

    STATES = (("asked", "Being worked out"), ("ready", "Ready"), ("failed", "Could not be worked out"))

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="drafts")
    name = models.CharField(max_length=60)
    basis = models.CharField(max_length=20)
    choices = models.JSONField(default=dict)  # what it varies from the rules, by the names of rule values
    state = models.CharField(max_length=10, choices=STATES, default="asked")
    run = models.ForeignKey("runs.Run", on_delete=models.PROTECT, null=True, related_name="+")
    set_name = models.CharField(max_length=120, blank=True)
    set_id = models.CharField(max_length=80, blank=True)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    objects = ScopedManager("round__commissioner")
    everywhere = models.Manager()

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("round", "name"), name="one_draft_of_a_name"),)
