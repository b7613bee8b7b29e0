"""The positions of a year end, and the pots that practices may draw on."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from pbc_web.accounts.models import Person
from pbc_web.accounts.scoping import ScopedManager
from pbc_web.organisations.models import Organisation

POSITIONS = {"closing_estimate": "Closing estimate", "frozen": "Frozen", "final": "Final"}
MOVES = {
    "declare": "Declared", "confirm": "Confirmed", "release": "Made available", "spend": "Spent",
    "take_back": "Taken back after notice", "reserve": "Promised to a use", "free": "No longer promised",
}  # fmt: skip


class YearEndPosition(models.Model):
    """A year end as published: the closing estimate, then the frozen position, then the final one."""

    commissioner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    financial_year = models.CharField(max_length=7)  # 2009-10
    position = models.CharField(max_length=20, choices=list(POSITIONS.items()))
    set_name = models.CharField(max_length=60)
    set_id = models.CharField(max_length=12)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager("commissioner")
    everywhere = models.Manager()

    class Meta:
        ordering = ("-financial_year", "published_at")
        constraints = (
            models.UniqueConstraint(fields=("commissioner", "financial_year", "position"), name="position_once"),
        )


class Pot(models.Model):
    """What a practice or cluster keeps of a year: declared, of it confirmed, of it available, of it spent.

    Each step is a part of the one before; the database holds the order. The hold-back is what stays unconfirmed until
    the final position. What is reserved is promised to approved uses: confirmed, and not spent yet.
    """

    commissioner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    financial_year = models.CharField(max_length=7)
    declared_pence = models.BigIntegerField()
    held_back_pence = models.BigIntegerField()
    confirmed_pence = models.BigIntegerField(default=0)
    available_pence = models.BigIntegerField(default=0)
    spent_pence = models.BigIntegerField(default=0)
    reserved_pence = models.BigIntegerField(default=0)
    confirm_due_on = models.DateField()
    release_due_on = models.DateField()
    spend_due_on = models.DateField()

    objects = ScopedManager("unit")
    everywhere = models.Manager()

    class Meta:
        ordering = ("-financial_year", "unit__name")
        constraints = (
            models.UniqueConstraint(fields=("unit", "financial_year"), name="pot_once_a_year"),
            models.CheckConstraint(
                condition=Q(
                    spent_pence__gte=0,
                    available_pence__gte=F("spent_pence"),
                    confirmed_pence__gte=F("available_pence"),
                    declared_pence__gte=F("confirmed_pence"),
                ),
                name="pot_parts_never_above_it",
            ),
            models.CheckConstraint(
                condition=Q(reserved_pence__gte=0, confirmed_pence__gte=F("spent_pence") + F("reserved_pence")),
                name="pot_promised_within_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(held_back_pence__gte=0, held_back_pence__lte=F("declared_pence")),
                name="pot_hold_back_within",
            ),
        )

    def __str__(self) -> str:
        return f"Pot of {self.unit.name} from {self.financial_year.replace('-', '/')}"

    @property
    def step(self) -> str:
        """How far its money has come."""
        if self.spent_pence and self.spent_pence == self.available_pence == self.confirmed_pence:
            return "spent"
        if self.available_pence:
            return "available"
        return "confirmed" if self.confirmed_pence else "declared"

    @property
    def left_pence(self) -> int:
        """Available and not yet spent."""
        return self.available_pence - self.spent_pence

    @property
    def unpromised_pence(self) -> int:
        """Confirmed, neither spent nor promised to an approved use."""
        return self.confirmed_pence - self.spent_pence - self.reserved_pence


class PotMove(models.Model):
    """One decision about a pot, kept for good."""

    pot = models.ForeignKey(Pot, on_delete=models.PROTECT, related_name="moves")
    kind = models.CharField(max_length=10, choices=list(MOVES.items()))
    amount_pence = models.BigIntegerField()
    on = models.DateField()
    reason = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")
        constraints = (models.CheckConstraint(condition=Q(amount_pence__gt=0), name="pot_moves_something"),)


class ReductionNotice(models.Model):
    """Notice, in words and with a date, that a pot will be lowered. Without one nothing can be taken back."""

    pot = models.ForeignKey(Pot, on_delete=models.PROTECT, related_name="notices")
    amount_pence = models.BigIntegerField()
    taken_pence = models.BigIntegerField(default=0)
    words = models.TextField()
    given_on = models.DateField()
    takes_effect_on = models.DateField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        ordering = ("takes_effect_on", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(taken_pence__gte=0, taken_pence__lte=F("amount_pence")), name="taken_back_within_notice"
            ),
            models.CheckConstraint(condition=Q(takes_effect_on__gt=F("given_on")), name="notice_comes_before"),
        )
