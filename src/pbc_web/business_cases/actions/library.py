"""Opening a decided proposal to others and to anyone, closing it again, and starting a new one from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.actions.drafting import Named, begin
from pbc_web.business_cases.actions.taking import locked, require_handler, require_not_kept_away, told
from pbc_web.business_cases.models import Opening, Proposal, SectionVersion, StartedFrom
from pbc_web.business_cases.permissions import may_propose
from pbc_web.business_cases.queries.in_sight import DECIDED, is_author, library_for
from pbc_web.business_cases.queries.library import openable_in, opening_of, sections_open_to
from pbc_web.business_cases.queries.sections import latest_of
from pbc_web.business_cases.telling import authors_of, handlers_of, tell
from pbc_web.organisations.models import Organisation


@dataclass(frozen=True)
class Opened:
    """What an author opens: to readers of the library anywhere, with which sections; without saying whose; to anyone, if asked."""

    is_open: bool = False
    sections: tuple[str, ...] = ()
    is_anonymous: bool = False
    is_agreed: bool = False


@transaction.atomic
def set_opening(proposal: Proposal, opened: Opened, *, by: Actor, at: datetime) -> Opening:
    """Say who may read what of a decided proposal: by an author or their organisation. What is no longer agreed is public no longer."""
    held = _decided(proposal)
    if not may_propose(by) or not (is_author(by, held) or held.owner_id == by.organisation.id):
        raise RefusedInput(
            "What is opened of a proposal is said by its authors or their organisation.", where=held.code, found=by.organisation_name
        )  # fmt: skip
    known = {each.code for each in openable_in(held)}
    if not set(opened.sections) <= known:
        raise RefusedInput(
            "These sections cannot be opened.", where=held.code, found=", ".join(sorted(set(opened.sections) - known)),
            expected=", ".join(sorted(known)) or "none of them",
        )  # fmt: skip
    before = Opening.objects.filter(proposal=held).first()
    given = {
        "is_open": opened.is_open, "sections": list(opened.sections), "is_anonymous": opened.is_anonymous,
        "is_agreed": opened.is_agreed, "by_id": by.person_id, "at": at,
        "is_public": opened.is_agreed and before is not None and before.is_public,
    }  # fmt: skip
    made, _ = Opening.objects.update_or_create(proposal=held, defaults=given)
    told(held, "set_opening", by=by, at=at, who=_in_words(opened))
    if opened.is_agreed and not made.is_public:
        tell(
            handlers_of(held, at), held, subject=f"{held.code} may be shown to anyone",
            body=f"{held.owner.name} agrees that {held.title} stands on your public page. It does once you show it there.",
            key=f"agreed-{at.isoformat()}", at=at,
        )  # fmt: skip
    return made


def _in_words(opened: Opened) -> str:
    said = [
        f"the library everywhere, {len(opened.sections)} sections" if opened.is_open else "its own commissioner alone",
        "without saying whose it is" if opened.is_anonymous else "",
        "anyone, if the commissioner shows it" if opened.is_agreed else "",
    ]
    return "; ".join(each for each in said if each)


@transaction.atomic
def show_to_anyone(proposal: Proposal, *, by: Actor, at: datetime) -> Opening:
    """Show a decided proposal on the commissioner's public page, once its author agreed: by whoever handles its proposals."""
    held, opening = _handled(proposal, by)
    if opening is None or not opening.is_agreed:
        raise RefusedInput("Its author has not agreed that anyone may read it.", where=held.code)
    if opening.is_public:
        return opening
    opening.is_public, opening.shown_by_id, opening.shown_at = True, by.person_id, at
    opening.save()
    told(held, "show_to_anyone", by=by, at=at)
    tell(
        authors_of(held), held, subject=f"{held.code} stands on the public page",
        body=f"{held.commissioner.name} shows {held.title} to anyone, as you agreed. You can take that back at any time.",
        key=f"public-{at.isoformat()}", at=at,
    )  # fmt: skip
    return opening


@transaction.atomic
def take_off_public_page(proposal: Proposal, *, by: Actor, at: datetime) -> Opening | None:
    """Take a proposal off the commissioner's public page again."""
    held, opening = _handled(proposal, by)
    if opening is not None and opening.is_public:
        opening.is_public = False
        opening.save()
        told(held, "take_off_public_page", by=by, at=at)
    return opening


def _decided(proposal: Proposal) -> Proposal:
    """The row, held; what was replaced while it waited was never decided."""
    held = locked(proposal, *DECIDED)
    if held.decided_on is None:
        raise RefusedInput("This was never decided.", where=held.code, found=held.get_state_display())
    return held


def _handled(proposal: Proposal, by: Actor) -> tuple[Proposal, Opening | None]:
    held = _decided(proposal)
    require_handler(by, held)
    require_not_kept_away(by.person_id, held)
    return held, opening_of(held)


@transaction.atomic
def start_from(
    source: Proposal, named: Named, *, commissioner: Organisation, by: Actor, at: datetime
) -> Proposal:  # fmt: skip
    """Begin a draft that says what the open sections of a decided proposal say, and names it as its source."""
    found = library_for(by).filter(id=source.id).first()
    copied = [each.code for each in sections_open_to(by, found)] if found else []
    if found is None or not copied:
        raise RefusedInput(
            "No section of this is open to start from.", where=source.code, remedy="Ask its author to open sections to others."
        )  # fmt: skip
    made = begin(found.kind, named, commissioner=commissioner, by=by, at=at)
    latest = latest_of(found)
    SectionVersion.objects.bulk_create(
        SectionVersion(proposal=made, section=each, number=1, answers=latest[each].answers, by_id=by.person_id, at=at)
        for each in copied
    )
    StartedFrom.objects.create(proposal=made, source=found, sections=copied, at=at)
    told(made, "start_from_library", by=by, at=at, source=found.code, count=len(copied))
    return made
