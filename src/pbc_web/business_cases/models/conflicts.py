"""What people said of their interests before they opened a proposal's papers, and whom a proposal concerns beside its owner."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from pbc_web.accounts.models import Person
from pbc_web.business_cases.models.proposals import Proposal
from pbc_web.governance.models import Party
from pbc_web.organisations.models import Organisation

SAYS = {"nothing": "I have nothing to declare", "something": "I have something to declare"}
HOW = {
    "provides": "would provide the service",
    "rivals": "provides it now, or something like it",
    "partner": "takes part in another way",
}


class Declaration(models.Model):
    """Before the papers of a proposal a person said whether they have a stake in it: once. Never changed; the database refuses it."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="declarations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    says = models.CharField(max_length=10, choices=list(SAYS.items()))
    words = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("proposal", "person"), name="declared_once_a_proposal"),
            models.CheckConstraint(condition=Q(says="nothing") | Q(words__gt=""), name="declaration_says_what"),
        )


class Concerned(models.Model):
    """An organisation, or a company in no register, that a proposal concerns: whoever has a stake in it is kept away."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="concerns")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    how = models.CharField(max_length=10, choices=list(HOW.items()))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("proposal", "organisation"), name="concerns_organisation_once"),
            models.UniqueConstraint(fields=("proposal", "party"), name="concerns_party_once"),
            models.CheckConstraint(
                condition=Q(organisation__isnull=True, party__isnull=False)
                | Q(organisation__isnull=False, party__isnull=True),
                name="concerns_one",
            ),
        )

    @property
    def named(self) -> str:
        """The name of whom it concerns."""
        return str((self.organisation or self.party).name)  # type: ignore[union-attr]  # one of the two, by constraint
