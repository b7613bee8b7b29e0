"""What follows a decision: conditions are judged, a refusal is appealed, an approval lapses or is replaced."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.roles import Duty
from pbc_web.business_cases.actions.looking import after_looking
from pbc_web.business_cases.actions.nobody_left import NO_JUDGE, tell_without_judge
from pbc_web.business_cases.actions.recusing import find_conflicts
from pbc_web.business_cases.actions.taking import locked, require_fair, require_handler, require_not_kept_away, told
from pbc_web.business_cases.deciding import undo
from pbc_web.business_cases.models import Appeal, ClockEvent, Condition, Decision, Proposal
from pbc_web.business_cases.models.decisions import APPEAL
from pbc_web.business_cases.permissions import may_arbitrate
from pbc_web.business_cases.queries.in_sight import is_author
from pbc_web.business_cases.queries.who_is_left import left_to_judge
from pbc_web.business_cases.rules import rules_of
from pbc_web.business_cases.states import MOVES
from pbc_web.business_cases.telling import authors_of, handlers_of, tell
from pbc_web.business_cases.watching import close_late
from pbc_web.notices.queries import people_with
from pbc_web.organisations.kinds import WATCHED_BY
from pbc_web.organisations.queries import parents_of
from pbc_web.shell.clock import day_of
from pbc_web.shell.moves import moved
from pbc_web.shell.words import day


@transaction.atomic
def judge_condition(condition: Condition, *, is_met: bool, evidence: str, by: Actor, at: datetime) -> Condition:
    """Say whether a condition was met, and by what evidence; once."""
    held = locked(condition.decision.proposal, "approved")
    require_handler(by, held)
    require_not_kept_away(by.person_id, held)
    found = Condition.objects.select_for_update().get(id=condition.id)
    if found.state != "open":
        raise RefusedInput("This was judged already.", where=held.code, found=found.get_state_display())
    _require(evidence, held)
    found.state, found.evidence = "met" if is_met else "not_met", evidence
    found.judged_by_id, found.judged_at = by.person_id, at
    found.save()
    told(held, "judge_condition", by=by, at=at, how=found.get_state_display().lower())
    tell(
        authors_of(held), held, subject=f"{held.code}: a condition is {found.get_state_display().lower()}",
        body=f"{found.words}: {found.get_state_display().lower()}. {evidence}", key=f"condition-{found.id}-judged", at=at,
    )  # fmt: skip
    return found


@transaction.atomic
def appeal(decision: Decision, *, words: str, by: Actor, at: datetime) -> Appeal:
    """Put a refusal to the region the commissioner answers to: by an author, once."""
    held, today = locked(decision.proposal, "refused"), day_of(at)
    if not is_author(by, held):
        raise RefusedInput("A refusal is appealed by an author.", where=held.code, found=by.name)
    _require(words, held)
    region = parents_of(held.commissioner, on=today, relations=WATCHED_BY).first()
    if region is None:
        raise RefusedInput(
            "There is no region to appeal to.", where=held.commissioner.name,
            remedy="Ask your administrator to add the relation to the register of organisations.",
        )  # fmt: skip
    due = today + timedelta(days=rules_of(held.commissioner, on=today).whole("appeal_answer_days"))
    try:
        with transaction.atomic():
            made = Appeal.objects.create(decision=decision, words=words, by_id=by.person_id, at=at, due_on=due)
    except IntegrityError as refusal:
        raise RefusedInput("It was appealed already.", where=held.code) from refusal
    told(held, "appeal_refusal", by=by, at=at, region=region.name)
    find_conflicts(held, at=at)  # before anybody of the region is told
    people = people_with(Duty.ARBITRATE, organisations=[region], on=today)
    tell(
        [*people, *handlers_of(held, at)], held, subject=f"Appeal against the refusal of {held.code}",
        body=f"{held.owner.name} appeals against the refusal of {held.title}. An answer is due by {day(due)}.", key="appeal", at=at,
    )  # fmt: skip
    tell_without_judge(held, at)
    return made


@after_looking()
def judge_appeal(appealed: Appeal, *, state: str, reasons: str, by: Actor, at: datetime) -> Appeal:
    """Uphold an appeal, dismiss it or send the case back, with reasons: by one of the region who declared and is not kept away, once.
    The refusal stays on record."""
    held = locked(appealed.proposal)
    regions = parents_of(held.commissioner, on=day_of(at), relations=WATCHED_BY)
    if not may_arbitrate(by) or not regions.filter(id=by.organisation.id).exists():
        raise RefusedInput("Appeals are judged by the region the commissioner answers to.", where=held.code)
    is_another_left = bool(left_to_judge(held, day_of(at)))
    remedy = "Somebody else of the region judges it." if is_another_left else NO_JUDGE
    require_not_kept_away(by.person_id, held, remedy=remedy)
    require_fair(by, held)
    found = Appeal.objects.select_for_update().get(id=appealed.id)
    if found.state != "open":
        raise RefusedInput("This appeal was judged already.", where=held.code, found=found.get_state_display())
    if state not in APPEAL or state == "open":
        raise RefusedInput("An appeal is upheld, dismissed or sent back.", where=held.code, found=state)
    _require(reasons, held)
    found.state, found.reasons, found.judged_by_id, found.judged_at = state, reasons, by.person_id, at
    found.save()
    said = found.get_state_display().lower()
    told(held, "judge_appeal", by=by, at=at, how=said)
    again = " It may be brought back as a new proposal." if state != "dismissed" else ""
    tell(
        [*authors_of(held), *handlers_of(held, at)], held, subject=f"The appeal about {held.code} is {said}",
        body=f"{held.title}: the appeal is {said}. {reasons}{again}", key="appeal-judged", at=at,
        link=f"/proposals/{held.code}/outcome/",
    )  # fmt: skip
    return found


@transaction.atomic
def lapse(proposal: Proposal, *, reason: str, by: Actor, at: datetime) -> Proposal:
    """Let an approval lapse that was not begun in the months the rule gives; higher apps refuse it of what they know was begun."""
    held, today = locked(proposal, "approved"), day_of(at)
    require_handler(by, held)
    require_not_kept_away(by.person_id, held)
    _require(reason, held)
    first = rules_of(held.commissioner, on=today).lapses_from(held.decided_on)
    if today < first:
        raise RefusedInput(
            "An approval lapses only after its time.",
            where=held.code,
            found=today.isoformat(),
            expected=first.isoformat(),
        )
    if ClockEvent.objects.filter(proposal=held, event="service_changed").exists():
        raise RefusedInput("The service has changed: what was begun does not lapse.", where=held.code)
    held.state, held.changed_at = moved(MOVES, held.state, "lapse", what="proposal"), at
    held.save(update_fields=["state", "changed_at"])
    undo(held, by=by, at=at)
    told(held, "lapse_proposal", by=by, at=at)
    tell(
        authors_of(held), held, subject=f"{held.code} has lapsed", body=f"{held.title}: the approval has lapsed. {reason}",
        key="lapsed", at=at,
    )  # fmt: skip
    return held


@transaction.atomic
def supersede(proposal: Proposal, *, replacement: Proposal, by: Actor, at: datetime) -> Proposal:
    """Say that another proposal of the same owner takes the place of one: by its author; of one that waits the clock ends with it."""
    pair = Proposal.everywhere.select_for_update().filter(id__in=(proposal.id, replacement.id)).order_by("id")
    now = {each.id: each for each in pair}  # both, in one order: two that replace each other at once are not both gone
    held, replacement = locked(proposal, "submitted", "approved"), now[replacement.id]
    if not is_author(by, held):
        raise RefusedInput("A proposal is replaced by its author.", where=held.code, found=by.name)
    fits = replacement.owner_id == held.owner_id and replacement.commissioner_id == held.commissioner_id
    if replacement.id == held.id or not fits or replacement.state not in ("submitted", "approved"):
        raise RefusedInput(
            "It is replaced by another of the same owner that is submitted or approved.",
            where=held.code,
            found=replacement.code,
        )
    if held.state == "submitted":
        ClockEvent.objects.create(
            proposal=held, event="withdrawn_by_author", happened_on=day_of(at), by_id=by.person_id, at=at
        )
        close_late(held, at=at)
    held.state, held.replaced_by, held.changed_at = (
        moved(MOVES, held.state, "supersede", what="proposal"),
        replacement,
        at,
    )
    held.save(update_fields=["state", "replaced_by", "changed_at"])
    undo(held, by=by, at=at)
    told(held, "supersede_proposal", by=by, at=at, by_code=replacement.code)
    tell(
        handlers_of(held, at), held, subject=f"{held.code} is replaced", key="superseded", at=at,
        body=f"{held.owner.name} replaced {held.title} by another. Its page says by which, to whoever may see that one.",
    )  # fmt: skip
    return held


def _require(words: str, held: Proposal) -> None:
    if not words.strip():
        raise RefusedInput("This needs its reason.", where=held.code)
