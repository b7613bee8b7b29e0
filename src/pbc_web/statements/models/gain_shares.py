"""A gain-share agreement: its terms as typed from the paper, in versions, signed by both sides or worth nothing."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from pbc.periods import FinancialYear
from pbc_web.accounts.models import Person
from pbc_web.accounts.scoping import ScopedManager
from pbc_web.organisations.models import Organisation
from pbc_web.shell.clock import day_of


class GainAgreement(models.Model):
    """One version of a year's agreement between a commissioner and who signs for its partners. Its terms never change."""

    commissioner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    financial_year = models.CharField(max_length=7)
    version = models.PositiveIntegerField()
    document = models.CharField(max_length=120)
    terms = models.JSONField()  # by the names of pbc.policy.gain_share, without the signatures
    drafted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    commissioner_signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    commissioner_signed_as = models.CharField(max_length=80, blank=True)
    commissioner_signed_at = models.DateTimeField(null=True)
    partner_signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    partner_signed_as = models.CharField(max_length=80, blank=True)
    partner_signed_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    objects = ScopedManager("commissioner", "partner")
    everywhere = models.Manager()

    class Meta:
        ordering = ("-financial_year", "-version")
        constraints = (
            models.UniqueConstraint(fields=("commissioner", "financial_year", "version"), name="gain_version_once"),
            models.UniqueConstraint(
                fields=("commissioner", "financial_year"),
                condition=Q(withdrawn_at__isnull=True)
                & (Q(commissioner_signed_at__isnull=True) | Q(partner_signed_at__isnull=True)),
                name="one_gain_agreement_waits",
            ),
            models.CheckConstraint(
                condition=(Q(commissioner_signed_by__isnull=True) | ~Q(commissioner_signed_by=F("drafted_by")))
                & (Q(partner_signed_by__isnull=True) | ~Q(partner_signed_by=F("drafted_by"))),
                name="gain_drafter_does_not_sign",
            ),
            models.CheckConstraint(
                condition=Q(commissioner_signed_by__isnull=True)
                | Q(partner_signed_by__isnull=True)
                | ~Q(commissioner_signed_by=F("partner_signed_by")),
                name="gain_signed_by_two_people",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True)
                | Q(commissioner_signed_at__isnull=True)
                | Q(partner_signed_at__isnull=True),
                name="gain_signed_stays",
            ),
        )

    def __str__(self) -> str:
        return f"{self.document}, version {self.version}"

    @property
    def state(self) -> str:
        """Where it stands: withdrawn, signed by both, or waiting."""
        if self.withdrawn_at:
            return "withdrawn"
        return "signed" if self.commissioner_signed_at and self.partner_signed_at else "waiting"

    @property
    def signers(self) -> set[int | None]:
        """The ids of who signed, as far as they did."""
        return {self.commissioner_signed_by_id, self.partner_signed_by_id} - {None}

    @property
    def signed_by(self) -> str:
        """Who signed, for whom."""
        sides = (
            (self.commissioner_signed_by, self.commissioner_signed_as, self.commissioner),
            (self.partner_signed_by, self.partner_signed_as, self.partner),
        )
        return " and ".join(f"{person.name}, {role}, for {own.name}" for person, role, own in sides if person)

    @property
    def signed_on(self) -> date | None:
        """The day the second signed; None while one is missing."""
        if self.commissioner_signed_at is None or self.partner_signed_at is None:
            return None
        return day_of(max(self.commissioner_signed_at, self.partner_signed_at))

    @property
    def is_late(self) -> bool:
        """Whether the second signature came after the year had ended, so that it pays nothing."""
        return self.signed_on is not None and self.signed_on > FinancialYear.parse(self.financial_year).end
