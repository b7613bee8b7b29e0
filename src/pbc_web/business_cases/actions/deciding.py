"""Deciding, once: by a delegated officer or by the chair's action; above the threshold a second person confirms an approval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.roles import Duty
from pbc_web.business_cases.actions.looking import after_looking
from pbc_web.business_cases.actions.taking import locked, require_fair, require_fair_person, require_handler, told
from pbc_web.business_cases.actions.voting import require_carried
from pbc_web.business_cases.deciding import carry_out
from pbc_web.business_cases.models import AgendaItem, ClockEvent, Condition, Decision, Proposal, Recommendation
from pbc_web.business_cases.permissions import may_decide_proposals
from pbc_web.business_cases.queries.meetings import decider_of, items_of, organisations_deciding
from pbc_web.business_cases.rules import rules_of
from pbc_web.business_cases.states import MOVES
from pbc_web.business_cases.telling import authors_of, handlers_of, tell
from pbc_web.business_cases.watching import close_late
from pbc_web.notices.queries import people_with
from pbc_web.panels.queries import members_on
from pbc_web.shell.clock import day_of
from pbc_web.shell.moves import moved
from pbc_web.shell.words import day

MOVE_OF = {"approved": "approve", "refused": "refuse"}


@dataclass(frozen=True)
class Verdict:
    """What is decided and why; of a refusal what would resolve its reasons, of an approval its conditions with their due days."""

    outcome: str
    reasons: str
    would_resolve: str = ""
    conditions: tuple[tuple[str, date], ...] = ()


@after_looking()
def decide_as_officer(proposal: Proposal, verdict: Verdict, *, by: Actor, at: datetime) -> Decision | Recommendation:
    """Decide a proposal whose route leaves it to a delegated officer: one who handles it, is no author and not kept away."""
    held = locked(proposal, "submitted")
    require_handler(by, held)
    if decider_of(held) != "delegated_officer":
        raise RefusedInput(
            "This is decided by the committee.", where=held.code, found=f"the {held.route} route", expected="the light route",
            remedy="Put it on the agenda of a meeting inside the clock.",
        )  # fmt: skip
    return take_decision(held, verdict, how="officer", by=by, at=at)


@after_looking()
def confirm(recommendation: Recommendation, *, by: Actor, at: datetime) -> Decision:
    """Approve as the second person what another recommends; then it is decided."""
    held = locked(recommendation.proposal, "submitted")
    found = _waiting(recommendation, held, by)
    require_fair(by, held)
    require_fair_person(found.by_id, held)
    item = AgendaItem.objects.filter(recommendation=found).select_related("meeting__panel").first()
    if item is not None:  # somebody may have been kept away since the chair declared it
        require_carried(item, "approved", held)
    found.state, found.judged_by_id, found.judged_at = "confirmed", by.person_id, at
    found.save(update_fields=["state", "judged_by", "judged_at"])
    conditions = tuple((words, date.fromisoformat(due)) for words, due in found.conditions)
    verdict = Verdict("approved", found.reasons, conditions=conditions)
    made = _decide(held, verdict, how=found.how, decided_by=found.by_id, seconded_by=by.person_id, by=by, at=at)
    AgendaItem.objects.filter(recommendation=found).update(decision=made)
    return made


@transaction.atomic
def turn_down(recommendation: Recommendation, *, words: str, by: Actor, at: datetime) -> Recommendation:
    """Do not confirm, and say why: nothing is decided, and the clock runs on."""
    held = locked(recommendation.proposal, "submitted")
    found = _waiting(recommendation, held, by)
    _require_words(words, held)
    found.state, found.judged_by_id, found.judged_at, found.words = "turned_down", by.person_id, at, words
    found.save(update_fields=["state", "judged_by", "judged_at", "words"])
    told(held, "turn_down_recommendation", by=by, at=at)
    tell(
        handlers_of(held, at), held, subject=f"{held.code}: not confirmed by a second person", key=f"second-{found.id}-down",
        body=f"{held.title} was not confirmed: {words} Nothing is decided; it is due on {day(held.due_on)}.", at=at,
    )  # fmt: skip
    return found


def take_decision(held: Proposal, verdict: Verdict, *, how: str, by: Actor, at: datetime) -> Decision | Recommendation:
    """Decide a proposal that is locked, by whoever the route entitles; or recommend it where an approval needs a second person."""
    require_fair(by, held)
    _require_whole(verdict, held, at)
    if verdict.outcome == "approved" and rules_of(held.commissioner, on=day_of(at)).needs_second(held):
        return _recommend(held, verdict, how=how, by=by, at=at)
    return _decide(held, verdict, how=how, decided_by=by.person_id, seconded_by=None, by=by, at=at)


def _decide(
    held: Proposal, verdict: Verdict, *, how: str, decided_by: int, seconded_by: int | None, by: Actor, at: datetime
) -> Decision:
    """The decision with its event, conditions, trail and notices, and what other apps lent: all of it or nothing."""
    state, today = moved(MOVES, held.state, MOVE_OF[verdict.outcome], what="proposal"), day_of(at)
    changes: dict[str, Any] = {"state": state, "decided_on": today, "changed_at": at}
    if not Proposal.everywhere.filter(id=held.id, state="submitted").update(**changes):
        raise RefusedInput("It was decided in the meantime.", where=held.code)
    try:
        with transaction.atomic():
            made = Decision.objects.create(
                proposal=held, outcome=verdict.outcome, how=how, reasons=verdict.reasons, would_resolve=verdict.would_resolve,
                decided_by_id=decided_by, seconded_by_id=seconded_by, decided_on=today, at=at,
            )  # fmt: skip
    except IntegrityError as refusal:
        raise RefusedInput("The database refuses this decision.", where=held.code, found=str(refusal)) from refusal
    held.state, held.decided_on, held.changed_at = state, today, at
    ClockEvent.objects.create(
        proposal=held, event=state, happened_on=today, reason=verdict.reasons, by_id=by.person_id, at=at
    )
    Condition.objects.bulk_create(
        Condition(decision=made, words=words, due_on=due) for words, due in verdict.conditions
    )
    held.recommendations.filter(state="waiting").update(state="turned_down", judged_at=at)
    carry_out(made, by=by, at=at)
    told(held, f"{MOVE_OF[state]}_proposal", by=by, at=at, how=made.get_how_display().lower())
    close_late(held, at=at)
    _tell_decided(made, held, at)
    return made


def _recommend(held: Proposal, verdict: Verdict, *, how: str, by: Actor, at: datetime) -> Recommendation:
    if held.recommendations.filter(state="waiting").exists():
        raise RefusedInput("It waits for a second person already.", where=held.code)
    made = Recommendation.objects.create(
        proposal=held, how=how, reasons=verdict.reasons, by_id=by.person_id, at=at,
        conditions=[(words, due.isoformat()) for words, due in verdict.conditions],
    )  # fmt: skip
    told(held, "recommend_proposal", by=by, at=at, how=made.get_how_display().lower())
    ask_second(held, at=at)
    return made


def ask_second(held: Proposal, *, at: datetime) -> None:
    """Tell whoever may confirm, each once, that a proposal waits for a second person where it does, but for whoever has yet to score it:
    the commissioner's committee, and of a neighbour before whose panel it stands those who vote there."""
    made = held.recommendations.filter(state="waiting").first()
    if made is None:
        return
    people = people_with(Duty.DECIDE_PROPOSALS, organisations=[held.commissioner], on=day_of(at))
    for item in items_of(held).exclude(meeting__panel__commissioner=held.commissioner):  # a neighbour's panel stands in
        people += [each.person for each in members_on(item.meeting.panel, day_of(at)).filter(is_voting=True)]
    later = {made.by_id, *held.reviews.filter(done_at__isnull=True).values_list("person_id", flat=True)}
    tell(
        (each for each in people if each.id not in later), held, subject=f"{held.code} waits for a second person",
        body=f"{held.title} is recommended for approval. By its value a second person approves, by {day(held.due_on)}.",
        key=f"second-{made.id}", at=at,
    )  # fmt: skip


def _waiting(recommendation: Recommendation, held: Proposal, by: Actor) -> Recommendation:
    found = Recommendation.objects.select_for_update().get(id=recommendation.id)
    if found.state != "waiting":
        raise RefusedInput("This was settled in the meantime.", where=held.code, found=found.get_state_display())
    if not may_decide_proposals(by) or by.organisation.id not in organisations_deciding(held):
        raise RefusedInput(
            "The second person is of the committee that decides.", where=held.code, found=by.organisation_name
        )
    if by.person_id == found.by_id:
        raise RefusedInput("One person does not recommend and confirm.", where=held.code)
    require_fair(by, held)
    return found


def _require_whole(verdict: Verdict, held: Proposal, at: datetime) -> None:
    _require_words(verdict.reasons, held)
    if verdict.outcome == "refused" and not verdict.would_resolve.strip():
        raise RefusedInput("A refusal says what would resolve its reasons.", where=held.code)
    if verdict.outcome == "refused" and verdict.conditions:
        raise RefusedInput("Only an approval has conditions.", where=held.code)
    if any(due < day_of(at) or not words.strip() for words, due in verdict.conditions):
        raise RefusedInput("A condition says what is to be done, and by a day still to come.", where=held.code)


def _require_words(words: str, held: Proposal) -> None:
    if not words.strip():
        raise RefusedInput("This needs its reasons.", where=held.code)


def _tell_decided(made: Decision, held: Proposal, at: datetime) -> None:
    said = f"{held.title}: {made.get_outcome_display().lower()}. {made.reasons}"
    resolve = (
        f" What would resolve it: {made.would_resolve} You can appeal to the region." if made.would_resolve else ""
    )
    conditions = "".join(f" By {day(each.due_on)}: {each.words}" for each in made.conditions.all())
    tell(
        [*authors_of(held), *handlers_of(held, at)], held, subject=f"{made.get_outcome_display()}: {held.code}",
        body=f"{said}{resolve}{conditions}", key="decided", at=at, link=f"/proposals/{held.code}/outcome/",
    )  # fmt: skip
