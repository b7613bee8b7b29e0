"""Money of approved uses: promised in the moment of approval, spent in parts, set free when it is not needed or not to be."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from pbc.errors import RefusedInput
from pbc.money import pounds_and_pence
from pbc_web.accounts.actor import Actor
from pbc_web.audit.actions import record
from pbc_web.business_cases.actions.taking import require_not_kept_away
from pbc_web.business_cases.models import Decision, Proposal
from pbc_web.reinvestment.models import Carried, UseMove, UseOfPot
from pbc_web.reinvestment.permissions import may_record_spending
from pbc_web.reinvestment.rules import meant_until
from pbc_web.shell.clock import day_of
from pbc_web.shell.words import day
from pbc_web.statements.actions.reserves import reserve, set_free, spend_reserved
from pbc_web.statements.actions.year_ends import require_at_most
from pbc_web.statements.models import Pot, PotMove


def promise_if_approved(decision: Decision, *, by: Actor, at: datetime) -> None:
    """Promise the money of an approved use, in the transaction of its decision: refused, nothing is decided."""
    if decision.outcome == "approved" and decision.proposal.kind == "use_of_pot":
        use = UseOfPot.everywhere.filter(proposal=decision.proposal).first()
        if use is None:
            raise RefusedInput("This does not say which pot it is paid from.", where=decision.proposal.code)
        promise(use, by=by, at=at)


@transaction.atomic
def promise(use: UseOfPot, *, by: Actor, at: datetime) -> UseOfPot:
    """Promise a use all it asks for: once, within what is confirmed of its pot, and in the time the pot is spent in."""
    held = _locked(use)
    _require_in_time(held.pot, day_of(at))
    if held.reserved_pence:
        raise RefusedInput("The money of this use was promised before.", where=held.proposal.code)
    move = reserve(held.pot, amount_pence=held.pence, reason=f"Approved: {held.proposal.code}", by=by, at=at)
    return _counted(held, move, "", reserved_pence=held.pence)


@transaction.atomic
def record_spending(
    use: UseOfPot, *, amount_pence: int, words: str, by: Actor, at: datetime, left_pence: int | None = None
) -> UseOfPot:
    """Record a part of what is promised to a use as spent, as far as the pot's money is available; refused where no longer
    `left_pence` are left, as whoever records it saw."""
    held = _locked(use)
    _require_own(by, held.pot)
    require_not_kept_away(by.person_id, held.proposal)
    if held.proposal.state != "approved":
        raise RefusedInput(
            "Money is spent on approved uses alone.", where=held.proposal.code, found=held.proposal.get_state_display()
        )
    if left_pence not in (None, held.left_pence):
        raise RefusedInput(
            "Something was recorded of this use meanwhile.", where=held.proposal.code, found=f"{pounds_and_pence(held.left_pence)} left",
            expected=f"{pounds_and_pence(left_pence or 0)} left", remedy="Open its page again, and see whether this is recorded already.",
        )  # fmt: skip
    require_at_most(held.pot, amount_pence, held.left_pence, "is promised to this use and not yet spent")
    move = spend_reserved(held.pot, amount_pence=amount_pence, reason=held.proposal.code, by=by, at=at)
    return _counted(held, move, words, spent_pence=amount_pence)


@transaction.atomic
def finish(use: UseOfPot, *, words: str, by: Actor, at: datetime) -> UseOfPot:
    """Say that no more is spent on a use: what is left goes back to the pot."""
    held = _locked(use)
    _require_own(by, held.pot)
    require_not_kept_away(by.person_id, held.proposal)
    if not held.left_pence:
        raise RefusedInput("Nothing is left of what was promised to this use.", where=held.proposal.code)
    return _freed(held, words, by=by, at=at)


def free_if_ended(proposal: Proposal, *, by: Actor, at: datetime) -> None:
    """Set free what is left of a use that lapsed or was replaced, in the transaction in which that happens; of which a part is spent,
    it was begun and does not lapse."""
    found = UseOfPot.everywhere.filter(proposal=proposal).first()
    if found is None:
        return
    with transaction.atomic():
        held = _locked(found)
        if proposal.state == "lapsed" and held.spent_pence:
            raise RefusedInput(
                "Money of this use is spent: what was begun does not lapse.", where=proposal.code, found=pounds_and_pence(held.spent_pence),
                remedy="Say that no more is spent on it: what is left goes back to the pot, and the use stays approved.",
            )  # fmt: skip
        if held.left_pence:
            _freed(held, proposal.get_state_display(), by=by, at=at)


@transaction.atomic
def agree_to_carry(pot: Pot, *, words: str, by: Actor, at: datetime) -> Carried:
    """Agree that what is left of a pot is spent in the year after the one it was meant for; once."""
    held, on = (
        Pot.everywhere.select_for_update(of=("self",)).select_related("unit", "commissioner").get(id=pot.id),
        day_of(at),
    )
    _require_own(by, held)
    left = held.declared_pence - held.spent_pence
    if on > held.spend_due_on or not left:
        raise RefusedInput(
            "There is nothing to carry on, or no year to carry it into.", where=str(held), found=day(on),
            expected=f"money not spent, by {day(held.spend_due_on)}",
        )  # fmt: skip
    made, is_new = Carried.objects.get_or_create(
        pot=held,
        defaults={"amount_pence": left, "until": held.spend_due_on, "words": words, "by_id": by.person_id, "at": at},
    )
    if not is_new:
        raise RefusedInput("This pot was carried on before.", where=str(held), found=day(made.at))
    told = {
        "unit": held.unit.name,
        "year": held.financial_year,
        "amount": pounds_and_pence(left),
        "until": held.spend_due_on.isoformat(),
    }
    record(by=by, verb="carry_pot", about=("pot", held.id), at=at, told=told)
    return made


def _freed(held: UseOfPot, words: str, *, by: Actor, at: datetime) -> UseOfPot:
    left = held.left_pence
    move = set_free(held.pot, amount_pence=left, reason=held.proposal.code, by=by, at=at)
    return _counted(held, move, words, freed_pence=left)


def _locked(use: UseOfPot) -> UseOfPot:
    found = UseOfPot.everywhere.select_for_update(of=("self",)).select_related(
        "proposal", "pot__unit", "pot__commissioner"
    )
    return found.get(id=use.id)


def _counted(held: UseOfPot, move: PotMove, words: str, **added: int) -> UseOfPot:
    """Count what a move of the pot did for the use, and keep what was said of it, in the same transaction."""
    UseOfPot.everywhere.filter(id=held.id).update(**{name: F(name) + pence for name, pence in added.items()})
    UseMove.objects.create(use=held, move=move, words=words)
    held.refresh_from_db()
    return held


def _require_own(by: Actor, pot: Pot) -> None:
    if not may_record_spending(by) or by.organisation.id != pot.commissioner_id:
        raise RefusedInput(
            "This is recorded by those who close the commissioner's year.", where=str(pot), found=by.organisation_name
        )


def _require_in_time(pot: Pot, on: date) -> None:
    """Refuse to promise money after the year it was meant for, unless it was carried on; and after that year too."""
    meant = meant_until(pot)
    if on > pot.spend_due_on or (on > meant and not Carried.objects.filter(pot=pot).exists()):
        raise RefusedInput(
            "The time in which this pot is spent is over.", where=str(pot), found=day(on),
            expected=f"by {day(meant)}, or by {day(pot.spend_due_on)} where the commissioner agreed to carry it on",
            remedy="Ask the commissioner's finance manager to carry on what is left.",
        )  # fmt: skip
