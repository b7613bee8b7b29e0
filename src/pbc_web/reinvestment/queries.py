"""Reading uses of pots: whose, what is left, how long each stage took, and the money that waits longest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from django.db.models import Q, QuerySet
from django.urls import reverse

from pbc.periods import FinancialYear
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.roles import Sight
from pbc_web.business_cases.models import Proposal
from pbc_web.business_cases.queries.in_sight import outcomes_for, proposals_for
from pbc_web.organisations.models import Organisation
from pbc_web.reinvestment.models import Carried, ShareException, UseOfPot
from pbc_web.reinvestment.rules import meant_until
from pbc_web.shell.clock import day_of
from pbc_web.statements.models import Pot
from pbc_web.statements.queries import pots_for


@dataclass(frozen=True)
class Stage:
    """A stage of a pot's money: when it was first reached and the days since the one before; not yet, the days so far."""

    code: str
    on: date | None
    days: int | None


@dataclass(frozen=True)
class Waiting:
    """Money of one commissioner's pots of a year that stands at a step, and since when the oldest of it does."""

    commissioner: Organisation
    name: str  # of the unit; empty where several are added up
    financial_year: str
    step: str
    pence: int
    since: date

    def days(self, today: date) -> int:
        """How long the oldest of it waits."""
        return (today - self.since).days


def pots_in_sight(actor: Actor) -> QuerySet[Pot]:
    """The pots whose pages somebody opens."""
    return pots_for(actor)


def pots_of_owner(actor: Actor) -> QuerySet[Pot]:
    """The pots of the actor's own practice or group: those whose uses it may propose."""
    return pots_for(actor).filter(unit=actor.organisation)


def uses_for(actor: Actor, pot: Pot) -> list[UseOfPot]:
    """The uses of a pot in somebody's sight: of proposals whose papers they may open, and of all that are decided."""
    seen = proposals_for(actor).filter(kind="use_of_pot").values("id")
    decided = outcomes_for(actor).filter(kind="use_of_pot").values("id")
    found = UseOfPot.everywhere.filter(Q(proposal__in=seen) | Q(proposal__in=decided), pot=pot)
    return list(found.select_related("proposal", "pot__unit").order_by("id"))


def links_for(actor: Actor, pot: Pot) -> dict[str, str]:
    """The addresses of a pot's proposals whose papers somebody may open, by their codes."""
    codes = proposals_for(actor).filter(use_of_pot__pot=pot).values_list("code", flat=True)
    return {code: reverse("business_cases:proposal", args=[code]) for code in codes}


def pot_named(proposal: Proposal) -> Pot | None:
    """The pot a proposal names, or that it named when it was submitted before."""
    here: Proposal | None = proposal
    while here is not None:
        found = UseOfPot.everywhere.filter(proposal=here).select_related("pot__unit", "pot__commissioner").first()
        if found is not None:
            return found.pot
        here = here.earlier
    return None


def use_of(proposal: Proposal) -> UseOfPot | None:
    """The use that a proposal is of, with its pot; None where it names none."""
    return UseOfPot.everywhere.filter(proposal=proposal).select_related("pot__unit", "pot__commissioner").first()


def to_spend_by(pot: Pot) -> date:
    """The day by which a pot is to be spent: of one carried on the day until which it is, of all others that which it was meant for."""
    carried = Carried.objects.filter(pot=pot).first()
    return carried.until if carried else meant_until(pot)


def stages_of(pot: Pot, uses: Iterable[UseOfPot], *, today: date) -> list[Stage]:
    """The stages of a pot, each with the day it was first reached; where it is not yet, the days so far of the first of those.

    `uses` are those in the reader's sight: nobody learns of another from a day.
    """
    reached: dict[str, date] = {"freed_up": FinancialYear.parse(pot.financial_year).end}
    for each in pot.moves.order_by("at", "id"):
        reached.setdefault(each.kind, each.on)
    held = [(each.proposal, each.reserved_pence) for each in uses]
    for code, days in (
        ("proposed", [day_of(each.submitted_at) for each, _ in held if each.submitted_at]),
        ("approved", [each.decided_on for each, promised in held if promised]),
    ):
        if days:
            reached[code] = min(days)
    return list(_staged(reached, today))


def _staged(reached: dict[str, date], today: date) -> Iterator[Stage]:
    last, is_counting = reached["freed_up"], True
    for code in ("freed_up", "declare", "confirm", "release", "proposed", "approved", "spend"):
        on = reached.get(code)
        if on is not None:
            yield Stage(code, on, None if code == "freed_up" else (on - last).days)
            last = on
        else:
            yield Stage(code, None, (today - last).days if is_counting else None)
            is_counting = False


def waiting_for(actor: Actor) -> list[Waiting]:
    """Money confirmed and not available, or available and not spent, the oldest first: a region sees each commissioner's years,
    all others the pots they may open."""
    if actor.sees(Sight.REGION):
        pots = Pot.everywhere.filter(commissioner__in=actor.reach.sums).select_related("unit", "commissioner")
        return _oldest_first(_added_up(each for pot in _with_moves(pots) for each in _waits(pot)))
    return _oldest_first(each for pot in _with_moves(pots_for(actor)) for each in _waits(pot))


def _with_moves(pots: QuerySet[Pot]) -> QuerySet[Pot]:
    return pots.prefetch_related("moves")


def _waits(pot: Pot) -> Iterator[Waiting]:
    for step, kind, done, at_it in (
        ("confirmed", "confirm", pot.available_pence, pot.confirmed_pence),
        ("available", "release", pot.spent_pence, pot.available_pence),
    ):
        if at_it > done:
            since = _since(pot, kind, done)
            yield Waiting(pot.commissioner, pot.unit.name, pot.financial_year, step, at_it - done, since)


def _since(pot: Pot, kind: str, done: int) -> date:
    """The day of the move that brought the first penny not moved on: what came first goes first."""
    moves = [each for each in pot.moves.all() if each.kind == kind]
    came = accumulate(each.amount_pence for each in moves)
    return next(each.on for each, so_far in zip(moves, came, strict=True) if so_far > done)


def _added_up(found: Iterable[Waiting]) -> Iterator[Waiting]:
    groups: dict[tuple[int, str, str], list[Waiting]] = defaultdict(list)
    for each in found:
        groups[each.commissioner.id, each.financial_year, each.step].append(each)
    for rows in groups.values():
        first = rows[0]
        pence, since = sum(each.pence for each in rows), min(each.since for each in rows)
        yield Waiting(first.commissioner, "", first.financial_year, first.step, pence, since)


def _oldest_first(found: Iterable[Waiting]) -> list[Waiting]:
    return sorted(
        found, key=lambda each: (each.since, each.commissioner.name, each.name, each.financial_year, each.step)
    )


def exceptions_for(actor: Actor) -> list[ShareException]:
    """The exceptions in force in somebody's sight: the last of each commissioner and year."""
    found = ShareException.objects.visible_to(actor, sums=True).select_related("commissioner", "by")
    last: dict[tuple[int, str], ShareException] = {}
    for each in found.order_by("number"):
        last[each.commissioner_id, each.financial_year] = each
    return sorted(last.values(), key=lambda each: (each.financial_year, each.commissioner.name), reverse=True)


def exception_of(pot: Pot) -> ShareException | None:
    """The exception that holds for a pot's commissioner and year; None where the year's rule does."""
    held = ShareException.everywhere.filter(commissioner=pot.commissioner_id, financial_year=pot.financial_year)
    return held.select_related("by").order_by("-number").first()
