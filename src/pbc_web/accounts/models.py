"""People, and the roles they hold in organisations for a time."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from pbc_web.accounts.roles import Role, role_in
from pbc_web.organisations.models import OPEN_END, Organisation


class People(BaseUserManager["Person"]):
    """Makes people."""

    def create_user(self, email: str, password: str | None = None, **more: Any) -> Person:
        """This returns a new person; without a password they can come in by another door only."""
        person = self.model(email=self.normalize_email(email).lower(), **more)
        person.set_password(password)
        person.save(using=self._db)
        return person


FORGOTTEN = "Somebody who was forgotten"  # by whoever reads what they once did: their name is gone


class Person(AbstractBaseUser):
    """Somebody who signs in. The number is what the audit trail keeps; name and address may be forgotten."""

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    sessions_ended = models.PositiveIntegerField(
        default=0
    )  # a session begun before the last time all were ended is over
    cis2_uid = models.CharField(max_length=40, null=True, blank=True, unique=True)  # who they are to NHS CIS2
    cis2_session = models.CharField(max_length=80, blank=True, db_index=True)  # their last session there

    objects = People()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The name, as Django asks for it."""
        return self.name

    @property
    def shown_name(self) -> str:
        """The name as pages show it; of somebody who was forgotten, that they were."""
        return self.name or FORGOTTEN

    @property
    def is_staff(self) -> bool:
        """Nobody: there is no back office that goes round the rules."""
        return False


class Appointment(models.Model):
    """A person holds a role in an organisation from a day until before another, perhaps as cover for a colleague."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    role_code = models.CharField(max_length=40)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="appointments")
    starts_on = models.DateField()
    ends_before = models.DateField(default=OPEN_END)
    covers = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="covered_by")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(ends_before__gt=F("starts_on")), name="appointment_lasts"),
            models.UniqueConstraint(
                fields=("person", "role_code", "organisation", "starts_on"), name="appointment_starts_once"
            ),
        )
        ordering = ("organisation__name", "role_code")

    def __str__(self) -> str:
        return f"{self.role.title}, {self.organisation.name}"

    @property
    def role(self) -> Role:
        """The role held, by the name it has in its kind of organisation."""
        return role_in(self.role_code, self.organisation.kind)

    @property
    def last_day(self) -> date | None:
        """The last day it holds, or None where no end is set."""
        return None if self.ends_before == OPEN_END else self.ends_before - timedelta(days=1)

    def holds_on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.starts_on <= day < self.ends_before


class Invitation(models.Model):
    """Somebody is asked by e-mail to hold a role. Only the hash of the token is kept; the letter alone has the token."""

    email = models.EmailField()
    name = models.CharField(max_length=120)
    role_code = models.CharField(max_length=40)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    ends_before = models.DateField(default=OPEN_END)
    invited_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-sent_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("email", "role_code", "organisation"),
                condition=Q(withdrawn_at__isnull=True, accepted_at__isnull=True), name="invitation_open_once",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(accepted_at__isnull=True), name="invitation_one_end"
            ),
        )  # fmt: skip

    @property
    def role(self) -> Role:
        """The role offered, by the name it has there."""
        return role_in(self.role_code, self.organisation.kind)

    def state(self, now: datetime) -> str:
        """Whether it is open, accepted, withdrawn or expired."""
        if self.accepted_at:
            return "accepted"
        if self.withdrawn_at:
            return "withdrawn"
        return "open" if now < self.expires_at else "expired"


class SpentToken(models.Model):
    """A token that may be used once was used: an identity token's or a sign-out notice's, kept until it would expire anyway."""

    token = models.CharField(max_length=64, primary_key=True)
    expires_at = models.DateTimeField()
