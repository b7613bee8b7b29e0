"""The only writes: milestones added, changed with the reason for every slippage, moved; and the day a service changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from pbc.errors import RefusedInput
from pbc.reference.case_events import CHANGED
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.models import Person
from pbc_web.business_cases.actions.taking import locked, told
from pbc_web.business_cases.models import ClockEvent, Proposal
from pbc_web.business_cases.telling import authors_of, handlers_of, tell
from pbc_web.mobilisation.models import Milestone, MilestoneVersion
from pbc_web.mobilisation.queries import changes_recorded, keeps, may_own
from pbc_web.mobilisation.states import MOVES, NEEDS_REASON, STATES
from pbc_web.shell.clock import day_of
from pbc_web.shell.moves import moved
from pbc_web.shell.words import day


@dataclass(frozen=True)
class Planned:
    """What a milestone is: its title, whose it is, by when, which other it waits for, and what could go wrong."""

    title: str
    owner: Person
    due_on: date
    depends_on: Milestone | None = None
    risk: str = "low"
    risk_words: str = ""


@transaction.atomic
def add_milestone(proposal: Proposal, planned: Planned, *, by: Actor, at: datetime) -> Milestone:
    """Add a milestone to an approved case."""
    held = _held(proposal, by)
    _require_fit(held, planned, at=at)
    last = held.milestones.order_by("-number").first()
    row = Milestone(proposal=held, number=last.number + 1 if last else 1, **vars(planned))
    return _saved(row, "add_milestone", before=None, reason="", by=by, at=at)


@transaction.atomic
def change_milestone(
    milestone: Milestone, planned: Planned, *, reason: str, version: int, by: Actor, at: datetime
) -> Milestone:
    """Change an open milestone; whoever moves its day says why, and every earlier day stays on record."""
    held = _held(milestone.proposal, by)
    row = _current(milestone, version)
    if row.state != "open":
        raise RefusedInput("Only an open milestone is changed.", found=STATES[row.state], remedy="Open it again first.")
    before = row.due_on
    if planned.due_on != before and not reason.strip():
        raise RefusedInput("Whoever moves the day of a milestone says why.", where=row.title, found="no reason")
    _require_fit(held, planned, at=at, due_before=before)
    _require_no_circle(row, planned.depends_on)
    owner_before = row.owner_id
    for name, value in vars(planned).items():
        setattr(row, name, value)
    saved = _saved(row, "change_milestone", before=owner_before, reason=reason, by=by, at=at)
    if saved.due_on != before:
        _tell_others(
            held, by, key=f"milestone-{row.id}-{row.version}", at=at, subject=f"{held.code}: {row.title} moved to {day(row.due_on)}",
            body=f"{row.title} was due on {day(before)} and is due on {day(row.due_on)} now. {reason}",
        )  # fmt: skip
    return saved


@transaction.atomic
def move_milestone(milestone: Milestone, move: str, *, reason: str, version: int, by: Actor, at: datetime) -> Milestone:
    """Mark a milestone as done, drop it, or open it again; one that waits for another is done after that."""
    _held(milestone.proposal, by)
    row = _current(milestone, version)
    row.state = moved(MOVES, row.state, move, what="milestone")
    if move in NEEDS_REASON and not reason.strip():
        raise RefusedInput("This needs its reason.", where=row.title)
    if move == "finish" and row.depends_on and row.depends_on.state == "open":
        raise RefusedInput(
            "It waits for another that is not done.", where=row.title, found=row.depends_on.title,
            remedy="Mark that one as done or drop it first, or change what this one waits for.",
        )  # fmt: skip
    done = row.dependents.filter(state="done").first()
    if move == "reopen" and done is not None:
        raise RefusedInput(
            "Another that waits for it is done.", where=row.title, found=done.title, remedy="Open that one again first."
        )
    return _saved(row, f"{move}_milestone", before=row.owner_id, reason=reason, by=by, at=at)


@transaction.atomic
def record_service_change(
    proposal: Proposal, happened_on: date, *, over: int, by: Actor, at: datetime, reason: str = ""
) -> ClockEvent:
    """Record the day a service changed, or correct it with the reason; `over` is the id of what was recorded last, 0 where
    nothing was. The same day recorded again stands once."""
    held = _held(proposal, by)
    recorded = changes_recorded(held)
    last = recorded[-1] if recorded else None
    if last is not None and last.happened_on == happened_on:
        return last
    _require_day(held, happened_on, at)
    if (last.id if last else 0) != over:
        raise RefusedInput(
            "Somebody else recorded it meanwhile.", where=held.code, found=day(last.happened_on if last else None),
            remedy="Open the page again.",
        )  # fmt: skip
    if last is not None and not reason.strip():
        raise RefusedInput("Whoever corrects the day says why.", where=held.code)
    made = ClockEvent.objects.create(
        proposal=held, event=CHANGED, happened_on=happened_on, reason=reason, by_id=by.person_id, at=at
    )
    told(held, "correct_service_change" if last else "record_service_change", by=by, at=at, day=happened_on.isoformat())
    _tell_others(
        held, by, key=f"changed-{made.id}", at=at, subject=f"{held.code}: the service changed on {day(happened_on)}",
        body=f"{held.title}: its service changed on {day(happened_on)}. {reason}".strip(),
    )  # fmt: skip
    return made


def require_not_begun(proposal: Proposal, *, by: Actor, at: datetime) -> None:
    """Refuse that a case lapses of which a milestone is done, in the transaction in which it would."""
    done = Milestone.objects.filter(proposal=proposal, state="done").first() if proposal.state == "lapsed" else None
    if done is not None:
        raise RefusedInput(
            "A milestone is done: what was begun does not lapse.", where=proposal.code, found=done.title,
            remedy="Open the milestone again if it is not done, or have its author replace the case by another.",
        )  # fmt: skip


def require_keeper(by: Actor, proposal: Proposal) -> None:
    """Refuse whoever does not keep a case's milestones, its day of change and its benefit."""
    if not keeps(by, proposal):
        raise RefusedInput(
            "This is kept by the case's authors and by whoever handles the commissioner's proposals.", where=proposal.code,
            found=by.name,
        )  # fmt: skip


def _held(proposal: Proposal, by: Actor) -> Proposal:
    held = locked(proposal, "approved")
    if held.kind != "case":
        raise RefusedInput("Milestones and a change of service belong to a business case.", where=held.code)
    require_keeper(by, held)
    return held


def _current(milestone: Milestone, version: int) -> Milestone:
    row = Milestone.objects.select_for_update().get(id=milestone.id)
    if row.version != version:
        raise RefusedInput(
            "Somebody else changed this milestone meanwhile.", where=row.title, remedy="Open the page again."
        )
    return row


def _require_fit(held: Proposal, planned: Planned, *, at: datetime, due_before: date | None = None) -> None:
    if planned.owner not in may_own(held, on=day_of(at)):
        raise RefusedInput(
            "A milestone belongs to somebody of the case's owner or of its commissioner.", where=planned.title, found=planned.owner.name,
            expected=f"somebody of {held.owner.name} or {held.commissioner.name}",
        )  # fmt: skip
    if planned.due_on != due_before and planned.due_on < day_of(at):
        raise RefusedInput(
            "That day is over.", where=planned.title, found=day(planned.due_on), expected=f"{day(at)} or later"
        )
    if planned.depends_on is not None and planned.depends_on.proposal_id != held.id:
        raise RefusedInput("A milestone waits for another of the same case.", where=planned.title)


def _require_no_circle(row: Milestone, waits_for: Milestone | None) -> None:
    steps = dict(Milestone.objects.filter(proposal=row.proposal_id).values_list("id", "depends_on"))
    at = waits_for.id if waits_for else None
    while at is not None:
        if at == row.id:
            raise RefusedInput("These would wait for each other.", where=row.title, found=str(waits_for))
        at = steps[at]


def _require_day(held: Proposal, happened_on: date, at: datetime) -> None:
    if not held.decided_on <= happened_on <= day_of(at):
        raise RefusedInput(
            "A service changes after its approval, and is recorded once it has.", where=held.code, found=day(happened_on),
            expected=f"a day from {day(held.decided_on)} to {day(at)}",
        )  # fmt: skip


def _saved(row: Milestone, verb: str, *, before: int | None, reason: str, by: Actor, at: datetime) -> Milestone:
    """The row with its next version and its entry in the trail; a new owner is told."""
    is_new, proposal = row.pk is None, row.proposal
    row.version = 1 if is_new else row.version + 1
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as refusal:
        raise RefusedInput("A milestone of this title is there already.", where=row.title) from refusal
    MilestoneVersion.objects.create(
        milestone=row, number=row.version, title=row.title, owner=row.owner, due_on=row.due_on, depends_on=row.depends_on,
        risk=row.risk, risk_words=row.risk_words, state=row.state, reason=reason, by_id=by.person_id, at=at,
    )  # fmt: skip
    told(proposal, verb, by=by, at=at, number=row.number, due=row.due_on.isoformat())
    if row.owner_id not in (before, by.person_id):
        tell(
            [row.owner], proposal, subject=f"{proposal.code}: {row.title} is yours, due {day(row.due_on)}", at=at,
            body=f"{by.name} made you the owner of a milestone of {proposal.title}: {row.title}, due {day(row.due_on)}.",
            key=f"milestone-{row.id}-owner-{row.version}",
        )  # fmt: skip
    return row


def _tell_others(held: Proposal, by: Actor, *, subject: str, body: str, key: str, at: datetime) -> None:
    people = (each for each in (*authors_of(held), *handlers_of(held, at)) if each.id != by.person_id)
    tell(people, held, subject=subject, body=body, key=key, at=at)
