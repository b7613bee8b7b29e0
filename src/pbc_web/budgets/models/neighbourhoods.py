"""A neighbourhood team's first look: a commissioner, its neighbourhoods, pots of money, and what came of them."""

from __future__ import annotations

from django.db import models

from pbc.periods import FinancialYear
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.models import Person
from pbc_web.accounts.scoping import ScopedManager, ScopedQuerySet
from pbc_web.organisations.models import Organisation


class OwnPlans(ScopedQuerySet):
    """Plans are seen by those who act for the organisation that made them, whatever else they see."""

    def visible_to(self, actor: Actor, *, sums: bool = False) -> OwnPlans:
        """This returns the plans of the actor's organisation."""
        found = self.filter(owner_id=actor.organisation.id)
        found.is_scoped = True
        return found


class Plan(models.Model):
    """Pots shared among neighbourhoods by published need. Seen by the organisation that made it; pays nothing."""

    SOURCES = (
        ("pcn", "Use the primary care networks of the published list"),
        ("typed", "Upload or paste our own neighbourhoods"),
    )

    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="neighbourhood_plans")
    commissioner_code = models.CharField(max_length=20)
    commissioner_name = models.CharField(max_length=200)
    year = models.CharField(max_length=7)
    source = models.CharField(max_length=10, choices=SOURCES, blank=True)
    memberships = models.JSONField(default=list)  # rows as the engine's reader takes them, checked when they were sent
    run = models.ForeignKey("runs.Run", on_delete=models.PROTECT, null=True, related_name="+")
    set_name = models.CharField(max_length=120, blank=True)
    set_id = models.CharField(max_length=80, blank=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = ScopedManager.from_queryset(OwnPlans)("owner")  # type: ignore[misc]  # Django makes the class
    everywhere = models.Manager()

    class Meta:
        ordering = ("-id",)

    @property
    def financial_year(self) -> FinancialYear:
        """The year of the weights."""
        return FinancialYear.parse(self.year)


class PlanPot(models.Model):
    """A pot of money and the published need by which it is shared."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="pots")
    name = models.CharField(max_length=60)
    amount_pence = models.BigIntegerField()
    measure = models.CharField(max_length=120)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("plan", "name"), name="one_pot_of_a_name"),
            models.CheckConstraint(condition=models.Q(amount_pence__gt=0), name="pot_holds_something"),
        )
