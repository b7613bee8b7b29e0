"""Taking a proposal back, and bringing it back: its new code is linked with the old one, and the engine says which day counts."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc_web.accounts.actor import Actor
from pbc_web.audit.actions import record
from pbc_web.business_cases.actions.drafting import Named, begin, told_of
from pbc_web.business_cases.actions.writing import held_for_change, require_author
from pbc_web.business_cases.models import Attachment, Author, ClockEvent, Concerned, Evidence, Proposal, SectionVersion
from pbc_web.business_cases.queries.attachments import attachments_of
from pbc_web.business_cases.queries.authors import authors_of
from pbc_web.business_cases.queries.evidence import evidence_of
from pbc_web.business_cases.queries.sections import latest_of
from pbc_web.business_cases.states import COMES_BACK, MOVES
from pbc_web.business_cases.telling import handlers_of, tell
from pbc_web.business_cases.watching import close_late
from pbc_web.shell.clock import day_of
from pbc_web.shell.moves import moved

FROZEN = ("figure_id", "title", "said", "set_name", "set_id", "shows", "by", "at")


@transaction.atomic
def withdraw(proposal: Proposal, *, reason: str, by: Actor, at: datetime) -> Proposal:
    """Take back what is not decided yet; its clock ends, and whoever sees it through is told."""
    held = held_for_change(proposal)
    require_author(by, held)
    held.state, held.changed_at = moved(MOVES, held.state, "withdraw", what="proposal"), at
    held.save()
    ClockEvent.objects.create(
        proposal=held, event="withdrawn_by_author", happened_on=day_of(at), reason=reason, by_id=by.person_id, at=at
    )
    close_late(held, at=at)
    record(by=by, verb="withdraw_proposal", about=("proposal", held.code), at=at, told=told_of(held))
    words = f"{held.owner.name} withdrew {held.code}, {held.title}: nothing needs to be decided."
    tell(handlers_of(held, at), held, subject=f"Withdrawn: {held.code}", body=words, key="withdrawn", at=at)
    return held


@transaction.atomic
def bring_back(proposal: Proposal, *, by: Actor, at: datetime) -> Proposal:
    """Begin again what was withdrawn, refused or has lapsed, as a draft under a new code that says all it said."""
    before = held_for_change(proposal)
    require_author(by, before)
    if before.state not in COMES_BACK or Proposal.everywhere.filter(earlier=before).exists():
        raise RefusedInput(
            "This cannot be brought back.", found=before.get_state_display().lower(),
            expected="one that was withdrawn or refused, or has lapsed, and was not brought back before",
            remedy="Look for the one that came after it.",
        )  # fmt: skip
    named = Named(before.title, FinancialYear.of(day_of(at)), before.parent, before.is_quick_win)
    made = begin(before.kind, named, commissioner=before.commissioner, by=by, at=at, earlier=before)
    for each in authors_of(before):
        Author.objects.get_or_create(
            proposal=made, person=each.person, defaults={"added_by_id": by.person_id, "added_at": at}
        )
    Concerned.objects.bulk_create(
        Concerned(proposal=made, organisation=each.organisation, party=each.party, how=each.how, by=each.by, at=each.at)
        for each in before.concerns.select_related("organisation", "party", "by")
    )
    SectionVersion.objects.bulk_create(
        SectionVersion(
            proposal=made, section=each.section, number=1, answers=each.answers, is_done=each.is_done, by_id=by.person_id, at=at
        )
        for each in latest_of(before).values()
    )  # fmt: skip
    Evidence.objects.bulk_create(
        Evidence(proposal=made, **{name: getattr(each, name) for name in FROZEN}) for each in evidence_of(before)
    )
    Attachment.objects.bulk_create(
        Attachment(
            proposal=made, name=each.name, kind=each.kind, size_bytes=each.size_bytes, sha256=each.sha256, by=each.by, at=each.at
        )
        for each in attachments_of(before)
    )  # fmt: skip
    return made
