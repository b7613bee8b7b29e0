"""What people made of a difference: whose it is, where it stands, and all that was said of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from pbc_web.accounts.models import Person
from pbc_web.accounts.scoping import ScopedManager
from pbc_web.ledger.states import EVENTS, WORDS
from pbc_web.organisations.models import Organisation

SIDES = {"commissioner": "Commissioner", "hospital": "Hospital"}


class Difference(models.Model):
    """A difference that somebody took up, known by the engine's own id, which is the same in every reconciliation.

    What it amounts to stands in the reconciliation; `amount_pence` is what it was when its state was last changed.
    """

    difference_id = models.CharField(max_length=120, unique=True)
    commissioner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    provider_code = models.CharField(max_length=20)  # none where the ledger names no hospital
    financial_year = models.CharField(max_length=7)
    step = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=list(WORDS.items()), default="open")
    reason = models.TextField(blank=True)
    amount_pence = models.BigIntegerField()
    set_name = models.CharField(max_length=120, blank=True)  # the reconciliation that `amount_pence` was read of
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = ScopedManager("commissioner", "provider")
    everywhere = models.Manager()

    class Meta:
        ordering = ("due_on", "difference_id")
        constraints = (
            models.CheckConstraint(condition=Q(state="open") | ~Q(reason=""), name="difference_state_has_reason"),
            models.CheckConstraint(
                condition=Q(owner__isnull=True, due_on__isnull=True) | Q(owner__isnull=False, due_on__isnull=False),
                name="difference_owner_has_day",
            ),
        )

    def __str__(self) -> str:
        return self.difference_id


class DifferenceEvent(models.Model):
    """One thing done or said about a difference, kept for good, and read by both sides."""

    difference = models.ForeignKey(Difference, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=list(EVENTS.items()))
    words = models.TextField(blank=True)
    side = models.CharField(max_length=12, choices=list(SIDES.items()))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=80)
    to = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)  # the owner given
    amount_pence = models.BigIntegerField()
    at = models.DateTimeField()
    is_told = models.BooleanField(default=False)  # the other side, or the owner, has been told

    class Meta:
        ordering = ("at", "id")
        constraints = (
            models.CheckConstraint(condition=Q(kind="own") | ~Q(words=""), name="difference_event_says_something"),
        )
