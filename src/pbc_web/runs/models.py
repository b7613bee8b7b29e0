"""A run: work of the engine that somebody asked for, from asking to its receipt."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.models import Person
from pbc_web.accounts.roles import Duty
from pbc_web.accounts.scoping import ScopedManager, ScopedQuerySet
from pbc_web.organisations.models import Organisation
from pbc_web.runs.states import OVER, QUEUED, STATES


class SeenRuns(ScopedQuerySet):
    """Runs are seen by their organisation, by whoever asked for them, and by administrators, who keep the service going."""

    def visible_to(self, actor: Actor, *, sums: bool = False) -> SeenRuns:
        """This returns the runs an actor may see."""
        own = Q(organisation__in=actor.reach.detail) | Q(organisation_id=actor.organisation.id)
        own |= Q(requested_by_id=actor.person_id)
        found = self.all() if actor.may(Duty.ADMINISTER) else self.filter(own)
        found.is_scoped = True
        return found


class Run(models.Model):
    """Work asked for, waiting, under way or over. One key is one run."""

    kind = models.CharField(max_length=60)
    parameters = models.JSONField(default=dict)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="runs")
    requested_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="runs")
    key = models.CharField(max_length=200, null=True, blank=True, unique=True)
    state = models.CharField(max_length=10, choices=list(STATES.items()), default=QUEUED)
    progress = models.FloatField(default=0.0)  # share done, 0 to 1
    message = models.CharField(max_length=300, blank=True)
    fault = models.JSONField(null=True, blank=True)  # what, where, found, expected, remedy
    set_name = models.CharField(max_length=120, blank=True)
    set_id = models.CharField(max_length=40, blank=True)
    receipt = models.JSONField(null=True, blank=True)
    told = models.JSONField(default=dict)  # what the work has to say besides its set: plain values
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    cancel_asked_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)  # times begun since it was asked for or retried
    taken_as = models.CharField(max_length=32, blank=True)  # of the attempt under way: an older one writes nothing more

    objects = ScopedManager.from_queryset(SeenRuns)("organisation")  # type: ignore[misc]  # Django makes the class
    everywhere: ClassVar[models.Manager[Run]] = models.Manager()

    class Meta:
        ordering = ("-asked_at", "-id")
        indexes = (models.Index(fields=("state", "asked_at")), models.Index(fields=("organisation", "kind")))
        constraints = (
            models.CheckConstraint(condition=Q(progress__gte=0.0, progress__lte=1.0), name="run_progress_is_share"),
            models.CheckConstraint(condition=~Q(state="failed") | Q(fault__isnull=False), name="run_failed_says_why"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What is done, in words."""
        from pbc_web.runs.journeys import title_of

        return title_of(self.kind, self.parameters)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state in OVER
