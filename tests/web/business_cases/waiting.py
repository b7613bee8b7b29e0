"""Proposals that wait for a decision, and people who may decide on them."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tests.web.business_cases.matrix import draft_of

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.models import Person
from pbc_web.business_cases.actions import recusing
from pbc_web.business_cases.actions.deciding import Verdict
from pbc_web.business_cases.models import ClockEvent, Proposal
from pbc_web.runs.case_readings import due_on_of

SUBMITTED = date(2009, 6, 1)
YES = Verdict("approved", "It meets a need.")
NO = Verdict("refused", "It costs too much.", would_resolve="A cheaper scanner.")


def at(day: date) -> datetime:
    """Nine in the morning of a day."""
    return datetime.combine(day, time(9), tzinfo=UTC)


def on_day(number: int, since: date = SUBMITTED) -> datetime:
    """Nine in the morning of a day of the clock."""
    return at(since + timedelta(days=number))


def submitted(
    place: Any, *, owner: Actor | None = None, title: str = "Heart clinic in practices", on: date = SUBMITTED, route: str = "light",
    pence: int = 4_000_000, **more: Any,
) -> Proposal:  # fmt: skip
    """A proposal of a practice that waits since a day, found by the register as submission finds it."""
    author = owner or place.actor("practice_manager")
    made = draft_of(author, place["ZPA"], title=title, **more)
    made.state, made.route, made.yearly_pence = "submitted", route, pence
    made.submitted_by_id, made.submitted_at, made.first_submitted_on, made.due_on = (
        author.person_id, at(on), on, due_on_of(on),
    )  # fmt: skip
    made.save()
    ClockEvent.objects.create(proposal=made, event="submitted", happened_on=on, by_id=author.person_id, at=at(on))
    recusing.find_conflicts(made, at=at(on))
    return made


def declared(proposal: Proposal, *actors: Actor) -> None:
    """Each says that they have nothing to declare."""
    for actor in actors:
        recusing.declare(proposal, says="nothing", by=actor, at=proposal.submitted_at)


def handler_of(place: Any, proposal: Proposal) -> Actor:
    """The commissioning manager, who has declared."""
    actor: Actor = place.actor("commissioning_manager")
    declared(proposal, actor)
    return actor


def person_of(actor: Actor) -> Person:
    return Person.objects.get(id=actor.person_id)
