"""Deciding at a meeting: proposals set on its agenda, votes, the result declared by the chair; and the chair's action where none falls."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.actions.deciding import Verdict, take_decision
from pbc_web.business_cases.actions.looking import after_looking
from pbc_web.business_cases.actions.taking import locked, require_fair, require_handler, told
from pbc_web.business_cases.actions.voting import require_carried
from pbc_web.business_cases.models import AgendaItem, Decision, Proposal, Recommendation, Vote
from pbc_web.business_cases.models.meetings import VOTES
from pbc_web.business_cases.permissions import may_decide_proposals
from pbc_web.business_cases.queries.meetings import (
    decider_of,
    items_of,
    meeting_in_time,
    meetings_for,
    member_at,
    panels_for,
)
from pbc_web.business_cases.telling import authors_of, tell
from pbc_web.panels.models import Meeting
from pbc_web.panels.queries import chair_of, members_on, panel_of
from pbc_web.shell.clock import day_of
from pbc_web.shell.words import day

CHANGES = {"move": "has moved", "cancel": "is cancelled", "undo": "is held after all"}


def _seated(held: Proposal, at: datetime) -> tuple[int, ...]:
    """The members of the panel that would stand in: they are held against the register too."""
    panel = panel_of(held.commissioner, day_of(at))
    if panel is None or panel.alternate is None:
        return ()
    return tuple(members_on(panel.alternate, day_of(at)).values_list("person_id", flat=True))


@after_looking(also=_seated)
def put_on_agenda(proposal: Proposal, *, meeting: Meeting, by: Actor, at: datetime) -> AgendaItem:
    """Set a proposal before a meeting that still takes papers: of the commissioner's panel, or, where too few of that may take
    part, of the neighbour's that is named to stand in. From a meeting at which nobody has voted on it yet it is moved."""
    held, today = locked(proposal, "submitted"), day_of(at)
    require_handler(by, held)
    require_fair(by, held)
    able = panels_for(held, today)
    if meeting not in meetings_for(held, today):
        raise RefusedInput(
            "It cannot be set before this meeting.", where=held.code, found=" ".join(each.why_not for each in able if not each.can_decide),
            expected="a meeting that still takes papers, of a panel that can decide on it",
        )  # fmt: skip
    why = able[0].why_not if meeting.panel_id != able[0].panel.id else ""
    try:
        with transaction.atomic():
            made = AgendaItem.objects.create(
                proposal=held, meeting=meeting, by_id=by.person_id, at=at, why_alternate=why
            )
    except IntegrityError as refusal:
        raise RefusedInput("It stands on this agenda already.", where=held.code) from refusal
    moved = items_of(held).filter(votes__isnull=True).exclude(id=made.id)
    from_days = [day(each.meeting.meets_on) for each in moved]
    AgendaItem.objects.filter(id__in=[each.id for each in moved]).update(taken_off_at=at)
    told(held, "put_on_agenda", by=by, at=at, on=meeting.meets_on.isoformat(), panel=str(meeting.panel))
    people = [each.person for each in members_on(meeting.panel, meeting.meets_on)]
    gone = f" It is taken off the meeting of {' and '.join(from_days)}." if from_days else ""
    tell(
        [*authors_of(held), *people], held, subject=f"{held.code} is put before the meeting of {day(meeting.meets_on)}",
        key=f"agenda-{made.id}", at=at,
        body=f"{held.title}, of {held.owner.name}, is set before {meeting.panel.name} on {day(meeting.meets_on)}.{gone} {why}".strip(),
    )  # fmt: skip
    return made


@transaction.atomic
def take_off_agenda(item: AgendaItem, *, by: Actor, at: datetime) -> AgendaItem:
    """Take a proposal off an agenda on which nobody has voted."""
    held = locked(item.proposal, "submitted")
    require_handler(by, held)
    require_fair(by, held)
    found = AgendaItem.objects.select_for_update().select_related("meeting").get(id=item.id)
    if found.taken_off_at is not None or found.votes.exists():
        raise RefusedInput("It was taken off already, or somebody has voted.", where=held.code)
    found.taken_off_at = at
    found.save(update_fields=["taken_off_at"])
    told(held, "take_off_agenda", by=by, at=at, on=found.meeting.meets_on.isoformat())
    return found


@after_looking()
def vote(item: AgendaItem, *, says: str, by: Actor, at: datetime) -> Vote:
    """Vote on a proposal, as a member with a vote, on the day of the meeting or after it: once."""
    held, item = locked(item.proposal, "submitted"), _standing(item)
    member = member_at(by, item.meeting)
    if item.taken_off_at is not None or member is None or not member.is_voting or not may_decide_proposals(by):
        raise RefusedInput(
            "Members of the panel with a vote decide on what stands on its agenda.", where=held.code, found=by.name
        )
    if item.meeting.state == "cancelled" or day_of(at) < item.meeting.meets_on:
        raise RefusedInput(
            "The meeting is still to come, or is cancelled.", where=held.code, found=day(item.meeting.meets_on)
        )
    if item.recommendation is not None and item.recommendation.state == "waiting":
        raise RefusedInput("The chair has declared what the meeting decided.", where=held.code)
    if says not in VOTES:
        raise RefusedInput("There is no such vote.", where=held.code, found=says, expected=" or ".join(VOTES))
    require_fair(by, held)
    try:
        with transaction.atomic():
            made = Vote.objects.create(item=item, proposal=held, person_id=by.person_id, says=says, at=at)
    except IntegrityError as refusal:
        raise RefusedInput("You have voted already.", where=held.code) from refusal
    told(held, "vote_on_proposal", by=by, at=at)
    return made


def _standing(item: AgendaItem) -> AgendaItem:
    """The item and its meeting as they stand now that the proposal is held."""
    return AgendaItem.objects.select_related("meeting__panel", "proposal", "recommendation").get(id=item.id)


def follow_meeting(meeting: Meeting, move: str, becomes: str, *, at: datetime) -> None:
    """Refuse to move or cancel a meeting on which votes are cast, and tell the authors and the members of what waits before it,
    proposal by proposal, in the transaction of the change."""
    items = AgendaItem.objects.filter(meeting=meeting, taken_off_at__isnull=True)
    there = Proposal.everywhere.select_for_update().filter(id__in=items.values("proposal")).order_by("id")
    waiting = [each for each in there if each.state == "submitted"]  # held: nobody votes on any of them meanwhile
    if move in ("move", "cancel") and Vote.objects.filter(item__meeting=meeting).exists():
        raise RefusedInput(
            "Votes are cast at this meeting: it was held on its day.", where=meeting.panel.name, found=day(meeting.meets_on),
            remedy="Record who attended it, and have the chair declare what it decided.",
        )  # fmt: skip
    members = [each.person for each in members_on(meeting.panel, meeting.meets_on)]
    on = day(meeting.meets_on)
    for each in waiting:
        tell(
            [*authors_of(each), *members], each, subject=f"{each.code}: its meeting of {on} {CHANGES[move]}", at=at,
            body=f"The meeting of {meeting.panel.name} on {on}, before which {each.title} stands, {becomes}.",
            key=f"meeting-{meeting.id}-{move}-{at.isoformat()}",
        )  # fmt: skip


@after_looking()
def decide_at_meeting(item: AgendaItem, verdict: Verdict, *, by: Actor, at: datetime) -> Decision | Recommendation:
    """Declare as the chair what a meeting decided, with its reasons: by the votes of a quorum that was there and may take part."""
    held, item = locked(item.proposal, "submitted"), _standing(item)
    member = member_at(by, item.meeting)
    if item.taken_off_at is not None or member is None or not member.is_chair:
        raise RefusedInput("The chair of the panel declares what its meeting decided.", where=held.code, found=by.name)
    require_carried(item, verdict.outcome, held)
    made = take_decision(held, verdict, how="committee", by=by, at=at)
    AgendaItem.objects.filter(id=item.id).update(
        **{"decision" if isinstance(made, Decision) else "recommendation": made}
    )
    return made


@after_looking()
def act_as_chair(proposal: Proposal, verdict: Verdict, *, by: Actor, at: datetime) -> Decision | Recommendation:
    """Decide as the chair alone, where no meeting falls inside the proposal's clock."""
    held = locked(proposal, "submitted")
    panel = panel_of(held.commissioner, day_of(at))
    chair = chair_of(panel, day_of(at)) if panel else None
    if chair is None or chair.person_id != by.person_id or by.organisation.id != held.commissioner_id:
        raise RefusedInput("Only the chair of the commissioner's panel acts alone.", where=held.code, found=by.name)
    if decider_of(held) != "chairs_action":
        found = meeting_in_time(held)
        raise RefusedInput(
            "The chair acts alone only where no meeting falls inside the clock of what the committee decides.", where=held.code,
            found=f"a meeting on {day(found.meets_on)}" if found.meets_on else f"the {held.route} route",
        )  # fmt: skip
    return take_decision(held, verdict, how="chairs_action", by=by, at=at)
