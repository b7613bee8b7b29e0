"""Year ends and pots: positions published, money declared, confirmed, made available and spent; never taken back unannounced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Sum

from pbc.errors import RefusedInput
from pbc.money import pounds_and_pence
from pbc_web.accounts.actor import Actor
from pbc_web.audit.actions import record
from pbc_web.organisations.models import Organisation
from pbc_web.shell.clock import day_of
from pbc_web.statements.models import Pot, PotMove, ReductionNotice, YearEndPosition
from pbc_web.statements.models.year_ends import POSITIONS
from pbc_web.statements.states import POT, require_pot_move


@dataclass(frozen=True)
class Clock:
    """By when a pot is confirmed, made available and spent."""

    confirm_due_on: date
    release_due_on: date
    spend_due_on: date


@transaction.atomic
def publish_position(
    commissioner: Organisation,
    *,
    financial_year: str,
    position: str,
    set_name: str,
    set_id: str,
    by: Actor,
    at: datetime,
) -> YearEndPosition:
    """Publish a position of a year end: each once, and in order."""
    held = YearEndPosition.everywhere.filter(commissioner=commissioner, financial_year=financial_year)
    order, done = list(POSITIONS), {each.position for each in held}
    if position in done or set(order[: order.index(position)]) - done:
        wanted = next((name for name in order if name not in done), "none: the year is final")
        raise RefusedInput(
            "The positions of a year end are published once each, in order.", found=POSITIONS[position],
            expected=POSITIONS.get(wanted, wanted),
        )  # fmt: skip
    made = YearEndPosition.everywhere.create(
        commissioner=commissioner, financial_year=financial_year, position=position, set_name=set_name, set_id=set_id,
        published_at=at, published_by_id=by.person_id,
    )  # fmt: skip
    told = {"position": POSITIONS[position].lower(), "year": financial_year, "commissioner": commissioner.name}
    record(by=by, verb="publish_year_end", about=("year_end", made.id), at=at, told=told)
    return made


@dataclass(frozen=True)
class Declaration:
    """What is declared: of which year, how much, at most how much by the position published, how much is held back, why."""

    financial_year: str
    amount_pence: int
    most_pence: int
    held_back_pence: int
    reason: str


@transaction.atomic
def declare_pot(
    commissioner: Organisation, unit: Organisation, said: Declaration, *, clock: Clock, by: Actor, at: datetime
) -> Pot:
    """Declare what a practice or cluster keeps of a year by the position published, and how much of it is held back."""
    if not 0 < said.amount_pence <= said.most_pence or not 0 <= said.held_back_pence <= said.amount_pence:
        raise RefusedInput(
            "A pot holds no more than the position published lets the practice or group keep, and no more than that is held "
            "back.", where=unit.name, expected=f"no more than {pounds_and_pence(said.most_pence)}",
            found=f"{pounds_and_pence(said.amount_pence)}, held back {pounds_and_pence(said.held_back_pence)}",
        )  # fmt: skip
    pot, is_new = Pot.everywhere.get_or_create(
        unit=unit, financial_year=said.financial_year,
        defaults={
            "commissioner": commissioner, "declared_pence": said.amount_pence, "held_back_pence": said.held_back_pence,
            "confirm_due_on": clock.confirm_due_on, "release_due_on": clock.release_due_on,
            "spend_due_on": clock.spend_due_on,
        },
    )  # fmt: skip
    if not is_new:
        raise RefusedInput("This pot was declared before.", where=str(pot), remedy="Confirm it, or give notice.")
    write(pot, "declare", said.amount_pence, reason=said.reason, by=by, at=at)
    return pot


@transaction.atomic
def confirm_pot(pot: Pot, *, amount_pence: int, reason: str, by: Actor, at: datetime) -> Pot:
    """Confirm a part of what was declared, by somebody else than who declared it; the hold-back only when the year is final."""
    held = locked(pot, "confirm")
    if PotMove.objects.filter(pot=held, kind="declare", by_id=by.person_id).exists():
        raise RefusedInput("Whoever declared a pot does not confirm it.", where=str(held), expected="another person")
    require_at_most(held, amount_pence, _confirmable(held), "can be confirmed now")
    held.confirmed_pence += amount_pence
    return _move(held, "confirm", amount_pence, reason=reason, by=by, at=at)


@transaction.atomic
def release_pot(pot: Pot, *, amount_pence: int, reason: str, by: Actor, at: datetime) -> Pot:
    """Make a part of what was confirmed available."""
    held = locked(pot, "release")
    require_at_most(
        held, amount_pence, held.confirmed_pence - held.available_pence, "is confirmed and not yet available"
    )
    held.available_pence += amount_pence
    return _move(held, "release", amount_pence, reason=reason, by=by, at=at)


@transaction.atomic
def spend_pot(pot: Pot, *, amount_pence: int, reason: str, by: Actor, at: datetime) -> Pot:
    """Spend a part of what is available and promised to no use, with what it is for."""
    held = locked(pot, "spend")
    require_at_most(held, amount_pence, _spendable(held), "is available")
    held.spent_pence += amount_pence
    return _move(held, "spend", amount_pence, reason=reason, by=by, at=at)


@transaction.atomic
def give_notice(
    pot: Pot, *, amount_pence: int, words: str, takes_effect_on: date, by: Actor, at: datetime
) -> ReductionNotice:
    """Give notice that a pot will be lowered: with words, and before the day it takes effect."""
    held, on = locked(pot, "give_notice"), day_of(at)
    if takes_effect_on <= on:
        raise RefusedInput(
            "Notice comes before what it announces.",
            found=takes_effect_on.isoformat(),
            expected=f"after {on.isoformat()}",
        )
    require_at_most(held, amount_pence, _lowerable(held) - _noticed(held), "is neither spent nor promised")
    notice = ReductionNotice.objects.create(
        pot=held, amount_pence=amount_pence, words=words, given_on=on, takes_effect_on=takes_effect_on,
        by_id=by.person_id, role=by.role.title, at=at,
    )  # fmt: skip
    told = {"unit": held.unit.name, "year": held.financial_year, "amount": pounds_and_pence(amount_pence)}
    record(by=by, verb="give_notice_of_reduction", about=("pot", held.id), at=at, told=told)
    return notice


@transaction.atomic
def take_back(pot: Pot, *, amount_pence: int, reason: str, by: Actor, at: datetime) -> Pot:
    """Lower a pot by what notice was given of and has taken effect: first what is not confirmed, then what is not spent.

    What is promised to an approved use stays.
    """
    held, on = locked(pot, "take_back"), day_of(at)
    notices = list(ReductionNotice.objects.select_for_update().filter(pot=held, takes_effect_on__lte=on))
    reclaimable = sum(each.amount_pence - each.taken_pence for each in notices)
    require_at_most(held, amount_pence, min(reclaimable, _lowerable(held)), "notice has taken effect of")
    left = amount_pence
    for notice in notices:
        taken = min(left, notice.amount_pence - notice.taken_pence)
        notice.taken_pence, left = notice.taken_pence + taken, left - taken
        notice.save()
    held.declared_pence -= amount_pence
    held.held_back_pence = min(max(held.held_back_pence - amount_pence, 0), held.declared_pence)
    held.confirmed_pence = min(held.confirmed_pence, held.declared_pence)
    held.available_pence = min(held.available_pence, held.confirmed_pence)
    return _move(held, "take_back", amount_pence, reason=reason, by=by, at=at)


def locked(pot: Pot, move: str) -> Pot:
    """This returns a pot as it stands now, held until the transaction ends; refused where its money is not at that step."""
    held = Pot.everywhere.select_for_update(of=("self",)).select_related("unit").get(id=pot.id)
    require_pot_move(held.step, move)
    return held


def possible_moves(pot: Pot, *, on: date) -> dict[str, int]:
    """This returns the moves a pot permits on a day, each with the most it may move, in pence; none that would move nothing."""
    reclaimable = sum(each.amount_pence - each.taken_pence for each in pot.notices.all() if each.takes_effect_on <= on)
    most = {
        "confirm": _confirmable(pot), "release": pot.confirmed_pence - pot.available_pence, "spend": _spendable(pot),
        "give_notice": _lowerable(pot) - _noticed(pot), "take_back": min(reclaimable, _lowerable(pot)),
    }  # fmt: skip
    return {name: pence for name, pence in most.items() if pence > 0 and name in POT[pot.step]}


def reservable(pot: Pot) -> int:
    """This returns what of a pot may be promised to uses: confirmed, not spent or promised, and no notice given of it."""
    return min(pot.unpromised_pence, _lowerable(pot) - _noticed(pot))


def _spendable(pot: Pot) -> int:
    return min(pot.left_pence, pot.unpromised_pence)


def _lowerable(pot: Pot) -> int:
    return pot.declared_pence - pot.spent_pence - pot.reserved_pence


def _confirmable(pot: Pot) -> int:
    """What is declared and not yet confirmed, but for the hold-back before the year is final and what notice was given of."""
    held_back = 0 if _is_final(pot) else pot.held_back_pence
    return pot.declared_pence - pot.confirmed_pence - held_back - _noticed(pot)


def _is_final(pot: Pot) -> bool:
    found = YearEndPosition.everywhere.filter(commissioner_id=pot.commissioner_id, financial_year=pot.financial_year)
    return found.filter(position="final").exists()


def _noticed(pot: Pot) -> int:
    """What notice was given of and not yet taken back."""
    left = pot.notices.aggregate(left=Sum(F("amount_pence") - F("taken_pence")))["left"]
    return int(left or 0)


def require_at_most(pot: Pot, amount_pence: int, most_pence: int, words: str) -> None:
    """This refuses more than there is, and nothing at all."""
    if not 0 < amount_pence <= most_pence:
        raise RefusedInput(
            f"No more than {pounds_and_pence(max(most_pence, 0))} {words}.", where=str(pot),
            found=pounds_and_pence(amount_pence), expected="an amount above nothing and within it",
        )  # fmt: skip


def _move(pot: Pot, kind: str, amount_pence: int, *, reason: str, by: Actor, at: datetime) -> Pot:
    pot.save()
    write(pot, kind, amount_pence, reason=reason, by=by, at=at)
    return pot


def write(pot: Pot, kind: str, amount_pence: int, *, reason: str, by: Actor, at: datetime) -> PotMove:
    """Keep a decision about a pot, and its entry of the trail."""
    made = PotMove.objects.create(
        pot=pot,
        kind=kind,
        amount_pence=amount_pence,
        on=day_of(at),
        reason=reason,
        by_id=by.person_id,
        role=by.role.title,
        at=at,
    )
    told = {"unit": pot.unit.name, "year": pot.financial_year, "amount": pounds_and_pence(amount_pence)}
    record(by=by, verb=f"{kind}_pot", about=("pot", pot.id), at=at, told=told)
    return made
