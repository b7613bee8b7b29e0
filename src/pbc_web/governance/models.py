"""Interests, gifts and what people said of themselves. No row is ever changed or removed; the database refuses it by trigger.

An entry is a row for each version of it, in order of `number`; the last is what holds.
"""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from pbc_web.accounts.models import FORGOTTEN, Person
from pbc_web.accounts.scoping import ScopedManager
from pbc_web.governance.states import GIFT_KINDS, KINDS, MOVED, SAYS, STATES, THROUGH, TIES
from pbc_web.organisations.models import OPEN_END, Organisation

_WORDS = {"limited": "ltd", "company": "co", "and": "&"}


def key_of(name: str) -> str:
    """This returns a name as it is matched: without case, stops and the ways of writing Ltd.

    >>> key_of("Alpha Care Ltd."), key_of(" ALPHA  care, Limited")
    ('alpha care ltd', 'alpha care ltd')
    """
    return " ".join(_WORDS.get(word, word) for word in re.findall(r"[\w&]+", name.casefold()))


class Party(models.Model):
    """A company or other body that stands in no register of organisations; one row under its name for each commissioner."""

    register = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    key = models.CharField(max_length=120)

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("register", "key"), name="party_once"),)

    def __str__(self) -> str:
        return self.name


class Version(models.Model):
    """One version of an entry in a commissioner's register: what was done to it, when that was declared, and by whom."""

    entry = models.UUIDField(default=uuid.uuid4)
    number = models.PositiveIntegerField(default=1)
    move = models.CharField(max_length=10, choices=list(MOVED.items()), default="declare")
    state = models.CharField(max_length=10, choices=list(STATES.items()), default="standing")
    register = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    words = models.TextField()
    reason = models.TextField(blank=True)  # of a correction, or of taking it off
    declared_on = models.DateField()
    days_late = models.PositiveIntegerField(default=0)  # beyond the time to declare it in, by the rules of that day
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    is_by_keeper = models.BooleanField(default=False)  # written down for them by whoever keeps the register
    at = models.DateTimeField()

    objects = ScopedManager("register")
    everywhere = models.Manager()

    class Meta:
        abstract = True

    @property
    def named(self) -> str:
        """The name of the organisation or party it is about."""
        return str((self.organisation or self.party).name)  # type: ignore[union-attr]  # one of the two, by constraint

    @classmethod
    def is_last(cls) -> Exists:
        """The condition that no later version of the same entry stands."""
        return ~Exists(cls.everywhere.filter(entry=OuterRef("entry"), number__gt=OuterRef("number")))  # type: ignore[return-value]


ABOUT_ONE = Q(organisation__isnull=True, party__isnull=False) | Q(organisation__isnull=False, party__isnull=True)


class Interest(Version):
    """A version of an interest: of a person, an organisation or a party, in an organisation or a party."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    holder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    holder_party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    kind = models.CharField(max_length=12, choices=list(KINDS.items()))
    tie = models.CharField(max_length=12, choices=[(code, words[0]) for code, words in TIES.items()])
    through = models.CharField(max_length=10, choices=list(THROUGH.items()), blank=True)
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    starts_on = models.DateField()
    ends_before = models.DateField(default=OPEN_END)
    since = models.DateField()  # from when what this version says holds

    class Meta:
        ordering = ("entry", "number")
        constraints = (
            models.UniqueConstraint(fields=("entry", "number"), name="interest_version_once"),
            models.CheckConstraint(condition=ABOUT_ONE, name="interest_in_one"),
            models.CheckConstraint(
                condition=Q(person__isnull=False, holder__isnull=True, holder_party__isnull=True)
                | Q(person__isnull=True, holder__isnull=False, holder_party__isnull=True)
                | Q(person__isnull=True, holder__isnull=True, holder_party__isnull=False),
                name="interest_of_one",
            ),
            models.CheckConstraint(condition=Q(ends_before__gt=F("starts_on")), name="interest_lasts"),
            models.CheckConstraint(
                condition=Q(kind="indirect", through__gt="") | (~Q(kind="indirect") & Q(through="")), name="interest_through"
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(tie="shareholder", percent__gt=0, percent__lte=100),
                name="interest_percent",
            ),
        )  # fmt: skip
        indexes = (models.Index(fields=("register", "person")),)

    @property
    def whose(self) -> str:
        """The name of whoever has it; somebody who was forgotten has none."""
        found = self.person or self.holder or self.holder_party
        return found.name or FORGOTTEN  # type: ignore[union-attr]  # one of the three, by constraint

    @property
    def last_day(self) -> date | None:
        """The last day it held, or None where no end is known."""
        return None if self.ends_before == OPEN_END else self.ends_before - timedelta(days=1)

    @property
    def says(self) -> str:
        """How a path says it, up to the name of what it is in."""
        share = f" ({self.percent.normalize():f}%)" if self.percent is not None else ""
        through = f"through {THROUGH[self.through]} " if self.through else ""
        return f"{through}{TIES[self.tie][1].replace(' in', f'{share} in') if share else TIES[self.tie][1]}"


class Gift(Version):
    """A version of an entry of a gift or hospitality that a person was offered."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=list(GIFT_KINDS.items()))
    worth_pence = models.PositiveBigIntegerField()
    is_accepted = models.BooleanField()
    why = models.TextField()
    offered_on = models.DateField()

    class Meta:
        ordering = ("entry", "number")
        constraints = (
            models.UniqueConstraint(fields=("entry", "number"), name="gift_version_once"),
            models.CheckConstraint(condition=ABOUT_ONE, name="gift_from_one"),
        )
        indexes = (models.Index(fields=("register", "person")),)

    @property
    def whose(self) -> str:
        """The name of whoever was offered it."""
        return self.person.shown_name


class Confirmation(models.Model):
    """On a day somebody said that there is nothing to declare, or that their entries are complete. It holds for a year."""

    register = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    says = models.CharField(max_length=10, choices=list(SAYS.items()))
    declared_on = models.DateField()
    holds_until = models.DateField()  # the last day, by the rules of the day it was said
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    is_by_keeper = models.BooleanField(default=False)
    at = models.DateTimeField()

    objects = ScopedManager("register")
    everywhere = models.Manager()

    class Meta:
        ordering = ("-declared_on", "-id")
        constraints = (
            models.UniqueConstraint(fields=("register", "person", "declared_on", "says"), name="confirmation_once_a_day"),
        )  # fmt: skip
