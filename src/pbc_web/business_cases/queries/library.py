"""The library: decided proposals with their outcome, reasons and times, and the sections their authors opened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import DurationField, ExpressionWrapper, F, Q, QuerySet
from django.http import Http404

from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.models import Decision, Opening, Proposal
from pbc_web.business_cases.queries.clock import changes_of
from pbc_web.business_cases.queries.conflicts import withheld_codes
from pbc_web.business_cases.queries.in_sight import library_for, proposals_for
from pbc_web.business_cases.queries.sections import latest_of
from pbc_web.business_cases.sections import Section, sections_of
from pbc_web.business_cases.states import KEPT_IN

SIGNS = 120  # of words looked for
NOT_SHOWN = "Not shown: its author asked for that"
DAYS = ExpressionWrapper(F("decided_on") - F("first_submitted_on"), output_field=DurationField())
SORTS = {
    "newest": "Decided last first", "oldest": "Decided first first", "quickest": "Quickest decision first",
    "slowest": "Slowest decision first",
}  # fmt: skip
ORDER = {
    "newest": ("-decided_on", "-id"), "oldest": ("decided_on", "id"), "quickest": ("days", "-decided_on", "-id"),
    "slowest": ("-days", "-decided_on", "-id"),
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """Which entries to show: by words, kind, outcome, year, whether a quick win; and in which order."""

    words: str = ""
    kind: str = ""
    outcome: str = ""
    year: str = ""
    is_quick_win: bool = False
    sort: str = ""


@dataclass(frozen=True)
class LibraryEntry:
    """A decided proposal as its reader may know it. `owner` is its name, or that it is not shown; `has_papers` whether the reader may
    open all of it anyway."""

    proposal: Proposal
    decision: Decision
    owner: str
    changed_on: date | None
    opening: Opening | None
    has_papers: bool

    @property
    def days_to_decision(self) -> int:
        """Calendar days from the day its clock counts from to its decision."""
        return (self.proposal.decided_on - self.proposal.first_submitted_on).days  # type: ignore[operator]  # decided

    @property
    def days_to_change(self) -> int | None:
        """Calendar days from approval to the change of service; None while it did not change."""
        return (self.changed_on - self.proposal.decided_on).days if self.changed_on else None  # type: ignore[operator]  # decided


def entries_in(actor: Actor, wanted: Wanted) -> QuerySet[Proposal]:
    """The library as it was asked for. Words are looked for in what the reader may read: whose it is only where that is shown."""
    found = library_for(actor)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.outcome:
        found = found.filter(state=wanted.outcome)
    if wanted.year:
        found = found.filter(financial_year=wanted.year)
    if wanted.is_quick_win:
        found = found.filter(is_quick_win=True)
    if wanted.words:
        found = found.filter(_holding(actor, wanted.words[:SIGNS]))
    return found.annotate(days=DAYS).order_by(*ORDER.get(wanted.sort, ORDER["newest"]))


def _holding(actor: Actor, words: str) -> Q:
    named = Q(opening__isnull=True) | Q(opening__is_anonymous=False) | Q(pk__in=proposals_for(actor).values("pk"))
    held = Q(owner__name__icontains=words) & named
    for each in ("title", "code", "decision__reasons", "decision__would_resolve"):
        held |= Q(**{f"{each}__icontains": words})
    return held


def owners_told(actor: Actor, found: Iterable[Proposal]) -> dict[int, str]:
    """This returns whose decided proposals are, by id, as the reader may know it: its author may have asked that it is not shown."""
    listed = list(found)
    ids = [each.id for each in listed]
    papers = proposals_for(actor).filter(id__in=ids).values("id")
    hides = set(
        Opening.objects.filter(proposal__in=ids, is_anonymous=True)
        .exclude(proposal__in=papers)
        .values_list("proposal_id", flat=True)
    )
    return {each.id: NOT_SHOWN if each.id in hides else each.owner.name for each in listed}


def entries_of(actor: Actor, found: Iterable[Proposal]) -> list[LibraryEntry]:
    """This returns proposals of the library as entries, each as its reader may know it."""
    listed = list(found)
    ids = [each.id for each in listed]
    papers = set(proposals_for(actor).filter(id__in=ids).values_list("id", flat=True))
    owners, changed = owners_told(actor, listed), changes_of(ids)
    return [
        LibraryEntry(each, each.decision, owners[each.id], changed.get(each.id), opening_of(each), each.id in papers)
        for each in listed
    ]


def entry_at(actor: Actor, code: str) -> LibraryEntry:
    """One entry by its code, or not found."""
    found = entries_in(actor, Wanted()).filter(code=code)[:1]
    if not found:
        raise Http404
    return entries_of(actor, found)[0]


def opening_of(proposal: Proposal) -> Opening | None:
    """What its author opened of a proposal; None where they never said."""
    return getattr(proposal, "opening", None)


def sections_open_to(actor: Actor, proposal: Proposal) -> list[Section]:
    """The sections of a proposal that its author opened, as far as the actor is not kept away from its papers."""
    opening = opening_of(proposal)
    if opening is None or not opening.is_open or proposal.code in withheld_codes(*actor.eyes):
        return []
    return [each for each in openable_in(proposal) if each.code in opening.sections]


def openable_in(proposal: Proposal) -> list[Section]:
    """The sections of a proposal that say something and may be opened: what its authors may gain names people, and stays."""
    latest = latest_of(proposal)
    return [each for each in sections_of(proposal.kind) if each.code in latest and each.code not in KEPT_IN]


def years_in(actor: Actor) -> list[str]:
    """The financial years of the library's entries, latest first."""
    return sorted(set(library_for(actor).values_list("financial_year", flat=True)), reverse=True)
