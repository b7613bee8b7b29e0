"""Access tokens of programs. A token acts as the appointment it was issued in, and is kept only as its hash."""

from __future__ import annotations

from datetime import date

from django.db import models

from pbc_web.accounts.models import Appointment


class Token(models.Model):
    """A program's token: what it is for, whose reach it has, and until when."""

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=80)
    hash = models.CharField(max_length=64, unique=True)
    may_write = models.BooleanField(default=False)
    issued_at = models.DateTimeField()
    expires_on = models.DateField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)
    sessions_ended = models.PositiveIntegerField(
        default=0
    )  # of the person when it was issued: signing out everywhere ends it

    class Meta:
        ordering = ("-issued_at",)

    def holds_on(self, day: date) -> bool:
        """Whether the token opens anything on a day."""
        held = self.appointment.starts_on <= day < self.appointment.ends_before
        person = self.appointment.person
        is_open = person.is_active and person.sessions_ended == self.sessions_ended
        return self.revoked_at is None and day <= self.expires_on and held and is_open
