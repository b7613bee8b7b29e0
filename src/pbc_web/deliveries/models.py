"""Feeds, maps of headings, and the files that came. A file's bytes stand in a folder of its own; the row says what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.models import Person
from pbc_web.accounts.scoping import ScopedManager, ScopedQuerySet
from pbc_web.deliveries.permissions import WHOLE_KINDS, kinds_seen_by
from pbc_web.deliveries.states import ACCEPTED, CHECKING, STATES, TAGS
from pbc_web.organisations.models import Organisation
from pbc_web.runs.models import Run
from pbc_web.shell.words import count_of


class Feed(models.Model):
    """An entry of the register of feeds: what comes, from whom, what for, by which right, and until when."""

    commissioner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="feeds")
    # the hospital that sends its own files itself; none where the commissioner uploads for all
    provider = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="own_feeds"
    )
    name = models.CharField(max_length=120)
    layout = models.CharField(max_length=60)
    supplier = models.CharField(max_length=200)
    purpose = models.TextField()
    legal_basis = models.TextField()
    controller = models.CharField(max_length=200)
    starts_on = models.DateField()
    expires_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    objects = ScopedManager("commissioner", "provider")
    everywhere: ClassVar[models.Manager[Feed]] = models.Manager()

    class Meta:
        ordering = ("name", "id")
        constraints = (models.CheckConstraint(condition=Q(expires_on__gte=F("starts_on")), name="feed_lasts"),)

    def __str__(self) -> str:
        return self.name

    @property
    def last_day(self) -> date:
        """The last day on which what it brings may be used."""
        return min(self.expires_on, self.ended_on) if self.ended_on else self.expires_on

    def holds_on(self, day: date) -> bool:
        """Whether what it brings may be taken in and used on a day."""
        return self.starts_on <= day <= self.last_day


class SavedMap(models.Model):
    """A stranger's headings matched once: strict YAML, dated, never changed; a newer one takes its place from its day on."""

    commissioner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="heading_maps")
    layout = models.CharField(max_length=60)
    supplier = models.CharField(max_length=200)
    text = models.TextField()
    fingerprint = models.CharField(max_length=64)
    starts_on = models.DateField()
    saved_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager("commissioner")
    everywhere: ClassVar[models.Manager[SavedMap]] = models.Manager()

    class Meta:
        ordering = ("layout", "supplier", "-starts_on")
        constraints = (
            models.UniqueConstraint(fields=("commissioner", "fingerprint", "starts_on"), name="map_saved_once"),
        )


class SeenDeliveries(ScopedQuerySet):
    """Files are seen within reach, and of the kinds of somebody's own workspace alone."""

    def visible_to(self, actor: Actor, *, sums: bool = False) -> SeenDeliveries:
        """This returns the files an actor may see."""
        within: SeenDeliveries = super().visible_to(actor, sums=sums)  # type: ignore[assignment]  # Django makes the class
        return within.of(kinds_seen_by(actor))

    def of(self, kinds: Iterable[str]) -> SeenDeliveries:
        """This returns the files of these kinds."""
        return self.filter(reduce(or_, (Q(place__startswith=f"{kind}/") for kind in kinds), Q(pk__in=())))


class Delivery(models.Model):
    """One file that came: for which feed and period, what the check found, what was decided, which set it went into."""

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="deliveries")
    commissioner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="deliveries")
    provider = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="sent_files"
    )
    period = models.CharField(max_length=7, blank=True)  # 2009-09, 2009-10 for a year, empty for the register
    place = models.CharField(max_length=80)  # activity/2009-09/outpatients
    folder = models.CharField(max_length=40, unique=True)
    file_name = models.CharField(max_length=60)  # the name of its place: the sender's own may say who somebody is
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=list(STATES.items()), default=CHECKING)
    uploaded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    check_run = models.ForeignKey(Run, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    found = models.JSONField(default=dict)  # counts, title, notes of the check; or the refusal
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    replaced_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces")
    received_set = models.CharField(max_length=160, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.from_queryset(SeenDeliveries)("commissioner", "provider")  # type: ignore[misc]  # as above
    everywhere: ClassVar[models.Manager[Delivery]] = models.Manager()

    class Meta:
        ordering = ("-uploaded_at", "-id")
        indexes = (models.Index(fields=("commissioner", "place", "state")),)
        constraints = (
            models.UniqueConstraint(
                fields=("commissioner", "place"),
                condition=Q(state=ACCEPTED, provider=None),
                name="one_accepted_file_a_place",
            ),
            models.UniqueConstraint(
                fields=("commissioner", "place", "provider"),
                condition=Q(state=ACCEPTED, provider__isnull=False),
                name="one_accepted_file_of_a_hospital",
            ),
        )

    @property
    def kind(self) -> str:
        """The kind of delivery it belongs to: activity, invoices, the register."""
        return self.place.partition("/")[0]

    @property
    def is_left_out_whole(self) -> bool:
        """Whether a row that cannot be read refuses all of it, and it has one: half an invoice is worse than none."""
        return self.kind in WHOLE_KINDS and bool(self.found.get("counts", {}).get("refused"))

    @property
    def kept_at(self) -> str:
        """Where its bytes stand, within the folder of uploads."""
        return f"deliveries/{self.folder}/{self.file_name}"

    @property
    def path(self) -> Path:
        """Where its bytes stand."""
        return Path(settings.PBC_UPLOADS) / self.kept_at

    @property
    def faults_path(self) -> Path:
        """Where every fault the check found stands, as CSV."""
        return self.path.parent / "faults.csv"

    @property
    def is_unusual(self) -> bool:
        """Whether the check found far fewer or far more rows than such a file usually has."""
        return bool(self.found.get("size", {}).get("is_unusual"))

    @property
    def size_words(self) -> str:
        """How its rows compare with what is held, in a sentence; nothing where the check could not tell."""
        size, counts = self.found.get("size") or {}, self.found.get("counts") or {}
        if not self.is_unusual and not size.get("held_count"):
            return ""
        months = count_of(size.get("months_count", 0), "other month")
        usual = f"Usually it is about {size['usual_count']:,}, in {months}. " if size.get("usual_count") else ""
        held = f"It would take the place of {size['held_count']:,} held now." if size.get("held_count") else ""
        return f"{count_of(counts.get('accepted', 0), 'row')} of this file can be used. {usual}{held}".strip()

    @property
    def tag(self) -> str:
        """The colour of its state."""
        return TAGS[self.state]
