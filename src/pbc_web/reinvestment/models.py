"""Uses of pots with what is promised and spent of each, pots carried on, and exceptions from the shares of a year."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from pbc_web.accounts.models import Person
from pbc_web.accounts.scoping import ScopedManager
from pbc_web.business_cases.models import Proposal
from pbc_web.organisations.models import Organisation
from pbc_web.reinvestment.states import USES
from pbc_web.statements.models import Pot, PotMove


class UseOfPot(models.Model):
    """What a proposal would spend of a pot. The pot is named while it is a draft; use and amount are kept as submitted.

    What an approval promised is spent or set free, and never more than that: all uses together are `Pot.reserved_pence`.
    """

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="use_of_pot")
    pot = models.ForeignKey(Pot, on_delete=models.PROTECT, related_name="uses")
    use = models.CharField(max_length=20, choices=list(USES.items()), blank=True)
    pence = models.BigIntegerField(default=0)
    reserved_pence = models.BigIntegerField(default=0)
    spent_pence = models.BigIntegerField(default=0)
    freed_pence = models.BigIntegerField(default=0)

    objects = ScopedManager("pot__unit", "pot__commissioner")
    everywhere = models.Manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(pence__gte=0) & (Q(reserved_pence=0) | Q(reserved_pence=F("pence"))),
                name="use_promised_as_approved",
            ),
            models.CheckConstraint(
                condition=Q(
                    spent_pence__gte=0, freed_pence__gte=0, reserved_pence__gte=F("spent_pence") + F("freed_pence")
                ),
                name="use_spent_within_promised",
            ),
        )

    @property
    def left_pence(self) -> int:
        """Promised, neither spent nor set free."""
        return self.reserved_pence - self.spent_pence - self.freed_pence


class UseMove(models.Model):
    """A move of a pot that was made for a use, with what was said of it: that is the proposal's, as its papers are, and the pot's move
    names its code alone. Never changed or removed; the database refuses it."""

    use = models.ForeignKey(UseOfPot, on_delete=models.PROTECT, related_name="moves")
    move = models.OneToOneField(PotMove, on_delete=models.PROTECT, related_name="use_move")
    words = models.TextField(blank=True, db_default="")

    class Meta:
        ordering = ("id",)


class Carried(models.Model):
    """The commissioner agreed that what is left of a pot is spent in the year after the one it was meant for."""

    pot = models.OneToOneField(Pot, on_delete=models.PROTECT, related_name="carried")
    amount_pence = models.BigIntegerField()
    until = models.DateField()
    words = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(amount_pence__gt=0), name="something_is_carried"),)


class ShareException(models.Model):
    """Another share than the year's rule, agreed by the region; the highest number of a commissioner and year holds.

    It is shown beside the rule; the year is closed by it only where it stands in the commissioner's agreement too.
    """

    commissioner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    financial_year = models.CharField(max_length=7)
    number = models.PositiveIntegerField()
    practices_percent = models.DecimalField(max_digits=5, decimal_places=2)
    words = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = ScopedManager("commissioner")
    everywhere = models.Manager()

    class Meta:
        ordering = ("-financial_year", "commissioner__name", "-number")
        constraints = (
            models.UniqueConstraint(fields=("commissioner", "financial_year", "number"), name="exception_version_once"),
            models.CheckConstraint(
                condition=Q(practices_percent__gte=0, practices_percent__lte=100), name="exception_is_a_share"
            ),
        )
