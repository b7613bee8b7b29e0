"""The audit trail, its head and its checks. No row of the trail is ever changed or removed; the database refuses it by trigger."""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One thing done. People stand as their numbers, so that a person can be forgotten and the trail stay whole."""

    number = models.PositiveBigIntegerField(primary_key=True)
    at = models.CharField(max_length=32)  # ISO 8601 in UTC, as text: what was hashed is what is kept
    person = models.CharField(max_length=40)  # the number of a person, or the name of a process
    role = models.CharField(max_length=60)
    organisation = models.CharField(max_length=20)  # code of the organisation acted for
    verb = models.CharField(max_length=60, db_index=True)
    subject_kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    told = models.JSONField(default=dict)  # what the sentence needs: plain values, never text a patient may stand in
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ("number",)
        indexes = (models.Index(fields=("subject_kind", "subject")), models.Index(fields=("organisation", "number")))


class Head(models.Model):
    """The one row whoever writes the next entry locks: number and hash of the last."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64)


class Check(models.Model):
    """The whole trail was held against its hashes: when, up to which entry, and in words where it did not hold."""

    checked_at = models.DateTimeField()
    number = models.PositiveBigIntegerField()
    broken = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-checked_at", "-id")
