"""A commissioner's round of a year: by when budgets are agreed, what they wait for, what support is agreed with whom."""

from __future__ import annotations

from django.db import models

from pbc.periods import FinancialYear
from pbc_web.accounts.models import Person
from pbc_web.accounts.scoping import ScopedManager
from pbc_web.organisations.models import Organisation


class Round(models.Model):
    """One commissioner's budgets of one year. The deadline is what the rules said when the round was opened."""

    commissioner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="budget_rounds")
    year = models.CharField(max_length=7)  # 2009-10
    regime = models.CharField(max_length=20)
    agreed_by = models.DateField()
    deadline_source = models.CharField(max_length=300)
    is_deadline_assumed = models.BooleanField(default=False)
    held_at = models.CharField(
        max_length=10, choices=[("practice", "the practice"), ("cluster", "the group of practices")]
    )
    chosen_draft = models.ForeignKey("budgets.Draft", on_delete=models.PROTECT, null=True, related_name="+")
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    objects = ScopedManager("commissioner")
    everywhere = models.Manager()

    class Meta:
        ordering = ("-year", "commissioner__name")
        constraints = (models.UniqueConstraint(fields=("commissioner", "year"), name="one_round_a_year"),)

    def __str__(self) -> str:
        return f"Budgets of {self.financial_year}, {self.commissioner.name}"

    @property
    def financial_year(self) -> FinancialYear:
        """The year budgeted."""
        return FinancialYear.parse(self.year)

    @property
    def is_under_todays_rules(self) -> bool:
        """Whether no law lets these budgets be paid unless somebody delegated it."""
        return self.regime != "england-2005"


class Dependency(models.Model):
    """What the round waits for: promised for a day, met on a day."""

    KINDS = (("contract", "Contracts with hospitals"), ("tariff", "Prices of the year"), ("list", "Registered lists"))

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="dependencies")
    kind = models.CharField(max_length=10, choices=KINDS)
    promised_on = models.DateField(null=True)
    met_on = models.DateField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("round", "kind"), name="one_dependency_of_a_kind"),)


class Support(models.Model):
    """Management and financial support agreed with a practice, or with a group for all its practices."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="supports")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    agreed_on = models.DateField()
    what = models.TextField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("organisation__name",)
        constraints = (models.UniqueConstraint(fields=("round", "organisation"), name="one_support_each"),)
