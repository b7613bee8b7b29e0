"""What anyone may read of a commissioner's decisions: cases shown by two consents, counts, shares and times. Nothing else is read here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.http import Http404

from pbc.reference.case_events import RESUBMITTED
from pbc.reports.decision_times import DecisionMaterial
from pbc_web.business_cases.models import ClockEvent, Opening, Proposal
from pbc_web.business_cases.queries.clock import changes_of
from pbc_web.business_cases.queries.library import NOT_SHOWN
from pbc_web.business_cases.shown import kind_of
from pbc_web.organisations.kinds import COMMISSIONERS
from pbc_web.organisations.models import Organisation
from pbc_web.runs.decision_readings import HappenedTo, decision_times_of


@dataclass(frozen=True)
class PublicCase:
    """A decided proposal in the words anyone may read; no row of the database stands behind it, so no page can reach further."""

    title: str
    kind: str
    owner: str
    outcome: str
    reasons: str
    would_resolve: str
    submitted_on: date
    decided_on: date
    changed_on: date | None

    @property
    def days_to_decision(self) -> int:
        """Calendar days from the day its clock counts from to its decision."""
        return (self.decided_on - self.submitted_on).days

    @property
    def days_to_change(self) -> int | None:
        """Calendar days from the decision to the change of service; None while it did not change."""
        return (self.changed_on - self.decided_on).days if self.changed_on else None


def commissioner_for_anyone(code: str) -> Organisation:
    """A commissioner by its code, or not found."""
    found = Organisation.objects.filter(kind__in=COMMISSIONERS, code=code).first()
    if found is None:
        raise Http404
    return found


def cases_for_anyone(commissioner: Organisation) -> list[PublicCase]:
    """The decided proposals that their author agreed to and the commissioner shows, decided last first."""
    shown = Opening.objects.filter(is_public=True, is_agreed=True, proposal__commissioner=commissioner)
    shown = shown.select_related("proposal__owner", "proposal__decision").order_by("-proposal__decided_on", "-id")
    listed = list(shown)
    changed = changes_of(each.proposal_id for each in listed)
    return [_case(each, changed.get(each.proposal_id)) for each in listed]


def _case(opening: Opening, changed_on: date | None) -> PublicCase:
    of = opening.proposal
    return PublicCase(
        of.title, kind_of(of), NOT_SHOWN if opening.is_anonymous else of.owner.name, of.get_state_display(), of.decision.reasons,
        of.decision.would_resolve, of.first_submitted_on, of.decided_on, changed_on,
    )  # fmt: skip


def waiting_count(commissioner: Organisation) -> int:
    """How many proposals wait for the commissioner's decision."""
    return Proposal.everywhere.filter(commissioner=commissioner, state="submitted").count()


def times_for_anyone(commissioner: Organisation, *, as_at: date) -> DecisionMaterial | None:
    """The commissioner's shares and times of all its proposals as at a day, measured by the engine; None before there is one."""
    found = ClockEvent.objects.filter(proposal__commissioner=commissioner, happened_on__lte=as_at).order_by("id")
    fields = ("proposal__code", "happened_on", "event", "missing_item", "proposal__earlier__code")
    rows = tuple(found.values_list(*fields))
    return _timed(commissioner.code, rows, as_at)


@lru_cache(maxsize=32)  # the page is open to anyone: asked again, nothing is worked out again
def _timed(code: str, rows: tuple[tuple[str, date, str, str, str | None], ...], as_at: date) -> DecisionMaterial | None:
    told = [
        HappenedTo(case, code, happened_on, event, missing, (earlier or "") if event == RESUBMITTED else "")
        for case, happened_on, event, missing, earlier in rows
    ]
    return decision_times_of(told, as_at=as_at)
