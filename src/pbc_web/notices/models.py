"""Notices, the letters of the outbox, and escalations. Keys are unique, so that nothing is told twice whoever asks twice."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.models import Person
from pbc_web.accounts.scoping import ScopedManager, ScopedQuerySet
from pbc_web.audit.withholding import withheld_from
from pbc_web.notices.states import LETTERS, SENT, UNCERTAIN, WAITING
from pbc_web.organisations.models import Organisation


class Notice(models.Model):
    """Something one person is told, once for its key."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    link = models.CharField(max_length=300, blank=True)  # an address within the pages, beginning with /
    key = models.CharField(max_length=200)
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-told_at", "-id")
        constraints = (models.UniqueConstraint(fields=("person", "key"), name="notice_told_once"),)
        indexes = (models.Index(fields=("person", "read_at")),)

    def __str__(self) -> str:
        return self.subject


class Letter(models.Model):
    """An e-mail on its way. It is claimed before it is sent: one whose sender died between is never sent again unasked."""

    key = models.CharField(max_length=240, unique=True)
    notice = models.OneToOneField(Notice, on_delete=models.CASCADE, null=True, blank=True, related_name="letter")
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)  # emptied once sent: it may hold an invitation, and the notice keeps the words
    state = models.CharField(max_length=10, choices=list(LETTERS.items()), default=WAITING)
    tries = models.PositiveIntegerField(default=0)
    written_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    said = models.CharField(max_length=300, blank=True)  # what the mail server answered last

    class Meta:
        ordering = ("next_try_at", "id")
        indexes = (models.Index(fields=("state", "next_try_at")),)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=(SENT, UNCERTAIN)) | ~Q(body=""), name="letter_has_words"),
        )

    def __str__(self) -> str:
        return self.subject


class LastTick(models.Model):
    """When the clock last went round: how an administrator sees that it does."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()


class SeenEscalations(ScopedQuerySet):
    """Escalations are seen by their region, their commissioner and whoever raised them."""

    def visible_to(self, actor: Actor, *, sums: bool = False) -> SeenEscalations:
        """This returns the escalations an actor may see; none about what they are kept away from."""
        detail = actor.reach.detail
        found = self.filter(Q(region_id=actor.organisation.id) | Q(commissioner__in=detail) | Q(raised_by__in=detail))
        for kind, keys in withheld_from(*actor.eyes).items():
            found = found.exclude(about_kind=kind, about_key__in=keys)
        found.is_scoped = True
        return found


class Escalation(models.Model):
    """A matter put to the region, by an organisation or by the clock; it has one answer and a day it is due on."""

    about_kind = models.CharField(max_length=60)
    about_key = models.CharField(max_length=120)
    cause = models.CharField(max_length=60)  # why, for the machine: `budget_not_offered`; one escalation for each
    title = models.CharField(max_length=200)
    link = models.CharField(max_length=300, blank=True)
    commissioner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="escalations")
    region = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="escalations_to_answer")
    raised_by = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="escalations_raised"
    )  # None: by the clock
    words = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    answer_due_on = models.DateField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)  # answered, or the matter was put right before

    objects = ScopedManager.from_queryset(SeenEscalations)()  # type: ignore[misc]  # Django makes the class
    everywhere: ClassVar[models.Manager[Escalation]] = models.Manager()

    class Meta:
        ordering = ("answer_due_on", "id")
        constraints = (
            models.UniqueConstraint(fields=("about_kind", "about_key", "cause"), name="escalation_opened_once"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="")
                | Q(answered_at__isnull=False, closed_at__isnull=False),
                name="escalation_answer_closes",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.closed_at is None
