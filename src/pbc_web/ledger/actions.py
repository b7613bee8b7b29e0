"""The only writes: a difference given an owner, moved to a state with its reason, answered in words by either side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from pbc.errors import RefusedInput
from pbc.reports.reconciliation_tables import Difference as Stands
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.models import Person
from pbc_web.accounts.roles import Duty
from pbc_web.audit.actions import record
from pbc_web.ledger.models import Difference, DifferenceEvent
from pbc_web.ledger.states import MOVES
from pbc_web.notices.queries import people_with
from pbc_web.organisations.models import Organisation
from pbc_web.shell.clock import day_of
from pbc_web.shell.moves import moved


@dataclass(frozen=True)
class Sides:
    """Who pays and who charged: `hospital` is None where the ledger names none, or the register does not know it."""

    commissioner: Organisation
    hospital: Organisation | None


@transaction.atomic
def give_owner(
    stands: Stands, sides: Sides, *, owner: Person, due_on: date, version: int, by: Actor, at: datetime
) -> Difference:
    """Give a difference an owner and the day by which it is to be settled; given again, the new one takes over."""
    _require_commissioner(by, sides)
    today = day_of(at)
    if due_on < today:
        raise RefusedInput("The day to settle it by is over.", found=due_on.isoformat(), expected="today or later")
    people = people_with(Duty.RECONCILE, organisations=[sides.commissioner], on=today)
    if owner not in people:
        raise RefusedInput(
            "Whoever owns a difference checks invoices for the commissioner.", found=owner.name,
            expected=", ".join(each.name for each in people),
        )  # fmt: skip
    held = _locked(stands, sides, version)
    held.owner, held.due_on = owner, due_on
    return _done(held, stands, "own", to=owner, by=by, at=at)


@transaction.atomic
def move_difference(
    stands: Stands, sides: Sides, *, move: str, reason: str, version: int, by: Actor, at: datetime
) -> Difference:
    """Agree, dispute, settle or open a difference again, each with its reason; what it amounts to now is kept with it."""
    _require_commissioner(by, sides)
    held = _locked(stands, sides, version)
    held.state, held.reason = moved(MOVES, held.state, move, what="difference"), reason
    held.amount_pence, held.set_name = stands.amount_pence, stands.set_name
    return _done(held, stands, move, words=reason, by=by, at=at)


@transaction.atomic
def write_words(stands: Stands, sides: Sides, *, words: str, by: Actor, at: datetime) -> Difference:
    """Say something about a difference, for either side; the same words sent twice by the same person stand once."""
    is_hospital = sides.hospital is not None and by.organisation.id == sides.hospital.id
    if not (is_hospital and by.may(Duty.ANSWER_DIFFERENCES)):
        _require_commissioner(by, sides)
    held = _locked(stands, sides, None)
    last = held.events.order_by("-at", "-id").first()
    if last is not None and (last.kind, last.words, last.by_id) == ("write", words, by.person_id):
        return held
    return _done(held, stands, "write", words=words, side="hospital" if is_hospital else "commissioner", by=by, at=at)


def _require_commissioner(by: Actor, sides: Sides) -> None:
    if not by.may(Duty.RECONCILE) or sides.commissioner.id not in by.reach.detail:
        raise RefusedInput(
            "This difference belongs to those who check invoices for its commissioner.",
            expected=sides.commissioner.name,
        )


def _locked(stands: Stands, sides: Sides, version: int | None) -> Difference:
    """The row of a difference, made when first taken up; refused where it changed since the version somebody saw."""
    row, _ = Difference.everywhere.get_or_create(
        difference_id=stands.difference_id,
        defaults={
            "commissioner": sides.commissioner, "provider": sides.hospital, "provider_code": stands.provider_code,
            "financial_year": stands.difference_id.partition(".")[0], "step": stands.step, "amount_pence": stands.amount_pence,
            "set_name": stands.set_name,
        },
    )  # fmt: skip
    held = Difference.everywhere.select_for_update().get(id=row.id)
    if version is not None and held.version != version:
        raise RefusedInput(
            "Somebody else changed this difference meanwhile.", where=stands.title,
            remedy="Open the page again and see what was done.",
        )  # fmt: skip
    return held


def _done(
    held: Difference,
    stands: Stands,
    kind: str,
    *,
    by: Actor,
    at: datetime,
    words: str = "",
    side: str = "commissioner",
    to: Person | None = None,
) -> Difference:
    held.version += 1
    held.save()
    DifferenceEvent.objects.create(
        difference=held, kind=kind, words=words, side=side, by_id=by.person_id, role=by.role.title, to=to,
        amount_pence=stands.amount_pence, at=at,
    )  # fmt: skip
    told = {"difference": stands.title, "hospital": held.provider_code, "year": held.financial_year}
    told |= {"owner": str(to.number)} if to else {}
    record(by=by, verb=f"{kind}_difference", about=("difference", held.difference_id), at=at, told=told)
    return held
