"""One model of organisations for every tier and time; relations and standing are dated and never overwritten."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q

from pbc_web.organisations.kinds import FOR_EVER, KINDS, RELATIONS

OPEN_END = date.fromisoformat(FOR_EVER)


class Organisation(models.Model):
    """An organisation under one code in one kind. A code has one row; a successor has its own."""

    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=20, choices=list(KINDS.items()), db_index=True)
    name = models.CharField(max_length=200)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, default="entered by hand")

    class Meta:
        ordering = ("name", "code")

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def kind_title(self) -> str:
        """Its kind as it stands at the beginning of a cell."""
        name = self.get_kind_display()
        return name[0].upper() + name[1:]

    def is_open_on(self, day: date) -> bool:
        """Whether it was opened and not yet closed on a day; one whose days are not known counts as open."""
        return (self.opened_on is None or self.opened_on <= day) and (self.closed_on is None or self.closed_on >= day)

    @property
    def is_made_up(self) -> bool:
        """Whether it is one of a made-up world, whose codes begin with Z."""
        return self.code.startswith("Z")


class Relation(models.Model):
    """A member belonged to a parent from a day until before another; for `succeeds` the parent is the one taken over."""

    member = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="upward")
    parent = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="downward")
    relation = models.CharField(max_length=40, choices=list(RELATIONS.items()))
    starts_on = models.DateField()
    ends_before = models.DateField(default=OPEN_END)
    share = models.DecimalField(max_digits=7, decimal_places=6, default=1)  # of the member, where one is split in two
    source = models.CharField(max_length=200, default="entered by hand")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("member", "relation", "parent", "starts_on"), name="relation_starts_once"),
            models.CheckConstraint(condition=Q(ends_before__gt=F("starts_on")), name="relation_lasts"),
            models.CheckConstraint(condition=Q(share__gt=0, share__lte=1), name="relation_share_of_one"),
        )
        indexes = (
            models.Index(fields=("relation", "parent", "starts_on")),
            models.Index(fields=("relation", "member")),
        )

    @property
    def last_day(self) -> date | None:
        """The last day it held, or None where no end is known."""
        return None if self.ends_before == OPEN_END else self.ends_before - timedelta(days=1)


class Uptake(models.Model):
    """From a day on a practice is offered practice-based commissioning, takes part, or has declined."""

    STATES = (("offered", "Offered"), ("active", "Takes part"), ("declined", "Declined"))

    practice = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="uptakes")
    state = models.CharField(max_length=10, choices=STATES)
    starts_on = models.DateField()
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ("practice", "starts_on", "id")
        constraints = (models.UniqueConstraint(fields=("practice", "starts_on"), name="uptake_once_a_day"),)
