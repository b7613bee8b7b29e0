"""Reading the trail."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.forms.models import model_to_dict
from django.utils import timezone

from pbc_web.audit import names
from pbc_web.audit.chain import find_break
from pbc_web.audit.models import Check, Entry, Head
from pbc_web.audit.sentences import told_as
from pbc_web.audit.withholding import without_entries


def entries_about(subject_kind: str, subject: object) -> QuerySet[Entry]:
    """What was done to one thing, oldest first."""
    return Entry.objects.filter(subject_kind=subject_kind, subject=str(subject))


def entries_of(organisation_codes: list[str] | None) -> QuerySet[Entry]:
    """What was done for some organisations, newest first; None means for all."""
    found = Entry.objects.order_by("-number")
    return found if organisation_codes is None else found.filter(organisation__in=organisation_codes)


def open_to(found: QuerySet[Entry], actor: Any) -> QuerySet[Entry]:
    """Of some entries those that are withheld neither from an actor nor from who views as them: what one is kept away from has none."""
    for kind, keys in without_entries(actor):
        found = found.exclude(subject_kind=kind, subject__in=keys)
    return found


def narrowed(
    found: QuerySet[Entry],
    *,
    organisation: str = "",
    verb: str = "",
    who: str = "",
    first: date | None = None,
    last: date | None = None,
) -> QuerySet[Entry]:
    """Of some entries those for an organisation, of a verb, by a person (a name, part of one, or a number), between two days."""
    if organisation:
        found = found.filter(organisation__iexact=organisation)
    if verb:
        found = found.filter(verb=verb)
    if who:
        found = found.filter(person__in=names.numbers_of(who))
    if first:
        found = found.filter(at__gte=_begin_of(first))
    if last:
        found = found.filter(at__lt=_begin_of(last + timedelta(days=1)))
    return found


def _begin_of(day: date) -> str:
    """The first moment of a day in London, written as entries keep their moments."""
    begin = datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())
    return begin.astimezone(UTC).isoformat(timespec="milliseconds")


def as_sentences(entries: Iterable[Entry]) -> list[tuple[Entry, datetime, str]]:
    """Entries, their moments, and how each reads, with the names of those who are still known: one look-up for all."""
    rows = list(entries)
    numbers = [each.person for each in rows] + [number for each in rows for number in names.numbers_in(each.told)]
    known = names.names_of(numbers)
    return [
        (each, datetime.fromisoformat(each.at),
         told_as(each.verb, each.told, who=known.get(each.person, each.person), names=known))
        for each in rows
    ]  # fmt: skip


def plain_entries() -> Iterator[dict[str, Any]]:
    """Every entry as plain values in order, a few in memory at a time: what a copy for offline checking holds."""
    return (model_to_dict(entry) for entry in Entry.objects.order_by("number").iterator(chunk_size=2_000))


def trail_lines() -> Iterator[str]:
    """The whole trail as lines of JSON, for checking it elsewhere."""
    return (json.dumps(entry, sort_keys=True) + "\n" for entry in plain_entries())


def last_check() -> Check | None:
    """When the whole trail was last held against its hashes, and what was found."""
    return Check.objects.first()


def broken_at() -> str | None:
    """This returns in words where the trail does not hold, or None. The end is held against the head."""
    head = Head.objects.filter(id=1).first()
    return find_break(plain_entries(), last=(head.number, head.hash) if head else (0, ""))
