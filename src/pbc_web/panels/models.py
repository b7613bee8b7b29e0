"""A panel, who sits on it, when it meets and who was there. Nothing is removed: members leave, meetings are cancelled."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q

from pbc_web.accounts.models import Appointment, Person
from pbc_web.accounts.scoping import ScopedManager
from pbc_web.organisations.models import OPEN_END, Organisation
from pbc_web.panels.states import CHAIRS, STATES


class Panel(models.Model):
    """The committee of a commissioner that decides proposals. `alternate` decides where too few of it may take part."""

    commissioner = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    quorum = models.PositiveSmallIntegerField()  # voting members who must be there
    alternate = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="stands_in_for")
    starts_on = models.DateField()

    objects = ScopedManager("commissioner")
    everywhere = models.Manager()

    class Meta:
        ordering = ("commissioner__name",)
        constraints = (
            models.CheckConstraint(condition=Q(quorum__gte=1), name="panel_quorum_above_nought"),
            models.CheckConstraint(
                condition=Q(alternate__isnull=True) | ~Q(alternate=F("id")), name="panel_not_its_own_alternate"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}, {self.commissioner.name}"


class Member(models.Model):
    """Somebody sits on a panel, in the appointment they hold, from a day until before another."""

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    role_code = models.CharField(max_length=40)  # of the appointment, as they took their seat
    is_chair = models.BooleanField(default=False)
    is_voting = models.BooleanField(default=True)
    starts_on = models.DateField()
    ends_before = models.DateField(default=OPEN_END)

    class Meta:
        ordering = ("-is_chair", "-is_voting", "person__name", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("panel", "person"), condition=Q(ends_before=OPEN_END), name="one_seat_a_person"
            ),
            models.UniqueConstraint(
                fields=("panel",), condition=Q(is_chair=True, ends_before=OPEN_END), name="one_chair_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(is_chair=False) | Q(role_code=CHAIRS, is_voting=True), name="chair_is_non_executive"
            ),
            models.CheckConstraint(condition=Q(ends_before__gte=F("starts_on")), name="seat_ends_after_it_starts"),
        )

    @property
    def last_day(self) -> date | None:
        """The last day of the seat, or None where no end is set."""
        return None if self.ends_before == OPEN_END else self.ends_before - timedelta(days=1)


class Meeting(models.Model):
    """A panel meets on a day, and takes papers until another."""

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="meetings")
    meets_on = models.DateField()
    papers_due_on = models.DateField()
    state = models.CharField(max_length=10, choices=list(STATES.items()), default="planned")
    reason = models.CharField(max_length=400, blank=True)  # why it is cancelled

    class Meta:
        ordering = ("meets_on", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("panel", "meets_on"), condition=~Q(state="cancelled"), name="one_meeting_a_day"
            ),
            models.CheckConstraint(condition=Q(papers_due_on__lte=F("meets_on")), name="papers_before_meeting"),
            models.CheckConstraint(
                condition=Q(state="cancelled", reason__gt="") | ~Q(state="cancelled") & Q(reason=""),
                name="cancelled_with_reason",
            ),
        )


class Attendance(models.Model):
    """Whether a member was at a meeting, as counted for its quorum."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    is_voting = models.BooleanField()
    is_chair = models.BooleanField()
    is_present = models.BooleanField()

    class Meta:
        ordering = ("-is_chair", "-is_voting", "person__name", "id")
        constraints = (models.UniqueConstraint(fields=("meeting", "person"), name="attendance_once"),)
