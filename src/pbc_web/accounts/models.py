"""People, and the roles they hold in organisations for a time."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from pbc_web.accounts.roles import ROLES, Role
from pbc_web.organisations.models import OPEN_END, Organisation


class PersonManager(BaseUserManager["Person"]):
    """Makes people."""

    def create_user(self, email: str, password: str | None = None, **more: Any) -> Person:
        """This returns a new person; without a password they can come in by another door only."""
        person = self.model(email=self.normalize_email(email).lower(), **more)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Somebody who signs in. The number is what the audit trail keeps; name and address may be forgotten."""

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    cis2_uid = models.CharField(
        max_length=40, null=True, blank=True, unique=True
    )  # who they are to NHS CIS2, never their address

    objects = PersonManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The name, as Django asks for it."""
        return self.name

    @property
    def is_staff(self) -> bool:
        """Nobody: there is no back office that goes round the rules."""
        return False


class Appointment(models.Model):
    """A person holds a role in an organisation from a day until before another, perhaps as cover for a colleague."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    role_code = models.CharField(max_length=40, choices=[(role.code, role.title) for role in ROLES.values()])
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
        """The role held."""
        return ROLES[self.role_code]
