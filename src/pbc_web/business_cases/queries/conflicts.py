"""Who is tied to what a proposal concerns, who is kept away from it, and who has yet to declare before they open its papers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.queries import appointments_on
from pbc_web.budgets.models import Delegation, DelegationEnd
from pbc_web.budgets.rules import regime_of
from pbc_web.business_cases.models import AgendaItem, Appeal, Author, Declaration, Proposal, Recusal, Review
from pbc_web.business_cases.states import UNSEEN
from pbc_web.governance.models import Party
from pbc_web.governance.ties import Tied, interests_in
from pbc_web.notices.models import Escalation
from pbc_web.organisations.kinds import COMMISSIONERS, GROUPS, IN_GROUP, REGIONS, WATCHED_BY
from pbc_web.organisations.models import Organisation
from pbc_web.organisations.queries import members_of, parents_of
from pbc_web.panels.models import Member


@dataclass(frozen=True)
class Found:
    """Somebody tied to a proposal: each tie as a sentence, and whether all of them are the commissioner's own services alone."""

    person_id: int
    ties: tuple[str, ...]
    is_own_services: bool


def concerned_in(proposal: Proposal, *, on: date) -> tuple[list[Organisation], list[Party]]:
    """Whom a proposal concerns: its owner, the practices of an owner that is a group, who is named in it, and under today's rules the
    group that holds the budget its owner provides for."""
    owner = proposal.owner
    organisations = [owner]
    if owner.kind in GROUPS:
        organisations += members_of(owner, on=on, relations=IN_GROUP)
    if regime_of(proposal.commissioner) != "england-2005":
        organisations += _holders_of(proposal, on)
    named = list(proposal.concerns.select_related("organisation", "party"))
    organisations += [each.organisation for each in named if each.organisation]
    return organisations, [each.party for each in named if each.party]


def _holders_of(proposal: Proposal, on: date) -> list[Organisation]:
    """The groups of the owner that hold its budget in earnest: under today's rules they may also provide."""
    groups = parents_of(proposal.owner, on=on, relations=IN_GROUP)
    held = Delegation.everywhere.filter(
        commissioner=proposal.commissioner, held_by__in=groups, state="approved", starts_on__lte=on, ends_before__gt=on
    ).exclude(id__in=DelegationEnd.objects.filter(ends_before__lte=on).values("delegation_id"))
    return list(groups.filter(id__in=held.values("held_by")))


def still_decided() -> QuerySet[Proposal]:
    """What somebody still decides on, and ties are looked for in: what waits, and what is appealed until that is judged."""
    return Proposal.everywhere.filter(Q(state="submitted") | Q(decision__appeal__state="open"))


def is_appealed(proposal: Proposal) -> bool:
    """Whether a proposal was put to the region by an appeal."""
    return Appeal.objects.filter(decision__proposal=proposal).exists()


def earlier_of(proposal: Proposal) -> list[Proposal]:
    """The proposals one came back from under its new code, the last first."""
    found, here = [], proposal.earlier
    while here is not None:
        found.append(here)
        here = here.earlier
    return found


def people_of_region(proposal: Proposal, *, on: date) -> set[int]:
    """The ids of the people of the region to which a refusal of a proposal is appealed."""
    regions = parents_of(proposal.commissioner, on=on, relations=WATCHED_BY)
    return set(appointments_on(on).filter(organisation__in=regions).values_list("person_id", flat=True))


def conflicts_in(proposal: Proposal, *, on: date, people: Iterable[int] = ()) -> list[Found]:
    """Whoever of the commissioner's people, of those who review it or declared, of a panel that stands in, of the region it is appealed
    to, of those kept away from it under an earlier code and of `people` is tied to what a proposal concerns, by person."""
    organisations, parties = concerned_in(proposal, on=on)
    took_part = [model.objects.filter(proposal=proposal) for model in (Review, Declaration)]
    took_part.append(Recusal.objects.filter(proposal__in=earlier_of(proposal), ended_at__isnull=True))
    considered = {*people, *(person for rows in took_part for person in rows.values_list("person_id", flat=True))}
    panels = AgendaItem.objects.filter(proposal=proposal, taken_off_at__isnull=True).values("meeting__panel")
    considered |= set(Member.objects.filter(panel__in=panels, ends_before__gt=on).values_list("person_id", flat=True))
    considered |= set(
        appointments_on(on).filter(organisation=proposal.commissioner).values_list("person_id", flat=True)
    )
    if is_appealed(proposal):
        considered |= people_of_region(proposal, on=on)
    ties: dict[int, list[Tied]] = {}
    for each in interests_in(organisations, parties, on=on):
        if each.person_id is not None and each.person_id in considered:
            ties.setdefault(each.person_id, []).append(each)
    own = ("organisation", proposal.commissioner_id)
    return [
        Found(person, tuple(each.words for each in found), all(each.path[0].to == own for each in found))
        for person, found in sorted(ties.items())
    ]


def recusal_of(person_id: int, proposal: Proposal) -> Recusal | None:
    """How somebody is kept away from a proposal, or None."""
    return Recusal.objects.filter(proposal=proposal, person=person_id, ended_at__isnull=True).first()


def recusals_in(proposal: Proposal) -> QuerySet[Recusal]:
    """Everybody who is or was kept away from a proposal, first to last."""
    return Recusal.objects.filter(proposal=proposal).select_related("person", "by", "ended_by")


def declaration_of(person_id: int, proposal: Proposal) -> Declaration | None:
    """What somebody declared of a proposal, or None."""
    return Declaration.objects.filter(proposal=proposal, person=person_id).first()


def has_stake(person_id: int, proposal: Proposal) -> bool:
    """Whether somebody declared a stake in a proposal that was not ended for itself: with no tie of the register's beside it."""
    declared = list(Recusal.objects.filter(proposal=proposal, person=person_id, source="declared"))
    said = declared or Declaration.objects.filter(proposal=proposal, person=person_id, says="something").exists()
    return bool(said) and not any(each.ended_at is not None and not each.because for each in declared)


def wrote(person_id: int, proposal: Proposal) -> bool:
    """Whether somebody ever was an author of a proposal: then they take no part in deciding on it."""
    return Author.objects.filter(proposal=proposal, person=person_id).exists()


def must_declare(actor: Actor, proposal: Proposal) -> bool:
    """Whether somebody has yet to say what they have to declare before they open the papers of a proposal, decided or not."""
    return (_decides_on(actor, proposal) and _is_undeclared(actor.person_id, proposal)) or viewer_must_declare(
        actor, proposal
    )


def viewer_must_declare(actor: Actor, proposal: Proposal) -> bool:
    """Whether whoever views as somebody has yet to declare: as one who decides on it, or while they work for its commissioner."""
    if not (actor.seen_by_id and _is_undeclared(actor.seen_by_id, proposal)):
        return False
    own = appointments_on(actor.on).filter(person=actor.seen_by_id, organisation=proposal.commissioner)
    return _decides_on(actor, proposal) or own.exists()


def _decides_on(actor: Actor, proposal: Proposal) -> bool:
    """Whether an actor is of a commissioner, or of the region while it is, or was, put to that."""
    kind = actor.organisation.kind
    return kind in COMMISSIONERS or (kind in REGIONS and is_appealed(proposal))


def _is_undeclared(person_id: int, proposal: Proposal) -> bool:
    was_submitted = proposal.state not in UNSEEN
    return was_submitted and not wrote(person_id, proposal) and declaration_of(person_id, proposal) is None


def withheld_ids(*people: int) -> set[int]:
    """The ids of proposals kept from any of some people altogether, and of those they came back from, which say the same."""
    found: set[int] = set()
    for person_id in people:
        kept = Recusal.objects.filter(person=person_id, level="no_papers", ended_at__isnull=True)
        own = Author.objects.filter(person=person_id, left_at__isnull=True).values("proposal")
        found |= set(kept.exclude(proposal__in=own).values_list("proposal_id", flat=True))
    last = found
    while last:
        before = Proposal.everywhere.filter(later__in=last).values_list("id", flat=True)
        last = set(before) - found
        found |= last
    return found


def kept_from(proposal: Proposal) -> set[int]:
    """The ids of whoever sees no papers of a proposal, or of one that it became under a later code: the same question the other way."""
    found, last = {proposal.id}, {proposal.id}
    while last:
        last = set(Proposal.everywhere.filter(earlier__in=last).values_list("id", flat=True)) - found
        found |= last
    kept = Recusal.objects.filter(proposal__in=found, level="no_papers", ended_at__isnull=True)
    own = Author.objects.filter(proposal=OuterRef("proposal"), person=OuterRef("person"), left_at__isnull=True)
    return set(kept.exclude(Exists(own)).values_list("person_id", flat=True))


def withheld_codes(*people: int) -> list[str]:
    """The codes of these proposals: no entry of the trail and no escalation about them is theirs."""
    ids = withheld_ids(*people)
    return sorted(Proposal.everywhere.filter(id__in=ids).values_list("code", flat=True)) if ids else []


def withheld_escalations(person_id: int) -> list[str]:
    """The ids of what was put to the region about proposals kept from a person altogether, as the trail names them."""
    found = Escalation.everywhere.filter(about_kind="proposal", about_key__in=withheld_codes(person_id))
    return [str(each) for each in found.values_list("id", flat=True)]
