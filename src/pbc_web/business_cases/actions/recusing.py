"""Keeping people away: what they declare, what the register of interests finds, what is set by hand, and what ends it."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor, Process
from pbc_web.accounts.queries import appointments_on
from pbc_web.business_cases.actions.nobody_left import tell_nobody_left
from pbc_web.business_cases.actions.taking import locked, require_fair, told
from pbc_web.business_cases.models import AgendaItem, Concerned, Declaration, Proposal, Recusal
from pbc_web.business_cases.models.conflicts import HOW
from pbc_web.business_cases.permissions import may_handle_proposals
from pbc_web.business_cases.queries.conflicts import (
    Found,
    conflicts_in,
    earlier_of,
    has_stake,
    people_of_region,
    recusal_of,
    recusals_in,
    still_decided,
    wrote,
)
from pbc_web.business_cases.queries.who_is_left import settles_who_is_kept_away
from pbc_web.business_cases.rules import rules_of
from pbc_web.business_cases.states import LEVELS, SEEN, SETTLED_IN
from pbc_web.business_cases.telling import take_back_from
from pbc_web.governance.actions import party_named
from pbc_web.organisations.kinds import WATCHED_BY
from pbc_web.organisations.models import Organisation
from pbc_web.organisations.queries import relations_on
from pbc_web.shell.clock import day_of

REGISTER = Process("register of interests")
FOUND = (
    "Is tied to an organisation that this proposal concerns, by the register of interests or by the roles they hold."
)
DECLARED = "Declared an interest in what this proposal concerns."


@transaction.atomic
def find_conflicts(proposal: Proposal, *, at: datetime, people: tuple[int, ...] = ()) -> list[Recusal]:
    """Keep away whoever is tied to what a proposal concerns: of the commissioner's people, its reviewers and `people`.

    Asked again it finds nothing more. Whoever's recusal was ended with a reason, under this code or an earlier one, is kept away again
    only by a tie that was not known then. Authors take no part anyway.
    """
    held, on = locked(proposal), day_of(at)
    rules, made = rules_of(held.commissioner, on=on), []
    for found in conflicts_in(held, on=on, people=people):
        level = rules.word("own_services_level" if found.is_own_services else "level_found")
        if level not in LEVELS or wrote(found.person_id, held) or _is_known(held, found):
            continue
        row = recusal_of(found.person_id, held) or Recusal(
            proposal=held, person_id=found.person_id, level=level, source="detected"
        )
        row.level = max(row.level, level, key=list(LEVELS).index)
        row.reason = FOUND if row.source == "detected" else f"{DECLARED} {FOUND}"
        row.because = list(dict.fromkeys([*row.because, *found.ties]))
        made.append(_kept_away(row, by=REGISTER, at=at))
    return made


def _is_known(proposal: Proposal, found: Found) -> bool:
    """Whether these ties were weighed before, or somebody is kept away: but for who declared a stake and by a tie goes further."""
    ended = Q(proposal__in=earlier_of(proposal), ended_at__isnull=False)
    rows = list(Recusal.objects.filter(Q(proposal=proposal) | ended, person=found.person_id))
    stands = any(each.ended_at is None and each.source != "declared" for each in rows)
    return stands or set(found.ties) <= {tie for each in rows for tie in each.because}


@transaction.atomic
def declare(proposal: Proposal, *, says: str, words: str = "", by: Actor, at: datetime) -> Declaration:
    """Say whether one has a stake in a proposal, before its papers are opened: once. Who has one is kept away."""
    held = locked(proposal, *SEEN)
    if says == "something" and not words.strip():
        raise RefusedInput("Say what you have to declare.", where=held.code)
    try:
        with transaction.atomic():
            made = Declaration.objects.create(
                proposal=held, person_id=by.person_id, says=says, words=words if says == "something" else "", at=at
            )
    except IntegrityError as refusal:
        raise RefusedInput("You have declared already.", where=held.code) from refusal
    told(held, f"declare_{says}_of_proposal", by=by, at=at)
    find_conflicts(held, at=at, people=(by.person_id,))
    if says == "something" and not wrote(by.person_id, held) and recusal_of(by.person_id, held) is None:
        _kept_away(_of_stake(by.person_id, held, at), by=by, at=at)
    return made


@transaction.atomic
def keep_away(proposal: Proposal, *, person_id: int, level: str, reason: str, by: Actor, at: datetime) -> Recusal:
    """Keep a person away, or set another level than stands: by whoever handles the proposal or chairs the panel, with one sentence why."""
    held = locked(proposal, *SETTLED_IN)
    _require_keeper(by, held, at)
    _require_reason(reason, held)
    if level not in LEVELS:
        raise RefusedInput("There is no such level.", where=held.code, found=level, expected=" or ".join(LEVELS))
    before = recusal_of(person_id, held)
    if before is not None:
        _end(before, reason, by, at)
    row = Recusal(proposal=held, person_id=person_id, level=level, source="chair", reason=reason)
    row.because = before.because if before else []
    return _kept_away(row, by=by, at=at)


@transaction.atomic
def end_recusal(recusal: Recusal, *, reason: str, by: Actor, at: datetime) -> Recusal:
    """Let somebody take part after all, with the reason: by the panel's chair or whoever handles it, never for oneself; and of what is
    decided or withdrawn too. Whoever declared a stake is kept away by that from then on, until it is ended for itself."""
    held = locked(recusal.proposal, *SEEN)
    _require_keeper(by, held, at)
    _require_reason(reason, held)
    if recusal.person_id in people_of_region(held, on=day_of(at)):
        raise RefusedInput(
            "What keeps somebody of the region away stands: neither side of an appeal chooses its judge.",
            where=held.code,
        )
    row = Recusal.objects.select_for_update().get(id=recusal.id)
    if row.ended_at is not None:
        raise RefusedInput("This has ended already.", where=held.code)
    _end(row, reason, by, at)
    told(held, "end_recusal", by=by, at=at, person=str(row.person.number))
    if has_stake(row.person_id, held):
        _kept_away(_of_stake(row.person_id, held, at), by=by, at=at)
    return row


@transaction.atomic
def name_concerned(proposal: Proposal, *, about: Organisation | str, how: str, by: Actor, at: datetime) -> Concerned:
    """Name an organisation or company that a proposal concerns; whoever is tied to it is kept away from then on."""
    held = locked(proposal, "draft", "submitted")
    is_handler = may_handle_proposals(by) and by.organisation.id == held.commissioner_id and held.state == "submitted"
    writes = wrote(by.person_id, held)
    if not (is_handler or writes):
        raise RefusedInput("Its authors, and whoever handles it, say whom a proposal concerns.", where=held.code)
    if not writes:
        require_fair(by, held)
    one = (
        {"organisation": about} if isinstance(about, Organisation) else {"party": party_named(about, held.commissioner)}
    )
    made, is_new = Concerned.objects.get_or_create(
        proposal=held, **one, defaults={"how": how, "by_id": by.person_id, "at": at}
    )
    if is_new:
        told(held, "name_concerned", by=by, at=at, how=HOW[how])
        if held.state == "submitted":
            find_conflicts(held, at=at)
    return made


def find_as_submitted(proposal: Proposal, at: datetime) -> None:
    """Keep away whoever is tied to a proposal, in the moment it is submitted and before anybody is told; and, where it came back,
    whoever declared a stake in it or was kept away by hand before."""
    for each in recusals_in(proposal.earlier) if proposal.earlier else ():
        is_by_hand = each.source == "chair"
        if each.ended_at is not None or wrote(each.person_id, proposal):
            continue
        if is_by_hand or has_stake(each.person_id, each.proposal):
            row = _of_stake(each.person_id, proposal, at)
            if is_by_hand:
                row.level, row.source, row.reason, row.because = each.level, each.source, each.reason, each.because
            _kept_away(row, by=REGISTER, at=at)
    find_conflicts(proposal, at=at)


def look_again(register: Organisation, person_id: int | None, at: datetime) -> None:
    """Look at all that waits with a commissioner, or before its panel, as its register of interests has changed; and at what whoever
    declared decides elsewhere, as the region's people judge appeals of every commissioner that answers to it."""
    before = AgendaItem.objects.filter(meeting__panel__commissioner=register, taken_off_at__isnull=True)
    theirs = Q(commissioner=register) | Q(id__in=before.values("proposal"))
    if person_id is not None:
        theirs |= _decided_by(person_id, at)
    for proposal in still_decided().filter(theirs):
        find_conflicts(proposal, at=at)


def look_at(person_id: int, at: datetime) -> None:
    """Look at all that waits with a commissioner or a region somebody works for, as they were given a role there or anywhere."""
    for proposal in still_decided().filter(_decided_by(person_id, at)):
        find_conflicts(proposal, at=at, people=(person_id,))


def _decided_by(person_id: int, at: datetime) -> Q:
    """What waits with a commissioner or, appealed, with a region somebody works for."""
    works_for = appointments_on(day_of(at)).filter(person=person_id).values("organisation")
    watched = relations_on(day_of(at)).filter(parent__in=works_for, relation__in=WATCHED_BY).values("member")
    return Q(commissioner__in=works_for) | Q(commissioner__in=watched, decision__appeal__state="open")


def _of_stake(person_id: int, proposal: Proposal, at: datetime) -> Recusal:
    """A row, not kept yet, of somebody by what they declared alone."""
    level = rules_of(proposal.commissioner, on=day_of(at)).word("level_declared")
    return Recusal(proposal=proposal, person_id=person_id, level=level, source="declared", reason=DECLARED)


def _kept_away(row: Recusal, *, by: Actor | Process, at: datetime) -> Recusal:
    """Append the row, or have it go further, and its entry; what somebody was told who sees no papers from now on is taken back. Where
    nobody is left to handle or to judge, whoever can mend it is told."""
    if row.id is None:
        row.at, row.by_id = at, by.person_id if isinstance(by, Actor) else None
    row.save()
    if row.level == "no_papers":
        take_back_from(row.person_id, row.proposal)
    told(row.proposal, "keep_away", by=by, at=at, person=str(row.person.number), level=row.level.replace("_", " "))
    tell_nobody_left(row.proposal, at)
    return row


def _end(row: Recusal, reason: str, by: Actor, at: datetime) -> None:
    row.ended_at, row.ended_by_id, row.ended_reason = at, by.person_id, reason
    row.save(update_fields=["ended_at", "ended_by", "ended_reason"])


def _require_keeper(by: Actor, proposal: Proposal, at: datetime) -> None:
    """Whoever handles the proposal, or chairs the panel that day, or is left to settle it, who take part in it themselves."""
    if not settles_who_is_kept_away(by, proposal, on=day_of(at)):
        raise RefusedInput(
            "Who is kept away is settled by the chair of the panel and whoever handles the proposal.", where=proposal.code,
            found=by.organisation_name, expected=proposal.commissioner.name,
        )  # fmt: skip
    require_fair(by, proposal)


def _require_reason(reason: str, proposal: Proposal) -> None:
    if not reason.strip():
        raise RefusedInput("This needs its reason, in a sentence everybody may read.", where=proposal.code)
