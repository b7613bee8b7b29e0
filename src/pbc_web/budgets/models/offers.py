"""Offers to practices, the queries asked of them, and their acceptance."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from pbc_web.accounts.models import Person
from pbc_web.accounts.scoping import ScopedManager
from pbc_web.budgets.models.drafts import Draft
from pbc_web.budgets.models.rounds import Round
from pbc_web.budgets.states import LIVE, OFFER_STATES, QUERY_STATES
from pbc_web.organisations.models import Organisation


class Offer(models.Model):
    """A budget offered to a practice. `holder` answers for it: the practice, or the group that holds budgets.

    `version` goes up with every change: whoever acts says which they saw, and one who saw an older one is refused.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="offers")
    practice = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="offers")
    commissioner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="offers_made")
    holder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="offers_to_answer")
    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="offers")
    state = models.CharField(max_length=10, choices=list(OFFER_STATES.items()), default="issued")
    is_provisional = models.BooleanField(default=False)
    waits_for = models.CharField(max_length=200, blank=True)
    amount_pence = models.BigIntegerField()
    issued_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    reference = models.CharField(max_length=60, blank=True)
    replaced_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replaces")
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager("practice", "commissioner")
    everywhere = models.Manager()

    class Meta:
        ordering = ("practice__name", "-id")
        constraints = (
            models.UniqueConstraint(fields=("round", "practice"), condition=Q(state__in=LIVE), name="one_live_offer"),
            models.CheckConstraint(
                condition=Q(state="accepted", accepted_at__isnull=False, accepted_by__isnull=False)
                | ~Q(state="accepted") & Q(accepted_at__isnull=True, accepted_by__isnull=True),
                name="agreed_says_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted", is_provisional=True), name="provisional_never_agreed"
            ),
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=True) | ~Q(accepted_by=F("issued_by")), name="offer_two_people"
            ),
        )

    @property
    def place(self) -> str:
        """How a refusal names it."""
        return f"the budget offered to {self.practice.name} for {self.round.financial_year}"


class OfferLine(models.Model):
    """What an offer holds for one service."""

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="lines")
    service = models.CharField(max_length=40)
    amount_pence = models.BigIntegerField()

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("offer", "service"), name="one_offer_line_a_service"),)


class Query(models.Model):
    """A question about a line of an offer, with the day by which it is answered."""

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="queries")
    service = models.CharField(max_length=40, blank=True)  # empty: the budget as a whole
    state = models.CharField(max_length=10, choices=list(QUERY_STATES.items()), default="asked")
    answer_by = models.DateField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("id",)


class Remark(models.Model):
    """What was asked or answered, in order; nothing said is ever changed."""

    KINDS = (("question", "Question"), ("answer", "Answer"), ("follow_up", "Further question"))

    query = models.ForeignKey(Query, on_delete=models.PROTECT, related_name="remarks")
    kind = models.CharField(max_length=10, choices=KINDS)
    words = models.TextField()
    said_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    said_for = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
