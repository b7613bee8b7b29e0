"""Decisions about agreed budgets, the versions they make, and the money held back that some of them draw on."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from pbc_web.accounts.models import Person
from pbc_web.accounts.scoping import ScopedManager
from pbc_web.budgets.models.drafts import Draft
from pbc_web.budgets.models.rounds import Round
from pbc_web.budgets.states import DECISION_STATES
from pbc_web.organisations.models import Organisation

KINDS = {
    "adopt": "Adopt a draft as the year's budgets",
    "virement": "Virement: move money between lines",
    "in_year": "In-year adjustment",
    "risk_pool": "Draw on the risk pool, or pay into it",
    "top_slice": "Release top-slice",
    "holder": "Who holds the budget",
    "saving_protected": "Protect a demonstrated saving",
}
SOURCES = {  # kind: where its money may come from
    "virement": ("practices",),
    "in_year": ("reserve", "contingency", "national"),
    "risk_pool": ("risk_pool",),
    "top_slice": ("top_slice",),
}
MOVES_MONEY = tuple(SOURCES)


class Decision(models.Model):
    """A change of budgets: proposed with its reason by one person, approved or refused with a reason by another."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="decisions")
    commissioner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="budget_decisions")
    kind = models.CharField(max_length=20, choices=list(KINDS.items()))
    state = models.CharField(max_length=10, choices=list(DECISION_STATES.items()), default="proposed")
    reason = models.TextField()
    money_source = models.CharField(max_length=20, blank=True)
    effective_month = models.CharField(max_length=7, blank=True)  # 2009-07
    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, null=True, related_name="decisions")
    new_holder = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    protected_years = models.PositiveSmallIntegerField(null=True)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    fault = models.TextField(blank=True)
    run = models.ForeignKey("runs.Run", on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager("commissioner", "lines__practice")
    everywhere = models.Manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")), name="decision_two_people"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("proposed", "withdrawn")) | Q(decided_by__isnull=False),
                name="decided_says_by_whom",
            ),
            models.UniqueConstraint(
                fields=("round",),
                condition=Q(kind="adopt") & ~Q(state__in=("refused", "withdrawn")),
                name="one_adoption",
            ),
        )

    @property
    def reference(self) -> str:
        """How papers cite it."""
        return f"{self.commissioner.code}/{self.round.year}/{self.id}"


class DecisionLine(models.Model):
    """What a decision adds to one line of one practice; negative takes away."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="lines")
    practice = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    service = models.CharField(max_length=40, blank=True)
    amount_pence = models.BigIntegerField(default=0)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("decision", "practice", "service"), name="one_decision_line_each"),
        )


class Consent(models.Model):
    """A practice agrees to a virement of its lines."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="consents")
    practice = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("decision", "practice"), name="one_consent_each"),)


class Version(models.Model):
    """The year's budgets as they stood from a decision on. The first is the draft that was adopted."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="made")
    set_name = models.CharField(max_length=120)
    set_id = models.CharField(max_length=80)
    published_at = models.DateTimeField()

    class Meta:
        ordering = ("round", "number")
        constraints = (models.UniqueConstraint(fields=("round", "number"), name="versions_in_order"),)


class VersionLine(models.Model):
    """One practice's budget for one service in a version."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="lines")
    practice = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    service = models.CharField(max_length=40)
    amount_pence = models.BigIntegerField()

    objects = ScopedManager("practice", "version__round__commissioner")
    everywhere = models.Manager()

    class Meta:
        ordering = ("practice__name", "id")
        constraints = (
            models.UniqueConstraint(fields=("version", "practice", "service"), name="one_version_line_each"),
            models.CheckConstraint(condition=Q(amount_pence__gte=0), name="budget_not_below_nothing"),
        )


class Pot(models.Model):
    """Money held back when budgets were set: the risk pool and the top-slice, with what decisions drew on it."""

    KINDS = (("risk_pool", "Risk pool"), ("top_slice", "Top-slice"))

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="pots")
    kind = models.CharField(max_length=10, choices=KINDS)
    held_pence = models.BigIntegerField()
    drawn_pence = models.BigIntegerField(default=0)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("round", "kind"), name="one_pot_of_a_kind"),
            models.CheckConstraint(condition=Q(drawn_pence__lte=F("held_pence")), name="pot_holds_what_it_gives"),
        )

    @property
    def left_pence(self) -> int:
        """What may still be drawn."""
        return self.held_pence - self.drawn_pence
