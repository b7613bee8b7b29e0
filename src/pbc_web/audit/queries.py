"""Reading the trail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.forms.models import model_to_dict

from pbc_web.audit.chain import find_break
from pbc_web.audit.models import Entry, Head


def entries_about(subject_kind: str, subject: object) -> QuerySet[Entry]:
    """What was done to one thing, oldest first."""
    return Entry.objects.filter(subject_kind=subject_kind, subject=str(subject))


def entries_of(organisation_codes: list[str] | None) -> QuerySet[Entry]:
    """What was done for some organisations, newest first; None means for all."""
    found = Entry.objects.order_by("-number")
    return found if organisation_codes is None else found.filter(organisation__in=organisation_codes)


def plain_entries() -> Iterator[dict[str, Any]]:
    """Every entry as plain values in order, a few in memory at a time: what a copy for offline checking holds."""
    return (model_to_dict(entry) for entry in Entry.objects.order_by("number").iterator(chunk_size=2_000))


def broken_at() -> str | None:
    """This returns in words where the trail does not hold, or None. The end is held against the head."""
    last = {"number": 0}

    def watched() -> Iterator[dict[str, Any]]:
        for entry in plain_entries():
            last["number"] = entry["number"]
            yield entry

    broken = find_break(watched())
    head = Head.objects.filter(id=1).first()
    if broken is None and head is not None and head.number != last["number"]:
        return f"entries after {last['number']} are missing: {head.number} were written"
    return broken
